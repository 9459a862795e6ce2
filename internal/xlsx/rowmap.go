package xlsx

import "slices"

// rowMap says where the rows of a sheet are once some of them were deleted.
type rowMap struct {
	deleted []int // ascending
}

func newRowMap(deleted map[int]bool) *rowMap {
	m := &rowMap{}
	for row, gone := range deleted {
		if gone {
			m.deleted = append(m.deleted, row)
		}
	}
	slices.Sort(m.deleted)
	return m
}

// moves reports whether any row does.
func (m *rowMap) moves() bool { return m != nil && len(m.deleted) > 0 }

// row returns where a row is afterwards, and whether it is still there. For a deleted row it is where the next one is.
func (m *rowMap) row(row int) (int, bool) {
	if m == nil {
		return row, true
	}
	before, gone := slices.BinarySearch(m.deleted, row)
	return row - before, !gone
}

// span returns where the rows from first to last are afterwards; ok is false where none of them is left. A span that
// reaches the last row of the sheet goes on doing so.
func (m *rowMap) span(first, last int) (int, int, bool) {
	if m == nil {
		return first, last, true
	}
	from, _ := m.row(first)
	if last >= maxRows {
		return from, last, true
	}
	to, there := m.row(last)
	if !there {
		to--
	}
	return from, to, from <= to
}
