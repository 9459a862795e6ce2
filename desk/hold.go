package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dossier/act"
	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// Hold is a reason that blocks every destructive plan for a person or a system.
type Hold = journal.Hold

// NewHold says what is held: the person of a request, a person known by identifiers, or a system.
type NewHold struct {
	Request string
	Subject locate.Subject
	System  string
	Reason  string // for the register of holds, which is kept for good: without personal data
}

// AddHold records a hold. From now on no plan that erases or corrects records of the person or the system is made, approved or
// applied until it is lifted.
func (d *Desk) AddHold(ctx context.Context, n NewHold) (Hold, error) {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return Hold{}, err
	}
	n.Reason = strings.TrimSpace(n.Reason)
	h := Hold{System: n.System, Request: n.Request, Reason: n.Reason, Operator: d.operator}
	given := 0
	for _, is := range []bool{n.Request != "", len(n.Subject.Identifiers) > 0, n.System != ""} {
		if is {
			given++
		}
	}
	if given != 1 {
		return h, fmt.Errorf("%w: a hold is on a person, named by a request or by identifiers, or on a system", ErrUsage)
	}
	subject := n.Subject
	switch {
	case n.System != "":
		if _, ok := d.register.System(n.System); !ok {
			return h, fmt.Errorf("%w: the register has no system %q", ErrUsage, n.System)
		}
	case n.Request != "":
		r, err := d.journal.Request(ctx, n.Request)
		if err != nil {
			return h, err
		}
		subject = r.Subject
	}
	if err := checkReason(n.Reason, subject); err != nil {
		return h, err
	}
	if n.System == "" {
		if err := subject.Check(d.register); err != nil {
			return h, err
		}
		h.Persons = act.KeyedPersons(d.register, subject, d.journal.Person)
		if len(h.Persons) == 0 && n.Request == "" {
			return h, fmt.Errorf("%w: nobody can be told by these identifiers: give a number, an e-mail address, a phone number, or name and birth date", ErrUsage)
		}
	}
	err := d.journal.Update(ctx, func(tx *journal.Tx) (err error) {
		if h, err = tx.AddHold(h); err != nil {
			return err
		}
		return d.log(tx, n.Request, n.System, "hold added", struct {
			Hold string `json:"hold"`
		}{h.ID})
	})
	return h, err
}

// LiftHold ends a hold, for a reason.
func (d *Desk) LiftHold(ctx context.Context, id, why string) error {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return err
	}
	if strings.TrimSpace(why) == "" {
		return fmt.Errorf("%w: say why the hold is lifted", ErrUsage)
	}
	holds, err := d.journal.Holds(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(holds, func(h Hold) bool { return h.ID == id })
	if i < 0 {
		return fmt.Errorf("%s: %w", id, journal.ErrNoHold)
	}
	return d.journal.Update(ctx, func(tx *journal.Tx) error {
		if err := tx.LiftHold(id, d.operator, strings.TrimSpace(why)); err != nil {
			return err
		}
		return d.log(tx, holds[i].Request, holds[i].System, "hold lifted", struct {
			Hold string `json:"hold"`
		}{id})
	})
}

// Holds returns every hold, lifted ones too, the oldest first.
func (d *Desk) Holds(ctx context.Context) ([]Hold, error) { return d.journal.Holds(ctx) }

// forbidden returns why nothing may be erased or corrected for the person of a request, or in the systems: holds, and, for an
// erasure, access requests of the same person that are not answered (Data Protection Act 2018, section 173). The person is known
// by the request and by the strong identifiers that their own records tell.
func (d *Desk) forbidden(ctx context.Context, r request.Request, action act.Action, own []connectors.Record, systems []string) ([]act.Problem, error) {
	if action != act.Erase && action != act.Rectify {
		return nil, nil
	}
	var problems []act.Problem
	person := act.Told(d.register, r.Subject, own, connectors.Strong)
	keyed := act.KeyedPersons(d.register, person, d.journal.Person)
	holds, err := d.journal.Holds(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range holds {
		meant := func(p string) bool { return slices.Contains(keyed, p) }
		switch {
		case !h.Lifted.IsZero():
		case h.System != "" && slices.Contains(systems, h.System):
			problems = append(problems, act.Problem{System: h.System, Why: fmt.Sprintf("the system is held (%s): %s; lift the hold first", h.ID, h.Reason)})
		case h.System == "" && (h.Request == r.ID || slices.ContainsFunc(h.Persons, meant)):
			problems = append(problems, act.Problem{Why: fmt.Sprintf("the person is held (%s): %s; lift the hold first", h.ID, h.Reason)})
		}
	}
	if action != act.Erase {
		return problems, nil
	}
	requests, err := d.journal.Requests(ctx)
	if err != nil {
		return nil, err
	}
	for _, other := range requests {
		owed := (other.Kind == request.Access || other.Kind == request.Portability) && (other.State == request.Open || other.State == request.Searched)
		if other.ID == r.ID || !owed {
			continue
		}
		same := act.SamePerson(d.register, person, other.Subject)
		if !same && other.State == request.Searched {
			f, err := d.Finding(ctx, other.ID)
			if err != nil {
				return nil, err
			}
			same = act.SamePerson(d.register, person, act.Told(d.register, other.Subject, f.own(), connectors.Strong))
		}
		if same {
			problems = append(problems, act.Problem{Why: fmt.Sprintf("the same person's %s %s is not answered yet, and to erase what was asked for can be an offence (Data Protection Act 2018, section 173): hand the package over first",
				strings.ToLower(other.Kind.Title()), other.ID)})
		}
	}
	return problems, nil
}

// own returns the records of a finding that are taken as the subject's.
func (f Finding) own() []connectors.Record {
	var own []connectors.Record
	for _, m := range f.Matches {
		if m.Included() {
			own = append(own, m.Record)
		}
	}
	return own
}
