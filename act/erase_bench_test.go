package act

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/sqldb"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

const (
	erasedTogether = 10_000 // people of one erasure
	oneByOne       = 1_000  // people that the loop of single deletes erases: its time is scaled up
)

// benchRegister describes the table of people and its child.
const benchRegister = `version = 1
[organisation]
name = "Test"
clock = "eu"
[system.crm]
kind = "mysql"
owners = ["Pat"]
address = %q
password = "env:DOSSIER_BENCH_PASSWORD"
databases = [%q]
[system.crm.entity.people]
key = ["id"]
erase = "delete"
[system.crm.entity.people.fields]
family = { is = "family_name" }
email = { is = "email" }
[system.crm.entity.orders]
key = ["id"]
erase = "delete"
parent = { entity = "people", on = { person = "id" } }
`

// BenchmarkEraseTenThousand erases 10,000 people with three orders each from MariaDB, and prints how long that takes as a multiple
// of a temporary table and DELETE … JOIN written by hand in the same run: the database's part (calls of the connector as an application
// makes them, every digest compared) should stay below 1.5, an application with its journal below 3, where the table has 1,000,000
// people (DOSSIER_BENCH_ROWS). By default it has 100,000, which the server holds in memory: the statement written by hand then
// waits for no disk, and the ratios are higher.
func BenchmarkEraseTenThousand(b *testing.B) {
	rows, err := strconv.Atoi(os.Getenv("DOSSIER_BENCH_ROWS"))
	if err != nil {
		rows = 100_000
	}
	if rows < 4*erasedTogether {
		b.Fatalf("DOSSIER_BENCH_ROWS is %d: four ways erase %d people each", rows, erasedTogether)
	}
	t := newErasing(b, rows)
	times := map[string][]time.Duration{}
	round := 0
	for ; round < min(3, rows/erasedTogether/4); round++ {
		ways := []struct {
			name  string
			scale time.Duration
			erase func(part int) time.Duration
		}{{"hand", 1, t.byHand}, {"database", 1, t.byConnector}, {"whole", 1, t.byPlan}, {"single", erasedTogether / oneByOne, t.singly}}
		for i := range ways { // another order each round
			way := (i + round) % len(ways)
			times[ways[way].name] = append(times[ways[way].name], ways[way].scale*ways[way].erase(4*round+way))
		}
	}
	t.ends(round)
	middle := func(name string) float64 {
		slices.Sort(times[name])
		return times[name][len(times[name])/2].Seconds()
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(middle("hand"), "s/hand")
	b.ReportMetric(middle("database")/middle("hand"), "database/hand")
	b.ReportMetric(middle("whole")/middle("hand"), "whole/hand")
	b.ReportMetric(middle("single")/middle("hand"), "single/hand")
}

// erasing is a database that people are erased from. The nth part of them are those whose id leaves n when it is divided by parts.
type erasing struct {
	b        *testing.B
	db       *sql.Conn
	rows     int
	parts    int
	register *connectors.Register
	system   *connectors.System
	journal  *journal.Journal
}

func newErasing(b *testing.B, rows int) *erasing {
	b.Helper()
	text := os.Getenv("DOSSIER_TEST_MYSQL")
	if text == "" {
		if os.Getenv("CI") == "true" {
			b.Fatal("DOSSIER_TEST_MYSQL names no server: CI may leave nothing out")
		}
		b.Skip("LEFT OUT: DOSSIER_TEST_MYSQL names no server")
	}
	server, err := url.Parse(text)
	if err != nil {
		b.Fatal("DOSSIER_TEST_MYSQL is no URL")
	}
	password, _ := server.User.Password()
	b.Setenv("DOSSIER_BENCH_PASSWORD", password)
	name := fmt.Sprintf("dossiertest_%d_erase", os.Getpid())
	pool, err := sql.Open("mysql", fmt.Sprintf("%s:%s@tcp(%s)/", server.User.Username(), password, server.Host))
	if err != nil {
		b.Fatal(err)
	}
	t := &erasing{b: b, rows: rows, parts: rows / erasedTogether}
	if t.db, err = pool.Conn(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_, err := t.db.ExecContext(context.Background(), "DROP DATABASE "+name)
		if err != nil {
			b.Error(err)
		}
		_ = t.db.Close()
		_ = pool.Close()
	})
	t.exec("CREATE DATABASE "+name+" CHARACTER SET utf8mb4", "USE "+name,
		"CREATE TABLE people (id INT PRIMARY KEY, email VARCHAR(100), family VARCHAR(60), given VARCHAR(60), born DATE, phone VARCHAR(30), KEY (email)) ENGINE InnoDB",
		"CREATE TABLE orders (id INT PRIMARY KEY AUTO_INCREMENT, person INT NOT NULL, placed DATETIME, item VARCHAR(60), price DECIMAL(10,2), KEY (person)) ENGINE InnoDB",
		fmt.Sprintf("INSERT INTO people SELECT seq, CONCAT('person', seq, '@example.org'), CONCAT('Family', seq MOD 5000), CONCAT('Given', seq MOD 300), "+
			"DATE_ADD('1950-01-01', INTERVAL seq MOD 20000 DAY), CONCAT('07700 ', 900000 + seq MOD 99999) FROM seq_1_to_%d", rows),
		fmt.Sprintf("INSERT INTO orders (person, placed, item, price) SELECT 1 + (seq - 1) DIV 3, DATE_ADD('2020-01-01', INTERVAL seq MOD 50000 HOUR), CONCAT('Item ', seq MOD 900), seq MOD 10000 / 100 FROM seq_1_to_%d", 3*rows),
		"ALTER TABLE orders ADD FOREIGN KEY (person) REFERENCES people (id)", "ANALYZE TABLE people, orders")
	if t.register, err = connectors.Parse(fmt.Appendf(nil, benchRegister, "mysql://"+server.User.Username()+"@"+server.Host+"/", name), sqldb.Kinds()); err != nil {
		b.Fatal(err)
	}
	t.system, _ = t.register.System("crm")
	if t.journal, err = journal.Open(b.Context(), journal.Config{Dir: filepath.Join(b.TempDir(), "state"), Now: time.Now}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { t.journal.Close() })
	return t
}

