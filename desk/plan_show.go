package desk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"dossier/act"
	"dossier/internal/journal"
)

// NoticeLift is the notice that a restriction will be lifted.
const NoticeLift = "lift"

// PlanInfo is what is known of a plan without its lines.
type PlanInfo struct {
	journal.Plan
	Action act.Action
	Ground string
	Behind string // of a batch: the plan that has to be applied and verified before this one; "": none
}

// Plans returns the plans of a request, the oldest first.
func (d *Desk) Plans(ctx context.Context, id string) ([]PlanInfo, error) {
	if err := d.known(ctx); err != nil {
		return nil, err
	}
	if _, err := d.journal.Request(ctx, id); err != nil {
		return nil, err
	}
	plans, err := d.journal.Plans(ctx, id)
	if err != nil {
		return nil, err
	}
	list := make([]PlanInfo, len(plans))
	for i, plan := range plans {
		_, head, _, err := act.Read(ctx, d.journal, plan.ID)
		if err != nil {
			return nil, err
		}
		list[i] = PlanInfo{plan, head.Action, head.Ground, head.Behind}
	}
	return list, nil
}

// ShowPlan tells a plan as it was made, and logs that it was looked at. Its events are one PlanLine a record, then Planned. Its
// last error tells where the plan is not what was sealed.
func (d *Desk) ShowPlan(ctx context.Context, id string) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, seePeople...); err != nil {
			return err
		}
		plan, head, lines, err := d.readPlan(ctx, id)
		if err != nil {
			return err
		}
		sums := d.newTotals(head)
		for l, err := range lines {
			if err != nil {
				return err
			}
			sums.add(l)
			if !emit(d.planLine(l)) {
				return errLeft
			}
		}
		done := sums.planned(head)
		done.Plan, done.State, done.Digest = plan.ID, string(plan.State), plan.Digest
		emit(done)
		return nil
	})
}

// DiffPlans tells what differs from one plan to another, and logs that they were looked at. Its events are PlanDifference.
func (d *Desk) DiffPlans(ctx context.Context, before, after string) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, seePeople...); err != nil {
			return err
		}
		_, _, a, err := d.readPlan(ctx, before)
		if err != nil {
			return err
		}
		_, _, b, err := d.readPlan(ctx, after)
		if err != nil {
			return err
		}
		for diff, err := range act.Diff(a, b) {
			if err != nil {
				return err
			}
			if !emit(PlanDifference{d.planSide(diff.Before), d.planSide(diff.After)}) {
				return errLeft
			}
		}
		return nil
	})
}

// readPlan reads a plan for a person, and logs that it is looked at.
func (d *Desk) readPlan(ctx context.Context, id string) (journal.Plan, act.Head, iter.Seq2[act.Line, error], error) {
	plan, head, lines, err := act.Read(ctx, d.journal, id)
	if err != nil {
		return plan, head, nil, err
	}
	return plan, head, lines, d.note(ctx, plan.Request, "", "plan viewed", struct {
		Plan string `json:"plan"`
	}{id})
}

// planLine puts what the register says beside a line.
func (d *Desk) planLine(l act.Line) PlanLine {
	out := PlanLine{Line: l, SystemTitle: l.Record.System, Label: l.Record.Entity}
	if s, ok := d.register.System(l.Record.System); ok {
		out.SystemTitle = s.Title
		if e, ok := s.Entity(l.Record.Entity); ok {
			out.Label = e.Label
		}
	}
	return out
}

func (d *Desk) planSide(l *act.Line) *PlanLine {
	if l == nil {
		return nil
	}
	line := d.planLine(*l)
	return &line
}

// totals count the lines of a plan.
type totals struct {
	desk    *Desk
	systems []PlanTotal
	lines   int
	changes int
}

func (d *Desk) newTotals(head act.Head) *totals {
	t := &totals{desk: d}
	for _, stage := range head.Stages {
		total := PlanTotal{System: stage.System, Title: stage.System, Last: stage.Last, Backup: stage.Backup, Does: map[act.Does]int{}}
		if s, ok := d.register.System(stage.System); ok {
			total.Title = s.Title
		}
		t.systems = append(t.systems, total)
	}
	return t
}

func (t *totals) add(l act.Line) {
	t.lines++
	if l.Writes() {
		t.changes++
	}
	for i := range t.systems {
		if t.systems[i].System == l.Record.System {
			t.systems[i].Does[l.Does]++
		}
	}
}

// all returns the counts over all systems.
func (t *totals) all() map[act.Does]int {
	sum := map[act.Does]int{}
	for _, s := range t.systems {
		for does, n := range s.Does {
			sum[does] += n
		}
	}
	return sum
}

func (t *totals) planned(head act.Head) Planned {
	return Planned{Request: head.Request, Action: head.Action, Ground: head.Ground, Lines: t.lines, Changes: t.changes, Systems: t.systems}
}

// allowedStill returns an error that wraps ErrRefused where something speaks by now against a plan that was made: a hold, or an
// access request of the same person that is not answered.
func (d *Desk) allowedStill(ctx context.Context, plan string) error {
	of, head, lines, err := act.Read(ctx, d.journal, plan)
	if err != nil {
		return err
	}
	if head.Batch != "" {
		return d.batchAllowedStill(ctx, of.Request, head, lines)
	}
	r, err := d.openRequest(ctx, head.Request)
	if err != nil {
		return err
	}
	f, err := d.Finding(ctx, head.Request)
	if err != nil {
		return err
	}
	var systems []string
	for l, err := range lines {
		if err != nil {
			return err
		}
		if (l.Writes() || l.Does == act.Task) && !slices.Contains(systems, l.Record.System) {
			systems = append(systems, l.Record.System)
		}
	}
	problems, err := d.forbidden(ctx, r, head.Action, f.own(), systems)
	if err != nil || len(problems) == 0 {
		return err
	}
	return fmt.Errorf("%w: %w", ErrRefused, &act.Refusal{Problems: problems})
}

// Noticed records that the person of a request, or everybody of a batch, was told something on a day.
func (d *Desk) Noticed(ctx context.Context, id, about string, sent time.Time) error {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return err
	}
	if about != NoticeLift {
		return fmt.Errorf("%w: %q is no notice: write %q", ErrUsage, about, NoticeLift)
	}
	if sent.After(d.now().Add(14 * time.Hour)) { // somewhere the day has begun
		return fmt.Errorf("%w: the notice is sent on a day that is yet to come: record it then", ErrUsage)
	}
	if _, err := d.journal.Batch(ctx, id); errors.Is(err, journal.ErrNoBatch) {
		if _, err := d.openRequest(ctx, id); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	return d.journal.Update(ctx, func(tx *journal.Tx) error {
		return errors.Join(tx.AddNotice(id, journal.Notice{About: about, Sent: sent, Operator: d.operator}), d.log(tx, id, "", "notice recorded", struct {
			About string `json:"about"`
			Sent  string `json:"sent"`
		}{about, sent.Format(time.DateOnly)}))
	})
}
