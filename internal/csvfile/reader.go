package csvfile

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// ErrTooLong is a row too long for a table of text.
var ErrTooLong = errors.New("has a row of more than 16 MB, as no table of text has")

const (
	maxRow     = 16 << 20
	bufferSize = 256 << 10
	maxQuoted  = 1 << 20 // a quote that is not closed within so many bytes is read as it stands
)

// Options says how a file is read.
type Options struct {
	Delimiter string   // one character; "": detected
	Usual     string   // the delimiter where nothing speaks for another; "": the comma
	Encoding  Encoding // the zero Encoding is detected
	// Known counts how many of a row's cells are known names of columns, to detect the delimiter by.
	Known func(cells [][]byte) int
}

// Row is one row. It is valid until the next one is read.
type Row struct {
	Number int // from 1 on, as a spreadsheet counts: empty lines are rows, line ends within quotes begin none

	cells     [][]byte // those that were split off
	rest      []byte   // what was not, where unsplit
	unsplit   bool
	delimiter []byte
}

// Len returns how many cells the row has. An empty line has one empty cell.
func (r *Row) Len() int {
	if !r.unsplit {
		return len(r.cells)
	}
	return len(r.cells) + bytes.Count(r.rest, r.delimiter) + 1
}

// Cell returns one cell, unquoted and in valid UTF-8, nil where the row has no such cell.
func (r *Row) Cell(i int) []byte {
	for r.unsplit && len(r.cells) <= i {
		r.split()
	}
	if i >= len(r.cells) {
		return nil
	}
	return r.cells[i]
}

// Cells returns all cells.
func (r *Row) Cells() [][]byte {
	for r.unsplit {
		r.split()
	}
	return r.cells
}

// split splits the next cell off.
func (r *Row) split() {
	n := index(r.rest, r.delimiter)
	if n < 0 {
		r.cells = append(r.cells, r.rest)
		r.unsplit = false
		return
	}
	r.cells = append(r.cells, r.rest[:n:n])
	r.rest = r.rest[n+len(r.delimiter):]
}

// index returns where a delimiter stands.
func index(text, delimiter []byte) int {
	if len(delimiter) == 1 {
		return bytes.IndexByte(text, delimiter[0])
	}
	return bytes.Index(text, delimiter)
}

// Reader reads the rows of one file.
type Reader struct {
	in        io.Reader
	o         Options
	started   bool
	delimiter []byte
	lineEnd   byte
	mixed     bool // rows that are not valid UTF-8 are Windows-1252
	encoding  encoded

	buf   []byte
	pos   int // the next unread byte
	err   error
	row   Row
	stray int
	text  []byte // of rows that are not in UTF-8

	from, to int64    // where the current row starts and the next one does, in the decoded text
	moved    int64    // how much of the decoded text stood before buf
	sieve    *sieve   // nil: every row is read
	split    *split   // nil: all is done by who calls Next
	dry      bool     // quotes stay as they are
	traced   bool     // outer is kept
	outer    [][2]int // where the cells of a row with quotes stand, with them, from its start on
}

// NewReader returns a reader of a table.
func NewReader(in io.Reader, o Options) *Reader {
	if o.Usual == "" {
		o.Usual = ","
	}
	return &Reader{in: in, o: o, lineEnd: '\n'}
}

// Stray returns how many quotes so far did not follow RFC 4180 and were read as they stand.
func (r *Reader) Stray() int { return r.stray }

// Delimiter returns the delimiter, once a row was read.
func (r *Reader) Delimiter() string { return string(r.delimiter) }

