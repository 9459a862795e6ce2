package sqldb

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sqlc-dev/teesql/parser"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
	"dossier/internal/tdsdouble"
)

var update = flag.Bool("update", false, "write the golden files anew")

// everyType is a table with a column of every type of SQL Server, and tables that point at it.
const everyType = `
CREATE TABLE dbo.Candidates (
	CandidateID int IDENTITY(1,1) NOT NULL CONSTRAINT PK_Candidates PRIMARY KEY,
	c_varchar varchar(40) NULL, c_nvarchar nvarchar(40) NULL, c_char char(10) NULL, c_nchar nchar(10) NULL,
	c_varcharmax varchar(max) NULL, c_nvarcharmax nvarchar(max) NULL,
	c_tinyint tinyint NULL, c_smallint smallint NULL, c_bigint bigint NULL, c_bit bit NULL,
	c_decimal decimal(12,2) NULL, c_money money NULL, c_float float NULL, c_real real NULL,
	c_date date NULL, c_time time(3) NULL, c_datetime datetime NULL, c_datetime2 datetime2(3) NULL,
	c_smalldatetime smalldatetime NULL, c_datetimeoffset datetimeoffset(3) NULL,
	c_guid uniqueidentifier NULL, c_binary binary(4) NULL, c_varbinary varbinary(16) NULL, c_varbinarymax varbinary(max) NULL
);
CREATE INDEX IX_varchar ON dbo.Candidates (c_varchar);
CREATE INDEX IX_nvarchar ON dbo.Candidates (c_nvarchar);
CREATE TABLE dbo.Claims (
	CandidateID int NOT NULL CONSTRAINT FK_Claims FOREIGN KEY REFERENCES dbo.Candidates(CandidateID) ON DELETE CASCADE,
	ClaimNo varchar(20) NOT NULL, Note nvarchar(100) NULL,
	CONSTRAINT PK_Claims PRIMARY KEY (CandidateID, ClaimNo)
);`

const candidatesRegister = `
[system.test.entity.candidates]
table = "dbo.Candidates"
key = ["CandidateID"]
[system.test.entity.claims]
table = "dbo.Claims"
key = ["CandidateID", "ClaimNo"]
parent = { entity = "candidates", on = { CandidateID = "CandidateID" } }
`

// openDouble opens a system on a double of SQL Server that may be written.
func openDouble(t testing.TB, options tdsdouble.Options, ddl, register string) (*tdsdouble.Server, *system) {
	t.Helper()
	if options.Databases == nil {
		options.Databases = []string{"QLMS"}
	}
	double := tdsdouble.Start(t, options)
	for _, name := range options.Databases {
		double.Exec(t, name, ddl)
	}
	t.Setenv("DOSSIER_TEST_SCRATCH_PASSWORD", "Passw0rd!")
	lines := fmt.Sprintf("address = %q\npassword = \"env:DOSSIER_TEST_SCRATCH_PASSWORD\"\ndatabases = [\"*\"]\ntested = %q\n",
		"sqlserver://sa@"+double.Addr(), Tested("16.0.1000.6", connectortest.Version))
	return double, openSystem(t, "mssql", t.TempDir(), lines+register)
}

// valuesFor are searched in every column: some plain, some that its type or the server's code page cannot hold.
var valuesFor = map[compare.How][]string{
	compare.Equal:    {"1", "O'Brien", "Łódź", "1961-04-03", "12.5", "00112233-4455-6677-8899-aabbccddeeff", "0x0a0b", "true", "12:34:56", "1961-04-03T12:34:56.123", "1961-04-03T12:34:56Z"},
	compare.Folded:   {"smith", "Łódź", "1", "true"},
	compare.Compact:  {"M-000123", "12.50"},
	compare.Prefix:   {"sm_th%[", "1"},
	compare.Contains: {"o'b", "1"},
	compare.Digits:   {"7700900495"},
	compare.Date:     {"1961-04-03", "9999-12-31"},
}

