package jet

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// copyOf copies a sample to where it may be changed.
func copyOf(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// evidence is what an erasure must leave no trace of.
type evidence struct {
	texts [][][]byte // texts of erased rows that no other row has, each in the encodings used
	keys  [][]byte   // their keys in the indexes
}

// eraseRows erases the rows of tables that drop names, verifies the copy, and returns its path and the evidence.
func eraseRows(t *testing.T, path string, drop func(table string, row []string) bool) (string, evidence) {
	t.Helper()
	copied := copyOf(t, path)
	before := open(t, path)
	var found evidence
	var gone, goneKeys []string
	var rest strings.Builder // all that stays
	keptKeys := make(map[string]bool)
	ids := make(map[string][]RowID)
	for _, tb := range before.Tables() {
		def, err := tb.definition()
		if err != nil {
			t.Fatal(err)
		}
		rest.WriteString(tb.Name + "\x00")
		dropped := make(map[RowID]bool)
		for row, err := range tb.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			var fields []string
			for i := range row.Values {
				fields = append(fields, textOf(t, row, i))
			}
			if !drop(tb.Name, fields) {
				rest.WriteString(strings.Join(fields, "\x00") + "\x00")
				continue
			}
			ids[tb.Name] = append(ids[tb.Name], row.ID)
			dropped[row.ID] = true
			for i, c := range def.columns {
				switch {
				case c.Type == GUID && row.Stored(i) != nil:
					found.texts = append(found.texts, [][]byte{bytes.Clone(row.Stored(i))})
				case c.Type == Text || c.Type == Memo:
					gone = append(gone, fields[i])
				}
			}
		}
		for _, c := range def.columns {
			rest.WriteString(c.Name + "\x00")
		}
		for _, tree := range def.trees {
			_, leaves, err := before.window().readIndex(tree.root)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range leaves {
				for i, entry := range p.entries {
					if key := string(entry[:len(entry)-entryRow]); dropped[p.row(i)] {
						goneKeys = append(goneKeys, key)
					} else {
						keptKeys[key] = true
					}
				}
			}
		}
	}
	for _, f := range some(gone) {
		if len(f) >= 6 && !strings.Contains(rest.String(), f) {
			found.texts = append(found.texts, [][]byte{[]byte(f), utf16Of(f)})
		}
	}
	found.texts = some(found.texts)
	for _, key := range some(goneKeys) {
		if len(key) >= 8 && !keptKeys[key] {
			found.keys = append(found.keys, []byte(key))
		}
	}

	e, err := Edit(copied, Options{Password: passwordOf(path)})
	if err != nil {
		t.Fatal(err)
	}
	for _, tb := range before.Tables() {
		if len(ids[tb.Name]) == 0 {
			continue
		}
		if err := e.Erase(tb.Name, ids[tb.Name]...); err != nil {
			t.Fatal(err)
		}
	}
	changes := e.Changes()
	if err := e.Finish(); err != nil {
		t.Fatal(err)
	}
	if err := Verify(path, copied, Options{Password: passwordOf(path)}, changes); err != nil {
		t.Fatal(err)
	}
	return copied, found
}

// some thins a long list out.
func some[T any](all []T) []T {
	const most = 300
	for len(all) > most {
		half := all[:0:0]
		for i := 0; i < len(all); i += 2 {
			half = append(half, all[i])
		}
		all = half
	}
	return all
}

func utf16Of(s string) []byte {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return b
}

// plainPages returns the decoded pages of a file.
func plainPages(t *testing.T, path string) []byte {
	t.Helper()
	db := open(t, path)
	w := db.window()
	var all []byte
	for n := range db.pages {
		page, err := w.page(n, db.pages-1)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
	}
	return all
}

// check fails unless the evidence stands in the file before, and nowhere in the file after.
func (e evidence) check(t *testing.T, before, after string) {
	t.Helper()
	old, pages := plainPages(t, before), plainPages(t, after)
	seen := 0
	for _, text := range e.texts {
		was := false
		for _, form := range text {
			was = was || bytes.Contains(old, form)
			if i := bytes.Index(pages, form); i >= 0 {
				t.Errorf("%q is still in the file, at %#x", form, i)
			}
		}
		if was {
			seen++
		}
	}
	if seen == 0 || seen < len(e.texts)*9/10 {
		t.Errorf("of %d texts only %d are found before the erasure: the search is no proof", len(e.texts), seen)
	}
	for _, key := range e.keys {
		if i := bytes.Index(pages, key); i >= 0 {
			t.Errorf("key %x is still in the file, at %#x", key, i)
		}
	}
}

