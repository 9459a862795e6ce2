package desk

import (
	"dossier/act"
	"dossier/connectors"
)

// PlanLine tells one line of a plan: a record, what is done with it, and why.
type PlanLine struct {
	act.Line
	Label       string // the entity's label; "" for a line about a whole system
	SystemTitle string
}

// Before returns what the preview shows of the record as it is: all of it where the record goes, else the fields that change.
func (l PlanLine) Before() connectors.Fields {
	if l.Change.Op == connectors.Delete || l.Does == act.Task && len(l.Change.After.Names) == 0 {
		return l.Change.Before
	}
	var f connectors.Fields
	for _, name := range l.Change.After.Names {
		if l.Change.Before.Has(name) {
			f.Names, f.Values = append(f.Names, name), append(f.Values, l.Change.Before.Get(name))
		}
	}
	return f
}

// PlanProblem tells a reason why the plan is not made, and what to do about it.
type PlanProblem struct{ act.Problem }

// Planned ends a plan that was made or shown.
type Planned struct {
	Plan    string      `json:"plan"` // its id
	Request string      `json:"request"`
	Action  act.Action  `json:"action"`
	Ground  string      `json:"ground"`
	State   string      `json:"state"`
	Digest  string      `json:"digest"`
	Lines   int         `json:"lines"`
	Changes int         `json:"changes"`        // lines by which the program writes
	Systems []PlanTotal `json:"systems"`        // in the order in which they are changed
	Days    string      `json:"days,omitempty"` // where the request asks about some days only: what that means for the plan, when it is made
}

// PlanTotal counts what a plan does in one system.
type PlanTotal struct {
	System string           `json:"system"`
	Title  string           `json:"title"`
	Last   bool             `json:"last,omitempty"` // changed after every other system
	Backup string           `json:"backup,omitempty"`
	Does   map[act.Does]int `json:"does"`
}

// PlanDifference tells a record with which two plans do not do the same.
type PlanDifference struct {
	Before *PlanLine // nil: only the second plan names the record
	After  *PlanLine // nil: only the first plan does
}

// Type returns "line".
func (PlanLine) Type() string { return "line" }

// Type returns "problem".
func (PlanProblem) Type() string { return "problem" }

// Type returns "planned".
func (Planned) Type() string { return "planned" }

// Type returns "difference".
func (PlanDifference) Type() string { return "difference" }

// MarshalJSON writes the line under the record's own names.
func (l PlanLine) MarshalJSON() ([]byte, error) { return typed(l.Type(), l.plain()) }

// plain is the line as JSON writes it.
func (l PlanLine) plain() any {
	op := ""
	if l.Writes() {
		op = l.Change.Op.String()
	}
	return struct {
		N      int `json:"n"`
		Person int `json:"person,omitempty"`
		connectors.Ref
		At          string            `json:"at,omitempty"`
		Label       string            `json:"label,omitempty"`
		SystemTitle string            `json:"system_title"`
		Does        act.Does          `json:"does"`
		Op          string            `json:"op,omitempty"`
		Before      connectors.Fields `json:"before"`
		After       connectors.Fields `json:"after"`
		Stays       []act.Stay        `json:"stays"`
		Why         string            `json:"why,omitempty"`
		Basis       connectors.Basis  `json:"basis,omitempty"`
		Until       string            `json:"until,omitempty"`
		Todo        string            `json:"todo,omitempty"`
		Steward     string            `json:"steward,omitempty"`
		Due         string            `json:"due,omitempty"`
	}{l.N, l.Person, l.Record, l.At, l.Label, l.SystemTitle, l.Does, op, l.Before(), l.Change.After, filled(l.Stays), l.Why, l.Basis,
		l.Until, l.Todo, l.Steward, l.Due}
}

// MarshalJSON writes the problem with its type first.
func (p PlanProblem) MarshalJSON() ([]byte, error) { return typed(p.Type(), p.Problem) }

// MarshalJSON writes the event with its type first.
func (p Planned) MarshalJSON() ([]byte, error) {
	type plain Planned
	p.Systems = filled(p.Systems)
	return typed(p.Type(), plain(p))
}

// MarshalJSON writes the lines of both plans, null where one has none.
func (d PlanDifference) MarshalJSON() ([]byte, error) {
	side := func(l *PlanLine) any {
		if l == nil {
			return nil
		}
		return l.plain()
	}
	return typed(d.Type(), struct {
		Before any `json:"before"`
		After  any `json:"after"`
	}{side(d.Before), side(d.After)})
}
