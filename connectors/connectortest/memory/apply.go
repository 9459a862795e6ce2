package memory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
)

// Apply makes all the changes or none: the rows are copied, changed and put in place together.
func (c *Connector) Apply(ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
	if err := c.alive(ctx); err != nil {
		return nil, err
	}
	s := c.store
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &work{store: s, tables: map[string]*table{}, deleted: map[string]bool{}}
	for _, ch := range changes {
		if ch.Op == connectors.Delete {
			w.deleted[ch.Record.ID()] = true
		}
	}
	outcomes := make([]connectors.Outcome, len(changes))
	failed := false
	for i, ch := range changes {
		if c.fault == connectortest.NoWrites {
			outcomes[i] = connectors.Outcome{Result: connectors.Denied, Record: ch.Record, Why: "the account may only read"}
			continue
		}
		outcomes[i] = w.change(ch)
		failed = failed || outcomes[i].Why != ""
	}
	if failed || c.fault == connectortest.NoWrites {
		for i := range outcomes {
			if outcomes[i].Result == connectors.Done {
				outcomes[i] = connectors.Outcome{Result: connectors.RolledBack, Record: changes[i].Record, Why: "another change of the same call failed"}
			}
		}
		return outcomes, nil
	}
	for name, t := range w.tables {
		*s.table(name) = *t
		s.writes++
	}
	if c.fault == connectortest.LostReply {
		for i := range outcomes {
			outcomes[i] = connectors.Outcome{Result: connectors.Unknown, Record: changes[i].Record, Why: "the answer was lost"}
		}
	}
	return outcomes, nil
}

// work is what one Apply changes, beside the store.
type work struct {
	store   *Store
	tables  map[string]*table
	deleted map[string]bool // IDs of the records that the call deletes
}

func (w *work) table(entity string) *table {
	if t, ok := w.tables[entity]; ok {
		return t
	}
	t := w.store.table(entity)
	if t == nil {
		return nil
	}
	copied := *t
	copied.rows = maps.Clone(t.rows)
	for place, rows := range copied.rows {
		copied.rows[place] = slices.Clone(rows)
	}
	w.tables[entity] = &copied
	return &copied
}

func (w *work) change(ch connectors.Change) connectors.Outcome {
	answer := func(result connectors.Result, why string) connectors.Outcome {
		return connectors.Outcome{Result: result, Record: ch.Record, Why: why}
	}
	t := w.table(ch.Record.Entity)
	if t == nil || !slices.Contains(w.store.Places, ch.Record.Place) {
		return answer(connectors.Denied, "there is no such entity or place")
	}
	for i, name := range ch.After.Names {
		if why := t.unfit(name, ch.After.Values[i]); why != "" {
			return answer(connectors.Denied, why)
		}
	}
	place := ch.Record.Place
	at := slices.IndexFunc(t.keys(t.rows[place]), func(key []string) bool { return slices.Equal(key, ch.Record.Key) })
	if at < 0 && ch.Op == connectors.Update && !slices.Equal(t.keyAfter(ch), ch.Record.Key) {
		at = slices.IndexFunc(t.keys(t.rows[place]), func(key []string) bool { return slices.Equal(key, t.keyAfter(ch)) })
	}
	if ch.Op == connectors.Insert {
		return w.insert(t, ch, at)
	}
	if at < 0 {
		if ch.Op == connectors.Delete {
			return answer(connectors.Already, "")
		}
		return answer(connectors.Drifted, "the record is gone")
	}
	current := t.rows[place][at]
	changed := t.with(current, ch.After)
	switch {
	case t.digest(current) == ch.Digest:
	case ch.Op == connectors.Update && same(current, changed) && t.digest(t.with(current, t.before(ch))) == ch.Digest:
		return connectors.Outcome{Result: connectors.Already, Record: t.ref(ch.Record, current)}
	default:
		return answer(connectors.Drifted, "the record is not what the plan saw")
	}
	if ch.Op == connectors.Delete {
		if child := w.unplannedChild(t, ch.Record, current); child != "" {
			return answer(connectors.Denied, "the delete would take records of "+child+" along that are not planned")
		}
		t.rows[place] = slices.Delete(t.rows[place], at, at+1)
		return answer(connectors.Done, "")
	}
	t.rows[place][at] = changed
	return connectors.Outcome{Result: connectors.Done, Record: t.ref(ch.Record, changed)}
}

