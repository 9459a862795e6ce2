package access

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"dossier/connectors"
	"dossier/internal/swapfile"
)

const writable = "writable = true\n"

// remove plans the erasure of records.
func remove(records ...connectors.Record) []connectors.Change {
	changes := make([]connectors.Change, len(records))
	for i, r := range records {
		changes[i] = connectors.Change{Op: connectors.Delete, Record: r.Ref, Digest: r.Digest(), Before: r.Fields}
	}
	return changes
}

// rectify plans an update: name, value, name, value.
func rectify(r connectors.Record, pairs ...string) connectors.Change {
	c := connectors.Change{Op: connectors.Update, Record: r.Ref, Digest: r.Digest(), Before: r.Fields}
	for i := 0; i < len(pairs); i += 2 {
		c.After.Names, c.After.Values = append(c.After.Names, pairs[i]), append(c.After.Values, connectors.Text(pairs[i+1]))
	}
	return c
}

// apply expects the results, in order.
func apply(t testing.TB, s *source, changes []connectors.Change, want ...connectors.Result) []connectors.Outcome {
	t.Helper()
	outcomes, err := s.Apply(t.Context(), changes)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range outcomes {
		if o.Result != want[min(i, len(want)-1)] {
			t.Fatalf("change %d is %s (%s) and not %s", i, o.Result, o.Why, want[min(i, len(want)-1)])
		}
		if strings.Contains(o.Why, "Featherstonehaugh") || strings.Contains(o.Why, os.TempDir()) {
			t.Fatalf("the reason tells too much: %s", o.Why)
		}
	}
	return outcomes
}

func where(field, value string) []connectors.Clause {
	return []connectors.Clause{{{Fields: []string{field}, How: 1, Values: [][]string{{value}}}}}
}

// forms returns a text as Access may store it.
func forms(s string) [][]byte {
	var wide, narrow []byte
	for _, u := range utf16.Encode([]rune(s)) {
		wide, narrow = append(wide, byte(u), byte(u>>8)), append(narrow, byte(u))
	}
	return [][]byte{[]byte(s), wide, narrow}
}

// traces returns those of the texts of which something stands in a file.
func traces(t testing.TB, path string, texts []string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(slices.Clone(texts), func(s string) bool {
		return !slices.ContainsFunc(forms(s), func(f []byte) bool { return bytes.Contains(data, f) })
	})
}

// person returns everything of one member who has letters and payments.
func person(t testing.TB, s *source) (member connectors.Record, all []connectors.Record) {
	t.Helper()
	paid := map[string]bool{}
	for _, r := range find(t, s, connectors.Query{Entity: "payments"}).records {
		paid[r.Get("MembershipNo").String()] = true
	}
	for _, r := range find(t, s, connectors.Query{Entity: "letters"}).records {
		member = find(t, s, connectors.Query{Entity: "members", Any: where("MemberID", r.Get("MemberID").String())}).records[0]
		if paid[member.Get("MembershipNo").String()] && !member.Get("Notes").IsNull() {
			break
		}
	}
	number := member.Get("MembershipNo").String()
	for _, q := range []connectors.Query{{Entity: "payments", Any: where("MembershipNo", number)},
		{Entity: "letters", Any: where("MemberID", member.Get("MemberID").String())}} {
		all = append(all, find(t, s, q).records...)
	}
	return member, append(all, member)
}

// snapshot reads every record of every entity.
func snapshot(t testing.TB, s *source) map[string]connectors.Record {
	t.Helper()
	records := map[string]connectors.Record{}
	for _, entity := range []string{"members", "payments", "letters"} {
		for _, r := range find(t, s, connectors.Query{Entity: entity}).records {
			records[r.Ref.ID()] = r
		}
	}
	return records
}

// checkRest fails unless the records differ in those that were planned only.
func checkRest(t testing.TB, before, after map[string]connectors.Record, planned []connectors.Change) {
	t.Helper()
	for _, c := range planned {
		id := c.Record.ID()
		if c.Op == connectors.Delete {
			if _, still := after[id]; still {
				t.Errorf("%s is still there", c.Record)
			}
			delete(before, id)
			continue
		}
		for i, name := range c.After.Names {
			if got := after[id].Get(name); !got.Equal(c.After.Values[i]) {
				t.Errorf("%s of %s is %q and not %q", name, c.Record, got, c.After.Values[i])
			}
		}
		before[id] = connectors.Record{Ref: c.Record, Fields: with(before[id].Fields, c.After.Names, c.After)}
	}
	if len(before) != len(after) {
		t.Errorf("%d records and not %d", len(after), len(before))
	}
	for id, r := range before {
		if after[id].Digest() != r.Digest() {
			t.Errorf("%s changed without being planned", r.Ref)
		}
	}
}

