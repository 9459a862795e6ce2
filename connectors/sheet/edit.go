package sheet

import (
	"context"
	"fmt"
	"slices"

	"dossier/connectors"
	"dossier/internal/swapfile"
)

// editing is the changes of one file on their way into its copy.
type editing struct {
	*work
	ctx     context.Context
	path    string
	book    *handle            // of a workbook, which every entity shares, or of a text file as its one entity reads it
	targets map[string]*target // by entity
	edits   map[int]*tableEdit // by table
	done    rewritten          // once the copy is written
}

// target is an entity that changes concern.
type target struct {
	name   string
	entity *entity // nil: a table that the register does not name
	tables []int
	rows   map[string][]*row // by the names that changes give
	last   map[int]*row      // by table: the last record, where a record is to be inserted
}

// key returns the entity's key, nil where its records are named by what they hold.
func (t *target) key() []string {
	if t.entity == nil {
		return nil
	}
	return t.entity.Key
}

// tableEdit is what becomes of one table.
type tableEdit struct {
	deleted map[int]bool                     // rows
	set     map[int]map[int]connectors.Value // cells, by row and column
	added   []*row                           // new rows, in their order
	changed map[int]*row                     // rows with cells that are set
}

func (w *work) edit(ctx context.Context, path string) *editing {
	return &editing{work: w, ctx: ctx, path: path, targets: map[string]*target{}, edits: map[int]*tableEdit{}}
}

// close lets go of the file, which not every system swaps while it is open.
func (e *editing) close() {
	if e.book != nil {
		_ = e.book.Close() // it was only read
		e.book = nil
	}
}

// plan works out what the changes make of the file. An error fails all of them.
func (e *editing) plan() error {
	for i, c := range e.changes {
		if err := e.target(c.Record.Entity); err != nil {
			if e.ctx.Err() != nil {
				return err
			}
			e.outcomes[i] = e.answer(i, connectors.Denied, refusal(err))
		}
	}
	if slices.ContainsFunc(e.outcomes, failed) {
		return nil
	}
	for _, t := range e.targets {
		if err := e.seek(t); err != nil {
			return err
		}
	}
	for i, c := range e.changes {
		if err := e.ctx.Err(); err != nil {
			return err
		}
		e.outcomes[i] = e.change(i, e.targets[c.Record.Entity])
	}
	return nil
}

// target opens the file for an entity, and finds the tables that the entity takes.
func (e *editing) target(name string) error {
	if e.targets[name] != nil {
		return nil
	}
	t := &target{name: name, entity: e.entity(name), rows: map[string][]*row{}, last: map[int]*row{}}
	if t.entity != nil && !e.has(t.entity, e.file) {
		return swapfile.Refused("the register does not read this entity from this file")
	}
	f := file{e.file.place, e.path}
	switch {
	case e.book == nil:
		book, err := e.openFile(e.ctx, f, t.entity)
		if err != nil {
			return err
		}
		e.book = book
	case !e.book.sheets():
		return swapfile.Refused("several entities are read from the one table of this file: change the records of one after those of the other")
	}
	of := &finding{source: e.source, q: connectors.Query{Entity: name}, entity: t.entity}
	tables, err := of.tables(e.ctx, e.file, e.book)
	if err != nil {
		return err
	}
	if len(tables) == 0 {
		return swapfile.Refused("the file has no table of this entity")
	}
	t.tables = tables
	e.targets[name] = t
	return nil
}

func (e *editing) answer(i int, result connectors.Result, why string) connectors.Outcome {
	return connectors.Outcome{Result: result, Record: e.changes[i].Record, Why: why}
}

// change works out one change.
func (e *editing) change(i int, t *target) connectors.Outcome {
	switch c := e.changes[i]; c.Op {
	case connectors.Insert:
		return e.insert(i, t)
	case connectors.Update:
		return e.update(i, t)
	case connectors.Delete:
		return e.remove(i, t)
	default:
		return e.answer(i, connectors.Denied, fmt.Sprintf("a %s cannot be made in a spreadsheet", c.Op))
	}
}

const (
	drifted   = "the record is not what the plan saw"
	ambiguous = "several rows have the same key, so that it cannot be told which is meant"
)

// alive returns the rows of a name that no change has removed.
func (t *target) alive(name string) []*row {
	return slices.DeleteFunc(slices.Clone(t.rows[name]), func(r *row) bool { return r.gone })
}

