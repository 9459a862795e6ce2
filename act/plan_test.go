package act

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// table is a system in memory that is only read.
type table struct {
	catalog connectors.Catalog
	records []connectors.Record
	gap     string // what every search tells
}

func (s *table) Describe(context.Context) (connectors.Catalog, error) { return s.catalog, nil }
func (s *table) Close() error                                         { return nil }

func (s *table) Find(_ context.Context, q connectors.Query) iter.Seq2[connectors.Record, error] {
	return func(yield func(connectors.Record, error) bool) {
		shape, _ := s.catalog.Shape(q.Entity)
		filter, err := connectors.NewFilter(shape, q)
		if err != nil {
			yield(connectors.Record{}, err)
			return
		}
		if s.gap != "" && !yield(connectors.Record{}, &connectors.Gap{Entity: q.Entity, Why: s.gap}) {
			return
		}
		for _, r := range s.records {
			if filter.Match(r) && !yield(r, nil) {
				return
			}
		}
	}
}

const family = `
[system.s.entity.people]
key = ["id"]
erase = "delete"
[system.s.entity.payments]
key = ["id"]
parent = { entity = "people", on = { person = "id" } }
erase = "delete"
[system.s.entity.refunds]
key = ["id"]
parent = { entity = "payments", on = { payment = "id" } }
erase = "delete"
`

// newFamily is a system with one person, two payments and a refund, in one place.
func newFamily() *table {
	people := shaped("people", col("id", compare.Integer, 0, "!"), col("name", compare.Text, 0, ""))
	payments := shaped("payments", col("id", compare.Integer, 0, "!"), col("person", compare.Integer, 0, ""))
	refunds := shaped("refunds", col("id", compare.Integer, 0, "!"), col("payment", compare.Integer, 0, ""))
	s := &table{catalog: connectors.Catalog{Places: []string{"main"}, Scope: connectors.PerPlace, Shapes: []connectors.Shape{people, payments, refunds}}}
	s.records = []connectors.Record{recorded(people, "1", "Zoe"), recorded(payments, "11", "1"), recorded(payments, "12", "1"), recorded(refunds, "111", "11")}
	return s
}

// enforce adds a foreign key.
func (s *table) enforce(child, field, parent, onDelete string) {
	for i := range s.catalog.Shapes {
		shape := &s.catalog.Shapes[i]
		if shape.Table == child || shape.Entity == parent {
			shape.ForeignKeys = append(shape.ForeignKeys, connectors.ForeignKey{Table: child, Fields: []string{field}, RefTable: "T_" + parent, Ref: []string{"ID"}, OnDelete: onDelete})
		}
	}
}

// items returns the records, all the person's.
func (s *table) items() []Item {
	var items []Item
	for _, r := range s.records {
		items = append(items, Item{Record: r})
	}
	return items
}

func seq(items []Item) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// planFor plans the items and returns each line as does:entity/key, and what speaks against the plan.
func planFor(t testing.TB, r *connectors.Register, a Action, s *table, items []Item) (lines []string, against []string) {
	t.Helper()
	p := NewPlanner(testRules(r, a), []Target{{System: r.Systems[0], Conn: s, Catalog: s.catalog}})
	p.Sort(items)
	for l, err := range p.Lines(t.Context(), seq(items)) {
		var refusal *Refusal
		switch {
		case errors.As(err, &refusal):
			for _, p := range refusal.Problems {
				against = append(against, fmt.Sprintf("%d: %s", p.Records, p))
			}
		case err != nil:
			t.Fatal(err)
		default:
			lines = append(lines, string(l.Does)+":"+l.Record.Entity+"/"+strings.Join(l.Record.Key, ","))
		}
	}
	return lines, against
}

// A record is not deleted when one child is undecided, whichever child of it is told last.
func TestUndecidedChildrenAmongKept(t *testing.T) {
	kept := strings.Replace(family, `"id" } }
erase = "delete"`, `"id" } }
erase = "keep"
keep = { reason = "law", basis = "legal obligation" }`, 1)
	for _, undecided := range []int{1, 2} {
		s := newFamily()
		s.records = s.records[:3]
		items := s.items()
		items[undecided].Left = "nobody has decided"
		if _, against := planFor(t, parsed(t, kept), Erase, s, items); !holdsPart(against, "nobody has decided") {
			t.Errorf("payment %d: %q", undecided, against)
		}
	}
}

func TestChildrenBeforeTheirParents(t *testing.T) {
	s := newFamily()
	lines, against := planFor(t, parsed(t, family), Erase, s, s.items())
	if want := []string{"delete:refunds/111", "delete:payments/11", "delete:payments/12", "delete:people/1"}; !slices.Equal(lines, want) || len(against) > 0 {
		t.Errorf("%q, %q", lines, against)
	}
	orderless := newFamily() // the register tells of no parents, the foreign keys do
	orderless.enforce("T_payments", "person", "people", "cascade")
	orderless.enforce("T_refunds", "payment", "payments", "no action")
	text := strings.ReplaceAll(strings.ReplaceAll(family, `parent = { entity = "people", on = { person = "id" } }`, ""), `parent = { entity = "payments", on = { payment = "id" } }`, "")
	lines, against = planFor(t, parsed(t, text), Erase, orderless, orderless.items())
	if len(lines) != 4 || lines[0] != "delete:refunds/111" || lines[3] != "delete:people/1" || len(against) > 0 {
		t.Errorf("%q, %q", lines, against)
	}
}

