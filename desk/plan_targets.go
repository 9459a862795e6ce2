package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"dossier/act"
	"dossier/connectors"
	"dossier/locate"
)

// refusals returns a *act.Refusal with everything that speaks against a plan before any system is looked at.
func (p *planning) refusals(ctx context.Context) error {
	systems := p.systems()
	for _, s := range p.register.Systems {
		if _, despite := p.Despite[s.ID]; despite || s.Manual() { // people are asked to do it
			systems = append(systems, s.ID)
		}
	}
	problems, err := p.forbidden(ctx, p.request, p.Action, p.finding.own(), systems)
	if err != nil {
		return err
	}
	if p.Action == act.Lift {
		more, err := p.restricted(ctx)
		if err != nil {
			return err
		}
		problems = append(problems, more...)
	} else {
		problems = append(problems, p.searched()...)
	}
	if len(problems) > 0 {
		return &act.Refusal{Problems: problems}
	}
	return nil
}

// systems returns the systems with records that are taken as the subject's.
func (p *planning) systems() []string {
	if p.reach != nil {
		return p.reach
	}
	var systems []string
	for _, record := range p.finding.own() {
		if !slices.Contains(systems, record.Ref.System) {
			systems = append(systems, record.Ref.System)
		}
	}
	return systems
}

// searched returns the systems that were not fully searched and that nobody has said the plan is made despite of.
func (p *planning) searched() []act.Problem {
	var problems []act.Problem
	for _, c := range p.finding.Coverage {
		why, despite := p.Despite[c.System]
		switch {
		case c.State != locate.Partly && c.State != locate.Failed && c.State != locate.LeftOut:
		case despite:
			p.head.Despite = append(p.head.Despite, act.Despite{System: c.System, Why: why})
		default:
			problems = append(problems, act.Problem{System: c.System,
				Why: fmt.Sprintf("it was not fully searched (%s): search again, or say why the plan is made despite of it", gapsOf(c))})
		}
	}
	return problems
}

func gapsOf(c locate.Coverage) string {
	switch len(c.Gaps) {
	case 0:
		return string(c.State)
	case 1:
		return c.Gaps[0].Error()
	}
	return fmt.Sprintf("%s; and %d more gaps", c.Gaps[0].Error(), len(c.Gaps)-1)
}

// open opens the systems that the plan looks at, all at once, and says of the others why it does not. The error is a *act.Refusal
// where one cannot be opened.
func (p *planning) open(ctx context.Context) error {
	var wanted []*connectors.System
	for _, s := range p.register.Systems {
		if (p.Action != act.Lift || p.lifts(s.ID)) && (p.only == nil || slices.Contains(p.only, s.ID)) {
			wanted = append(wanted, s)
		}
	}
	p.targets = make([]act.Target, len(wanted))
	failed := make([]error, len(wanted))
	var group sync.WaitGroup
	for i, s := range wanted {
		p.targets[i].System = s
		if !s.Manual() && p.looks(s) {
			group.Go(func() { failed[i] = p.connect(ctx, &p.targets[i]) })
		}
	}
	group.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var refusal act.Refusal
	for i, s := range wanted {
		if why, refused := p.unlooked(s, failed[i], &p.targets[i]); refused {
			refusal.Problems = append(refusal.Problems, act.Problem{System: s.ID, Why: why})
		}
	}
	if len(refusal.Problems) > 0 {
		return &refusal
	}
	return nil
}

// unlooked says of a system why the plan does not look at it, or that not all of it was searched, and what people do there. It
// returns why there can be no plan, where there cannot.
func (p *planning) unlooked(s *connectors.System, failed error, t *act.Target) (why string, refused bool) {
	if p.Action == act.Lift { // the tasks of a system that people work come from its restriction
		if failed != nil {
			return failed.Error(), true
		}
		return "", false
	}
	i := slices.IndexFunc(p.finding.Coverage, func(c locate.Coverage) bool { return c.System == s.ID })
	reason, despite := p.Despite[s.ID]
	switch {
	case s.Manual():
		t.Why, t.Todo = "people work it", p.todo(s)
	case i < 0:
		return "the last search did not know of it yet: search again", true
	case p.finding.Coverage[i].State == locate.Excluded:
		t.Why = "it holds the data of other controllers"
	case despite:
		t.Why = "it was not fully searched, and the plan was made despite of that: " + reason
		if p.finding.Coverage[i].State == locate.Failed || failed != nil {
			t.Todo = p.todo(s)
		}
	case failed != nil:
		return failed.Error(), true
	}
	return "", false
}

