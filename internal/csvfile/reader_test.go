package csvfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func readAll(t testing.TB, in io.Reader, o Options) [][]string {
	t.Helper()
	r := NewReader(in, o)
	var all [][]string
	for {
		row, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		cells := make([]string, row.Len())
		if c := row.Cell(len(cells) / 2); string(c) != string(row.Cell(len(cells)/2)) || row.Cell(len(cells)) != nil {
			t.Fatalf("%q", c)
		}
		for i, c := range row.Cells() {
			cells[i] = string(c)
		}
		all = append(all, cells)
	}
}

func TestRows(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     [][]string
		stray    int
	}{
		{"plain", "a,b\n1,2\n", [][]string{{"a", "b"}, {"1", "2"}}, 0},
		{"no line end at the end", "a,b\n1,2", [][]string{{"a", "b"}, {"1", "2"}}, 0},
		{"Windows line ends", "a,b\r\n1,2\r\n", [][]string{{"a", "b"}, {"1", "2"}}, 0},
		{"old Macintosh line ends", "a,b\r1,2\r", [][]string{{"a", "b"}, {"1", "2"}}, 0},
		{"quotes", "\"a\",\"b\"\n\"1,5\",\"say \"\"hi\"\"\"\n", [][]string{{"a", "b"}, {"1,5", `say "hi"`}}, 0},
		{"line ends within quotes", "a,b\n\"1 High St\r\nLondon\",x\n", [][]string{{"a", "b"}, {"1 High St\r\nLondon", "x"}}, 0},
		{"quoted last cell before a Windows line end", "a,\"b\"\r\n1,\"\"\r\n", [][]string{{"a", "b"}, {"1", ""}}, 0},
		{"empty cells", "a,,c\n,,\n", [][]string{{"a", "", "c"}, {"", "", ""}}, 0},
		{"empty lines are rows", "a,b\n\n1,2\n", [][]string{{"a", "b"}, {""}, {"1", "2"}}, 0},
		{"quote within a cell", "a,b\n5\" pipe,x\n", [][]string{{"a", "b"}, {`5" pipe`, "x"}}, 0},
		{"quote that is never closed", "a,b\n\"Smith,x\n2,y\n", [][]string{{"a", "b"}, {`"Smith`, "x"}, {"2", "y"}}, 1},
		{"text behind a quoted cell", "a,b\n\"J\" Smith,x\n2,y\n", [][]string{{"a", "b"}, {`"J" Smith`, "x"}, {"2", "y"}}, 1},
		{"inch mark at the start swallows no rows", "a,b\n\"5 tape,x\n2,\"q\"\n", [][]string{{"a", "b"}, {`"5 tape`, "x"}, {"2", "q"}}, 1},
		{"semicolons", "a;b\n1,5;2,5\n", [][]string{{"a", "b"}, {"1,5", "2,5"}}, 0},
		{"tabs", "a\tb\n1\t2\n", [][]string{{"a", "b"}, {"1", "2"}}, 0},
		{"bars", "a|b\n1|2\n", [][]string{{"a", "b"}, {"1", "2"}}, 0},
		{"Excel's line of the delimiter", "sep=^\r\na^b\r\n", [][]string{{"a", "b"}}, 0},
		{"byte order mark", "\ufeffa,b\n", [][]string{{"a", "b"}}, 0},
		{"byte order mark before a quote", "\ufeff\"a\",b\n", [][]string{{"a", "b"}}, 0},
		{"Windows-1252 rows among UTF-8 rows", "a,b\nLód\xe9,x\nŁódź,y\n", [][]string{{"a", "b"}, {"LÃ³dé", "x"}, {"Łódź", "y"}}, 0},
		{"nothing", "", nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, readAll(t, strings.NewReader(c.in), Options{})); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.want, readAll(t, iotest.OneByteReader(strings.NewReader(c.in)), Options{})); d != "" {
				t.Errorf("byte by byte: %s", d)
			}
			r := NewReader(strings.NewReader(c.in), Options{})
			for _, err := r.Next(); err == nil; _, err = r.Next() {
			}
			if r.Stray() != c.stray {
				t.Errorf("%d stray quotes, want %d", r.Stray(), c.stray)
			}
		})
	}
}

