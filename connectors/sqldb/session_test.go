package sqldb

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
	"dossier/internal/tdsdouble"
)

func TestReadingAndWritingHaveAccountsOfTheirOwn(t *testing.T) {
	double := tdsdouble.Start(t, tdsdouble.Options{Databases: []string{"QLMS"}, Users: map[string]string{"reads": "Passw0rd!", "writes": "Passw0rd!2"},
		Deny: map[string][]string{"reads": tdsdouble.ReadOnly()}})
	double.Exec(t, "QLMS", everyType+"INSERT dbo.Candidates (c_varchar) VALUES ('a');")
	t.Setenv("DOSSIER_TEST_READ", "Passw0rd!")
	t.Setenv("DOSSIER_TEST_WRITE", "Passw0rd!2")
	s := openSystem(t, "mssql", t.TempDir(), fmt.Sprintf("address = %q\npassword = \"env:DOSSIER_TEST_READ\"\nwrite = { user = \"writes\", password = \"env:DOSSIER_TEST_WRITE\" }\ntested = %q\n%s",
		"sqlserver://reads@"+double.Addr()+"?database=QLMS", Tested("16.0", connectortest.Version), candidatesRegister))
	users := func(do func()) map[string]bool {
		double.Forget()
		do()
		seen := map[string]bool{}
		for _, st := range double.Statements() {
			seen[st.User] = true
		}
		return seen
	}
	var r connectors.Record
	if seen := users(func() { r = records(t, s, connectors.Query{Entity: "candidates"})[0] }); seen["writes"] {
		t.Error("the account that writes has read")
	}
	seen := users(func() {
		if got, why := results(t, s, planUpdate(r, "c_varchar", "b")); got[0] != connectors.Done {
			t.Errorf("%v, %q", got, why)
		}
	})
	if seen["reads"] || !seen["writes"] {
		t.Errorf("the change was made by %v", seen)
	}
}

func TestTLS(t *testing.T) {
	double := tdsdouble.Start(t, tdsdouble.Options{Databases: []string{"QLMS"}, TLS: true})
	t.Setenv("DOSSIER_TEST_READ", "Passw0rd!")
	for keys, want := range map[string]string{
		`tls = { mode = "unverified" }`:    "",
		`tls = { mode = "verify" }`:        "certificate",
		`tls = { name = "db01.example" }`:  "certificate",
		`tls = { ca = "no such file.pem"}`: "no such file",
	} {
		register, err := connectors.Parse([]byte("version = 1\n[organisation]\nname = \"Test\"\nclock = \"eu\"\n[system.test]\nkind = \"mssql\"\nowners = [\"Test\"]\n"+
			fmt.Sprintf("address = %q\npassword = \"env:DOSSIER_TEST_READ\"\n%s", "sqlserver://sa@"+double.Addr()+"?database=QLMS", keys)), Kinds())
		if err != nil {
			t.Fatal(err)
		}
		sys, _ := register.System("test")
		c, err := sys.Opens()(t.Context())
		switch {
		case err == nil && want == "":
			_ = c.Close()
		case err == nil || want == "" || !strings.Contains(err.Error(), want):
			t.Errorf("%s: %v", keys, err)
		}
	}
	if c, err := (*tlsKeys)(nil).config("", address{host: "db01"}); err != nil || c == nil || c.ServerName != "db01" || c.InsecureSkipVerify {
		t.Errorf("a server elsewhere, without tls: %+v, %v", c, err)
	}
	if c, err := (*tlsKeys)(nil).config("", address{host: "127.0.0.1"}); err != nil || c != nil {
		t.Errorf("a server on this machine, without tls: %+v, %v", c, err)
	}
}

// TestALostAnswerIsUnknown loses the answer to a commit, and a connection before one.
func TestALostAnswerIsUnknown(t *testing.T) {
	for fault, want := range map[string]connectors.Result{"after": connectors.Unknown, "before": connectors.Unknown, "update": connectors.RolledBack, "deadlock": connectors.RolledBack} {
		t.Run(fault, func(t *testing.T) {
			double, s := openDouble(t, tdsdouble.Options{}, everyType, candidatesRegister)
			double.Exec(t, "QLMS", "INSERT dbo.Candidates (c_varchar) VALUES ('a');")
			r := byID(t, s, "candidates")["1"]
			switch fault {
			case "after":
				double.DropAfterCommit()
			case "before":
				double.DropBeforeCommit()
			case "update":
				double.Intercept(func(_ context.Context, st tdsdouble.Statement) tdsdouble.Fate {
					return tdsdouble.Fate{Drop: strings.HasPrefix(st.SQL, "UPDATE")}
				})
			case "deadlock":
				double.Intercept(func(_ context.Context, st tdsdouble.Statement) tdsdouble.Fate {
					if strings.HasPrefix(st.SQL, "UPDATE") {
						return tdsdouble.Fate{Error: &tdsdouble.Error{Number: 1205, Class: 13, State: 51, Message: "Transaction (Process ID 52) was deadlocked on lock resources."}}
					}
					return tdsdouble.Fate{}
				})
			}
			change := planUpdate(r, "c_varchar", "b")
			if got, why := results(t, s, change); got[0] != want {
				t.Fatalf("%v, %q", got, why)
			}
			double.Intercept(nil)
			again := connectors.Done
			if fault == "after" {
				again = connectors.Already
			}
			if got, why := results(t, s, change); got[0] != again {
				t.Errorf("again: %v, %q", got, why)
			}
		})
	}
}

