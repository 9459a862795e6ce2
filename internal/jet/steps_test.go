package jet

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"
)

// Decoding column by column gives what decoding value by value does, of sound files and of damaged ones.
func TestStepsDecodeAsThePlainWay(t *testing.T) {
	for _, path := range cheap(t, samples(t)) {
		t.Run(short(path), func(t *testing.T) {
			t.Parallel()
			data := plainCopy(t, path)
			if len(data) > 1<<20 {
				data = data[:1<<20]
			}
			rng := rand.New(rand.NewPCG(2, uint64(len(data))))
			for round := range 4 {
				if round > 0 {
					data = harm(rng, data, 2*round+round%2)
				}
				compareSteps(t, data)
			}
		})
	}
}

func compareSteps(t *testing.T, data []byte) {
	t.Helper()
	db, err := NewReader(bytes.NewReader(data), int64(len(data)), Options{})
	if err != nil {
		return
	}
	for _, tb := range allTables(db) {
		s, err := tb.scan(nil)
		if err != nil {
			continue
		}
		pages, _, err := db.window().usageMap(s.def.owned)
		if err != nil {
			continue
		}
		plain, want := s.plain(), s.newBatch()
		for n, ok := pages.next(0); ok; n, ok = pages.next(n + 1) {
			s.batch.first, s.batch.last, want.first, want.last = n, n, n, n
			s.own.fill(s.batch, pages)
			plain.fill(want, pages)
			if !sameBatch(s.batch, want) {
				t.Fatalf("table %s, page %d: got\n%v %v\nwant\n%v %v", tb.Name, n, s.batch.values, s.batch.losses, want.values, want.losses)
			}
		}
	}
}

func sameBatch(a, b *batch) bool {
	if len(a.rows) != len(b.rows) || len(a.values) != len(b.values) || len(a.losses) != len(b.losses) || !reflect.DeepEqual(a.err, b.err) {
		return false
	}
	for i := range a.rows {
		x, y := &a.rows[i], &b.rows[i]
		if x.id != y.id || x.pending != y.pending || !bytes.Equal(x.data, y.data) {
			return false
		}
	}
	for i, v := range a.values {
		if v.Kind != b.values[i].Kind || !bytes.Equal(v.Bytes, b.values[i].Bytes) {
			return false
		}
	}
	for i, l := range a.losses {
		if l.row != b.losses[i].row || *l.err != *b.losses[i].err {
			return false
		}
	}
	return true
}

// FuzzPage decodes the rows of a page in both ways.
func FuzzPage(f *testing.F) {
	db, err := Open("testdata/tiny-V2019.accdb", Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	tb := table(f, db, "Members")
	for row, err := range tb.Rows() {
		if err != nil {
			f.Fatal(err)
		}
		page, err := db.window().page(row.ID.Page, 0)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(bytes.Clone(page))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := tb.scan(nil)
		if err != nil {
			t.Fatal(err)
		}
		page := make([]byte, db.lay.pageSize)
		copy(page, data)
		page[0] = pageData
		binary.LittleEndian.PutUint32(page[4:], s.def.page)
		plain, want := s.plain(), s.newBatch()
		s.own.start(s.batch)
		plain.start(want)
		if a, b := s.own.page(5, page), plain.page(5, page); a != nil || b != nil {
			t.Fatalf("%v, %v", a, b)
		}
		if !sameBatch(s.batch, want) {
			t.Fatalf("got\n%v %v\nwant\n%v %v", s.batch.values, s.batch.losses, want.values, want.losses)
		}
	})
}

// plain returns a decoder without steps.
func (s *scan) plain() *decoder {
	d := s.decoder()
	d.scan = &scan{db: s.db, table: s.table, def: s.def, columns: s.columns}
	return d
}

// A stride whose values are too many for one batch is read in several.
func TestFullBatches(t *testing.T) {
	tb := table(t, open(t, "testdata/tiny-V2010.accdb"), "Members")
	columns, err := tb.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for range 2 * fullBatch / 60 / len(columns) {
		for _, c := range columns {
			names = append(names, c.Name)
		}
	}
	want := texts(t, tb)
	got := texts(t, tb, names...)
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i, row := range got {
		for n, text := range row {
			if text != want[i][n%len(columns)] {
				t.Fatalf("row %d, value %d: %q, want %q", i, n, text, want[i][n%len(columns)])
			}
		}
	}
}

// FuzzUTF16 reads UTF-16 many characters at once as it does one by one.
func FuzzUTF16(f *testing.F) {
	f.Add([]byte("F\x00a\x00t\x00i\x00m\x00a\x00 \x00B\x00e\x00g\x00u\x00m\x00"))
	f.Add(bytes.Repeat([]byte("a\x00"), 40))
	f.Add(append(bytes.Repeat([]byte("a\x00"), 23), "\xe9\x05b\x00\x00\x00\x3d\xd8\x01\xdec"...))
	f.Fuzz(func(t *testing.T, src []byte) {
		var want []byte
		for rest := src; len(rest) > 0; {
			size := min(len(rest), 2)
			if len(rest) >= 4 && rest[1]&0xfc == 0xd8 && rest[3]&0xfc == 0xdc {
				size = 4
			}
			want, _ = appendUTF16(want, rest[:size], false)
			rest = rest[size:]
		}
		if got, _ := appendUTF16(nil, src, false); !bytes.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := appendShort([]byte("-"), append(bytes.Clone(src), "12345678"...), 0, len(src)); !marked(src) && string(got) != "-"+string(want) {
			t.Errorf("short: got %q, want %q", got, want)
		}
		ascii := bytes.IndexFunc(src, func(r rune) bool { return r == 0 || r >= 0x80 }) < 0
		padded := append(append([]byte("\x00\xff"), src...), 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff)
		if plainASCII(src, 0, len(src)) != ascii || plainASCII(padded, 2, 2+len(src)) != ascii {
			t.Errorf("%q: ASCII is %t", src, ascii)
		}
	})
}

// FuzzNumberText writes numbers as text.
func FuzzNumberText(f *testing.F) {
	for _, v := range []uint64{0, 7, 10, 99, 1000, 99_999_999, 100_000_000, 1<<64 - 1} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v uint64) {
		for n := v; ; n /= 10 {
			if got, want := string(appendUint([]byte("is "), n)), "is "+strconv.FormatUint(n, 10); got != want {
				t.Fatalf("got %q, want %q", got, want)
			}
			if n == 0 {
				break
			}
		}
	})
}