func TestWhatTheSearchMissed(t *testing.T) {
	anonymised := strings.Replace(family, `erase = "delete"`, `erase = "anonymise"`+"\n"+`fields = { name = { is = "full_name" } }`, 1)
	cases := []struct {
		name    string
		text    string
		change  func(*table)
		without string // a record that was not found
		against string // "": nothing
	}{
		{name: "a child", without: "payments/12", against: `1: s / main / people: records of "payments" belong to its records and were not found: search again`},
		{name: "a child of a child", without: "refunds/111", against: `1: s / main / payments: records of "refunds" belong to its records`},
		{name: "a child of one that is anonymised", text: anonymised, without: "payments/12", against: `1: s / main / people: records of "payments" belong to its records`},
		{name: "rows of a table that nobody has named", change: func(s *table) {
			logins := connectors.Shape{Entity: "logins", Table: "logins", Places: []string{"main"}, Key: []string{"id"}, Fields: []connectors.Column{col("id", compare.Integer, 0, "!"), col("person", compare.Integer, 0, "")}}
			s.catalog.Shapes = append(s.catalog.Shapes, logins)
			s.enforce("logins", "person", "people", "cascade")
			s.records = append(s.records, recorded(logins, "9", "1"))
		}, without: "logins/9", against: `1: s / main / people: records of the table logins, which the register does not name, belong to its records and would be reached (on delete cascade)`},
		{name: "rows of somebody else there", change: func(s *table) {
			logins := connectors.Shape{Entity: "logins", Table: "logins", Places: []string{"main"}, Key: []string{"id"}, Fields: []connectors.Column{col("id", compare.Integer, 0, "!"), col("person", compare.Integer, 0, "")}}
			s.catalog.Shapes = append(s.catalog.Shapes, logins)
			s.enforce("logins", "person", "people", "cascade")
			s.records = append(s.records, recorded(logins, "9", "2"))
		}, without: "logins/9"},
		{name: "such a table, of a record that is anonymised", text: anonymised, change: func(s *table) {
			logins := connectors.Shape{Entity: "logins", Table: "logins", Places: []string{"main"}, Key: []string{"id"}, Fields: []connectors.Column{col("id", compare.Integer, 0, "!"), col("person", compare.Integer, 0, "")}}
			s.catalog.Shapes = append(s.catalog.Shapes, logins)
			s.enforce("logins", "person", "people", "cascade")
			s.records = append(s.records, recorded(logins, "9", "1"))
		}, without: "logins/9"},
		{name: "a mapped table that only points at it", text: strings.Replace(family, `parent = { entity = "people", on = { person = "id" } }`, "", 1), change: func(s *table) {
			s.enforce("T_payments", "person", "people", "no action")
		}, without: "payments/12", against: `1: s / main / people: records of "payments" point at its records (on delete no action) and are not planned`},
		{name: "a mapped table that only points at one that is anonymised", text: strings.Replace(anonymised, `parent = { entity = "people", on = { person = "id" } }`, "", 1), change: func(s *table) {
			s.enforce("T_payments", "person", "people", "no action")
		}, without: "payments/12"},
		{name: "a table that cannot be seen", change: func(s *table) {
			s.enforce("secrets", "person", "people", "cascade")
		}, against: `1: s / main / people: records of secrets may belong to its records (on delete cascade), and the account cannot see them`},
		{name: "the system could not tell", change: func(s *table) { s.gap = "locked" }, against: `nobody can tell which of its records belong to those of the plan: locked`},
		{name: "the field cannot be searched", change: func(s *table) { s.catalog.Shapes[1].Fields[1].Search = nil }, against: `nobody can tell which records of "payments" belong to its records`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newFamily()
			if c.change != nil {
				c.change(s)
			}
			text := c.text
			if text == "" {
				text = family
			}
			items := slices.DeleteFunc(s.items(), func(i Item) bool { return i.Record.Ref.Entity+"/"+i.Record.Ref.Key[0] == c.without })
			_, against := planFor(t, parsed(t, text), Erase, s, items)
			if (c.against == "") != (len(against) == 0) || c.against != "" && !holdsPart(against, c.against) {
				t.Errorf("%q", against)
			}
		})
	}
}

