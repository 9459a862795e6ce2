package locate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// TestClausesFindEverySpelling asks a table of millions by clauses for one record that is written as people write.
func TestClausesFindEverySpelling(t *testing.T) {
	register := register(t, hard, &fake{id: "members"}, &fake{id: "tests"})
	e := register.Systems[0].Entities[0]
	for _, c := range []struct {
		subject []Identifier
		field   string
		value   string
	}{
		{[]Identifier{{"membership_number", "M100007"}}, "no", "m 100-007"},
		{[]Identifier{{"membership_number", "M0100007"}}, "no", "100007"},
		{[]Identifier{{"membership_number", "M100007"}}, "no", "100007"},
		{[]Identifier{{"email", "Jo.King@gmail.com"}}, "email", "joking@gmail.com"},
		{[]Identifier{{"email", "jo.king@example.com"}}, "email", "JO.KING+news@example.com"},
		{[]Identifier{{"email", "jo.king@example.com"}}, "email", "Jo King <jo.king@example.com>; office@example.com"},
		{[]Identifier{{"phone", "07700 900495"}}, "phone", "tel: +44 (0)7700 900-495 ext 3"},
		{[]Identifier{{"postcode", "ls62sh"}}, "post", "LS6  2SH"},
		{[]Identifier{{"birth_date", "3 April 1961"}}, "born", "1961-03-04"},
		{[]Identifier{{"birth_date", "3 April 1961"}}, "born", "22374"},
		{[]Identifier{{"family_name", "Thompson"}}, "last", "Tompson"},
		{[]Identifier{{"family_name", "Thompson"}}, "last", "Thomson"},
		{[]Identifier{{"family_name", "O'Brien"}}, "last", "OBRIEN"},
		{[]Identifier{{"family_name", "OBrien"}}, "last", "O’Brien"},
		{[]Identifier{{"family_name", "Müller"}}, "last", "Mueller"},
		{[]Identifier{{"family_name", "Smythe-Jones"}}, "last", "Jones"},
		{[]Identifier{{"family_name", "Jones"}}, "last", "Smythe Jones"},
		{[]Identifier{{"family_name", "van den Berg"}}, "last", "Vandenberg"},
		{[]Identifier{{"family_name", "MacDonald"}}, "last", "Mc Donald"},
		{[]Identifier{{"family_name", "Philips"}}, "last", "Filips"},
		{[]Identifier{{"family_name", "Reid"}}, "last", "Ried"},
		{[]Identifier{{"family_name", "Łukasiewicz"}}, "last", "Lukasiewicz"},
		{[]Identifier{{"family_name", "King"}}, "first", "King"},
		{[]Identifier{{"former_name", "King"}}, "last", "KING"},
		{[]Identifier{{"full_name", "Dr Jo Ann King"}}, "former", "King"},
		{[]Identifier{{"family_name", "Ng"}}, "last", "NG"},
	} {
		t.Run(c.subject[0].Kind+" "+c.subject[0].Value+", "+c.value, func(t *testing.T) {
			shape := connectors.Shape{Entity: "people", Rows: 5_000_000}
			for _, f := range e.Fields {
				shape.Fields = append(shape.Fields, connectors.Column{Name: f.Name, Type: compare.Text, Search: compare.Hows, Indexed: f.Name == "no"})
			}
			p := newProfile(register, NewModel(register, nil), Subject{Identifiers: c.subject})
			a := asks(e, shape, p.values, p.values)
			filter, err := connectors.NewFilter(shape, connectors.Query{Entity: "people", Any: slices.Concat(a.indexed, a.scanned)})
			if err != nil {
				t.Fatal(err)
			}
			if !filter.MatchFields(connectors.Fields{Names: []string{c.field}, Values: []connectors.Value{connectors.Text(c.value)}}) {
				t.Error("it is not asked for")
			}
			if filter.MatchFields(connectors.Fields{Names: []string{c.field}, Values: []connectors.Value{connectors.Text("Xyz 1")}}) {
				t.Error("everything is asked for")
			}
		})
	}
}

// TestIndexedAndScannedClausesAreAskedApart looks at every query of a search over vast tables.
func TestIndexedAndScannedClausesAreAskedApart(t *testing.T) {
	members, tests := hardCases[0].systems(50_000_000)
	var mu sync.Mutex
	var kinds []string
	for _, f := range []*fake{members, tests} {
		f.asked = func(q connectors.Query) {
			if q.Refs != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			kind := ""
			for _, c := range q.Any {
				now := "reads all"
				if c[0].How == compare.Equal && slices.Contains(f.tables[map[string]string{"members": "M", "tests": "T"}[f.id]][q.Entity].indexed, c[0].Fields[0]) {
					now = "by index"
				}
				if kind != "" && kind != now {
					t.Errorf("one query of %s has clauses of both kinds: %v", q.Entity, q.Any)
				}
				kind = now
			}
			kinds = append(kinds, f.id+" "+q.Entity+" "+kind)
		}
	}
	run(t.Context(), register(t, hard, members, tests), Options{}, thompson...)
	for _, want := range []string{"members people by index", "members people reads all", "members payments by index", "tests results by index", "tests results reads all"} {
		if n := len(slices.DeleteFunc(slices.Clone(kinds), func(k string) bool { return k != want })); n != 1 {
			t.Errorf("%q %d times, want once: %v", want, n, kinds)
		}
	}
}

