package xlsx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Edit is what is done to one sheet. A row is deleted, blanked or has cells set, one of these.
type Edit struct {
	Sheet  string
	Delete []int      // rows that go; those below move up
	Blank  []int      // rows that stay where they are, without anything in their cells but formats
	Set    []CellEdit // cells that get another content, with the format that they have

	Uncomment []int // rows whose comments go
	Unlink    []int // rows whose links go

	// Added are those rows of Set that are new. A table without totals that ends right above one grows to take it in, as it does in Excel.
	Added []int
}

// CellEdit is the new content of one cell. A formula that it had goes.
type CellEdit struct {
	Row    int // from 1 on
	Column int // from 0 on
	Kind   Kind
	Text   string // as a cell stores it: 1 or 0 for a boolean, a serial number for a date
}

// Report is what a rewriting did and found beside what it was asked for.
type Report struct {
	Blanked []BlankedRow // rows that were to be deleted and were blanked
	Remains []string     // parts of the file that may still hold removed values, each with the reason
}

// BlankedRow is a row that was blanked, since what refers to it would break if it were deleted.
type BlankedRow struct {
	Sheet string
	Row   int
	Why   string
}

// ErrCannotRewrite is a workbook or an edit that cannot be carried out without harm.
var ErrCannotRewrite = errors.New("cannot be rewritten without harm")

// Rewrite writes the workbook with the edits carried out. Parts that have nothing to do with them are copied as they are;
// what refers to a moved row follows it; and nothing that was kept of the removed contents elsewhere (in shared strings, the
// caches of charts, pivot tables, formulas and links to other workbooks, filters, comments, links and properties) stays behind. The contents
// that are removed are those that no other cell of the workbook holds. An encrypted workbook is encrypted again with the password that opened it.
func (w *Workbook) Rewrite(ctx context.Context, out io.Writer, edits []Edit) (*Report, error) {
	r := &rewriting{book: w, ctx: ctx, report: &Report{}, jobs: map[string]job{}, removed: map[string]bool{}, gone: map[string]bool{}, talkers: map[string]bool{}, targets: map[string]map[string]bool{}}
	for _, s := range w.Sheets {
		r.sheets = append(r.sheets, &sheetEdit{Sheet: s, deleted: map[int]bool{}, blanked: map[int]bool{}, set: map[int]map[int]CellEdit{}, uncommented: map[int]bool{}, unlinked: map[int]bool{}, added: map[int]bool{}})
	}
	for _, step := range []func() error{func() error { return r.take(edits) }, r.findParts, r.findRemoved, r.analyse} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	for _, s := range r.sheets {
		s.rows = newRowMap(s.deleted)
	}
	r.final = true
	r.findTelling()
	if err := r.writeSealed(out); err != nil {
		return nil, err
	}
	slices.SortFunc(r.report.Blanked, func(a, b BlankedRow) int {
		return (strings.Compare(a.Sheet, b.Sheet))*maxRows*2 + a.Row - b.Row
	})
	slices.Sort(r.report.Remains)
	r.report.Remains = slices.Compact(r.report.Remains)
	return r.report, nil
}

// rewriting is one call of Rewrite.
type rewriting struct {
	book    *Workbook
	ctx     context.Context
	report  *Report
	sheets  []*sheetEdit
	jobs    map[string]job             // the small parts that may have to change, by part name
	removed map[string]bool            // the contents that are removed
	telling []int                      // the lengths of those that tell of a person wherever they stand
	used    bits                       // the shared strings that cells still refer to
	dropped bits                       // the shared strings that removed cells referred to
	gone    map[string]bool            // parts that are left out
	talkers map[string]bool            // the ids of those who take part in conversations: true of those that some is left of
	targets map[string]map[string]bool // by the name of a .rels part: ids of relationships that are left out
	final   bool                       // the analysis is over: what is deleted is settled
}

