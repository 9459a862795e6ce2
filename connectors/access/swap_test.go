package access

import (
	"errors"
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
