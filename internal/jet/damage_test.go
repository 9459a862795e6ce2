package jet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
)

// Damage costs what it touches, is told, and the rest still reads.
func TestDamageCostsOnlyWhatItTouches(t *testing.T) {
	const path = "testdata/tiny-V2003.mdb"
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db := open(t, path)
	tb := table(t, db, "Members")
	def, err := tb.definition()
	if err != nil {
		t.Fatal(err)
	}
	page := int(firstPage(t, tb))
	onPage := 0
	for row := range tb.Rows() {
		if int(row.ID.Page) == page {
			onPage++
		}
	}
	owned, _, err := db.window().usageMap(def.owned)
	if err != nil {
		t.Fatal(err)
	}
	second, _ := owned.next(uint32(page) + 1)
	slot := func(data []byte, i int) []byte { return data[page*4096+14+2*i:] }
	start := func(data []byte, i int) int {
		return page*4096 + int(binary.LittleEndian.Uint16(slot(data, i))&slotOffset)
	}
	usage := func(data []byte) []byte {
		at := int(def.owned.page()) * 4096
		row, _, err := db.lay.slot(data[at:at+4096], def.owned.slot())
		if err != nil {
			t.Fatal(err)
		}
		return row
	}

	for _, c := range []struct {
		name   string
		harm   func(data []byte) []byte
		lost   int // members
		why    string
		page   uint32
		row    int
		column string
	}{
		{"a page of zeros", func(d []byte) []byte { clear(d[page*4096:][:4096]); return d },
			onPage, "not the table's", uint32(page), -1, ""},
		{"a page of another table", func(d []byte) []byte { d[page*4096+4]++; return d },
			onPage, "not the table's", uint32(page), -1, ""},
		{"a row outside its page", func(d []byte) []byte { binary.LittleEndian.PutUint16(slot(d, onPage-1), 3); return d },
			1, "outside its page", uint32(page), onPage - 1, ""},
		{"a row with too many columns", func(d []byte) []byte { d[start(d, 1)+1] = 0xff; return d },
			1, "lengths do not agree", uint32(page), 1, ""},
		{"a row moved to nowhere", func(d []byte) []byte {
			slot(d, 2)[1] |= slotPointer >> 8
			binary.LittleEndian.PutUint32(d[start(d, 2):], 0x7fffff00)
			return d
		}, 1, "past the end", uint32(page), 2, ""},
		{"a row moved to itself", func(d []byte) []byte {
			slot(d, 2)[1] |= slotPointer >> 8
			binary.LittleEndian.PutUint32(d[start(d, 2):], uint32(page<<8|2))
			return d
		}, 1, "holds another", uint32(page), 2, ""},
		{"more rows than a page can hold", func(d []byte) []byte { binary.LittleEndian.PutUint16(d[page*4096+12:], 0xffff); return d },
			onPage, "more rows than it can hold", uint32(page), -1, ""},
		{"the usage map is of no kind", func(d []byte) []byte { usage(d)[0] = 9; return d },
			0, "the whole file was searched", def.owned.page(), def.owned.slot(), ""},
		{"the usage map forgets a page", func(d []byte) []byte {
			bitmap := d[4096*int(binary.LittleEndian.Uint32(usage(d)[1:])):]
			bitmap[4+page/8] &^= 1 << (page % 8)
			return d
		}, onPage, "60 rows, but", def.page, -1, ""},
		{"the file is cut off", func(d []byte) []byte { return d[:second*4096+100] },
			60 - onPage, "the file ends before", second, -1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := c.harm(bytes.Clone(whole))
			db, err := NewReader(bytes.NewReader(data), int64(len(data)), Options{})
			if err != nil {
				t.Fatal(err)
			}
			rows := 0
			var first *DamageError
			for row, err := range table(t, db, "Members").Rows() {
				var d *DamageError
				switch {
				case err == nil && row != nil:
					rows++
				case !errors.As(err, &d):
					t.Fatal(err)
				case first == nil:
					first = d
				}
			}
			if rows != 60-c.lost {
				t.Errorf("%d members, want %d", rows, 60-c.lost)
			}
			if first == nil {
				t.Fatal("no damage was told")
			}
			if !strings.Contains(first.Why, c.why) || first.Table != "Members" || first.Page != c.page || first.Row != c.row {
				t.Errorf("got %+v", first)
			}
			if strings.Contains(first.Error(), "\n") || first.Error() == "" {
				t.Errorf("message %q", first.Error())
			}
		})
	}
}

