package locate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
)

// crowdOf makes the candidates of an organisation, some of them twins, namesakes and people who share a mailbox, with what
// each gives of themselves.
func crowdOf(people int) (*fake, *fake, []Subject) {
	q, l := qlms(), &fake{id: "lms", tables: map[string]map[string]table{"LMS": {"results": {columns: []string{"id", "candidate"}}}}}
	families := []string{"King", "Smith", "Featherstonehaugh", "O'Brien", "Łukasz", "van der Berg", "Thompson", "Tompson", "Smythe-Jones"}
	firsts := []string{"Catherine", "Kate", "Peter", "Anne", "José", "Seán", "Mohammed"}
	var subjects []Subject
	var candidates, claims, results [][]string
	for i := range people {
		number, mail := fmt.Sprintf("QL-%04d", 100+i), fmt.Sprintf("p%d@example.com", i/2) // two share a mailbox
		first, last := firsts[i%len(firsts)], families[i%len(families)]
		born := fmt.Sprintf("19%02d-%02d-%02d", 40+i%50, 1+i%12, 1+i%28)
		candidates = append(candidates, []string{fmt.Sprint(i), number, first, last, born, mail})
		claims = append(claims, []string{fmt.Sprint("c", i), fmt.Sprint(i), "Level 2"})
		results = append(results, []string{fmt.Sprint("r", i), "ql" + number[2:]})
		s := Subject{Identifiers: []Identifier{{"family_name", last}, {"given_name", first}, {"birth_date", born}}}
		switch i % 3 {
		case 0:
			s.Identifiers = []Identifier{{"candidate_number", number}}
		case 1:
			s.Identifiers = append(s.Identifiers, Identifier{"email", mail})
		}
		subjects = append(subjects, s)
	}
	c := q.tables["QLMS"]["candidates"]
	c.rows = candidates
	q.tables["QLMS"]["candidates"] = c
	c = q.tables["QLMS"]["claims"]
	c.rows = claims
	q.tables["QLMS"]["claims"] = c
	r := l.tables["LMS"]["results"]
	r.rows = results
	l.tables["LMS"]["results"] = r
	return q, l, subjects
}

func TestManyAreFoundAsEachAlone(t *testing.T) {
	q, l, subjects := crowdOf(60)
	r := register(t, estate, q, l)
	together := make([]result, len(subjects))
	for i := range together {
		together[i].matches = map[string]Match{}
	}
	systems := 0
	for e := range SearchMany(t.Context(), r, "", subjects, Options{}) {
		switch e := e.(type) {
		case Claim:
			together[e.Person].add(e.Match)
		case Coverage:
			systems++
			if e.State != Searched && e.State != ByHand {
				t.Errorf("%s: %s %v", e.System, e.State, e.Gaps)
			}
		}
	}
	if systems != 3 {
		t.Errorf("%d systems are told of", systems)
	}
	for i, s := range subjects {
		alone := run(t.Context(), r, Options{}, s.Identifiers...)
		if diff := cmp.Diff(alone.certain(), together[i].certain()); diff != "" {
			t.Errorf("person %d, certain: %s", i, diff)
		}
		if diff := cmp.Diff(alone.possible(), together[i].possible()); diff != "" {
			t.Errorf("person %d, possible: %s", i, diff)
		}
		if i%3 == 0 && len(together[i].certain()) != 3 {
			t.Errorf("person %d: %v", i, together[i].certain())
		}
	}
}

func TestManyAreAskedForTogether(t *testing.T) {
	q, l, subjects := crowdOf(300)
	var asked atomic.Int32 // places are asked at once
	q.asked = func(connectors.Query) { asked.Add(1) }
	r := register(t, estate, q, l)
	for range SearchMany(t.Context(), r, "", subjects, Options{}) {
	}
	if n := asked.Load(); n > 40 {
		t.Errorf("%d questions for 300 people", n)
	}
}

func TestManyWithASystemThatFails(t *testing.T) {
	q, _, subjects := crowdOf(6)
	l := &fake{id: "lms", openFn: func(ctx context.Context) error { return errors.New("it is down") }}
	claims := 0
	var failed []string
	for e := range SearchMany(t.Context(), register(t, estate, q, l), "", subjects, Options{}) {
		switch e := e.(type) {
		case Claim:
			claims++
		case Coverage:
			if e.State == Failed {
				failed = append(failed, e.System)
			}
		}
	}
	if claims == 0 || !slices.Equal(failed, []string{"lms"}) {
		t.Errorf("%d matches, failed: %v", claims, failed)
	}
}
