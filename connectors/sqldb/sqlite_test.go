package sqldb

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// TestSQLiteColumnsHoldAnything stores values as other types than their columns declare.
func TestSQLiteColumnsHoldAnything(t *testing.T) {
	s := openTables(t, "sqlite", peopleRegister,
		"CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, n INTEGER, born DATE, loose, flag BOOLEAN, price DECIMAL(10,2), photo BLOB)",
		"CREATE INDEX names ON people (name)",
		"INSERT INTO people VALUES (1, 'Ann', 'M-12', '1961-04-03', 5, 1, 12.5, x'0102')",
		"INSERT INTO people VALUES (2, CAST('Ann' AS BLOB), 12, 19610403, '5', 'yes', 'n/a', 'text')",
		"INSERT INTO people VALUES (3, CAST(x'5a6feb' AS TEXT), 12.5, 22374, x'35', 0, 7, NULL)",
		"INSERT INTO people VALUES (4, 'An' || char(0) || 'n', NULL, '03/04/1961 00:00', 5.0, NULL, NULL, zeroblob(65))",
		"INSERT INTO people (id, n) VALUES (5, 22374.25)")
	catalog, err := s.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	shape, _ := catalog.Shape("people")
	for _, c := range []struct {
		field string
		how   compare.How
		value string
		want  []string
	}{
		{"name", compare.Equal, "Ann", []string{"1", "2"}},
		{"name", compare.Folded, "ann", []string{"1", "2", "4"}},
		{"name", compare.Equal, "Zoë", []string{"3"}},
		{"name", compare.Folded, "zoe", []string{"3"}},
		{"name", compare.Equal, "An\x00n", []string{"4"}},
		{"n", compare.Compact, "m12", []string{"1"}},
		{"n", compare.Equal, "12.0", []string{"2"}},
		{"n", compare.Folded, "12.5", []string{"3"}},
		{"n", compare.Date, "1961-04-03", []string{"5"}},
		{"born", compare.Date, "1961-04-03", []string{"1", "2", "3", "4"}},
		{"loose", compare.Equal, "5", []string{"1", "2", "3", "4"}},
		{"loose", compare.Contains, "5", []string{"1", "2", "3", "4"}},
		{"flag", compare.Equal, "true", []string{"1"}},
		{"flag", compare.Folded, "YES", nil},
		{"price", compare.Equal, "12.50", []string{"1"}},
		{"price", compare.Folded, "N/A", []string{"2"}},
		{"photo", compare.Equal, "0x0102", []string{"1"}},
	} {
		if got := answers(t, s, shape, ask("people", c.field, c.how, c.value), "id"); !slices.Equal(got, c.want) {
			t.Errorf("%s %s %q finds %q and not %q", c.field, c.how, c.value, got, c.want)
		}
	}
	if photo := records(t, s, connectors.Query{Entity: "people"})[3].Get("photo"); !photo.IsStream() || photo.Size() != 65 {
		t.Errorf("a blob of 65 bytes is %s", photo)
	}
}

func TestSQLiteReadersCannotWrite(t *testing.T) {
	s := openTables(t, "sqlite", peopleRegister, "CREATE TABLE people (id INTEGER PRIMARY KEY)")
	readerCannotWrite(t, s, "INSERT INTO people VALUES (9)")
}

// TestSQLiteErasedIsErased looks for what was deleted in the bytes of the file.
func TestSQLiteErasedIsErased(t *testing.T) {
	const secret = "Featherstonehaugh-Cholmondeley"
	s := openTables(t, "sqlite", peopleRegister, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)", "INSERT INTO people VALUES (1, '"+secret+"'), (2, '"+secret+"')")
	all := records(t, s, connectors.Query{Entity: "people"})
	file := s.places[0].file
	if before, err := os.ReadFile(file); err != nil || !bytes.Contains(before, []byte(secret)) {
		t.Fatal("the file does not hold the value in the first place", err)
	}
	outcomes, err := s.Apply(t.Context(), []connectors.Change{{Op: connectors.Delete, Record: all[0].Ref, Digest: all[0].Digest()},
		{Op: connectors.Update, Record: all[1].Ref, Digest: all[1].Digest(), Before: all[1].Fields, After: text("name", "anonymous")}})
	if err != nil || outcomes[0].Result != connectors.Done || outcomes[1].Result != connectors.Done {
		t.Fatal(outcomes, err)
	}
	if after, err := os.ReadFile(file); err != nil || bytes.Contains(after, []byte(secret)) {
		t.Error("the file still holds the value", err)
	}
}

func TestSQLitePlaces(t *testing.T) {
	_, dir := scratch(t, "sqlite", "centre_2", "centre_1")
	if err := os.MkdirAll(filepath.Join(dir, "old"), 0o755); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(dir, "centre_1.db"))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"old/centre_1.db": content, "centre_2.db-journal": nil, "torn.db": []byte("this is no database, and long enough to be told so")} {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := openSystem(t, "sqlite", dir, `files = ["centre_*", "old/*.db", "torn.db", "gone.db"]`)
	catalog, err := s.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"centre_1.db", "centre_2.db", "old/centre_1.db", "torn.db"}; !slices.Equal(catalog.Places, want) {
		t.Errorf("places %q and not %q", catalog.Places, want)
	}
	var lost []string
	for _, g := range catalog.Gaps {
		lost = append(lost, g.Place)
	}
	if want := []string{"gone.db", "torn.db"}; !slices.Equal(slices.Compact(lost), want) {
		t.Errorf("gaps %v", catalog.Gaps)
	}
	gaps := 0
	for _, err := range s.Find(t.Context(), connectors.Query{Entity: "people"}) {
		var gap *connectors.Gap
		if !errors.As(err, &gap) {
			t.Fatal(err)
		}
		gaps++
	}
	if gaps != 5 { // the table is in no place, torn and gone are lost
		t.Errorf("%d gaps", gaps)
	}
	if _, err := os.Stat(filepath.Join(dir, "gone.db")); err == nil {
		t.Error("a file that was not there was made")
	}
}
