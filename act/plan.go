package act

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// Target is a system that a plan is about.
type Target struct {
	System  *connectors.System
	Conn    connectors.Connector // nil: it is not looked at, and each change becomes a task
	Catalog connectors.Catalog
	Why     string // why the system is not looked at, or what of it was not searched; "": it is, and all was
	Todo    string // what people are asked to do in a system that they work, or that could not be reached
}

// Item is a record of the finding.
type Item struct {
	Person int // in a batch: which person, from 1
	Record connectors.Record
	Left   string     // why nothing is done with it; "": it is the person's
	Fact   Correction // Rectify, in a batch: what is wrong of this person; else Rules.Fact
	Again  *Again     // Rectify, in a replay: how the record was corrected before; nil: by Fact
}

// Planner makes the lines of a plan. It holds what it needs of one place at a time, so that the records of thousands of people
// pass through it.
type Planner struct {
	rules   Rules
	targets []*target
}

// target is a Target with what follows from it.
type target struct {
	Target
	relations []relation
	rank      map[string]int // of entities, in the order in which they are changed
	place     map[string]int
}

// NewPlanner returns a planner. Systems that others are keyed from are changed last; the others in their order.
func NewPlanner(rules Rules, targets []Target) *Planner {
	p := &Planner{rules: rules}
	for _, last := range []bool{false, true} {
		for _, t := range targets {
			if t.System.Last != last {
				continue
			}
			of := &target{Target: t, relations: relationsOf(t.System, t.Catalog), place: map[string]int{}}
			of.rank = ranks(t.Catalog, of.relations)
			for i, name := range t.Catalog.Places {
				of.place[name] = i
			}
			p.targets = append(p.targets, of)
		}
	}
	return p
}

// Stages returns the systems of the plan in the order in which they are changed.
func (p *Planner) Stages() []Stage {
	stages := make([]Stage, len(p.targets))
	for i, t := range p.targets {
		stages[i] = Stage{System: t.System.ID, Last: t.System.Last, Scope: t.Catalog.Scope, Backup: t.System.Backups}
	}
	return stages
}

// Compare orders records as a plan changes them: by system, place, and entity, children before what they belong to.
func (p *Planner) Compare(a, b connectors.Ref) int {
	return slices.Compare(p.position(a), p.position(b))
}

func (p *Planner) position(r connectors.Ref) []int {
	i := slices.IndexFunc(p.targets, func(t *target) bool { return t.System.ID == r.System })
	if i < 0 {
		return []int{len(p.targets)}
	}
	t := p.targets[i]
	return []int{i, t.place[r.Place], t.rank[r.Entity]}
}

// Sort puts records in the order of Compare.
func (p *Planner) Sort(items []Item) {
	slices.SortStableFunc(items, func(a, b Item) int { return p.Compare(a.Record.Ref, b.Record.Ref) })
}

// Lines yields the plan line by line, numbered from 1. The items come in the order of Compare, each record once. Where anything
// speaks against the plan, the lines that can be told come all the same, and the last error is a *Refusal with every reason; an
// error of items or of a system ends the plan.
func (p *Planner) Lines(ctx context.Context, items iter.Seq2[Item, error]) iter.Seq2[Line, error] {
	return p.pass(ctx, func(r *planning) error { return r.run(items) })
}

// pass yields the lines that a pass makes, and last why there are no more.
func (p *Planner) pass(ctx context.Context, do func(*planning) error) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		r := &planning{Planner: p, ctx: ctx, yield: yield}
		err := do(r)
		switch {
		case errors.Is(err, errEnough):
		case err != nil:
			yield(Line{}, err)
		case len(r.problems) > 0:
			yield(Line{}, &Refusal{r.problems})
		}
	}
}

var errEnough = errors.New("the caller wants no more lines")

// planning is one pass of items through a planner.
type planning struct {
	*Planner
	ctx      context.Context
	yield    func(Line, error) bool
	n        int
	problems []Problem
	at       []int             // the position of the last item
	done     int               // how many targets are behind
	planned  map[string]Does   // what is done with the records of the place that were planned, by their IDs
	stays    map[string]stay   // records of the place that stay, by what they belong to
	covered  map[string]string // records that are restricted with another that was not planned yet: their entity
	checks   map[int]*check    // the children that are still to be looked for, by the relation's position
	listed   map[string]bool   // identifiers that stand in the system's lists of those who are not written to
	tries    map[string]string // the rules that forbid values, "" where none does, by entity, field and value in the place
}

// stay is a record that stays and belongs to another.
type stay struct {
	label string
	left  bool // it is not the person's, or nobody has said so
}

func (r *planning) run(items iter.Seq2[Item, error]) error {
	r.listed = map[string]bool{}
	r.forget()
	for item, err := range items {
		if err != nil {
			return err
		}
		if err := r.item(item); err != nil {
			return err
		}
	}
	return r.end(len(r.targets))
}

// forget begins a new place.
func (r *planning) forget() {
	for _, entity := range r.covered {
		r.refuse(Problem{System: r.targets[r.at[0]].System.ID, Entity: entity, Records: 1, Why: "it is to be restricted with the record that it belongs to, and that one is not restricted: decide about that one, or say restrict = { … } of this entity"})
	}
	r.planned, r.stays, r.checks, r.covered, r.tries = map[string]Does{}, map[string]stay{}, map[int]*check{}, map[string]string{}, map[string]string{}
}