// only fails unless the folder holds the database and nothing else.
func only(t testing.TB, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("%d files stand where the database alone should: %v", len(entries), entries)
	}
}

func TestErase(t *testing.T) {
	for _, from := range append(tiny(t), legacy) {
		t.Run(filepath.Base(from), func(t *testing.T) {
			dir := t.TempDir()
			path := place(t, dir, filepath.Base(from), from)
			if err := os.Chmod(path, 0o604); err != nil {
				t.Fatal(err)
			}
			s := connect(t, dir, "files = [\"*db\"]\n"+writable+entities)
			before := snapshot(t, s)
			_, records := person(t, s)
			if len(records) < 3 {
				t.Fatalf("the member has %d records", len(records))
			}
			var rest strings.Builder
			gone := map[string]bool{}
			for _, r := range records {
				gone[r.Ref.ID()] = true
			}
			for id, r := range before {
				if !gone[id] {
					for _, v := range r.Values {
						rest.WriteString(v.String() + "\x00")
					}
				}
			}
			var texts []string // what no other record holds
			for _, r := range records {
				for i, name := range r.Names {
					if column := r.Values[i].String(); len(column) > 6 && name != "RowGUID" && !strings.Contains(rest.String(), column) && !strings.HasSuffix(column, "T00:00:00") {
						texts = append(texts, column[:min(len(column), 60)])
					}
				}
			}
			if there := traces(t, path, texts); len(texts) < 3 || len(there) < len(texts) {
				t.Fatalf("of %q only %q is found before the erasure: the search is no proof", texts, there)
			}

			changes := remove(records...)
			apply(t, s, changes, connectors.Done)
			if there := traces(t, path, texts); len(there) > 0 {
				t.Errorf("still in the file: %q", there)
			}
			only(t, path)
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o604 {
				t.Errorf("the permissions are %v (%v)", info.Mode(), err)
			}
			checkRest(t, before, snapshot(t, s), changes)
			sum, _ := sumOf(t.Context(), path)
			apply(t, s, changes, connectors.Already)
			if again, _ := sumOf(t.Context(), path); again != sum {
				t.Error("what was done already was done again")
			}
		})
	}
}

// mdbtools reads the same other rows from a file out of which a member was erased.
func TestErasedFilesReadWithMDBTools(t *testing.T) {
	for _, from := range append(tiny(t), legacy) {
		t.Run(filepath.Base(from), func(t *testing.T) {
			dir := t.TempDir()
			path := place(t, dir, filepath.Base(from), from)
			s := connect(t, dir, "files = [\"*db\"]\n"+writable+entities)
			member, records := person(t, s)
			apply(t, s, append(remove(records...), rectify(find(t, s, connectors.Query{Entity: "members", Any: where("MemberID", "5")}).records[0], "Surname", "Okafor")), connectors.Done)
			for table, column := range map[string]int{"Members": 0, "Payments": 0, "Correspondence": 0} {
				export := func(path string) [][]string {
					var rows [][]string
					for _, line := range strings.Split(run(t, "mdb-export", "-H", "-d", "\x1f", "-R", "\x1e", "-Q", path, table), "\x1e") {
						rows = append(rows, strings.Split(line, "\x1f"))
					}
					return rows
				}
				erased := map[string]bool{}
				for _, r := range records {
					if r.Ref.Entity == map[string]string{"Members": "members", "Payments": "payments", "Correspondence": "letters"}[table] {
						erased[r.Ref.Key[0]] = true
					}
				}
				var want []string
				for _, row := range export(from) {
					if !erased[row[column]] {
						if table == "Members" && row[0] == "5" {
							row[4] = "Okafor"
						}
						want = append(want, strings.Join(row, "|"))
					}
				}
				var got []string
				for _, row := range export(path) {
					got = append(got, strings.Join(row, "|"))
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s: mdbtools reads %d rows and not the %d others of %s", table, len(got), len(want), member.Ref)
				}
			}
		})
	}
}

