package jet

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
)

// Erase erases rows of a table: their bytes wherever they stand, their long values, the entries of their
// complex columns, and their keys in every index. It is refused with a reason, and the copy is then
// unchanged, when a row or an index cannot be read in full.
func (e *Editor) Erase(table string, rows ...RowID) error {
	t, err := e.db.Table(table)
	if err != nil {
		return err
	}
	plan := &erasure{e: e}
	err = plan.add(t, rows)
	if err == nil {
		err = plan.check()
	}
	if err == nil {
		err = plan.apply()
	}
	if err != nil {
		return fmt.Errorf("erase from %s: %w", t.Name, err)
	}
	return nil
}

// erasure is what has to be done to erase rows, gathered before anything is written.
type erasure struct {
	e      *Editor
	slots  []pointer // rows, overflow rows, long values
	pages  []indexEdit
	tables []erasedRows
}

type erasedRows struct {
	table *Table
	rows  []RowID
}

// indexEdit is an index page to be written, or to be emptied.
type indexEdit struct {
	page  *indexPage
	free  bool
	where DamageError
}

// add plans the erasure of rows of one table, and of the entries of their complex columns.
func (x *erasure) add(t *Table, rows []RowID) error {
	def, err := t.definition()
	if err != nil {
		return err
	}
	if t.warn != nil {
		return t.warn
	}
	rows = slices.Clone(rows)
	slices.SortFunc(rows, compareRows)
	rows = slices.Compact(rows)
	erased := make(map[RowID]bool, len(rows))
	keys := make(map[string][]uint32) // of the entries, by complex column
	c := &census{window: x.e.db.window(), db: x.e.db, alive: make(pageSet, (x.e.db.pages+63)/64), far: x.e.db.scattered(false),
		cells: cells{lay: x.e.db.lay}}
	for _, id := range rows {
		if err := x.row(c, t, def, id, keys); err != nil {
			return damageAt(err, DamageError{Table: t.Name, Page: id.Page, Row: id.Slot})
		}
		erased[id] = true
	}
	for i := range def.trees {
		if err := x.index(t, &def.trees[i], erased); err != nil {
			return err
		}
	}
	x.tables = append(x.tables, erasedRows{t, rows})
	for i := range def.columns {
		if col := &def.columns[i]; col.Type == Complex {
			if err := x.entries(t, col, keys[col.Name]); err != nil {
				return err
			}
		}
	}
	return nil
}

func compareRows(a, b RowID) int {
	if a.Page != b.Page {
		return int(a.Page) - int(b.Page)
	}
	return a.Slot - b.Slot
}

// row plans the erasure of one row, and notes the keys of its complex columns.
func (x *erasure) row(c *census, t *Table, def *definition, id RowID, keys map[string][]uint32) error {
	page, err := c.page(id.Page, 0)
	if err != nil {
		return err
	}
	if page[0] != pageData || binary.LittleEndian.Uint32(page[4:]) != t.page {
		return fault("the page is not the table's")
	}
	row, flags, err := c.lay.slot(page, id.Slot)
	if err != nil {
		return err
	}
	if flags&slotHidden != 0 {
		return fault("there is no such row")
	}
	c.held = make(slotSet)
	if row, err = c.follow(t.page, row, flags); err != nil {
		return err
	}
	if err := c.cells.open(row, def.variable); err != nil {
		return err
	}
	for i := range def.columns {
		col := newScanColumn(&def.columns[i])
		switch col.Type {
		case Memo, OLE:
			err = c.longValue(col)
		case Complex:
			var key []byte
			if key, err = c.cells.bytes(col); len(key) == 4 {
				keys[col.Name] = append(keys[col.Name], binary.LittleEndian.Uint32(key))
			}
		}
		if err != nil {
			return err
		}
	}
	x.slots = append(x.slots, id.pointer())
	for n, bits := range c.held {
		for slot := range 256 {
			if bits[slot/64]>>(slot%64)&1 != 0 {
				x.slots = append(x.slots, pointer(n<<8|uint32(slot)))
			}
		}
	}
	return nil
}