// A value that is lost does not take its row with it.
func TestDamagedLongValue(t *testing.T) {
	const path = "testdata/tiny-V2010.accdb"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db := open(t, path)
	letters := table(t, db, "Correspondence")
	var at []byte
	for row, err := range letters.Rows("Body") {
		if err != nil {
			t.Fatal(err)
		}
		if def := row.Stored(0); def[3]>>6 == longSingle {
			at = bytes.Clone(def)
			break
		}
	}
	i := bytes.Index(data, at)
	if at == nil || i < 0 {
		t.Fatal("no letter stands on another page")
	}
	for _, c := range []struct {
		name string
		harm func(def []byte)
		why  string
	}{
		{"longer than its row", func(d []byte) { d[1]++ }, "cut short"},
		{"longer than the file", func(d []byte) { d[2] = 0x80 }, "longer than the file"},
		{"past the end", func(d []byte) { d[6] = 0x7f }, "past the end"},
		{"no such row", func(d []byte) { d[4] = 200 }, "does not have"},
		{"in no known form", func(d []byte) { d[3] |= 0xc0 }, "unknown form"},
		{"in the row, but it is not", func(d []byte) { d[3] = 0x80 }, "cut short"},
		{"a chain of one", func(d []byte) { d[3] &^= 0xc0 }, ""},
		{"on a page that is no data page", func(d []byte) { copy(d[4:], []byte{0, 2, 0, 0}) }, "not a data page"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := bytes.Clone(data)
			c.harm(data[i : i+len(at)])
			db, err := NewReader(bytes.NewReader(data), int64(len(data)), Options{})
			if err != nil {
				t.Fatal(err)
			}
			rows, unreadable := 0, 0
			var told *DamageError
			for row, err := range table(t, db, "Correspondence").Rows("LetterID", "Body") {
				if err != nil {
					if !errors.As(err, &told) {
						t.Fatal(err)
					}
					continue
				}
				rows++
				if row.Values[1].Kind == Unreadable {
					unreadable++
				}
			}
			if rows != 13 || unreadable != 1 || told == nil || told.Column != "Body" || !strings.Contains(told.Why, c.why) {
				t.Errorf("%d rows, %d unreadable, told %v", rows, unreadable, told)
			}
		})
	}
}

var mutations = flag.Int("mutations", 0, "how often each sample is damaged at random; 0: 64 times, 8 under the race detector")

func damageRounds() int {
	switch {
	case *mutations > 0:
		return *mutations
	case raced:
		return 8
	}
	return 64
}

// Bytes that are flipped, and files that are cut off, never make the reader panic, hang, or hold more
// than four times the file.
func TestRandomDamage(t *testing.T) {
	for _, path := range cheap(t, samples(t)) {
		t.Run(short(path), func(t *testing.T) {
			data := plainCopy(t, path)
			rng := rand.New(rand.NewPCG(1, uint64(len(data))))
			defer debug.SetGCPercent(debug.SetGCPercent(20))
			for i := range damageRounds() {
				harmed := harm(rng, data, i)
				guard := &guardedReader{Reader: bytes.NewReader(harmed), size: len(harmed)}
				readEverything(guard, int64(len(harmed)))
				if guard.trouble != "" {
					t.Fatalf("mutation %d: %s", i, guard.trouble)
				}
			}
		})
	}
}