func TestRectify(t *testing.T) {
	for _, from := range tiny(t) {
		t.Run(filepath.Base(from), func(t *testing.T) {
			dir := t.TempDir()
			path := place(t, dir, filepath.Base(from), from)
			s := connect(t, dir, "files = [\"*db\"]\n"+writable+entities)
			before := snapshot(t, s)
			member := find(t, s, connectors.Query{Entity: "members", Any: where("MemberID", "17")}).records[0]
			change := rectify(member, "Surname", "Smyth", "DateOfBirth", "1964-10-24T00:00:00", "Lapsed", "true", "AnnualFee", "70.00", "Town", "Ware")
			change.After.Names, change.After.Values = append(change.After.Names, "Email"), append(change.After.Values, connectors.Null)
			old := member.Get("Email").String()
			outcomes := apply(t, s, []connectors.Change{change}, connectors.Done)
			if outcomes[0].Record.ID() != member.Ref.ID() {
				t.Errorf("the record is named %s", outcomes[0].Record)
			}
			checkRest(t, before, snapshot(t, s), []connectors.Change{change})
			if there := traces(t, path, []string{old}); len(there) > 0 {
				t.Errorf("still in the file: %q", there)
			}
			only(t, path)
			apply(t, s, []connectors.Change{change}, connectors.Already)

			member = find(t, s, connectors.Query{Entity: "members", Any: where("MemberID", "17")}).records[0]
			again := rectify(member, "Surname", "Smyth")
			apply(t, s, []connectors.Change{again}, connectors.Already)
		})
	}
}

// What cannot be done is refused before anything is written.
func TestRefusals(t *testing.T) {
	long := strings.Repeat("x", 61)
	for _, c := range []struct {
		name  string
		plan  func(member connectors.Record) connectors.Change
		want  connectors.Result
		about string
	}{
		{"an insert", func(m connectors.Record) connectors.Change {
			return connectors.Change{Op: connectors.Insert, Record: connectors.Ref{System: "legacy", Place: m.Ref.Place, Entity: "members"}, After: m.Fields}
		}, connectors.Denied, "updated and deleted only"},
		{"drift of an update", func(m connectors.Record) connectors.Change {
			c := rectify(m, "Surname", "Smyth")
			c.Digest = "other"
			return c
		}, connectors.Drifted, "not what the plan saw"},
		{"drift of a delete", func(m connectors.Record) connectors.Change {
			c := remove(m)[0]
			c.Digest = "other"
			return c
		}, connectors.Drifted, "not what the plan saw"},
		{"a text that is too long", func(m connectors.Record) connectors.Change { return rectify(m, "Surname", long) }, connectors.Denied, "holds 60"},
		{"a memo without room", func(m connectors.Record) connectors.Change { return rectify(m, "Notes", strings.Repeat("y", 70_000)) }, connectors.Denied, "Notes"},
		{"no number", func(m connectors.Record) connectors.Change { return rectify(m, "AnnualFee", "much") }, connectors.Denied, "values of the type"},
		{"too many decimals", func(m connectors.Record) connectors.Change { return rectify(m, "CPDHours", "1.005") }, connectors.Denied, "decimals"},
		{"no date", func(m connectors.Record) connectors.Change { return rectify(m, "Joined", "soon") }, connectors.Denied, "values of the type"},
		{"NULL for a boolean", func(m connectors.Record) connectors.Change {
			c := rectify(m, "Lapsed", "true")
			c.After.Values[0] = connectors.Null
			return c
		}, connectors.Denied, "cannot be empty"},
		{"a list", func(m connectors.Record) connectors.Change {
			c := rectify(m, "Surname", "x")
			c.After.Values[0] = connectors.List("a", "b")
			return c
		}, connectors.Denied, "single value"},
		{"a number that Access gives", func(m connectors.Record) connectors.Change { return rectify(m, "MemberID", "99999") }, connectors.Denied, "Access gives"},
		{"no such field", func(m connectors.Record) connectors.Change { return rectify(m, "Shoe size", "9") }, connectors.Denied, "no field"},
		{"no such record", func(m connectors.Record) connectors.Change {
			m.Ref.Key = []string{"123456"}
			return rectify(m, "Surname", "Smyth")
		}, connectors.Drifted, "is gone"},
		{"no such entity", func(m connectors.Record) connectors.Change {
			m.Ref.Entity = "committees"
			return rectify(m, "Surname", "Smyth")
		}, connectors.Denied, "no such table"},
		{"no such place", func(m connectors.Record) connectors.Change {
			m.Ref.Place = "elsewhere.mdb"
			return rectify(m, "Surname", "Smyth")
		}, connectors.Denied, "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := place(t, dir, "tiny.accdb", filepath.Join(samples, "tiny-V2010.accdb"))
			s := connect(t, dir, "files = [\"*db\"]\n"+writable+entities)
			sum, _ := sumOf(t.Context(), path)
			records := find(t, s, connectors.Query{Entity: "members"}).records
			good := rectify(records[3], "Surname", "Okafor")
			bad := c.plan(records[16])
			beside := connectors.RolledBack
			if bad.Record.Place != good.Record.Place {
				good, beside = bad, c.want // another place would not be rolled back
			}
			outcomes := apply(t, s, []connectors.Change{good, bad}, beside, c.want)
			if !strings.Contains(outcomes[1].Why, c.about) {
				t.Errorf("the reason is %q", outcomes[1].Why)
			}
			if now, _ := sumOf(t.Context(), path); now != sum {
				t.Error("the file was changed")
			}
			only(t, path)
		})
	}
}

