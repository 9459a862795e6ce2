package sqldb

import (
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
)

// The database itself says which of its rules forbids a value, without a row being written or read.
func TestTry(t *testing.T) {
	for _, kind := range []string{"sqlite", "mysql", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			s := openTables(t, kind, "[system.test.entity.people]\nkey = [\"id\"]\n[system.test.entity.people.fields]\nStatus = { label = \"Status\" }\n",
				`CREATE TABLE people (id INT NOT NULL PRIMARY KEY, status VARCHAR(20) NULL CHECK (status IN ('member', 'it''s (a) status')), code VARCHAR(10) NULL,
					age INT NULL, born DATE NULL, CONSTRAINT grown CHECK (age >= 18 AND age < 150), CONSTRAINT coded CHECK (length(code) > 2 OR age > 20), CHECK (born > '1900-01-01'))`)
			if _, err := s.Describe(t.Context()); err != nil {
				t.Fatal(err)
			}
			in := connectors.Ref{System: "test", Place: s.places[0].name, Entity: "people"}
			for _, c := range []struct {
				field string
				value connectors.Value
				rule  string // a part of it
			}{
				{"Status", connectors.Text("member"), ""},
				{"Status", connectors.Text("it's (a) status"), ""},
				{"Status", connectors.Null, ""},
				{"Status", connectors.Text(""), "status"},
				{"Status", connectors.Text("restricted"), "status"},
				{"age", connectors.Text("18"), ""},
				{"age", connectors.Text("0"), "18"},
				{"age", connectors.Text("150"), "18"},
				{"code", connectors.Text(""), ""}, // the rule is about another field too
				{"born", connectors.Text("1900-01-01"), "born"},
				{"born", connectors.Text("1961-04-03"), ""},
				{"id", connectors.Text("1"), ""},
				{"gone", connectors.Text("1"), ""},
			} {
				rule, err := s.Try(t.Context(), in, c.field, c.value)
				if err != nil || (rule == "") != (c.rule == "") || !strings.Contains(rule, c.rule) {
					t.Errorf("%s = %q: %q, %v", c.field, c.value, rule, err)
				}
			}
			if n := len(records(t, s, connectors.Query{Entity: "people"})); n != 0 {
				t.Errorf("%d rows were written", n)
			}
		})
	}
}

func TestChecksInText(t *testing.T) {
	for create, want := range map[string][]string{
		"CREATE TABLE a (b TEXT)": nil,
		"CREATE TABLE a (b TEXT CHECK(b <> ')'), c INT check  ( (c > 1) or c is null ), \"check\" INT)":                       {"b <> ')'", " (c > 1) or c is null "},
		"CREATE TABLE a (b TEXT /* CHECK (x) */, -- CHECK (y)\n CONSTRAINT [check (z)] CHECK\n(b LIKE '%''(%'), checked INT)": {"b LIKE '%''(%'"},
		"CREATE TABLE a (b TEXT CHECK (b":       nil,
		"CREATE TABLE a (b TEXT CHECK b > (1))": nil,
		"CHECK )":                               nil,
	} {
		var got []string
		for _, c := range checksIn(create) {
			got = append(got, c.rule)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q", create, got)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		rule, word string
		want       bool
	}{
		{"`status` in ('a')", "Status", true}, {"statuses > 1 and old_status > 1", "status", false}, {"x + statuses + status", "status", true}, {"größe > 1", "größ", false}, {"a", "", false},
	} {
		if got := names(c.rule, c.word); got != c.want {
			t.Errorf("%q in %q: %v", c.word, c.rule, got)
		}
	}
}

// Whatever the text of a table is, its rules stand in it, and reading it ends.
func FuzzChecks(f *testing.F) {
	f.Add("CREATE TABLE a (b TEXT CHECK(b <> ')'), c INT check ( (c > 1) ))")
	f.Add("check ('")
	f.Add("CHECK)(check(a)\xff")
	f.Fuzz(func(t *testing.T, create string) {
		for _, c := range checksIn(create) {
			if !strings.Contains(create, c.rule) {
				t.Errorf("%q does not stand in %q", c.rule, create)
			}
		}
	})
}