// plainCopy returns a database without its password and encryption, so that damage reaches what is under them.
func plainCopy(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db := open(t, path)
	size := db.lay.pageSize
	if db.codec != nil {
		for n := uint32(1); n < db.pages; n++ {
			db.codec.decode(data[int(n)*size:int(n+1)*size], n)
		}
	}
	unmask(data, db.lay)
	clear(data[pageKeyAt : passwordAt+db.lay.password])
	if db.lay == &jet4 { // the mask of the password is the date
		days, _ := dateParts(binary.LittleEndian.Uint64(data[createdAt:]))
		for i := range 10 {
			binary.LittleEndian.PutUint32(data[passwordAt+4*i:], uint32(days))
		}
	}
	unmask(data, db.lay)
	return data
}

// harm returns a damaged copy of a file: cut off, or with bytes changed anywhere, or where structure is dense.
func harm(rng *rand.Rand, data []byte, round int) []byte {
	harmed := bytes.Clone(data)
	if round%8 == 7 {
		return harmed[:rng.IntN(len(harmed))]
	}
	for range 1 + rng.IntN(1<<rng.IntN(8)) {
		at := rng.IntN(len(harmed))
		if round%2 == 0 { // the first bytes of a page: types, owners, counts and pointers
			at = at&^2047 + rng.IntN(64)
		}
		switch rng.IntN(3) {
		case 0:
			harmed[at] ^= 1 << rng.IntN(8)
		case 1:
			harmed[at] = byte(rng.Uint32())
		case 2:
			harmed[at] = []byte{0, 1, 0x7f, 0x80, 0xff}[rng.IntN(5)]
		}
	}
	return harmed
}

// guardedReader notes when its reader reads without end, or holds too much.
type guardedReader struct {
	*bytes.Reader
	size    int
	mu      sync.Mutex // guards the rest: a scan reads from several goroutines
	reads   int
	base    uint64
	trouble string
}

func (g *guardedReader) ReadAt(p []byte, at int64) (int, error) {
	if !g.allows() {
		return 0, io.ErrNoProgress
	}
	return g.Reader.ReadAt(p, at)
}

// allows counts a read, and tells whether there may be so many.
func (g *guardedReader) allows() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reads++
	if g.reads > 1000*(g.size/2048+100) {
		g.trouble = "it reads without end"
		return false
	}
	if g.reads%64 == 1 {
		g.weigh()
	}
	return true
}

// weigh compares the heap with what a reader may hold: four times the file, and some buffers whatever its size.
func (g *guardedReader) weigh() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if g.base == 0 {
		g.base = m.HeapAlloc
	}
	const buffers = 16 << 20
	if m.HeapAlloc > g.base+buffers+4*uint64(g.size) {
		runtime.GC()
		runtime.ReadMemStats(&m)
		if m.HeapAlloc > g.base+buffers+4*uint64(g.size) {
			g.trouble = "it holds too much memory"
		}
	}
}

// readEverything reads all there is of a database, come what may.
func readEverything(r io.ReaderAt, size int64) {
	db, err := NewReader(r, size, Options{MaxValue: 1 << 16})
	if err != nil {
		return
	}
	db.Relationships()
	for _, tb := range allTables(db) {
		tb.Indexes()
		tb.Properties()
		losses := 0
		for row, err := range tb.Rows() {
			if err != nil {
				if losses++; !lasting(err) || losses > 1000 {
					break
				}
				continue
			}
			for i, v := range row.Values {
				switch v.Kind {
				case Stream:
					if r, err := row.Open(i); err == nil {
						io.Copy(io.Discard, r)
					}
				case List:
					for _, item := range row.Items(i) {
						if r, err := item.Open(); err == nil {
							io.Copy(io.Discard, io.LimitReader(r, 1<<24))
						}
					}
				}
			}
		}
	}
}

// FuzzOpen reads whatever the fuzzer makes of a small database.
func FuzzOpen(f *testing.F) {
	for _, name := range []string{"tiny-V2000.mdb", "tiny-V2019.accdb"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:64<<10])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		guard := &guardedReader{Reader: bytes.NewReader(data), size: len(data)}
		readEverything(guard, int64(len(data)))
		if guard.trouble != "" {
			t.Fatal(guard.trouble)
		}
	})
}
