package csvfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

var (
	// ErrEncoding is a text that the file's encoding has no characters for.
	ErrEncoding = errors.New("holds a character that the encoding of the file does not have")
	// ErrUnreadable is a text that would not be read as it was written.
	ErrUnreadable = errors.New("would not be read from such a file as it is")
	// ErrNoRow is a row that is to be changed and is not there.
	ErrNoRow = errors.New("is not in the file")
)

// Edits are changes of a table. Rows are named by their numbers (Row.Number), cells are counted from 0 on.
type Edits struct {
	Delete map[int]bool           // rows that go, with their line ends
	Set    map[int]map[int]string // cells that get another text; "" empties one
	Append [][]string             // rows that are added at the end, cell by cell
}

// Rewrite copies a table with the edits carried out. Every byte that has nothing to do with them stays as it is: byte order mark,
// delimiters, quotes, line ends, what is no valid text, and a missing line end at the end. A new text is written in the file's encoding,
// in quotes where the old one was or where it needs them. In a file that mixes UTF-8 and Windows-1252 it is written in the
// encoding of its row, or of the rows above where the row is plain ASCII.
//
// An edit can change how a file is read whose delimiter is detected, or that has quotes that do not follow RFC 4180: the caller reads
// the result and compares.
func Rewrite(in io.Reader, out io.Writer, o Options, e Edits) error {
	raw := &recorder{in: in}
	w := &rewriter{Reader: NewReader(raw, o), raw: raw, out: bufio.NewWriterSize(out, bufferSize), edits: e, ending: "\n"}
	w.Reader.traced = true
	if err := w.run(); err != nil {
		return err
	}
	return w.out.Flush()
}

// recorder keeps what was read until it is taken.
type recorder struct {
	in  io.Reader
	buf []byte
	pos int
}

func (r *recorder) Read(b []byte) (int, error) {
	n, err := r.in.Read(b)
	if r.pos > len(r.buf)/2 {
		r.buf, r.pos = r.buf[:copy(r.buf, r.buf[r.pos:])], 0
	}
	r.buf = append(r.buf, b[:n]...)
	return n, err
}

// left returns what was not taken yet.
func (r *recorder) left() []byte { return r.buf[r.pos:] }

// take takes the next bytes. They are valid until the next Read.
func (r *recorder) take(n int) []byte {
	r.pos += n
	return r.buf[r.pos-n : r.pos]
}

type rewriter struct {
	*Reader
	raw    *recorder
	out    *bufio.Writer
	edits  Edits
	done   int64  // how much of the decoded text was written
	ending string // the line end of the last row that has one
	open   bool   // what was written last has no line end
	quotes bool   // the last row has quotes around its cells
	latin  bool   // the last row that is not ASCII is in Windows-1252
	half   bool   // the file ends amid a character
}

func (w *rewriter) run() error {
	left := len(w.edits.Delete) + len(w.edits.Set)
	for first := true; ; first = false {
		row, err := w.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if first {
			w.out.Write(w.raw.take(w.encoding.mark))
		}
		w.out.Write(w.next(w.from)) // Excel's line of the delimiter
		raw := w.next(w.to)
		w.note(raw)
		set, edited := w.edits.Set[row.Number]
		gone := w.edits.Delete[row.Number]
		if gone || edited {
			left--
		}
		if gone {
			continue
		}
		if edited {
			if raw, err = w.edit(raw, set); err != nil {
				return fmt.Errorf("row %d: %w", row.Number, err)
			}
		}
		w.open = w.lineEndOf(raw) == ""
		w.out.Write(raw)
	}
	if left > 0 {
		return fmt.Errorf("a row %w", ErrNoRow)
	}
	w.out.Write(w.raw.left())
	return w.add()
}

// next returns the raw bytes up to a place in the decoded text.
func (w *rewriter) next(to int64) []byte {
	n := w.encoding.length(w.raw.left(), int(to-w.done))
	w.done = to
	return w.raw.take(n)
}

// lineEndOf returns the line end of a row, "" where it has none.
func (w *rewriter) lineEndOf(raw []byte) string {
	for _, end := range []string{"\r\n", "\n", "\r"} {
		if bytes.HasSuffix(raw, w.encoding.textOf(end)) && (end != "\r" || w.lineEnd == '\r') {
			return end
		}
	}
	return ""
}