// start looks at the first bytes, and settles encoding, delimiter and line end.
func (r *Reader) start() error {
	r.started = true
	head, err := io.ReadAll(io.LimitReader(r.in, sniffSize))
	if err != nil {
		return err
	}
	encoding, mark := detectEncoding(head)
	if r.o.Encoding != Detect {
		if encoding != r.o.Encoding && (encoding != Detect || r.o.Encoding != UTF8) {
			mark = 0
		}
		encoding = r.o.Encoding
	}
	r.encoding = encoded{encoding, mark}
	r.in = io.MultiReader(bytes.NewReader(head[mark:]), r.in)
	switch encoding {
	case UTF16LE:
		r.in = transform.NewReader(r.in, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder())
	case UTF16BE:
		r.in = transform.NewReader(r.in, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder())
	case Windows1252:
		r.in = transform.NewReader(r.in, charmap.Windows1252.NewDecoder())
	default:
		r.mixed = true
	}
	r.buf = make([]byte, 0, min(bufferSize, 4*len(head)+64))
	for len(r.buf) < sniffSize/2 && r.err == nil {
		if err := r.more(); err != nil {
			return err
		}
	}
	if bytes.IndexByte(r.buf, '\n') < 0 && bytes.IndexByte(r.buf, '\r') >= 0 {
		r.lineEnd = '\r'
	}
	sample := r.buf
	if i := bytes.LastIndexByte(sample, r.lineEnd); i >= 0 && r.err == nil {
		sample = sample[:i+1]
	}
	r.delimiter = []byte(r.o.Delimiter)
	if d, n, ok := sepLine(r.buf); ok {
		r.pos = n
		r.row.Number++
		if len(r.delimiter) == 0 {
			r.delimiter = []byte(d)
		}
	}
	if len(r.delimiter) == 0 {
		r.delimiter = []byte(detectDelimiter(sample, r.lineEnd, r.o.Usual, r.o.Known))
	}
	return nil
}

// more reads on, keeping everything from pos on.
func (r *Reader) more() error {
	if r.err != nil {
		return nil
	}
	if r.pos > 0 {
		r.moved += int64(r.pos)
		r.buf = r.buf[:copy(r.buf, r.buf[r.pos:])]
		r.pos = 0
	}
	if len(r.buf) > maxRow {
		return ErrTooLong
	}
	if cap(r.buf)-len(r.buf) < cap(r.buf)/4 {
		r.buf = append(make([]byte, 0, 2*cap(r.buf)), r.buf...)
	}
	n, err := r.in.Read(r.buf[len(r.buf):cap(r.buf)])
	r.buf = r.buf[:len(r.buf)+n]
	if err == io.EOF {
		r.err = err
		return nil
	}
	return err
}

// Next reads one row. It returns io.EOF after the last one.
func (r *Reader) Next() (*Row, error) {
	if !r.started {
		if err := r.start(); err != nil {
			return nil, err
		}
	}
	if r.split != nil {
		if r.split.stop == nil {
			if r.sieve != nil {
				r.sieve.prepare(r)
			}
			r.split.begin()
		}
		return r.split.next()
	}
	if r.sieve != nil {
		return r.sifted()
	}
	return r.next()
}

func (r *Reader) next() (*Row, error) {
	r.row.Number++
	r.from = r.moved + int64(r.pos)
	r.row.cells, r.row.unsplit, r.row.delimiter = r.row.cells[:0], false, r.delimiter
	line, err := r.line(0)
	if err != nil {
		return nil, err
	}
	if line < 0 {
		return nil, io.EOF
	}
	if text := r.buf[r.pos : r.pos+line]; bytes.IndexByte(text, '"') < 0 {
		r.row.rest, r.row.unsplit = r.inUTF8(r.trimCR(text)), true
		r.advance(line)
		return &r.row, nil
	}
	if err := r.quoted(line); err != nil {
		return nil, err
	}
	if start := r.pos - int(r.to-r.from); r.mixed && !utf8.Valid(r.buf[start:r.pos]) && slices.ContainsFunc(r.row.cells, invalid) {
		r.cellsInUTF8()
	}
	return &r.row, nil
}

func invalid(cell []byte) bool { return !utf8.Valid(cell) }

// line returns the length of the line that holds the byte at pos+from, counted from pos and without its line
// end; -1 where there is nothing left.
func (r *Reader) line(from int) (int, error) {
	for {
		if n := bytes.IndexByte(r.buf[r.pos+from:], r.lineEnd); n >= 0 {
			return from + n, nil
		}
		from = len(r.buf) - r.pos
		if r.err != nil {
			if from == 0 {
				return -1, nil
			}
			return from, nil
		}
		if err := r.more(); err != nil {
			return 0, err
		}
	}
}

func (r *Reader) trimCR(line []byte) []byte {
	if n := len(line); r.lineEnd == '\n' && n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// advance goes on behind the current row.
func (r *Reader) advance(line int) {
	r.pos = min(r.pos+line+1, len(r.buf))
	r.to = r.moved + int64(r.pos)
}
