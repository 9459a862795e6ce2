package act

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dossier/connectors"
)

// Systems that others are keyed from come last; what is not looked at is told with its reason.
func TestSystemsOfAPlan(t *testing.T) {
	r := parsed(t, "last = true\n"+family+`
[system.first]
kind = "fake"
owners = ["Owners of the first"]
[system.first.entity.people]
key = ["id"]
erase = "delete"
[system.paper]
kind = "manual"
owners = ["HR"]
`)
	s := newFamily()
	first := newFamily()
	first.catalog.Shapes = first.catalog.Shapes[:1]
	first.records = first.records[:1]
	first.records[0].Ref.System = "first"
	paper, _ := r.System("paper")
	targets := []Target{
		{System: r.Systems[0], Conn: s, Catalog: s.catalog, Why: "not fully searched"},
		{System: r.Systems[1], Conn: nil, Why: "it cannot be opened", Todo: "Erase by hand."},
		{System: paper, Why: "people work it", Todo: "Look in the cabinet."},
	}
	p := NewPlanner(testRules(r, Erase), targets)
	items := append(s.items(), first.items()...)
	p.Sort(items)
	var lines []string
	for l, err := range p.Lines(t.Context(), seq(items)) {
		if err != nil {
			t.Fatal(err)
		}
		if l.N != len(lines)+1 {
			t.Errorf("line %d comes as the %dth", l.N, len(lines)+1)
		}
		lines = append(lines, l.Record.System+" "+string(l.Does)+" "+l.Record.Entity+" "+l.Why+" "+l.Todo+" "+l.Steward)
	}
	want := []string{
		"first task people it cannot be opened Erase by hand. Owners of the first",
		"first task  it cannot be opened Erase by hand. Owners of the first",
		"paper task  people work it Look in the cabinet. HR",
		"s delete refunds   ", "s delete payments   ", "s delete payments   ", "s delete people   ",
		"s leave  not fully searched  ",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("%q", lines)
	}
	var stages []string
	for _, stage := range p.Stages() {
		stages = append(stages, stage.System)
	}
	if want := []string{"first", "paper", "s"}; !slices.Equal(stages, want) || !p.Stages()[2].Last {
		t.Errorf("%q", stages)
	}
}

func TestItemsAreRefused(t *testing.T) {
	s := newFamily()
	r := parsed(t, family)
	p := NewPlanner(testRules(r, Erase), []Target{{System: r.Systems[0], Conn: s, Catalog: s.catalog}})
	sorted := s.items()
	p.Sort(sorted)
	elsewhere := s.items()[:1]
	elsewhere[0].Record.Ref.System = "other"
	for what, items := range map[string][]Item{
		"out of order":            s.items(),
		"a record twice":          {sorted[0], sorted[0]},
		"of a system that is not": elsewhere,
	} {
		last := error(nil)
		for _, err := range p.Lines(t.Context(), seq(items)) {
			last = err
		}
		var refusal *Refusal
		if last == nil || errors.As(last, &refusal) {
			t.Errorf("%s: %v", what, last)
		}
	}
	gone := s.items()[:1]
	gone[0].Record.Ref.Entity = "dogs"
	if _, against := planFor(t, r, Erase, s, gone); !holdsPart(against, "does not name it any more") {
		t.Errorf("%q", against)
	}
	n := 0
	for range p.Lines(t.Context(), seq(sorted)) {
		n++
		break
	}
	if n != 1 {
		t.Error("a loop that ends early")
	}
}

// A place that is closed to changes leaves them to people, and the others not.
func TestClosedPlaces(t *testing.T) {
	s := newFamily()
	s.catalog.Closed = []connectors.Gap{{Place: "main", Why: "nobody knows what the account may do"}}
	lines, against := planFor(t, parsed(t, family), Erase, s, s.items())
	if len(against) > 0 || len(lines) != 4 || strings.Contains(strings.Join(lines, " "), "delete") {
		t.Errorf("%q, %q", lines, against)
	}
	s.catalog.Closed[0].Place = "other"
	if lines, _ := planFor(t, parsed(t, family), Erase, s, s.items()); strings.Contains(strings.Join(lines, " "), "task") {
		t.Errorf("%q", lines)
	}
}

// A person who objects is entered in the lists that they are not on yet.
func TestLists(t *testing.T) {
	const list = "\n[system.s.entity.people]\nkey = [\"id\"]\nsuppress = { add = {} }\nfields = { name = { is = \"email\" } }\n"
	s := newFamily()
	s.catalog.Shapes = s.catalog.Shapes[:1]
	s.records = s.records[:1]
	r := parsed(t, list)
	rules := testRules(r, Object)
	rules.Persons = map[string][]string{"email": {"ZOE", "zoe.king"}}
	p := NewPlanner(rules, []Target{{System: r.Systems[0], Conn: s, Catalog: s.catalog}})
	var lines []string
	for l, err := range p.Lines(t.Context(), seq(s.items())) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, lineText(l))
	}
	if want := []string{"leave", "suppress insert; name=zoe.king"}; !slices.Equal(lines, want) {
		t.Errorf("%q", lines)
	}
}

// Records pass through a planner: the line of the first is there before the second is asked for.
func TestPlansStream(t *testing.T) {
	s := newFamily()
	r := parsed(t, family)
	p := NewPlanner(testRules(r, Erase), []Target{{System: r.Systems[0], Conn: s, Catalog: s.catalog}})
	items := s.items()
	p.Sort(items)
	asked, lines := 0, 0
	for _, err := range p.Lines(t.Context(), func(yield func(Item, error) bool) {
		for _, item := range items {
			if asked++; !yield(item, nil) {
				return
			}
		}
	}) {
		if lines++; err != nil || asked != lines {
			t.Fatalf("%d records for %d lines, %v", asked, lines, err)
		}
	}
}

// BenchmarkPlan plans the erasure of 10,000 people with three claims each.
func BenchmarkPlan(b *testing.B) {
	r := parsed(b, family)
	s := newFamily()
	people, payments := s.catalog.Shapes[0], s.catalog.Shapes[1]
	s.records = nil
	for i := range 40_000 {
		if i < 30_000 {
			s.records = append(s.records, recorded(payments, strconv.Itoa(i), strconv.Itoa(i/3)))
		} else {
			s.records = append(s.records, recorded(people, strconv.Itoa(i-30_000), "Zoe"))
		}
	}
	p := NewPlanner(testRules(r, Erase), []Target{{System: r.Systems[0], Conn: s, Catalog: s.catalog}})
	items := s.items()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for _, err := range p.Lines(b.Context(), seq(items)) {
			if n++; err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "lines/s")
}
