package sqldb

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// waves divides the changes such that each record is in one wave once: what comes later sees what came before.
func (t *transaction) waves() [][]int {
	var waves [][]int
	var wave []int
	seen := map[string]bool{}
	for _, i := range t.own {
		if t.decided(i) {
			continue
		}
		names := []string{t.changes[i].Record.ID()}
		if t.changes[i].Op == connectors.Update {
			moved := t.changes[i].Record
			moved.Key = t.keyAfter(i)
			if id := moved.ID(); id != names[0] {
				names = append(names, id)
			}
		}
		anonymous := t.changes[i].Op == connectors.Insert && len(t.changes[i].Record.Key) == 0
		if !anonymous && slices.ContainsFunc(names, func(n string) bool { return seen[n] }) {
			waves = append(waves, wave)
			wave, seen = nil, map[string]bool{}
		}
		for _, n := range names {
			seen[n] = true
		}
		wave = append(wave, i)
	}
	if len(wave) > 0 {
		waves = append(waves, wave)
	}
	return waves
}

// make locks the records of a wave, decides which changes can be made, and makes those: runs of changes of
// the same form together.
func (t *transaction) make(ctx context.Context, wave []int) error {
	if err := t.lock(ctx, wave); err != nil {
		return err
	}
	for _, i := range wave {
		t.judge(i)
	}
	if t.refused() {
		return nil
	}
	wave = slices.DeleteFunc(slices.Clone(wave), t.decided)
	for len(wave) > 0 {
		n := 1
		for n < len(wave) && n < t.place.sys.d.maxChanges() && t.alike(wave[0], wave[n]) {
			n++
		}
		if err := t.write(ctx, wave[:n]); err != nil || t.refused() {
			return t.blame(wave[:n], err)
		}
		wave = wave[n:]
	}
	return nil
}

// blame gives the changes that one statement was to make the server's refusal.
func (t *transaction) blame(group []int, err error) error {
	if err == nil {
		return nil
	}
	v := t.place.sys.d.judge(err)
	if !v.server || v.transient {
		return err
	}
	for _, i := range group {
		t.decide(i, connectors.Denied, v.String())
	}
	return nil
}

// alike reports whether two changes can be one statement: deletes of an entity, or updates that write the same.
func (t *transaction) alike(i, j int) bool {
	a, b := &t.steps[i], &t.steps[j]
	if t.changes[i].Op != t.changes[j].Op || a.entity != b.entity || t.changes[i].Op == connectors.Insert {
		return false
	}
	return slices.EqualFunc(a.after, b.after, func(f, g field) bool {
		return f.c == g.c && f.value.Equal(g.value) && !slices.Contains(a.entity.key, f.c)
	})
}

// lock reads the records of the changes under lock, with every field.
func (t *transaction) lock(ctx context.Context, wave []int) error {
	byEntity := map[*entity][]int{}
	var order []*entity
	for _, i := range wave {
		e := t.steps[i].entity
		if byEntity[e] == nil {
			order = append(order, e)
		}
		byEntity[e] = append(byEntity[e], i)
	}
	for _, e := range order {
		at := map[string][]int{} // the changes by the keys that their records may have
		var keys [][]string
		for _, i := range byEntity[e] {
			for _, key := range t.names(i) {
				id := joinKey(key)
				if at[id] == nil {
					keys = append(keys, key)
				}
				at[id] = append(at[id], i)
			}
		}
		found := map[string][]connectors.Value{}
		if err := t.read(ctx, e, keys, true, func(id string, values []connectors.Value) {
			if _, twice := found[id]; twice {
				for _, i := range at[id] {
					t.decide(i, connectors.Denied, "two records have the same key: correct the key in the register")
				}
			}
			found[id] = values
		}); err != nil {
			return err
		}
		for _, i := range byEntity[e] {
			for _, key := range t.names(i) {
				if values, ok := found[joinKey(key)]; ok && t.steps[i].current == nil {
					t.steps[i].current = values
				}
			}
		}
	}
	return nil
}