func TestWhatStaysWithItsParent(t *testing.T) {
	kept := strings.Replace(family, "on = { person = \"id\" } }\nerase = \"delete\"", "on = { person = \"id\" } }\nerase = \"keep\"\nkeep = { reason = \"accounts\", basis = \"legal obligation\" }", 1)
	anonymised := strings.Replace(kept, `erase = "delete"`, `erase = "anonymise"`+"\n"+`fields = { name = { is = "full_name" } }`, 1)
	byName := strings.Replace(anonymised, `on = { person = "id" }`, `on = { person = "name" }`, 1)
	undecided := func(items []Item) {
		for i := range items {
			if items[i].Record.Ref.Key[0] == "12" {
				items[i].Left = "nobody has decided"
			}
		}
	}
	cases := []struct {
		name    string
		text    string
		enforce string
		change  func([]Item)
		want    string // the line of the person
		against string
	}{
		{name: "kept, and the database does not mind", text: kept, want: "delete:people/1"},
		{name: "kept, and the database minds", text: kept, enforce: "no action", want: "delete:people/1", against: `records of "payments" that stay belong to it (on delete no action)`},
		{name: "kept, and a cascade would reach it", text: kept, enforce: "cascade", want: "delete:people/1", against: `that stay belong to it (on delete cascade)`},
		{name: "kept, of a record that is anonymised", text: anonymised, enforce: "no action", want: "anonymise:people/1"},
		{name: "kept, and the name links it", text: byName, want: "anonymise:people/1"},
		{name: "nobody has decided about it", text: family, change: undecided, want: "delete:people/1", against: `records of "payments" belong to it, and nobody has decided`},
		{name: "nobody has decided about it, of a record that is anonymised", text: anonymised, change: undecided, want: "anonymise:people/1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newFamily()
			if c.enforce != "" {
				s.enforce("T_payments", "person", "people", c.enforce)
			}
			if strings.Contains(c.text, `"name" }`) {
				s.catalog.Shapes[1].Fields[1].Type = compare.Text
				for i := range s.records {
					if s.records[i].Ref.Entity == "payments" {
						s.records[i].Values = []connectors.Value{s.records[i].Values[0], connectors.Text("Zoe")}
					}
				}
			}
			items := s.items()
			if c.change != nil {
				c.change(items)
			}
			lines, against := planFor(t, parsed(t, c.text), Erase, s, items)
			if len(lines) == 0 || lines[len(lines)-1] != c.want || (c.against == "") != (len(against) == 0) || c.against != "" && !holdsPart(against, c.against) {
				t.Errorf("%q, %q", lines, against)
			}
		})
	}
}

// What has no rule of its own is restricted with what it belongs to, and only where that is.
func TestRestrictedTogether(t *testing.T) {
	text := strings.Replace(family, "erase = \"delete\"", "restrict = { set = { name = \"locked\" } }", 1)
	s := newFamily()
	lines, against := planFor(t, parsed(t, text), Restrict, s, s.items())
	if want := []string{"leave:refunds/111", "leave:payments/11", "leave:payments/12", "mark:people/1"}; !slices.Equal(lines, want) || len(against) > 0 {
		t.Errorf("%q, %q", lines, against)
	}
	const alone = `s / payments: it is to be restricted with the record that it belongs to, and that one is not restricted`
	items := s.items()
	items[0].Left = "nobody has decided"
	if _, against := planFor(t, parsed(t, text), Restrict, s, items); !holdsPart(against, alone) || len(against) != 1 {
		t.Errorf("nobody has decided about the person: %q", against)
	}
	if _, against := planFor(t, parsed(t, text), Restrict, s, s.items()[1:]); !holdsPart(against, alone) {
		t.Errorf("the person was not found: %q", against)
	}
	s.records[1].Values = []connectors.Value{s.records[1].Values[0], connectors.Null}
	if _, against := planFor(t, parsed(t, text), Restrict, s, s.items()); !holdsPart(against, alone) {
		t.Errorf("a payment of nobody: %q", against)
	}
}

func TestRecordsOfTheirOwnTable(t *testing.T) {
	const staff = "\n[system.s.entity.people]\nkey = [\"id\"]\nerase = \"delete\"\n"
	people := shaped("people", col("id", compare.Integer, 0, "!"), col("boss", compare.Integer, 0, ""))
	s := &table{catalog: connectors.Catalog{Places: []string{"main"}, Shapes: []connectors.Shape{people}}}
	s.records = []connectors.Record{recorded(people, "1", "NULL"), recorded(people, "2", "1")}
	s.catalog.Shapes[0].ForeignKeys = []connectors.ForeignKey{{Table: "T_people", Fields: []string{"boss"}, RefTable: "T_people", Ref: []string{"id"}, OnDelete: "set null"}}
	r := parsed(t, staff)
	if _, against := planFor(t, r, Erase, s, s.items()); len(against) > 0 {
		t.Errorf("both are the person's: %q", against)
	}
	if _, against := planFor(t, r, Erase, s, s.items()[:1]); !holdsPart(against, "point at its records") {
		t.Errorf("the other was not found: %q", against)
	}
	items := s.items()
	items[1].Left = "somebody else's"
	if _, against := planFor(t, r, Erase, s, items); !holdsPart(against, "records of the same table that stay belong to its records") {
		t.Errorf("the other stays: %q", against)
	}
}
