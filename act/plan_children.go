package act

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// check is a question to one system: which records belong to those that are erased or moved?
type check struct {
	tuples  [][]string
	deletes bool // some of the records that they belong to are deleted
}

// note remembers a record that was planned: what it belongs to where it stays, and whose children are to be looked for where
// it does not.
func (r *planning) note(t *target, c Case, l Line, left bool) {
	ref := c.Record.Ref
	r.planned[ref.ID()] = l.Does
	if r.rules.Action == Restrict {
		r.cover(t, c, l, left)
	}
	deletes := l.Change.Op == connectors.Delete
	for i, rel := range t.relations {
		if rel.child == ref.Entity && rel.parent != ref.Entity && !deletes {
			if values, ok := tuple(overlay(c.Record.Fields, l.Change.After), rel.from); ok {
				key := stayKey(i, values)
				r.stays[key] = stay{label: labelOf(t, ref.Entity), left: left || r.stays[key].left}
			}
		}
		if rel.parent != ref.Entity || !deletes && (l.Does != Anonymise || !rel.told) {
			continue // a foreign key alone may be somebody else's, who only points at the person
		}
		values, ok := tuple(c.Record.Fields, rel.to)
		if !ok {
			continue
		}
		if r.checks[i] == nil {
			r.checks[i] = &check{}
		}
		r.checks[i].tuples = append(r.checks[i].tuples, values)
		r.checks[i].deletes = r.checks[i].deletes || deletes
	}
}

// cover remembers a record that is restricted with the one it belongs to, until that one is planned.
func (r *planning) cover(t *target, c Case, l Line, left bool) {
	for i, rel := range t.relations {
		if !rel.told || left {
			continue
		}
		if rel.child == c.Record.Ref.Entity && l.Why == withParent {
			values, _ := tuple(c.Record.Fields, rel.from)
			r.covered[stayKey(i, values)] = rel.child
		}
		if rel.parent == c.Record.Ref.Entity {
			values, _ := tuple(c.Record.Fields, rel.to)
			delete(r.covered, stayKey(i, values))
		}
	}
}

func stayKey(relation int, values []string) string {
	return strconv.Itoa(relation) + "\x00" + tupleKey(values)
}

func labelOf(t *target, entity string) string {
	if e, ok := t.System.Entity(entity); ok {
		return e.Label
	}
	return entity
}

// bondsOf returns which records that stay belong to a record. All of them were planned before it.
func (r *planning) bondsOf(t *target, c Case) bonds {
	b := bonds{fields: map[string]string{}}
	for i, rel := range t.relations {
		if rel.parent != c.Record.Ref.Entity || rel.child == rel.parent {
			continue
		}
		values, ok := tuple(c.Record.Fields, rel.to)
		if !ok {
			continue
		}
		s, stays := r.stays[stayKey(i, values)]
		if !stays {
			continue
		}
		for _, name := range rel.to {
			b.fields[name] = s.label
		}
		switch {
		case rel.enforced:
			b.blocked = fmt.Sprintf("records of %q that stay belong to it (on delete %s): say erase = \"anonymise\" of the entity, or decide about those records first", s.label, rel.onDelete)
		case s.left:
			b.blocked = fmt.Sprintf("records of %q belong to it, and nobody has decided that they are the person's: decide about them first", s.label)
		}
	}
	return b
}

