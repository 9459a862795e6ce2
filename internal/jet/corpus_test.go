package jet

import (
	"encoding/hex"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Every row of every table of every sample reads, streams and entries of complex columns included.
func TestEveryRowReads(t *testing.T) {
	for _, path := range cheap(t, samples(t)) {
		t.Run(short(path), func(t *testing.T) {
			db := open(t, path)
			if len(allTables(db)) == 0 {
				t.Fatal("no tables")
			}
			for _, tb := range allTables(db) {
				rows := 0
				for row, err := range tb.Rows() {
					if err != nil {
						t.Errorf("table %s: %v", tb.Name, err)
						continue
					}
					rows++
					for i, v := range row.Values {
						if v.Kind == List {
							for _, item := range row.Items(i) {
								drain(t, tb, item.ID, i, item.Open)
							}
							continue
						}
						drain(t, tb, row.ID, i, func() (io.Reader, error) { return row.Open(i) })
					}
				}
				if want, err := tb.Count(); err != nil || rows < want {
					t.Errorf("table %s: %d rows read, %d expected (%v)", tb.Name, rows, want, err)
				}
				if _, err := tb.Properties(); err != nil {
					t.Errorf("table %s: %v", tb.Name, err)
				}
			}
			if _, err := db.Relationships(); err != nil {
				t.Error(err)
			}
		})
	}
}

func drain(t *testing.T, tb *Table, id RowID, column int, open func() (io.Reader, error)) {
	r, err := open()
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	if err != nil {
		t.Errorf("table %s, row %s, column %d: %v", tb.Name, id, column, err)
	}
}

// The members of the files made for this project are those of the tables beside them.
func TestMembersAreTheKnownOnes(t *testing.T) {
	for _, path := range samples(t) {
		name := filepath.Base(path)
		known := ""
		switch {
		case strings.HasPrefix(name, "tiny-"):
			known = "testdata/tiny.tsv"
		case strings.HasPrefix(name, "legacy-"):
			known = sample(t, "legacy-membership.tsv")
		default:
			continue
		}
		t.Run(short(path), func(t *testing.T) {
			raw, err := os.ReadFile(known)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
			got := texts(t, table(t, open(t, path), "Members"), strings.Split(lines[0], "\t")...)
			if len(got) != len(lines)-1 {
				t.Fatalf("%d members, want %d", len(got), len(lines)-1)
			}
			for i, line := range lines[1:] {
				want := strings.Split(line, "\t")
				for _, money := range []int{14, 15} {
					want[money] = trimZeros(want[money])
				}
				if !slices.Equal(got[i], want) {
					t.Fatalf("member %d\n got %q\nwant %q", i+1, got[i], want)
				}
			}
		})
	}
}

func trimZeros(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// mdbtools reads the same values, where it can be trusted: not encrypted ACE files, dates before 1899-12-30,
// big integers, extended dates, calculated and complex columns, or more than 16 digits of a double. It
// hands out moved rows where they stand, so rows are compared in any order.
func TestValuesAreThoseOfMDBTools(t *testing.T) {
	tool := mdbtools(t, "mdb-export")
	compared := 0
	for _, path := range cheap(t, samples(t)) {
		db := open(t, path)
		if db.Encrypted() && db.Version() >= ACE2007 {
			continue
		}
		t.Run(short(path), func(t *testing.T) {
			for _, tb := range allTables(db) {
				compared += compareWithMDBTools(t, tool, path, tb)
			}
		})
	}
	t.Logf("%d values compared", compared)
	if compared < 10000 {
		t.Error("too few values were compared for the test to mean anything")
	}
}

func compareWithMDBTools(t *testing.T, tool, path string, tb *Table) (compared int) {
	const field, record, null = "<|>", "<EOR>", "<NULL>"
	cmd := exec.Command(tool, "-Q", "-B", "-b", "hex", "-d", field, "-R", record, "-0", null,
		"-D", "%Y-%m-%d %H:%M:%S", "-T", "%Y-%m-%d %H:%M:%S", path, tb.Name)
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("mdb-export %s: %v", tb.Name, err)
		return 0
	}
	records := strings.Split(strings.TrimSuffix(string(out), record), record)
	header := strings.Split(records[0], field)
	columns, err := tb.Columns()
	if err != nil {
		t.Fatal(err)
	}
	at := make([]int, len(columns))
	for i, c := range columns {
		if at[i] = slices.Index(header, c.Name); at[i] < 0 {
			t.Errorf("table %s: mdb-export knows no column %q", tb.Name, c.Name)
			return 0
		}
	}
	var want, got []string
	for _, r := range records[1:] {
		fields := strings.Split(r, field)
		if len(fields) != len(header) {
			t.Fatalf("table %s: a value holds the separator", tb.Name)
		}
		var row []string
		for i, c := range columns {
			text := fields[at[i]]
			if text == null {
				text = ""
			}
			row = append(row, comparable(c, fromMDBTools(c, text)))
		}
		want = append(want, strings.Join(row, field))
	}
	for row, err := range tb.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		var fields []string
		for i, c := range columns {
			fields = append(fields, comparable(c, textOf(t, row, i)))
		}
		compared += len(fields)
		got = append(got, strings.Join(fields, field))
	}
	slices.Sort(got)
	slices.Sort(want)
	if len(got) != len(want) {
		t.Errorf("table %s: %d rows, mdb-export %d", tb.Name, len(got), len(want))
		return compared
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("table %s:\n got %.900q\nwant %.900q", tb.Name, got[i], want[i])
			return compared
		}
	}
	return compared
}

