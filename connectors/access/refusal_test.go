package access

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/internal/swapfile"
)

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
		}, connectors.RolledBack, "no such file"},
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
