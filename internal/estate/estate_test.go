package estate

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
	"dossier/connectors/kinds"
)

func generate(t *testing.T, o Options) *Estate {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	e, err := Generate(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestGenerateSameSeedSameEstate(t *testing.T) {
	a, b := generate(t, Options{People: 300, Seed: 7}), generate(t, Options{People: 300, Seed: 7})
	for _, pattern := range []string{"truth.jsonl", "connectors.toml", "mailing-lists/*"} {
		files, err := filepath.Glob(filepath.Join(a.Dir, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("nothing answers to %s", pattern)
		}
		for _, file := range files {
			name, _ := filepath.Rel(a.Dir, file)
			if !bytes.Equal(read(t, file), read(t, filepath.Join(b.Dir, name))) {
				t.Errorf("%s differs between two runs", name)
			}
		}
	}
	if diff := cmp.Diff(databaseDigests(t, a.Dir), databaseDigests(t, b.Dir)); diff != "" {
		t.Errorf("databases differ between two runs:\n%s", diff)
	}
	other := generate(t, Options{People: 300, Seed: 8})
	if bytes.Equal(read(t, a.Truth), read(t, other.Truth)) {
		t.Error("another seed gives the same truth")
	}
	if diff := cmp.Diff(a.Demo().Records, other.Demo().Records); diff != "" {
		t.Errorf("the demo subject's records depend on the seed:\n%s", diff)
	}
}

func TestGenerateAgainInTheSameFolder(t *testing.T) {
	dir := t.TempDir()
	first := databaseDigests(t, generate(t, Options{Dir: dir, People: 60, Seed: 1}).Dir)
	if diff := cmp.Diff(first, databaseDigests(t, generate(t, Options{Dir: dir, People: 60, Seed: 1}).Dir)); diff != "" {
		t.Error(diff)
	}
}

func TestGenerateRefusesStrangeSizes(t *testing.T) {
	for _, n := range []int{-1, 1, 19, 1_000_001} {
		if _, err := Generate(t.Context(), Options{Dir: t.TempDir(), People: n}); err == nil {
			t.Errorf("%d members are accepted", n)
		}
	}
}

func TestGenerateSizes(t *testing.T) {
	for _, n := range []int{20, 50, 2000, 5000} {
		e := generate(t, Options{People: n, Seed: 3})
		members := 0
		ids := map[string]bool{}
		for _, p := range e.People {
			if p.Identifiers["membership_number"] != nil {
				members++
			}
			if len(p.Records) == 0 && !slices.Contains(p.Classes, LegacyOnly) && strings.HasPrefix(p.Person, "p") {
				t.Errorf("%d: %s is in no system", n, p.Person)
			}
			if ids[p.Person] {
				t.Errorf("%d: %s stands twice in the truth", n, p.Person)
			}
			ids[p.Person] = true
		}
		if want := max(n, legacyCount); members != want {
			t.Errorf("%d: %d members are people in the truth, want %d", n, members, want)
		}
		if strangers := len(e.People) - members; strangers < min(n/10, 16)/2 || strangers > n/5+16 {
			t.Errorf("%d: %d strangers", n, strangers)
		}
	}
}

func TestClassesAllPresent(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		o := Options{People: 1999, Seed: seed} // the last legacy member is in no other system
		people, _ := newWorld(o).truth(o)
		seen := map[Class]int{}
		for _, p := range people {
			for _, c := range p.Classes {
				seen[c]++
			}
			for _, r := range p.Records {
				for _, c := range r.Classes {
					seen[c]++
				}
			}
		}
		for _, c := range Classes {
			if seen[c] == 0 {
				t.Errorf("seed %d: nobody and nothing is of class %s", seed, c)
			}
			delete(seen, c)
		}
		for c := range seen {
			t.Errorf("class %s is not listed", c)
		}
	}
}

// TestTruthIsComplete reads every database as it was written and finds each row of each table with personal data in the truth once.
func TestTruthIsComplete(t *testing.T) {
	e := generate(t, Options{People: 400, Seed: 5})
	known := map[string]int{}
	for _, p := range e.People {
		for _, r := range p.Records {
			known[recordID(r)]++
		}
	}
	for _, r := range e.Nobody {
		known[recordID(r)]++
	}
	for id, n := range known {
		if n != 1 {
			t.Errorf("%s stands %d times in the truth", id, n)
		}
	}
	for _, p := range e.People {
		for _, r := range p.Mentions {
			if known[recordID(r)] == 0 {
				t.Errorf("%s is mentioned in %s, which is nobody's", p.Person, recordID(r))
			}
		}
	}
	reg := load(t, e)
	for _, sys := range reg.Systems {
		if sys.KindName != "sqlite" {
			continue
		}
		for place, db := range openDatabases(t, e.Dir) {
			if !belongs(sys.ID, place) {
				continue
			}
			for _, table := range tablesOf(t, db) {
				i := slices.IndexFunc(sys.Entities, func(en *connectors.Entity) bool { return en.Table == table })
				if i < 0 {
					if sys.Ignored(table) == "" {
						t.Errorf("%s: table %s is neither an entity nor ignored", sys.ID, table)
					}
					continue
				}
				for _, key := range keysOf(t, db, table, sys.Entities[i].Key) {
					r := Record{System: sys.ID, Place: place, Entity: sys.Entities[i].Name, Key: key}
					if known[recordID(r)] == 0 {
						t.Errorf("%s is not in the truth", recordID(r))
					}
					delete(known, recordID(r))
				}
			}
		}
	}
	for id := range known {
		if !strings.HasPrefix(id, "fileshare|") && !strings.HasPrefix(id, "mailing-lists|") && !strings.HasPrefix(id, "legacy|") {
			t.Errorf("%s of the truth is in no database", id)
		}
	}
}

func TestRegisterMapsOnlyColumnsThatExist(t *testing.T) {
	e := generate(t, Options{People: 50, Seed: 1})
	databases := openDatabases(t, e.Dir)
	for _, sys := range load(t, e).Systems {
		for place, db := range databases {
			if sys.KindName != "sqlite" || !belongs(sys.ID, place) {
				continue
			}
			for _, en := range sys.Entities {
				columns := columnsOf(t, db, en.Table)
				wanted := slices.Clone(en.Key)
				for _, f := range en.Fields {
					wanted = append(wanted, f.Name)
				}
				for _, name := range wanted {
					if !slices.Contains(columns, name) {
						t.Errorf("%s.%s names column %s, which %s lacks", sys.ID, en.Name, name, place)
					}
				}
			}
		}
	}
}

func load(t *testing.T, e *Estate) *connectors.Register {
	t.Helper()
	reg, err := connectors.Load(e.Register, kinds.All())
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

func TestRegisterLoads(t *testing.T) {
	reg := load(t, generate(t, Options{People: 50, Seed: 1}))
	if !reg.Demo {
		t.Error("the register is not one of a demo")
	}
	legacy, _ := reg.System("legacy")
	if legacy.Manual() || len(legacy.Entities) != 3 {
		t.Errorf("the legacy system has %d entities", len(legacy.Entities))
	}
}

// The records that the truth names in the Access file are those that stand in it, and no others.
func TestLegacyRecordsAreInTheFile(t *testing.T) {
	e := generate(t, Options{People: 50, Seed: 1})
	named := map[string]bool{}
	of := func(records []Record) {
		for _, r := range records {
			if r.System == "legacy" {
				named[connectors.Ref{System: r.System, Place: r.Place, Entity: r.Entity, Key: r.Key}.ID()] = true
			}
		}
	}
	of(e.Nobody)
	for _, p := range e.People {
		of(p.Records)
	}
	legacy, _ := load(t, e).System("legacy")
	c, err := legacy.Opens()(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	read := 0
	for _, entity := range legacy.Entities {
		for r, err := range c.Find(t.Context(), connectors.Query{Entity: entity.Name}) {
			if err != nil {
				t.Fatal(err)
			}
			if read++; !named[r.Ref.ID()] {
				t.Errorf("the truth does not name %s", r.Ref)
			}
		}
	}
	if read != len(named) || read < 5000 {
		t.Errorf("the truth names %d records, and the file has %d", len(named), read)
	}
}

func recordID(r Record) string {
	return fmt.Sprintf("%s|%s|%s|%q|%s|%d", r.System, r.Place, r.Entity, r.Key, r.Sheet, r.Row)
}

// belongs reports whether a database file is one of a system's.
func belongs(system, place string) bool {
	if system == "360" {
		return strings.HasPrefix(place, "centre_")
	}
	return strings.EqualFold(system+".db", place)
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func openDatabases(t *testing.T, dir string) map[string]*sql.DB {
	t.Helper()
	open := map[string]*sql.DB{}
	err := filepath.WalkDir(filepath.Join(dir, "databases"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		db, err := sql.Open("sqlite", path)
		open[d.Name()] = db
		t.Cleanup(func() { db.Close() })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return open
}

// query returns every row as text, joined by a character that no value holds.
func query(t *testing.T, db *sql.DB, text string) [][]string {
	t.Helper()
	rows, err := db.Query(text)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for rows.Next() {
		cells, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line := make([]string, len(names))
		for i, c := range cells {
			line[i] = c.String
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func tablesOf(t *testing.T, db *sql.DB) []string {
	var names []string
	for _, r := range query(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`) {
		names = append(names, r[0])
	}
	return names
}

func columnsOf(t *testing.T, db *sql.DB, table string) []string {
	var names []string
	for _, r := range query(t, db, `SELECT name FROM pragma_table_info('`+table+`')`) {
		names = append(names, r[0])
	}
	return names
}

func keysOf(t *testing.T, db *sql.DB, table string, key []string) [][]string {
	return query(t, db, "SELECT "+sqliteDialect.list(key)+" FROM "+doubleQuoted(table))
}

func databaseDigests(t *testing.T, dir string) map[string]string {
	t.Helper()
	digests := map[string]string{}
	for place, db := range openDatabases(t, dir) {
		for _, table := range tablesOf(t, db) {
			h := sha256.New()
			for _, r := range query(t, db, "SELECT * FROM "+doubleQuoted(table)+" ORDER BY 1, 2") {
				fmt.Fprintf(h, "%q\n", r)
			}
			digests[place+"/"+table] = hex.EncodeToString(h.Sum(nil))
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return digests
}

// TestRegisterIsSound checks the register against the systems as its users can: it makes no mistakes and warns of nothing.
func TestRegisterIsSound(t *testing.T) {
	r := load(t, generate(t, Options{People: 50, Seed: 1}))
	for _, sys := range r.Systems {
		var catalog connectors.Catalog
		if !sys.Manual() {
			c, err := sys.Opens()(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if catalog, err = c.Describe(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for _, f := range r.CheckSystem(sys, catalog) {
			if f.Severity != connectors.Note {
				t.Errorf("%s: %s %s %s: %s", f.Severity, f.System, f.Entity, f.Field, f.What)
			}
		}
	}
}