func TestRefusedFiles(t *testing.T) {
	for _, c := range []struct {
		name, lines, about string
		prepare            func(t *testing.T, path string, s *source)
	}{
		{"read-only by the register", "", "writable", func(*testing.T, string, *source) {}},
		{"a lock file", writable, "tiny.laccdb", func(t *testing.T, path string, _ *source) {
			place(t, filepath.Dir(path), "tiny.laccdb", "helpers_test.go")
		}},
		{"a lock file that comes meanwhile", writable, "tiny.laccdb", func(t *testing.T, path string, s *source) {
			s.ready = func() { place(t, filepath.Dir(path), "tiny.laccdb", "helpers_test.go") }
		}},
		{"a change meanwhile", writable, "changed by somebody else", func(t *testing.T, path string, s *source) {
			s.ready = func() {
				f, err := os.OpenFile(path, os.O_RDWR, 0)
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				if _, err := f.WriteAt([]byte{1}, 4096*20+4000); err != nil {
					t.Fatal(err)
				}
			}
		}},
		{"a second name", writable, "hard link", func(t *testing.T, path string, _ *source) {
			if err := os.Link(path, filepath.Join(t.TempDir(), "other.accdb")); err != nil {
				t.Skip(err)
			}
		}},
		{"another run at work", writable, "another run", func(t *testing.T, path string, _ *source) {
			swap, err := swapfile.Begin(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(swap.End)
		}},
		{"a swap that fails", writable, "could not take the place", func(t *testing.T, _ string, s *source) {
			s.replace = func(from, to string) error {
				return &os.LinkError{Op: "rename", Old: from, New: to, Err: errors.New("no such luck")}
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := place(t, dir, "db/tiny.accdb", filepath.Join(samples, "tiny-V2010.accdb"))
			s := connect(t, dir, "files = [\"db/*.accdb\"]\n"+c.lines+entities)
			records := find(t, s, connectors.Query{Entity: "members"}).records
			sum, _ := sumOf(t.Context(), path)
			c.prepare(t, path, s)
			want := connectors.RolledBack // another try can go better
			if c.about == "writable" || c.about == "hard link" {
				want = connectors.Denied
			}
			outcomes := apply(t, s, []connectors.Change{rectify(records[3], "Surname", "Okafor"), remove(records[5])[0]}, want)
			if !strings.Contains(outcomes[0].Why, c.about) {
				t.Errorf("the reason is %q", outcomes[0].Why)
			}
			if now, _ := sumOf(t.Context(), path); now != sum && !strings.Contains(c.name, "change") {
				t.Error("the file was changed")
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "db", "*"+swapfile.Mark+"*")); len(left) > 0 {
				t.Errorf("left: %q", left)
			}
		})
	}
}

// A run that is killed between the copy and the swap leaves the original whole; the next one takes the copy away.
func TestCrashBeforeSwap(t *testing.T) {
	dir := t.TempDir()
	path := place(t, dir, "tiny.accdb", filepath.Join(samples, "tiny-V2010.accdb"))
	s := connect(t, dir, "files = [\"*.accdb\"]\n"+writable+entities)
	records := find(t, s, connectors.Query{Entity: "members"}).records
	before, _ := sumOf(t.Context(), path)
	s.replace = func(from, _ string) error {
		place(t, dir, filepath.Base(path)+swapfile.Mark+"killed.accdb", from) // what would be left
		panic("killed")
	}
	func() {
		defer func() { recover() }()
		_, _ = s.Apply(t.Context(), remove(records[3]))
		t.Error("the swap was not tried")
	}()
	if now, _ := sumOf(t.Context(), path); now != before {
		t.Error("the original was changed")
	}
	s = connect(t, dir, "files = [\"*\"]\n"+writable+entities)
	if got := all(t, s, connectors.Query{Entity: "members"}); len(got) != len(records) {
		t.Errorf("%d records beside what a killed run left", len(got))
	}
	apply(t, s, remove(records[3]), connectors.Done)
	only(t, path)
}

// A file system that swaps and then loses the answer is asked what became of it.
func TestLostAnswerOfTheSwap(t *testing.T) {
	for name, c := range map[string]struct {
		replace func(from, to string) error
		want    connectors.Result
	}{
		"done": {func(from, to string) error { return errors.Join(os.Rename(from, to), errors.New("lost")) }, connectors.Done},
		"not":  {func(from, to string) error { return errors.New("lost") }, connectors.RolledBack},
		"gone": {func(from, to string) error { return errors.Join(os.Remove(to), errors.New("lost")) }, connectors.Unknown},
		"broken": {func(from, to string) error {
			return errors.Join(os.WriteFile(to, []byte("x"), 0o600), errors.New("lost"))
		}, connectors.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			place(t, dir, "tiny.accdb", filepath.Join(samples, "tiny-V2010.accdb"))
			s := connect(t, dir, "files = [\"*.accdb\"]\n"+writable+entities)
			s.replace = c.replace
			apply(t, s, remove(find(t, s, connectors.Query{Entity: "members"}).records[:3]...), c.want)
		})
	}
}

