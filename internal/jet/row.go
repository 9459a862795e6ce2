package jet

import "encoding/binary"

// cells gives access to the stored values of one row.
//
// A row holds its number of columns, the fixed values, the variable values, the offset where those end,
// the offsets where each begins (last first), their number, and the null mask: one bit for each column
// ever added, set when it has a value, or the value itself when it is Boolean. A row written before a
// column was added has neither bit nor offset for it.
type cells struct {
	lay     *layout
	data    []byte
	count   int      // columns that the row knows
	mask    []byte   // null mask
	fixed   int      // end of the fixed values
	vars    int      // variable values that the row knows
	table   int      // Jet 4: where the offset of the first stands; those of the others stand before it
	offsets []uint16 // Jet 3: where each begins, and where the last ends
}

const badRow = fault("the row's own lengths do not agree")

// open reads the frame of a row; variable tells whether the table has variable columns.
func (c *cells) open(data []byte, variable bool) error {
	width := c.lay.cell
	if len(data) < width+1 {
		return badRow
	}
	c.data = data
	if width == 2 {
		c.count = int(binary.LittleEndian.Uint16(data))
	} else {
		c.count = int(data[0])
	}
	end := len(data) - (c.count+7)/8
	if end < width {
		return badRow
	}
	c.mask = data[end:]
	c.vars, c.fixed = 0, end
	if !variable {
		return nil
	}
	if width == 1 {
		return c.openJet3(end)
	}
	if end < width+4 {
		return badRow
	}
	c.vars = int(binary.LittleEndian.Uint16(data[end-2:]))
	c.table = end - 4
	if c.table-2*c.vars < width {
		return badRow
	}
	c.fixed = int(binary.LittleEndian.Uint16(data[c.table:]))
	if c.fixed < width || c.fixed > c.table-2*c.vars {
		return badRow
	}
	return nil
}

// openJet3 decodes the offsets of a Jet 3 row. They are single bytes; before them stands a jump table
// with the number of the first value that lies past each multiple of 256.
func (c *cells) openJet3(end int) error {
	if end < 2 {
		return badRow
	}
	data := c.data
	c.vars = int(data[end-1])
	jumps := (len(data) - 1) / 256
	at := end - 2 - jumps
	if at-c.vars < 1 {
		return badRow
	}
	if (at-c.vars)/256 < jumps {
		jumps-- // the last jump is a filler
	}
	c.offsets = c.offsets[:0]
	passed := 0
	for i := range c.vars + 1 {
		for passed < jumps && int(data[end-2-passed]) == i {
			passed++
		}
		c.offsets = append(c.offsets, uint16(int(data[at-i])+256*passed))
	}
	c.fixed = int(c.offsets[0])
	if c.fixed < 1 || c.fixed > at {
		return badRow
	}
	return nil
}

// has reports the column's bit in the null mask.
func (c *cells) has(number int) bool {
	return number < c.count && c.mask[number>>3]>>(number&7)&1 != 0
}

// find returns where the stored bytes of a column stand in the row's data; start is -1 when the row does not know the
// column. It is called when the column's bit is set.
func (c *cells) find(col *scanColumn) (start, end int, err error) {
	if col.fixed {
		start = c.lay.cell + col.offset
		end = start + col.width
		if end > c.fixed {
			return 0, 0, badRow
		}
		return start, end, nil
	}
	if col.variable >= c.vars {
		return -1, -1, nil
	}
	if c.lay.cell == 2 {
		at := c.table - 2*col.variable
		start, end = int(binary.LittleEndian.Uint16(c.data[at:])), int(binary.LittleEndian.Uint16(c.data[at-2:]))
	} else {
		start, end = int(c.offsets[col.variable]), int(c.offsets[col.variable+1])
	}
	if start < c.fixed || start > end || end > len(c.data) {
		return 0, 0, badRow
	}
	return start, end, nil
}
