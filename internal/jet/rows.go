package jet

import (
	"bytes"
	"fmt"
	"io"
	"iter"
)

// Row is one row of a table.
type Row struct {
	ID     RowID
	Values []Value // one for each column asked for

	scan *scan
	data []byte
	more map[int]*more
}

// more is what only values that were completed have.
type more struct {
	long  *longValue
	items []Item
}

// Items returns the entries of value i, which is a List. They outlive the row.
func (r *Row) Items(i int) []Item {
	if m := r.more[i]; m != nil {
		return m.items
	}
	return nil
}

// Open returns a reader of value i: the text of a memo in UTF-8, the bytes of an OLE or binary value.
// The reader of a Stream outlives the row; those of other kinds do not. Where the file is damaged its
// error is a *DamageError.
func (r *Row) Open(i int) (io.Reader, error) {
	v := r.Values[i]
	switch v.Kind {
	case Stream:
		return r.more[i].long.open(), nil
	case Null, String, Bytes:
		return bytes.NewReader(v.Bytes), nil
	}
	return nil, fmt.Errorf("open: %s", v)
}

// Stored returns the bytes of value i as they stand in the row: of a long value its definition, of
// a Boolean or NULL nothing.
func (r *Row) Stored(i int) []byte {
	c := &r.scan.columns[i]
	cells := cells{lay: r.scan.db.lay}
	if err := cells.open(r.data, r.scan.def.variable); err != nil || c.form == formBit || !cells.has(c.number) {
		return nil
	}
	start, end, err := cells.find(c)
	if start < 0 || err != nil {
		return nil
	}
	return r.data[start:end]
}

// Rows returns the rows of the table with the columns named, or with all of them. A row and its values are valid
// until the next one; copy what is to be kept.
//
// An error of type *DamageError tells of pages, of a row or of a value that could not be read, and does
// not end the sequence. When one value only is lost its row follows, with that value Unreadable.
//
// A file that somebody else has open, or that is written to meanwhile, is read twice until both readings are
// the same. At the end the pages that were written to since are read again, and their rows come a
// second time: Row.ID tells them. What still changes after several rounds is told by a *ChangedError,
// which comes last. Any other error ends the sequence.
func (t *Table) Rows(columns ...string) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		s, err := t.scan(columns)
		if err != nil {
			yield(nil, err)
			return
		}
		s.yield = yield
		if t.warn != nil && s.calculated() && !yield(nil, t.warn) {
			return
		}
		if err := s.run(); err != nil && err != errStopped {
			yield(nil, damageAt(err, DamageError{Table: t.Name, Page: t.page, Row: -1}))
		}
	}
}

// Row returns one row by its identity. The error is a *DamageError when it cannot be read in full.
func (t *Table) Row(id RowID, columns ...string) (*Row, error) {
	s, err := t.scan(columns)
	if err != nil {
		return nil, err
	}
	return s.fetch(id)
}

// scan reads the rows of a table.
type scan struct {
	db      *DB
	table   *Table
	def     *definition
	columns []scanColumn
	steps   []step // the same ones, for pages whose rows are decoded column by column; or nil
	streams bool   // hand out OLE values as streams, however short

	own   *decoder // decodes in the caller's goroutine
	batch *batch   // what own decodes
	spare batch    // holds the pending values of the row that is yielded
	live  bool     // somebody has the file open, or writes to it
	given uint32   // rows yielded
	told  bool     // damage was told
	row   Row      // what the caller gets
	yield func(*Row, error) bool
}

// scanColumn is a column asked for.
type scanColumn struct {
	*Column
	form    form
	width   int      // stored length of a fixed value
	entries *entries // of a complex column
}

// form is how a column's values are decoded.
type form uint8

const (
	formScalar  form = iota
	formBit          // a Boolean in the null mask
	formText         // text that stands in the row
	formBytes        // bytes that stand in the row
	formLong         // a memo or OLE value
	formComplex      // a list
	formResult       // the result of a calculated column
)