func (t *erasing) exec(statements ...string) {
	t.b.Helper()
	for _, text := range statements {
		if _, err := t.db.ExecContext(t.b.Context(), text); err != nil {
			t.b.Fatal(err)
		}
	}
}

// ids returns the ids of the people of a part.
func (t *erasing) ids(part int) []string {
	var ids []string
	for id := part; id <= t.rows; id += t.parts {
		if id > 0 && len(ids) < erasedTogether {
			ids = append(ids, strconv.Itoa(id))
		}
	}
	return ids
}

// byHand erases people as an administrator would who knows the tables.
func (t *erasing) byHand(part int) time.Duration {
	ids := t.ids(part)
	began := time.Now()
	t.exec("START TRANSACTION", "CREATE TEMPORARY TABLE gone (id INT PRIMARY KEY)", "INSERT INTO gone VALUES ("+strings.Join(ids, "),(")+")",
		"DELETE orders FROM orders JOIN gone ON orders.person = gone.id", "DELETE people FROM people JOIN gone ON people.id = gone.id",
		"COMMIT", "DROP TEMPORARY TABLE gone")
	return time.Since(began)
}

// singly erases some people by a statement for each.
func (t *erasing) singly(part int) time.Duration {
	ids := t.ids(part)[:oneByOne]
	began := time.Now()
	for _, id := range ids {
		t.exec("DELETE FROM orders WHERE person = "+id, "DELETE FROM people WHERE id = "+id)
	}
	return time.Since(began)
}

