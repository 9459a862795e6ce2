package jet

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// Update gives columns of one row other values, in their canonical text; a Value of kind Null is NULL. It is refused with
// a reason, and the copy is then unchanged, where a value does not fit the column, the row its page, a
// memo the room of the one before, or a key its index page.
func (e *Editor) Update(table string, id RowID, values map[string]Value) error {
	t, err := e.db.Table(table)
	if err != nil {
		return err
	}
	u := &update{e: e, t: t, id: id, pages: make(map[uint32][]byte)}
	if err := u.plan(values); err != nil {
		return fmt.Errorf("update %s: %w", t.Name, damageAt(err, DamageError{Table: t.Name, Page: id.Page, Row: id.Slot}))
	}
	for n, page := range u.pages {
		if err := e.write(n, page); err != nil {
			return fmt.Errorf("update %s: %w", t.Name, err)
		}
	}
	changed := e.changes.Updated[t.Name]
	if changed == nil {
		changed = make(map[RowID][]string)
		e.changes.Updated[t.Name] = changed
	}
	for name := range values {
		changed[id] = append(changed[id], name)
	}
	return nil
}

// update is what has to be written to change one row.
type update struct {
	e     *Editor
	t     *Table
	def   *definition
	id    RowID
	pages map[uint32][]byte
}

// page returns a page that is to be written.
func (u *update) page(n uint32) ([]byte, error) {
	if page, ok := u.pages[n]; ok {
		return page, nil
	}
	page, err := u.e.read(n)
	if err == nil {
		u.pages[n] = page
	}
	return page, err
}

func (u *update) plan(values map[string]Value) (err error) {
	if u.def, err = u.t.definition(); err != nil {
		return err
	}
	place, before, err := u.find()
	if err != nil {
		return err
	}
	if err := before.open(before.data, u.def.variable); err != nil {
		return err
	}
	draft, err := before.draft(u.def.variable)
	if err != nil {
		return err
	}
	changed := make(map[int][]byte) // stored values by the number of their column
	for name, v := range values {
		i, err := u.def.column(name)
		if err != nil {
			return err
		}
		if err := u.tied(&u.def.columns[i]); err != nil {
			return err
		}
		if err := u.set(draft, before, &u.def.columns[i], v, changed); err != nil {
			return fmt.Errorf("column %s: %w", u.def.columns[i].Name, err)
		}
	}
	for i := range u.def.trees {
		if err := u.index(&u.def.trees[i], before, changed); err != nil {
			return err
		}
	}
	row, err := draft.bytes()
	if err != nil {
		return err
	}
	page, err := u.page(place.page())
	if err != nil {
		return err
	}
	return u.e.db.lay.replaceRow(page, place.slot(), row)
}

// tied refuses a column by which rows of other tables know this one, or by which it knows them.
func (u *update) tied(c *Column) error {
	for _, x := range u.def.indexes {
		if x.Foreign == nil {
			continue
		}
		for _, ic := range x.Columns {
			if ic.number == c.number {
				return fmt.Errorf("column %s: it ties the row to table %s", c.Name, x.Foreign.Table)
			}
		}
	}
	return nil
}

// find returns where the bytes of the row stand, and the bytes.
func (u *update) find() (pointer, *cells, error) {
	w := u.e.db.window()
	at := u.id.pointer()
	for hop := 0; hop <= maxHops; hop++ {
		page, err := w.page(at.page(), 0)
		if err != nil {
			return 0, nil, err
		}
		if page[0] != pageData || binary.LittleEndian.Uint32(page[4:]) != u.t.page {
			return 0, nil, fault("the page is not the table's")
		}
		row, flags, err := u.e.db.lay.slot(page, at.slot())
		if err != nil {
			return 0, nil, err
		}
		if (flags&slotHidden != 0) != (hop > 0) {
			return 0, nil, fault("there is no such row")
		}
		if flags&slotPointer == 0 {
			return at, &cells{lay: u.e.db.lay, data: slices.Clone(row)}, nil
		}
		if len(row) < 4 {
			break
		}
		at = pointerAt(row)
	}
	return 0, nil, fault("the row was moved, and where to cannot be told")
}

// set puts a value into the draft of the row.
func (u *update) set(d *draft, before *cells, c *Column, v Value, changed map[int][]byte) error {
	col := newScanColumn(c)
	switch {
	case c.Calculated:
		return fault("it is calculated from others")
	case c.AutoNumber:
		return fault("its numbers are given by Access")
	case v.Kind != String && v.Kind != Null:
		return fault("only text and NULL can be written")
	case v.Kind == Null && (c.Required || col.form == formBit):
		return fault("it cannot be NULL")
	case col.form == formBit:
		if string(v.Bytes) != "true" && string(v.Bytes) != "false" {
			return fault("the value is neither true nor false")
		}
		var raw []byte
		if string(v.Bytes) == "true" {
			raw = []byte{}
		}
		changed[c.number] = raw
		return d.set(col, raw)
	}
	var raw []byte
	if v.Kind == String {
		var err error
		if raw, err = c.encode(string(v.Bytes)); err != nil {
			return err
		}
		if raw == nil {
			raw = []byte{}
		}
	}
	changed[c.number] = raw
	if c.Type == Memo {
		var err error
		if raw, err = u.memo(before, col, raw); err != nil {
			return err
		}
	}
	return d.set(col, raw)
}

// maxInline is the longest memo that Access leaves in the row.
const maxInline = 64

// memo returns the definition of a memo's new text. The text goes into the row when it is short, otherwise to where the
// old one stood; what the old one no longer needs is erased.
func (u *update) memo(before *cells, col *scanColumn, text []byte) ([]byte, error) {
	var long longRef
	old, err := before.bytes(col)
	if err == nil && len(old) > 0 {
		long, err = u.e.db.parseLong(old)
	} else {
		long.form = longInline
	}
	if err != nil {
		return nil, err
	}
	var places []pointer
	if err := long.each(u.e.db.scattered(false), func(p pointer) { places = append(places, p) }); err != nil {
		return nil, err
	}
	inline := len(text) <= maxInline
	left := text
	for _, p := range places {
		page, err := u.page(p.page())
		if err != nil {
			return nil, err
		}
		row, _, err := u.e.db.lay.slot(page, p.slot())
		if err != nil {
			return nil, err
		}
		if inline || len(left) == 0 {
			clear(row)
			u.e.db.lay.markDeleted(page, p.slot())
			continue
		}
		if long.form == longChain {
			if len(left) <= len(row)-4 {
				clear(row[:4]) // the last link
			}
			row = row[4:]
		}
		n := copy(row, left)
		clear(row[n:])
		left = left[n:]
	}
	if text == nil {
		return nil, nil
	}
	def := make([]byte, longHeader)
	if inline {
		binary.LittleEndian.PutUint32(def, uint32(len(text))|longInline<<30)
		return append(def, text...), nil
	}
	if len(places) == 0 || len(left) > 0 {
		return nil, fmt.Errorf("the text of %d bytes is longer than the room of the one before", len(text))
	}
	binary.LittleEndian.PutUint32(def, uint32(len(text))|uint32(long.form)<<30)
	binary.LittleEndian.PutUint32(def[4:], uint32(places[0]))
	return def, nil
}
