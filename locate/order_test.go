package locate

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
)

// peopleOf is the entity of the systems that answer in any order.
const peopleOf = `
[system.%[1]s]
kind = "fake"
owners = ["Head of Membership"]
[system.%[1]s.entity.people]
key = ["id"]
[system.%[1]s.entity.people.fields]
no = { is = "membership_number" }
first = { is = "given_name" }
last = { is = "family_name" }
born = { is = "birth_date" }
email = { is = "email" }
phone = { is = "phone" }
post = { is = "postcode" }
`

// sharing are systems with a record of the subject's each, which tell each other's values, and one that only those lead to.
var sharing = map[string][]string{
	"a": {"1", "M100007", "Catherine", "Thompson", "1961-04-03", "ct@example.org", "07700 900495", "LS6 2SH"},
	"b": {"1", "M100007", "Catherine", "Thompson", "1961-04-03", "CT@example.org", none, "LS6 2SH"},
	"c": {"1", none, "Kate", "Thompson", "1961-04-03", "ct@example.org", "+44 7700 900495", "LS6 2SH"},
	"d": {"1", "M 100007", none, "Thompson", none, "work@example.com", "07700 900496", none},
	"e": {"1", none, "Catherine", "Tompson", none, "work@example.com", "07700 900496", none},
}

// TestTheOrderOfTheAnswersIsOfNoAccount searches systems that answer in every order.
func TestTheOrderOfTheAnswersIsOfNoAccount(t *testing.T) {
	var want string
	for _, order := range permutations("abcde") {
		got := told(answering(t, order))
		if want == "" {
			want = got
			if n := strings.Count(got, " certain "); n < 4 {
				t.Fatalf("the systems share too little for this test: %d are certain:\n%s", n, got)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("the order %s (-first +this):\n%s", order, diff)
		}
	}
}

// answering searches systems each of which answers at first only once the one before it in the order has.
func answering(t *testing.T, order string) result {
	var text strings.Builder
	gates := map[string]chan struct{}{}
	var fakes []*fake
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		fmt.Fprintf(&text, peopleOf, id)
		gate := make(chan struct{})
		gates[id] = gate
		fakes = append(fakes, &fake{id: id, tables: map[string]map[string]table{"P": {"people": {
			columns: []string{"id", "no", "first", "last", "born", "email", "phone", "post"}, rows: [][]string{sharing[id]}}}},
			before: func(ctx context.Context, _ connectors.Query) error {
				select {
				case <-gate:
				case <-ctx.Done():
				}
				return ctx.Err()
			}})
	}
	next := func() {
		close(gates[order[:1]])
		order = order[1:]
	}
	next()
	waiting := order
	res := result{matches: map[string]Match{}, coverage: map[string]Coverage{}}
	subject := Subject{Identifiers: []Identifier{{"given_name", "Catherine"}, {"family_name", "Thompson"}, {"birth_date", "1961-04-03"}, {"postcode", "LS6 2SH"}}}
	answered := map[string]bool{}
	for e := range Search(t.Context(), register(t, text.String(), fakes...), subject, Options{}) {
		res.add(e)
		if p, ok := e.(Progress); ok && p.Idle && !answered[p.System] {
			if answered[p.System] = true; order != "" {
				next()
			}
		}
	}
	if order != "" {
		t.Fatalf("of %s, %s never answered", waiting, order)
	}
	return res
}

// told writes what a search came to, but for times.
func told(res result) string {
	var b strings.Builder
	for _, name := range sorted(res.matches) {
		m := res.matches[name]
		fmt.Fprintf(&b, "%s certain=%v %.9f\n", name, m.Certain, m.Score)
		for _, e := range m.Evidence {
			fmt.Fprintf(&b, "  %s %+.3f\n", e.Aloud, e.Bits)
		}
		for _, s := range m.Path {
			fmt.Fprintf(&b, "  by %s %s from %s\n", s.Identifier.Kind, s.Identifier.Value, s.From.System)
		}
	}
	return strings.ReplaceAll(b.String(), "certain=true", "certain")
}

func permutations(letters string) []string {
	if len(letters) < 2 {
		return []string{letters}
	}
	var all []string
	for i, l := range letters {
		for _, rest := range permutations(letters[:i] + letters[i+1:]) {
			all = append(all, string(l)+rest)
		}
	}
	return all
}