// TestASmallTableIsReadOnce holds that a table which is read whole is read once for all identifiers together.
func TestASmallTableIsReadOnce(t *testing.T) {
	members, tests := hardCases[0].systems(0)
	reads := 0
	members.asked = func(q connectors.Query) {
		if q.Entity == "people" && q.Refs == nil {
			if reads++; len(q.Any) > 0 || slices.Contains(q.Fields, "") || len(q.Fields) != 10 {
				t.Errorf("it is asked for %v of %v", q.Any, q.Fields)
			}
		}
	}
	run(t.Context(), register(t, hard, members, tests), Options{}, thompson...)
	if reads != 1 {
		t.Errorf("it was read %d times", reads)
	}
}

// TestManySubjectsShareTheirClauses asks for a thousand people with no more clauses than for one.
func TestManySubjectsShareTheirClauses(t *testing.T) {
	register := register(t, hard, &fake{id: "members"}, &fake{id: "tests"})
	e := register.Systems[0].Entities[0]
	shape := connectors.Shape{Entity: "people", Rows: 5_000_000}
	for _, f := range e.Fields {
		shape.Fields = append(shape.Fields, connectors.Column{Name: f.Name, Type: compare.Text, Search: compare.Hows, Indexed: f.Name == "no"})
	}
	clauses := func(n int) int {
		var values []known
		for i := range n {
			s := Subject{Identifiers: slices.Clone(thompson)}
			s.Identifiers[0].Value = fmt.Sprintf("M%d", 100_007+i)
			values = append(values, newProfile(register, NewModel(register, nil), s).values...)
		}
		a := asks(e, shape, values, values)
		return len(a.indexed) + len(a.scanned)
	}
	if one, many := clauses(1), clauses(1000); many > one {
		t.Errorf("%d clauses for one, %d for a thousand", one, many)
	}
}

// TestStrangersAllocateNothing compares records that are nobody's but a stranger's.
func TestStrangersAllocateNothing(t *testing.T) {
	r, e, shape := comparing(t)
	s := NewScorer(r, NewModel(r, nil), Subject{Identifiers: thompson})
	record := strangerIn(shape)
	s.Score(e, shape, record)
	if n := testing.AllocsPerRun(100, func() { s.Score(e, shape, record) }); n > 0 {
		t.Errorf("%v allocations a record", n)
	}
}

func comparing(t testing.TB) (*connectors.Register, *connectors.Entity, connectors.Shape) {
	r := register(t, hard, &fake{id: "members"}, &fake{id: "tests"})
	e := r.Systems[0].Entities[0]
	shape := connectors.Shape{Entity: "people"}
	for _, f := range e.Fields {
		shape.Fields = append(shape.Fields, connectors.Column{Name: f.Name, Type: compare.Text})
	}
	return r, e, shape
}

func strangerIn(shape connectors.Shape) connectors.Record {
	var record connectors.Record
	values := strings.Split("M100028|Priya|Roberts||1985-06-17|pr@example.org|07700 900222|1 Church Street|SG1 3QP", "|")
	for i, c := range shape.Fields {
		record.Names = append(record.Names, c.Name)
		record.Values = append(record.Values, connectors.Text(values[i]))
	}
	return record
}

// Reading a stranger's record and comparing it: a million a second a core are 1,000 ns each.
func BenchmarkStranger(b *testing.B) {
	r, e, shape := comparing(b)
	s := NewScorer(r, NewModel(r, nil), Subject{Identifiers: thompson})
	record := strangerIn(shape)
	b.ReportAllocs()
	for b.Loop() {
		s.Score(e, shape, record)
	}
}

// TestPathOfALearntSurname tells by which record a surname became known that another record was found by.
func TestPathOfALearntSurname(t *testing.T) {
	members, tests := hardCases[0].systems(0)
	people := members.tables["M"]["people"]
	people.rows[0][4] = "King" // her former name, which the request does not give
	people.rows = append(people.rows, []string{"2", none, "Catherine", "King", none, "1961-04-03", none, none, none, none})
	members.tables["M"]["people"] = people
	res := run(context.Background(), register(t, hard, members, tests), Options{}, thompson...)
	m := res.matches["members/people/2"]
	if len(m.Path) != 1 || m.Path[0].Identifier.Value != "King" {
		t.Errorf("the path is %+v", m.Path)
	}
	if !slices.ContainsFunc(m.Evidence, func(e Evidence) bool { return e.Aloud == "surname King agrees, as known from members" }) {
		t.Errorf("%+v", m.Evidence)
	}
}