// TestStatementsOfSQLServer runs everything that the dialect can write against the double, and keeps each
// statement with the types of its parameters in a golden file. An independent parser of Transact-SQL takes
// every one of them.
func TestStatementsOfSQLServer(t *testing.T) {
	double, s := openDouble(t, tdsdouble.Options{}, everyType, candidatesRegister)
	ctx := t.Context()
	var golden strings.Builder
	section := func(title string) {
		fmt.Fprintf(&golden, "== %s\n", title)
		for _, st := range double.Statements() {
			if st.Error != 0 {
				t.Errorf("%s: error %d for %s", title, st.Error, st.SQL)
			}
			if len(st.Converted) > 0 {
				fmt.Fprintf(&golden, "-- converts %s\n", strings.Join(st.Converted, ", "))
			}
			writeStatement(t, &golden, st)
		}
		double.Forget()
	}
	if _, err := s.Describe(ctx); err != nil {
		t.Fatal(err)
	}
	section("open and describe")
	catalog, err := s.Describe(ctx)
	if err != nil {
		t.Fatal(err)
	}
	double.Forget()
	find := func(q connectors.Query) {
		for _, err := range s.Find(ctx, q) {
			if err != nil {
				t.Error(err)
			}
		}
	}
	find(connectors.Query{Entity: "candidates"})
	section("every record")
	shape, _ := catalog.Shape("candidates")
	for _, c := range shape.Fields {
		for _, how := range c.Search {
			term := connectors.Term{Fields: []string{c.Name}, How: how}
			for _, v := range valuesFor[how] {
				term.Values = append(term.Values, []string{v})
			}
			find(connectors.Query{Entity: "candidates", Fields: []string{"CandidateID"}, Any: []connectors.Clause{{term}}})
			section(fmt.Sprintf("%s (%s) %s", c.Name, c.Native, how))
		}
	}
	find(connectors.Query{Entity: "claims", Fields: []string{}, Any: []connectors.Clause{
		{{Fields: []string{"CandidateID", "ClaimNo"}, How: compare.Equal, Values: [][]string{{"1", "A"}, {"2", "B"}}},
			{Fields: []string{"Note"}, How: compare.Contains, Values: [][]string{{"x"}}}},
		{{Fields: []string{"Note"}, How: compare.Equal, Values: [][]string{{"y"}}}}}})
	section("clauses and tuples")
	find(connectors.Query{Entity: "claims", Refs: []connectors.Ref{{System: "test", Place: "QLMS", Entity: "claims", Key: []string{"1", "A"}}}})
	section("refs")
	changes(t, s, section)
	compareGolden(t, "mssql.golden", golden.String())
}

// changes makes every kind of change.
func changes(t *testing.T, s *system, section func(string)) {
	t.Helper()
	apply := func(title string, want connectors.Result, changes ...connectors.Change) {
		t.Helper()
		outcomes, err := s.Apply(t.Context(), changes)
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range outcomes {
			if o.Result != want {
				t.Errorf("%s, change %d: %s (%s)", title, i, o.Result, o.Why)
			}
		}
		section(title)
	}
	candidates := connectors.Ref{System: "test", Place: "QLMS", Entity: "candidates"}
	every := connectors.Fields{
		Names: []string{"c_varchar", "c_nvarchar", "c_char", "c_bigint", "c_bit", "c_decimal", "c_money", "c_float", "c_date", "c_time", "c_datetime",
			"c_datetime2", "c_smalldatetime", "c_datetimeoffset", "c_guid", "c_varbinary", "c_tinyint"},
		Values: []connectors.Value{connectors.Text("O'Brien"), connectors.Text("Łódź"), connectors.Text("ab"), connectors.Text("9007199254740993"), connectors.Text("true"),
			connectors.Text("12.50"), connectors.Text("-3.1400"), connectors.Text("0.1"), connectors.Text("1961-04-03"), connectors.Text("12:34:56.123"),
			connectors.Text("2000-01-02T03:04:05.123"), connectors.Text("1961-04-03T12:34:56.123"), connectors.Text("2000-01-02T03:04:00"),
			connectors.Text("1961-04-03T12:34:56.123+01:00"), connectors.Text("00112233-4455-6677-8899-aabbccddeeff"), connectors.Text("0x0a0b"), connectors.Null},
	}
	apply("insert with a key that the server chooses", connectors.Done, connectors.Change{Op: connectors.Insert, Record: candidates, After: every})
	candidates.Key = []string{"1"}
	claim := connectors.Ref{System: "test", Place: "QLMS", Entity: "claims", Key: []string{"1", "A"}}
	apply("insert", connectors.Done, connectors.Change{Op: connectors.Insert, Record: claim, After: text("Note", "n")})
	record := func(ref connectors.Ref) connectors.Record {
		var found connectors.Record
		for r, err := range s.Find(t.Context(), connectors.Query{Entity: ref.Entity, Refs: []connectors.Ref{ref}}) {
			if err != nil {
				t.Fatal(err)
			}
			found = r.Clone()
		}
		section("")
		return found
	}
	r := record(candidates)
	for i, name := range every.Names {
		if !r.Get(name).Equal(every.Values[i]) {
			t.Errorf("%s: %s was written and %s is read", name, every.Values[i], r.Get(name))
		}
	}
	apply("update", connectors.Done, connectors.Change{Op: connectors.Update, Record: candidates, Digest: r.Digest(), Before: r.Fields,
		After: connectors.Fields{Names: []string{"c_nvarchar", "c_varbinarymax"}, Values: []connectors.Value{connectors.Text("anonymous"), connectors.Null}}})
	r = record(candidates)
	apply("delete refused: a cascade", connectors.Denied, connectors.Change{Op: connectors.Delete, Record: candidates, Digest: r.Digest()})
	c := record(claim)
	apply("delete", connectors.Done, connectors.Change{Op: connectors.Delete, Record: claim, Digest: c.Digest()},
		connectors.Change{Op: connectors.Delete, Record: candidates, Digest: r.Digest()})
}