// lifts reports whether a record of the system is restricted.
func (p *planning) lifts(system string) bool {
	return slices.ContainsFunc(p.by, func(l act.Line) bool { return l.Record.System == system })
}

// looks reports whether the plan has to look at a system: it holds records of the person, or a list of those who are not written to.
func (p *planning) looks(s *connectors.System) bool {
	if p.Action == act.Lift {
		return slices.ContainsFunc(p.by, func(l act.Line) bool { return l.Record.System == s.ID && l.Writes() })
	}
	excluded := slices.ContainsFunc(p.finding.Coverage, func(c locate.Coverage) bool { return c.System == s.ID && c.State == locate.Excluded })
	return slices.Contains(p.systems(), s.ID) || p.Action == act.Object && !excluded &&
		slices.ContainsFunc(s.Entities, func(e *connectors.Entity) bool { return e.Suppress != nil && e.Suppress.Add != nil })
}

// todo says what people do in a system that they work.
func (p *planning) todo(s *connectors.System) string {
	do := map[act.Action]string{
		act.Erase:    "Erase what it holds about the person, but what the law asks to keep.",
		act.Restrict: "Make what it holds about the person unavailable, and mark it as restricted.",
		act.Lift:     "Lift the restriction: bring back what was there before it.",
		act.Object:   "Stop marketing to the person.",
		act.Rectify:  fmt.Sprintf("Correct what it holds about the person: the right value of %s is %s.", p.Fact.Fact, p.Fact.Value),
	}[p.Action]
	if s.Task != "" {
		do += " How the person is found: " + s.Task
	}
	return do
}

// connect opens and describes a system in the time that the register allows for a place.
func (p *planning) connect(ctx context.Context, t *act.Target) error {
	ctx, cancel := context.WithTimeout(ctx, t.System.Timeout.Duration)
	defer cancel()
	conn, err := t.System.Opens()(ctx)
	if err != nil {
		return fmt.Errorf("it cannot be opened: %w", err)
	}
	if t.Catalog, err = conn.Describe(ctx); err != nil {
		_ = conn.Close() // nothing was read from it
		return fmt.Errorf("it cannot be described: %w", err)
	}
	t.Conn = conn
	return nil
}

func (p *planning) close() {
	for _, t := range p.targets {
		if t.Conn != nil {
			_ = t.Conn.Close() // everything was read: a failure to close loses nothing
		}
	}
}

// items returns the records of the finding in the order of the plan, with the reason why nothing is done with some. Those of
// the subject must be as the search saw them.
func (p *planning) items(ctx context.Context, planner *act.Planner) ([]act.Item, error) {
	var items []act.Item
	own := map[string][]connectors.Record{}
	for _, m := range p.finding.Matches {
		ref := m.Record.Ref
		if _, ok := p.register.System(ref.System); !ok {
			return nil, &act.Refusal{Problems: []act.Problem{{System: ref.System, Why: "the register does not name it any more: search again"}}}
		}
		items = append(items, act.Item{Record: m.Record, Left: leftWhy(m)})
		if m.Included() {
			own[ref.System] = append(own[ref.System], m.Record)
		}
	}
	planner.Sort(items)
	var changed []string
	for _, t := range p.targets {
		if t.Conn == nil || len(own[t.System.ID]) == 0 {
			continue
		}
		n, err := drifted(ctx, t, own[t.System.ID])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.System.Title, err)
		}
		if n > 0 {
			changed = append(changed, fmt.Sprintf("%d of %s", n, t.System.Title))
		}
	}
	if len(changed) > 0 {
		return nil, fmt.Errorf("%w: since the search, records were changed or removed: %s; search again", ErrStale, strings.Join(changed, ", "))
	}
	return items, nil
}

// drifted counts the records that are not what the search saw.
func drifted(ctx context.Context, t act.Target, records []connectors.Record) (n int, err error) {
	refs := make([]connectors.Ref, len(records))
	for i, r := range records {
		refs[i] = r.Ref
	}
	now, err := act.Fetch(ctx, t.Conn, refs)
	for _, r := range records {
		if current, ok := now[r.Ref.ID()]; !ok || current.Digest() != r.Digest() {
			n++
		}
	}
	return n, err
}

// leftWhy returns why nothing is done with a record that was found, "" where it is the subject's.
func leftWhy(m Match) string {
	switch {
	case m.Included():
		return ""
	case m.Decision == locate.Mentions:
		return "it is about somebody else and names the person"
	case m.Decision.Against():
		return "it was decided that it is not the person's"
	case m.Unfounded:
		return "what led to it is not taken as the person's any more, and nobody has decided about it"
	}
	return "nobody has decided whether it is the person's"
}
