package act

import (
	"context"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/locate"
)

// searches reports whether people are searched for again. They are not where the plan was made without a search: of a rule of retention, of
// what a controller leaves, of a system that came back from a backup. What else is held of those people is as it should be.
func (v *verification) searches() bool {
	return v.head.Action != Lift && v.head.Action != Object && (v.head.Batch == "" || v.head.Batch == "file")
}

// search searches for the person again, and reports what the plan does not explain.
func (v *verification) search(ctx context.Context) error {
	if !v.searches() {
		return nil
	}
	subjects, people, err := v.subjects(ctx)
	if err != nil || len(subjects) == 0 {
		return err
	}
	found := map[string]locate.Claim{}
	var order []string
	for e := range locate.SearchMany(ctx, v.Register, v.Subject.Controller, subjects, v.Search) {
		switch e := e.(type) {
		case locate.Claim:
			id := e.Record.Ref.ID()
			known, again := found[id]
			if !again {
				order = append(order, id)
			}
			if again && known.Person != e.Person && known.Certain && !e.Certain {
				continue // it may be one person's, and is certain to be another's
			}
			found[id] = e
		case locate.Coverage:
			v.covered(e)
		default:
			v.emit(Searching{e})
			if !v.going {
				return nil
			}
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, id := range order {
		v.matched(people[found[id].Person], found[id].Match)
	}
	return nil
}

// subjects returns whom the plan is about, with what is known of them and what their records held before, and their numbers in
// the plan.
func (v *verification) subjects(ctx context.Context) (subjects []locate.Subject, people []int, err error) {
	if v.head.Batch == "" {
		if len(v.Subject.Identifiers) == 0 {
			return nil, nil, nil
		}
		return []locate.Subject{v.known(v.Subject, 0)}, []int{0}, nil
	}
	planned := map[int]bool{}
	for _, l := range v.lines {
		planned[l.Person] = true
	}
	for p, err := range v.Journal.BatchPeople(ctx, v.plan.Request) {
		if err != nil {
			return nil, nil, err
		}
		if planned[p.N] {
			subjects = append(subjects, v.known(locate.Subject{Identifiers: p.Identifiers}, p.N))
			people = append(people, p.N)
		}
	}
	return subjects, people, nil
}

// known adds to a subject what their records held before the plan.
func (v *verification) known(s locate.Subject, person int) locate.Subject {
	for _, id := range v.before[person] {
		if !slices.Contains(s.Identifiers, id) {
			s.Identifiers = append(slices.Clip(s.Identifiers), id)
		}
	}
	return s
}

// covered takes in what could not be searched.
func (v *verification) covered(c locate.Coverage) {
	if c.State == locate.Excluded || c.State == locate.ByHand {
		return
	}
	known := slices.ContainsFunc(v.head.Despite, func(d Despite) bool { return d.System == c.System })
	for _, g := range c.Gaps {
		v.found(c.System, Finding{Effect: Unreachable, Where: whereOf(g), Why: g.Why, Despite: known && c.State != locate.Failed})
	}
}

func whereOf(g connectors.Gap) string {
	var parts []string
	for _, p := range []string{g.Place, g.Entity, g.Field} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "/")
}

// matched takes in a record that was found again.
func (v *verification) matched(person int, m locate.Match) {
	ref := m.Record.Ref
	decision := v.Search.Decided(ref)
	if decision.Against() {
		return
	}
	l, planned := v.lines[ref.ID()]
	switch sure := m.Certain || decision == locate.Accepted; {
	case planned && v.changed[ref.ID()]:
		if v.head.Action == Erase && sure {
			v.found(ref.System, Finding{Effect: Pseudonymised, Record: &ref, Why: "it is still found by what was known of the person: " + evidence(m)})
		}
	case planned && (l.Does == Keep || l.Does == Task || l.Writes()): // told already
	case planned && l.Why == withParent:
		v.found(ref.System, Finding{Effect: Marked, Record: &ref, Why: withParent})
	case planned && sure && v.head.Action == Erase:
		v.found(ref.System, Finding{Effect: Residual, Record: &ref, Why: "it was left as it is: " + l.Why})
	case planned:
		why := "it was left as it is: "
		if !sure {
			why = "it may be the person's, and was left as it is: "
		}
		v.found(ref.System, Finding{Effect: Residual, Record: &ref, Despite: true, Why: why + l.Why})
	case v.head.Action == Rectify:
		if v.stillWrong(person, m.Record) {
			v.found(ref.System, Finding{Effect: Residual, Record: &ref, Why: "it holds a value that was corrected elsewhere, and is not in the plan"})
		}
	case sure:
		v.found(ref.System, Finding{Effect: Residual, Record: &ref, Why: "it is found now and is not in the plan: " + evidence(m)})
	default:
		v.open++
		v.found(ref.System, Finding{Effect: Residual, Record: &ref, Despite: true, Why: "it may be the person's and is not in the plan: decide about it; " + evidence(m)})
	}
}

// stillWrong reports whether a record holds, in a field of the same identifier, a value that the plan has corrected.
func (v *verification) stillWrong(person int, r connectors.Record) bool {
	system, ok := v.Register.System(r.Ref.System)
	if !ok {
		return false
	}
	e, ok := system.Entity(r.Ref.Entity)
	if !ok {
		return false
	}
	return slices.ContainsFunc(e.Fields, func(f *connectors.Field) bool {
		id := locate.Identifier{Kind: f.Is, Value: strings.TrimSpace(r.Get(f.Name).String())}
		return f.Is != "" && f.Is == v.head.Fact && slices.Contains(v.before[person], id)
	})
}

// evidence says in words why a record was found, without its values.
func evidence(m locate.Match) string {
	var kinds []string
	for _, e := range m.Evidence {
		if e.Agrees && e.Identifier != "" && !slices.Contains(kinds, e.Identifier) {
			kinds = append(kinds, e.Identifier)
		}
	}
	if len(kinds) == 0 {
		return "it belongs to another record"
	}
	return strings.Join(kinds, ", ")
}
