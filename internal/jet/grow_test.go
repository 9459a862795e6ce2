package jet

import (
	"bufio"
	"encoding/binary"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// grow writes a copy of a plain Jet 4 or ACE file in which the data pages of a table stand as often as
// it takes to hold at least the given number of rows, each time with the pages of their long values, and returns its path.
func grow(t testing.TB, path, name string, rows int) string {
	t.Helper()
	base, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db := open(t, path)
	tb := table(t, db, name)
	def, err := tb.definition()
	if err != nil {
		t.Fatal(err)
	}
	owned, _, err := db.window().usageMap(def.owned)
	if err != nil {
		t.Fatal(err)
	}
	size := db.lay.pageSize
	pages, links := blockOf(t, db, def, owned)
	copies := (rows + int(def.rows) - 1) / int(def.rows)

	members := make(pageSet, len(base)/size/64+1+copies*len(pages)/64+1)
	next := uint32(len(base) / size)
	for i := range copies {
		for j, n := range pages {
			switch {
			case !owned.has(n):
			case i == 0:
				members.add(n)
			default:
				members.add(next + uint32((i-1)*len(pages)+j))
			}
		}
	}

	// The map becomes one of type 1, on pages of bitmap behind the copies.
	bitmaps := next + uint32((copies-1)*len(pages))
	perPage := (size - 4) * 8
	count := (int(bitmaps) + perPage - 1) / perPage
	at := int(def.owned.page()) * size
	row, _, err := db.lay.slot(base[at:at+size], def.owned.slot())
	if err != nil {
		t.Fatal(err)
	}
	if len(row) < 1+4*count {
		t.Fatalf("a usage map of %d bytes has no room for %d pages of bitmap", len(row), count)
	}
	block := make([]byte, 0, len(pages)*size)
	for _, n := range pages {
		block = append(block, base[int(n)*size:int(n+1)*size]...)
	}
	clear(row)
	row[0] = 1
	for i := range count {
		binary.LittleEndian.PutUint32(row[1+4*i:], bitmaps+uint32(i))
	}
	binary.LittleEndian.PutUint32(base[int(def.page)*size+db.lay.tdefRows:], uint32(copies)*def.rows)

	grown := filepath.Join(t.TempDir(), "grown"+filepath.Ext(path))
	f, err := os.Create(grown)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	out.Write(base)
	for i := range uint32(copies - 1) {
		for _, l := range links {
			to := next + i*uint32(len(pages)) + uint32(slices.Index(pages, l.to.page()))
			binary.LittleEndian.PutUint32(block[l.at:], to<<8|uint32(l.to.slot()))
		}
		out.Write(block)
	}
	for i := range count {
		page := make([]byte, size)
		page[0], page[1] = pageUsage, 1
		for bit := range perPage {
			if members.has(uint32(i*perPage + bit)) {
				page[4+bit/8] |= 1 << (bit % 8)
			}
		}
		out.Write(page)
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	return grown
}

// link is a pointer to a long value, at an offset within a block of pages.
type link struct {
	at int
	to pointer
}

// blockOf returns the data pages of a table with those of its long values, and the pointers to these, for a copy of all.
func blockOf(t testing.TB, db *DB, def *definition, owned pageSet) (pages []uint32, links []link) {
	t.Helper()
	far := db.scattered(false)
	type place struct {
		page uint32
		at   int // within the page
		to   pointer
	}
	var found []place
	all := map[uint32]bool{}
	for n, ok := owned.next(0); ok; n, ok = owned.next(n + 1) {
		all[n] = true
		page, err := db.window().page(n, 0)
		if err != nil {
			t.Fatal(err)
		}
		page = slices.Clone(page)
		for slot := range db.lay.slots(page) {
			row, flags, err := db.lay.slot(page, slot)
			if err != nil {
				t.Fatal(err)
			}
			c := cells{lay: db.lay}
			if flags&(slotHidden|slotPointer) != 0 {
				continue
			}
			if err := c.open(row, def.variable); err != nil {
				t.Fatal(err)
			}
			rowAt := int(binary.LittleEndian.Uint16(page[db.lay.rowCount+2+2*slot:]) & slotOffset)
			for i := range def.columns {
				col := newScanColumn(&def.columns[i])
				if col.form != formLong || !c.has(col.number) {
					continue
				}
				start, end, err := c.find(col)
				if err != nil || end-start < longHeader {
					continue
				}
				long, err := db.parseLong(row[start:end])
				if err != nil {
					t.Fatal(err)
				}
				page, at := n, rowAt+start+4
				for left := long.size; long.form != longInline && left > 0 && long.at != 0; {
					found = append(found, place{page, at, long.at})
					all[long.at.page()] = true
					page = long.at.page()
					bytes, err := far.page(page)
					if err != nil {
						t.Fatal(err)
					}
					at = int(binary.LittleEndian.Uint16(bytes[db.lay.rowCount+2+2*long.at.slot():]) & slotOffset)
					part, err := long.next(far, left)
					if err != nil {
						t.Fatal(err)
					}
					left -= int64(len(part))
				}
			}
		}
	}
	pages = slices.Sorted(maps.Keys(all))
	for _, p := range found {
		links = append(links, link{slices.Index(pages, p.page)*db.lay.pageSize + p.at, p.to})
	}
	return pages, links
}
