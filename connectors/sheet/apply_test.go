package sheet

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
	"dossier/internal/swapfile"
)

const writable = "writable = true\n"

// records returns everything of an entity.
func records(t testing.TB, c connectors.Connector, entity string) []connectors.Record {
	t.Helper()
	var all []connectors.Record
	for r, err := range c.Find(context.Background(), connectors.Query{Entity: entity}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r.Clone())
	}
	return all
}

func fields(pairs ...string) connectors.Fields {
	var f connectors.Fields
	for i := 0; i < len(pairs); i += 2 {
		v := connectors.Text(pairs[i+1])
		if pairs[i+1] == "" {
			v = connectors.Null
		}
		f.Names, f.Values = append(f.Names, pairs[i]), append(f.Values, v)
	}
	return f
}

func remove(r connectors.Record) connectors.Change {
	return connectors.Change{Op: connectors.Delete, Record: r.Ref, Digest: r.Digest(), Before: r.Fields}
}

func rectify(r connectors.Record, pairs ...string) connectors.Change {
	return connectors.Change{Op: connectors.Update, Record: r.Ref, Digest: r.Digest(), Before: r.Fields, After: fields(pairs...)}
}

func insert(place, entity string, pairs ...string) connectors.Change {
	return connectors.Change{Op: connectors.Insert, Record: connectors.Ref{System: "shares", Place: place, Entity: entity}, After: fields(pairs...)}
}

// apply makes the changes in one call, and expects these results.
func apply(t testing.TB, c connectors.Connector, changes []connectors.Change, want ...connectors.Result) []connectors.Outcome {
	t.Helper()
	outcomes, err := c.(connectors.Writer).Apply(context.Background(), changes)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range outcomes {
		if o.Result != want[min(i, len(want)-1)] {
			t.Fatalf("the %s of %s is %s (%s)", changes[i].Op, changes[i].Record, o.Result, o.Why)
		}
	}
	return outcomes
}