// bytes returns the stored bytes of a column, nil when it is NULL.
func (c *cells) bytes(col *scanColumn) ([]byte, error) {
	if !c.has(col.number) {
		return nil, nil
	}
	start, end, err := c.find(col)
	if start < 0 || err != nil {
		return nil, err
	}
	return c.data[start:end], nil
}

// entries plans the erasure of the entries of a complex column.
func (x *erasure) entries(t *Table, col *Column, keys []uint32) error {
	if len(keys) == 0 {
		return nil
	}
	entries, err := t.readEntries(col)
	if err != nil {
		return err
	}
	if entries.lost != "" {
		return &DamageError{Table: t.Name, Page: t.page, Row: -1, Column: col.Name, Why: string(entries.lost)}
	}
	wanted := make(map[uint32]bool, len(keys))
	for _, key := range keys {
		wanted[key] = true
	}
	var rows []RowID
	for _, ref := range entries.refs {
		if wanted[ref.key] {
			rows = append(rows, RowID{ref.at.page(), ref.at.slot()})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	flat, err := x.e.db.Table(entries.scan.table.Name)
	if err != nil {
		return err
	}
	return x.add(flat, rows)
}

// index plans the removal of rows from an index.
func (x *erasure) index(t *Table, tree *indexTree, erased map[RowID]bool) error {
	where := DamageError{Table: t.Name, Page: tree.root, Row: -1}
	root, leaves, err := x.e.db.window().readIndex(tree.root)
	if err != nil {
		return damageAt(err, where)
	}
	found := 0
	for _, p := range leaves {
		kept := p.entries[:0:0]
		for i, entry := range p.entries {
			if erased[p.row(i)] {
				found++
			} else {
				kept = append(kept, entry)
			}
		}
		if len(kept) < len(p.entries) {
			p.entries, p.changed = kept, true
		}
	}
	if found != len(erased) && tree.flags&indexIgnoreNulls == 0 || found > len(erased) {
		where.Why = "an index has " + strconv.Itoa(found) + " entries for " + strconv.Itoa(len(erased)) + " rows"
		return &where
	}
	before := make(map[uint32]*indexPage)
	root.each(func(p *indexPage) { before[p.number] = p })
	if root.prune() && !root.leaf {
		root.leaf, root.entries, root.children, root.tail, root.changed = true, nil, nil, 0, true
	}
	after := make(map[uint32]bool)
	root.each(func(p *indexPage) { after[p.number] = true })
	for n, p := range before {
		if !after[n] {
			p.unlink(before)
			x.pages = append(x.pages, indexEdit{p, true, where})
		}
	}
	for n, p := range before {
		if after[n] && p.changed {
			x.pages = append(x.pages, indexEdit{p, false, where})
		}
	}
	return nil
}

// check writes the planned index pages to nowhere, so that one that does not fit is refused in time.
func (x *erasure) check() error {
	for _, edit := range x.pages {
		page, err := x.e.read(edit.page.number)
		if err == nil && !edit.free {
			err = edit.page.write(x.e.db.lay, page)
		}
		if err != nil {
			return damageAt(err, edit.where)
		}
	}
	return nil
}

// apply writes what was planned.
func (x *erasure) apply() error {
	e := x.e
	for _, edit := range x.pages {
		page, err := e.read(edit.page.number)
		if err != nil {
			return err
		}
		if edit.free {
			clear(page)
		} else if err := edit.page.write(e.db.lay, page); err != nil {
			return err
		}
		if err := e.write(edit.page.number, page); err != nil {
			return err
		}
	}
	for _, p := range x.slots {
		if err := e.eraseSlot(p); err != nil {
			return err
		}
	}
	for _, t := range x.tables {
		if err := e.countDown(t.table.def, len(t.rows)); err != nil {
			return err
		}
		e.changes.Erased[t.table.Name] = append(e.changes.Erased[t.table.Name], t.rows...)
	}
	return nil
}