// Hundreds of records of several entities are changed in one go, and two files are two scopes.
func TestManyChanges(t *testing.T) {
	dir := t.TempDir()
	place(t, dir, "a.accdb", legacy)
	place(t, dir, "b.accdb", filepath.Join(samples, "tiny-V2010.accdb"))
	s := connect(t, dir, "files = [\"*.accdb\"]\n"+writable+entities)
	before := snapshot(t, s)
	var changes []connectors.Change
	var want []connectors.Result
	for _, entity := range []string{"members", "payments", "letters"} {
		for i, r := range find(t, s, connectors.Query{Entity: entity, Places: []string{"a.accdb"}}).records {
			switch {
			case i%5 == 0:
				changes, want = append(changes, remove(r)...), append(want, connectors.Done)
			case i%7 == 0 && entity == "members":
				changes, want = append(changes, rectify(r, "Town", "Ware")), append(want, connectors.Done)
			}
		}
	}
	planned := slices.Clone(changes)
	other := find(t, s, connectors.Query{Entity: "members", Places: []string{"b.accdb"}}).records
	drifted := rectify(other[1], "Town", "Ware")
	drifted.Digest = "other"
	changes = append(changes, rectify(other[0], "Town", "Ware"), drifted)
	apply(t, s, changes, append(want, connectors.RolledBack, connectors.Drifted)...)
	checkRest(t, before, snapshot(t, s), planned)
}

// Records without a key are changed by digest and ordinal, one of several equal ones too.
func TestChangesWithoutKey(t *testing.T) {
	dir := t.TempDir()
	place(t, dir, "tiny.mdb", filepath.Join(samples, "tiny-V2003.mdb"))
	lines := strings.Replace(entities, `["MemberID"]`, `["Email"]`, 1)
	s := connect(t, dir, "files = [\"*db\"]\n"+writable+lines)
	var nameless []connectors.Record
	for _, r := range find(t, s, connectors.Query{Entity: "members"}).records {
		if len(r.Ref.Key) == 2 {
			nameless = append(nameless, r)
		}
	}
	if len(nameless) < 2 {
		t.Fatalf("%d members without an address", len(nameless))
	}
	outcomes := apply(t, s, append(remove(nameless[0]), rectify(nameless[1], "Town", "Ware")), connectors.Done)
	got := all(t, s, connectors.Query{Entity: "members", Refs: []connectors.Ref{outcomes[1].Record}})
	if len(got) != 1 || got[0].Get("Town").String() != "Ware" || got[0].Get("MemberID").String() != nameless[1].Get("MemberID").String() {
		t.Errorf("the updated record is not found under its new name: %v", got)
	}
}

func TestApplyIsCancelled(t *testing.T) {
	dir := t.TempDir()
	path := place(t, dir, "tiny.mdb", filepath.Join(samples, "tiny-V2003.mdb"))
	s := connect(t, dir, "files = [\"*db\"]\n"+writable+entities)
	records := find(t, s, connectors.Query{Entity: "members"}).records
	before, _ := sumOf(t.Context(), path)
	cancelled, cancel := context.WithCancel(t.Context())
	s.ready = cancel
	outcomes, err := s.Apply(cancelled, remove(records[0]))
	if err != nil || outcomes[0].Result != connectors.RolledBack {
		t.Errorf("%v, %v", outcomes, err)
	}
	if _, err := s.Apply(cancelled, remove(records[0])); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if now, _ := sumOf(t.Context(), path); now != before {
		t.Error("the file was changed")
	}
	s.Close()
	if _, err := s.Apply(t.Context(), remove(records[0])); !errors.Is(err, errClosed) {
		t.Errorf("got %v", err)
	}
}
