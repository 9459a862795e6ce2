package sqldb

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// cleaning goes through the pages of a database file (sqlite.org/fileformat2.html).
type cleaning struct {
	read   func(n uint32) ([]byte, error) // returns a page, which may be changed
	store  func(n uint32, page []byte) error
	count  uint32 // of pages
	usable int    // bytes of a page
	seen   []uint64
}

// errOddPage is a page that is not what the format says. Nothing more is written then.
var errOddPage = errors.New("a page of the file is not what it should be: have SQLite check its integrity")

// run cleans the trees with these roots and the free pages.
func (c *cleaning) run(roots []uint32) error {
	first, err := c.read(1)
	if err != nil {
		return err
	}
	if len(first) < 512 {
		return errOddPage
	}
	if c.usable = len(first) - int(first[20]); c.usable < 480 {
		return errOddPage
	}
	freed, trunks := binary.BigEndian.Uint32(first[32:]), binary.BigEndian.Uint32(first[36:])
	c.seen = make([]uint64, c.count/64+1)
	for _, root := range append([]uint32{1}, roots...) {
		if err := c.tree(root); err != nil {
			return err
		}
	}
	return c.free(freed, trunks)
}

// visit reads a page that was not read before.
func (c *cleaning) visit(n uint32) ([]byte, error) {
	if n < 1 || n > c.count || c.seen[n/64]&(1<<(n%64)) != 0 {
		return nil, errOddPage
	}
	c.seen[n/64] |= 1 << (n % 64)
	return c.read(n)
}

// write writes a page unless it is as it was.
func (c *cleaning) write(n uint32, page, before []byte) error {
	if bytes.Equal(page, before) {
		return nil
	}
	return c.store(n, page)
}

// The types of pages of a tree.
const (
	innerIndex = 2
	innerTable = 5
	leafIndex  = 10
	leafTable  = 13
)

// tree cleans the pages of one table or index.
func (c *cleaning) tree(root uint32) error {
	for todo := []uint32{root}; len(todo) > 0; {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		page, err := c.visit(n)
		if err != nil {
			return err
		}
		before := bytes.Clone(page)
		children, err := c.node(n, page)
		if err == nil {
			err = c.write(n, page, before)
		}
		if err != nil {
			return err
		}
		todo = append(todo, children...)
	}
	return nil
}

// node cleans one page of a tree, and the overflow pages of its cells. It returns the pages below it.
func (c *cleaning) node(n uint32, page []byte) (children []uint32, err error) {
	head := page
	if n == 1 {
		head = page[100:]
	}
	kind := head[0]
	size := 8
	switch kind {
	case innerIndex, innerTable:
		size = 12
		children = append(children, binary.BigEndian.Uint32(head[8:]))
	case leafIndex, leafTable:
	default:
		return nil, errOddPage
	}
	cells, start := int(binary.BigEndian.Uint16(head[3:])), int(binary.BigEndian.Uint16(head[5:]))
	if start == 0 {
		start = 1 << 16
	}
	from := len(page) - len(head) + size + 2*cells
	if from > start || start > c.usable {
		return nil, errOddPage
	}
	clear(page[from:start])
	for block := int(binary.BigEndian.Uint16(head[1:])); block != 0; {
		if block < start || block+4 > c.usable {
			return nil, errOddPage
		}
		next, length := int(binary.BigEndian.Uint16(page[block:])), int(binary.BigEndian.Uint16(page[block+2:]))
		if length < 4 || block+length > c.usable || next != 0 && next < block+length {
			return nil, errOddPage
		}
		clear(page[block+4 : block+length])
		block = next
	}
	for i := range cells {
		at := int(binary.BigEndian.Uint16(head[size+2*i:]))
		if at < start || at >= c.usable {
			return nil, errOddPage
		}
		child, err := c.cell(kind, page[at:c.usable])
		if err != nil {
			return nil, err
		}
		if child != 0 {
			children = append(children, child)
		}
	}
	return children, nil
}

// cell cleans behind the end of a cell's long value. It returns the page below the cell, 0 for none.
func (c *cleaning) cell(kind byte, cell []byte) (child uint32, err error) {
	if kind == innerIndex || kind == innerTable {
		if len(cell) < 4 {
			return 0, errOddPage
		}
		child, cell = binary.BigEndian.Uint32(cell), cell[4:]
	}
	if kind == innerTable {
		return child, nil
	}
	total, cell, ok := number(cell)
	if kind == leafTable && ok {
		_, cell, ok = number(cell) // the row's number
	}
	if !ok {
		return 0, errOddPage
	}
	most, least := (c.usable-12)*64/255-23, (c.usable-12)*32/255-23
	if kind == leafTable {
		most = c.usable - 35
	}
	if total <= uint64(most) {
		return child, nil
	}
	local := least + int((total-uint64(least))%uint64(c.usable-4))
	if local > most {
		local = least
	}
	if len(cell) < local+4 {
		return 0, errOddPage
	}
	return child, c.overflow(binary.BigEndian.Uint32(cell[local:]), total-uint64(local))
}

// number reads a variable-length integer.
func number(b []byte) (v uint64, rest []byte, ok bool) {
	for i := 0; i < len(b) && i < 9; i++ {
		if i == 8 {
			return v<<8 | uint64(b[i]), b[9:], true
		}
		v = v<<7 | uint64(b[i]&0x7f)
		if b[i] < 0x80 {
			return v, b[i+1:], true
		}
	}
	return 0, nil, false
}

// overflow cleans behind the end of a value that has so many bytes on pages of its own.
func (c *cleaning) overflow(n uint32, left uint64) error {
	for {
		page, err := c.visit(n)
		if err != nil {
			return err
		}
		if room := uint64(c.usable - 4); left > room {
			n, left = binary.BigEndian.Uint32(page), left-room
			continue
		}
		before := bytes.Clone(page)
		clear(page[4+left : c.usable])
		return c.write(n, page, before)
	}
}

// free cleans the pages that are free: a list of pages that each list others.
func (c *cleaning) free(trunk, total uint32) error {
	for trunk != 0 {
		page, err := c.visit(trunk)
		if err != nil {
			return err
		}
		leaves := int(binary.BigEndian.Uint32(page[4:]))
		if leaves < 0 || 8+4*leaves > c.usable || uint32(leaves) >= total {
			return errOddPage
		}
		for i := range leaves {
			n := binary.BigEndian.Uint32(page[8+4*i:])
			leaf, err := c.visit(n)
			if err != nil {
				return err
			}
			before := bytes.Clone(leaf)
			clear(leaf[:c.usable])
			if err := c.write(n, leaf, before); err != nil {
				return err
			}
		}
		before := bytes.Clone(page)
		clear(page[8+4*leaves : c.usable])
		if err := c.write(trunk, page, before); err != nil {
			return err
		}
		trunk = binary.BigEndian.Uint32(page)
	}
	return nil
}
