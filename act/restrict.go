package act

import (
	"fmt"
	"maps"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// restrict plans the restriction of a record (Article 18): a mark, a move to where restricted records are, or both. A record of
// an entity without a rule is restricted with the record it belongs to, and else by hand.
func (r Rules) restrict(c Case) ([]Line, []Problem) {
	rule := c.Entity.Restrict
	switch {
	case rule == nil && c.covered():
		return []Line{c.line(Leave, withParent)}, nil
	case rule == nil:
		return []Line{r.task(c.System, c.change(Task, 0, connectors.Fields{}, ""), "the register does not say how its records are restricted",
			"Make this record unavailable, or move it away, and mark it as restricted.")}, nil
	case rule.Move != "":
		return r.move(c)
	}
	after, problems := c.set("restrict.set", rule.Set)
	if len(problems) > 0 {
		return []Line{c.line(Leave, "")}, problems
	}
	if len(after.Names) == 0 {
		return []Line{c.line(Leave, "it is marked as restricted already")}, nil
	}
	l, problems := r.permitted(c, c.change(Mark, connectors.Update, after, ""), "Mark this record as restricted: "+c.labels(after.Names)+".")
	return []Line{l}, problems
}

// withParent is why a record is left that is restricted with the one it belongs to.
const withParent = "it is restricted with the record that it belongs to"

// covered reports whether an entity is reached through one whose records are restricted.
func (c Case) covered() bool {
	for e := c.Entity; e.Parent != nil; {
		parent, ok := c.System.Entity(e.Parent.Entity)
		if !ok {
			return false
		}
		if parent.Restrict != nil {
			return true
		}
		e = parent
	}
	return false
}

// set returns the fields of the record that a rule changes, with what it writes.
func (c Case) set(key string, values map[string]any) (after connectors.Fields, problems []Problem) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		column, ok := c.Shape.Column(name)
		if !ok {
			problems = append(problems, c.refuse(name, "%s names a field that %s lacks", key, c.Shape.Table)...)
			continue
		}
		v, ok := written(column, values[name])
		if !ok {
			problems = append(problems, c.refuse(name, "%s writes what is no value of the type %s", key, column.Native)...)
			continue
		}
		if !same(column, c.Record.Get(name), v) {
			after.Names, after.Values = append(after.Names, name), append(after.Values, v)
		}
	}
	return after, problems
}

// written returns a value of the register as the column holds it. Truth is a number where the column has no other.
func written(column connectors.Column, raw any) (connectors.Value, bool) {
	if truth, ok := raw.(bool); ok && column.Type.Numeric() {
		raw = map[bool]int64{true: 1}[truth]
	}
	text, ok := connectors.Written(raw)
	if number, isNumber := raw.(int64); isNumber && column.Type == compare.Boolean && (number == 0 || number == 1) {
		text = fmt.Sprint(number == 1)
	}
	canonical, fits := compare.Canonical(column.Type, text)
	return connectors.Text(canonical), ok && fits
}

// same reports whether both are one value of the column, whatever way they are written.
func same(column connectors.Column, a, b connectors.Value) bool {
	if a.Equal(b) {
		return true
	}
	if !a.IsText() || !b.IsText() {
		return false
	}
	x, xok := compare.Canonical(column.Type, a.String())
	y, yok := compare.Canonical(column.Type, b.String())
	return xok && yok && x == y
}

// move plans a copy of a record where restricted records are, with its mark, and behind it the end of the record here.
func (r Rules) move(c Case) ([]Line, []Problem) {
	to, rule := c.to, c.Entity.Restrict
	if !slices.Contains(to.Places, c.Record.Ref.Place) {
		return []Line{c.line(Leave, "")}, c.refuse("", "restrict.move names %s, which is not there", rule.Move)
	}
	todo := "Move this record to " + to.Table + ", and mark it as restricted."
	copied := connectors.Ref{System: c.System.ID, Place: c.Record.Ref.Place, Entity: to.Entity}
	var after connectors.Fields
	var problems []Problem
	for i, name := range c.Record.Names {
		v := c.Record.Values[i]
		column, ok := to.Column(name)
		switch {
		case v.IsStream():
			return []Line{r.task(c.System, c.change(Task, 0, connectors.Fields{}, ""), "it holds content that the program cannot copy", todo)}, nil
		case !ok && !v.IsNull():
			problems = append(problems, c.refuse(name, "%s lacks this field, and its value would be lost", to.Table)...)
		case ok && !column.Generated && !has(rule.Set, name):
			after.Names, after.Values = append(after.Names, name), append(after.Values, v)
		}
	}
	there := c
	there.Shape, there.Record = to, connectors.Record{Ref: copied}
	marks, wrong := there.set("restrict.set", rule.Set)
	if problems = append(problems, wrong...); len(problems) > 0 {
		return []Line{c.line(Leave, "")}, problems
	}
	after.Names, after.Values = append(after.Names, marks.Names...), append(after.Values, marks.Values...)
	for _, key := range to.Key {
		if !after.Has(key) { // the system chooses it
			copied.Key = nil
			break
		}
		copied.Key = append(copied.Key, after.Get(key).String())
	}
	insert := Line{Record: copied, Does: Move, Change: connectors.Change{Op: connectors.Insert, Record: copied, After: after},
		Why: "the copy of a record of " + c.Entity.Label}
	insert, wrong = r.permitted(there, insert, todo)
	problems = append(problems, wrong...)
	remove, wrong := r.permitted(c, c.change(Move, connectors.Delete, connectors.Fields{}, "moved to "+to.Table), todo)
	problems = append(problems, wrong...)
	switch {
	case !insert.Writes():
		return []Line{r.task(c.System, c.change(Task, 0, after, ""), insert.Why, todo)}, problems
	case !remove.Writes():
		return []Line{remove}, problems
	case c.bonds.blocked != "":
		problems = append(problems, c.refuse("", "%s", c.bonds.blocked)...)
	}
	return []Line{insert, remove}, problems
}