func text(pairs ...string) connectors.Fields {
	var f connectors.Fields
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Names, f.Values = append(f.Names, pairs[i]), append(f.Values, connectors.Text(pairs[i+1]))
	}
	return f
}

var lineBreaks = regexp.MustCompile(`\s*\n\s*`)

// writeStatement writes a statement as the server got it, once a parser has taken it.
func writeStatement(t *testing.T, b *strings.Builder, st tdsdouble.Statement) {
	t.Helper()
	if _, err := parser.Parse(t.Context(), strings.NewReader(st.SQL)); err != nil {
		t.Errorf("teesql does not take %s: %v", st.SQL, err)
	}
	fmt.Fprintf(b, "%s\n", lineBreaks.ReplaceAllString(st.SQL, " "))
	for _, p := range st.Params {
		fmt.Fprintf(b, "   @%s %s = %v\n", p.Name, p.Type, p.Value)
	}
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s, line %d: %s\n(run with -update once it is right)", path, i+1, g[i])
		}
	}
	t.Fatalf("%s has %d lines more", path, len(w)-len(g))
}

func TestVarcharIsBoundAsVarchar(t *testing.T) {
	double, s := openDouble(t, tdsdouble.Options{}, everyType, candidatesRegister)
	records(t, s, equal("candidates", "c_varchar", "learns the tables first"))
	for value, param := range map[string]string{"plain": "varchar", "Łódź": "nvarchar"} {
		double.Forget()
		records(t, s, equal("candidates", "c_varchar", value))
		for _, st := range double.Statements() {
			for _, p := range st.Params {
				if !strings.HasPrefix(p.Type, param+"(") {
					t.Errorf("%q was bound as %s to a varchar column", value, p.Type)
				}
			}
			if converted := len(st.Converted) > 0; converted == isASCII(value) {
				t.Errorf("%q: columns converted: %v", value, st.Converted)
			}
		}
	}
}

func TestDateTimeIsBoundAsDateTime(t *testing.T) {
	double, s := openDouble(t, tdsdouble.Options{}, everyType, candidatesRegister)
	records(t, s, equal("candidates", "c_datetime", "2000-01-02T03:04:05.123"))
	var params []tdsdouble.Param
	for _, st := range double.Statements() {
		params = append(params, st.Params...)
		if len(st.Converted) > 0 {
			t.Errorf("the column was converted: %v", st.Converted)
		}
	}
	if len(params) != 1 || params[0].Type != "datetime" {
		t.Errorf("bound as %v", params)
	}
}

func TestNoStatementHasMoreThan2100Parameters(t *testing.T) {
	double, s := openDouble(t, tdsdouble.Options{}, everyType, candidatesRegister)
	var term connectors.Term
	for i := range 2_500 {
		term.Values = append(term.Values, []string{strconv.Itoa(i)})
	}
	for _, how := range []compare.How{compare.Equal, compare.Folded, compare.Digits, compare.Compact} {
		for _, name := range []string{"c_varchar", "c_varcharmax", "c_bigint"} {
			term.Fields, term.How = []string{name}, how
			records(t, s, connectors.Query{Entity: "candidates", Any: []connectors.Clause{{term}, {term}}})
		}
	}
	most := 0
	for _, st := range double.Statements() {
		most = max(most, len(st.Params))
	}
	if most > 2000 || most < 1000 {
		t.Errorf("the longest statement has %d parameters", most)
	}
}

func TestDeletesStayBelowLockEscalation(t *testing.T) {
	double, s := openDouble(t, tdsdouble.Options{}, everyType, candidatesRegister)
	const n = 1200
	var insert []string
	for i := range n {
		insert = append(insert, fmt.Sprintf("INSERT dbo.Candidates (c_varchar) VALUES ('%d');", i))
	}
	double.Exec(t, "QLMS", strings.Join(insert, "\n"))
	var changes []connectors.Change
	for _, r := range records(t, s, connectors.Query{Entity: "candidates"}) {
		changes = append(changes, connectors.Change{Op: connectors.Delete, Record: r.Ref, Digest: r.Digest()})
	}
	double.Forget()
	outcomes, err := s.Apply(t.Context(), changes)
	if err != nil || len(outcomes) != n || slices.ContainsFunc(outcomes, func(o connectors.Outcome) bool { return o.Result != connectors.Done }) {
		t.Fatalf("%d outcomes, first %v, %v", len(outcomes), outcomes[0], err)
	}
	deletes := 0
	for _, st := range double.Statements() {
		if strings.HasPrefix(st.SQL, "DELETE") {
			deletes++
			if len(st.Params) > 1000 {
				t.Errorf("a delete names %d records: the server locks the table from 5,000 locks on", len(st.Params))
			}
		}
	}
	if deletes != 3 {
		t.Errorf("%d statements", deletes)
	}
}

