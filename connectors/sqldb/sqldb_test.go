package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
	"dossier/connectors/connectortest/suite"
	"dossier/internal/leak"
	"dossier/internal/tdsdouble"
)

// server returns the URL of a real server, from the environment. Without it the test is left out, but
// never in CI.
func serverURL(t testing.TB, variable string) *url.URL {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s names no server: CI may leave nothing out", variable)
		}
		t.Skipf("LEFT OUT: %s names no server", variable)
	}
	u, err := url.Parse(text)
	if err != nil {
		t.Fatalf("%s is no URL", variable)
	}
	return u
}

// ownName returns a name that no other run of the tests uses on the same server.
func ownName(name string) string { return fmt.Sprintf("%s%d_%s", suitePrefix, os.Getpid(), name) }

// scratch names a system's keys in the register for a test's own databases on a server, or its own files. SQL
// Server is the one that DOSSIER_TEST_MSSQL names, else the double.
func scratch(t testing.TB, kind string, names ...string) (lines, dir string) {
	t.Helper()
	dir = t.TempDir()
	var u *url.URL
	var door func(testing.TB, ...string)
	create, drop := "CREATE DATABASE %s", "DROP DATABASE IF EXISTS %s"
	more := ""
	switch kind {
	case "sqlite":
		for _, n := range names {
			newDoor(t, "sqlite", filepath.Join(dir, n+".db"))(t, "CREATE TABLE made (x)", "DROP TABLE made")
		}
		return `files = ["*.db"]`, dir
	case "mysql":
		u = serverURL(t, "DOSSIER_TEST_MYSQL")
		password, _ := u.User.Password()
		door = newDoor(t, "mysql", fmt.Sprintf("%s:%s@tcp(%s)/", u.User.Username(), password, u.Host))
		create += " CHARACTER SET utf8mb4"
	case "postgres":
		u = serverURL(t, "DOSSIER_TEST_POSTGRES")
		door = newPostgresDoor(t, u.String())
		encoding := "UTF8"
		if strings.HasSuffix(names[0], "latin1") {
			encoding = "LATIN1"
		}
		create += " ENCODING '" + encoding + "' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
		drop += " WITH (FORCE)"
	case "mssql":
		if os.Getenv("DOSSIER_TEST_MSSQL") == "" {
			double := tdsdouble.Start(t, tdsdouble.Options{Databases: names})
			t.Setenv("DOSSIER_TEST_SCRATCH_PASSWORD", "Passw0rd!")
			u = &url.URL{Scheme: "sqlserver", User: url.User("sa"), Host: double.Addr()}
			more = fmt.Sprintf("\ntested = %q", Tested("16.0", connectortest.Version))
			break
		}
		more = "\ntls = { mode = \"unverified\" }"
		u = serverURL(t, "DOSSIER_TEST_MSSQL")
		door = newDoor(t, "sqlserver", u.String())
	}
	if door != nil {
		for _, n := range names {
			door(t, fmt.Sprintf(drop, n), fmt.Sprintf(create, n))
			t.Cleanup(func() { door(t, fmt.Sprintf(drop, n)) })
		}
		password, _ := u.User.Password()
		t.Setenv("DOSSIER_TEST_SCRATCH_PASSWORD", password)
	}
	return fmt.Sprintf("address = %q\npassword = \"env:DOSSIER_TEST_SCRATCH_PASSWORD\"\ndatabases = [%s]%s",
		u.Scheme+"://"+u.User.Username()+"@"+u.Host+"/", quoteAll(names), more), dir
}

func quoteAll(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(out, ", ")
}

// newDoor returns a back door: it runs statements with an account of its own.
func newDoor(t testing.TB, driver, dsn string) func(testing.TB, ...string) {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxIdleConns(0)
	t.Cleanup(func() { _ = db.Close() })
	return func(t testing.TB, statements ...string) {
		t.Helper()
		for _, text := range statements {
			if _, err := db.ExecContext(context.Background(), text); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
	}
}

func newPostgresDoor(t testing.TB, url string) func(testing.TB, ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return func(t testing.TB, statements ...string) {
		t.Helper()
		for _, text := range statements {
			if _, err := conn.Exec(context.Background(), text); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
	}
}

func kindOf(t testing.TB, name string) connectors.Kind {
	t.Helper()
	for _, k := range Kinds() {
		if k.Name == name {
			return k
		}
	}
	t.Fatalf("no kind %s", name)
	return connectors.Kind{}
}

// openSystem opens a system of the kind with the register's lines: keys of the system, then its entities.
func openSystem(t testing.TB, kind, dir, lines string) *system {
	t.Helper()
	text := "version = 1\n[organisation]\nname = \"Test\"\nclock = \"england-and-wales\"\n[system.test]\nkind = \"" + kind + "\"\nowners = [\"Test\"]\n" + lines
	register, err := connectors.Parse([]byte(text), []connectors.Kind{kindOf(t, kind)})
	if err != nil {
		t.Fatal(err)
	}
	sys, _ := register.System("test")
	sys.Dir = dir
	c, err := sys.Opens()(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c.(*system)
}

// harness returns the conformance harness on a scratch system of the kind.
func harness(t testing.TB, kind string) *Harness {
	t.Helper()
	lines, dir := scratch(t, kind, ownName("a"), ownName("b"), ownName("c"))
	h, err := NewHarness(t.Context(), openSystem(t, kind, dir, lines))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Clean(context.Background()); err != nil {
			t.Error(err)
		}
		_ = h.Close()
	})
	return h
}

func TestMain(m *testing.M) { leak.Main(m) }

func TestSuite(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			if raced && kind == "mssql" {
				t.Skip("LEFT OUT: the suite over the wire double takes minutes under the race detector; make test runs it without")
			}
			suite.Run(t, harness(t, kind))
		})
	}
}

var _ connectortest.Harness = (*Harness)(nil)

// equal asks for one value in one field.
func equal(entity, field, value string) connectors.Query {
	return ask(entity, field, compare.Equal, value)
}

func ask(entity, field string, how compare.How, values ...string) connectors.Query {
	term := connectors.Term{Fields: []string{field}, How: how}
	for _, v := range values {
		term.Values = append(term.Values, []string{v})
	}
	return connectors.Query{Entity: entity, Any: []connectors.Clause{{term}}}
}

// records returns what Find yields, and fails the test on any error or gap.
func records(t testing.TB, c connectors.Connector, q connectors.Query) []connectors.Record {
	t.Helper()
	var out []connectors.Record
	for r, err := range c.Find(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r.Clone())
	}
	return out
}

// answers returns one field of every record that Find yields and that answers to the query, sorted.
func answers(t testing.TB, c connectors.Connector, shape connectors.Shape, q connectors.Query, field string) []string {
	t.Helper()
	filter, err := connectors.NewFilter(shape, q)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range records(t, c, q) {
		if filter.Match(r) {
			out = append(out, r.Get(field).String())
		}
	}
	slices.Sort(out)
	return out
}

// cancelFind cancels a search once it has begun, and expects it to end with the context's error.
func cancelFind(t testing.TB, c connectors.Connector, q connectors.Query, begun func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		var last error
		for _, err := range c.Find(ctx, q) {
			last = err
		}
		done <- last
	}()
	begun()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the cancelled search ended with %v", err)
	}
}
