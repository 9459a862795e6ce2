package access

import (
	"context"
	"encoding/csv"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

const (
	samples = "../../internal/jet/testdata"
	legacy  = "../../internal/estate/data/legacy-membership.accdb"
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

// shared returns the path of a file of others.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(sharedDir, name)
	if _, err := os.Stat(path); err != nil {
		missing(t, path)
	}
	return path
}

// tiny returns the small samples, one a version.
func tiny(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(samples, "tiny-*.*db"))
	if err != nil || len(paths) != 6 {
		t.Fatalf("%d samples: %v", len(paths), err)
	}
	return paths
}

// place copies a file into a folder under a name.
func place(t testing.TB, dir, name, from string) string {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o640); err != nil {
		t.Fatal(err)
	}
	return path
}

const entities = `
[system.legacy.entity.members]
table = "Members"
key   = ["MemberID"]
[system.legacy.entity.members.fields]
Surname = { is = "family_name" }
[system.legacy.entity.payments]
table  = "Payments"
parent = { entity = "members", on = { MembershipNo = "MembershipNo" } }
[system.legacy.entity.letters]
table  = "Correspondence"
parent = { entity = "members", on = { MemberID = "MemberID" } }
`

// connect opens a connector on a system whose own keys lines give, with tables of entities below them.
func connect(t testing.TB, dir, lines string) *source {
	t.Helper()
	c, err := opened(t, dir, lines)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func opened(t testing.TB, dir, lines string) (*source, error) {
	t.Helper()
	register, err := connectors.Parse([]byte("version = 1\n[organisation]\nname = \"o\"\nclock = \"england-and-wales\"\n[system.legacy]\nkind = \"access\"\nowners = [\"o\"]\n"+lines),
		[]connectors.Kind{Kind()})
	if err != nil {
		t.Fatal(err)
	}
	sys, _ := register.System("legacy")
	sys.Dir = dir
	c, err := sys.Opens()(t.Context())
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { c.Close() })
	return c.(*source), nil
}

// found is what a search yields.
type found struct {
	records []connectors.Record
	gaps    []connectors.Gap
	errs    []error // as they were yielded
}

func find(t testing.TB, c connectors.Connector, q connectors.Query) found {
	t.Helper()
	var f found
	for r, err := range c.Find(t.Context(), q) {
		if err == nil {
			f.records = append(f.records, r.Clone())
			continue
		}
		gap, ok := errors.AsType[*connectors.Gap](err)
		if !ok {
			t.Fatalf("the search ended: %v", err)
		}
		f.gaps = append(f.gaps, *gap)
		f.errs = append(f.errs, err)
	}
	return f
}

// all is find where nothing may be missed.
func all(t testing.TB, c connectors.Connector, q connectors.Query) []connectors.Record {
	t.Helper()
	f := find(t, c, q)
	if len(f.gaps) > 0 {
		t.Fatalf("a gap: %v", &f.gaps[0])
	}
	return f.records
}

// tsv reads a table of text: its columns and its rows.
func tsv(t testing.TB, path string) (columns []string, rows [][]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	all, err := r.ReadAll()
	if err != nil || len(all) < 2 {
		t.Fatalf("%s: %v", path, err)
	}
	return all[0], all[1:]
}

// run runs a tool of mdbtools.
func run(t testing.TB, tool string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		missing(t, tool+" (Debian's mdbtools)")
	}
	out, err := exec.CommandContext(context.Background(), path, args...).Output()
	if err != nil {
		t.Fatalf("%s %s: %v", tool, strings.Join(args, " "), err)
	}
	return string(out)
}
