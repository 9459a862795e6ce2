package jet

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// census knows what of a file is alive: which pages, and which of the rows that nothing but a pointer
// leads to. Everything else is a remnant.
type census struct {
	*window
	db    *DB
	alive pageSet
	held  slotSet        // overflow rows and long values that a live row points to
	ends  map[uint32]int // end of what a page of a table definition holds
	far   *scattered
	cells cells
}

// slotSet is a set of row slots.
type slotSet map[uint32]*[4]uint64

func (s slotSet) add(p pointer) {
	bits := s[p.page()]
	if bits == nil {
		bits = new([4]uint64)
		s[p.page()] = bits
	}
	bits[p.slot()/64] |= 1 << (p.slot() % 64)
}

func (s slotSet) has(page uint32, slot int) bool {
	bits := s[page]
	return bits != nil && slot < 256 && bits[slot/64]>>(slot%64)&1 != 0
}

// globalMap points to the map of the pages that are free in the whole file.
const globalMap = pointer(1 << 8)

// takeCensus goes through the whole file from its catalogue. An error means that something could not be read or is not
// known, and that nothing may then be taken for a remnant.
func (db *DB) takeCensus() (*census, error) {
	if len(db.damage) > 0 {
		return nil, db.damage[0]
	}
	c := &census{
		window: db.window(), db: db, alive: make(pageSet, (db.pages+63)/64), held: make(slotSet), ends: make(map[uint32]int),
		far: db.scattered(false), cells: cells{lay: db.lay},
	}
	c.alive.add(0)
	if err := c.standing(globalMap); err != nil {
		return nil, damageAt(err, DamageError{Page: globalMap.page(), Row: globalMap.slot()})
	}
	for _, t := range db.tables {
		if err := c.table(t); err != nil {
			return nil, damageAt(err, DamageError{Table: t.Name, Page: t.page, Row: -1})
		}
	}
	for _, t := range db.shadows {
		page, err := c.page(t.page, 0)
		if t.page == 0 || err != nil || page[0] != pageTable {
			continue // most links have no definition of their own
		}
		if err := c.table(t); err != nil {
			return nil, damageAt(err, DamageError{Table: t.Name, Page: t.page, Row: -1})
		}
	}
	return c, nil
}

// standing marks the pages that a usage map stands on. The map of free pages may name pages behind the
// end of the file.
func (c *census) standing(p pointer) error {
	if p == 0 {
		return nil
	}
	page, err := c.page(p.page(), 0)
	if err != nil {
		return err
	}
	row, _, err := c.lay.slot(page, p.slot())
	if err != nil {
		return err
	}
	c.alive.add(p.page())
	if len(row) > 0 && row[0] == 1 {
		for row = row[1:]; len(row) >= 4; row = row[4:] {
			if n := binary.LittleEndian.Uint32(row); n > 0 && n < c.pages {
				c.alive.add(n)
			}
		}
	}
	return nil
}

// usage marks the pages that a usage map stands on and those that it names, and returns the latter.
func (c *census) usage(p pointer) (pageSet, error) {
	if err := c.standing(p); err != nil || p == 0 {
		return nil, err
	}
	set, lost, err := c.usageMap(p)
	if err == nil && lost > 0 {
		err = fault("the file ends before pages that a usage map names")
	}
	for i := range set {
		c.alive[i] |= set[i]
	}
	return set, err
}

// table marks all that belongs to a table.
func (c *census) table(t *Table) error {
	def, err := t.definition()
	if err != nil {
		return err
	}
	if t.warn != nil {
		return t.warn
	}
	if err := c.definitionPages(def); err != nil {
		return err
	}
	owned, err := c.usage(def.owned)
	if err != nil {
		return err
	}
	if _, err := c.usage(def.spare); err != nil {
		return err
	}
	for _, tree := range def.trees {
		if err := c.standing(tree.owned); err != nil {
			return err
		}
		root, _, err := c.readIndex(tree.root)
		if err != nil {
			return err
		}
		root.each(func(p *indexPage) { c.alive.add(p.number) })
	}
	for _, m := range def.long {
		if _, err := c.usage(m.owned); err != nil {
			return err
		}
		if _, err := c.usage(m.spare); err != nil {
			return err
		}
	}
	return c.rows(t, def, owned)
}

// definitionPages marks the pages of a table definition and where each ends.
func (c *census) definitionPages(def *definition) error {
	rest, head := def.size, 0
	for n := def.page; n != 0; head = 8 {
		page, err := c.page(n, 0)
		if err != nil {
			return err
		}
		c.alive.add(n)
		c.ends[n] = min(head+max(rest, 0), c.lay.pageSize)
		rest -= c.lay.pageSize - head
		n = binary.LittleEndian.Uint32(page[4:])
	}
	return nil
}