// textOf returns a value as text, bytes in hexadecimal.
func textOf(t *testing.T, row *Row, i int) string {
	if row.Values[i].Kind == List {
		return ""
	}
	r, err := row.Open(i)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// fromMDBTools turns what mdb-export wrote into this package's form.
func fromMDBTools(c Column, text string) string {
	switch c.Type {
	case Boolean:
		return strings.ToLower(text)
	case Currency, Numeric:
		return trimZeros(text)
	case Binary, OLE, GUID: // it takes the text of a GUID for bytes
		raw, err := hex.DecodeString(text)
		if err != nil {
			return text
		}
		return string(raw)
	case DateTime:
		return strings.TrimSuffix(strings.Replace(text, " ", "T", 1), "T00:00:00")
	}
	return text
}

// comparable reduces a value to what both readers can tell of it.
func comparable(c Column, text string) string {
	if c.Calculated {
		return ""
	}
	switch c.Type {
	case Single, Double:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return text
		}
		digits := 14
		if c.Type == Single {
			digits = 6
		}
		return strconv.FormatFloat(f, 'g', digits, 64)
	case DateTime:
		if text < "1900" || text == "1900-01-00" {
			return ""
		}
		if exact, err := time.Parse("2006-01-02T15:04:05", text); err == nil {
			exact = exact.Add(-time.Millisecond / 2) // the milliseconds were rounded before
			return exact.Round(time.Second).Format(time.DateTime)
		}
		return text + " 00:00:00"
	case GUID:
		return strings.ToLower(strings.NewReplacer("{", "", "}", "", "-", "").Replace(text))
	case Binary, Text, Memo: // C strings end at a zero byte
		text, _, _ = strings.Cut(text, "\x00")
		return text
	case Boolean, Byte, Integer, Long, Currency, Numeric, OLE:
		return text
	}
	return ""
}

// A scan holds no more of a large file than of a small one.
func TestMemoryIsFlat(t *testing.T) {
	path := sample(t, "legacy-membership.accdb")
	peak := func(rows int) uint64 {
		tb := table(t, open(t, grow(t, path, "Members", rows)), "Members")
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		base, most, n := m.HeapAlloc, m.HeapAlloc, 0
		for _, err := range tb.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n%2000 == 0 {
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
		if n < rows {
			t.Fatalf("%d rows of %d", n, rows)
		}
		return most - base
	}
	sizes := []int{10_000, 200_000}
	if raced {
		sizes = []int{10_000, 40_000}
	}
	for _, rows := range sizes {
		held := peak(rows)
		t.Logf("%d rows: %d KB", rows, held>>10)
		if held > 32<<20 {
			t.Errorf("%d rows: the scan holds %d MB", rows, held>>20)
		}
	}
}
