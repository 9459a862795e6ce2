package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){"dossier": main, stillName: still})
}

// tests are the tests of the package, which leave nothing behind.
type tests struct{ *testing.M }

func (m tests) Run() int {
	defer func() { _ = os.RemoveAll(builtFolder) }()
	return m.M.Run()
}

// The scripts under testdata/script are sessions of the program as its users have them, a case a file.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("DOSSIER_STATE", e.Getenv("WORK")+"/state")
			e.Setenv("DOSSIER_OPERATOR", "Dana")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"flip":       flip,
			"code":       code,
			"latest":     latest,
			"oldest":     first("ID", "id", `-0001"`, "request", "list", "--json"),
			"hold":       hold,
			"batch":      batch,
			"notice":     first("NOTICE", "id", `"kind":"notice","system":"prodrive"`, "task", "list", "--json"),
			"incident":   first("INC", "id", "", "incident", "list", "--json"),
			"key":        key,
			"public":     public,
			"passphrase": passphrase,
			"rows":       rows,
		},
	})
}

// latest sets $ID to the id of the latest request.
func latest(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Exec("dossier", "request", "list", "--json"))
	var r struct{ ID string }
	ts.Check(json.NewDecoder(strings.NewReader(ts.ReadFile("stdout"))).Decode(&r))
	ts.Setenv("ID", r.ID)
}

// hold sets $HOLD to the id of the first hold.
func hold(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Exec("dossier", "hold", "list", "--json"))
	var h struct{ Hold string }
	ts.Check(json.NewDecoder(strings.NewReader(ts.ReadFile("stdout"))).Decode(&h))
	ts.Setenv("HOLD", h.Hold)
}

// batch sets $BATCH to the id of the latest batch.
func batch(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Exec("dossier", "batch", "list", "--json"))
	var b struct{ Batch string }
	ts.Check(json.NewDecoder(strings.NewReader(ts.ReadFile("stdout"))).Decode(&b))
	ts.Setenv("BATCH", b.Batch)
}

// first returns what sets a variable to a key of the first object, with something in it, that the program prints.
func first(name, key, having string, args ...string) func(ts *testscript.TestScript, neg bool, args []string) {
	return func(ts *testscript.TestScript, neg bool, _ []string) {
		ts.Check(ts.Exec("dossier", args...))
		for line := range strings.Lines(ts.ReadFile("stdout")) {
			var object map[string]any
			if strings.Contains(line, having) {
				ts.Check(json.Unmarshal([]byte(line), &object))
				ts.Setenv(name, object[key].(string))
				return
			}
		}
		ts.Fatalf("dossier %s prints nothing with %s", strings.Join(args, " "), having)
	}
}

// key FILE sets $KEY to the log's key, as a report of it prints it.
func key(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: key FILE")
	}
	_, after, _ := strings.Cut(ts.ReadFile(args[0]), "\nkey   ")
	text, _, _ := strings.Cut(after, "\n")
	ts.Setenv("KEY", text)
}

// public FILE sets $PUBLIC to the public key that an operator's first step printed.
func public(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: public FILE")
	}
	var made struct{ Key string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &made))
	ts.Setenv("PUBLIC", made.Key)
}

// passphrase sets $WORDS to the passphrase that the last command told.
func passphrase(ts *testscript.TestScript, neg bool, args []string) {
	_, after, found := strings.Cut(ts.ReadFile("stdout"), `{"type":"passphrase","words":"`)
	words, _, _ := strings.Cut(after, `"`)
	if !found || strings.Contains(after, `"passphrase"`) || strings.Count(words, "-") < 6 {
		ts.Fatalf("no passphrase was told, or more than one")
	}
	ts.Setenv("WORDS", words)
}

// flip FILE inverts one byte of a file.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: flip FILE")
	}
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	b[len(b)/2] ^= 0xff
	ts.Check(os.WriteFile(path, b, 0o600))
}

// code N COMMAND…: the command must end with the exit code.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = string(bytes.TrimPrefix([]byte(err.Error()), []byte("exit status ")))
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// rows DIR FILE TABLE… writes every row of every SQLite database of a folder into a file, but for those of the tables.
func rows(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: rows DIR FILE TABLE...")
	}
	paths, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*.db"))
	ts.Check(err)
	var out strings.Builder
	for _, path := range paths {
		db, err := sql.Open("sqlite", path)
		ts.Check(err)
		tables := column(ts, db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
		for _, table := range tables {
			if slices.Contains(args[2:], table) {
				continue
			}
			names := column(ts, db, "SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('"+table+"')")
			for _, row := range column(ts, db, "SELECT "+strings.Join(names, " || ', ' || ")+" FROM \""+table+"\" ORDER BY 1") {
				out.WriteString(filepath.Base(path) + " " + table + ": " + row + "\n")
			}
		}
		ts.Check(db.Close())
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(out.String()), 0o600))
}

// column returns the first column of what a query selects.
func column(ts *testscript.TestScript, db *sql.DB, query string) (values []string) {
	rows, err := db.Query(query)
	ts.Check(err)
	defer rows.Close()
	for rows.Next() {
		var v string
		ts.Check(rows.Scan(&v))
		values = append(values, v)
	}
	ts.Check(rows.Err())
	return values
}
