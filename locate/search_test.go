package locate

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
	"dossier/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

const estate = `
[system.qlms]
kind = "fake"
owners = ["Head of Membership"]
[system.qlms.entity.candidates]
key = ["id"]
[system.qlms.entity.candidates.fields]
no = { is = "candidate_number" }
first = { is = "given_name" }
last = { is = "family_name" }
dob = { is = "birth_date" }
email = { is = "email" }
[system.qlms.entity.claims]
key = ["id"]
parent = { entity = "candidates", on = { candidate = "id" } }
[system.lms]
kind = "fake"
owners = ["Head of Membership"]
[system.lms.entity.results]
key = ["id"]
fields = { candidate = { is = "candidate_number" } }
[system.paper]
kind = "manual"
owners = ["Head of HR"]
task = "Look through the filing cabinet."
`

func qlms() *fake {
	return &fake{id: "qlms", tables: map[string]map[string]table{
		"QLMS": {
			"candidates": {columns: []string{"id", "no", "first", "last", "dob", "email"}, indexed: []string{"id", "no"}, rows: [][]string{
				{"1", "QL-0017", "Catherine", "King", "17/03/1990", "c.king@example.com"},
				{"2", "QL-0018", "Peter", "King", "1958-01-02", "c.king@example.com"},
				{"3", "QL-0019", "Catherine", "King", "1990-03-17", "\x00"},
				{"4", "QL-0020", "Anne", "Other", "1990-03-17", "x@example.com"},
			}},
			"claims": {columns: []string{"id", "candidate", "what"}, indexed: []string{"candidate"}, rows: [][]string{
				{"71", "1", "Level 2"}, {"72", "2", "Level 3"}, {"73", "1", "Level 4"}}},
		},
		"QLMS2": {
			"candidates": {rows: [][]string{}},
			"claims":     {rows: [][]string{{"99", "1", "another's, in another place"}}},
		},
	}}
}

func lms() *fake {
	return &fake{id: "lms", tables: map[string]map[string]table{"LMS": {
		"results": {columns: []string{"id", "candidate", "mark"}, rows: [][]string{
			{"501", "ql 0017", "88"}, {"502", "QL-0018", "41"}, {"503", "\x00", "12"}}},
	}}}
}

var catherine = []Identifier{{"given_name", "Catherine"}, {"family_name", "King"}, {"birth_date", "17 March 1990"}, {"email", "C.King@example.com"}}

