package request

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"dossier/request/clock"
)

// Letter is what else a request's letter, or the organisation's form, tells. The zero Letter tells nothing.
type Letter struct {
	Ground      string       `json:"ground,omitempty"`      // erasure: the paragraph of Article 17(1) that is relied on, "17(1)(b)"
	Marketing   bool         `json:"marketing,omitempty"`   // an objection: it is to direct marketing, and absolute (Article 21(3))
	Contact     Contact      `json:"contact,omitzero"`      // where the answer goes
	OnBehalf    *Agent       `json:"on_behalf,omitempty"`   // who asks for the person; nil: the person
	Instruction *Instruction `json:"instruction,omitempty"` // the controller's, where the data is held for one
	Delivery    Delivery     `json:"delivery,omitzero"`     // how the answer is wished for
	Scope       Scope        `json:"scope,omitzero"`        // what of the data is asked for
	Flags       []Flag       `json:"flags,omitempty"`       // whom to take special care of
	Financial   string       `json:"financial,omitempty"`   // the form's question for financial information
	Other       string       `json:"other,omitempty"`       // the form's question for other information: CPD, account notes, correspondence
	Signed      clock.Day    `json:"signed,omitzero"`       // the day of the form's declaration; none where it is not signed
}

// Grounds are the paragraphs of Article 17(1) of the UK GDPR that an erasure can be asked for by.
var Grounds = map[string]string{
	"17(1)(a)": "the data is no longer needed for what it was collected for",
	"17(1)(b)": "consent is withdrawn, and nothing else allows the processing",
	"17(1)(c)": "the person objects, and nothing overrides the objection",
	"17(1)(d)": "the data was processed unlawfully",
	"17(1)(e)": "the law requires the erasure",
	"17(1)(f)": "the data was collected of a child by an online service",
}

// Contact is where the answer goes.
type Contact struct {
	Title   string `json:"title,omitempty"` // Mr, Mrs, Miss, Ms
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"` // lines, the postcode in the last
	Email   string `json:"email,omitempty"`
}

// Agent is who asks on behalf of the person.
type Agent struct {
	Name      string `json:"name"`
	Authority string `json:"authority"` // one of Authorities
}

// Authorities are what allows one person to ask for another.
var Authorities = []string{"letter of authority", "power of attorney", "court order", "parental responsibility"}

// Instruction is what a processor acts on: the controller's written word.
type Instruction struct {
	Person    string    `json:"person"`    // who instructs
	Authority string    `json:"authority"` // by what right: an office, a contract's clause
	Day       clock.Day `json:"day"`
}

// Way is how an answer is handed over.
type Way string

// The ways.
const (
	Post   Way = "post"
	Email  Way = "e-mail"
	ByHand Way = "by hand"
	Portal Way = "portal"
)

// Ways lists every way.
var Ways = []Way{Post, Email, ByHand, Portal}

// Delivery is how an answer is wished for.
type Delivery struct {
	Way        Way  `json:"way,omitempty"` // "": as it suits
	LargePrint bool `json:"large_print,omitempty"`
}

// Scope is what of the data is asked for. The zero Scope is everything.
type Scope struct {
	From   clock.Day `json:"from,omitzero"`
	To     clock.Day `json:"to,omitzero"`
	Omit   []string  `json:"omit,omitempty"`   // ids of systems that are not searched
	Reason string    `json:"reason,omitempty"` // why the search is narrowed: needed where systems are left out
}

// Narrow reports whether not everything is asked for.
func (s Scope) Narrow() bool { return s.From != 0 || s.To != 0 || len(s.Omit) > 0 }

// Flag is a reason for special care.
type Flag string

// The flags.
const (
	Child      Flag = "child"
	Vulnerable Flag = "vulnerable"
)

// Flags lists every flag.
var Flags = []Flag{Child, Vulnerable}

// Flagged reports whether a request has a flag.
func (l Letter) Flagged(f Flag) bool { return slices.Contains(l.Flags, f) }

// check returns what is wrong in the letter of a request.
func (l Letter) check(r Request) (errs []error) {
	if _, known := Grounds[l.Ground]; l.Ground != "" && (!known || !r.Wants(Erase)) {
		errs = append(errs, errors.New("the ground of an erasure is one of the paragraphs of Article 17(1), written like 17(1)(b), and belongs to a request to erase"))
	}
	if a := l.OnBehalf; a != nil {
		if strings.TrimSpace(a.Name) == "" {
			errs = append(errs, errors.New("somebody asks on behalf of the person: say who"))
		}
		if !slices.Contains(Authorities, a.Authority) {
			errs = append(errs, fmt.Errorf("somebody asks on behalf of the person: name the authority, one of %q", Authorities))
		}
	}
	if l.Marketing && !r.Wants(Object) {
		errs = append(errs, errors.New("direct marketing is objected to: record a request to object"))
	}
	controller := r.Subject.Controller
	switch i := l.Instruction; {
	case i == nil && controller != "":
		errs = append(errs, errors.New("the data is held for a controller, which alone decides about it: record who instructs, by what authority, and the day"))
	case i != nil && controller == "":
		errs = append(errs, errors.New("an instruction is a controller's: name the controller whose data it is about"))
	case i != nil && (strings.TrimSpace(i.Person) == "" || strings.TrimSpace(i.Authority) == "" || i.Day == 0):
		errs = append(errs, errors.New("an instruction needs who instructs, by what authority, and its day"))
	}
	if l.Delivery.Way != "" && !slices.Contains(Ways, l.Delivery.Way) {
		errs = append(errs, fmt.Errorf("the answer goes by one of %q", Ways))
	}
	switch s := l.Scope; {
	case s.From != 0 && s.To != 0 && s.To < s.From:
		errs = append(errs, errors.New("the span that is asked for ends before it begins"))
	case len(s.Omit) > 0 && strings.TrimSpace(s.Reason) == "":
		errs = append(errs, errors.New("systems are left out of the search: record why, since the person is owed everything that a reasonable search finds"))
	}
	for _, f := range l.Flags {
		if !slices.Contains(Flags, f) {
			errs = append(errs, fmt.Errorf("a person is flagged as one of %q", Flags))
		}
	}
	return errs
}
