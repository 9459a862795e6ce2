package desk

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"dossier/act"
	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request/clock"
)

// NewReplay says which system was restored from a backup.
type NewReplay struct {
	System  string
	Reason  string // for the log: without personal data
	Despite string // why it is planned all the same if the system could not be read whole, or far more would be changed than ever was; "": it is not
}

// again is the action of a batch that does again what was done before.
const again Action = "replay"

// Replay reads a system that came back from a backup from end to end, tells by the journal's traces the records that plans have
// erased, restricted or rectified, and plans the same again: one plan an action. Nothing is written to the system. A record that is
// as a plan has left it makes no line; one of which it is not certain that it is the same is set aside, and left. Its events are
// Started, Progress and Coverage, a PlanLine a record, then BatchPlanned; where something speaks against it, one PlanProblem a reason, and an
// error that wraps ErrRefused. Traces of which no backup can be left any more are deleted before.
func (d *Desk) Replay(ctx context.Context, n NewReplay) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleDecide); err != nil {
			return err
		}
		r, err := d.newReplaying(ctx, n, emit)
		if err != nil {
			return err
		}
		defer r.planning.close()
		return r.refused(ctx, r.make(ctx))
	})
}

// replaying is a replay while it is planned. Each record that answers to a trace is a person to its batch.
type replaying struct {
	*batching
	system *connectors.System
	traces *act.Traces
	wants  []map[Action][]act.TracedLine // by person: what was done, and by which lines
	left   map[int]string                // people who are left, and why
}

func (d *Desk) newReplaying(ctx context.Context, n NewReplay, emit func(Event) bool) (*replaying, error) {
	sys, ok := d.register.System(n.System)
	switch {
	case !ok:
		return nil, fmt.Errorf("%w: the register has no system %q", ErrUsage, n.System)
	case sys.Manual():
		return nil, fmt.Errorf("%w: people work %s: the program keeps no traces of what they did in it", ErrUsage, sys.Title)
	case strings.TrimSpace(n.Reason) == "":
		return nil, fmt.Errorf("%w: say why: the reason stands in the log, and holds no personal data", ErrUsage)
	}
	p := &planning{Desk: d, NewPlan: NewPlan{Action: again, Despite: map[string]string{}}, emit: emit}
	if n.Despite != "" {
		p.Despite[sys.ID] = n.Despite
	}
	r := &replaying{batching: &batching{planning: p}, system: sys, left: map[int]string{}}
	today := d.now().UTC().Format(time.DateOnly)
	err := d.journal.Update(ctx, func(tx *journal.Tx) error {
		dropped, err := tx.DropTraces(today)
		if err != nil {
			return err
		}
		if r.batch, err = tx.NewBatch(journal.Batch{Action: string(again), Origin: "replay", From: sys.ID, Reason: n.Reason, Operator: d.operator}); err != nil {
			return err
		}
		return d.log(tx, r.batch.ID, sys.ID, "replay begun", struct {
			Reason  string `json:"reason"`
			Expired int64  `json:"expired"` // traces that were deleted
		}{n.Reason, dropped})
	})
	if err != nil {
		return nil, err
	}
	kept, err := d.journal.Traces(ctx, sys.ID, today)
	if err != nil {
		return nil, err
	}
	r.traces = act.NewTraces(kept)
	p.rules = act.Rules{Request: r.batch.ID, Register: d.register, Today: clock.DayOf(d.now())}
	p.head = act.Head{Batch: r.batch.Origin, Register: d.register.Digest}
	return r, nil
}

func (r *replaying) make(ctx context.Context) error {
	tracer := act.NewTracer(r.register, r.journal.Tracer())
	if err := r.take(ctx, &taking{batching: r.batching, reads: func(*connectors.System, string) bool { return true },
		root: func(e *connectors.Entity, _ connectors.Shape, record connectors.Record) (taken, with bool) {
			return r.answers(e, r.traces.Of(tracer, e, record))
		}, first: func(person int) bool { return r.wants[person][act.Erase] == nil }}, r.system); err != nil {
		return err
	}
	if r.traces.Older > 0 {
		r.finding.Coverage[0].State = locate.Partly
		r.finding.Coverage[0].Gaps = append(r.finding.Coverage[0].Gaps, connectors.Gap{
			Why: fmt.Sprintf("%d of its traces are of an earlier version of the program, and tell records by their names and not by identifiers", r.traces.Older)})
	}
	if problems := r.searched(); len(problems) > 0 {
		return &act.Refusal{Problems: problems}
	}
	if err := r.forbid(ctx); err != nil {
		return err
	}
	for person, why := range r.left {
		r.claims.Aside(person, why)
	}
	r.settle()
	if err := r.open(ctx); err != nil {
		return err
	}
	planned := map[int]bool{}
	for _, action := range []Action{act.Erase, act.Rectify, act.Restrict} {
		if err := r.draft(ctx, action, planned); err != nil {
			return r.drop(ctx, err)
		}
	}
	if err := r.withinTraced(ctx, r.Despite[r.system.ID]); err != nil {
		return r.drop(ctx, err)
	}
	for i := range r.people {
		if p := &r.people[i]; p.State == journal.PersonClear && !planned[p.N] {
			p.State = journal.PersonAbsent
		}
	}
	if err := r.keepPeople(ctx); err != nil {
		return r.drop(ctx, err)
	}
	return r.seal(ctx)
}

