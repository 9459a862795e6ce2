package desk

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"
)

const scratchText = `
version = 1
[organisation]
name = "The Institute"
clock = "england-and-wales"
[system.scratch]
kind = "sqlite"
files = ["scratch_*.db"]
owners = ["IT"]
[system.live]
kind = "sqlite"
files = ["live.db"]
owners = ["IT"]
[system.paper]
kind = "manual"
owners = ["HR"]
`

func TestConnectorsAreTestedOnScratchDatabasesOnly(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "connectors.toml"), []byte(scratchText), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"scratch_a.db", "scratch_b.db", "scratch_c.db", "live.db"} {
		db, err := sql.Open("sqlite", filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		query := `PRAGMA user_version = 1`
		if name == "live.db" {
			query = `CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)`
		}
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
		db.Close()
	}
	d, err := Open(t.Context(), Config{Register: filepath.Join(dir, "connectors.toml"), State: filepath.Join(dir, "state"), Operator: "Pat"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for system, code := range map[string]int{"live": ExitRefused, "paper": ExitUsage, "none": ExitUsage} {
		if got, err := gather(d.TestConnector(t.Context(), system)); ExitCode(err) != code || len(got) > 0 {
			t.Errorf("%s: %v, %v", system, got, err)
		}
	}
	cases := 0
	for e, err := range d.TestConnector(t.Context(), "scratch") {
		if err != nil {
			t.Fatal(err)
		}
		if c := e.(Tested); c.Result == "failed" {
			t.Errorf("%s: %s", c.Case, c.Why)
		}
		if cases++; cases == 3 { // the connectors' own tests run them all
			break
		}
	}
	if again, err := gather(d.TestConnector(canceled(t), "scratch")); ExitCode(err) != ExitCancelled {
		t.Errorf("cancelled: %v, %v", again, err)
	}
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
