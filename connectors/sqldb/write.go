package sqldb

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
)

var errCount = errors.New("the server changed another number of records than were planned")

// write makes a group of changes of one form by one statement.
func (t *transaction) write(ctx context.Context, group []int) error {
	first := group[0]
	e, d := t.steps[first].entity, t.place.sys.d
	if t.changes[first].Op == connectors.Insert {
		return t.insert(ctx, group)
	}
	why, err := t.takesAlong(ctx, group)
	if err != nil {
		return err
	}
	if why != "" {
		for _, i := range group {
			t.decide(i, connectors.Denied, why)
		}
		return nil
	}
	st := &statement{d: d}
	if t.changes[first].Op == connectors.Delete {
		st.WriteString("DELETE FROM " + e.table.quoted(d))
	} else {
		st.WriteString("UPDATE " + e.table.quoted(d) + " SET ")
		for n, f := range t.steps[first].after {
			if n > 0 {
				st.WriteString(", ")
			}
			st.WriteString(d.quote(f.c.column) + " = ")
			t.assign(st, group, n)
		}
	}
	st.WriteString(" WHERE ")
	st.term(e, t.keys(group))
	return t.count(ctx, st, len(group))
}

// assign writes the value of a field of the group's updates: one for all, or one for each key.
func (t *transaction) assign(st *statement, group []int, n int) {
	f := t.steps[group[0]].after[n]
	if !slices.ContainsFunc(group, func(i int) bool { return !t.steps[i].after[n].value.Equal(f.value) }) {
		st.d.assign(st, f.c, f.bound)
		return
	}
	st.WriteString("CASE")
	for i := range group {
		st.WriteString(" WHEN ")
		st.term(t.steps[group[0]].entity, t.keys(group[i:i+1]))
		st.WriteString(" THEN ")
		st.d.assign(st, f.c, t.steps[group[i]].after[n].bound)
	}
	st.WriteString(" END")
}

// keys returns the term for the records of the group.
func (t *transaction) keys(group []int) connectors.Term {
	term := connectors.Term{How: compare.Equal}
	for _, c := range t.steps[group[0]].entity.key {
		term.Fields = append(term.Fields, c.name)
	}
	for _, i := range group {
		term.Values = append(term.Values, t.changes[i].Record.Key)
	}
	return term
}

// count runs a statement that must match a number of records.
func (t *transaction) count(ctx context.Context, st *statement, want int) error {
	n, err := t.place.sys.d.run(ctx, t.session, st)
	if err == nil && n != int64(want) {
		err = fmt.Errorf("%w (%d and not %d)", errCount, n, want)
	}
	return err
}

// insert makes records: several whose keys are known, or one whose key the system may choose.
func (t *transaction) insert(ctx context.Context, group []int) error {
	first := group[0]
	e, d := t.steps[first].entity, t.place.sys.d
	st := &statement{d: d}
	st.WriteString("INSERT INTO " + e.table.quoted(d))
	if t.names(first) != nil {
		rows := make([][]field, len(group))
		for n, i := range group {
			rows[n] = t.steps[i].after
			t.outcomes[i].Record.Key = t.names(i)[0]
		}
		d.insert(st, rows, nil)
		return t.count(ctx, st, len(group))
	}
	var chosen []*column
	for _, k := range e.key {
		if !slices.ContainsFunc(t.steps[first].after, func(f field) bool { return f.c == k }) {
			chosen = append(chosen, k)
		}
	}
	if len(chosen) != 1 {
		t.decide(first, connectors.Denied, "the key of the new record is not known")
		return nil
	}
	d.insert(st, [][]field{t.steps[first].after}, chosen[0])
	text, err := d.chosen(ctx, t.session, st)
	if err != nil {
		return err
	}
	key := make([]string, len(e.key))
	for n, k := range e.key {
		key[n] = text
		for _, f := range t.steps[first].after {
			if f.c == k {
				key[n] = f.value.String()
			}
		}
	}
	t.outcomes[first].Record.Key = key
	return nil
}

// verify reads back what was written: a value that the server cut, rounded or converted is refused.
func (t *transaction) verify(ctx context.Context, wave []int) error {
	at := map[*entity]map[string]int{}
	keys := map[*entity][][]string{}
	for _, i := range wave {
		if t.changes[i].Op == connectors.Delete || t.decided(i) {
			continue
		}
		key := t.outcomes[i].Record.Key
		if t.changes[i].Op == connectors.Update {
			key = t.keyAfter(i)
		}
		e := t.steps[i].entity
		if at[e] == nil {
			at[e] = map[string]int{}
		}
		at[e][joinKey(key)] = i
		keys[e] = append(keys[e], key)
	}
	for e, list := range keys {
		err := t.read(ctx, e, list, false, func(id string, values []connectors.Value) {
			i, current := at[e][id], connectors.Fields{Names: e.shape.Names(), Values: values}
			for _, f := range t.steps[i].after {
				if !sameValue(f.c, current.Get(f.c.name), f.value) {
					t.decide(i, connectors.Denied, "the field "+f.c.name+" would not hold the value as it was to be written: it would be cut, rounded or converted")
				}
			}
			delete(at[e], id)
		})
		if err != nil {
			return err
		}
		for _, i := range at[e] {
			t.decide(i, connectors.Denied, "the record is not found under its key after it was written: the key would be cut or converted")
		}
	}
	return nil
}

// takesAlong says which other records the server would change with those of the group, "" where it would
// change none: children of a record that is deleted, or whose key is written.
func (t *transaction) takesAlong(ctx context.Context, group []int) (string, error) {
	e, d := t.steps[group[0]].entity, t.place.sys.d
	for _, ref := range e.table.children {
		if t.changes[group[0]].Op == connectors.Update && !t.writes(group[0], ref.to) {
			continue
		}
		if ref.child == nil {
			return fmt.Sprintf("records of %s may belong to it and would be changed with it, and the account cannot see them", ref.label), nil
		}
		st := &statement{d: d}
		st.WriteString("SELECT COUNT(*) FROM " + ref.child.quoted(d) + " WHERE EXISTS (SELECT 1 FROM " + e.table.quoted(d) + " dossier_parent WHERE ")
		for i := range ref.from {
			st.WriteString(ref.child.quoted(d) + "." + d.quote(ref.from[i]) + " = dossier_parent." + d.quote(ref.to[i]) + " AND ")
		}
		st.qualifier = "dossier_parent."
		st.term(e, t.keys(group))
		st.WriteString(")")
		if ref.child == e.table { // children that the same statement deletes
			st.WriteString(" AND NOT ")
			st.qualifier = ""
			st.term(e, t.keys(group))
		}
		var n int64
		if err := t.session.query(ctx, st.String(), st.args, func(scan func(...any) error) error { return scan(&n) }); err != nil {
			return "", err
		}
		if n > 0 {
			return fmt.Sprintf("records of %s belong to it (%d), and the changes before it leave them", ref.label, n), nil
		}
	}
	return "", nil
}

// writes reports whether an update gives one of the columns another value.
func (t *transaction) writes(i int, columns []string) bool {
	current := connectors.Fields{Names: t.steps[i].entity.shape.Names(), Values: t.steps[i].current}
	return slices.ContainsFunc(t.steps[i].after, func(f field) bool {
		return slices.Contains(columns, f.c.column) && !sameValue(f.c, current.Get(f.c.name), f.value)
	})
}
