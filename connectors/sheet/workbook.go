package sheet

import (
	"context"
	"fmt"
	"os"
	"slices"

	"dossier/connectors"
	"dossier/internal/secret"
	"dossier/internal/xlsx"
)

// workbook is a workbook with those of its sheets that have cells.
type workbook struct {
	book *xlsx.Workbook
	all  []xlsx.Sheet
}

func openWorkbook(ctx context.Context, f *os.File, size int64, password secret.Secret) (*workbook, error) {
	book, err := xlsx.Open(ctx, f, size, xlsx.Options{Password: password.Reveal()})
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(slices.Clone(book.Sheets), func(s xlsx.Sheet) bool { return !s.Cells })
	return &workbook{book, all}, nil
}

func (w *workbook) tables() []string {
	names := make([]string, len(w.all))
	for i, s := range w.all {
		names[i] = s.Name
	}
	return names
}

func (w *workbook) close() error { return w.book.Close() }

func (w *workbook) sheets() bool { return true }

func (w *workbook) rows(ctx context.Context, table int) int64 {
	return w.book.Extent(ctx, w.all[table])
}

func (w *workbook) lines(ctx context.Context, table int, filled bool) (lines, error) {
	s := &sheetLines{values: appender{book: w.book}}
	if filled {
		merges, err := w.book.Merges(ctx, w.all[table])
		if err != nil {
			return nil, err
		}
		for _, m := range merges {
			if m.LastRow > m.FirstRow {
				s.merges = append(s.merges, merge{Merge: m})
			}
		}
		slices.SortFunc(s.merges, func(a, b merge) int { return a.FirstRow - b.FirstRow })
	}
	var err error
	s.rows, err = w.book.Rows(ctx, w.all[table])
	return s, err
}

// sheetLines reads a sheet's rows as canonical values.
type sheetLines struct {
	rows     *xlsx.Rows
	row      line
	values   appender
	merges   []merge // ranges of several rows, by their first row
	active   []int   // those that reach the current row
	ahead    int     // the first one that starts below it
	last     int     // the number of the last row
	uncached int     // formulas without a stored result
}

// merge is a merged range, with the value of its first cell once that was read.
type merge struct {
	xlsx.Merge
	value connectors.Value
}

func (s *sheetLines) next() (*line, error) {
	for {
		row, err := s.rows.Next()
		if err != nil {
			return nil, err
		}
		s.row.number = row.Number
		s.row.values = s.row.values[:0]
		s.values.reset()
		for i, c := range row.Cells {
			if c.Kind == xlsx.Blank {
				if c.Formula {
					s.uncached++
				}
				continue
			}
			text, err := row.Text(i)
			if err != nil {
				return nil, err
			}
			if len(text) > 0 {
				s.set(c.Column, s.values.canonical(c, text))
			}
		}
		if len(s.row.values) > 0 {
			s.fill()
			return &s.row, nil
		}
	}
}

func (s *sheetLines) set(column int, v connectors.Value) {
	for len(s.row.values) <= column {
		s.row.values = append(s.row.values, connectors.Null)
	}
	s.row.values[column] = v
}

// fill repeats the value of merged cells in every row that they cover.
func (s *sheetLines) fill() {
	n := s.row.number
	if n < s.last { // rows out of order: look at all ranges again
		s.active, s.ahead = s.active[:0], 0
	}
	s.last = n
	for ; s.ahead < len(s.merges) && s.merges[s.ahead].FirstRow <= n; s.ahead++ {
		s.active = append(s.active, s.ahead)
	}
	s.active = slices.DeleteFunc(s.active, func(i int) bool { return s.merges[i].LastRow < n })
	for _, i := range s.active {
		m := &s.merges[i]
		at := connectors.Null
		if m.FirstColumn < len(s.row.values) {
			at = s.row.values[m.FirstColumn]
		}
		switch {
		case n == m.FirstRow:
			m.value = at.Clone()
		case n > m.FirstRow && n <= m.LastRow && at.IsNull() && !m.value.IsNull():
			s.set(m.FirstColumn, m.value)
		}
	}
}

func (s *sheetLines) gaps() []string {
	if s.uncached == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s cells hold a formula without a stored result: open the file in Excel or LibreOffice and save it", count(s.uncached))}
}

func (s *sheetLines) close() error { return s.rows.Close() }

// appender makes canonical values of cells. Values of a row share its memory until reset.
type appender struct {
	book *xlsx.Workbook
	buf  []byte
}

func (a *appender) reset() { a.buf = a.buf[:0] }

// canonical returns the value of a cell whose stored text is not empty.
func (a *appender) canonical(c xlsx.Cell, text []byte) connectors.Value {
	from := len(a.buf)
	switch c.Kind {
	case xlsx.Boolean:
		if string(text) == "1" || string(text) == "true" {
			return connectors.Bytes(textTrue)
		}
		return connectors.Bytes(textFalse)
	case xlsx.Number:
		format := a.book.Format(c.Style)
		if format.Date || format.Time {
			var ok bool
			if a.buf, ok = a.book.AppendDate(a.buf, text, format); ok {
				return connectors.Bytes(a.buf[from:len(a.buf):len(a.buf)])
			}
		}
		a.buf = xlsx.AppendDecimal(a.buf[:from], text)
		stored := a.buf[from:len(a.buf):len(a.buf)]
		if shown, ok := format.AppendShown(nil, stored); ok {
			return connectors.List(string(shown), string(stored))
		}
		return connectors.Bytes(stored)
	case xlsx.Date:
		a.buf = xlsx.AppendISODate(a.buf, text, a.book.Format(c.Style))
		return connectors.Bytes(a.buf[from:len(a.buf):len(a.buf)])
	}
	return connectors.Bytes(text)
}

var textTrue, textFalse = []byte("true"), []byte("false")
