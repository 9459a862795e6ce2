package desk

import (
	"context"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/internal/leak"
	"dossier/locate"
	"dossier/request"
)

func TestMain(m *testing.M) { leak.Main(m) }

const registerText = `
version = 1
[organisation]
name = "The Institute"
contact = "data@example.org"
clock = "england-and-wales"
[system.qlms]
title = "QLMS"
kind = "fake"
owners = ["Head of Membership"]
purpose = "registering candidates"
basis = "contract"
[system.qlms.entity.candidates]
label = "Your registration"
key = ["id"]
[system.qlms.entity.candidates.fields]
no = { is = "candidate_number" }
first = { is = "given_name" }
last = { is = "family_name" }
born = { is = "birth_date" }
email = { is = "email" }
script = { exempt = { from = ["access"], reason = "examination script" } }
[system.lists]
title = "Mailing lists"
kind = "fake"
owners = ["Marketing"]
[system.lists.entity.people]
key = ["id"]
fields = { email = { is = "email" } }
[system.clients]
title = "Clients"
kind = "fake"
owners = ["Clients"]
role = "processor"
controller = { name = "Acme" }
[system.clients.entity.people]
key = ["id"]
fields = { email = { is = "email" } }
[system.paper]
title = "Paper files"
kind = "manual"
owners = ["HR"]
`

// fake is a system of text tables in memory, with one place.
type fake struct {
	tables map[string]table
	fail   error // nil, or what every Find answers
	open   error // nil, or what opening answers
	opens  atomic.Int32
}

type table struct {
	columns []string
	rows    [][]string
}

func (f *fake) Describe(context.Context) (connectors.Catalog, error) {
	c := connectors.Catalog{Places: []string{"main"}}
	for name, t := range f.tables {
		s := connectors.Shape{Entity: name, Table: name, Mapped: !strings.HasPrefix(name, "unmapped"), Places: c.Places, Key: []string{"id"}}
		for _, column := range t.columns {
			s.Fields = append(s.Fields, connectors.Column{Name: column, Type: compare.Text, Native: "text", Indexed: true, Search: compare.Hows})
		}
		c.Shapes = append(c.Shapes, s)
	}
	slices.SortFunc(c.Shapes, func(a, b connectors.Shape) int { return strings.Compare(a.Entity, b.Entity) })
	return c, nil
}

func (f *fake) Find(_ context.Context, q connectors.Query) iter.Seq2[connectors.Record, error] {
	return func(yield func(connectors.Record, error) bool) {
		if f.fail != nil {
			yield(connectors.Record{}, f.fail)
			return
		}
		t := f.tables[q.Entity]
		for _, row := range t.rows { // every record: the caller checks
			r := connectors.Record{Ref: connectors.Ref{System: systemOf(f), Place: "main", Entity: q.Entity, Key: row[:1]}}
			r.Names = t.columns
			for _, v := range row {
				r.Values = append(r.Values, connectors.Text(v))
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (f *fake) Close() error { return nil }

// fakes are the systems of a test, by id.
type fakes map[string]*fake

// systemOf names the system of a fake. The tests of this package run one after the other.
var systemOf func(*fake) string

func newFakes() fakes {
	return fakes{
		"qlms": {tables: map[string]table{"candidates": {[]string{"id", "no", "first", "last", "born", "email", "script", "unmapped"}, [][]string{
			{"1", "C-17", "Zoe", "King", "1990-05-01", "zoe@example.org", "PLANTED script", "x"},
			{"2", "C-18", "Ann", "Other", "1971-02-03", "ann@example.org", "", ""},
			{"3", "C-19", "Peter", "King", "", "zoe@example.org", "", ""},
		}}}},
		"lists":   {tables: map[string]table{"people": {[]string{"id", "email"}, [][]string{{"10", "zoe@example.org"}, {"9", "zoe@example.org"}, {"8", "ann@example.org"}}}}},
		"clients": {tables: map[string]table{"people": {[]string{"id", "email"}, [][]string{{"1", "zoe@example.org"}}}}},
	}
}

var testTime = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

func newDesk(t testing.TB, systems fakes, text string) *Desk {
	t.Helper()
	systemOf = func(f *fake) string {
		for id, s := range systems {
			if s == f {
				return id
			}
		}
		return ""
	}
	setup := func(sys *connectors.System) (connectors.Open, error) {
		return func(context.Context) (connectors.Connector, error) {
			f := systems[sys.ID]
			f.opens.Add(1)
			return f, f.open
		}, nil
	}
	register, err := connectors.Parse([]byte(text), []connectors.Kind{{Name: "fake", Title: "In memory", Setup: setup}, {Name: "manual", Title: "By hand"}})
	if err != nil {
		t.Fatal(err)
	}
	d, err := open(t.Context(), Config{State: filepath.Join(t.TempDir(), "state"), Operator: "Pat", Now: func() time.Time { return testTime }}, register)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

var zoe = locate.Subject{Identifiers: []locate.Identifier{{Kind: "given_name", Value: "Zoe"}, {Kind: "family_name", Value: "King"},
	{Kind: "birth_date", Value: "1990-05-01"}, {Kind: "email", Value: "zoe@example.org"}}}

func record(t *testing.T, d *Desk) request.Request {
	t.Helper()
	r, err := d.NewRequest(t.Context(), NewRequest{Kind: request.Access, Received: testTime.AddDate(0, 0, -3), Subject: zoe})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// gather returns the events of a use case by their types, and its last error.
func gather(events iter.Seq2[Event, error]) (map[string][]Event, error) {
	got := map[string][]Event{}
	var last error
	for e, err := range events {
		if err != nil {
			last = err
			continue
		}
		got[e.Type()] = append(got[e.Type()], e)
	}
	return got, last
}

func whats(t *testing.T, d *Desk, id string) []string {
	t.Helper()
	entries, err := d.Log(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		if e.Operator != "Pat" {
			t.Errorf("an entry by %q", e.Operator)
		}
		if strings.Contains(string(e.Details), "zoe") || strings.Contains(string(e.Details), "PLANTED") {
			t.Errorf("an entry holds a value: %s", e.Details)
		}
		list = append(list, e.What)
	}
	return list
}
