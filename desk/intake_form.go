package desk

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"dossier/connectors/compare"
	"dossier/request"
	"dossier/request/clock"
)

// formFields are the fields of a form that are no identifiers, and what takes them in.
var formFields = map[string]func(n *NewRequest, text string) error{
	"kind": func(n *NewRequest, text string) error {
		for i, k := range parts(text) {
			if i == 0 {
				n.Kind = request.Kind(k)
			} else {
				n.Also = append(n.Also, request.Kind(k))
			}
		}
		return nil
	},
	"received": func(n *NewRequest, text string) (err error) {
		day, err := formDay(text)
		n.Received = day.Time()
		return err
	},
	"reason":    func(n *NewRequest, text string) error { n.Reason = text; return nil },
	"ground":    func(n *NewRequest, text string) error { n.Ground = text; return nil },
	"title":     func(n *NewRequest, text string) error { n.Contact.Title = text; return nil },
	"financial": func(n *NewRequest, text string) error { n.Financial = text; return nil },
	"other":     func(n *NewRequest, text string) error { n.Other = text; return nil },
	"delivery":  func(n *NewRequest, text string) error { n.Delivery.Way = wayOf(text); return nil },
	"marketing": func(n *NewRequest, text string) (err error) { n.Marketing, err = yes(text); return err },
	"signed_declaration": func(n *NewRequest, text string) (err error) { // a day, or a mark whose day stands beside it
		if _, err := yes(text); err == nil {
			return nil
		}
		n.Signed, err = formDay(text)
		return err
	},
	"large_print":  func(n *NewRequest, text string) (err error) { n.Delivery.LargePrint, err = yes(text); return err },
	"date_from":    func(n *NewRequest, text string) (err error) { n.Scope.From, err = formDay(text); return err },
	"date_to":      func(n *NewRequest, text string) (err error) { n.Scope.To, err = formDay(text); return err },
	"omit":         func(n *NewRequest, text string) error { n.Scope.Omit = parts(text); return nil },
	"scope_reason": func(n *NewRequest, text string) error { n.Scope.Reason = text; return nil },
	"signed":       func(n *NewRequest, text string) (err error) { n.Signed, err = formDay(text); return err },
	"controller":   func(n *NewRequest, text string) error { n.Subject.Controller = text; return nil },
	"flags": func(n *NewRequest, text string) error {
		for _, f := range parts(text) {
			n.Flags = append(n.Flags, request.Flag(f))
		}
		return nil
	},
	"on_behalf":  func(n *NewRequest, text string) error { n.agent().Name = text; return nil },
	"authority":  func(n *NewRequest, text string) error { n.agent().Authority = text; return nil },
	"instructed": func(n *NewRequest, text string) error { n.instruction().Person = text; return nil },
	"instructed_by": func(n *NewRequest, text string) error {
		n.instruction().Authority = text
		return nil
	},
	"instructed_on": func(n *NewRequest, text string) (err error) {
		n.instruction().Day, err = formDay(text)
		return err
	},
}

// FormFields returns the names of a form's fields that are no identifiers.
func FormFields() []string { return slices.Sorted(maps.Keys(formFields)) }

func (n *NewRequest) agent() *request.Agent {
	if n.OnBehalf == nil {
		n.OnBehalf = &request.Agent{}
	}
	return n.OnBehalf
}

func (n *NewRequest) instruction() *request.Instruction {
	if n.Instruction == nil {
		n.Instruction = &request.Instruction{}
	}
	return n.Instruction
}

// parts divides a list that is written with semicolons.
func parts(text string) (all []string) {
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

func yes(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "yes", "y", "true", "1":
		return true, nil
	case "no", "n", "false", "0":
		return false, nil
	}
	return false, errors.New("is yes or no")
}

// alsoCalled are the words for fields on forms of subject access requests, by the name that this program gives the field.
var alsoCalled = map[string]string{
	"post_code": "postcode", "e_mail": "email", "name": "full_name", "financial_information": "financial", "other_information": "other",
	"preferred_delivery": "delivery", "preferred_method_of_delivery": "delivery", "from": "date_from", "to": "date_to", "date": "signed",
	"on_behalf_of_the_person_by": "on_behalf", "right": "kind", "request": "kind",
}

// officeUse are the fields of a form that the office fills in, and that the register of requests keeps itself.
var officeUse = []string{"sar_id", "date_completed", "completed_date", "date_declined", "declined_date", "completed_declined_date"}

// fieldOf returns the name of a field as a form writes it: without regard to case, accents and what stands between the words.
func fieldOf(name string) string {
	words := strings.FieldsFunc(compare.Fold(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	field := strings.Join(words, "_")
	if known, ok := alsoCalled[field]; ok {
		return known
	}
	return field
}

// formDay reads a day written 2026-01-31 or, as British forms have it, 31/01/2026.
func formDay(text string) (clock.Day, error) {
	if t, err := time.Parse("2/1/2006", text); err == nil {
		return clock.DayOf(t), nil
	}
	return clock.ParseDay(text)
}

// wayOf reads how the answer is wished for: "by post", "By email".
func wayOf(text string) request.Way {
	text = strings.ToLower(text)
	if slices.Contains(request.Ways, request.Way(text)) {
		return request.Way(text)
	}
	if text = strings.TrimPrefix(text, "by "); text == "email" {
		return request.Email
	}
	return request.Way(text)
}
