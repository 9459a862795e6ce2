package sqldb

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand"
	"os"
	"strings"
	"testing"

	"dossier/connectors"
)

// worn returns statements that make a file which a program without secure_delete has used for a while: rows that grew and moved,
// rows that went, long values, samples of ANALYZE. A third of the 400 people hold "left…" in every column.
func worn(first ...string) []string {
	r := rand.New(rand.NewSource(1))
	all := append([]string{"PRAGMA secure_delete = 0"}, first...)
	all = append(all, "VACUUM", "BEGIN", "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, note TEXT)", "CREATE INDEX names ON people (name)", "CREATE TABLE other (name TEXT PRIMARY KEY) WITHOUT ROWID")
	mark := func(i int) string {
		if i%3 == 0 {
			return fmt.Sprintf("left%04d", i)
		}
		return fmt.Sprintf("kept%04d", i)
	}
	for _, i := range r.Perm(400) {
		all = append(all, fmt.Sprintf("INSERT INTO people VALUES (%d, '%s', '%s')", i+1, mark(i), strings.Repeat(mark(i), r.Intn(20))),
			fmt.Sprintf("INSERT INTO other VALUES ('kept%s')", strings.Repeat("o", i)))
	}
	for range 150 {
		i := r.Intn(400)
		all = append(all, fmt.Sprintf("UPDATE people SET name = name || 'q', note = '%s' WHERE id = %d", strings.Repeat(mark(i), r.Intn(1000)), i+1))
	}
	return append(all, "DELETE FROM other WHERE length(name) > 200", "COMMIT", "ANALYZE")
}

// TestSQLiteErasedIsErasedEverywhere looks for what was removed in every byte of every file.
func TestSQLiteErasedIsErasedEverywhere(t *testing.T) {
	for name, first := range map[string][]string{
		"rollback journal":   {"PRAGMA page_size = 1024"},
		"journal that stays": {"PRAGMA journal_mode = PERSIST"},
		"write-ahead log":    {"PRAGMA journal_mode = WAL"},
		"smallest pages":     {"PRAGMA page_size = 512", "PRAGMA auto_vacuum = FULL"},
		"largest pages":      {"PRAGMA page_size = 65536", "PRAGMA auto_vacuum = INCREMENTAL"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openTables(t, "sqlite", peopleRegister, worn(first...)...)
			var changes []connectors.Change
			for i, r := range records(t, s, connectors.Query{Entity: "people"}) {
				c := connectors.Change{Op: connectors.Delete, Record: r.Ref, Digest: r.Digest(), Before: r.Fields}
				if i%2 == 0 {
					c.Op, c.After = connectors.Update, text("name", "anonymous", "note", "none")
				}
				if i%3 == 0 {
					changes = append(changes, c)
				}
			}
			outcomes, err := s.Apply(t.Context(), changes)
			for _, o := range outcomes {
				if o.Result != connectors.Done || o.Why != "" {
					t.Fatal(o)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			file := s.places[0].file
			for _, suffix := range []string{"", "-wal", "-journal"} {
				content, err := os.ReadFile(file + suffix)
				if err != nil && suffix == "" {
					t.Fatal(err)
				}
				if n := bytes.Count(content, []byte("left")); n > 0 {
					t.Errorf("the file%s still holds %d removed values", suffix, n)
				}
			}
			intact(t, file, 400-len(changes)/2)
		})
	}
}

// intact checks a file by SQLite's own means, and that it holds so many people.
func intact(t *testing.T, file string, people int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var answer string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&answer); err != nil || answer != "ok" {
		t.Errorf("the file is damaged: %s, %v", answer, err)
	}
	var rows, kept int
	if err := db.QueryRow("SELECT count(*), (SELECT count(*) FROM people WHERE name LIKE 'kept%' AND (note = '' OR note LIKE 'kept%')) FROM people").Scan(&rows, &kept); err != nil || rows != people || kept != 400-134 {
		t.Errorf("%d people, %d of them as they were, %v", rows, kept, err)
	}
}

// A program that reads keeps the log from being emptied: the outcome says so, and the next change empties it.
func TestSQLiteLogThatIsRead(t *testing.T) {
	s := openTables(t, "sqlite", "timeout = \"1s\"\n"+peopleRegister, "PRAGMA journal_mode = WAL", "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)",
		"INSERT INTO people VALUES (1, 'Featherstonehaugh'), (2, 'Smith')")
	all := records(t, s, connectors.Query{Entity: "people"})
	file := s.places[0].file
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	reader, err := db.Query("SELECT name FROM people")
	if err != nil || !reader.Next() {
		t.Fatal(err)
	}
	erase := func(r connectors.Record) string {
		outcomes, err := s.Apply(t.Context(), []connectors.Change{{Op: connectors.Delete, Record: r.Ref, Digest: r.Digest()}})
		if err != nil || outcomes[0].Result != connectors.Done {
			t.Fatal(outcomes, err)
		}
		return outcomes[0].Why
	}
	if why := erase(all[0]); !strings.Contains(why, "write-ahead log") {
		t.Errorf("the outcome says %q", why)
	}
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	if why := erase(all[1]); why != "" {
		t.Errorf("the outcome says %q", why)
	}
	for _, suffix := range []string{"", "-wal"} {
		if content, _ := os.ReadFile(file + suffix); bytes.Contains(content, []byte("Featherstonehaugh")) {
			t.Errorf("the file%s holds what was removed", suffix)
		}
	}
}

// FuzzSQLitePages cleans damaged files: it ends, and a page that it does not understand ends it.
func FuzzSQLitePages(f *testing.F) {
	s := openTables(f, "sqlite", peopleRegister, worn("PRAGMA page_size = 512")...)
	file, err := os.ReadFile(s.places[0].file)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(0), uint32(0), []byte(nil))
	f.Add(uint32(1), uint32(5), []byte{0xff, 0xff})
	f.Add(uint32(0), uint32(32), []byte{0, 0, 0, 9})
	f.Add(uint32(7), uint32(0), []byte{13, 0, 0, 0, 1, 1, 0, 0, 1, 0})
	f.Fuzz(func(t *testing.T, n, at uint32, damage []byte) {
		content := bytes.Clone(file)
		count := uint32(len(content) / 512)
		copy(content[n%count*512+at%512:], damage)
		c := &cleaning{count: count}
		c.read = func(n uint32) ([]byte, error) { return bytes.Clone(content[(n-1)*512 : n*512]), nil }
		c.store = func(n uint32, page []byte) error { copy(content[(n-1)*512:], page); return nil }
		if err := c.run([]uint32{2, 3, 4, 5}); err == nil && len(damage) == 0 && bytes.Equal(content, file) {
			t.Error("nothing was cleaned")
		}
	})
}
