package jet

import (
	"bufio"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// grow writes a copy of a plain Jet 4 or ACE file in which the data pages of a table stand as often as
// it takes to hold at least the given number of rows, and returns its path. Rows on the copied
// pages share their long values.
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
	var pages []uint32
	for n, ok := owned.next(0); ok; n, ok = owned.next(n + 1) {
		pages = append(pages, n)
	}
	copies := (rows + int(def.rows) - 1) / int(def.rows)

	members := make(pageSet, len(base)/size/64+1+copies*len(pages)/64+1)
	for _, n := range pages {
		members.add(n)
	}
	next := uint32(len(base) / size)
	for i := range uint32((copies - 1) * len(pages)) {
		members.add(next + i)
	}

	// The map becomes one of type 1, on pages of bitmap behind the copies.
	maps := next + uint32((copies-1)*len(pages))
	perPage := (size - 4) * 8
	count := (int(maps) + perPage - 1) / perPage
	at := int(def.owned.page()) * size
	row, _, err := db.lay.slot(base[at:at+size], def.owned.slot())
	if err != nil {
		t.Fatal(err)
	}
	if len(row) < 1+4*count {
		t.Fatalf("a usage map of %d bytes has no room for %d pages of bitmap", len(row), count)
	}
	clear(row)
	row[0] = 1
	for i := range count {
		binary.LittleEndian.PutUint32(row[1+4*i:], maps+uint32(i))
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
	for range copies - 1 {
		for _, n := range pages {
			out.Write(base[int(n)*size : int(n+1)*size])
		}
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
