package estate

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/sqlc-dev/teesql/parser"

	"dossier/connectors"
)

// serverURL returns the address of a test server. A server that tests are promised must be there in CI.
func serverURL(t *testing.T, variable string) string {
	t.Helper()
	server := os.Getenv(variable)
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: run the tests by scripts/with-servers", variable)
		}
		t.Skipf("SKIPPED: %s is not set, so the estate was not filled into that server; run scripts/with-servers go test ./internal/estate/", variable)
	}
	return server
}

func TestFillSQL(t *testing.T) {
	for _, variable := range []string{"DOSSIER_TEST_MYSQL", "DOSSIER_TEST_POSTGRES"} {
		t.Run(variable, func(t *testing.T) {
			server := serverURL(t, variable)
			o := Options{People: 60, Seed: 4, Prefix: "estate_test_"}
			w := newWorld(o)
			for range 2 { // the second replaces the first
				if err := FillSQL(t.Context(), server, o); err != nil {
					t.Fatal(err)
				}
			}
			for _, db := range w.databases {
				name := o.Prefix + db.name
				t.Cleanup(func() { drop(t, server, name) })
				for _, table := range db.tables {
					if n := count(t, server, name, table.name); n != len(table.rows) {
						t.Errorf("%s.%s has %d rows, want %d", db.name, table.name, n, len(table.rows))
					}
				}
			}
			audited := count(t, server, o.Prefix+"QLMS", "AuditLog")
			execute(t, server, o.Prefix+"QLMS", `UPDATE "Candidates" SET "Town" = 'Hull' WHERE "CandidateNo" = 'C202601'`)
			if n := count(t, server, o.Prefix+"QLMS", "AuditLog"); n != audited+1 {
				t.Errorf("the trigger of QLMS noted %d changes, want 1", n-audited)
			}
			execute(t, server, o.Prefix+"websites", `UPDATE "accounts" SET "email" = 'x'`)
			if n := count(t, server, o.Prefix+"websites", "sessions"); n != 0 {
				t.Errorf("%d sessions are left after their mailbox changed", n)
			}
		})
	}
}

func TestFillSQLServer(t *testing.T) {
	server := os.Getenv("DOSSIER_TEST_MSSQL")
	if server == "" {
		t.Skip("SKIPPED: DOSSIER_TEST_MSSQL is not set; without a SQL Server the statements are only parsed (TestSQLServerStatementsParse)")
	}
	if err := FillSQL(t.Context(), server, Options{People: 60, Seed: 4, Prefix: "estate_test_"}); err != nil {
		t.Fatal(err)
	}
}

// TestSQLServerStatementsParse stands in for a server that the tests do not have.
func TestSQLServerStatementsParse(t *testing.T) {
	var statements []string
	run := func(_ context.Context, statement string, _ ...any) error {
		statements = append(statements, statement)
		return nil
	}
	for _, db := range newWorld(Options{People: 60}).databases {
		if err := mssqlDialect.fill(t.Context(), run, db); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range statements {
		script, err := parser.Parse(t.Context(), strings.NewReader(s))
		if err != nil || len(script.Batches) != 1 || len(script.Batches[0].Statements) != 1 {
			t.Errorf("no statement of Transact-SQL (%v): %.300s", err, s)
		}
		if n := strings.Count(s, "@p"); n > 2100 {
			t.Errorf("%d parameters: %.60s", n, s)
		}
	}
	if len(statements) < 50 {
		t.Errorf("%d statements only", len(statements))
	}
}

func TestFillSQLRefusesOtherServers(t *testing.T) {
	for _, server := range []string{"oracle://user@host", "://", "host:3306"} {
		if err := FillSQL(t.Context(), server, Options{People: 20}, "nvq"); err == nil {
			t.Errorf("%q is accepted", server)
		}
	}
}

// connect opens a database on MariaDB, which then reads double quotes as PostgreSQL does; nil for PostgreSQL.
func connect(t *testing.T, server, database string) (*sql.DB, *pgx.Conn) {
	t.Helper()
	rest, isMySQL := strings.CutPrefix(server, "mysql://")
	if !isMySQL {
		config, err := pgx.ParseConfig(server)
		if err != nil {
			t.Fatal(err)
		}
		config.Database = database
		conn, err := pgx.ConnectConfig(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		return nil, conn
	}
	account, host, _ := strings.Cut(strings.TrimSuffix(rest, "/"), "@")
	config, err := mysql.ParseDSN(account + "@tcp(" + host + ")/" + database + "?sql_mode=%27ANSI_QUOTES%27")
	if err != nil {
		t.Fatal(err)
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		t.Fatal(err)
	}
	return sql.OpenDB(connector), nil
}

func count(t *testing.T, server, database, table string) (n int) {
	t.Helper()
	db, conn := connect(t, server, database)
	text := `SELECT COUNT(*) FROM "` + table + `"`
	var err error
	if db != nil {
		defer db.Close()
		err = db.QueryRowContext(t.Context(), text).Scan(&n)
	} else {
		defer conn.Close(context.Background())
		err = conn.QueryRow(t.Context(), text).Scan(&n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func execute(t *testing.T, server, database, statement string) {
	t.Helper()
	db, conn := connect(t, server, database)
	var err error
	if db != nil {
		defer db.Close()
		_, err = db.ExecContext(t.Context(), statement)
	} else {
		defer conn.Close(context.Background())
		_, err = conn.Exec(t.Context(), statement)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func drop(t *testing.T, server, name string) {
	ctx := context.Background()
	d, run, end, err := openServer(ctx, server, "")
	if err != nil {
		t.Error(err)
		return
	}
	defer end()
	if err := run(ctx, "DROP DATABASE "+d.quote(name)); err != nil {
		t.Error(err)
	}
}

// TestRegisterNamesServers writes a register for systems on two servers and reads every record of theirs by it.
func TestRegisterNamesServers(t *testing.T) {
	mysqlURL, postgresURL := serverURL(t, "DOSSIER_TEST_MYSQL"), serverURL(t, "DOSSIER_TEST_POSTGRES")
	u, err := url.Parse(mysqlURL)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	t.Setenv(PasswordVariable, password) // the same on both
	o := Options{Dir: t.TempDir(), People: 60, Seed: 4, Prefix: "estate_reg_",
		Servers: map[string]string{"prodrive": mysqlURL, "360": mysqlURL, "qlms": postgresURL, "websites": postgresURL}}
	e := generate(t, o)
	for _, db := range newWorld(o).databases {
		if server := o.Servers[db.system]; server != "" {
			t.Cleanup(func() { drop(t, server, o.Prefix+db.name) })
		}
	}
	found := map[string]bool{}
	for _, sys := range load(t, e).Systems {
		if o.Servers[sys.ID] == "" {
			continue
		}
		c, err := sys.Opens()(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, entity := range sys.Entities {
			for r, err := range c.Find(t.Context(), connectors.Query{Entity: entity.Name}) {
				if err != nil {
					t.Fatal(err)
				}
				found[recordID(Record{System: sys.ID, Place: r.Ref.Place, Entity: entity.Name, Key: r.Ref.Key})] = true
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	known := 0
	check := func(records []Record) {
		for _, r := range records {
			if o.Servers[r.System] != "" {
				if known++; !found[recordID(r)] {
					t.Errorf("%s of the truth is not on its server", recordID(r))
				}
			}
		}
	}
	for _, p := range e.People {
		check(p.Records)
	}
	check(e.Nobody)
	if known != len(found) {
		t.Errorf("the servers hold %d records, the truth knows %d", len(found), known)
	}
}
