package jet

import (
	"encoding/binary"
	"iter"
)

// Row is one row of a table.
type Row struct {
	ID     RowID
	Values []Value // one for each column asked for
	stored [][]byte
}

// Stored returns the bytes of value i as they stand in the row: of a long value its definition, of
// a Boolean nothing.
func (r *Row) Stored(i int) []byte { return r.stored[i] }

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
			yield(nil, err)
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

// fetch reads one row.
func (s *scan) fetch(id RowID) (row *Row, err error) {
	var failed error
	s.yield = func(r *Row, err error) bool {
		row, failed = r, err
		return err == nil
	}
	page, err := s.main.near(id.Page)
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
		err = s.slot(id, data, flags)
	}
	if failed != nil {
		return nil, failed
	}
	if err != nil {
		return nil, damageAt(err, DamageError{Table: s.table.Name, Page: id.Page, Row: id.Slot})
	}
	return row, nil
}

// errStopped ends a scan whose caller has stopped listening.
const errStopped = fault("stopped")

// scan reads the rows of a table.
type scan struct {
	db      *DB
	table   *Table
	def     *definition
	columns []scanColumn
	main    *window // the table's own pages
	far     *window // overflow rows and long values
	cells   cells
	row     Row
	text    []byte // text of the current row
	stored  []byte // bytes of a long value of the current row
	moved   []byte // bytes of the current row when it stands on another page
	streams bool   // hand out OLE values as streams, however short
	yield   func(*Row, error) bool
}

// scanColumn is a column asked for.
type scanColumn struct {
	*Column
	width   int      // stored length of a fixed value
	entries *entries // of a complex column
}

func (t *Table) scan(names []string) (*scan, error) {
	def, err := t.definition()
	if err != nil {
		return nil, err
	}
	s := &scan{db: t.db, table: t, def: def, main: t.db.window(), far: t.db.window(), cells: cells{lay: t.db.lay}}
	pick := func(i int) error {
		c := scanColumn{Column: &def.columns[i]}
		c.width = c.Type.width()
		if c.width == 0 || c.Calculated {
			c.width = c.stored
		}
		if c.Type == Complex {
			if c.entries, err = t.readEntries(c.Column); err != nil {
				return err
			}
		}
		s.columns = append(s.columns, c)
		return nil
	}
	for _, name := range names {
		i, err := def.column(name)
		if err != nil {
			return nil, err
		}
		if err := pick(i); err != nil {
			return nil, err
		}
	}
	if len(names) == 0 {
		for i := range def.columns {
			if err := pick(i); err != nil {
				return nil, err
			}
		}
	}
	s.row.Values = make([]Value, len(s.columns))
	s.row.stored = make([][]byte, len(s.columns))
	return s, nil
}

func (s *scan) calculated() bool {
	for _, c := range s.columns {
		if c.Calculated {
			return true
		}
	}
	return false
}

// lose tells of damage.
func (s *scan) lose(d DamageError) error {
	d.Table = s.table.Name
	if !s.yield(nil, &d) {
		return errStopped
	}
	return nil
}

// rounds is how often the pages that changed during a scan are read again.
const rounds = 4

func (s *scan) run() error {
	for round := 0; ; round++ {
		changed, err := s.pass(round == 0)
		if err != nil {
			return err
		}
		if !s.main.inUse || round > 0 && changed == 0 {
			return nil
		}
		if round == rounds {
			s.yield(nil, &ChangedError{Table: s.table.Name, Pages: changed})
			return nil
		}
	}
}

