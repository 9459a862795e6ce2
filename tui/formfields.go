package tui

import (
	"strings"
	"time"

	"dossier/desk"
	"dossier/request"
	"dossier/request/clock"
)

// section is a part of the form.
type section struct {
	title  string
	fields []*field
}

const (
	several  = "Several: put ; between them"
	notGiven = "not given"
)

// all returns the fields of the organisation's own form for subject access requests, and those that the law adds.
func (f *form) all() []section {
	person := []*field{
		choice("Title", []string{"Mr", "Mrs", "Miss", "Ms", "Mx", "Dr"}, func(n *desk.NewRequest, a string) { n.Contact.Title = a }),
		textField("First names", "given_name", several),
		textField("Surname", "family_name", several),
		textField("Former surname", "former_name", several),
		dateField("Date of birth", "birth_date", "Such as 31/01/1980"),
		textField("Address", "address", "Street and town").into(addAddress),
		textField("Post code", "postcode", several).into(addAddress),
		textField("E-mail", "email", several).into(func(n *desk.NewRequest, a string) {
			n.Contact.Email, _, _ = strings.Cut(a, ";")
		}),
		textField("Phone", "phone", several),
		textField("Membership number", "membership_number", several),
		textField("Candidate number", "candidate_number", several),
		textField("National Insurance no.", "national_insurance_number", "Only where the request gives it"),
	}
	register := f.ui.office.desk.Register()
	from, to, omit, why := scopeFields(register, request.Scope{})
	return []section{
		{"The request", []*field{f.kind, choice("Also asks for", titles(request.Kinds), func(n *desk.NewRequest, a string) {
			for _, k := range request.Kinds {
				if k.Title() == a && k != n.Kind {
					n.Also = append(n.Also, k)
				}
			}
		}), f.received}},
		{"The person", append(person, addedFields(register, person)...)},
		{"Care", []*field{
			flagged("A child", request.Child), flagged("A vulnerable person", request.Vulnerable),
		}},
		{"What is asked for", []*field{
			from.into(func(n *desk.NewRequest, a string) { n.Scope.From = dayOf(a) }),
			to.into(func(n *desk.NewRequest, a string) { n.Scope.To = dayOf(a) }),
			omit.into(func(n *desk.NewRequest, a string) { n.Scope.Omit, _ = systemsOf(register, a) }),
			why.into(func(n *desk.NewRequest, a string) { n.Scope.Reason = a }),
			textField("Financial information", "", "What is asked for, in the person's words").into(func(n *desk.NewRequest, a string) { n.Financial = a }),
			textField("Other information", "", "CPD, account notes, correspondence, certification …").into(func(n *desk.NewRequest, a string) { n.Other = a }),
			choice("Objects to marketing", []string{"yes"}, func(n *desk.NewRequest, _ string) { n.Marketing = true }),
			choice("Ground of an erasure", groundsOfErasure, func(n *desk.NewRequest, a string) { n.Ground, _, _ = strings.Cut(a, " ") }),
			textField("Reason of the search", "", "Where the request does not say it").into(func(n *desk.NewRequest, a string) { n.Reason = a }),
		}},
		{"The answer", []*field{
			choice("Delivery", words(request.Ways), func(n *desk.NewRequest, a string) { n.Delivery.Way = request.Way(a) }),
			choice("Large print", []string{"yes"}, func(n *desk.NewRequest, _ string) { n.Delivery.LargePrint = true }),
			dateField("Declaration signed on", "", "Empty: not signed").into(func(n *desk.NewRequest, a string) { n.Signed = dayOf(a) }),
		}},
		{"On behalf of the person", []*field{
			textField("Who asks", "", "Empty: the person").into(func(n *desk.NewRequest, a string) { agent(n).Name = a }),
			choice("Authority", request.Authorities, func(n *desk.NewRequest, a string) { agent(n).Authority = a }),
		}},
		{"Data held for a controller", []*field{
			textField("Controller", "", "Only where the data is a client's").into(func(n *desk.NewRequest, a string) { n.Subject.Controller = a }),
			textField("Instructed by", "", "Who gave the written instruction").into(func(n *desk.NewRequest, a string) { instruction(n).Person = a }),
			textField("By what right", "", "An office, a contract's clause").into(func(n *desk.NewRequest, a string) { instruction(n).Authority = a }),
			dateField("Instructed on", "", "").into(func(n *desk.NewRequest, a string) { instruction(n).Day = dayOf(a) }),
		}},
	}
}

var groundsOfErasure = []string{"17(1)(a) no longer needed", "17(1)(b) consent withdrawn", "17(1)(c) objection", "17(1)(d) unlawful", "17(1)(e) required by law",
	"17(1)(f) a child's, by an online service"}

// into says where an answer goes.
func (f *field) into(take func(n *desk.NewRequest, answer string)) *field { f.take = take; return f }

// choice is a field of one of several, or none.
func choice(label string, choices []string, take func(n *desk.NewRequest, answer string)) *field {
	return choiceField(label, append([]string{notGiven}, choices...)...).into(take)
}

func flagged(label string, f request.Flag) *field {
	return choice(label, []string{"yes"}, func(n *desk.NewRequest, _ string) { n.Flags = append(n.Flags, f) })
}

func titles(kinds []request.Kind) []string {
	titles := make([]string, len(kinds))
	for i, k := range kinds {
		titles[i] = k.Title()
	}
	return titles
}

func words[T ~string](list []T) []string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return words
}

func addAddress(n *desk.NewRequest, answer string) {
	n.Contact.Address = strings.TrimSpace(n.Contact.Address + "\n" + answer)
}

// dayOf reads an answer that was checked to be a day.
func dayOf(answer string) clock.Day {
	t, err := time.Parse(time.DateOnly, answer)
	if err != nil {
		return 0
	}
	return clock.DayOf(t)
}

func agent(n *desk.NewRequest) *request.Agent {
	if n.OnBehalf == nil {
		n.OnBehalf = &request.Agent{}
	}
	return n.OnBehalf
}

func instruction(n *desk.NewRequest) *request.Instruction {
	if n.Instruction == nil {
		n.Instruction = &request.Instruction{}
	}
	return n.Instruction
}