// look asks the systems for records that belong to those that are erased or moved, and refuses a plan that does not name all
// of them: a cascade would reach them, or they would be left behind.
func (r *planning) look() error {
	checks := r.checks
	r.checks = map[int]*check{}
	if r.at == nil || len(checks) == 0 {
		return nil
	}
	t := r.targets[r.at[0]]
	place := t.Catalog.Places[r.at[1]]
	for i, rel := range t.relations {
		c := checks[i]
		if c == nil || !rel.told && !c.deletes {
			continue
		}
		p := Problem{System: t.System.ID, Place: place, Entity: rel.parent}
		shape, ok := t.Catalog.Shape(rel.child)
		if !ok {
			p.Records = len(c.tuples)
			p.Why = fmt.Sprintf("records of %s may belong to its records (on delete %s), and the account cannot see them: let it read the table", rel.table, rel.onDelete)
			r.refuse(p)
			continue
		}
		if len(shape.Places) > 0 && !slices.Contains(shape.Places, place) {
			continue
		}
		unplanned, standing, err := r.children(t, rel, shape, place, c.tuples)
		if err != nil {
			return err
		}
		if p.Records = unplanned; unplanned > 0 {
			switch {
			case rel.told:
				p.Why = fmt.Sprintf("records of %q belong to its records and were not found: search again", labelOf(t, rel.child))
			case rel.mapped:
				p.Why = fmt.Sprintf("records of %q point at its records (on delete %s) and are not planned: if they are the person's, say so by parent = { … } and search again; else say erase = \"anonymise\" of this entity", labelOf(t, rel.child), rel.onDelete)
			default:
				p.Why = fmt.Sprintf("records of the table %s, which the register does not name, belong to its records and would be reached (on delete %s): name it in the register", rel.table, rel.onDelete)
			}
			r.refuse(p)
		}
		if p.Records = standing; standing > 0 && c.deletes && rel.enforced {
			p.Why = fmt.Sprintf("records of the same table that stay belong to its records (on delete %s): decide about them first", rel.onDelete)
			r.refuse(p)
		}
	}
	return nil
}

// children counts the records that belong to others and are not in the plan, and those of the same entity that are in it and stay.
func (r *planning) children(t *target, rel relation, shape connectors.Shape, place string, tuples [][]string) (unplanned, standing int, err error) {
	term := connectors.Term{Fields: rel.from, How: compare.Equal, Values: tuples}
	for _, name := range rel.from {
		if c, ok := shape.Column(name); ok && c.Type == compare.Text && !c.Indexed {
			term.How = compare.Folded
		}
	}
	q := connectors.Query{Entity: shape.Entity, Places: []string{place}, Fields: rel.from, Any: []connectors.Clause{{term}}}
	for _, key := range shape.Key {
		if !slices.Contains(q.Fields, key) {
			q.Fields = append(slices.Clip(q.Fields), key)
		}
	}
	if shape.Key == nil {
		q.Fields = nil // records are named by all of their values
	}
	q, gaps, ok := connectors.Searchable(shape, q)
	if !ok || len(gaps) > 0 {
		r.refuse(Problem{System: t.System.ID, Place: place, Entity: rel.parent, Records: len(tuples),
			Why: fmt.Sprintf("nobody can tell which records of %q belong to its records: %s", labelOf(t, shape.Entity), gaps[0].Why)})
		return 0, 0, nil
	}
	filter, err := connectors.NewFilter(shape, q)
	if err != nil {
		return 0, 0, err
	}
	for record, err := range t.Conn.Find(r.ctx, q) {
		var gap *connectors.Gap
		switch {
		case errors.As(err, &gap):
			r.refuse(Problem{System: t.System.ID, Place: place, Entity: shape.Entity, Why: "nobody can tell which of its records belong to those of the plan: " + gap.Why})
			continue
		case err != nil:
			return 0, 0, fmt.Errorf("%s: the records that belong to others cannot be looked for: %w", t.System.Title, err)
		case !filter.Match(record):
			continue
		}
		does, known := r.planned[record.Ref.ID()]
		switch {
		case !known:
			unplanned++
		case rel.child == rel.parent && does != Delete && does != Move:
			standing++
		}
	}
	return unplanned, standing, nil
}

// refuse adds a reason against the plan. Equal ones are counted together.
func (r *planning) refuse(problems ...Problem) {
	for _, p := range problems {
		i := slices.IndexFunc(r.problems, func(q Problem) bool {
			q.Records = p.Records
			return q == p
		})
		if i < 0 {
			r.problems = append(r.problems, p)
		} else {
			r.problems[i].Records += p.Records
		}
	}
}
