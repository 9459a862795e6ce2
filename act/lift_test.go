package act

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
	"dossier/connectors/connectortest/memory"
	"dossier/internal/journal"
	"dossier/request"
)

const restricting = `version = 1
[organisation]
name = "Test"
clock = "eu"
[system.s]
kind = "memory"
owners = ["Pat"]
[system.s.entity.people]
key = ["id"]
restrict = { set = { locked = true } }
[system.s.entity.claims]
key = ["id"]
parent = { entity = "people", on = { person = "id" } }
restrict = { move = "vault", set = { shut = true } }
[system.s.entity.vault]
key = ["no"]
[system.s.entity.letters]
key = ["id"]
parent = { entity = "people", on = { person = "id" } }
`

// newVault is an estate of one system, whose claims are moved to a vault when they are restricted. The vault gives its own numbers.
func newVault(t *testing.T) *estate {
	field := func(name string, typ compare.Type) connectortest.Field {
		return connectortest.Field{Name: name, Type: typ}
	}
	row := func(values ...string) connectortest.Row {
		r := connectortest.Row{Place: "a"}
		for _, v := range values {
			if v == "" {
				r.Cells = append(r.Cells, connectors.Null)
			} else {
				r.Cells = append(r.Cells, connectors.Text(v))
			}
		}
		return r
	}
	of := &connectortest.Parent{Entity: "people", On: map[string]string{"person": "id"}}
	data := connectortest.Dataset{Entities: []connectortest.Entity{
		{Name: "people", Key: []string{"id"}, Fields: []connectortest.Field{field("id", compare.Integer), field("name", compare.Text), field("locked", compare.Boolean)},
			Rows: []connectortest.Row{row("1", "Featherstone", ""), row("2", "Ashdown", "false")}},
		{Name: "claims", Key: []string{"id"}, Parent: of, Fields: []connectortest.Field{field("id", compare.Integer), field("person", compare.Integer), field("text", compare.Text)},
			Rows: []connectortest.Row{row("11", "1", "first"), row("12", "1", ""), row("21", "2", "hers")}},
		{Name: "vault", Key: []string{"no"}, Fields: []connectortest.Field{{Name: "no", Type: compare.Integer, New: true}, field("id", compare.Integer), field("person", compare.Integer), field("text", compare.Text), field("shut", compare.Boolean)},
			Rows: []connectortest.Row{row("1", "99", "9", "another's", "true")}},
		{Name: "letters", Key: []string{"id"}, Parent: of, Fields: []connectortest.Field{field("id", compare.Integer), field("person", compare.Integer)}, Rows: []connectortest.Row{row("5", "1")}},
	}}
	e := &estate{t: t, now: testTime, stores: map[string]*memory.Store{"s": memory.New("s", []string{"a"}, data)}}
	kind := connectors.Kind{Name: "memory", Title: "Memory", Setup: func(s *connectors.System) (connectors.Open, error) {
		return func(context.Context) (connectors.Connector, error) {
			return e.stores["s"].Open(connectortest.NoFault), nil
		}, nil
	}}
	var err error
	if e.register, err = connectors.Parse([]byte(restricting), []connectors.Kind{kind}); err != nil {
		t.Fatal(err)
	}
	if e.journal, err = journal.Open(t.Context(), journal.Config{Dir: filepath.Join(t.TempDir(), "state"), Now: func() time.Time { return e.now }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.journal.Close() })
	e.update(func(tx *journal.Tx) (err error) {
		e.request, err = tx.NewRequest(request.Request{Kind: request.Restrict, Received: testTime, Operator: "Pat", Subject: subject("email", "jo@example.org")})
		return err
	})
	return e
}

// planner opens the system for a plan.
func (e *estate) planner(a Action) *Planner {
	e.t.Helper()
	conn := e.stores["s"].Open(connectortest.NoFault)
	e.t.Cleanup(func() { conn.Close() })
	catalog, err := conn.Describe(e.t.Context())
	if err != nil {
		e.t.Fatal(err)
	}
	return NewPlanner(testRules(e.register, a), []Target{{System: e.register.Systems[0], Conn: conn, Catalog: catalog}})
}

// rows returns everything that the system holds, in no order of its own.
func (e *estate) rows() []string {
	var all []string
	for entity, rows := range e.stores["s"].Dump().Rows {
		for _, r := range rows {
			all = append(all, fmt.Sprint(entity, r))
		}
	}
	slices.Sort(all)
	return all
}

func (e *estate) must(lines []Line, err error) []Line {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
	return lines
}

func collect(seq func(func(Line, error) bool)) (lines []Line, err error) {
	for l, failed := range seq {
		if failed != nil {
			return lines, failed
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// What is marked and what is moved away is, once the restriction is lifted, exactly what it was.
func TestRestrictAndLift(t *testing.T) {
	e := newVault(t)
	before := e.rows()
	p := e.planner(Restrict)
	var items []Item
	for _, name := range [][2]string{{"people", "1"}, {"claims", "11"}, {"claims", "12"}, {"letters", "5"}} {
		r, ok := e.record("s", "a", name[0], name[1])
		if !ok {
			t.Fatal(name)
		}
		items = append(items, Item{Record: r})
	}
	p.Sort(items)
	lines := e.must(collect(p.Lines(t.Context(), seq(items))))
	var does []string
	for _, l := range lines {
		does = append(does, lineText(l))
	}
	if want := []string{"move insert; id=11; person=1; text=first; shut=true", "move delete", "move insert; id=12; person=1; text=NULL; shut=true", "move delete", "leave", "mark update; locked=true"}; !slices.Equal(does, want) {
		t.Fatalf("%q", does)
	}
	if events, err := e.apply(e.seal(Restrict, lines)); err != nil {
		t.Fatal(events, err)
	}
	if r, _ := e.record("s", "a", "people", "1"); r.Get("locked").String() != "true" {
		t.Error("the person is not marked")
	}
	if _, there := e.record("s", "a", "claims", "11"); there {
		t.Error("the claim was not moved")
	}
	if n := len(e.stores["s"].Dump().Rows["vault"]); n != 3 {
		t.Errorf("%d records in the vault", n)
	}
	kept, err := e.journal.Originals(t.Context(), e.request.ID)
	if err != nil || len(kept) != 5 {
		t.Fatalf("%d originals, %v", len(kept), err)
	}
	by := e.must(Originals(kept))

	lifted := e.must(collect(e.planner(Lift).Lift(t.Context(), by)))
	if events, err := e.apply(e.seal(Lift, lifted)); err != nil {
		t.Fatal(events, err)
	}
	if after := e.rows(); !slices.Equal(before, after) {
		t.Errorf("before %q\nafter  %q", before, after)
	}
	if n, err := e.journal.Restricted(t.Context(), e.request.ID); n != 0 || err != nil {
		t.Errorf("%d records are restricted, %v", n, err)
	}
	for _, l := range e.must(collect(e.planner(Lift).Lift(t.Context(), by))) {
		if l.Writes() {
			t.Errorf("lifted twice: %s", lineText(l))
		}
	}
}
