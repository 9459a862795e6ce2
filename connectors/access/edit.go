package access

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"dossier/connectors"
	"dossier/internal/jet"
)

// editing carries out the changes of one file on its copy.
type editing struct {
	*work
	ctx     context.Context
	path    string                                // of the copy
	editor  *jet.Editor                           // nil once it is finished
	db      *database                             // the copy as the changes so far have left it
	targets map[string]*target                    // by entity
	erased  map[string]map[jet.RowID]int          // by table: the change that erases a row
	updated map[string]map[jet.RowID]*expectation // by table
}

// target is an entity that changes concern.
type target struct {
	*view
	rows  map[string][]jet.RowID // by refKey of the keys that changes name
	every *reading
	lost  error // what could not be read last
}

// expectation is what an updated row must hold in the end.
type expectation struct {
	changes []int
	fields  connectors.Fields
}

func (w *work) edit(ctx context.Context, path string) (*editing, error) {
	editor, err := jet.Edit(path, w.options())
	if err != nil {
		return nil, err
	}
	return &editing{work: w, ctx: ctx, path: path, editor: editor, db: &database{editor.DB(), w.source, w.file.place}, targets: map[string]*target{},
		erased: map[string]map[jet.RowID]int{}, updated: map[string]map[jet.RowID]*expectation{}}, nil
}

// close gives the copy up, unless it was finished.
func (e *editing) close() {
	if e.editor != nil {
		_ = e.editor.Close() // the copy is worth nothing
	}
}

// make carries out the changes in their order, but for the erasures, which come last and together. An error fails all of them.
func (e *editing) make() error {
	for i, c := range e.changes {
		if err := e.target(c.Record.Entity); err != nil {
			if _, ok := errors.AsType[*connectors.Gap](err); !ok {
				return err
			}
			e.outcomes[i] = connectors.Outcome{Result: connectors.Denied, Record: c.Record, Why: refusal(err)}
		}
	}
	if e.failed() {
		return nil
	}
	for entity, t := range e.targets {
		if err := e.seek(entity, t); err != nil {
			return err
		}
	}
	for i, c := range e.changes {
		if err := e.ctx.Err(); err != nil {
			return err
		}
		var err error
		if e.outcomes[i], err = e.change(i, e.targets[c.Record.Entity]); err != nil {
			return err
		}
	}
	if err := e.orphans(); err != nil || e.failed() {
		return err
	}
	for table, rows := range e.erased {
		ids := make([]jet.RowID, 0, len(rows))
		for id := range rows {
			ids = append(ids, id)
		}
		if err := e.editor.Erase(table, ids...); err != nil {
			return err
		}
	}
	return nil
}

func (e *editing) target(entity string) error {
	if e.targets[entity] != nil {
		return nil
	}
	jt, mapped, err := e.db.table(entity)
	if err != nil {
		return err
	}
	v, err := e.db.view(entity, jt, mapped)
	if err != nil {
		return err
	}
	t := &target{view: v, rows: map[string][]jet.RowID{}}
	t.every = v.reading(v.all(), func(_, why string) { t.lost = refused(why) })
	e.targets[entity] = t
	if e.erased[v.Name] == nil {
		e.erased[v.Name], e.updated[v.Name] = map[jet.RowID]int{}, map[jet.RowID]*expectation{}
	}
	return nil
}

// seek finds the rows of the records that the changes of an entity name, before and after.
func (e *editing) seek(entity string, t *target) error {
	refs := []connectors.Ref{}
	for _, c := range e.changes {
		if c.Record.Entity != entity {
			continue
		}
		ref := t.ref
		ref.Key = c.Record.Key
		refs = append(refs, ref)
		if key, ok := t.keyAfter(c); ok {
			ref.Key = key
			refs = append(refs, ref)
		}
	}
	s := newSearch(t.view, connectors.Query{Entity: entity, Refs: refs}, nil, t.key, func(_, why string) { t.lost = refused(why) })
	for row, err := range t.Rows(s.first.columns...) {
		if err := errors.Join(err, e.ctx.Err()); err != nil {
			return err
		}
		r, ok, err := s.record(row)
		if err := errors.Join(err, t.lost); err != nil {
			return err
		}
		if ok {
			name := string(refKey(nil, r.Ref.Key...))
			t.rows[name] = append(t.rows[name], row.ID)
		}
	}
	return nil
}

// keyAfter returns the key of a record after an update that changes it.
func (v *view) keyAfter(c connectors.Change) ([]string, bool) {
	if v.key == nil || len(c.Record.Key) != len(v.key) {
		return nil, false
	}
	key := slices.Clone(c.Record.Key)
	for i, name := range v.shape.Key {
		if c.After.Has(name) {
			key[i] = c.After.Get(name).String()
		}
	}
	return key, !slices.Equal(key, c.Record.Key)
}

// read returns every field of a row.
func (t *target) read(id jet.RowID) (connectors.Fields, error) {
	t.lost = nil
	fields, err := t.every.fetch(id)
	return fields, errors.Join(err, t.lost)
}

