package connectortest

import (
	"context"
	"fmt"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// battery is what one comparison is tried with: the fields of People, by position, and the searched values.
type battery struct {
	how    compare.How
	fields []int
	values func(l Limits) []string
}

// Positions of the fields of People.
const (
	atFamily = 1
	atPhone  = 3
	atBorn   = 4
	atNumber = 5
	atCode   = 6
	atNote   = 7
)

func listed(values ...string) func(Limits) []string {
	return func(Limits) []string { return values }
}

// hostile returns the hostile texts, whether the kind can hold them or not: one that it cannot hold is
// searched all the same and matches nothing.
func hostile(more ...string) func(Limits) []string {
	return func(Limits) []string {
		return append(slices.DeleteFunc(slices.Clone(Hostile), func(s string) bool { return len(s) > 4000 }), more...)
	}
}

var batteries = []battery{
	{compare.Equal, []int{atFamily, atNote, atCode},
		hostile("Smith   ", "sMITH", "Sm_th", "[S]mith", "Sm%", `O\'Brien`, "0.00", "\xff\xfe", "JOSE\u0301", "Smith\n")},
	{compare.Folded, []int{atFamily, atNote},
		hostile("smith jones", "  SMITH  ", "obrien", "LODZ", "strasse", "ISTANBUL", "aether", "ÆRØ", "thor", "jose", "ελλας", "fish", "iv", "a - b", "\xff")},
	{compare.Compact, []int{atNumber, atNote},
		listed("M000123", "m-000123", "m 0001 23", "000123", "imi5566", "IMI 55-66", "", "-", "№7", "no7", "O'Brien", "obrien", "straße", "100", "a\x00b", "smith", "Ｓmith")},
	{compare.Prefix, []int{atFamily, atNote},
		listed("s", "smith", "SMITH J", "o'", "%", "_", "[", "*", "\\", "łó", "STRAS", "é", "", " ", "0", "a", "a\x00", "😀", "ש", "long long", "\xff")},
	{compare.Contains, []int{atFamily, atNote},
		listed("mit", "h j", "h  j", "'", "%", "_c", "[a", "]", "*", "?", "\\", "ODZ", "ss", "I", "é", "e", "日", "ал", "", " ", "0", "--", "😀", "breaking", "\x00", "end", "\xff")},
	{compare.Digits, []int{atPhone, atNumber},
		listed("7700900495", "07700900495", "7700 900 495", "00495", "0", "", "7700900496", "999999", "٤٩٥", "495 1", "12", "abc", "77009004951")},
	{compare.Date, []int{atBorn, atCode},
		listed("1961-04-03", "1961-03-04", "2061-04-03", "1999-12-31", "1957-04-02", "1965-04-04", "1903-04-02", "1961-04-02", "0000-00-00", "1961-13-45", "03/04/1961", "", "abc", "1900-01-01", "1904-01-02")},
}

func searchCases() []Case {
	var cases []Case
	for _, bt := range batteries {
		cases = append(cases, Case{
			Name:  "find " + bt.how.String(),
			What:  fmt.Sprintf("what Find yields for %s is what a scan of everything gives, for each hostile value alone and for all at once", bt.how),
			Needs: []Ability{By(bt.how)},
			run:   bt.run,
		})
	}
	return append(cases,
		Case{Name: "find in typed fields", What: "fields of every type are searched by value, and what the type cannot hold matches nothing and is no gap", run: runTyped},
		Case{Name: "find ten thousand values", What: "one term with ten thousand values finds what it finds with each of them", Needs: []Ability{By(compare.Equal)}, run: runTenThousand},
		Case{Name: "find tuples", What: "several fields are compared together and not each for itself", Needs: []Ability{Keys}, run: runTuples},
	)
}

func (bt battery) run(ctx context.Context, b *bench) error {
	s, err := b.start(ctx, People(b.limits))
	if err != nil {
		return err
	}
	people := b.world.data.Entities[0]
	values := bt.values(b.limits)
	for i, at := range bt.fields {
		name := people.Fields[at].Name
		if i == 0 {
			for _, v := range values {
				if _, err := s.all(ctx, query(people.Name, term(name, bt.how, v))); err != nil {
					return err
				}
			}
		}
		if _, err := s.all(ctx, query(people.Name, term(name, bt.how, values...))); err != nil {
			return err
		}
		if _, err := s.all(ctx, query(people.Name, term(name, bt.how))); err != nil {
			return fmt.Errorf("no values match nothing: %w", err)
		}
	}
	return nil
}

func runTyped(ctx context.Context, b *bench) error {
	s, err := b.start(ctx, Typed(b.limits))
	if err != nil {
		return err
	}
	entity := b.world.data.Entities[0].Name
	catalog, err := s.describe(ctx)
	if err != nil {
		return fmt.Errorf("describe: %w", err)
	}
	shape, _ := catalog.Shape(entity)
	for _, f := range b.limits.typed() {
		column, _ := shape.Column(f.name)
		if !column.CanSearch(compare.Equal) {
			return fmt.Errorf("field %q: a field of the type %s cannot be searched by equal", f.name, f.typ)
		}
		values := slices.Concat(f.values, f.searched, strangers)
		for _, how := range compare.Hows {
			if !column.CanSearch(how) {
				continue
			}
			for _, v := range values {
				if how == compare.Date {
					v = dayIn(v)
				}
				if _, err := s.all(ctx, query(entity, term(f.name, how, v))); err != nil {
					return err
				}
			}
			if _, err := s.all(ctx, query(entity, term(f.name, how, values...))); err != nil {
				return err
			}
		}
	}
	return nil
}

// dayIn returns the day at the head of a date and time, which is how days are searched.
func dayIn(v string) string {
	if len(v) > 10 && v[4] == '-' && v[10] == 'T' {
		return v[:10]
	}
	return v
}

func runTenThousand(ctx context.Context, b *bench) error {
	s, err := b.start(ctx, People(b.limits))
	if err != nil {
		return err
	}
	people := b.world.data.Entities[0]
	for _, how := range []compare.How{compare.Equal, compare.Folded, compare.Compact} {
		if !b.limits.can(By(how)) {
			continue
		}
		for _, at := range []int{atFamily, atNumber} {
			values := make([]string, 0, manyValues)
			for i := range manyValues - 100 {
				values = append(values, fmt.Sprintf("nobody %05d", i))
			}
			for i := range 100 {
				values = append(values, pick(slices.Concat(numbers, Hostile[:60]), i))
			}
			if _, err := s.all(ctx, query(people.Name, term(people.Fields[at].Name, how, values...))); err != nil {
				return err
			}
		}
	}
	keys := make([]string, manyValues)
	for i := range keys {
		keys[i] = fmt.Sprint(i * 3)
	}
	_, err = s.all(ctx, query(people.Name, term("id", compare.Equal, keys...)))
	return err
}

// manyTuples is how many tuples of two values one term asks for: more parameters than a statement of SQL Server takes.
const manyTuples = 2_000

func runTuples(ctx context.Context, b *bench) error {
	s, err := b.start(ctx, People(b.limits))
	if err != nil {
		return err
	}
	e, _ := b.world.data.Entity("dossiertest_memberships")
	tuples := [][]string{{"1", "0"}, {"11", "1"}, {"1", "11"}, {"1,1", "22"}, {"1", "1,22"}, {"N", "63"}, {"n", "63"}, {"[N]", "0"}, {"O'Hare", "22"}, {"x%", "1"},
		{"xy", "1"}, {"Featherstonehaugh", "0063"}, {"N", "abc"}, {"", ""}}
	for _, how := range []compare.How{compare.Equal, compare.Folded} {
		if !b.limits.can(By(how)) || how == compare.Folded && !s.canSearch(ctx, e.Name, "number", how) {
			continue
		}
		for _, tuple := range tuples {
			if _, err := s.all(ctx, query(e.Name, connectors.Term{Fields: e.Key, How: how, Values: [][]string{tuple}})); err != nil {
				return err
			}
		}
		if _, err := s.all(ctx, query(e.Name, connectors.Term{Fields: e.Key, How: how, Values: tuples})); err != nil {
			return err
		}
		many := slices.Clone(tuples)
		for i := range manyTuples {
			many = append(many, []string{"nowhere", fmt.Sprint(i)})
		}
		if _, err := s.all(ctx, query(e.Name, connectors.Term{Fields: []string{"number", "region"}, How: how, Values: reversed(many)})); err != nil {
			return err
		}
	}
	return nil
}

// canSearch reports whether Describe lists the comparison for the field.
func (s *session) canSearch(ctx context.Context, entity, field string, how compare.How) bool {
	catalog, err := s.describe(ctx)
	if err != nil {
		return false
	}
	shape, _ := catalog.Shape(entity)
	column, _ := shape.Column(field)
	return column.CanSearch(how)
}

func reversed(tuples [][]string) [][]string {
	out := make([][]string, len(tuples))
	for i, t := range tuples {
		out[i] = slices.Clone(t)
		slices.Reverse(out[i])
	}
	return out
}
