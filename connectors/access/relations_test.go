package access

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/internal/jet"
)

// relate makes the payments of a sample belong to its members, by a relationship that cascades: the names in one of those
// that Access keeps for itself are replaced.
func relate(t *testing.T, path string) {
	t.Helper()
	db, err := jet.Open(path, jet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	table, err := db.Table("MSysRelationships")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range table.Rows("szObject", "szColumn", "szReferencedObject", "szReferencedColumn") {
		if err != nil {
			t.Fatal(err)
		}
		page := data[int(row.ID.Page)*pageSize:][:pageSize]
		var rows [][]byte
		end := pageSize
		for i := range int(binary.LittleEndian.Uint16(page[12:])) {
			start := int(binary.LittleEndian.Uint16(page[14+2*i:]))
			if start >= pageSize {
				t.Fatal("the sample has a row that was moved or deleted")
			}
			rows = append(rows, slices.Clone(page[start:end]))
			end = start
		}
		old := rows[row.ID.Slot]
		tail := len(old) - (int(binary.LittleEndian.Uint16(old))+7)/8
		offset := func(i int) int { return int(binary.LittleEndian.Uint16(old[tail-4-2*i:])) }
		var values [][]byte
		for i := range int(binary.LittleEndian.Uint16(old[tail-2:])) {
			v := old[offset(i):offset(i+1)]
			for n, name := range []string{"Payments", "MembershipNo", "Members", "MembershipNo"} {
				if bytes.Equal(v, row.Stored(n)) {
					v = wide(name)
				}
			}
			values = append(values, v)
		}
		rows[row.ID.Slot] = assemble(old[:offset(0)], values, old[tail:])
		copy(page, (&seeder{}).dataPage(page[4:8], rows))
		break
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A record that others belong to is erased with all of them or not at all.
func TestRelationships(t *testing.T) {
	dir := t.TempDir()
	path := place(t, dir, "tiny.accdb", filepath.Join(samples, "tiny-V2019.accdb"))
	relate(t, path)
	s := connect(t, dir, "files = [\"*\"]\n"+writable+entities)
	catalog, err := s.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	payments, _ := catalog.Shape("payments")
	if !slices.ContainsFunc(payments.ForeignKeys, func(k connectors.ForeignKey) bool {
		return k.Table == "Payments" && k.RefTable == "Members" && slices.Equal(k.Ref, []string{"MembershipNo"}) && k.OnDelete == "cascade"
	}) {
		t.Errorf("the relationship is described as %+v", payments.ForeignKeys)
	}
	member, records := person(t, s)
	paid := slices.DeleteFunc(slices.Clone(records), func(r connectors.Record) bool { return r.Ref.Entity != "payments" })
	before := snapshot(t, s)
	sum, _ := sumOf(t.Context(), path)
	refused := apply(t, s, remove(member), connectors.Denied)
	if !strings.Contains(refused[0].Why, "relationship") {
		t.Errorf("the reason is %q", refused[0].Why)
	}
	if len(paid) > 1 {
		apply(t, s, remove(append(paid[1:], member)...), append(slices.Repeat([]connectors.Result{connectors.RolledBack}, len(paid)-1), connectors.Denied)...)
	}
	if now, _ := sumOf(t.Context(), path); now != sum {
		t.Error("a refused erasure changed the file")
	}
	changes := remove(append(paid, member)...)
	apply(t, s, changes, connectors.Done)
	checkRest(t, before, snapshot(t, s), changes)
}