// change carries out one change. The error tells that the copy cannot be worked on.
func (e *editing) change(i int, t *target) (connectors.Outcome, error) {
	c := e.changes[i]
	answer := func(result connectors.Result, why string) (connectors.Outcome, error) {
		return connectors.Outcome{Result: result, Record: c.Record, Why: why}, nil
	}
	if c.Op != connectors.Update && c.Op != connectors.Delete {
		return answer(connectors.Denied, fmt.Sprintf("an %s cannot be made in an Access file without Access: records can be updated and deleted only", c.Op))
	}
	name := string(refKey(nil, c.Record.Key...))
	key, moved := t.keyAfter(c)
	nameAfter := string(refKey(nil, key...))
	rows := e.alive(t, name)
	if len(rows) == 0 && c.Op == connectors.Update && moved {
		rows = e.alive(t, nameAfter)
	}
	switch {
	case len(rows) == 0 && c.Op == connectors.Delete:
		return answer(connectors.Already, "")
	case len(rows) == 0:
		return answer(connectors.Drifted, "the record is gone")
	case len(rows) > 1:
		return answer(connectors.Denied, "several records have the same key, so that it cannot be told which is meant")
	}
	id := rows[0]
	current, err := t.read(id)
	if err != nil {
		return connectors.Outcome{}, err
	}
	if c.Op == connectors.Delete {
		if connectors.RowDigest(current) != c.Digest {
			return answer(connectors.Drifted, "the record is not what the plan saw")
		}
		e.erased[t.Name][id] = i
		delete(e.updated[t.Name], id)
		return answer(connectors.Done, "")
	}
	u, why := t.update(current, c.After)
	switch {
	case why != "":
		return answer(connectors.Denied, why)
	case connectors.RowDigest(current) != c.Digest:
		if len(u.values) == 0 && connectors.RowDigest(with(current, c.After.Names, c.Before)) == c.Digest {
			return e.already(i, t, current)
		}
		return answer(connectors.Drifted, "the record is not what the plan saw")
	case len(u.values) == 0:
		return e.already(i, t, current)
	case moved && len(e.alive(t, nameAfter)) > 0:
		return answer(connectors.Denied, "another record has the new key")
	}
	if err := e.editor.Update(t.Name, id, u.values); err != nil {
		return answer(connectors.Denied, err.Error())
	}
	x := e.updated[t.Name][id]
	if x == nil {
		x = &expectation{}
		e.updated[t.Name][id] = x
	}
	x.changes, x.fields = append(x.changes, i), u.after
	if moved {
		t.rows[name], t.rows[nameAfter] = nil, []jet.RowID{id}
	}
	return answer(connectors.Done, "")
}

// already answers for a record that is as the change would leave it.
func (e *editing) already(i int, t *target, current connectors.Fields) (connectors.Outcome, error) {
	o := connectors.Outcome{Result: connectors.Already, Record: e.changes[i].Record}
	if t.keyed(current) {
		o.Record.Key = t.keyOf(current)
	}
	return o, nil
}

// alive returns the rows of a key that no change has erased.
func (e *editing) alive(t *target, name string) []jet.RowID {
	return slices.DeleteFunc(slices.Clone(t.rows[name]), func(id jet.RowID) bool {
		_, gone := e.erased[t.Name][id]
		return gone
	})
}

// finish brings the copy to the disk and reads every row of it again: it fails unless just what was planned differs from
// the original.
func (e *editing) finish(original string) error {
	changes, copied := e.editor.Changes(), e.editor
	e.editor = nil
	if err := copied.Finish(); err != nil {
		return err
	}
	if err := e.ctx.Err(); err != nil {
		return err
	}
	if err := jet.Verify(original, e.path, e.options(), changes); err != nil {
		return err
	}
	return e.readBack()
}

// readBack compares the updated records with what they should be, and names them as they are named from now on.
func (e *editing) readBack() error {
	db, err := e.openFile(file{e.file.place, e.path})
	if err != nil {
		return err
	}
	defer db.Close()
	e.db = db
	before := e.targets
	e.targets = map[string]*target{}
	for entity, old := range before {
		if len(e.updated[old.Name]) == 0 {
			continue
		}
		if err := e.target(entity); err != nil {
			return err
		}
		t := e.targets[entity]
		s := newSearch(t.view, connectors.Query{Entity: entity}, nil, t.all(), func(_, why string) { t.lost = refused(why) })
		left := len(e.updated[t.Name])
		for row, err := range t.Rows(s.first.columns...) {
			if err := errors.Join(err, e.ctx.Err()); err != nil {
				return err
			}
			r, _, err := s.record(row)
			if err := errors.Join(err, t.lost); err != nil {
				return err
			}
			x := e.updated[t.Name][row.ID]
			if x == nil {
				continue
			}
			left--
			if field := t.differs(r.Fields, x.fields); field != "" {
				return refused("the field " + field + " would not hold the new value as it is")
			}
			for _, i := range x.changes {
				if e.changes[i].Record.Entity == entity {
					e.outcomes[i].Record.Key = r.Ref.Key
				}
			}
		}
		if left > 0 {
			return refused("an updated record is not found again")
		}
	}
	return nil
}
