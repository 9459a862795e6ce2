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
	"dossier/internal/lifetime"
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
	if _, err := s.Apply(t.Context(), remove(records[0])); !errors.Is(err, lifetime.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
