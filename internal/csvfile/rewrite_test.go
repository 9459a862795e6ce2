package csvfile

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func rewrite(t testing.TB, in string, o Options, e Edits) string {
	t.Helper()
	var out bytes.Buffer
	if err := Rewrite(strings.NewReader(in), &out, o, e); err != nil {
		t.Fatal(err)
	}
	var slow bytes.Buffer
	if err := Rewrite(iotest.OneByteReader(strings.NewReader(in)), &slow, o, e); err != nil || slow.String() != out.String() {
		t.Errorf("byte by byte: %q, %v", slow.String(), err)
	}
	return out.String()
}

type cells map[int]map[int]string

func TestRewrite(t *testing.T) {
	for _, c := range []struct {
		name, in string
		o        Options
		edits    Edits
		want     string
	}{
		{"a row goes with its line end", "a,b\r\n1,2\r\n3,4\r\n", Options{}, Edits{Delete: map[int]bool{2: true}}, "a,b\r\n3,4\r\n"},
		{"a row of several lines", "a,b\n\"1\n2\",3\n4,5", Options{}, Edits{Delete: map[int]bool{2: true}}, "a,b\n4,5"},
		{"the last row without a line end", "a,b\n1,2\n3,4", Options{}, Edits{Delete: map[int]bool{3: true}}, "a,b\n1,2\n"},
		{"rows in a row", "a\n1\n2\n3\n4\n", Options{}, Edits{Delete: map[int]bool{2: true, 3: true, 5: true}}, "a\n3\n"},
		{"a cell", "a,b\n1,2\n", Options{}, Edits{Set: cells{2: {1: "x"}}}, "a,b\n1,x\n"},
		{"quotes stay", "a,b\r\n\"1\",\"2\"\r\n", Options{}, Edits{Set: cells{2: {0: "x", 1: ""}}}, "a,b\r\n\"x\",\"\"\r\n"},
		{"quotes around the next cells stay", "a,b\n1,\"say \"\"hi\"\"\"\n", Options{}, Edits{Set: cells{2: {0: "x"}}}, "a,b\nx,\"say \"\"hi\"\"\"\n"},
		{"quotes where they are needed", "a;b\n1;2\n", Options{}, Edits{Set: cells{2: {0: "1;5", 1: "say \"hi\"\nagain"}}}, "a;b\n\"1;5\";\"say \"\"hi\"\"\nagain\"\n"},
		{"white space at the edges", "a,b\n1,2\n", Options{}, Edits{Set: cells{2: {0: " x", 1: "y "}}}, "a,b\n\" x\",\"y \"\n"},
		{"a row that is too short", "a,b,c\r\n1\r\n", Options{}, Edits{Set: cells{2: {2: "x"}}}, "a,b,c\r\n1,,x\r\n"},
		{"a row that is too short, with quotes", "a,b,c\r\n\"1\"\r\n", Options{}, Edits{Set: cells{2: {2: "x"}}}, "a,b,c\r\n\"1\",,x\r\n"},
		{"Excel's line and a mark", "\ufeffsep=;\r\na;b\r\n1;2\r\n", Options{}, Edits{Set: cells{3: {0: "x"}}}, "\ufeffsep=;\r\na;b\r\nx;2\r\n"},
		{"stray quotes stay", "a,b\n\"J\" Smith,5\" pipe\n", Options{}, Edits{Set: cells{2: {1: "x"}}}, "a,b\n\"J\" Smith,x\n"},
		{"empty lines stay", "a,b\n\n1,2\n\n", Options{}, Edits{Delete: map[int]bool{3: true}}, "a,b\n\n\n"},
		{"old Macintosh line ends", "a,b\r1,2\r3,4\r", Options{}, Edits{Delete: map[int]bool{2: true}, Set: cells{3: {0: "x"}}}, "a,b\rx,4\r"},
		{"a new row", "a,b\r\n1,2\r\n", Options{}, Edits{Append: [][]string{{"3", "x,y"}, {"", "z"}}}, "a,b\r\n1,2\r\n3,\"x,y\"\r\n,z\r\n"},
		{"a new row without a line end", "a,b\r\n1,2", Options{}, Edits{Append: [][]string{{"3", "4"}}}, "a,b\r\n1,2\r\n3,4"},
		{"a new row with quotes", "a,b\n\"1\",\"2\"\n", Options{}, Edits{Append: [][]string{{"3", ""}}}, "a,b\n\"1\",\"2\"\n\"3\",\n"},
		{"a new row in the place of the last one", "a,b\n1,2\n3,4", Options{}, Edits{Delete: map[int]bool{3: true}, Append: [][]string{{"5", "6"}}}, "a,b\n1,2\n5,6\n"},
		{"UTF-8", "a,b\nZoë,1\n", Options{}, Edits{Set: cells{2: {0: "Chloë"}}}, "a,b\nChloë,1\n"},
		{"a row of Windows-1252", "a,b\nZo\xeb,1\n", Options{}, Edits{Set: cells{2: {1: "€5"}}}, "a,b\nZo\xeb,\x805\n"},
		{"an ASCII row below one of Windows-1252", "a,b\nZo\xeb,1\nAnn,2\n", Options{}, Edits{Set: cells{3: {0: "Zoë"}}}, "a,b\nZo\xeb,1\nZo\xeb,2\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := rewrite(t, c.in, c.o, c.edits); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestRewriteInEveryEncoding(t *testing.T) {
	const in, want = "Näme,Note\r\nJosé,\"a, b\"\r\nZoë,x\r\n", "Näme,Note\r\nJosé,\"Ærø \"\"£5\"\"\"\r\nAñn,\r\n"
	edits := Edits{Set: cells{2: {1: "Ærø \"£5\""}}, Delete: map[int]bool{3: true}, Append: [][]string{{"Añn", ""}}}
	for name, e := range map[string]struct {
		encode interface{ String(string) (string, error) }
		o      Encoding
	}{
		"UTF-8":             {unicode.UTF8.NewEncoder(), Detect},
		"UTF-8 with mark":   {unicode.UTF8BOM.NewEncoder(), Detect},
		"UTF-16LE":          {unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), Detect},
		"UTF-16BE":          {unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(), Detect},
		"Windows-1252":      {charmap.Windows1252.NewEncoder(), Detect},
		"Windows-1252 told": {charmap.Windows1252.NewEncoder(), Windows1252},
	} {
		t.Run(name, func(t *testing.T) {
			before, err := e.encode.String(in)
			if err != nil {
				t.Fatal(err)
			}
			after, err := e.encode.String(want)
			if err != nil {
				t.Fatal(err)
			}
			if got := rewrite(t, before, Options{Encoding: e.o}, edits); got != after {
				t.Errorf("got  %q\nwant %q", got, after)
			}
		})
	}
}

// What is no valid UTF-16 stays as it is.
func TestRewriteKeepsBrokenText(t *testing.T) {
	const in = "\xff\xfea\x00,\x00b\x00\n\x00\x00\xd8,\x00x\x00\n\x001\x00,\x00\x00\xdc\n\x00z"
	if got := rewrite(t, in, Options{}, Edits{}); got != in {
		t.Errorf("got %q", got)
	}
	const want = "\xff\xfea\x00,\x00b\x00\n\x00\x00\xd8,\x00y\x00\n\x00z"
	if got := rewrite(t, in, Options{}, Edits{Set: cells{2: {1: "y"}}, Delete: map[int]bool{3: true}}); got != want {
		t.Errorf("got %q", got)
	}
}

func TestRewriteRefuses(t *testing.T) {
	for _, c := range []struct {
		name, in string
		o        Options
		edits    Edits
		want     error
	}{
		{"a character that the encoding lacks", "a,b\n1,2\n", Options{Encoding: Windows1252}, Edits{Set: cells{2: {0: "Łódź"}}}, ErrEncoding},
		{"one that the encoding of the row lacks", "a,b\nZo\xeb,2\n", Options{}, Edits{Set: cells{2: {1: "Łódź"}}}, ErrEncoding},
		{"no text", "a,b\n1,2\n", Options{}, Edits{Set: cells{2: {0: "\xff"}}}, ErrUnreadable},
		{"too long a text", "a,b\n1,2\n", Options{}, Edits{Set: cells{2: {0: strings.Repeat("x", maxQuoted)}}}, ErrUnreadable},
		{"a line end that the file does not know", "a,b\r1,2\r", Options{}, Edits{Append: [][]string{{"x\ny"}}}, ErrUnreadable},
		{"no such row", "a,b\n1,2\n", Options{}, Edits{Delete: map[int]bool{4: true}}, ErrNoRow},
	} {
		if err := Rewrite(strings.NewReader(c.in), &bytes.Buffer{}, c.o, c.edits); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// FuzzRewrite checks that a rewriting without edits changes nothing, and that one with edits reads as the file with these edits.
func FuzzRewrite(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n3,4\n", "a,b\r\n\"x\r\ny\",\"\"\"z\"\"\"\r\n1,2", "\xff\xfea\x00,\x00b\x00\n\x001\x00", "\xef\xbb\xbfa;b\n\xeb;2\n3;4", "a\rb\rc\r", "sep=;\na;b\n1;2\n", "\"a,b\n1,2\n"} {
		for e := range uint8(5) {
			f.Add([]byte(s), e, uint8(2), uint8(1), "Zoë, \"x\"\n")
		}
	}
	f.Fuzz(func(t *testing.T, in []byte, encoding, row, column uint8, text string) {
		o := Options{Encoding: Encoding(encoding % 5), Delimiter: []string{",", ";", ""}[encoding%3]}
		var same bytes.Buffer
		if err := Rewrite(bytes.NewReader(in), &same, o, Edits{}); err != nil || !bytes.Equal(same.Bytes(), in) {
			t.Fatalf("%q became %q (%v)", in, same.Bytes(), err)
		}
		before := readAll(t, bytes.NewReader(in), o)
		first := NewReader(bytes.NewReader(in), o)
		if _, err := first.Next(); err != nil {
			return
		}
		number := int(row)%len(before) + 1
		n := number + first.row.Number - 1 // behind Excel's line
		o.Delimiter = first.Delimiter()
		for name, e := range map[string]Edits{
			"delete": {Delete: map[int]bool{n: true}}, "set": {Set: cells{n: {int(column % 8): text}}}, "append": {Append: [][]string{{"x", text}}},
		} {
			var out bytes.Buffer
			err := Rewrite(bytes.NewReader(in), &out, o, e)
			if errors.Is(err, ErrEncoding) || errors.Is(err, ErrUnreadable) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			after := NewReader(bytes.NewReader(out.Bytes()), o)
			after.Next()
			if after.lineEnd != first.lineEnd || after.encoding != first.encoding || tellsDelimiter(out.Bytes()) != tellsDelimiter(in) ||
				first.mixed && (!utf8.Valid(in) || !utf8.Valid(out.Bytes())) || strayIn(in, o) || strayIn(out.Bytes(), o) {
				continue // the edit changes how the file is read: the caller compares
			}
			// An empty row without a line end is none, at the end of the file.
			want := deleteEmpty(edited(before, number, int(column%8), text, name))
			got := deleteEmpty(readAll(t, bytes.NewReader(out.Bytes()), o))
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("%s of %q in row %d gave %q (-want +got): %s", name, text, n, out.Bytes(), d)
			}
		}
	})
}

// tellsDelimiter reports whether a text starts with Excel's line of the delimiter.
func tellsDelimiter(b []byte) bool {
	_, _, ok := sepLine(bytes.TrimPrefix(b, []byte("\ufeff")))
	return ok
}

func strayIn(b []byte, o Options) bool {
	r := NewReader(bytes.NewReader(b), o)
	for _, err := r.Next(); err == nil; _, err = r.Next() {
	}
	return r.Stray() > 0
}

// edited returns the rows as they must be afterwards.
func edited(rows [][]string, number, column int, text, how string) [][]string {
	var all [][]string
	for i, r := range rows {
		switch {
		case how == "delete" && i+1 == number:
			continue
		case how == "set" && i+1 == number:
			r = append([]string{}, r...)
			for len(r) <= column {
				r = append(r, "")
			}
			r[column] = text
		}
		all = append(all, r)
	}
	if how == "append" {
		all = append(all, []string{"x", text})
	}
	return all
}
