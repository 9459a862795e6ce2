package access

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"dossier/connectors"
	"dossier/internal/swapfile"
)

// Who is told of a swap has the sums by which a crash is decided, before anything happens, and may end it.
func TestSwapIsTold(t *testing.T) {
	dir := t.TempDir()
	path := place(t, dir, "tiny.accdb", filepath.Join(samples, "tiny-V2010.accdb"))
	s := connect(t, dir, "files = [\"*.accdb\"]\n"+writable+entities)
	records := find(t, s, connectors.Query{Entity: "members"}).records
	before, err := s.Sum(t.Context(), "tiny.accdb")
	if err != nil {
		t.Fatal(err)
	}
	var told []connectors.Swap
	for _, failure := range []error{errors.New("the disk is full"), nil} {
		outcomes, err := s.Swap(t.Context(), remove(records[3]), func(swap connectors.Swapping) error {
			if now, _ := s.Sum(t.Context(), swap.Place); now != before {
				t.Error("the file was swapped before it was told")
			}
			told = append(told, swap.Swap)
			return failure
		})
		if err != nil || (outcomes[0].Result == connectors.Done) != (failure == nil) {
			t.Fatalf("%v, %v", outcomes, err)
		}
		now, _ := s.Sum(t.Context(), "tiny.accdb")
		if (now == before) != (failure != nil) {
			t.Errorf("after the error %v the file's sum is %s", failure, now)
		}
		only(t, path)
	}
	after, _ := s.Sum(t.Context(), "tiny.accdb")
	if len(told) != 2 || told[1] != (connectors.Swap{Place: "tiny.accdb", Before: before, After: after}) {
		t.Errorf("told %v", told)
	}
	if outcomes, err := s.Swap(t.Context(), remove(records[3]), nil); err != nil || outcomes[0].Result != connectors.Already {
		t.Errorf("%v, %v", outcomes, err)
	}
	if _, err := s.Sum(t.Context(), "other.accdb"); err == nil {
		t.Error("a file that is not there has a sum")
	}
}

// sumOf returns the SHA-256 of a file.
var sumOf = swapfile.Sum

// A database gets the bytes that it had, where it is what they were told from.
func TestRestore(t *testing.T) {
	dir := t.TempDir()
	path := place(t, dir, "tiny.accdb", filepath.Join(samples, "tiny-V2010.accdb"))
	s := connect(t, dir, "files = [\"*.accdb\"]\n"+writable+entities)
	var was []byte
	var made connectors.Swapping
	outcomes, err := s.Swap(t.Context(), remove(find(t, s, connectors.Query{Entity: "members"}).records[3]), func(swapping connectors.Swapping) error {
		made = swapping
		return swapping.Both(func(file, _ *io.SectionReader) (err error) {
			was, err = io.ReadAll(file)
			return err
		})
	})
	if err != nil || outcomes[0].Result != connectors.Done || !made.Whole {
		t.Fatal(outcomes, err)
	}
	back := connectors.Former{Place: "tiny.accdb", Present: made.After, Sum: made.Before, Write: func(to io.Writer, _ *io.SectionReader) error {
		_, err := to.Write(was)
		return err
	}}
	for name, c := range map[string]struct {
		place, present string
		want           connectors.Result
	}{"of another file": {"tiny.accdb", made.Before, connectors.Drifted}, "of no file": {"other.accdb", made.After, connectors.RolledBack}} {
		f := back
		f.Place, f.Present = c.place, c.present
		if o := s.Restore(t.Context(), f, nil); o.Result != c.want {
			t.Errorf("%s: %s (%s)", name, o.Result, o.Why)
		}
	}
	if o := s.Restore(t.Context(), back, nil); o.Result != connectors.Done {
		t.Errorf("%s: %s", o.Result, o.Why)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, was) {
		t.Error("the database is not what it was", err)
	}
	only(t, path)
}
