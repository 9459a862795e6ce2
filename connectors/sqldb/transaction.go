package sqldb

import (
	"context"
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
// the same form together. In the end it reads back what was written.
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
	for rest := wave; len(rest) > 0; {
		n, most := 1, t.together(rest[0])
		for n < min(len(rest), most) && t.alike(rest[0], rest[n]) {
			n++
		}
		if err := t.write(ctx, rest[:n]); err != nil || t.refused() {
			return t.blame(rest[:n], err)
		}
		rest = rest[n:]
	}
	return t.verify(ctx, wave)
}

// together is how many changes of the form one statement can make.
func (t *transaction) together(i int) int {
	d, step := t.place.sys.d, &t.steps[i]
	each := (len(step.after)+1)*len(step.entity.key) + len(step.after)
	most := min(d.maxChanges(), d.maxParams()/(2*each))
	if len(step.entity.key) > 1 {
		most = min(most, maxTuples)
	}
	return max(most, 1)
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

// alike reports whether two changes can be one statement: they do the same to the same fields, and neither changes or lacks a key.
func (t *transaction) alike(i, j int) bool {
	a, b := &t.steps[i], &t.steps[j]
	if t.changes[i].Op != t.changes[j].Op || a.entity != b.entity || !slices.EqualFunc(a.after, b.after, func(f, g field) bool { return f.c == g.c }) {
		return false
	}
	if t.changes[i].Op == connectors.Insert {
		return t.names(i) != nil && t.names(j) != nil
	}
	return !slices.ContainsFunc(a.after, func(f field) bool { return slices.Contains(a.entity.key, f.c) })
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
		at := make(map[string][]int, len(byEntity[e])) // the changes by the keys that their records may have
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
		found := make(map[string][]connectors.Value, len(keys))
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
	wanted := make(map[string]bool, len(keys))
	for _, key := range keys {
		wanted[joinKey(key)] = true
	}
	size := d.maxChanges()
	if len(e.key) > 1 {
		size = min(size, maxTuples)
	}
	for chunk := range slices.Chunk(keys, size) {
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
	case c.Op == connectors.Update && holds(current, step.after) && connectors.RowDigest(before(step.entity, current, c)) == c.Digest:
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

// before returns the record as it was before the change: with the planned values in the fields that the
// change writes, and in those that the system itself writes whenever a record changes.
func before(e *entity, current connectors.Fields, c *connectors.Change) connectors.Fields {
	f := connectors.Fields{Names: current.Names, Values: slices.Clone(current.Values)}
	for i, name := range f.Names {
		if c.After.Has(name) || e.columns[i].generated && c.Before.Has(name) {
			f.Values[i] = c.Before.Get(name)
		}
	}
	return f
}