// sheetEdit is what becomes of one sheet.
type sheetEdit struct {
	Sheet
	deleted               map[int]bool
	blanked               map[int]bool
	set                   map[int]map[int]CellEdit // by row and column
	uncommented, unlinked map[int]bool
	added                 map[int]bool
	rows                  *rowMap
	strings               lookup
	formulas              bool // some cell has one
}

func (s *sheetEdit) touched() bool {
	return len(s.deleted)+len(s.blanked)+len(s.set)+len(s.uncommented)+len(s.unlinked) > 0
}

// clears reports whether all contents of a row go.
func (s *sheetEdit) clears(row int) bool { return s.deleted[row] || s.blanked[row] }

// uncomments reports whether the comments of a row go.
func (s *sheetEdit) uncomments(row int) bool { return s.clears(row) || s.uncommented[row] }

// unlinks reports whether the links of a cell go.
func (s *sheetEdit) unlinks(row, column int) bool { return s.unlinked[row] || s.removes(row, column) }

// removes reports whether the content of a cell goes.
func (s *sheetEdit) removes(row, column int) bool {
	if s.clears(row) {
		return true
	}
	_, set := s.set[row][column]
	return set
}

// take checks the edits and sorts them by their sheets.
func (r *rewriting) take(edits []Edit) error {
	for _, e := range edits {
		i := slices.IndexFunc(r.sheets, func(s *sheetEdit) bool { return s.Name == e.Sheet })
		if i < 0 || !r.sheets[i].Cells {
			return fmt.Errorf("%w: it has no sheet %q", ErrCannotRewrite, e.Sheet)
		}
		s := r.sheets[i]
		for _, rows := range [][]int{e.Delete, e.Blank} {
			for _, n := range rows {
				if n < 1 || n > maxRows {
					return fmt.Errorf("%w: row %d is out of bounds", ErrCannotRewrite, n)
				}
			}
		}
		for _, n := range e.Delete {
			s.deleted[n] = true
		}
		for _, n := range e.Blank {
			s.blanked[n] = true
		}
		for _, n := range e.Uncomment {
			s.uncommented[n] = true
		}
		for _, n := range e.Unlink {
			s.unlinked[n] = true
		}
		for _, n := range e.Added {
			s.added[n] = true
		}
		for _, c := range e.Set {
			if c.Row < 1 || c.Row > maxRows || c.Column < 0 || c.Column >= maxColumns {
				return fmt.Errorf("%w: a cell is out of bounds", ErrCannotRewrite)
			}
			if s.set[c.Row] == nil {
				s.set[c.Row] = map[int]CellEdit{}
			}
			s.set[c.Row][c.Column] = c
		}
		for n := range s.deleted {
			if s.blanked[n] || s.set[n] != nil {
				return fmt.Errorf("%w: row %d is asked to be deleted and to be kept", ErrCannotRewrite, n)
			}
		}
	}
	return nil
}

// keepRow blanks a row that was to be deleted.
func (r *rewriting) keepRow(s *sheetEdit, row int, why string) {
	if s.deleted[row] {
		delete(s.deleted, row)
		s.blanked[row] = true
		r.report.Blanked = append(r.report.Blanked, BlankedRow{s.Name, row, why})
	}
}

// named returns the sheet of that name, ignoring case as formulas do.
func (r *rewriting) named(name string) *sheetEdit {
	i := slices.IndexFunc(r.sheets, func(s *sheetEdit) bool { return strings.EqualFold(s.Name, name) })
	if i < 0 {
		return nil
	}
	return r.sheets[i]
}

// bits is a set of small numbers.
type bits []uint64

func (b *bits) add(i int) {
	for len(*b) <= i/64 {
		*b = append(*b, make([]uint64, max(64, len(*b)))...)
	}
	(*b)[i/64] |= 1 << (i % 64)
}

func (b bits) has(i int) bool { return i/64 < len(b) && b[i/64]&(1<<(i%64)) != 0 }