// one returns the row that a change is about. Where there is none it returns nil and the answer.
func (e *editing) one(i int, rows []*row) (*row, connectors.Outcome) {
	switch len(rows) {
	case 0:
		return nil, e.answer(i, connectors.Drifted, "there is no such record any more")
	case 1:
		return rows[0], connectors.Outcome{}
	}
	return nil, e.answer(i, connectors.Denied, ambiguous)
}

func (e *editing) remove(i int, t *target) connectors.Outcome {
	c := e.changes[i]
	rows := t.alive(nameOf(c.Record.Key))
	if len(rows) == 0 && t.key() != nil && len(c.Record.Key) == len(t.key()) && !isDigest(c.Record.Key) {
		return e.answer(i, connectors.Already, "")
	}
	r, o := e.one(i, rows)
	if r == nil {
		return o
	}
	if connectors.RowDigest(r.fields) != c.Digest {
		return e.answer(i, connectors.Drifted, drifted)
	}
	r.gone = true
	e.in(r.table).remove(r)
	return e.answer(i, connectors.Done, "")
}

func (e *editing) update(i int, t *target) connectors.Outcome {
	c := e.changes[i]
	key, moves := t.keyAfter(c)
	rows := t.alive(nameOf(c.Record.Key))
	if len(rows) == 0 && moves {
		rows = t.alive(nameOf(key))
	}
	r, o := e.one(i, rows)
	if r == nil {
		return o
	}
	set, why := r.set(c.After)
	if why != "" {
		return e.answer(i, connectors.Denied, why)
	}
	if digest := connectors.RowDigest(r.fields); digest != c.Digest {
		if len(set) == 0 && connectors.RowDigest(with(r.fields, c.After.Names, c.Before)) == c.Digest {
			return e.already(i, r)
		}
		return e.answer(i, connectors.Drifted, drifted)
	}
	switch {
	case len(set) == 0:
		return e.already(i, r)
	case moves && len(t.alive(nameOf(key))) > 0:
		return e.answer(i, connectors.Denied, "another record has the new key")
	}
	if why := e.settable(r, set); why != "" {
		return e.answer(i, connectors.Denied, why)
	}
	e.in(r.table).update(r, set)
	r.changes = append(r.changes, i)
	if moves {
		t.rows[nameOf(c.Record.Key)], t.rows[nameOf(key)] = nil, []*row{r}
	}
	return e.answer(i, connectors.Done, "")
}

func (e *editing) already(i int, r *row) connectors.Outcome {
	o := e.answer(i, connectors.Already, "")
	o.Record.Key = r.key
	return o
}

// insert adds a record below the last one of its table.
func (e *editing) insert(i int, t *target) connectors.Outcome {
	c := e.changes[i]
	if len(t.tables) != 1 {
		return e.answer(i, connectors.Denied, "the entity takes several sheets of the file, so that it cannot be told to which the record belongs")
	}
	key := c.Record.Key
	if own, _ := t.keyAfter(c); own != nil {
		key = own
	}
	table := t.tables[0]
	r, why := e.newRow(table, t, c.After)
	if why != "" {
		return e.answer(i, connectors.Denied, why)
	}
	if rows := t.alive(nameOf(key)); len(key) > 0 && len(rows) > 0 {
		if len(rows) == 1 && connectors.RowDigest(rows[0].fields) == connectors.RowDigest(r.fields) {
			return e.already(i, rows[0])
		}
		return e.answer(i, connectors.Denied, "another record has the key")
	}
	r.changes, r.key = []int{i}, key
	if len(key) > 0 {
		t.rows[nameOf(key)] = []*row{r}
	}
	edit := e.in(table)
	edit.added = append(edit.added, r)
	return e.answer(i, connectors.Done, "")
}

// in returns what becomes of a table.
func (e *editing) in(table int) *tableEdit {
	if e.edits[table] == nil {
		e.edits[table] = &tableEdit{deleted: map[int]bool{}, set: map[int]map[int]connectors.Value{}, changed: map[int]*row{}}
	}
	return e.edits[table]
}

// remove takes a row out.
func (t *tableEdit) remove(r *row) {
	if at := slices.Index(t.added, r); at >= 0 {
		t.added = slices.Delete(t.added, at, at+1)
		return
	}
	t.deleted[r.number] = true
	delete(t.set, r.number)
	delete(t.changed, r.number)
}

// update gives cells of a row other values.
func (t *tableEdit) update(r *row, set map[int]connectors.Value) {
	r.give(set)
	if slices.Contains(t.added, r) {
		return
	}
	if t.set[r.number] == nil {
		t.set[r.number] = map[int]connectors.Value{}
	}
	for column, v := range set {
		t.set[r.number][column] = v
	}
	t.changed[r.number] = r
}