// TestRowsCostNoAllocations reads rows of PostgreSQL, whose driver hands out its own bytes; other drivers
// allocate each text by themselves.
func TestRowsCostNoAllocations(t *testing.T) {
	const rows = 20_000
	s := openTables(t, "postgres", peopleRegister, "CREATE TABLE people (id int PRIMARY KEY, name text, born date, price numeric, flag bool)",
		fmt.Sprintf("INSERT INTO people SELECT i, 'Person ' || i, date '1950-01-01' + i %% 20000, i * 0.5, i %% 2 = 0 FROM generate_series(1, %d) i", rows))
	q := connectors.Query{Entity: "people"}
	count := func() (n int) {
		for _, err := range s.Find(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	if n := count(); n != rows {
		t.Fatal(n)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	count()
	runtime.ReadMemStats(&after)
	if n := after.Mallocs - before.Mallocs; n > rows/10 {
		t.Errorf("%d rows took %d allocations", rows, n)
	}
}

// TestChangesSeeWhatTheSystemWritesByItself repeats an update of a record that has a row version, which the
// server changes with every update.
func TestChangesSeeWhatTheSystemWritesByItself(t *testing.T) {
	s := openTables(t, "mysql", peopleRegister, "CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20), changed TIMESTAMP(6) NULL ON UPDATE CURRENT_TIMESTAMP(6))",
		"INSERT INTO people (id, name) VALUES (1, 'Ann')")
	r := byID(t, s, "people")["1"]
	for _, want := range []connectors.Result{connectors.Done, connectors.Already} {
		if got, why := results(t, s, planUpdate(r, "name", "Bea")); got[0] != want {
			t.Errorf("%v and not %v, %q", got, want, why)
		}
	}
}

// TestClausesOfManyValuesStayBelowTheLimit cuts long clauses and leaves out terms that do not fit beside them.
func TestClausesOfManyValuesStayBelowTheLimit(t *testing.T) {
	e := &entity{columns: []*column{{name: "a", typ: compare.Text, indexed: true}, {name: "b", typ: compare.Text}, {name: "day", typ: compare.Day}}}
	term := func(field string, how compare.How, n int) connectors.Term {
		return connectors.Term{Fields: []string{field}, How: how, Values: make([][]string, n)}
	}
	for name, c := range map[string]struct {
		any  []connectors.Clause
		want [][]int // of each statement, the values of the first term of each clause
	}{
		"one value":       {[]connectors.Clause{{term("a", compare.Equal, 1)}}, [][]int{{1}}},
		"several clauses": {[]connectors.Clause{{term("a", compare.Equal, 1)}, {term("b", compare.Equal, 2)}}, [][]int{{1, 2}}},
		"an index":        {[]connectors.Clause{{term("a", compare.Equal, 1100)}}, [][]int{{512}, {512}, {76}}},
		"no index":        {[]connectors.Clause{{term("b", compare.Equal, 1100)}}, [][]int{{1000}, {100}}},
		"patterns":        {[]connectors.Clause{{term("b", compare.Contains, 5000)}}, [][]int{{5000}}},
		"too many beside": {[]connectors.Clause{{term("b", compare.Folded, 1500), term("a", compare.Folded, 900)}}, [][]int{{1000}, {500}}},
		"clauses apart":   {[]connectors.Clause{{term("b", compare.Folded, 800)}, {term("b", compare.Folded, 800)}}, [][]int{{800}, {800}}},
	} {
		t.Run(name, func(t *testing.T) {
			var got [][]int
			for _, clauses := range split(e, c.any, 2000) {
				var sizes []int
				for _, clause := range clauses {
					sizes = append(sizes, len(clause[0].Values))
				}
				got = append(got, sizes)
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%v and not %v", got, c.want)
			}
		})
	}
}
