package desk

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"dossier/act"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
	"dossier/request/clock"
)

// LiftBatch plans the end of the restriction that a batch has made, for everybody, or for the people of those numbers: what was there
// before comes back. Like the batch it makes a plan of its own of the first people, the canary. Everybody has to be told before (see
// Noticed). Who was restricted again since is left, with a PlanProblem that says why. Its last event is BatchPlanned; its error wraps ErrRefused
// where something speaks against it, with one PlanProblem a reason, and ErrWaiting where somebody was left.
func (d *Desk) LiftBatch(ctx context.Context, id string, people []int) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleDecide); err != nil {
			return err
		}
		b, err := d.journal.Batch(ctx, id)
		if err != nil {
			return err
		}
		p := &planning{Desk: d, NewPlan: NewPlan{Action: act.Lift, Ground: "18(3)"}, emit: emit}
		l := &lifting{batching: &batching{planning: p, batch: b, new: NewBatch{Action: act.Lift}}}
		l.batch.Action = string(act.Lift)
		defer p.close()
		return l.refused(ctx, l.make(ctx, people))
	})
}

// lifting is the end of a batch's restriction while it is planned.
type lifting struct{ *batching }

func (l *lifting) make(ctx context.Context, only []int) error {
	restricted, since, err := l.restrictedPeople(ctx, l.batch.ID)
	if err != nil {
		return err
	}
	if len(only) > 0 {
		for person := range restricted {
			if !slices.Contains(only, person) {
				delete(restricted, person)
			}
		}
	}
	if len(restricted) == 0 {
		return &act.Refusal{Problems: []act.Problem{{Why: "no record of these people is restricted by this batch"}}}
	}
	notices, err := l.journal.Notices(ctx, l.batch.ID)
	if err != nil {
		return err
	}
	if !toldSince(notices, since, l.now()) {
		return &act.Refusal{Problems: []act.Problem{{Why: "the people were not told yet that the restriction will be lifted (Article 18(3)): send the notices, and record it with dossier batch notice"}}}
	}
	if err := l.choose(ctx, restricted, since); err != nil {
		return err
	}
	l.rules = act.Rules{Action: act.Lift, Request: l.batch.ID, Register: l.register, Today: clock.DayOf(l.now())}
	l.head = act.Head{Action: act.Lift, Batch: l.batch.Origin, Ground: l.Ground, Searched: l.now(), Register: l.register.Digest}
	if err := l.open(ctx); err != nil {
		return err
	}
	if err := l.draftLifts(ctx, restricted); err != nil {
		return l.drop(ctx, err)
	}
	return l.seal(ctx)
}

// choose takes the people whose restriction ends; by collects the lines that restricted them.
func (l *lifting) choose(ctx context.Context, restricted map[int][]act.Line, since time.Time) error {
	all, err := l.restrictions(ctx)
	if err != nil {
		return err
	}
	for p, err := range l.journal.BatchPeople(ctx, l.batch.ID) {
		if err != nil {
			return err
		}
		lines, is := restricted[p.N]
		if !is {
			continue
		}
		p.State, p.Why = journal.PersonClear, ""
		if later := all.after(l.Desk, locate.Subject{Identifiers: p.Identifiers}, l.batch.ID, since); len(later) > 0 {
			p.State = journal.PersonAside
			if !l.emit(PlanProblem{act.Problem{Why: fmt.Sprintf("%s: their records were restricted for %s since: lift that restriction first", p.At, later[0])}}) {
				return errLeft
			}
		} else {
			l.by = append(l.by, lines...)
		}
		l.people = append(l.people, p)
	}
	return nil
}

// draftLifts makes the plan of the canary, and that of all others.
func (l *lifting) draftLifts(ctx context.Context, restricted map[int][]act.Line) error {
	var clear []int
	for _, p := range l.people {
		if p.State == journal.PersonClear {
			clear = append(clear, p.N)
		}
	}
	planner := act.NewPlanner(l.rules, l.targets)
	l.head.Stages = planner.Stages()
	for _, group := range l.canaryAndOthers(clear) {
		d, err := l.begin(ctx, l.head, len(group))
		if err != nil {
			return err
		}
		var by []act.Line
		for _, person := range group {
			by = append(by, restricted[person]...)
		}
		for line, err := range planner.Lift(ctx, by) {
			if err != nil {
				return err
			}
			if err := d.Add(ctx, line); err != nil {
				return err
			}
			d.sums.add(line)
			if line.Does == act.Leave {
				d.back = append(d.back, line.Record)
			}
		}
	}
	return nil
}

