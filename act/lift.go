package act

import (
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/internal/journal"
)

// Settle keeps with the receipt of a line what lifting needs: what a record held before it was restricted, and, once it holds
// that again, nothing. The reference is the record's after the change, as the system answered. It is called for each line that
// was made, within the change of the journal that keeps the receipt, and does nothing for plans of other actions.
func Settle(tx *journal.Tx, plan string, head Head, l Line, after connectors.Ref) error {
	owner, _, _ := strings.Cut(plan, "/")
	switch {
	case head.Action == Restrict && l.Writes():
		if l.Change.Op != connectors.Delete { // an insert is known by its new key
			l.Record, l.Change.Record = after, after
		}
		b, err := encodeLine(l)
		if err != nil {
			return err
		}
		return tx.KeepOriginal(owner, l.Record, plan, l.N, b)
	case head.Action == Lift && l.Does == Restore:
		return tx.DropOriginal(owner, l.Record)
	}
	return nil
}

// Originals reads the lines by which the records of a request or a batch are restricted, in their order.
func Originals(kept []journal.Original) ([]Line, error) {
	lines := make([]Line, len(kept))
	for i, o := range kept {
		var err error
		if lines[i], err = decodeLine(o.Line); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// lift plans the end of a restriction by one of the lines that made it: exactly what was there comes back. The case holds the
// record as it is now, and no values where it is gone. A record that was changed since is refused.
func (r Rules) lift(c Case, by Line) (Line, []Problem) {
	l := c.line(Restore, "")
	l.Record, l.At = by.Record, by.At
	gone := c.Record.Names == nil
	drifted := c.refuse("", "the record was changed since it was restricted: look at it together with its steward, since lifting brings back exactly what was there")
	todo := "Bring this record back to what it was before the restriction."
	switch by.Change.Op {
	case connectors.Update:
		expected := overlay(by.Change.Before, by.Change.After)
		switch {
		case !gone && c.like(by.Change.Before):
			return c.line(Leave, "it is as it was before the restriction"), nil
		case gone || !c.like(expected):
			return c.line(Leave, ""), drifted
		}
		l = c.change(Restore, connectors.Update, pick(by.Change.Before, by.Change.After.Names), "")
	case connectors.Delete: // it was moved away
		if !gone {
			if c.like(by.Change.Before) {
				return c.line(Leave, "it is back already"), nil
			}
			return c.line(Leave, ""), c.refuse("", "another record has the name of one that was moved away")
		}
		var back connectors.Fields
		for i, name := range by.Change.Before.Names {
			column, ok := c.Shape.Column(name)
			if ok && (!column.Generated || slices.Contains(c.Shape.Key, name)) {
				back.Names, back.Values = append(back.Names, name), append(back.Values, by.Change.Before.Values[i])
			}
		}
		l.Change = connectors.Change{Op: connectors.Insert, Record: by.Record, After: back}
	case connectors.Insert: // the copy goes
		if gone {
			return c.line(Leave, "the copy is gone already"), nil
		}
		if !c.like(by.Change.After) {
			return c.line(Leave, ""), drifted
		}
		l = c.change(Restore, connectors.Delete, connectors.Fields{}, "the copy where restricted records are")
	default:
		return c.line(Leave, ""), c.refuse("", "a restriction by %s cannot be lifted", by.Change.Op)
	}
	return r.permitted(c, l, todo)
}

// like reports whether the record holds the values, leaving out those that the system itself writes, and those that an objection
// to marketing has written meanwhile: it does not wait.
func (c Case) like(values connectors.Fields) bool {
	for i, name := range values.Names {
		column, ok := c.Shape.Column(name)
		if s := c.Entity.Suppress; s != nil && has(s.Set, name) {
			continue
		}
		if !ok || !column.Generated && !same(column, c.Record.Get(name), values.Values[i]) {
			return false
		}
	}
	return true
}

// overlay returns the values with others in their place.
func overlay(values, with connectors.Fields) connectors.Fields {
	out := connectors.Fields{Names: values.Names, Values: slices.Clone(values.Values)}
	for i, name := range out.Names {
		if with.Has(name) {
			out.Values[i] = with.Get(name)
		}
	}
	return out
}

// pick returns the fields of those names.
func pick(values connectors.Fields, names []string) connectors.Fields {
	out := connectors.Fields{Names: names}
	for _, name := range names {
		out.Values = append(out.Values, values.Get(name))
	}
	return out
}
