package jet

import (
	"encoding/binary"
	"slices"
)

// draft is a row taken apart, to be put together again with other values.
type draft struct {
	lay      *layout
	variable bool // the table has variable columns
	count    int
	fixed    []byte
	vars     [][]byte
	mask     []byte
}

// draft takes the current row apart.
func (c *cells) draft(variable bool) (*draft, error) {
	d := &draft{
		lay: c.lay, variable: variable, count: c.count,
		fixed: slices.Clone(c.data[c.lay.cell:c.fixed]), mask: slices.Clone(c.mask),
	}
	for i := range c.vars {
		start, end, err := c.find(&scanColumn{Column: &Column{variable: i}})
		if err != nil {
			return nil, err
		}
		d.vars = append(d.vars, slices.Clone(c.data[start:end]))
	}
	return d, nil
}

// set gives a column another stored value; nil is NULL.
func (d *draft) set(col *scanColumn, raw []byte) error {
	if col.number >= d.count || !col.fixed && col.variable >= len(d.vars) {
		return fault("the row is older than the column and has no room for it")
	}
	bit := byte(1) << (col.number & 7)
	if raw == nil {
		d.mask[col.number>>3] &^= bit
	} else {
		d.mask[col.number>>3] |= bit
	}
	switch {
	case col.form == formBit:
	case !col.fixed:
		d.vars[col.variable] = raw
	case col.offset+col.width > len(d.fixed):
		return badRow
	case raw == nil:
		clear(d.fixed[col.offset : col.offset+col.width])
	case len(raw) != col.width:
		return fault("the value does not have the column's fixed length")
	default:
		copy(d.fixed[col.offset:], raw)
	}
	return nil
}

// bytes puts the row together.
func (d *draft) bytes() ([]byte, error) {
	var row []byte
	if d.lay.cell == 2 {
		row = binary.LittleEndian.AppendUint16(row, uint16(d.count))
	} else {
		row = append(row, byte(d.count))
	}
	row = append(row, d.fixed...)
	if !d.variable {
		return append(row, d.mask...), nil
	}
	offsets := make([]int, 0, len(d.vars)+1)
	for _, v := range d.vars {
		offsets = append(offsets, len(row))
		row = append(row, v...)
	}
	offsets = append(offsets, len(row))
	if len(row) > d.lay.pageSize {
		return nil, errNoRoom
	}
	slices.Reverse(offsets)
	if d.lay.cell == 2 {
		for _, o := range offsets {
			row = binary.LittleEndian.AppendUint16(row, uint16(o))
		}
		row = binary.LittleEndian.AppendUint16(row, uint16(len(d.vars)))
		return append(row, d.mask...), nil
	}
	for _, o := range offsets {
		row = append(row, byte(o))
	}
	return append(d.jumps(row, offsets), d.mask...), nil
}

// jumps appends the jump table of a Jet 3 row and its number of variable values. The length of the whole row
// decides how many jumps there are; those that no offset needs are fillers.
func (d *draft) jumps(row []byte, reversed []int) []byte {
	count := 0
	for count < (len(row)+count+1+len(d.mask)-1)/256 {
		count++
	}
	table := make([]byte, count)
	for k := range table {
		table[count-1-k] = 0xff
		for i := range reversed {
			if reversed[len(reversed)-1-i] >= 256*(k+1) {
				table[count-1-k] = byte(i)
				break
			}
		}
	}
	return append(append(row, table...), byte(len(d.vars)))
}

const errNoRoom = fault("its page has no room for the longer row")

// replaceRow puts a row of another length into its slot. The rows of the page are laid out anew; those deleted give
// up their bytes.
func (l *layout) replaceRow(page []byte, slot int, row []byte) error {
	count := l.slots(page)
	old := slices.Clone(page)
	at := len(page)
	low := l.rowCount + 2 + 2*count
	var flags []uint16
	var rows [][]byte
	for i := range count {
		data, f, err := l.slot(old, i)
		if err != nil {
			return err
		}
		if i == slot {
			data = row
		} else if f&slotDeleted == slotDeleted {
			data = nil
		}
		flags, rows = append(flags, f), append(rows, data)
		at -= len(data)
	}
	if at < low {
		return errNoRoom
	}
	binary.LittleEndian.PutUint16(page[2:], uint16(at-low))
	clear(page[low:])
	at = len(page)
	for i, data := range rows {
		at -= len(data)
		copy(page[at:], data)
		binary.LittleEndian.PutUint16(page[l.rowCount+2+2*i:], uint16(at)|flags[i])
	}
	return nil
}
