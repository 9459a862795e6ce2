package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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
func (d *Desk) Holds(ctx context.Context) ([]Hold, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return nil, err
	}
	return d.journal.Holds(ctx)
}

// forbidden returns why nothing may be erased or corrected for the person of a request, or in the systems: holds, restrictions that
// stand (what is restricted is stored and nothing else, Article 18(2), and a change would keep it from coming back as it was), and,
// for an erasure, access requests of the same person that are not answered (Data Protection Act 2018, section 173). The person is
// known by the request and by the strong identifiers that their own records tell.
func (d *Desk) forbidden(ctx context.Context, r request.Request, action act.Action, own []connectors.Record, systems []string) ([]act.Problem, error) {
	s, err := d.standing(ctx, action)
	if err != nil {
		return nil, err
	}
	return append(s.systems(systems), s.against(d, act.Told(d.register, r.Subject, own, connectors.Strong), r.ID)...), nil
}

// standing is everything that stands against erasing or correcting.
type standing struct {
	holds      []Hold
	restricted []asked            // their records are restricted
	many       map[string][]asked // the people of batches whose records are restricted, by what tells them (see act.KeyedPersons)
	owed       []asked            // access requests that are not answered
}

// asked is a request, or a batch, with a person whose it is.
type asked struct {
	request.Request
	person locate.Subject // with what their own records tell
	since  time.Time      // when their records were restricted
}

// standing reads what stands against an action: nothing where it neither erases nor corrects.
func (d *Desk) standing(ctx context.Context, action act.Action) (s standing, err error) {
	if action != act.Erase && action != act.Rectify {
		return s, nil
	}
	holds, err := d.journal.Holds(ctx)
	if err != nil {
		return s, err
	}
	s.holds = slices.DeleteFunc(holds, func(h Hold) bool { return !h.Lifted.IsZero() })
	restricted, err := d.journal.RestrictedRequests(ctx)
	if err != nil {
		return s, err
	}
	if s.many, err = d.restrictedByBatches(ctx); err != nil {
		return s, err
	}
	requests, err := d.journal.Requests(ctx)
	if err != nil {
		return s, err
	}
	for _, r := range requests {
		owed := action == act.Erase && r.Owed()
		if !owed && restricted[r.ID] == 0 {
			continue
		}
		a := asked{Request: r, person: r.Subject}
		if f, err := d.Finding(ctx, r.ID); err == nil {
			a.person = act.Told(d.register, r.Subject, f.own(), connectors.Strong)
		} else if !errors.Is(err, ErrNotSearched) {
			return s, err
		}
		if owed {
			s.owed = append(s.owed, a)
		}
		if restricted[r.ID] > 0 {
			s.restricted = append(s.restricted, a)
		}
	}
	return s, nil
}

// none reports whether nothing stands against anybody.
func (s standing) none() bool { return len(s.holds)+len(s.restricted)+len(s.many)+len(s.owed) == 0 }

// is reports whether it is the person's request.
func (a asked) is(d *Desk, person locate.Subject) bool {
	return act.SamePerson(d.register, person, a.Subject) || act.SamePerson(d.register, person, a.person)
}

// systems returns the systems among those named that are held.
func (s standing) systems(named []string) []act.Problem {
	var problems []act.Problem
	for _, h := range s.holds {
		if h.System != "" && slices.Contains(named, h.System) {
			problems = append(problems, act.Problem{System: h.System, Why: fmt.Sprintf("the system is held (%s): %s; lift the hold first", h.ID, h.Reason)})
		}
	}
	return problems
}

// against returns what stands against erasing or correcting for a person, who asks for it by a request or in a batch.
func (s standing) against(d *Desk, person locate.Subject, id string) []act.Problem {
	if s.none() {
		return nil
	}
	var problems []act.Problem
	keyed := act.KeyedPersons(d.register, person, d.journal.Person)
	for _, h := range s.holds {
		if h.System == "" && (h.Request == id || slices.ContainsFunc(h.Persons, func(p string) bool { return slices.Contains(keyed, p) })) {
			problems = append(problems, act.Problem{Why: fmt.Sprintf("the person is held (%s): %s; lift the hold first", h.ID, h.Reason)})
		}
	}
	for _, r := range append(slices.Clip(s.restricted), d.amongMany(s.many, person)...) {
		if r.ID == id || r.is(d, person) {
			problems = append(problems, act.Problem{Why: fmt.Sprintf("the person's records are restricted for %s (Article 18(2)): lift the restriction first", r.ID)})
		}
	}
	for _, o := range s.owed {
		if o.ID == id || o.is(d, person) {
			problems = append(problems, act.Problem{Why: fmt.Sprintf("the same person's %s %s is not answered yet, and to erase what was asked for can be an offence (Data Protection Act 2018, section 173): hand the package over first, with dossier request deliver",
				strings.ToLower(o.Kind.Title()), o.ID)})
		}
	}
	return problems
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
