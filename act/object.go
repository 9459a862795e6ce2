package act

import (
	"slices"
	"strings"

	"dossier/connectors"
)

// withdrawn is the ground of a consent that was withdrawn: what rests on it stops.
const withdrawn = "7(3)"

// object plans that a record's person is not written to any more (Articles 21(3) and 7(3)): marketing is suppressed, and
// nothing is deleted, so that the wish holds.
func (r Rules) object(c Case) (Line, []Problem) {
	rule := c.Entity.Suppress
	switch {
	case rule == nil && r.Ground == withdrawn && c.System.Basis == "consent":
		return r.task(c.System, c.change(Task, 0, connectors.Fields{}, ""), "it is held on consent, which was withdrawn", "Stop using this record, or have it erased."), nil
	case rule == nil:
		return c.line(Leave, "the register does not say that marketing is sent by it"), nil
	case rule.Add != nil && len(rule.Set) == 0:
		return c.line(Leave, "it is on the list of those who are not written to"), nil
	}
	after, problems := c.set("suppress.set", rule.Set)
	if len(problems) > 0 {
		return c.line(Leave, ""), problems
	}
	if len(after.Names) == 0 {
		return c.line(Leave, "marketing is suppressed already"), nil
	}
	return r.permitted(c, c.change(Suppress, connectors.Update, after, ""), "Stop marketing to this person: set "+c.labels(after.Names)+".")
}

// today stands for the day on which the plan is made in values of suppress.add.
const today = "{today}"

// enter plans the entries of a person in a list of those who are not to be written to: one for each of their identifiers that
// the list holds and that is not on it yet. The case has no record; listed tells what is on the list.
func (r Rules) enter(c Case, listed func(identifier, value string) bool) (lines []Line, problems []Problem) {
	if len(c.Shape.Places) == 0 {
		return nil, c.refuse("", "the list of those who are not written to is not there")
	}
	values := map[string]any{}
	for name, raw := range c.Entity.Suppress.Add {
		if text, ok := raw.(string); ok {
			raw = strings.ReplaceAll(text, today, r.Today.String())
		}
		values[name] = raw
	}
	c.Record = connectors.Record{Ref: connectors.Ref{System: c.System.ID, Place: c.Shape.Places[0], Entity: c.Entity.Name}}
	more, problems := c.set("suppress.add", values)
	if len(problems) > 0 {
		return nil, problems
	}
	reaches := false
	for _, f := range c.Entity.Fields {
		id, ok := r.Register.Identifier(f.Is)
		column, there := c.Shape.Column(f.Name)
		if !ok || !there || id.Strength == connectors.Weak || has(c.Entity.Suppress.Add, f.Name) {
			continue
		}
		reaches = true
		for _, value := range r.Persons[f.Is] {
			v, fits := written(column, value)
			if listed(f.Is, value) || !fits {
				continue
			}
			l := Line{Record: c.Record.Ref, Does: Suppress, Why: "the " + id.Title + " is not on the list yet", Change: connectors.Change{
				Op: connectors.Insert, Record: c.Record.Ref,
				After: connectors.Fields{Names: slices.Concat([]string{f.Name}, more.Names), Values: slices.Concat([]connectors.Value{v}, more.Values)},
			}}
			l, wrong := r.permitted(c, l, "Enter the person in this list: "+c.labels(l.Change.After.Names)+".")
			lines, problems = append(lines, l), append(problems, wrong...)
		}
	}
	if !reaches {
		problems = append(problems, c.refuse("", "no field of the list holds an identifier that a person is reached by")...)
	}
	return lines, problems
}