func TestWritesOnSQLServerNeedTheTestedKey(t *testing.T) {
	double := tdsdouble.Start(t, tdsdouble.Options{Databases: []string{"QLMS"}})
	double.Exec(t, "QLMS", everyType+"INSERT dbo.Candidates (c_varchar) VALUES ('a');")
	t.Setenv("DOSSIER_TEST_SCRATCH_PASSWORD", "Passw0rd!")
	for tested, want := range map[string]connectors.Result{
		"": connectors.Denied, "mssql-15.0-1-000000000000": connectors.Denied, Tested("16.0.9999.1", connectortest.Version): connectors.Done,
	} {
		s := openSystem(t, "mssql", t.TempDir(), fmt.Sprintf("address = %q\npassword = \"env:DOSSIER_TEST_SCRATCH_PASSWORD\"\ntested = %q\n%s",
			"sqlserver://sa@"+double.Addr()+"?database=QLMS", tested, candidatesRegister))
		r := records(t, s, connectors.Query{Entity: "candidates"})[0]
		outcomes, err := s.Apply(t.Context(), []connectors.Change{{Op: connectors.Update, Record: r.Ref, Digest: r.Digest(), Before: r.Fields, After: text("c_varchar", "b")}})
		if err != nil || outcomes[0].Result != want {
			t.Errorf("tested = %q: %v, %v", tested, outcomes, err)
		}
		if want == connectors.Denied && !strings.Contains(outcomes[0].Why, "connector test") {
			t.Errorf("why does not say what to do: %s", outcomes[0].Why)
		}
		catalog, err := s.Describe(t.Context())
		if shape, _ := catalog.Shape("candidates"); err != nil || (len(shape.Ops) > 0) != (want == connectors.Done) {
			t.Errorf("tested = %q: the operations are %v, %v", tested, shape.Ops, err)
		}
	}
}

func TestDeniedOnSQLServer(t *testing.T) {
	double := tdsdouble.Start(t, tdsdouble.Options{Databases: []string{"QLMS"}, Users: map[string]string{"sa": "Passw0rd!", "reader": "Passw0rd!"},
		Deny: map[string][]string{"reader": tdsdouble.ReadOnly()}})
	double.Exec(t, "QLMS", everyType+"INSERT dbo.Candidates (c_varchar) VALUES ('a');")
	t.Setenv("DOSSIER_TEST_SCRATCH_PASSWORD", "Passw0rd!")
	s := openSystem(t, "mssql", t.TempDir(), fmt.Sprintf("address = %q\npassword = \"env:DOSSIER_TEST_SCRATCH_PASSWORD\"\ntested = %q\n%s",
		"sqlserver://reader@"+double.Addr()+"?database=QLMS", Tested("16.0", connectortest.Version), candidatesRegister))
	r := records(t, s, connectors.Query{Entity: "candidates"})[0]
	for _, c := range []connectors.Change{
		{Op: connectors.Update, Record: r.Ref, Digest: r.Digest(), Before: r.Fields, After: text("c_varchar", "b")},
		{Op: connectors.Delete, Record: r.Ref, Digest: r.Digest()},
		{Op: connectors.Insert, Record: connectors.Ref{System: "test", Place: "QLMS", Entity: "candidates"}, After: text("c_varchar", "b")},
	} {
		outcomes, err := s.Apply(t.Context(), []connectors.Change{c})
		if err != nil || outcomes[0].Result != connectors.Denied || !strings.Contains(outcomes[0].Why, "may not") {
			t.Errorf("%s: %v, %v", c.Op, outcomes, err)
		}
	}
}

func TestCancelReachesSQLServer(t *testing.T) {
	double, s := openDouble(t, tdsdouble.Options{}, everyType, candidatesRegister)
	records(t, s, connectors.Query{Entity: "candidates"})
	gate := double.Pause("[c_varchar]")
	cancelFind(t, s, connectors.Query{Entity: "candidates"}, func() { <-gate.Reached() })
	if double.Cancelled() != 1 {
		t.Errorf("%d requests were interrupted on the server", double.Cancelled())
	}
}
