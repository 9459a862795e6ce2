//go:build unix

package sheet

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"dossier/connectors"
)

func TestFilesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.csv"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "link.csv")); err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(dir, "a.csv"), []byte("Name\nSmith\n"))
	find(t, connect(t, dir, "files = [\"*.csv\"]\n[entity.x.fields]\nName = {}"), connectors.Query{Entity: "x"}).check(t,
		[]string{"a.csv, row 2: Name=Smith"}, []string{"link.csv / x: …it is not there", "pipe.csv / x: …it is no regular file"})
}

func TestFilesThatMayNotBeRead(t *testing.T) {
	if os.Getuid() == 0 {
		t.Log("the superuser may read everything: only the words are tested")
		if got := reason(&os.PathError{Op: "open", Path: "secret", Err: syscall.EACCES}); got != "this account may not read it" {
			t.Error(got)
		}
		return
	}
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.csv"), []byte("Name\nSmith\n"))
	if err := os.Chmod(filepath.Join(dir, "a.csv"), 0); err != nil {
		t.Fatal(err)
	}
	find(t, connect(t, dir, "files = [\"a.csv\"]\n[entity.x.fields]\nName = {}"), connectors.Query{Entity: "x"}).check(t, nil, []string{"this account may not read it"})
}