func (r *planning) item(item Item) error {
	ref := item.Record.Ref
	at := r.position(ref)
	switch order := slices.Compare(r.at, at); {
	case at[0] == len(r.targets):
		return fmt.Errorf("act: a record of %s, which the plan is not about", ref.System)
	case order > 0:
		return fmt.Errorf("act: the records do not come in the order of a plan: %s", ref.System)
	case order < 0 && r.at != nil:
		if err := r.look(); err != nil {
			return err
		}
		if at[0] != r.at[0] || at[1] != r.at[1] {
			r.forget()
		}
	}
	if err := r.end(at[0]); err != nil {
		return err
	}
	r.at = at
	if _, twice := r.planned[ref.ID()]; twice {
		return fmt.Errorf("act: a record of %s comes twice", ref.System)
	}
	lines, problems := r.record(r.targets[at[0]], item)
	r.refuse(problems...)
	for _, l := range lines {
		problems, err := r.tried(r.targets[at[0]], l)
		if err != nil {
			return err
		}
		r.refuse(problems...)
		l.Person = item.Person
		if err := r.emit(l); err != nil {
			return err
		}
	}
	return nil
}

func (r *planning) emit(l Line) error {
	r.n++
	l.N = r.n
	if !r.yield(l, nil) {
		return errEnough
	}
	return r.ctx.Err()
}

// record plans one record.
func (r *planning) record(t *target, item Item) ([]Line, []Problem) {
	c := Case{System: t.System, Record: item.Record}
	ref := item.Record.Ref
	if item.Left != "" {
		c.Shape, _ = t.Catalog.Shape(ref.Entity)
		l := c.line(Leave, item.Left)
		r.note(t, c, l, true)
		return []Line{l}, nil
	}
	entity, mapped := t.System.Entity(ref.Entity)
	if !mapped {
		return []Line{c.line(Leave, "")}, []Problem{{System: ref.System, Entity: ref.Entity, Records: 1, Why: "the register does not name it any more: search again"}}
	}
	c.Entity = entity
	r.onList(c)
	if t.Conn == nil {
		return []Line{r.rules.task(t.System, c.change(Task, 0, connectors.Fields{}, ""), t.Why, t.Todo)}, nil
	}
	shape, there := t.Catalog.Shape(ref.Entity)
	if !there {
		return []Line{c.line(Leave, "")}, c.refuse("", "the system has no %s any more: search again", entity.Table)
	}
	if slices.ContainsFunc(t.Catalog.Closed, func(g connectors.Gap) bool { return g.Place == "" || g.Place == ref.Place }) {
		shape.Ops = nil
	}
	c.Shape = shape
	if entity.Restrict != nil {
		c.to, _ = t.Catalog.Shape(entity.Restrict.Move)
	}
	c.bonds = r.bondsOf(t, c)
	rules := r.rules
	if item.Fact.Fact != "" {
		rules.Fact = item.Fact
	}
	lines, problems := rules.Lines(c)
	if item.Again != nil {
		lines, problems = rules.again(c, *item.Again)
	}
	for _, l := range lines {
		if l.Record.Entity == ref.Entity {
			r.note(t, c, l, false)
		}
	}
	return lines, problems
}

// end tells of the systems up to a position, once all of their records are planned: lists of those who are not written to, and
// systems that people work or that could not be searched.
func (r *planning) end(until int) error {
	if r.done < until && r.at != nil {
		if err := r.look(); err != nil {
			return err
		}
		r.forget()
	}
	for ; r.done < until; r.done++ {
		t := r.targets[r.done]
		if err := r.lists(t); err != nil {
			return err
		}
		l := Line{Record: connectors.Ref{System: t.System.ID}, Does: Leave, Why: t.Why}
		switch {
		case t.Todo != "":
			l = r.rules.task(t.System, l, t.Why, t.Todo)
		case t.Why == "":
			continue
		}
		if err := r.emit(l); err != nil {
			return err
		}
	}
	return nil
}

// lists enters the person in the lists of those who are not written to, where they are not on them yet.
func (r *planning) lists(t *target) error {
	if r.rules.Action != Object || t.Conn == nil {
		return nil
	}
	for _, e := range t.System.Entities {
		if e.Suppress == nil || e.Suppress.Add == nil {
			continue
		}
		shape, _ := t.Catalog.Shape(e.Name)
		lines, problems := r.rules.enter(Case{System: t.System, Entity: e, Shape: shape}, func(kind, value string) bool { return r.listed[listKey(e, kind, value)] })
		r.refuse(problems...)
		for _, l := range lines {
			if err := r.emit(l); err != nil {
				return err
			}
		}
	}
	clear(r.listed)
	return nil
}

// onList notes the identifiers that stand on a list of those who are not written to.
func (r *planning) onList(c Case) {
	if r.rules.Action != Object || c.Entity.Suppress == nil || c.Entity.Suppress.Add == nil {
		return
	}
	for _, f := range c.Entity.Fields {
		if v := c.Record.Get(f.Name); f.Is != "" && v.IsText() {
			r.listed[listKey(c.Entity, f.Is, v.String())] = true
		}
	}
}

func listKey(e *connectors.Entity, kind, value string) string {
	return e.Name + "\x00" + kind + "\x00" + compare.Fold(value)
}