// pass reads every page of the table that is not as it was in the pass before.
func (s *scan) pass(first bool) (changed int, err error) {
	owned, err := s.owned(first)
	if err != nil {
		return 0, err
	}
	s.main.count = 0
	stride := maxWindow / s.db.lay.pageSize
	for n, ok := owned.next(0); ok; n, ok = owned.next(n + 1) {
		last := n
		if !s.main.holds(n) {
			last = owned.stride(n, stride)
		}
		page, err := s.main.page(n, last)
		if err != nil {
			return changed, err
		}
		if !s.main.remember(n, page) {
			continue
		}
		changed++
		if err := s.page(n, page); err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// owned is the set of the table's data pages. When the usage map is damaged they are looked for
// through the whole file.
func (s *scan) owned(report bool) (pageSet, error) {
	w := s.db.window()
	w.inUse = s.main.inUse
	set, lost, err := w.usageMap(s.def.owned)
	if err == nil && lost == 0 {
		return set, nil
	}
	if err == nil {
		if report {
			return set, s.lose(DamageError{Page: s.db.pages, Pages: lost, Row: -1, Why: "the file ends before these pages of the table"})
		}
		return set, nil
	}
	if _, ok := err.(fault); !ok {
		return nil, err
	}
	if report {
		if err := s.lose(DamageError{
			Page: s.def.owned.page(), Row: s.def.owned.slot(),
			Why: "the map of the table's pages is damaged (" + err.Error() + "); the whole file was searched for them",
		}); err != nil {
			return nil, err
		}
	}
	set = make(pageSet, (s.db.pages+63)/64)
	for n := uint32(1); n < s.db.pages; n++ {
		page, err := w.page(n, s.db.pages-1)
		if err != nil {
			return nil, err
		}
		if s.owns(page) {
			set.add(n)
		}
	}
	return set, nil
}

// owns reports whether a page is a data page of the table.
func (s *scan) owns(page []byte) bool {
	return page[0] == pageData && binary.LittleEndian.Uint32(page[4:]) == s.def.page
}

// page yields the rows of one page.
func (s *scan) page(n uint32, page []byte) error {
	if !s.owns(page) {
		return s.lose(DamageError{Page: n, Pages: 1, Row: -1, Why: "the page is not the table's, though the table's map says so"})
	}
	lay := s.db.lay
	count := lay.slots(page)
	if stated := int(binary.LittleEndian.Uint16(page[lay.rowCount:])); stated != count {
		if err := s.lose(DamageError{Page: n, Pages: 1, Row: -1, Why: "the page states more rows than it can hold"}); err != nil {
			return err
		}
	}
	for i := range count {
		data, flags, err := lay.slot(page, i)
		if flags&slotHidden != 0 {
			continue // deleted, or reached through its pointer
		}
		id := RowID{n, i}
		if err == nil {
			err = s.slot(id, data, flags)
		}
		if err == errStopped {
			return err
		}
		if f, ok := err.(fault); ok {
			err = s.lose(DamageError{Page: n, Row: i, Why: string(f)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// maxHops is the longest chain of overflow pointers that is followed.
const maxHops = 8

// slot yields the row that a slot holds or points to.
func (s *scan) slot(id RowID, data []byte, flags uint16) error {
	for hop := 0; flags&slotPointer != 0; hop++ {
		if len(data) < 4 || hop == maxHops {
			return fault("the row was moved, and where to cannot be told")
		}
		to := pointerAt(data)
		page, err := s.far.near(to.page())
		if err != nil {
			return err
		}
		if !s.owns(page) {
			return fault("the row was moved to a page that is not the table's")
		}
		if data, flags, err = s.db.lay.slot(page, to.slot()); err != nil {
			return err
		}
		if flags&slotHidden == 0 {
			return fault("the row was moved to a place that holds another")
		}
		if flags &^= slotHidden; flags&slotPointer == 0 {
			s.moved = append(s.moved[:0], data...)
			data = s.moved
		}
	}
	if err := s.cells.open(data, s.def.variable); err != nil {
		return err
	}
	s.row.ID = id
	s.text, s.stored = s.text[:0], s.stored[:0]
	for i := range s.columns {
		if err := s.value(i); err != nil {
			f, ok := err.(fault)
			if !ok {
				return err
			}
			s.row.Values[i] = Value{Kind: Unreadable}
			if err := s.lose(DamageError{Page: id.Page, Row: id.Slot, Column: s.columns[i].Name, Why: string(f)}); err != nil {
				return err
			}
		}
	}
	if !s.yield(&s.row, nil) {
		return errStopped
	}
	return nil
}
