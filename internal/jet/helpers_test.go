package jet

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sharedDir holds Access files of others, which are not part of the project.
var sharedDir = "../../../shared/access"

// missing skips a test for want of something, loudly, and fails it where nothing may be missing.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing, and CI may skip nothing", what)
	}
	t.Skipf("SKIPPED, NOT TESTED: %s is missing", what)
}

// sample returns the path of a file among those of others.
func sample(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(sharedDir, name)
	if _, err := os.Stat(path); err != nil {
		missing(t, path)
	}
	return path
}

// samples returns the paths of every database to test with: the project's own, and those of others.
func samples(t testing.TB) []string {
	t.Helper()
	if _, err := os.Stat(sharedDir); err != nil {
		missing(t, sharedDir)
	}
	var paths []string
	for _, root := range []string{"testdata", sharedDir} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if ext := filepath.Ext(path); err == nil && !d.IsDir() && (ext == ".mdb" || ext == ".accdb") {
				paths = append(paths, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(paths) < 10 {
		t.Fatalf("only %d sample files found", len(paths))
	}
	return paths
}

// cheap returns those of the paths whose files are to be read many times over: under the race detector only small ones.
func cheap(t testing.TB, paths []string) []string {
	t.Helper()
	return slices.DeleteFunc(paths, func(path string) bool {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return raced && info.Size() > 1<<20
	})
}

// passwordOf returns the password of a sample.
func passwordOf(path string) string {
	switch name := filepath.Base(path); {
	case name == "enc-2007.accdb":
		return "Test123"
	case name == "enc-db2013.accdb":
		return "1234"
	case name == "enc-agile44.accdb", name == "pw-jet4-2003.mdb",
		strings.Contains(name, "with-password"), strings.HasPrefix(name, "office-agile"):
		return "password"
	}
	return ""
}

func open(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(path, Options{Password: passwordOf(path)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if len(db.Damage()) > 0 {
		t.Fatalf("%s: the catalogue is damaged: %v", path, errors.Join(db.Damage()...))
	}
	return db
}

// allTables returns the tables of the user and of Access.
func allTables(db *DB) []*Table { return append(db.Tables(), db.SystemTables()...) }

func table(t testing.TB, db *DB, name string) *Table {
	t.Helper()
	tb, err := db.Table(name)
	if err != nil {
		t.Fatal(err)
	}
	return tb
}

// texts reads the rows of a table as text; what cannot be read fails the test.
func texts(t testing.TB, tb *Table, columns ...string) [][]string {
	t.Helper()
	var rows [][]string
	for row, err := range tb.Rows(columns...) {
		if err != nil {
			t.Fatalf("table %s: %v", tb.Name, err)
		}
		var fields []string
		for _, v := range row.Values {
			fields = append(fields, v.String())
		}
		rows = append(rows, fields)
	}
	return rows
}

// short names a sample in the name of a test.
func short(path string) string {
	return strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(path, sharedDir+"/"), "testdata/"), "/", "_")
}

// mdbtools returns the path of one of the tools of mdbtools.
func mdbtools(t testing.TB, tool string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		missing(t, tool+" (Debian's mdbtools)")
	}
	return path
}
