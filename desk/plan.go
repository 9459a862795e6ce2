package desk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"dossier/act"
	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/request"
	"dossier/request/clock"
)

// Action is what a plan does: "erase", "restrict", "lift", "rectify" or "object".
type Action = act.Action

// Correction is one fact that is put right.
type Correction = act.Correction

// NewPlan says which plan is made of a request.
type NewPlan struct {
	Action  Action            // "": what the kind of the request asks for
	Ground  string            // in the UK GDPR: "17(1)(b)"; "" where the action has only one
	Fact    Correction        // Rectify: what is wrong and what is right
	Despite map[string]string // systems that were not fully searched: why the plan is made all the same
}

// Plan plans what becomes of every record that the last search of a request found, and keeps the plan under its digest. Nothing
// is written to any system. Its events are one PlanLine a record, then Planned. A plan that something speaks against is not kept:
// its events are one PlanProblem a reason, and its last error wraps ErrRefused. It wraps ErrStale where the search is not what
// the systems hold any more.
func (d *Desk) Plan(ctx context.Context, id string, n NewPlan) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleDecide); err != nil {
			return err
		}
		p, err := d.newPlanning(ctx, id, n, emit)
		if err != nil {
			return err
		}
		defer p.close()
		err = p.make(ctx)
		var refusal *act.Refusal
		if !errors.As(err, &refusal) {
			return err
		}
		if err := d.note(ctx, id, "", "plan refused", struct {
			Action   act.Action `json:"action"`
			Problems int        `json:"problems"`
		}{p.rules.Action, len(refusal.Problems)}); err != nil {
			return err
		}
		for _, problem := range refusal.Problems {
			if !emit(PlanProblem{problem}) {
				return errLeft
			}
		}
		return fmt.Errorf("%w: %w", ErrRefused, refusal)
	})
}

// planning is one plan while it is made.
type planning struct {
	*Desk
	NewPlan
	request request.Request
	finding Finding
	rules   act.Rules
	head    act.Head
	emit    func(Event) bool
	targets []act.Target
	by      []act.Line // Lift: the lines by which records were restricted
	reach   []string   // a batch: the systems with records of its people
	only    []string   // a batch that was not searched for: the systems that it is about; nil: all
}

// newPlanning checks what is asked for.
func (d *Desk) newPlanning(ctx context.Context, id string, n NewPlan, emit func(Event) bool) (*planning, error) {
	r, err := d.openRequest(ctx, id)
	if err != nil {
		return nil, err
	}
	p := &planning{Desk: d, NewPlan: n, request: r, emit: emit}
	var kind request.Kind
	if p.Action, kind, err = actionOf(r, n.Action); err != nil {
		return nil, err
	}
	switch {
	case p.Ground != "":
	case p.Action == act.Object && kind == request.WithdrawConsent:
		p.Ground = "7(3)"
	case p.Action == act.Object:
		p.Ground = "21(2)"
	case p.Action == act.Erase:
		p.Ground = r.Ground
	}
	if p.Ground, err = act.GroundOf(p.Action, p.Ground); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	if err := p.checkFact(); err != nil {
		return nil, err
	}
	for system, why := range n.Despite {
		if _, ok := d.register.System(system); !ok || strings.TrimSpace(why) == "" {
			return nil, fmt.Errorf("%w: name a system of the register, and say why the plan is made although %s was not fully searched", ErrUsage, system)
		}
		if err := checkReason(why, r.Subject); err != nil {
			return nil, err
		}
	}
	if p.finding, err = d.Finding(ctx, id); err != nil {
		if errors.Is(err, ErrNotSearched) {
			err = fmt.Errorf("%w: search before the plan is made", err)
		}
		return nil, err
	}
	if err := p.finding.whole(id); err != nil && p.Action != act.Lift {
		return nil, err
	}
	due, err := d.Clock(r)
	if err != nil {
		return nil, err
	}
	p.rules = act.Rules{Action: p.Action, Request: id, Ground: p.Ground, Register: d.register, Today: clock.DayOf(d.now()), Due: due.Due, Fact: p.Fact,
		Persons: act.Reached(d.register, r.Subject, p.finding.own())}
	p.head = act.Head{Action: p.Action, Request: id, Ground: p.Ground, Fact: p.Fact.Fact, Searched: p.finding.Searched, Register: d.register.Digest}
	return p, nil
}

