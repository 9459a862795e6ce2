package main

import (
	"fmt"
	"strings"

	"dossier/desk"
	"dossier/request"
)

// showLetter prints what else is known of a request, and what has happened since.
func (a *app) showLetter(r request.Request) {
	line := func(title string, texts ...string) {
		if text := strings.Join(texts, ""); strings.TrimSpace(text) != "" {
			fmt.Fprintf(a.out, "  %-26s %s\n", title, desk.Visible(text))
		}
	}
	if r.Ground != "" {
		line("ground", r.Ground, ": ", request.Grounds[r.Ground])
	}
	line("answer goes to", strings.Join(strings.Fields(strings.Join([]string{r.Contact.Title, r.Contact.Name, r.Contact.Address, r.Contact.Email}, " ")), " "))
	if r.OnBehalf != nil {
		line("asked on behalf by", r.OnBehalf.Name, " (", r.OnBehalf.Authority, ")")
	}
	if r.Instruction != nil {
		line("instructed by", r.Instruction.Person, ", ", r.Instruction.Authority, ", ", r.Instruction.Day.String())
	}
	line("wished for by", string(r.Delivery.Way))
	if r.Delivery.LargePrint {
		line("wished for", "in large print")
	}
	if r.Scope.Narrow() {
		span := ""
		if r.Scope.From != 0 || r.Scope.To != 0 {
			span = "from " + dayOr(r.Scope.From, "the beginning") + " to " + dayOr(r.Scope.To, "today") + "; "
		}
		omit := ""
		if len(r.Scope.Omit) > 0 {
			omit = "without " + strings.Join(r.Scope.Omit, ", ") + "; "
		}
		line("narrowed", span, omit, r.Scope.Reason)
		if span != "" {
			line("", "the days cut what is handed over, by the dates of records; nothing else")
		}
	}
	for _, f := range r.Flags {
		line("take special care", string(f))
	}
	line("financial information", r.Financial)
	line("other information", r.Other)
	for _, s := range r.Steps {
		details := []string{s.Ground, strings.Join(s.Evidence, ", "), s.SeenBy, string(s.Way), s.To, s.Channel, s.Note}
		var told []string
		for _, text := range details {
			if text != "" {
				told = append(told, text)
			}
		}
		fmt.Fprintf(a.out, "  %s  %s", s.Day, s.What)
		if len(told) > 0 {
			fmt.Fprintf(a.out, ": %s", desk.Visible(strings.Join(told, "; ")))
		}
		fmt.Fprintf(a.out, " (%s)\n", desk.Visible(s.Operator))
	}
}

// dayOr writes a day, or what stands for none.
func dayOr(d interface{ String() string }, none string) string {
	if text := d.String(); text != "" {
		return text
	}
	return none
}