func TestEncodingsAndDelimiters(t *testing.T) {
	want := [][]string{{"Name", "Städte", "Note"}, {"Müller; Jörg", "Köln, DE", "a|b\tc"}, {"Ærø", "£5", "line\nend"}}
	encodings := map[string]struct {
		e encoding.Encoding
		o Encoding
	}{
		"UTF-8":             {encoding.Nop, Detect},
		"UTF-8 with mark":   {unicode.UTF8BOM, Detect},
		"UTF-16LE":          {unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), Detect},
		"UTF-16LE and mark": {unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), Detect},
		"UTF-16BE":          {unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), Detect},
		"UTF-16BE and mark": {unicode.UTF16(unicode.BigEndian, unicode.UseBOM), Detect},
		"Windows-1252":      {charmap.Windows1252, Detect},
		"UTF-16LE, told":    {unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), UTF16LE},
		"Windows-1252 told": {charmap.Windows1252, Windows1252},
	}
	for name, e := range encodings {
		for _, delimiter := range []string{",", ";", "\t", "|", "^", "¦"} {
			t.Run(name+" "+delimiter, func(t *testing.T) {
				var b bytes.Buffer
				w := csv.NewWriter(&b)
				w.Comma, _ = utf8.DecodeRuneInString(delimiter)
				w.WriteAll(want)
				raw, err := e.e.NewEncoder().Bytes(b.Bytes())
				if err != nil {
					t.Fatal(err)
				}
				o := Options{Encoding: e.o}
				if !bytes.Contains([]byte(",;\t|"), []byte(delimiter)) {
					o.Delimiter = delimiter
				}
				if name == "Windows-1252" && delimiter == "¦" {
					o.Encoding = Windows1252 // a delimiter beyond ASCII needs the encoding told
				}
				if d := cmp.Diff(want, readAll(t, bytes.NewReader(raw), o)); d != "" {
					t.Error(d)
				}
			})
		}
	}
}

func TestRowsCountAsASpreadsheetCounts(t *testing.T) {
	r := NewReader(strings.NewReader("a\n\n\"x\ny\"\nz"), Options{})
	var numbers []int
	for row, err := r.Next(); err == nil; row, err = r.Next() {
		numbers = append(numbers, row.Number)
	}
	if d := cmp.Diff([]int{1, 2, 3, 4}, numbers); d != "" {
		t.Error(d)
	}
}

func TestKnownNamesChooseTheDelimiter(t *testing.T) {
	in := "Name;E-mail, private;Town, county\nSmith, J;a@b.example, c;York, YS\n"
	known := func(cells [][]byte) int {
		n := 0
		for _, c := range cells {
			if string(c) == "Name" {
				n++
			}
		}
		return n
	}
	rows := readAll(t, strings.NewReader(in), Options{Known: known})
	if len(rows[0]) != 3 {
		t.Errorf("%q", rows)
	}
}

func TestTooLongARow(t *testing.T) {
	r := NewReader(io.LimitReader(zeros{}, 64<<20), Options{Encoding: UTF8})
	if _, err := r.Next(); !errors.Is(err, ErrTooLong) {
		t.Error(err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// FuzzReader checks that what encoding/csv accepts reads the same here, and that nothing is ever lost: every letter and
// digit of the input is in some cell.
func FuzzReader(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\",\"b\"\"c\"\r\n\"x\ny\",z", "a;b\n\"c;d\n", "sep=;\na;b", "\xff\xfea\x00,\x00b\x00", "\"\"\"\",\"", "a\rb\r", "\xef\xbb\xbf\"a\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var kept bytes.Buffer
		r := NewReader(bytes.NewReader(in), Options{})
		for {
			row, err := r.Next()
			if err != nil {
				break
			}
			for _, c := range row.Cells() {
				if !utf8.Valid(c) {
					t.Fatalf("a cell is not UTF-8: %q", c)
				}
				kept.Write(c)
			}
		}
		if e, _ := detectEncoding(in); e != Detect || !utf8.Valid(in) || bytes.HasPrefix(bytes.ToLower(in), []byte("sep=")) {
			return
		}
		letters := func(b []byte) string {
			return strings.Map(func(r rune) rune {
				if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
					return r
				}
				return -1
			}, string(b))
		}
		if letters(in) != letters(kept.Bytes()) {
			t.Fatalf("%q was read as %q", in, kept.Bytes())
		}
		if bytes.IndexByte(in, '\n') < 0 && bytes.IndexByte(in, '\r') >= 0 || bytes.HasPrefix(in, []byte("\ufeff")) {
			return
		}
		theirs := csv.NewReader(bytes.NewReader(in))
		theirs.FieldsPerRecord = -1
		want, err := theirs.ReadAll()
		if err != nil {
			return
		}
		var got [][]string
		for _, row := range readAll(t, bytes.NewReader(in), Options{Delimiter: ","}) {
			if len(row) == 1 && row[0] == "" {
				continue
			}
			for i := range row {
				row[i] = strings.ReplaceAll(row[i], "\r\n", "\n")
			}
			got = append(got, row)
		}
		want = deleteEmpty(want)
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%q (-encoding/csv +this): %s", in, d)
		}
	})
}

func deleteEmpty(rows [][]string) [][]string {
	var all [][]string
	for _, row := range rows {
		if len(row) != 1 || row[0] != "" {
			all = append(all, row)
		}
	}
	return all
}
