package xlsx

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// Limits of a sheet (ECMA-376 part 1 names none; these are Excel's).
const (
	maxRows    = 1 << 20
	maxColumns = 1 << 14
)

// Kind is what a cell holds.
type Kind uint8

const (
	Blank   Kind = iota // nothing but a style, or a formula without a stored result
	Number              // a number, which is a date under a date's format
	String              // text
	Boolean             // 1 or 0
	Error               // #N/A
	Date                // a date in ISO 8601
)

// Cell is one cell of a row.
type Cell struct {
	Column  int // from 0 on
	Kind    Kind
	Formula bool
	Style   int // see Workbook.Format
	Shared  int // the index of a shared string; -1: the text stands in the cell

	from, to int // of the text in the row
}

// Row is one row of a sheet. It is valid until the next one is read.
type Row struct {
	Number int // from 1 on
	Hidden bool
	Cells  []Cell // in the order of the file, which is that of the columns

	rows *Rows
}

// Text returns the content of a cell as the file stores it, unescaped: a number in the file's own words, 1 or
// 0 for a boolean. It is valid until the next row is read.
func (r *Row) Text(i int) ([]byte, error) {
	c := &r.Cells[i]
	if c.Shared >= 0 {
		return r.rows.shared(c.Shared)
	}
	s := r.rows.scan
	return s.buf[s.keep+c.from : s.keep+c.to], nil
}

// Rows reads the rows of one sheet in the order of the file.
type Rows struct {
	book    *Workbook
	ctx     context.Context
	text    io.Closer
	scan    *scanner
	row     Row
	inData  bool
	done    bool
	behind  Behind // that was read behind the rows
	targets map[string]string
	strings lookup
	sieve   *sieve // nil: every row is read

	// Aside, where it is set, is called for the texts that stand around the rows: headers and footers, lists of allowed
	// values, rules and filters. Its error ends the reading.
	Aside    func(Aside) error
	gatherer *gatherer
}

// Rows starts reading the rows of a sheet.
func (w *Workbook) Rows(ctx context.Context, sheet Sheet) (*Rows, error) {
	if !sheet.Cells {
		return &Rows{done: true, text: io.NopCloser(nil)}, nil
	}
	text, err := w.parts.open(ctx, sheet.part)
	if err != nil {
		return nil, err
	}
	targets, err := w.linkTargets(ctx, sheet.part)
	if err != nil {
		text.Close()
		return nil, err
	}
	r := &Rows{book: w, ctx: ctx, text: text, targets: targets, scan: newScanner(text, sheet.part, 128<<10)}
	r.row.rows = r
	r.gatherer = &gatherer{sheet: sheet.Name, do: func(a Aside) error { return r.Aside(a) }}
	return r, nil
}

// Number returns the number of the row that was reached.
func (r *Rows) Number() int { return r.row.Number }

// Close ends the reading.
func (r *Rows) Close() error { return r.text.Close() }

// shared returns a shared string, and reads their table when the first is asked for.
func (r *Rows) shared(i int) ([]byte, error) {
	if r.strings.Strings == nil {
		all, err := r.book.Strings(r.ctx)
		if err != nil {
			return nil, err
		}
		r.strings.Strings = all
	}
	text, err := r.strings.at(i)
	if errors.Is(err, errNoString) {
		return nil, damaged(r.scan.part, "refers to a shared string that there is none of")
	}
	return text, err
}

// Next reads the next row that the file holds; rows without any cell may be absent. It returns io.EOF after
// the last one, once the sheet was seen to be whole.
func (r *Rows) Next() (*Row, error) {
	if r.done {
		return nil, io.EOF
	}
	s := r.scan
	s.release()
	r.strings.copied = r.strings.copied[:0]
	if r.sieve != nil && r.inData {
		if err := r.sift(); err != nil {
			return nil, err
		}
	}
	for {
		kind, err := s.next()
		if err != nil {
			return nil, err
		}
		switch {
		case kind == endOfPart:
			return nil, damaged(s.part, "ends early")
		case !r.inData && kind == startTag && string(s.name) == "sheetData":
			r.inData = true
		case kind == endTag && string(s.name) == "sheetData":
			r.inData = false
		case kind == endTag && !r.inData && sheetRoot(s.name):
			return nil, r.finish()
		case !r.inData:
			if err := r.around(kind); err != nil {
				return nil, err
			}
		case r.inData && (kind == startTag || kind == emptyTag) && string(s.name) == "row":
			return r.readRow(kind)
		}
	}
}

// Behind returns what the sheet lists behind its rows, once Next has returned io.EOF.
func (r *Rows) Behind() Behind { return r.behind }

// around takes in a token that stands before or behind the rows.
func (r *Rows) around(kind tokenKind) error {
	if kind == startTag || kind == emptyTag {
		if err := r.behind.element(r.scan, r.targets); err != nil {
			return err
		}
		r.gatherer.what = kindOfElement(string(r.scan.name))
	}
	if r.Aside == nil || string(r.scan.name) == "hyperlink" {
		return nil
	}
	return r.gatherer.token(kind, r.scan)
}

func sheetRoot(name []byte) bool {
	return string(name) == "worksheet" || string(name) == "macrosheet" || string(name) == "dialogsheet"
}

// finish reads what follows the sheet's last element, so that its checksum is checked.
func (r *Rows) finish() error {
	r.done = true
	for {
		kind, err := r.scan.next()
		if err != nil {
			return err
		}
		switch kind {
		case endOfPart:
			return io.EOF
		case startTag, emptyTag, endTag:
			return damaged(r.scan.part, "goes on behind its end")
		}
	}
}

