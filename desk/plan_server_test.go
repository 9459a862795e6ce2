package desk

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"dossier/act"
	"dossier/connectors"
	"dossier/connectors/kinds"
	"dossier/request/clock"
)

const blankRegister = `version = 1
[organisation]
name = "The Institute"
clock = "eu"
[system.s]
owners = ["Membership"]
%s
[system.s.entity.people]
key = ["id"]
erase = "anonymise"
[system.s.entity.people.fields]
name = { is = "full_name" }
mail = { is = "email" }
code = {}
born = { is = "birth_date" }
seen = {}
made = {}
rang = {}
fee  = {}
n    = {}
f    = {}
flag = {}
raw  = {}
note = {}
`

// blankTable has a column of each type that cannot be NULL, and two that must be unique; %s are the words of the server.
const blankTable = `CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL, mail VARCHAR(60) NOT NULL UNIQUE, code VARCHAR(8) NOT NULL UNIQUE,
	born DATE NOT NULL, seen %s NOT NULL, made %s NOT NULL, rang TIME NOT NULL, fee DECIMAL(8,2) NOT NULL, n SMALLINT NOT NULL, f %s NOT NULL,
	flag BOOLEAN NOT NULL, raw %s NOT NULL, note TEXT)`

const blankRow = `INSERT INTO people VALUES (%d, 'Zoe King', 'zoe%d@example.org', 'C%d', '1961-04-03', '2020-05-06 07:08:09', '2020-05-06 07:08:09', '10:15:00', 31.25, 17, 1.5, %s, %s, 'likes tea')`

// onServer makes a database with two people on a server, and returns what the register says of it.
func onServer(t *testing.T, kind, variable string) (register string) {
	server := os.Getenv(variable)
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: run the tests by scripts/with-servers", variable)
		}
		t.Skipf("SKIPPED: %s names no server", variable)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	name := fmt.Sprintf("dossier_plan_%d", os.Getpid())
	driver, own := "pgx", *u
	own.Path = "/" + name
	admin, to := server, own.String()
	if kind == "mysql" {
		c := mysql.NewConfig()
		c.Net, c.Addr, c.User, c.Passwd = "tcp", u.Host, u.User.Username(), password
		driver, admin = "mysql", c.FormatDSN()
		c.DBName = name
		to = c.FormatDSN()
	}
	run := func(source string, statements ...string) {
		t.Helper()
		db, err := sql.Open(driver, source)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, s := range statements {
			if _, err := db.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
	}
	run(admin, "DROP DATABASE IF EXISTS "+name, "CREATE DATABASE "+name)
	t.Cleanup(func() { run(admin, "DROP DATABASE "+name) })
	run(to, blank(kind)...)
	t.Setenv("DOSSIER_TEST_PLAN_PASSWORD", password)
	address := url.URL{Scheme: kind, User: url.User(u.User.Username()), Host: u.Host, Path: "/" + name}
	return fmt.Sprintf("kind = %q\naddress = %q\npassword = \"env:DOSSIER_TEST_PLAN_PASSWORD\"\ntls = { mode = \"off\" }", kind, address.String())
}

// blank returns the statements that make the table.
func blank(kind string) []string {
	words := map[string][4]string{"mysql": {"TIMESTAMP", "DATETIME", "DOUBLE", "VARBINARY(20)"}, "postgres": {"TIMESTAMPTZ", "TIMESTAMP", "DOUBLE PRECISION", "BYTEA"},
		"sqlite": {"TEXT", "TEXT", "REAL", "BLOB"}}[kind]
	bytes := map[string]string{"mysql": "x'ff00'", "postgres": `'\xff00'`, "sqlite": "x'ff00'"}[kind]
	statements := []string{fmt.Sprintf(blankTable, words[0], words[1], words[2], words[3])}
	for id := range 2 {
		statements = append(statements, fmt.Sprintf(blankRow, id+1, id+1, id+1, "TRUE", bytes))
	}
	return statements
}

// What a plan writes in the place of values, every kind of database takes, in records that must differ too; and planned again
// there is nothing left to blank but what differs anew.
func TestBlankedOnEveryDatabase(t *testing.T) {
	for _, kind := range []string{"sqlite", "mysql", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			var system string
			switch kind {
			case "sqlite":
				path := filepath.Join(t.TempDir(), "people.db")
				db, err := sql.Open("sqlite", path)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range blank(kind) {
					if _, err := db.Exec(s); err != nil {
						t.Fatal(err)
					}
				}
				db.Close()
				system = fmt.Sprintf("kind = \"sqlite\"\nfiles = [%q]", filepath.ToSlash(path))
			case "mysql":
				system = onServer(t, kind, "DOSSIER_TEST_MYSQL")
			default:
				system = onServer(t, kind, "DOSSIER_TEST_POSTGRES")
			}
			r, err := connectors.Parse([]byte(fmt.Sprintf(blankRegister, system)), kinds.All())
			if err != nil {
				t.Fatal(err)
			}
			conn, err := r.Systems[0].Opens()(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			for turn := range 2 {
				changes := planBlank(t, r, conn)
				if len(changes) != 2 {
					t.Fatalf("turn %d: %d changes", turn+1, len(changes))
				}
				if after := changes[0].After.Names; turn == 1 && !slices.Equal(after, []string{"code"}) { // too short for a mark that it is blanked
					t.Errorf("planned again: %q", after)
				}
				outcomes, err := conn.(connectors.Writer).Apply(t.Context(), changes)
				if err != nil {
					t.Fatal(err)
				}
				for i, o := range outcomes {
					if o.Result != connectors.Done {
						t.Errorf("%s: %s %s, of %v", o.Record, o.Result, o.Why, changes[i].After)
					}
				}
			}
		})
	}
}

// planBlank plans the erasure of every record, and returns what is to be written.
func planBlank(t *testing.T, r *connectors.Register, conn connectors.Connector) (changes []connectors.Change) {
	t.Helper()
	catalog, err := conn.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	planner := act.NewPlanner(act.Rules{Action: act.Erase, Register: r, Today: clock.On(2026, 3, 2)}, []act.Target{{System: r.Systems[0], Conn: conn, Catalog: catalog}})
	items := func(yield func(act.Item, error) bool) {
		for record, err := range conn.Find(t.Context(), connectors.Query{Entity: "people"}) {
			if !yield(act.Item{Record: record.Clone()}, err) {
				return
			}
		}
	}
	for l, err := range planner.Lines(t.Context(), items) {
		if err != nil {
			t.Fatal(err)
		}
		if l.Writes() {
			changes = append(changes, l.Change)
		}
		for i, v := range l.Change.After.Values {
			if strings.ContainsAny(v.String(), "@ ") {
				t.Errorf("%s becomes %s", l.Change.After.Names[i], v)
			}
		}
	}
	return changes
}