func (p *planning) checkFact() error {
	f := p.Fact
	switch {
	case p.Action != act.Rectify && f.Fact == "":
		return nil
	case p.Action != act.Rectify:
		return fmt.Errorf("%w: a fact is named to rectify it, and not to %s", ErrUsage, p.Action)
	case f.Fact == "" || strings.TrimSpace(f.Value) == "":
		return fmt.Errorf("%w: name the fact that is wrong, an identifier or a category of the register, and its right value", ErrUsage)
	}
	for _, s := range p.register.Systems {
		for _, e := range s.Entities {
			if slices.ContainsFunc(e.Fields, func(field *connectors.Field) bool { return field.Is == f.Fact || field.Category == f.Fact }) {
				return nil
			}
		}
	}
	return fmt.Errorf("%w: no field of the register holds the identifier or the category %q", ErrUsage, f.Fact)
}

// make makes the plan and keeps it.
func (p *planning) make(ctx context.Context) error {
	if err := p.refusals(ctx); err != nil {
		return err
	}
	if err := p.open(ctx); err != nil {
		return err
	}
	planner := act.NewPlanner(p.rules, p.targets)
	p.head.Stages = planner.Stages()
	lines := planner.Lift(ctx, p.by)
	if p.Action != act.Lift {
		items, err := p.items(ctx, planner)
		if err != nil {
			return err
		}
		lines = planner.Lines(ctx, func(yield func(act.Item, error) bool) {
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
		})
	}
	draft, err := act.NewDraft(ctx, p.journal, p.request.ID, p.operator, p.head, p.now())
	if err != nil {
		return err
	}
	if err := p.write(ctx, draft, lines); err != nil {
		return errors.Join(err, draft.Drop(ctx))
	}
	return nil
}

// write keeps the lines as they are made, and seals the plan.
func (p *planning) write(ctx context.Context, draft *act.Draft, lines iter.Seq2[act.Line, error]) error {
	sums := p.newTotals(p.head)
	var back []connectors.Ref // records that were restricted and are already what they were
	for l, err := range lines {
		if err != nil {
			return err
		}
		if err := draft.Add(ctx, l); err != nil {
			return err
		}
		sums.add(l)
		if p.Action == act.Lift && l.Does == act.Leave {
			back = append(back, l.Record)
		}
		if !p.emit(p.planLine(l)) {
			return errLeft
		}
	}
	done := sums.planned(p.head)
	if s := headerOf(p.request).Span; p.Action != act.Lift && s.Words() != "" {
		done.Days = "The request asks about the days " + s.Words() + ". They cut what is handed over; this plan is about every day."
	}
	err := draft.Seal(ctx, func(tx *journal.Tx) error {
		for _, ref := range back {
			if err := tx.DropOriginal(p.request.ID, ref); err != nil {
				return err
			}
		}
		return p.log(tx, p.request.ID, "", "plan made", struct {
			Plan    string           `json:"plan"`
			Action  act.Action       `json:"action"`
			Ground  string           `json:"ground"`
			Digest  string           `json:"digest"`
			Does    map[act.Does]int `json:"does"`
			Despite []string         `json:"despite,omitempty"`
		}{draft.Plan.ID, p.Action, p.Ground, draft.Plan.Digest, sums.all(), despiteOf(p.head)})
	})
	if err != nil {
		return err
	}
	done.Plan, done.State, done.Digest = draft.Plan.ID, string(draft.Plan.State), draft.Plan.Digest
	if !p.emit(done) {
		return errLeft
	}
	return nil
}

func despiteOf(h act.Head) []string {
	var systems []string
	for _, d := range h.Despite {
		systems = append(systems, d.System)
	}
	return systems
}
