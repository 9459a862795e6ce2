package sheet

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/internal/csvfile"
)

// text is a text file with its one table.
type text struct {
	file *os.File
	size int64
	name string
	o    csvfile.Options
}

// openText opens a text file as the entity says; a nil entity says nothing.
func openText(f *os.File, size int64, ending, place string, e *entity) (*text, error) {
	head := make([]byte, min(size, 4<<10))
	if _, err := f.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	if what := notText(head); what != "" {
		return nil, fmt.Errorf("is no text but %s", what)
	}
	t := &text{file: f, size: size, name: strings.TrimSuffix(path.Base(place), path.Ext(place))}
	if ending == ".tsv" || ending == ".tab" {
		t.o.Usual = "\t"
	}
	if e != nil {
		t.o.Delimiter, t.o.Encoding = e.Delimiter, e.Encoding
		t.o.Known = func(cells [][]byte) int {
			texts := make([]string, len(cells))
			for i, c := range cells {
				texts[i] = string(c)
			}
			return e.names.count(texts)
		}
	}
	return t, nil
}

func (t *text) tables() []string { return []string{t.name} }

func (t *text) sheets() bool { return false }

func (t *text) close() error { return nil }

func (t *text) rows(context.Context, int) int64 { return -1 }

func (t *text) lines(ctx context.Context, _ int, _ bool) (lines, error) {
	in := &cancellable{ctx, io.NewSectionReader(t.file, 0, t.size)}
	return &textLines{text: t, in: csvfile.NewReader(in, t.o)}, nil
}

// cancellable ends the reading when the context ends.
type cancellable struct {
	ctx context.Context
	in  io.Reader
}

func (c *cancellable) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.in.Read(b)
}

type textLines struct {
	*text
	in  *csvfile.Reader
	row *csvfile.Row
	few bool // only rows with one of a few texts are read
}

func (t *textLines) next() (int, error) {
	for {
		row, err := t.in.Next()
		if err != nil {
			return 0, err
		}
		t.row = row
		if len(row.Cell(0)) > 0 || t.width() > 0 {
			return row.Number, nil
		}
	}
}

func (t *textLines) sift(texts []string, within []int, columns int) {
	t.in.Sift(texts, within, columns)
}

func (t *textLines) most() int { return 1 << 20 }

// splitFrom is from which size on a file is searched on several cores.
const splitFrom = 2 << 20

func (t *textLines) split(columns int, newAsk func(lines) func() bool) {
	if t.size < splitFrom || t.few {
		return // one core keeps up with the disk
	}
	t.in.Filter(runtime.GOMAXPROCS(0), func() func(*csvfile.Row) bool {
		own := &textLines{text: t.text}
		ask := newAsk(own)
		return func(row *csvfile.Row) bool {
			own.row = row
			return ask() || row.Len() > columns
		}
	})
}

// width does not count empty cells at the end of the row.
func (t *textLines) width() int {
	n := t.row.Len()
	for n > 0 && len(t.row.Cell(n-1)) == 0 {
		n--
	}
	return n
}

// reaches reports whether the row has so many columns.
func (t *textLines) reaches(columns int) bool { return t.row.Len() >= columns && t.width() >= columns }

func (t *textLines) value(column int) connectors.Value {
	c := t.row.Cell(column)
	if len(c) == 0 {
		return connectors.Null
	}
	return connectors.Bytes(c)
}

func (t *textLines) answers(column int, m *compare.Matcher, _ bool) func() bool {
	return func() bool {
		c := t.row.Cell(column)
		return len(c) > 0 && m.Match(c)
	}
}

func (t *textLines) pending() bool { return false }

func (t *textLines) settle(context.Context) (bool, error) { return false, nil }

func (t *textLines) gaps() []string {
	if n := t.in.Stray(); n > 0 {
		return []string{fmt.Sprintf("%s quotes stand where no cell starts or ends, and were read as they stand: "+
			"the columns of those rows may be shifted", count(n))}
	}
	return nil
}

// close remembers the delimiter for the next reading.
func (t *textLines) close() error {
	t.in.Close()
	t.o.Delimiter = t.in.Delimiter()
	return nil
}

func count(n int) string {
	if n == 1 {
		return "1 of its"
	}
	return fmt.Sprintf("%d of its", n)
}