func newScanColumn(col *Column) *scanColumn {
	c := &scanColumn{Column: col, width: col.Type.width()}
	if c.width == 0 || c.Calculated {
		c.width = c.stored
	}
	switch {
	case c.Type == Memo || c.Type == OLE:
		c.form = formLong
	case c.Calculated:
		c.form = formResult
	case c.Type == Boolean:
		c.form = formBit
	case c.Type == Complex:
		c.form = formComplex
	case c.Type == Text:
		c.form = formText
	case c.Type.binary():
		c.form = formBytes
	}
	return c
}

func (t *Table) scan(names []string) (*scan, error) {
	def, err := t.definition()
	if err != nil {
		return nil, err
	}
	s := &scan{db: t.db, table: t, def: def}
	if _, s.live = t.db.LockFile(); !s.live {
		now, err := t.db.stamp()
		if err != nil {
			return nil, err
		}
		s.live = now != t.db.opened
	}
	for _, name := range names {
		i, err := def.column(name)
		if err != nil {
			return nil, err
		}
		if err := s.pick(&def.columns[i]); err != nil {
			return nil, err
		}
	}
	if len(names) == 0 {
		for i := range def.columns {
			if err := s.pick(&def.columns[i]); err != nil {
				return nil, err
			}
		}
	}
	s.steps = newSteps(t.db.lay, s.columns)
	s.row.scan = s
	s.own, s.batch = s.decoder(), s.newBatch()
	return s, nil
}

func (s *scan) pick(col *Column) (err error) {
	c := newScanColumn(col)
	if c.Type == Complex {
		c.entries, err = s.table.readEntries(c.Column)
	}
	s.columns = append(s.columns, *c)
	return err
}

func (s *scan) calculated() bool {
	for _, c := range s.columns {
		if c.Calculated {
			return true
		}
	}
	return false
}

// errStopped ends a scan whose caller has stopped listening.
const errStopped = fault("stopped")

// tell yields an error that does not end the sequence.
func (s *scan) tell(err error) error {
	s.told = true
	if !s.yield(nil, err) {
		return errStopped
	}
	return nil
}

// emit yields what was decoded into a batch.
func (s *scan) emit(b *batch) error {
	losses := b.losses
	for i := range b.rows {
		for len(losses) > 0 && losses[0].row == i {
			if err := s.tell(losses[0].err); err != nil {
				return err
			}
			losses = losses[1:]
		}
		r := &b.rows[i]
		n := len(s.columns)
		s.row.ID, s.row.data, s.row.Values = r.id, r.data, b.values[i*n:(i+1)*n]
		s.row.more = nil
		if r.pending {
			if err := s.complete(); err != nil {
				return err
			}
		}
		s.given++
		if !s.yield(&s.row, nil) {
			return errStopped
		}
	}
	for _, l := range losses {
		if err := s.tell(l.err); err != nil {
			return err
		}
	}
	return b.err
}

// fetch reads one row.
func (s *scan) fetch(id RowID) (row *Row, err error) {
	var failed error
	s.yield = func(r *Row, err error) bool {
		row, failed = r, err
		return err == nil
	}
	b := s.batch
	s.own.start(b)
	page, err := b.window.page(id.Page, 0)
	if err == nil && !s.owns(page) {
		err = fault("the page belongs to another table")
	}
	var data []byte
	var flags uint16
	if err == nil {
		data, flags, err = s.db.lay.slot(page, id.Slot)
	}
	if err == nil && flags&slotHidden != 0 {
		err = fault("the row was deleted")
	}
	if err == nil {
		err = s.own.slot(id, data, flags)
	}
	if err == nil {
		err = s.emit(b)
	}
	if failed != nil {
		return nil, failed
	}
	if err != nil {
		return nil, damageAt(err, DamageError{Table: s.table.Name, Page: id.Page, Row: id.Slot})
	}
	return row, nil
}
