package sheet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// book is an open file with its tables: the sheets of a workbook, or the one table of a text file.
type book interface {
	// tables returns the names of its tables, in their order.
	tables() []string
	// sheets reports whether the tables have names of their own.
	sheets() bool
	// rows returns an estimate of how many rows a table has, -1 where it is not known.
	rows(ctx context.Context, table int) int64
	// lines starts reading one table from the top. Only where filled is true are the values of merged cells
	// repeated in every row that they cover.
	lines(ctx context.Context, table int, filled bool) (lines, error)
	close() error
}

// lines reads the rows of one table. Values are valid until the next row.
type lines interface {
	// next moves to the next row that holds anything and returns its number, and io.EOF behind the last one.
	next() (int, error)
	// width returns how many columns the row reaches.
	width() int
	// reaches reports whether the row reaches so many columns.
	reaches(columns int) bool
	// value returns the canonical value of one cell of the row.
	value(column int) connectors.Value
	// answers returns a function that tells whether the cell of a column, in the row that is current then,
	// answers to a matcher. Unless numbers is true, no number does.
	answers(column int, m *compare.Matcher, numbers bool) func() bool
	// pending reports that merged cells and links are not known yet: if there are any, values are missing.
	pending() bool
	// settle ends that. It reports whether the table must be read again.
	settle(ctx context.Context) (again bool, err error)
	// gaps returns what could not be read so far, without ending the reading.
	gaps() []string
	close() error
}

// line is one row that was copied.
type line struct {
	number int                // from 1 on
	values []connectors.Value // by column; the last one is not NULL
}

// copyLine copies the current row.
func copyLine(number int, in lines) line {
	l := line{number: number, values: make([]connectors.Value, in.width())}
	for i := range l.values {
		l.values[i] = in.value(i).Clone()
	}
	return l
}

// texts returns the row's cells as texts; of a value in two forms the one that is shown.
func (l *line) texts() []string {
	texts := make([]string, len(l.values))
	for i, v := range l.values {
		texts[i] = shown(v)
	}
	return texts
}

// shown returns a value as text; of one in two forms the one that is shown.
func shown(v connectors.Value) string {
	if items := v.Items(); len(items) > 0 {
		return items[0]
	}
	return v.String()
}

// answers reports whether a value answers to a matcher: in any of its forms.
func answers(m *compare.Matcher, v connectors.Value) bool {
	for _, item := range v.Items() {
		if m.Match([]byte(item)) {
			return true
		}
	}
	return v.IsText() && m.Match(v.Bytes())
}

// handle is an open file. It notices when the file is changed while it is read.
type handle struct {
	book
	file    *os.File
	before  os.FileInfo
	headers map[headerOf]header // those that were found so far
}

// headerOf is a table as an entity reads it.
type headerOf struct {
	table  int
	entity *entity
}

// workbookEndings and textEndings are the endings of the files that this kind reads.
var (
	workbookEndings = []string{".xlsx", ".xlsm", ".xltx", ".xltm"}
	textEndings     = []string{".csv", ".tsv", ".tab", ".txt"}
)

// openFile opens one file. The error is a *connectors.Gap that names the place, or the context's.
func (s *source) openFile(ctx context.Context, f file, e *entity) (*handle, error) {
	gap := func(format string, args ...any) error {
		return &connectors.Gap{Place: f.place, Why: fmt.Sprintf(format, args...)}
	}
	ending := strings.ToLower(path.Ext(f.place))
	isText := contains(textEndings, ending)
	if !isText && !contains(workbookEndings, ending) {
		return nil, gap("%s", foreign(ending))
	}
	info, err := os.Stat(f.path) // before opening: to open a named pipe waits for ever
	if err == nil && !info.Mode().IsRegular() {
		return nil, gap("it is no regular file")
	}
	var opened *os.File
	if err == nil {
		opened, err = os.Open(f.path)
	}
	if err == nil {
		info, err = opened.Stat()
	}
	if err != nil {
		if opened != nil {
			opened.Close()
		}
		return nil, gap("%s", reason(err))
	}
	h := &handle{file: opened, before: info, headers: map[headerOf]header{}}
	if isText {
		h.book, err = openText(opened, info.Size(), ending, f.place, e)
	} else {
		h.book, err = openWorkbook(ctx, opened, info.Size(), s.password)
	}
	if err != nil {
		opened.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, gap("%s", why(err))
	}
	return h, nil
}

// foreign says why a file of another ending is not searched.
func foreign(ending string) string {
	switch ending {
	case ".xls", ".xlsb", ".ods", ".fods", ".numbers":
		return "a spreadsheet of the format " + ending + " cannot be read: save it as .xlsx"
	}
	return "this kind of system reads .xlsx, .xlsm, .csv, .tsv and .txt only: take the file out of the pattern, or give it to a system that reads it"
}

// changed returns what a change of the file while it was open means, "" where there was none.
func (h *handle) changed() string {
	after, err := h.file.Stat()
	if err != nil {
		return reason(err)
	}
	if after.Size() != h.before.Size() || !after.ModTime().Equal(h.before.ModTime()) {
		return "the file was changed while it was read: search it again"
	}
	return ""
}

func (h *handle) Close() error { return errors.Join(h.book.close(), h.file.Close()) }

// why returns what went wrong in a file, without its path.
func why(err error) string {
	var pathErr *os.PathError
	if errors.As(err, &pathErr) {
		return reason(err)
	}
	text := err.Error()
	if strings.HasPrefix(text, "is ") || strings.HasPrefix(text, "has ") || strings.HasPrefix(text, "cannot ") {
		return "it " + text
	}
	return text
}

// signatures are how files begin that are no text, whatever their ending.
var signatures = []struct{ start, what string }{
	{"PK\x03\x04", "a workbook or another ZIP archive: give it the ending .xlsx if it is a workbook"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older Office file (.xls) or an encrypted workbook"},
	{"%PDF", "a PDF file"},
	{"\x1f\x8b", "a compressed file"},
	{"\x00\x01\x00\x00Standard ", "an Access database"},
}

// notText says what a text file is in truth, "" where it may be text.
func notText(head []byte) string {
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.start)) {
			return s.what
		}
	}
	controls := 0
	for _, c := range head {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != 0 {
			controls++
		}
	}
	if len(head) > 0 && (10*controls > len(head) || len(bytes.Trim(head, "\x00")) == 0) {
		return "a binary file, or one of zeros, as a crash or a failed copy leaves"
	}
	return ""
}