func (r *Rows) readRow(kind tokenKind) (*Row, error) {
	s := r.scan
	s.hold(s.start)
	r.row.Number++
	r.row.Hidden = false
	r.row.Cells = r.row.Cells[:0]
	for attrs := s.attrs; ; {
		name, value, rest, ok := nextAttr(attrs)
		if !ok {
			break
		}
		switch string(name) {
		case "r":
			n, ok := parseUint(value)
			if !ok || n < 1 || n > maxRows {
				return nil, damaged(s.part, "has a row whose number is out of bounds")
			}
			r.row.Number = n
		case "hidden":
			r.row.Hidden = truth(value)
		}
		attrs = rest
	}
	if kind == emptyTag {
		return &r.row, nil
	}
	column := 0
	for {
		for ok := true; ok; {
			var err error
			if ok, err = r.fastCell(&column); err != nil {
				return nil, err
			}
		}
		kind, err := s.next()
		if err != nil {
			return nil, err
		}
		switch kind {
		case endOfPart:
			return nil, damaged(s.part, "ends early")
		case endTag:
			if string(s.name) != "row" {
				return nil, damaged(s.part, "has a row that ends with another tag")
			}
			return &r.row, nil
		case startTag, emptyTag:
			if string(s.name) != "c" {
				if kind == startTag {
					err = s.skip()
				}
			} else {
				err = r.readCell(kind, &column)
			}
			if err != nil {
				return nil, err
			}
		}
	}
}

// readCell reads one cell. column is where it stands unless it says otherwise, and becomes that of the next one.
func (r *Rows) readCell(kind tokenKind, column *int) error {
	s := r.scan
	c := Cell{Column: *column, Kind: Number, Shared: -1}
	shared, err := c.readAttrs(s.attrs)
	if err != nil {
		return damaged(s.part, "%v", err)
	}
	if c.Column >= maxColumns {
		return damaged(s.part, "%v", errCellPlace)
	}
	if c.Column < *column {
		return damaged(s.part, "has cells out of order")
	}
	*column = c.Column + 1
	found := false
	if kind == startTag {
		if found, err = r.readContent(&c); err != nil {
			return err
		}
	}
	switch {
	case !found:
		c.Kind, shared = Blank, false
	case shared && c.from < c.to:
		text := s.buf[s.keep+c.from : s.keep+c.to]
		n, ok := parseUint(bytes.TrimSpace(text))
		if !ok {
			return damaged(s.part, "has a cell that names no shared string")
		}
		c.Shared = n
	case c.from == c.to && c.Kind != String:
		c.Kind = Blank
	}
	r.row.Cells = append(r.row.Cells, c)
	return nil
}

var (
	errCellPlace = errors.New("has a cell whose place is out of bounds")
	errCellType  = errors.New("has a cell of a type that workbooks do not know")
)

// readAttrs reads the attributes of a cell. shared reports that its value is the index of a shared string.
func (c *Cell) readAttrs(attrs []byte) (shared bool, err error) {
	for {
		name, value, rest, ok := nextAttr(attrs)
		if !ok {
			return shared, nil
		}
		switch string(name) {
		case "r":
			if c.Column, ok = columnOf(value); !ok {
				return false, errCellPlace
			}
		case "s":
			c.Style, _ = parseUint(value)
		case "t":
			shared = string(value) == "s"
			switch string(value) {
			case "n":
			case "s", "str", "inlineStr":
				c.Kind = String
			case "b":
				c.Kind = Boolean
			case "e":
				c.Kind = Error
			case "d":
				c.Kind = Date
			default:
				return false, errCellType
			}
		}
		attrs = rest
	}
}

// readContent reads what stands within a cell. It reports whether there was a value.
func (r *Rows) readContent(c *Cell) (found bool, err error) {
	s := r.scan
	for {
		kind, err := s.next()
		if err != nil {
			return found, err
		}
		switch kind {
		case endOfPart:
			return found, damaged(s.part, "ends early")
		case endTag:
			if string(s.name) != "c" {
				return found, damaged(s.part, "has a cell that ends with another tag")
			}
			return found, nil
		case emptyTag:
			switch string(s.name) {
			case "f":
				c.Formula = true
			case "is":
				found = true
			}
		case startTag:
			switch string(s.name) {
			case "v":
				found = true
				var t span
				err = s.content("v", &t)
				if err == nil && c.Kind == String {
					err = s.escaped(&t)
				}
				c.from, c.to = t.from, t.to
			case "f":
				c.Formula = true
				err = s.skip()
			case "is":
				found = true
				var t span
				err = s.runs(&t)
				c.from, c.to = t.from, t.to
			default:
				err = s.skip()
			}
			if err != nil {
				return found, err
			}
		}
	}
}

func truth(v []byte) bool { return string(v) == "1" || string(v) == "true" || string(v) == "on" }

func parseUint(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// columnOf returns the column of a cell's reference such as AB12, from 0 on.
func columnOf(ref []byte) (int, bool) {
	n, i := 0, 0
	for ; i < len(ref); i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > maxColumns {
			return 0, false
		}
	}
	return n - 1, n > 0
}

// ColumnName returns the letters of a column counted from 0: A, B … Z, AA.
func ColumnName(column int) string {
	var buf [8]byte
	i := len(buf)
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		i--
		buf[i] = byte('A' + (n-1)%26)
	}
	return string(buf[i:])
}
