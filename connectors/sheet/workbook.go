package sheet

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/internal/secret"
	"dossier/internal/xlsx"
)

// workbook is a workbook with those of its sheets that have cells.
type workbook struct {
	book   *xlsx.Workbook
	all    []xlsx.Sheet
	merges map[int][]xlsx.Merge // of the sheets of which what stands behind the rows is known: those of several rows, by their first one
	hung   map[int]*attached
	memos  map[*compare.Matcher]*memo
}

func openWorkbook(ctx context.Context, f *os.File, size int64, password secret.Secret) (*workbook, error) {
	book, err := xlsx.Open(ctx, f, size, xlsx.Options{Password: password.Reveal()})
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(slices.Clone(book.Sheets), func(s xlsx.Sheet) bool { return !s.Cells })
	return &workbook{book, all, map[int][]xlsx.Merge{}, map[int]*attached{}, map[*compare.Matcher]*memo{}}, nil
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
	s := &sheetLines{book: w, table: table, values: appender{book: w.book}}
	if filled {
		var err error
		if s.hung, err = w.attachments(ctx, table); err != nil {
			return nil, err
		}
		known, ok := w.merges[table]
		s.unknown = !ok
		s.merged = newFiller(known)
	}
	var err error
	s.rows, err = w.book.Rows(ctx, w.all[table])
	return s, err
}

// findBehind reads what a sheet lists behind its rows unless that is known.
func (w *workbook) findBehind(ctx context.Context, table int) error {
	if _, ok := w.merges[table]; ok {
		return nil
	}
	behind, err := w.book.Behind(ctx, w.all[table])
	if err == nil {
		w.setBehind(table, behind)
	}
	return err
}

func (w *workbook) setBehind(table int, behind xlsx.Behind) {
	if _, ok := w.merges[table]; ok {
		return
	}
	of := slices.DeleteFunc(slices.Clone(behind.Merges), func(m xlsx.Merge) bool { return m.FirstRow == m.LastRow })
	slices.SortFunc(of, func(a, b xlsx.Merge) int { return a.FirstRow - b.FirstRow })
	w.merges[table] = of
	w.hung[table].addLinks(behind.Links)
}

// sheetLines reads a sheet's rows as canonical values.
type sheetLines struct {
	book     *workbook
	table    int
	rows     *xlsx.Rows
	row      *xlsx.Row
	values   appender
	merged   filler
	hung     *attached
	unknown  bool  // the merged cells and the links
	ended    bool  // all rows were read
	err      error // of a look into the current row
	uncached int   // formulas without a stored result
}

func (s *sheetLines) next() (int, error) {
	for {
		if s.err != nil {
			return 0, s.err
		}
		row, err := s.rows.Next()
		if err != nil {
			s.ended = err == io.EOF
			return max(0, s.rows.Number()-1), err // the last row that was read or passed over whole
		}
		s.row = row
		s.values.reset()
		for i := range row.Cells {
			if c := &row.Cells[i]; c.Formula && c.Kind == xlsx.Blank {
				s.uncached++
			}
		}
		s.merged.clear()
		if s.width() > 0 {
			s.merged.fill(s)
			return row.Number, s.err
		}
	}
}

// text returns what a cell stores, nothing where it is empty.
func (s *sheetLines) text(i int) []byte {
	if s.row.Cells[i].Kind == xlsx.Blank {
		return nil
	}
	text, err := s.row.Text(i)
	if err != nil {
		s.err = err
	}
	return text
}

// at returns which cell of the row a column has, -1 for none.
func (s *sheetLines) at(column int) int {
	cells := s.row.Cells
	if column < len(cells) && cells[column].Column == column {
		return column
	}
	i, found := slices.BinarySearchFunc(cells, column, func(c xlsx.Cell, column int) int { return c.Column - column })
	if !found {
		return -1
	}
	return i
}

func (s *sheetLines) width() int {
	for i := len(s.row.Cells) - 1; i >= 0; i-- {
		if len(s.text(i)) > 0 {
			return max(s.row.Cells[i].Column+1, s.merged.width())
		}
	}
	return s.merged.width()
}

func (s *sheetLines) reaches(columns int) bool {
	cells := s.row.Cells
	return (cells[len(cells)-1].Column >= columns-1 || len(s.merged.now) > 0) && s.width() >= columns
}

// own returns the value of a cell without those of merged ranges.
func (s *sheetLines) own(column int) connectors.Value {
	if i := s.at(column); i >= 0 {
		if text := s.text(i); len(text) > 0 {
			return s.values.canonical(s.row.Cells[i], text)
		}
	}
	return connectors.Null
}

func (s *sheetLines) value(column int) connectors.Value {
	if v, ok := s.merged.value(column); ok {
		return v
	}
	return s.own(column)
}

func (s *sheetLines) answers(column int, m *compare.Matcher, numbers bool) func() bool {
	memo := s.book.memo(m)
	numbers = numbers || s.book.book.Lettered()
	return func() bool {
		if len(s.merged.now) > 0 && s.merged.has(column) {
			return answers(m, s.value(column))
		}
		i := s.at(column)
		if i < 0 {
			return false
		}
		shared := s.row.Cells[i].Shared
		if shared < 0 {
			return s.ownAnswers(i, m, numbers)
		}
		if yes, known := memo.get(shared); known {
			return yes
		}
		text := s.text(i)
		yes := len(text) > 0 && m.Match(text)
		if s.err == nil {
			memo.set(shared, yes)
		}
		return yes
	}
}

// ownAnswers reports whether a cell that holds its content itself answers.
func (s *sheetLines) ownAnswers(i int, m *compare.Matcher, numbers bool) bool {
	c := &s.row.Cells[i]
	text := s.text(i)
	switch {
	case len(text) == 0 || c.Kind == xlsx.Number && !numbers && isNumber(text):
		return false
	case c.Kind == xlsx.String:
		return m.Match(text)
	}
	return answers(m, s.values.canonical(*c, text))
}

func (s *sheetLines) pending() bool { return s.unknown }

func (s *sheetLines) settle(ctx context.Context) (again bool, err error) {
	if s.ended {
		s.book.setBehind(s.table, s.rows.Behind())
	} else if err := s.book.findBehind(ctx, s.table); err != nil {
		return false, err
	}
	s.unknown = false
	return len(s.book.merges[s.table]) > 0 || len(s.hung.links) > 0, nil
}

func (s *sheetLines) gaps() []string {
	var all []string
	if s.hung != nil && s.hung.why != "" {
		all = append(all, s.hung.why)
	}
	if s.uncached == 0 {
		return all
	}
	return append(all, fmt.Sprintf("%s cells hold a formula without a stored result: open the file in Excel or LibreOffice and save it", count(s.uncached)))
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