// note remembers what a row is like, for those that are written.
func (w *rewriter) note(raw []byte) {
	w.half = (w.encoding.is == UTF16LE || w.encoding.is == UTF16BE) && len(raw)%2 != 0
	if w.mixed && !isASCII(raw) {
		w.latin = !utf8.Valid(raw)
	}
	if len(w.edits.Append) == 0 {
		return
	}
	end := w.lineEndOf(raw)
	if end != "" {
		w.ending = end
	}
	quote := w.encoding.textOf(`"`)
	w.quotes = bytes.HasPrefix(raw, quote) && bytes.HasSuffix(raw[:len(raw)-len(w.encoding.textOf(end))], quote)
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// edit returns a row with other texts in some of its cells.
func (w *rewriter) edit(raw []byte, set map[int]string) ([]byte, error) {
	cells, edited := w.places(raw), 0
	var row []byte
	at := 0
	for i, c := range cells {
		row = append(row, raw[at:c.from]...)
		at = c.to
		text, ok := set[i]
		if !ok {
			row = append(row, raw[c.from:c.to]...)
			continue
		}
		edited++
		var err error
		if row, err = w.appendCell(row, raw, text, c.quoted); err != nil {
			return nil, err
		}
	}
	for i := len(cells); edited < len(set); i++ {
		row = append(row, w.encoding.textOf(string(w.delimiter))...)
		text, ok := set[i]
		if !ok {
			continue
		}
		edited++
		var err error
		if row, err = w.appendCell(row, raw, text, false); err != nil {
			return nil, err
		}
	}
	return append(row, raw[at:]...), nil
}

// cellPlace is where a cell stands in its row, with its quotes.
type cellPlace struct {
	from, to int
	quoted   bool
}

// places returns where the cells of the current row stand in its raw bytes.
func (w *rewriter) places(raw []byte) []cellPlace {
	var ends [][2]int // in the decoded text
	if w.row.unsplit {
		line := w.encoding.decode(raw)
		line = w.trimCR(bytes.TrimSuffix(line, []byte{w.lineEnd}))
		for at := 0; ; {
			n := bytes.Index(line[at:], w.delimiter)
			if n < 0 {
				ends = append(ends, [2]int{at, len(line)})
				break
			}
			ends = append(ends, [2]int{at, at + n})
			at += n + len(w.delimiter)
		}
	} else {
		ends = w.outer
	}
	cells := make([]cellPlace, len(ends))
	quote := w.encoding.textOf(`"`)
	at, decoded := 0, 0
	for i, e := range ends {
		at += w.encoding.length(raw[at:], e[0]-decoded)
		to := at + w.encoding.length(raw[at:], e[1]-e[0])
		cell := raw[at:to]
		cells[i] = cellPlace{at, to, len(cell) >= 2*len(quote) && bytes.HasPrefix(cell, quote) && bytes.HasSuffix(cell, quote)}
		at, decoded = to, e[1]
	}
	return cells
}

// appendCell appends a text as a cell of a row, in quotes where it needs them or is to have them.
func (w *rewriter) appendCell(dst, row []byte, text string, quoted bool) ([]byte, error) {
	if w.half || !utf8.ValidString(text) || len(text) > maxQuoted/4 || w.lineEnd == '\r' && strings.Contains(text, "\n") {
		return nil, ErrUnreadable
	}
	if quoted || strings.Contains(text, string(w.delimiter)) || strings.ContainsAny(text, "\"\r\n") || strings.TrimSpace(text) != text {
		text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	as := w.encoding
	if w.mixed && (w.latin && isASCII(row) || !utf8.Valid(row)) {
		as.is = Windows1252
	}
	return as.append(dst, text)
}

// add appends rows at the end.
func (w *rewriter) add() error {
	open := w.open
	for _, cells := range w.edits.Append {
		var row []byte
		if open {
			row = w.encoding.textOf(w.ending)
		}
		for i, text := range cells {
			if i > 0 {
				row = append(row, w.encoding.textOf(string(w.delimiter))...)
			}
			var err error
			if row, err = w.appendCell(row, nil, text, w.quotes && text != ""); err != nil {
				return fmt.Errorf("a new row: %w", err)
			}
		}
		if !open {
			row = append(row, w.encoding.textOf(w.ending)...)
		}
		w.out.Write(row)
	}
	return nil
}
