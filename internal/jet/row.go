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
	vars    int      // variable values that the row knows
	table   int      // where the offset of the first variable value stands (Jet 4)
	offsets []uint16 // the same, decoded (Jet 3)
	fixed   int      // end of the fixed values
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
	if c.fixed > c.table-2*c.vars {
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
	if c.fixed > at {
		return badRow
	}
	return nil
}

// has reports the column's bit in the null mask.
func (c *cells) has(number int) bool {
	return number < c.count && c.mask[number>>3]>>(number&7)&1 != 0
}

// fixedValue returns the bytes of a fixed value.
func (c *cells) fixedValue(offset, size int) ([]byte, error) {
	start := c.lay.cell + offset
	if start+size > c.fixed {
		return nil, badRow
	}
	return c.data[start : start+size], nil
}

// variableValue returns the bytes of a variable value; ok is false when the row does not know it.
func (c *cells) variableValue(i int) (value []byte, ok bool, err error) {
	if i >= c.vars {
		return nil, false, nil
	}
	var start, end int
	if c.lay.cell == 2 {
		at := c.table - 2*i
		start = int(binary.LittleEndian.Uint16(c.data[at:]))
		end = int(binary.LittleEndian.Uint16(c.data[at-2:]))
	} else {
		start, end = int(c.offsets[i]), int(c.offsets[i+1])
	}
	if start < c.fixed || start > end || end > len(c.data) {
		return nil, false, badRow
	}
	return c.data[start:end], true, nil
}