// rows marks what the rows of a table point to.
func (c *census) rows(t *Table, def *definition, owned pageSet) error {
	var long []scanColumn
	for i := range def.columns {
		if col := &def.columns[i]; col.Type == Memo || col.Type == OLE {
			long = append(long, *newScanColumn(col))
		}
	}
	stride := maxWindow / c.lay.pageSize
	for n, ok := owned.next(0); ok; n, ok = owned.next(n + 1) {
		page, err := c.page(n, owned.stride(n, stride))
		if err != nil {
			return err
		}
		if page[0] != pageData || binary.LittleEndian.Uint32(page[4:]) != t.page {
			return fault(fmt.Sprintf("page %d is not the table's, though the table's map says so", n))
		}
		for i := range c.lay.slots(page) {
			row, flags, err := c.lay.slot(page, i)
			if flags&slotHidden != 0 {
				continue
			}
			if err == nil {
				row, err = c.follow(t.page, row, flags)
			}
			if err == nil {
				err = c.cells.open(row, def.variable)
			}
			for j := range long {
				if err == nil {
					err = c.longValue(&long[j])
				}
			}
			if err != nil {
				return damageAt(err, DamageError{Table: t.Name, Page: n, Row: i})
			}
		}
	}
	return nil
}

// follow returns the bytes of a row wherever they stand, and marks the way there.
func (c *census) follow(table uint32, row []byte, flags uint16) ([]byte, error) {
	for hop := 0; flags&slotPointer != 0; hop++ {
		if len(row) < 4 || hop == maxHops {
			return nil, fault("the row was moved, and where to cannot be told")
		}
		to := pointerAt(row)
		page, err := c.far.page(to.page())
		if err != nil {
			return nil, err
		}
		if page[0] != pageData || binary.LittleEndian.Uint32(page[4:]) != table {
			return nil, fault("the row was moved to a page that is not the table's")
		}
		if row, flags, err = c.lay.slot(page, to.slot()); err != nil {
			return nil, err
		}
		c.held.add(to)
		row, flags = slices.Clone(row), flags&^slotHidden
	}
	return row, nil
}

// longValue marks the rows of a long value of the current row.
func (c *census) longValue(col *scanColumn) error {
	if !c.cells.has(col.number) {
		return nil
	}
	start, end, err := c.cells.find(col)
	if start < 0 || start == end || err != nil {
		return err
	}
	long, err := c.parseLong(c.cells.data[start:end])
	if err != nil {
		return err
	}
	return long.each(c.far, func(p pointer) {
		c.alive.add(p.page())
		c.held.add(p)
	})
}

// each calls f with each row that a long value stands on.
func (v longRef) each(w *scattered, f func(pointer)) error {
	if v.form == longInline {
		return nil
	}
	for left := v.size; left > 0; {
		at := v.at
		part, err := v.next(w, left)
		if err != nil {
			return err
		}
		f(at)
		left -= int64(len(part))
	}
	return nil
}

// span is a part of a page.
type span struct{ from, to int }

// remnants returns the parts of a page that hold nothing alive, and the row slots on it that should
// be marked as deleted.
func (c *census) remnants(n uint32, page []byte) (dead []span, slots []int, err error) {
	lay := c.lay
	if !c.alive.has(n) {
		return []span{{0, len(page)}}, nil, nil
	}
	switch page[0] {
	case pageData:
		count := lay.slots(page)
		low := len(page)
		for i := range count {
			row, flags, err := lay.slot(page, i)
			if err != nil {
				return nil, nil, damageAt(err, DamageError{Page: n, Row: i})
			}
			low -= len(row)
			lost := flags&slotDeleted == slotHidden && !c.held.has(n, i) || c.long(page) && !c.held.has(n, i)
			if lost && flags&slotDeleted != slotDeleted {
				slots = append(slots, i)
			}
			if lost || flags&slotDeleted == slotDeleted {
				dead = append(dead, span{low, low + len(row)})
			}
		}
		dead = append(dead, span{lay.rowCount + 2 + 2*count, low})
	case pageLeaf, pageNode:
		dead = []span{{lay.indexEnd(page), len(page)}}
	case pageTable:
		if end, ok := c.ends[n]; ok {
			dead = []span{{end, len(page)}}
		}
	case pageHeader, pageUsage:
	default:
		return nil, nil, &DamageError{Page: n, Row: -1, Why: fmt.Sprintf("a page of an unknown kind, %#x", page[0])}
	}
	return dead, slots, nil
}

// long reports whether a data page holds long values.
func (c *census) long(page []byte) bool { return string(page[4:8]) == "LVAL" }