func (w *work) insert(t *table, ch connectors.Change, at int) connectors.Outcome {
	r := t.with(make(row, len(t.Fields)), ch.After)
	if at >= 0 {
		if same(t.rows[ch.Record.Place][at], r) {
			return connectors.Outcome{Result: connectors.Already, Record: ch.Record}
		}
		return connectors.Outcome{Result: connectors.Drifted, Record: ch.Record, Why: "another record has the key"}
	}
	for i, f := range t.Fields {
		if f.New && r[i].IsNull() {
			t.next++
			r[i] = connectors.Text(strconv.Itoa(t.next))
		}
	}
	t.rows[ch.Record.Place] = append(t.rows[ch.Record.Place], r)
	return connectors.Outcome{Result: connectors.Done, Record: t.ref(ch.Record, r)}
}

// unplannedChild returns the name of an entity with records that would go with their parent though the
// call does not delete them.
func (w *work) unplannedChild(t *table, parent connectors.Ref, current row) string {
	fields := connectors.Fields{Names: t.Names(), Values: current}
	for _, stored := range w.store.tables {
		if stored.Parent == nil || stored.Parent.Entity != t.Name {
			continue
		}
		child := w.table(stored.Name)
		rows := child.rows[parent.Place]
		for i, key := range child.keys(rows) {
			belongs := true
			for from, to := range child.Parent.On {
				belongs = belongs && connectors.Fields{Names: child.Names(), Values: rows[i]}.Get(from).Equal(fields.Get(to))
			}
			ref := connectors.Ref{System: parent.System, Place: parent.Place, Entity: child.Name, Key: key}
			if belongs && !w.deleted[ref.ID()] {
				return child.Name
			}
		}
	}
	return ""
}

// unfit says why a field cannot hold a value.
func (t *table) unfit(name string, v connectors.Value) string {
	i := slices.IndexFunc(t.Fields, func(f connectortest.Field) bool { return f.Name == name })
	if i < 0 {
		return fmt.Sprintf("there is no field %s", name)
	}
	f := t.Fields[i]
	if v.IsNull() {
		if f.Required {
			return fmt.Sprintf("the field %s cannot be empty", name)
		}
		return ""
	}
	if _, ok := compare.Canonical(f.Type, v.String()); !ok {
		return fmt.Sprintf("the field %s holds only values of the type %s", name, f.Type)
	}
	if f.Length > 0 && utf8.RuneCount(v.Bytes()) > f.Length {
		return fmt.Sprintf("the field %s holds only %d characters", name, f.Length)
	}
	return ""
}

// with returns the row with the fields written.
func (t *table) with(r row, f connectors.Fields) row {
	r = slices.Clone(r)
	for i, field := range t.Fields {
		if f.Has(field.Name) {
			r[i] = f.Get(field.Name).Clone()
		}
	}
	return r
}

// before returns what the plan saw in the fields that the change writes, where they hold by now what it writes.
func (t *table) before(ch connectors.Change) connectors.Fields {
	var f connectors.Fields
	for _, name := range ch.After.Names {
		f.Names = append(f.Names, name)
		f.Values = append(f.Values, ch.Before.Get(name))
	}
	return f
}

func (t *table) keyAfter(ch connectors.Change) []string {
	key := slices.Clone(ch.Record.Key)
	for i, name := range t.Key {
		if ch.After.Has(name) {
			key[i] = ch.After.Get(name).String()
		}
	}
	return key
}

func (t *table) ref(ref connectors.Ref, r row) connectors.Ref {
	if t.Key == nil {
		return ref
	}
	fields := connectors.Fields{Names: t.Names(), Values: r}
	ref.Key = nil
	for _, k := range t.Key {
		ref.Key = append(ref.Key, fields.Get(k).String())
	}
	return ref
}

func same(a, b row) bool { return slices.EqualFunc(a, b, connectors.Value.Equal) }