func TestSearchFollowsIdentifiersAndChildrenToAFixedPoint(t *testing.T) {
	res := run(t.Context(), register(t, estate, qlms(), lms()), Options{}, catherine...)
	if diff := cmp.Diff([]string{"lms/results/501", "qlms/candidates/1", "qlms/claims/71", "qlms/claims/73"}, res.certain()); diff != "" {
		t.Errorf("certain (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"qlms/candidates/2", "qlms/candidates/3"}, res.possible()); diff != "" {
		t.Errorf("possible (-want +got):\n%s", diff)
	}
	result := res.matches["lms/results/501"]
	if len(result.Path) != 1 || result.Path[0].Identifier.Kind != "candidate_number" || result.Path[0].From.Entity != "candidates" {
		t.Errorf("the path of the result is %+v", result.Path)
	}
	if p := res.matches["qlms/claims/71"].Parent; p == nil || p.Key[0] != "1" {
		t.Errorf("the parent of the claim is %v", p)
	}
	for _, e := range res.matches["qlms/candidates/1"].Evidence {
		if e.Identifier == "candidate_number" {
			t.Errorf("the number that only this record has told is evidence for or against it: %+v", e)
		}
	}
	for _, m := range res.matches {
		if len(m.Evidence) == 0 || m.Score <= 0 || m.Score > 1 {
			t.Errorf("%s has score %v and evidence %v", m.Record.Ref, m.Score, m.Evidence)
		}
	}
}

func TestCoverageSaysWhatWasSearched(t *testing.T) {
	res := run(t.Context(), register(t, estate, qlms(), lms()), Options{}, catherine...)
	q := res.coverage["qlms"]
	if q.State != Searched || len(q.Gaps) > 0 || !slices.Equal(q.Places, []string{"QLMS", "QLMS2"}) {
		t.Errorf("qlms: %+v", q)
	}
	if diff := cmp.Diff([]string{"birth_date", "candidate_number", "email", "family_name", "given_name"}, q.Searched); diff != "" {
		t.Errorf("searched (-want +got):\n%s", diff)
	}
	if got := res.coverage["lms"]; !slices.Equal(got.Searched, []string{"candidate_number"}) || got.Records != 1 {
		t.Errorf("lms: %+v", got)
	}
	if got := res.coverage["paper"]; got.State != ByHand || got.Task == "" {
		t.Errorf("paper: %+v", got)
	}
	if last := res.events[len(res.events)-1]; last.(Coverage).System != "paper" {
		t.Errorf("the coverage is not in the register's order: %+v", last)
	}
}

func TestDecisions(t *testing.T) {
	decide := func(key string, d Decision) Options {
		return Options{Decided: func(r connectors.Ref) Decision {
			if r.Entity == "candidates" && r.Key[0] == key {
				return d
			}
			return Undecided
		}}
	}
	t.Run("a rejected match is never followed", func(t *testing.T) {
		res := run(t.Context(), register(t, estate, qlms(), lms()), decide("1", Rejected), catherine...)
		if diff := cmp.Diff([]string{"qlms/candidates/1"}, res.certain()); diff != "" {
			t.Errorf("certain (-want +got):\n%s", diff)
		}
	})
	t.Run("an accepted match is followed", func(t *testing.T) {
		res := run(t.Context(), register(t, estate, qlms(), lms()), decide("2", Accepted), catherine...)
		for _, name := range []string{"lms/results/502", "qlms/claims/72"} {
			if !slices.Contains(res.certain(), name) {
				t.Errorf("%s is not among %v", name, res.certain())
			}
		}
	})
}

func TestFailuresAreCoverageAndTheRestIsSearched(t *testing.T) {
	refused := errors.New("connection refused")
	for _, c := range []struct {
		name   string
		break_ func(*fake)
		state  State
		gap    string
	}{
		{"cannot be opened", func(f *fake) { f.openFn = func(context.Context) error { return refused } }, Failed, "connection refused"},
		{"breaks while it is searched", func(f *fake) {
			f.before = func(context.Context, connectors.Query) error { return refused }
		}, Failed, "connection refused"},
		{"panics", func(f *fake) {
			f.before = func(context.Context, connectors.Query) error { panic("secret value") }
		}, Failed, "failed unexpectedly (string)"},
		{"has a gap", func(f *fake) {
			f.before = func(_ context.Context, q connectors.Query) error {
				return &connectors.Gap{Place: "LMS", Entity: q.Entity, Field: "mark", Why: "the field is encrypted"}
			}
		}, Partly, "the field is encrypted"},
		{"holds a table that the register does not name", func(f *fake) {
			f.tables["LMS"]["unmapped_notes"] = table{columns: []string{"id"}}
		}, Partly, "the register neither maps this table"},
	} {
		t.Run(c.name, func(t *testing.T) {
			broken := lms()
			c.break_(broken)
			res := run(t.Context(), register(t, estate, qlms(), broken), Options{}, catherine...)
			got := res.coverage["lms"]
			if got.State != c.state || len(got.Gaps) == 0 || !strings.Contains(got.Gaps[0].Why, c.gap) {
				t.Errorf("coverage %+v", got)
			}
			if !slices.Contains(res.certain(), "qlms/claims/73") {
				t.Errorf("the rest was not searched: %v", res.certain())
			}
		})
	}
}

func TestMatchesArriveWhileAnotherSystemStillWaits(t *testing.T) {
	slow := lms()
	release, released := make(chan struct{}), false
	slow.before = func(ctx context.Context, _ connectors.Query) error {
		select {
		case <-release:
		case <-ctx.Done():
			return ctx.Err()
		}
		return nil
	}
	res := result{matches: map[string]Match{}, coverage: map[string]Coverage{}}
	for e := range Search(t.Context(), register(t, estate, qlms(), slow), Subject{Identifiers: catherine}, Options{}) {
		res.add(e)
		if len(res.certain()) == 3 && !released {
			close(release)
			released = true
		}
	}
	if len(res.certain()) != 4 {
		t.Errorf("certain: %v", res.certain())
	}
}

func TestEndingASearch(t *testing.T) {
	hang := func(ctx context.Context, _ connectors.Query) error {
		<-ctx.Done()
		return ctx.Err()
	}
	t.Run("by leaving the loop", func(t *testing.T) {
		q, l := qlms(), lms()
		l.before, l.closed, q.closed = hang, make(chan struct{}), make(chan struct{})
		for e := range Search(t.Context(), register(t, estate, q, l), Subject{Identifiers: catherine}, Options{}) {
			if _, ok := e.(Match); ok {
				break
			}
		}
		<-q.closed
	})
	t.Run("by cancelling", func(t *testing.T) {
		l := lms()
		l.before = hang
		ctx, cancel := context.WithCancel(t.Context())
		res := result{matches: map[string]Match{}, coverage: map[string]Coverage{}}
		for e := range Search(ctx, register(t, estate, qlms(), l), Subject{Identifiers: catherine}, Options{}) {
			res.add(e)
			if len(res.certain()) == 3 {
				cancel()
			}
		}
		cancel()
		if got := res.coverage["lms"]; len(got.Gaps) == 0 || !strings.Contains(got.Gaps[0].Why, "stopped") {
			t.Errorf("lms: %+v", got)
		}
	})
	t.Run("by time-out", func(t *testing.T) {
		l := lms()
		l.before = hang
		text := strings.Replace(estate, "[system.lms]\n", "[system.lms]\ntimeout = \"20ms\"\n", 1)
		res := run(t.Context(), register(t, text, qlms(), l), Options{}, catherine...)
		if got := res.coverage["lms"]; got.State != Failed || got.Gaps[0].Why != errSlow.Error() {
			t.Errorf("lms: %+v", got)
		}
	})
}

func TestProcessorsDataStaysApart(t *testing.T) {
	text := strings.Replace(estate, "[system.lms]\n", "[system.lms]\nrole = \"processor\"\ncontroller = { database = \"*\" }\n", 1)
	res := run(t.Context(), register(t, text, qlms(), lms()), Options{}, catherine...)
	if got := res.coverage["lms"]; got.State != Excluded || slices.Contains(res.certain(), "lms/results/501") {
		t.Errorf("lms: %+v, certain %v", got, res.certain())
	}
	for e := range Search(t.Context(), register(t, text, qlms(), lms()),
		Subject{Identifiers: []Identifier{{"candidate_number", "QL0018"}}, Controller: "LMS"}, Options{}) {
		if m, ok := e.(Match); ok && m.Record.Ref.System != "lms" {
			t.Errorf("%s is another controller's", m.Record.Ref)
		}
	}
}

func TestIdentifiersThatCannotBeSearchedForAreGaps(t *testing.T) {
	res := run(t.Context(), register(t, estate, qlms(), lms()), Options{}, Identifier{"birth_date", "in spring"}, Identifier{"candidate_number", "QL-0017"})
	if got := res.coverage["qlms"]; got.State != Partly || got.Gaps[0].Field != "birth_date" || strings.Contains(got.Gaps[0].Why, "spring") {
		t.Errorf("qlms: %+v", got)
	}
	if got := res.coverage["lms"]; got.State != Searched {
		t.Errorf("lms, which holds no birth date: %+v", got)
	}
}
