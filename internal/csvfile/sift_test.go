package csvfile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// numbered reads every row as its number and its cells.
func numbered(t testing.TB, r *Reader) (rows []string, cells [][]string) {
	t.Helper()
	for {
		row, err := r.Next()
		if err != nil {
			return rows, cells
		}
		var texts []string
		for _, c := range row.Cells() {
			texts = append(texts, string(c))
		}
		rows = append(rows, fmt.Sprintf("%d %q", row.Number, texts))
		cells = append(cells, texts)
	}
}

// checkSift checks that with a sieve nothing is passed over that holds the text or reaches beyond the columns in a way that is told.
func checkSift(t testing.TB, in []byte, o Options, text string, columns int, slow bool) {
	t.Helper()
	check(t, in, o, []string{text}, text, columns, slow)
	many := []string{text}
	for i := range few {
		many = append(many, fmt.Sprint("none", i))
	}
	check(t, in, o, many, text, columns, slow)
}

func check(t testing.TB, in []byte, o Options, texts []string, text string, columns int, slow bool) {
	t.Helper()
	plain := NewReader(bytes.NewReader(in), o)
	all, cells := numbered(t, plain)
	reader := NewReader(bytes.NewReader(in), o)
	if slow {
		reader = NewReader(iotest.OneByteReader(bytes.NewReader(in)), o)
	}
	if !reader.Sift(texts, []int{0, 1, 2}, columns) {
		return
	}
	got, _ := numbered(t, reader)
	at := 0
	for _, row := range got {
		i := slices.Index(all[at:], row)
		if i < 0 {
			t.Fatalf("%q: the row %s is none, or out of order", in, row)
		}
		for _, passed := range cells[at : at+i] {
			if slices.Contains(passed[:min(3, len(passed))], text) {
				t.Fatalf("%q: a row with %q was passed over", in, text)
			}
		}
		at += i + 1
	}
	for _, passed := range cells[at:] {
		if slices.Contains(passed[:min(3, len(passed))], text) {
			t.Fatalf("%q: a row with %q was passed over at the end", in, text)
		}
	}
	if reader.Stray() != plain.Stray() {
		t.Fatalf("%q: %d stray quotes, want %d", in, reader.Stray(), plain.Stray())
	}
}

func TestSift(t *testing.T) {
	var b strings.Builder
	for i := range 15_000 {
		switch {
		case i%1000 == 7:
			fmt.Fprintf(&b, "\"p%d, \"\"q\"\"\nx\",York\n", i)
		case i%5000 == 9:
			fmt.Fprintf(&b, "p%d,York,more\n", i)
		case i%3000 == 11:
			b.WriteString("Zo\xeb Featherstonehaugh,York\n")
		default:
			fmt.Fprintf(&b, "p%d,York\n", i)
		}
	}
	in := []byte(b.String())
	for text, want := range map[string]int{"p14991": 1, "p5, \"q\"\nx": 0, "p2007, \"q\"\nx": 1, "Zoë Featherstonehaugh": 5, "nobody here": 0, "p1": 1} {
		reader := NewReader(bytes.NewReader(in), Options{})
		reader.Sift([]string{text}, []int{0, 1}, 2)
		_, cells := numbered(t, reader)
		holds, wide := 0, 0
		for _, c := range cells {
			if slices.Contains(c, text) {
				holds++
			}
			if len(c) > 2 {
				wide++
			}
		}
		if holds != want || wide != 3 {
			t.Errorf("%q: %d rows, want %d, and %d wide ones", text, holds, want, wide)
		}
		checkSift(t, in, Options{}, text, 2, false)
	}
}

func FuzzSift(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n3,4\n", "a,b\r\n\"x\r\ny\",\"\"\"z\"\"\"\r\n1,2", "\xff\xfea\x00,\x00b\x00\n\x001\x00", "a;b\nZo\xeb;2\n3;4", "a\rb\rc\r", "sep=;\na;b\n1;2;3\n", "\"a,b\n1,2\n\"x\"y,\"z\n"} {
		f.Add([]byte(s), "1", uint8(2))
		f.Add([]byte(s), "\"z\"", uint8(1))
		f.Add([]byte(s), "Zoë", uint8(9))
	}
	f.Fuzz(func(t *testing.T, in []byte, text string, columns uint8) {
		checkSift(t, in, Options{Delimiter: ","}, text, int(columns), false)
		checkSift(t, in, Options{}, text, int(columns), len(in) < 200)
	})
}