// names returns the keys under which the record of a change can be found: its own, and the one that an
// update gives it.
func (t *transaction) names(i int) [][]string {
	c := &t.changes[i]
	switch c.Op {
	case connectors.Insert:
		key := make([]string, len(t.steps[i].entity.key))
		for n, k := range t.steps[i].entity.key {
			at := slices.IndexFunc(t.steps[i].after, func(f field) bool { return f.c == k })
			if at < 0 || !t.steps[i].after[at].value.IsText() {
				return nil
			}
			key[n] = t.steps[i].after[at].value.String()
		}
		return [][]string{key}
	case connectors.Update:
		if after := t.keyAfter(i); !slices.Equal(after, c.Record.Key) {
			return [][]string{c.Record.Key, after}
		}
	}
	return [][]string{c.Record.Key}
}

// read calls each with every record of the keys, all fields in the order of the entity.
func (t *transaction) read(ctx context.Context, e *entity, keys [][]string, lock bool, each func(id string, values []connectors.Value)) error {
	d := t.place.sys.d
	f := &finder{place: t.place, entity: e, query: connectors.Query{Entity: e.name}}
	f.prepare()
	term := connectors.Term{How: compare.Equal, Values: keys}
	for _, c := range e.key {
		term.Fields = append(term.Fields, c.name)
	}
	wanted := map[string]bool{}
	for _, key := range keys {
		wanted[joinKey(key)] = true
	}
	for chunk := range slices.Chunk(keys, min(d.maxChanges(), maxTuples)) {
		term.Values = chunk
		st := f.selectFrom([]connectors.Clause{{term}}, lock)
		err := d.stream(ctx, t.session, st, f.cells, func() bool {
			f.fill()
			if id := joinKey(f.record.Ref.Key); wanted[id] {
				each(id, f.record.Clone().Values)
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// judge decides whether a change can be made to the record as it is.
func (t *transaction) judge(i int) {
	if t.decided(i) {
		return
	}
	c, step := &t.changes[i], &t.steps[i]
	if step.current == nil {
		switch c.Op {
		case connectors.Delete:
			t.decide(i, connectors.Already, "")
		case connectors.Update:
			t.decide(i, connectors.Drifted, "the record is gone")
		}
		return
	}
	current := connectors.Fields{Names: step.entity.shape.Names(), Values: step.current}
	switch {
	case c.Op == connectors.Insert && holds(current, step.after):
		t.decide(i, connectors.Already, "")
	case c.Op == connectors.Insert:
		t.decide(i, connectors.Drifted, "another record has the key")
	case connectors.RowDigest(current) == c.Digest && slices.Equal(keyIn(step.entity, current), c.Record.Key):
	case c.Op == connectors.Update && holds(current, step.after) && connectors.RowDigest(before(current, c)) == c.Digest:
		t.decide(i, connectors.Already, "")
		t.outcomes[i].Record.Key = t.keyAfter(i)
	default:
		t.decide(i, connectors.Drifted, "the record is not what the plan saw")
	}
}

func keyIn(e *entity, f connectors.Fields) []string {
	key := make([]string, len(e.key))
	for i, c := range e.key {
		key[i] = f.Get(c.name).String()
	}
	return key
}

// holds reports whether the record holds what a change writes.
func holds(current connectors.Fields, after []field) bool {
	return !slices.ContainsFunc(after, func(f field) bool { return !sameValue(f.c, current.Get(f.c.name), f.value) })
}

// sameValue reports whether a stored value is the one that was to be written, whatever way it is written.
func sameValue(c *column, stored, asked connectors.Value) bool {
	if stored.Equal(asked) {
		return true
	}
	if !stored.IsText() || !asked.IsText() {
		return false
	}
	a, aok := compare.Canonical(c.typ, stored.String())
	b, bok := compare.Canonical(c.typ, asked.String())
	return aok && bok && a == b
}

// before returns the record with the planned values in the fields that the change writes.
func before(current connectors.Fields, c *connectors.Change) connectors.Fields {
	f := connectors.Fields{Names: current.Names, Values: slices.Clone(current.Values)}
	for i, name := range f.Names {
		if c.After.Has(name) {
			f.Values[i] = c.Before.Get(name)
		}
	}
	return f
}

var errCount = errors.New("the server changed another number of records than were planned")

// write makes a group of changes of one form.
func (t *transaction) write(ctx context.Context, group []int) error {
	first := group[0]
	e := t.steps[first].entity
	switch t.changes[first].Op {
	case connectors.Delete:
		if why, err := t.takesAlong(ctx, e, group); err != nil || why != "" {
			for _, i := range group {
				if why != "" {
					t.decide(i, connectors.Denied, why)
				}
			}
			return err
		}
		st := &statement{d: t.place.sys.d}
		st.WriteString("DELETE FROM " + e.table.quoted(st.d) + " WHERE ")
		st.term(e, t.keys(group))
		return t.count(ctx, st, len(group))
	case connectors.Update:
		st := &statement{d: t.place.sys.d}
		st.WriteString("UPDATE " + e.table.quoted(st.d) + " SET ")
		for n, f := range t.steps[first].after {
			if n > 0 {
				st.WriteString(", ")
			}
			st.WriteString(st.d.quote(f.c.column) + " = ")
			st.d.assign(st, f.c, f.bound)
		}
		st.WriteString(" WHERE ")
		st.term(e, t.keys(group))
		if err := t.count(ctx, st, len(group)); err != nil {
			return err
		}
	default:
		if err := t.insert(ctx, first); err != nil {
			return err
		}
	}
	return t.verify(ctx, group)
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

// insert makes one record, and learns the key that the system chose.
func (t *transaction) insert(ctx context.Context, i int) error {
	e, d := t.steps[i].entity, t.place.sys.d
	st := &statement{d: d}
	var chosen *column
	for _, k := range e.key {
		if !slices.ContainsFunc(t.steps[i].after, func(f field) bool { return f.c == k }) {
			if chosen != nil {
				t.decide(i, connectors.Denied, "the key of the new record is not known")
				return nil
			}
			chosen = k
		}
	}
	st.WriteString("INSERT INTO " + e.table.quoted(d))
	d.insert(st, t.steps[i].after, chosen)
	record := t.changes[i].Record
	record.Key = make([]string, len(e.key))
	if chosen == nil {
		if err := t.count(ctx, st, 1); err != nil {
			return err
		}
		copy(record.Key, t.names(i)[0])
		t.outcomes[i].Record = record
		return nil
	}
	text, err := d.chosen(ctx, t.session, st)
	if err != nil {
		return err
	}
	for n, k := range e.key {
		record.Key[n] = text
		for _, f := range t.steps[i].after {
			if f.c == k {
				record.Key[n] = f.value.String()
			}
		}
	}
	t.outcomes[i].Record = record
	return nil
}

// verify reads back what was written: a value that the server cut, rounded or converted is refused.
func (t *transaction) verify(ctx context.Context, group []int) error {
	e := t.steps[group[0]].entity
	at := map[string]int{}
	var keys [][]string
	for _, i := range group {
		if t.decided(i) {
			return nil
		}
		key := t.outcomes[i].Record.Key
		if t.changes[i].Op == connectors.Update {
			key = t.keyAfter(i)
		}
		at[joinKey(key)] = i
		keys = append(keys, key)
	}
	err := t.read(ctx, e, keys, false, func(id string, values []connectors.Value) {
		i, current := at[id], connectors.Fields{Names: e.shape.Names(), Values: values}
		for _, f := range t.steps[i].after {
			if !sameValue(f.c, current.Get(f.c.name), f.value) {
				t.decide(i, connectors.Denied, "the field "+f.c.name+" would not hold the value as it was to be written: it would be cut, rounded or converted")
			}
		}
		delete(at, id)
	})
	for _, i := range at {
		if err == nil {
			t.decide(i, connectors.Denied, "the record is not found under its key after it was written: the key would be cut or converted")
		}
	}
	return err
}

// takesAlong says which records that are still there a delete would change too, "" where it is only its own.
func (t *transaction) takesAlong(ctx context.Context, e *entity, group []int) (string, error) {
	d := t.place.sys.d
	for _, ref := range e.table.children {
		if ref.onDelete != "cascade" && ref.onDelete != "set null" && ref.onDelete != "set default" {
			continue // the server refuses it by itself
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
			return fmt.Sprintf("%d records of %s belong to it and would be changed with it (%s), though they are not planned before it",
				n, ref.label, ref.onDelete), nil
		}
	}
	return "", nil
}