func held(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// unzipped returns the parts of a workbook, one behind the other.
func unzipped(t testing.TB, path string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// only checks that nothing was left beside the files.
func only(t testing.TB, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if d := cmp.Diff(names, got); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
}

const people = "[entity.people.fields]\nName = {}\n"

func TestChangesOfATextFile(t *testing.T) {
	const before = "\ufeffName;Town;Note\r\nAnn;York;\"a; b\"\r\nBob;Leeds;x\r\nAnn;York;\"a; b\"\r\n\r\nCleo;Hull;\"y\"\r\nDan;Bath"
	for _, c := range []struct {
		name    string
		changes func(r []connectors.Record) []connectors.Change
		want    string
	}{
		{"one of two equal rows", func(r []connectors.Record) []connectors.Change { return []connectors.Change{remove(r[2])} },
			"\ufeffName;Town;Note\r\nAnn;York;\"a; b\"\r\nBob;Leeds;x\r\n\r\nCleo;Hull;\"y\"\r\nDan;Bath"},
		{"the other one", func(r []connectors.Record) []connectors.Change { return []connectors.Change{remove(r[0])} },
			"\ufeffName;Town;Note\r\nBob;Leeds;x\r\nAnn;York;\"a; b\"\r\n\r\nCleo;Hull;\"y\"\r\nDan;Bath"},
		{"both, and another", func(r []connectors.Record) []connectors.Change {
			return []connectors.Change{remove(r[2]), remove(r[4]), remove(r[0])}
		},
			"\ufeffName;Town;Note\r\nBob;Leeds;x\r\n\r\nCleo;Hull;\"y\"\r\n"},
		{"all at once", func(r []connectors.Record) []connectors.Change {
			return []connectors.Change{remove(r[0]), rectify(r[2], "Note", "c"), rectify(r[3], "Note", "", "Town", "Hull; Yorks"), insert("a.csv", "people", "Name", "Eve", "Note", " z"), rectify(r[4], "Note", "Zoë")}
		},
			"\ufeffName;Town;Note\r\nBob;Leeds;x\r\nAnn;York;\"c\"\r\n\r\nCleo;\"Hull; Yorks\";\"\"\r\nDan;Bath;Zoë\r\nEve;;\" z\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "a.csv")
			save(t, path, []byte(before))
			con := connect(t, dir, "files = [\"*\"]\n"+writable+people)
			changes := c.changes(records(t, con, "people"))
			outcomes := apply(t, con, changes, connectors.Done)
			if got := held(t, path); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			for i, o := range outcomes {
				q := connectors.Query{Entity: "people", Refs: []connectors.Ref{o.Record}}
				if f := find(t, con, q); changes[i].Op != connectors.Delete && len(f.records) != 1 {
					t.Errorf("the outcome of the %s names %d records", changes[i].Op, len(f.records))
				}
			}
			only(t, dir, "a.csv")
		})
	}
}

func TestRecordsThatAreNotWhatThePlanSaw(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	save(t, path, []byte("Name,Town\nAnn,York\nBob,Leeds\nAnn,York\n"))
	con := connect(t, dir, "files = [\"*\"]\n"+writable+people)
	r := records(t, con, "people")
	apply(t, con, []connectors.Change{remove(r[0])}, connectors.Done)
	left := held(t, path)
	// One of the two is gone, and nobody can tell which.
	apply(t, con, []connectors.Change{remove(r[2])}, connectors.Drifted)
	save(t, path, []byte("Name,Town\nAnne,York\nBob,Leeds\n"))
	apply(t, con, []connectors.Change{remove(r[0])}, connectors.Drifted)
	apply(t, con, []connectors.Change{rectify(r[1], "Town", "Hull"), rectify(r[0], "Town", "Hull")}, connectors.RolledBack, connectors.Drifted)
	if held(t, path) != "Name,Town\nAnne,York\nBob,Leeds\n" || left != "Name,Town\nBob,Leeds\nAnn,York\n" {
		t.Error("the file was changed")
	}
	apply(t, con, []connectors.Change{rectify(r[1], "Town", "Leeds")}, connectors.Already)
}

func TestFilesThatAreNotChanged(t *testing.T) {
	for _, c := range []struct {
		name, lines, about string
		prepare            func(t *testing.T, dir string, s *source)
	}{
		{"read-only by the register", "", "writable", func(*testing.T, string, *source) {}},
		{"open in Excel", writable, "~$a.csv", func(t *testing.T, dir string, _ *source) { save(t, filepath.Join(dir, "~$a.csv"), nil) }},
		{"open in LibreOffice", writable, ".~lock.a.csv#", func(t *testing.T, dir string, _ *source) { save(t, filepath.Join(dir, ".~lock.a.csv#"), nil) }},
		{"opened meanwhile", writable, "~$a.csv", func(t *testing.T, dir string, s *source) {
			s.ready = func() { save(t, filepath.Join(dir, "~$a.csv"), nil) }
		}},
		{"changed meanwhile", writable, "changed by somebody else", func(t *testing.T, dir string, s *source) {
			s.ready = func() { save(t, filepath.Join(dir, "a.csv"), []byte("Name\nAnn\nBob\nEve\n")) }
		}},
		{"not to be swapped", writable, "could not take the place", func(_ *testing.T, _ string, s *source) {
			s.replace = func(string, string) error { return errors.New("no such luck") }
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			save(t, filepath.Join(dir, "a.csv"), []byte("Name\nAnn\nBob\n"))
			con := connect(t, dir, "files = [\"*\"]\n"+c.lines+people)
			r := records(t, con, "people")
			c.prepare(t, dir, con.(*source))
			want := connectors.RolledBack // another try can go better
			if c.about == "writable" {
				want = connectors.Denied
			}
			outcomes := apply(t, con, []connectors.Change{remove(r[0])}, want)
			if !strings.Contains(outcomes[0].Why, c.about) {
				t.Errorf("the reason is %q", outcomes[0].Why)
			}
			if got := held(t, filepath.Join(dir, "a.csv")); !strings.HasPrefix(got, "Name\nAnn\nBob\n") {
				t.Errorf("the file holds %q", got)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*"+swapfile.Mark+"*")); len(left) > 0 {
				t.Errorf("left: %q", left)
			}
		})
	}
}

// Changes that would make the file be read otherwise are not made.
func TestChangesThatChangeHowAFileIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		file, lines string
		pick        int
		change      func(r connectors.Record) connectors.Change
		about       string
	}{
		"a stray quote that would swallow rows": {"Name,Town\n\"5 tape,x\nq\"r,\"s\"\nb,\",\nc,d\n", "", 1, remove, "read otherwise"},
		"a line end in an old file":             {"Name,Town\rAnn,York\r", "", 0, func(r connectors.Record) connectors.Change { return rectify(r, "Town", "a\nb") }, "would not be read"},
		"a character that the encoding lacks":   {"Name,Town\nAnn,York\n", "encoding = \"windows-1252\"\n", 0, func(r connectors.Record) connectors.Change { return rectify(r, "Town", "Łódź") }, "encoding"},
		"the rows by which the delimiter shows": {"Name;Town,x\na,b;c\nd;e\nf;g\n", "", 2, func(r connectors.Record) connectors.Change { return rectify(r, "Name", "1,2,3\n1,2,3") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "a.csv")
			save(t, path, []byte(c.file))
			con := connect(t, dir, "files = [\"*\"]\n"+writable+"[entity.people]\n"+c.lines+people)
			var all []connectors.Record
			for r, err := range con.Find(t.Context(), connectors.Query{Entity: "people"}) {
				if err == nil {
					all = append(all, r.Clone())
				}
			}
			if c.about == "" {
				apply(t, con, []connectors.Change{c.change(all[c.pick])}, connectors.Done)
				return
			}
			outcomes := apply(t, con, []connectors.Change{c.change(all[c.pick])}, connectors.Denied)
			if !strings.Contains(outcomes[0].Why, c.about) {
				t.Errorf("the reason is %q", outcomes[0].Why)
			}
			if held(t, path) != c.file {
				t.Error("the file was changed")
			}
		})
	}
}