// answers takes in what the traces say of the next record. What was erased is not corrected or restricted any more, and goes with what
// belongs to it. What belongs to a record that was moved away is looked at with it, since nothing is moved without its children known.
func (r *replaying) answers(e *connectors.Entity, a act.Answers) (taken, with bool) {
	if len(a.Lines) == 0 {
		return false, false
	}
	wants := map[Action][]act.TracedLine{}
	for _, l := range a.Lines {
		wants[l.Action] = append(wants[l.Action], l)
	}
	if erase := wants[act.Erase]; erase != nil {
		wants = map[Action][]act.TracedLine{act.Erase: erase}
	}
	if a.Left != "" {
		r.left[len(r.wants)] = a.Left
	}
	r.wants = append(r.wants, wants)
	moves := wants[act.Restrict] != nil && e.Restrict != nil && e.Restrict.Move != ""
	return true, (wants[act.Erase] != nil || moves) && a.Left == ""
}

// forbid takes away what a hold, a restriction or an access request forbids to be done again. A system that is held is refused.
func (r *replaying) forbid(ctx context.Context) error {
	for _, action := range []Action{act.Erase, act.Rectify} {
		stands, err := r.standing(ctx, action)
		if err != nil {
			return err
		}
		for i, wants := range r.wants {
			if wants[action] == nil || r.left[i] != "" {
				continue
			}
			problems := stands.systems([]string{r.system.ID})
			if len(problems) > 0 {
				return &act.Refusal{Problems: problems}
			}
			if problems = stands.against(r.Desk, locate.Subject{Identifiers: r.people[i].Identifiers}, r.batch.ID); len(problems) == 0 {
				continue
			}
			if delete(wants, action); len(wants) == 0 {
				r.left[i] = problems[0].Why
			}
		}
	}
	return nil
}

// draft makes the plan of one action, where there is anything to be done.
func (r *replaying) draft(ctx context.Context, action Action, planned map[int]bool) error {
	rules, head := r.rules, r.head
	rules.Action, head.Action = action, action
	planner := act.NewPlanner(rules, r.targets)
	head.Stages = planner.Stages()
	var grounds []string
	list := r.claims.Of(planner, func(person int) bool {
		done := r.wants[person][action]
		for _, l := range done {
			if l.Ground != "" && !slices.Contains(grounds, l.Ground) {
				grounds = append(grounds, l.Ground)
			}
		}
		return len(done) > 0 && r.people[person].State == journal.PersonClear
	})
	if len(list) == 0 {
		return nil
	}
	slices.Sort(grounds)
	head.Ground = strings.Join(grounds, ", ")
	made, err := act.NewDraft(ctx, r.journal, r.batch.ID, r.operator, head, r.now())
	if err != nil {
		return err
	}
	d := &draft{Draft: made, head: head, sums: r.newTotals(head)}
	r.drafts = append(r.drafts, d)
	n, does, people := 0, false, map[int]bool{}
	for l, err := range planner.Lines(ctx, r.corrected(ctx, action, planner.Items(ctx, list, nil))) {
		if err != nil {
			return err
		}
		if !l.Writes() && l.Record.Entity != "" && (l.Does == act.Anonymise || l.Does == act.Leave && len(l.Stays) == 0) {
			continue // it is as the plan has left it
		}
		n++
		l.N = n
		if err := d.Add(ctx, l); err != nil {
			return err
		}
		d.sums.add(l)
		if l.Writes() || l.Does == act.Task {
			does = true
			people[l.Person] = true
		}
		if !r.emit(r.planLine(l)) {
			return errLeft
		}
	}
	if !does {
		r.drafts = r.drafts[:len(r.drafts)-1]
		return d.Drop(ctx)
	}
	d.people = len(people)
	for person := range people {
		planned[person] = true
	}
	return nil
}

// corrected adds to records that are rectified how they were before.
func (r *replaying) corrected(ctx context.Context, action Action, items iter.Seq2[act.Item, error]) iter.Seq2[act.Item, error] {
	if action != act.Rectify {
		return items
	}
	return func(yield func(act.Item, error) bool) {
		for item, err := range items {
			if err == nil {
				own := slices.DeleteFunc(slices.Clone(r.wants[item.Person-1][action]), func(l act.TracedLine) bool { return l.Entity != item.Record.Ref.Entity })
				item.Again, err = act.ReadAgain(ctx, r.journal, own)
			}
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}