// lines returns what a plan to erase the people of a part is made of.
func (t *erasing) lines(part int) []Line {
	conn := t.open()
	defer conn.Close()
	ids := t.ids(part)
	var lines []Line
	for _, of := range [][2]string{{"orders", "person"}, {"people", "id"}} {
		for some := range slices.Chunk(ids, most) {
			term := connectors.Term{Fields: []string{of[1]}, How: compare.Equal}
			for _, id := range some {
				term.Values = append(term.Values, []string{id})
			}
			for r, err := range conn.Find(t.b.Context(), connectors.Query{Entity: of[0], Any: []connectors.Clause{{term}}}) {
				if err != nil {
					t.b.Fatal(err)
				}
				r = r.Clone()
				lines = append(lines, Line{N: len(lines) + 1, Person: 1, Record: r.Ref, Does: Delete,
					Change: connectors.Change{Op: connectors.Delete, Record: r.Ref, Digest: r.Digest(), Before: r.Fields}})
			}
		}
	}
	if want := 4 * len(ids); len(lines) != want {
		t.b.Fatalf("%d records of %d people", len(lines), len(ids))
	}
	return lines
}

func (t *erasing) open() connectors.Connector {
	t.b.Helper()
	conn, err := t.system.Opens()(t.b.Context())
	if err != nil {
		t.b.Fatal(err)
	}
	return conn
}

// byConnector erases people by the calls that an application makes.
func (t *erasing) byConnector(part int) time.Duration {
	lines := t.lines(part)
	conn := t.open().(connectors.Writer)
	defer conn.Close()
	began := time.Now()
	for some := range slices.Chunk(lines, most) {
		changes := make([]connectors.Change, len(some))
		for i, l := range some {
			changes[i] = l.Change
		}
		out, err := conn.Apply(t.b.Context(), changes)
		if err != nil {
			t.b.Fatal(err)
		}
		if a := judge(out); a.verdict != made {
			t.b.Fatal(a.why)
		}
	}
	return time.Since(began)
}

// byPlan erases people by an approved plan, with the journal of it.
func (t *erasing) byPlan(part int) time.Duration {
	lines := t.lines(part)
	ctx := t.b.Context()
	var r request.Request
	if err := t.journal.Update(ctx, func(tx *journal.Tx) (err error) {
		r, err = tx.NewRequest(request.Request{Kind: request.Erase, Received: testTime, Operator: "Pat",
			Subject: locate.Subject{Identifiers: []locate.Identifier{{Kind: "email", Value: "jo@example.org"}}}})
		return err
	}); err != nil {
		t.b.Fatal(err)
	}
	draft, err := NewDraft(ctx, t.journal, r.ID, "Pat", Head{Action: Erase, Request: r.ID, Searched: time.Now(), Register: t.register.Digest,
		Stages: []Stage{{System: "crm", Scope: connectors.PerPlace}}}, time.Now())
	if err != nil {
		t.b.Fatal(err)
	}
	for _, l := range lines {
		if err := draft.Add(ctx, l); err != nil {
			t.b.Fatal(err)
		}
	}
	if err := draft.Seal(ctx, func(*journal.Tx) error { return nil }); err != nil {
		t.b.Fatal(err)
	}
	now := time.Now()
	a := journal.Approval{Plan: draft.Plan.ID, Digest: draft.Plan.Digest, Operator: "Ann", Time: now, Expires: t.register.Approvals.Expires(now)}
	a.Signature = sign("Ann", a)
	if err := t.journal.Update(ctx, func(tx *journal.Tx) error { return tx.Approve(a) }); err != nil {
		t.b.Fatal(err)
	}
	o := Options{Register: t.register, Journal: t.journal, Operator: "Rob", Holder: "test", Who: approvers, Refuse: func(context.Context) error { return nil }}
	began := time.Now()
	events, err := all(Apply(ctx, draft.Plan.ID, o))
	took := time.Since(began)
	if err != nil {
		t.b.Fatal(err)
	}
	if done, ok := events[len(events)-1].(Applied); !ok || done.Made != len(lines) {
		t.b.Fatalf("%+v", events[len(events)-1])
	}
	return took
}

// ends fails unless exactly those people are gone who were erased in so many rounds.
func (t *erasing) ends(rounds int) {
	t.b.Helper()
	want := t.rows - rounds*(3*erasedTogether+oneByOne)
	for table, each := range map[string]int{"people": 1, "orders": 3} {
		var left int
		if err := t.db.QueryRowContext(t.b.Context(), "SELECT COUNT(*) FROM "+table).Scan(&left); err != nil || left != each*want {
			t.b.Errorf("%d of %d records of %s are left, %v", left, each*want, table, err)
		}
	}
}