func TestPermissionsAndLinksStay(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	path := filepath.Join(elsewhere, "real.csv")
	save(t, path, []byte("Name\nAnn\nBob\n"))
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, filepath.Join(dir, "a.csv")); err != nil {
		t.Skip(err)
	}
	con := connect(t, dir, "files = [\"*\"]\n"+writable+people)
	apply(t, con, []connectors.Change{remove(records(t, con, "people")[0])}, connectors.Done)
	info, err := os.Stat(path)
	link, errLink := os.Lstat(filepath.Join(dir, "a.csv"))
	if err != nil || errLink != nil || info.Mode() != 0o644 || link.Mode()&os.ModeSymlink == 0 || held(t, path) != "Name\nBob\n" {
		t.Error(err, errLink, info, link)
	}
	only(t, elsewhere, "real.csv")
}

// A run that is killed leaves a copy, which is never searched and goes with the next change.
func TestWhatAKilledRunLeft(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.csv"), []byte("Name\nAnn\nBob\n"))
	save(t, filepath.Join(dir, "a.csv"+swapfile.Mark+"1.csv"), []byte("Name\nAnn\n"))
	con := connect(t, dir, "files = [\"**\"]\n"+writable+people)
	r := records(t, con, "people")
	if len(r) != 2 {
		t.Fatalf("%d records", len(r))
	}
	apply(t, con, []connectors.Change{remove(r[0])}, connectors.Done)
	only(t, dir, "a.csv")
}

func TestSwapIsTold(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	save(t, path, []byte("Name\nAnn\nBob\n"))
	con := connect(t, dir, "files = [\"*\"]\n"+writable+people).(connectors.Swapper)
	r := records(t, con, "people")
	before, err := con.Sum(t.Context(), "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	var told []connectors.Swap
	for _, failure := range []error{errors.New("the disk is full"), nil} {
		outcomes, err := con.Swap(t.Context(), []connectors.Change{remove(r[0])}, func(s connectors.Swapping) error {
			if held(t, path) != "Name\nAnn\nBob\n" {
				t.Error("the file was swapped before it was told")
			}
			told = append(told, s.Swap)
			return failure
		})
		if err != nil || (outcomes[0].Result == connectors.Done) != (failure == nil) {
			t.Fatal(outcomes, err)
		}
	}
	after, err := con.Sum(t.Context(), "a.csv")
	if want := (connectors.Swap{Place: "a.csv", Before: before, After: after}); err != nil || len(told) != 2 || told[0] != want || told[1] != want {
		t.Errorf("told %v, %v", told, err)
	}
	if _, err := con.Sum(t.Context(), "b.csv"); err == nil {
		t.Error("a file that is not there has a sum")
	}
}

func TestKeysThatSeveralRowsHave(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.csv"), []byte("Name,Town\nAnn,York\nBob,Leeds\nAnn,Hull\n,Bath\n"))
	con := connect(t, dir, "files = [\"*\"]\n"+writable+"[entity.people]\nkey = [\"Name\"]\n"+people)
	var all []connectors.Record
	for r, err := range con.Find(t.Context(), connectors.Query{Entity: "people"}) {
		if err == nil {
			all = append(all, r.Clone())
		}
	}
	apply(t, con, []connectors.Change{remove(all[0])}, connectors.Denied)
	apply(t, con, []connectors.Change{rectify(all[1], "Name", "Ann")}, connectors.Denied)
	gone := all[1]
	gone.Ref.Key = []string{"Zoe"}
	apply(t, con, []connectors.Change{remove(gone)}, connectors.Already)
	outcomes := apply(t, con, []connectors.Change{rectify(all[1], "Name", "Cleo"), rectify(all[3], "Town", "Wells"), insert("a.csv", "people", "Name", "Dan")}, connectors.Done)
	if d := cmp.Diff([]string{"Cleo"}, outcomes[0].Record.Key); d != "" || len(outcomes[1].Record.Key) != 2 || outcomes[2].Record.Key[0] != "Dan" {
		t.Error(d, outcomes)
	}
	if got := held(t, filepath.Join(dir, "a.csv")); got != "Name,Town\nAnn,York\nCleo,Leeds\nAnn,Hull\n,Wells\nDan,\n" {
		t.Errorf("%q", got)
	}
	apply(t, con, []connectors.Change{insert("a.csv", "people", "Name", "Dan")}, connectors.Already)
	apply(t, con, []connectors.Change{insert("a.csv", "people", "Name", "Cleo")}, connectors.Denied)
}
