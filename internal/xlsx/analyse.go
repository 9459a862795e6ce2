package xlsx

import (
	"io"
	"maps"
	"slices"
	"strings"
)

// findRemoved gathers the contents of the cells that are removed.
func (r *rewriting) findRemoved() error {
	for _, s := range r.sheets {
		if !s.touched() {
			continue
		}
		err := r.cells(s, func(c *cellXML) error {
			if !s.removes(c.row, c.column) {
				return nil
			}
			if c.shared >= 0 {
				r.dropped.add(c.shared)
			}
			return r.contents(s, c, func(text string) { r.removed[text] = true })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// contents calls do with the content of a cell in every form in which other parts may repeat it.
func (r *rewriting) contents(s *sheetEdit, c *cellXML, do func(string)) error {
	text := c.text
	if c.shared >= 0 {
		var err error
		if text, err = r.sharedString(s, c.shared); err != nil {
			return err
		}
	}
	if len(text) == 0 || c.kind == Boolean || c.kind == Error {
		return nil
	}
	do(string(text))
	if c.kind != Number {
		return nil
	}
	f := r.book.Format(c.style)
	if f.Date || f.Time {
		if date, ok := r.book.AppendDate(nil, text, f); ok {
			do(string(date))
			if !strings.Contains(string(date), "T") {
				do(string(date) + "T00:00:00")
			}
		}
	} else if shown, ok := f.AppendShown(nil, AppendDecimal(nil, text)); ok {
		do(string(shown))
	}
	return nil
}

func (r *rewriting) sharedString(s *sheetEdit, i int) ([]byte, error) {
	if s.strings.Strings == nil {
		all, err := r.book.Strings(r.ctx)
		if err != nil {
			return nil, err
		}
		s.strings.Strings = all
	}
	s.strings.copied = s.strings.copied[:0]
	text, err := s.strings.at(i)
	if err == errNoString {
		return nil, damaged(s.part, "refers to a shared string that there is none of")
	}
	return text, err
}

// cells calls do for every cell of a sheet.
func (r *rewriting) cells(s *sheetEdit, do func(*cellXML) error) error {
	text, err := r.book.parts.open(r.ctx, s.part)
	if err != nil {
		return err
	}
	defer text.Close()
	in := &sheetReader{scanner: newStrictScanner(text, s.part, 128<<10)}
	data := false
	for {
		kind, _, err := in.token()
		if err != nil {
			return err
		}
		start := kind == startTag || kind == emptyTag
		switch {
		case kind == endOfPart:
			return nil
		case string(in.name) == "sheetData" && (start || kind == endTag):
			data = kind == startTag
		case !data || !start:
		case string(in.name) == "row":
			if err := in.startRow(); err != nil {
				return err
			}
		case string(in.name) == "c":
			c, err := in.cell(kind)
			if err != nil {
				return err
			}
			if err := do(c); err != nil {
				return err
			}
		}
	}
}

// analyse finds out which removed contents other cells still hold, which shared strings are still in use, and which rows
// cannot be deleted.
func (r *rewriting) analyse() error {
	for _, s := range r.sheets {
		if !s.Cells {
			continue
		}
		masters := map[string]*cellXML{}
		err := r.cells(s, func(c *cellXML) error {
			if c.formula != nil {
				s.formulas = true
				r.noteFormulaCell(s, c, masters)
			}
			if s.removes(c.row, c.column) {
				return nil
			}
			if c.shared >= 0 {
				r.used.add(c.shared)
			}
			if c.formula != nil {
				return nil // its stored result is no content of its own
			}
			return r.contents(s, c, func(text string) { delete(r.removed, text) })
		})
		if err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.jobs)) {
		if _, _, err := r.rewritePart(name); err != nil {
			return err
		}
	}
	for _, s := range r.sheets {
		if s.Cells {
			if err := r.writeSheet(s, io.Discard); err != nil {
				return err
			}
		}
	}
	return nil
}

// noteFormulaCell looks at the formula of a cell: rows that it could not do without are not deleted.
func (r *rewriting) noteFormulaCell(s *sheetEdit, c *cellXML, masters map[string]*cellXML) {
	f := c.formula
	switch f.kind {
	case "array", "dataTable":
		if m, ok := parseRange(f.ref); ok {
			r.keepAll(s, m.FirstRow, m.LastRow, "a formula fills this row and others at once")
		}
	case "shared":
		if len(f.text) > 0 {
			masters[f.index] = c
		}
	}
	if s.removes(c.row, c.column) {
		return
	}
	text, rows, columns := f.text, 0, 0
	if master := masters[f.index]; f.kind == "shared" && len(text) == 0 && master != nil {
		text, rows, columns = master.formula.text, c.row-master.row, c.column-master.column
	}
	r.noteFormula(s.Name, text, rows, columns, "a formula refers to it")
}

// noteFormula keeps the rows without which a reference of a formula would have nothing left to refer to.
func (r *rewriting) noteFormula(sheet string, formula []byte, rows, columns int, why string) {
	references(formula, func(ref reference) {
		moved, ok := ref.moved(rows, columns)
		if ref.foreign || !ok {
			return
		}
		if ref.several {
			for _, s := range r.sheets {
				r.keepAll(s, 1, maxRows, "a formula refers to several sheets at once")
			}
			return
		}
		if ref.sheet != "" {
			sheet := r.named(ref.sheet)
			if sheet != nil {
				first, last := moved.rows()
				r.keepOne(sheet, first, last, why)
			}
		} else if s := r.named(sheet); s != nil {
			first, last := moved.rows()
			r.keepOne(s, first, last, why)
		}
	})
}

// keepAll keeps every row from first to last.
func (r *rewriting) keepAll(s *sheetEdit, first, last int, why string) {
	for row := range s.deleted {
		if first <= row && row <= last {
			r.keepRow(s, row, why)
		}
	}
}

// keepOne keeps the first row of a span of which every row was to be deleted.
func (r *rewriting) keepOne(s *sheetEdit, first, last int, why string) {
	for row := first; row <= last; row++ {
		if !s.deleted[row] {
			return
		}
	}
	r.keepRow(s, first, why)
}