// After an erasure no byte of the erased members is left, in any encoding, while every other row of every
// table is the same, for this package and for mdbtools.
func TestErase(t *testing.T) {
	member := func(no ...string) func(string, []string) bool {
		return func(table string, row []string) bool {
			switch table {
			case "Members":
				return slices.Contains(no, row[0])
			case "Payments":
				return slices.ContainsFunc(no, func(n string) bool { return row[1] == membershipNo(n) })
			case "Correspondence":
				return slices.Contains(no, row[1])
			}
			return false
		}
	}
	everybody := func(string, []string) bool { return true }
	for _, path := range cheap(t, samples(t)) {
		name := filepath.Base(path)
		cases := map[string]func(string, []string) bool{}
		switch {
		case filepath.Dir(path) == "testdata":
			cases["first"], cases["last"] = member("1"), member("60")
			cases["several"] = member("3", "4", "31", "59")
			cases["everybody"] = everybody
		case strings.HasPrefix(name, "legacy-"):
			cases["one"] = member("6")
			cases["hundreds"] = func(table string, row []string) bool {
				return table == "Members" && strings.HasSuffix(row[0], "7") || table != "Members" && strings.HasSuffix(row[1], "7")
			}
			cases["everybody"] = everybody
		case strings.HasPrefix(name, "enc-"), strings.HasPrefix(name, "pw-"):
			cases["one in fifty"] = func(table string, row []string) bool {
				return table == "Members" && strings.HasSuffix(row[0], "50")
			}
		case name == "attachments.accdb", strings.Contains(path, "V1997"):
			cases["everybody"] = everybody
		default:
			continue
		}
		for what, drop := range cases {
			t.Run(short(path)+"/"+what, func(t *testing.T) {
				copied, found := eraseRows(t, path, drop)
				found.check(t, path, copied)
			})
		}
	}
}

// membershipNo is the number of the n-th member of the files made for this project.
func membershipNo(n string) string {
	v := 0
	for _, c := range n {
		v = 10*v + int(c-'0')
	}
	return "M" + string(appendUint(nil, uint64(100000+7*v)))
}

func TestErasedFilesReadWithMDBTools(t *testing.T) {
	tool := mdbtools(t, "mdb-export")
	for _, path := range cheap(t, samples(t)) {
		name := filepath.Base(path)
		if filepath.Dir(path) != "testdata" && !strings.HasPrefix(name, "legacy-") && name != "enc-jet4.mdb" {
			continue
		}
		t.Run(short(path), func(t *testing.T) {
			copied, _ := eraseRows(t, path, func(table string, row []string) bool {
				return table == "Members" && strings.HasSuffix(row[0], "3")
			})
			for _, tb := range allTables(open(t, copied)) {
				compareWithMDBTools(t, tool, copied, tb)
			}
		})
	}
}

// Rows of any table can be erased, moved ones and those with entries included, and nothing else changes.
func TestEraseFromEveryTable(t *testing.T) {
	spared := []string{"MSysObjects", complexTable, "MSysRelationships"}
	for _, path := range cheap(t, samples(t)) {
		if strings.Contains(path, "legacy") || strings.Contains(path, "agile") {
			continue // large, and slow to open: TestErase has them
		}
		t.Run(short(path), func(t *testing.T) {
			copied := copyOf(t, path)
			o := Options{Password: passwordOf(path)}
			e, err := Edit(copied, o)
			if err != nil {
				t.Fatal(err)
			}
			hidden := make(map[uint32]bool) // entries, which go with their rows
			if columns, err := e.DB().complexColumns(); err == nil {
				for _, c := range columns {
					hidden[c.flat] = true
				}
			}
			moved := 0
			for _, tb := range allTables(e.DB()) {
				if slices.Contains(spared, tb.Name) || hidden[tb.page] {
					continue
				}
				var ids []RowID
				n := 0
				for row, err := range tb.Rows() {
					if err != nil {
						t.Fatal(err)
					}
					if n++; n%3 == 1 {
						ids = append(ids, row.ID)
						page, err := e.read(row.ID.Page)
						if err != nil {
							t.Fatal(err)
						}
						if _, flags, _ := e.DB().lay.slot(page, row.ID.Slot); flags != 0 {
							moved++
						}
					}
				}
				if len(ids) == 0 {
					continue
				}
				if err := e.Erase(tb.Name, ids...); err != nil {
					t.Fatal(err)
				}
			}
			changes := e.Changes()
			if err := e.Finish(); err != nil {
				t.Fatal(err)
			}
			if err := Verify(path, copied, o, changes); err != nil {
				t.Error(err)
			}
			t.Logf("%d moved rows", moved)
		})
	}
}

// A damaged file is edited or refused, but never makes the editor panic or hang; and what it finishes, it
// finished whole: every row that was not erased reads as before.
func TestEditDamagedFiles(t *testing.T) {
	finished := 0
	for _, name := range []string{"tiny-V2000.mdb", "tiny-V2019.accdb"} {
		data := plainCopy(t, filepath.Join("testdata", name))
		rng := rand.New(rand.NewPCG(2, uint64(len(data))))
		dir := t.TempDir()
		for i := range 2 * damageRounds() {
			path, before := filepath.Join(dir, name), filepath.Join(dir, "before-"+name)
			harmed := harm(rng, data, i)
			for _, p := range []string{path, before} {
				if err := os.WriteFile(p, harmed, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			e, err := Edit(path, Options{})
			if err != nil {
				continue
			}
			edited := true
			for _, tb := range e.DB().Tables() {
				var ids []RowID
				for row, err := range tb.Rows() {
					if err != nil {
						break
					}
					ids = append(ids, row.ID)
				}
				if len(ids) < 4 {
					continue
				}
				edited = e.Erase(tb.Name, ids[:2]...) == nil && edited
				e.Update(tb.Name, ids[3], map[string]Value{"Surname": text("Okonkwo"), "MembershipNo": text("M123456")})
			}
			done := e.Changes()
			if e.Finish() != nil || !edited {
				continue
			}
			if err := Verify(before, path, Options{}, done); err != nil {
				t.Logf("%s, mutation %d: finished, but refused by Verify: %v", name, i, err)
				continue
			}
			finished++
		}
	}
	if finished == 0 {
		t.Error("no damaged file was edited at all: the test shows nothing")
	}
}