// toldSince reports whether it was told that a restriction will be lifted, since it was made.
func toldSince(notices []journal.Notice, since, now time.Time) bool {
	return slices.ContainsFunc(notices, func(n journal.Notice) bool {
		return n.About == NoticeLift && !n.Sent.Before(since.Truncate(24*time.Hour)) && !n.Sent.After(now)
	})
}

// restrictedPeople returns the people of a batch whose records are restricted, with the lines that restricted them, by the program and by
// hand, in the order of the plans, and when that was planned last.
func (d *Desk) restrictedPeople(ctx context.Context, id string) (map[int][]act.Line, time.Time, error) {
	people := map[int][]act.Line{}
	kept, err := d.journal.Originals(ctx, id)
	if err != nil {
		return nil, time.Time{}, err
	}
	lines, err := act.Originals(kept)
	if err != nil {
		return nil, time.Time{}, err
	}
	for _, line := range lines {
		people[line.Person] = append(people[line.Person], line)
	}
	plans, err := d.journal.Plans(ctx, id)
	if err != nil {
		return nil, time.Time{}, err
	}
	var since time.Time
	byHand := map[int][]act.Line{}
	for _, known := range plans {
		stands := slices.ContainsFunc(kept, func(o journal.Original) bool { return o.Plan == known.ID })
		if !known.State.Carried() && !stands {
			continue
		}
		plan, head, lines, err := act.Read(ctx, d.journal, known.ID)
		if err != nil {
			return nil, since, err
		}
		if head.Action == act.Restrict {
			since = plan.Made
		}
		for line, err := range lines {
			switch {
			case err != nil:
				return nil, since, err
			case head.Action == act.Restrict && line.Does == act.Task:
				byHand[line.Person] = append(byHand[line.Person], line)
			case head.Action == act.Lift:
				delete(byHand, line.Person)
			}
		}
	}
	for person, lines := range byHand {
		people[person] = append(people[person], lines...)
	}
	return people, since, nil
}

// restrictedByBatches returns the people whose records are restricted by batches, by what tells them (see act.KeyedPersons).
func (d *Desk) restrictedByBatches(ctx context.Context) (map[string][]asked, error) {
	batches, err := d.journal.Batches(ctx)
	if err != nil {
		return nil, err
	}
	many := map[string][]asked{}
	for _, b := range batches {
		if b.Purged || b.Action != string(act.Restrict) && b.Action != string(again) {
			continue
		}
		restricted, since, err := d.restrictedPeople(ctx, b.ID)
		if err != nil {
			return nil, err
		}
		if len(restricted) == 0 {
			continue
		}
		for p, err := range d.journal.BatchPeople(ctx, b.ID) {
			if err != nil {
				return nil, err
			}
			if restricted[p.N] == nil {
				continue
			}
			who := locate.Subject{Identifiers: p.Identifiers}
			a := asked{Request: request.Request{ID: b.ID, Subject: who}, person: who, since: since}
			for _, key := range act.KeyedPersons(d.register, who, d.journal.Person) {
				many[key] = append(many[key], a)
			}
		}
	}
	return many, nil
}

// amongMany returns of the people of batches those who are taken as a person, each batch once.
func (d *Desk) amongMany(many map[string][]asked, person locate.Subject) (found []asked) {
	if len(many) == 0 {
		return nil
	}
	for _, key := range act.KeyedPersons(d.register, person, d.journal.Person) {
		for _, a := range many[key] {
			if a.is(d, person) && !slices.ContainsFunc(found, func(f asked) bool { return f.ID == a.ID }) {
				found = append(found, a)
			}
		}
	}
	return found
}
