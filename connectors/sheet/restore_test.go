package sheet

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"dossier/connectors"
)

// A file gets bytes that it had only where it is what they were told from, and as whole as by any other swap.
func TestRestore(t *testing.T) {
	const before, after = "Name\nAnn\nBob\n", "Name\nBob\n"
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	save(t, path, []byte(before))
	con := connect(t, dir, "files = [\"*\"]\n"+writable+people).(connectors.Swapper)
	var made connectors.Swapping
	var read string
	outcomes, err := con.Swap(t.Context(), []connectors.Change{remove(records(t, con, "people")[0])}, func(s connectors.Swapping) error {
		made = s
		return s.Both(func(file, copied *io.SectionReader) error {
			a, errA := io.ReadAll(file)
			b, errB := io.ReadAll(copied)
			read = string(a) + string(b)
			return errors.Join(errA, errB)
		})
	})
	if err != nil || outcomes[0].Result != connectors.Done || !made.Whole || read != before+after {
		t.Fatal(outcomes, err, made, read)
	}
	back := connectors.Former{Place: "a.csv", Present: made.After, Sum: made.Before, Write: func(to io.Writer, file *io.SectionReader) error {
		if b, err := io.ReadAll(file); err != nil || string(b) != after {
			t.Error(string(b), err)
		}
		_, err := io.WriteString(to, before)
		return err
	}}
	failure := errors.New("no room")
	for _, c := range []struct {
		name   string
		change func(*connectors.Former)
		note   error
		want   connectors.Result
		about  string
	}{
		{"of another file", func(f *connectors.Former) { f.Present = made.Before }, nil, connectors.Drifted, "changed by somebody else"},
		{"of no file", func(f *connectors.Former) { f.Place = "b.csv" }, nil, connectors.RolledBack, "no such file"},
		{"other bytes", func(f *connectors.Former) { f.Sum = made.After }, nil, connectors.Denied, "does not make it again"},
		{"not to be written", func(f *connectors.Former) {
			f.Write = func(io.Writer, *io.SectionReader) error { return failure }
		}, nil, connectors.Denied, "no room"},
		{"not noted", func(*connectors.Former) {}, failure, connectors.RolledBack, "could not be noted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := back
			c.change(&f)
			if o := con.Restore(t.Context(), f, func(connectors.Swapping) error { return c.note }); o.Result != c.want || !strings.Contains(o.Why, c.about) {
				t.Errorf("%s: %s", o.Result, o.Why)
			}
			if held(t, path) != after {
				t.Error("the file was changed")
			}
			only(t, dir, "a.csv")
		})
	}
	var told connectors.Swap
	o := con.Restore(t.Context(), back, func(s connectors.Swapping) error { told = s.Swap; return nil })
	if o.Result != connectors.Done || held(t, path) != before {
		t.Errorf("%s: %s", o.Result, o.Why)
	}
	if want := (connectors.Swap{Place: "a.csv", Before: made.After, After: made.Before}); told != want {
		t.Errorf("told %v", told)
	}
	only(t, dir, "a.csv")

	reading := connect(t, dir, "files = [\"*\"]\n"+people).(connectors.Swapper)
	if o := reading.Restore(t.Context(), back, nil); o.Result != connectors.Denied {
		t.Errorf("where nothing may be written: %s", o.Result)
	}
}

// A swap tells whether a change was there already: what the file was is not what such a change was planned on.
func TestSwapsThatAreNotWhole(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.csv"), []byte("Name,Town\nAnn,York\nBob,Leeds\n"))
	con := connect(t, dir, "files = [\"*\"]\n"+writable+"[entity.people]\nkey = [\"Name\"]\n"+people).(connectors.Swapper)
	r := records(t, con, "people")
	changes := []connectors.Change{rectify(r[0], "Town", "Hull"), rectify(r[1], "Town", "Hull")}
	apply(t, con, changes[:1], connectors.Done)
	whole := true
	outcomes, err := con.Swap(t.Context(), changes, func(s connectors.Swapping) error { whole = s.Whole; return nil })
	if err != nil || outcomes[0].Result != connectors.Already || outcomes[1].Result != connectors.Done || whole {
		t.Error(outcomes, err, whole)
	}
}
