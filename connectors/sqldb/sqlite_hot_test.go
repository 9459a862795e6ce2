package sqldb

import (
	"os"
	"path/filepath"
	"testing"

	"dossier/connectors"
)

// A program that was killed in the middle of a change leaves a journal beside the file. Whoever reads next finds what was there before.
func TestSQLiteInterruptedChange(t *testing.T) {
	const row = "INSERT INTO people WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i, 'before', zeroblob(4000) FROM n"
	s := openTables(t, "sqlite", peopleRegister, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, photo BLOB)", row)
	l, err := s.d.connect(t.Context(), s.places[0], true)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"PRAGMA cache_size = 2", "BEGIN", "UPDATE people SET name = 'after', photo = randomblob(4000)"} {
		if _, err := l.exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	for _, side := range []string{"", "-journal"} { // as a kill leaves them
		b, err := os.ReadFile(s.places[0].file + side)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "killed.db"+side), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l.close()
	killed := openSystem(t, "sqlite", dir, "files = [\"killed.db\"]\n"+peopleRegister)
	all := records(t, killed, connectors.Query{Entity: "people", Fields: []string{"name"}})
	if len(all) != 500 {
		t.Fatalf("%d records of 500", len(all))
	}
	for _, r := range all {
		if r.Get("name").String() != "before" {
			t.Fatalf("%s is %q", r.Ref, r.Get("name"))
		}
	}
}
