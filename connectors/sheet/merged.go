package sheet

import (
	"slices"

	"dossier/connectors"
	"dossier/internal/xlsx"
)

// filler repeats the value of merged cells in every row that they cover.
type filler struct {
	ranges []mergedRange // of several rows, by their first row
	active []int         // those that reach the current row
	ahead  int           // the first one that starts below it
	last   int           // the number of the last row
	now    []mergedValue // of the current row
}

// mergedRange is a merged range, with the value of its first cell once that was read.
type mergedRange struct {
	xlsx.Merge
	value connectors.Value
}

type mergedValue struct {
	column int
	value  connectors.Value
}

func newFiller(merges []xlsx.Merge) filler {
	f := filler{ranges: make([]mergedRange, len(merges))}
	for i, m := range merges {
		f.ranges[i].Merge = m
	}
	return f
}

func (f *filler) clear() { f.now = f.now[:0] }

// fill finds the values that the current row of a sheet has from above, and keeps those that start in it.
func (f *filler) fill(s *sheetLines) {
	if len(f.ranges) == 0 {
		return
	}
	n := s.row.Number
	if n < f.last { // rows out of order: look at all ranges again
		f.active, f.ahead = f.active[:0], 0
	}
	f.last = n
	for ; f.ahead < len(f.ranges) && f.ranges[f.ahead].FirstRow <= n; f.ahead++ {
		f.active = append(f.active, f.ahead)
	}
	f.active = slices.DeleteFunc(f.active, func(i int) bool { return f.ranges[i].LastRow < n })
	for _, i := range f.active {
		m := &f.ranges[i]
		own := s.own(m.FirstColumn)
		switch {
		case n == m.FirstRow:
			m.value = own.Clone()
		case n > m.FirstRow && n <= m.LastRow && own.IsNull() && !m.value.IsNull():
			f.now = append(f.now, mergedValue{m.FirstColumn, m.value})
		}
	}
}

// value returns the value that a column of the current row has from above.
func (f *filler) value(column int) (connectors.Value, bool) {
	for _, v := range f.now {
		if v.column == column {
			return v.value, true
		}
	}
	return connectors.Null, false
}

func (f *filler) has(column int) bool { _, ok := f.value(column); return ok }

// width returns how many columns those values reach.
func (f *filler) width() int {
	width := 0
	for _, v := range f.now {
		width = max(width, v.column+1)
	}
	return width
}
