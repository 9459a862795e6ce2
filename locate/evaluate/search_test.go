package evaluate

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/locate"
)

func owned(key string, classes ...string) Owned {
	return Owned{connectors.Ref{System: "s", Place: "p", Entity: "e", Key: []string{key}}, classes}
}

// Accepting a possible match of theirs leads to another one; somebody else's are rejected and lead nowhere.
func TestMeasureDecidesAsAnOfficerWould(t *testing.T) {
	truth := []Person{
		{Person: "a", Records: []Owned{owned("1"), owned("2", "typo"), owned("3"), owned("4")}, Classes: []string{"twin"}},
		{Person: "b", Records: []Owned{owned("5")}},
	}
	begin := func(Person) Search {
		return func(_ context.Context, decided func(connectors.Ref) locate.Decision) ([]Found, []string, error) {
			found := []Found{{Ref: owned("1").Ref, Certain: true, Score: .9999}, {Ref: owned("2").Ref, Score: .5}, {Ref: owned("5").Ref, Score: .25}}
			if decided(owned("2").Ref) == locate.Accepted {
				found = append(found, Found{Ref: owned("3").Ref, Certain: true, Child: true, Score: .5})
			}
			if decided(owned("5").Ref) == locate.Accepted {
				t.Error("somebody else's record is accepted")
			}
			return found, []string{"one system was down"}, nil
		}
	}
	r, err := Measure(t.Context(), truth, truth[:1], begin, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Certain != (Count{2, 0}) || r.Possible != (Count{1, 1}) || r.Missed != 1 || r.Decisions != 2 || r.Searches != 2 || math.Abs(r.Recall-.75) > 1e-9 {
		t.Errorf("%+v", r)
	}
	if len(r.Unsearched) != 1 || len(r.Lost) != 1 || r.Lost[0].Ref.Key[0] != "4" || len(r.Classes) != 2 || r.Classes[1].Name != "typo" && r.Classes[0].Name != "twin" {
		t.Errorf("%+v", r)
	}
	var out strings.Builder
	r.Print(&out)
	for _, want := range []string{"certain:  2 records of theirs, 0 of others", "twin", "not searched: one system was down", "missed:\na (twin): "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, out.String())
		}
	}
}

func TestMeasureTellsOfFailure(t *testing.T) {
	down := errors.New("down")
	begin := func(Person) Search {
		return func(context.Context, func(connectors.Ref) locate.Decision) ([]Found, []string, error) {
			return nil, nil, down
		}
	}
	people := make([]Person, 20)
	if _, err := Measure(t.Context(), people, people, begin, nil); !errors.Is(err, down) {
		t.Errorf("error %v, want the one of the search", err)
	}
}

func TestCurve(t *testing.T) {
	var c Curve
	for _, p := range []struct {
		bits float64
		same bool
	}{{30, true}, {20, true}, {12, true}, {8, false}, {6, true}, {-3, false}, {-15, true}} {
		c.Add(p.bits, p.same)
	}
	if p := c.Recall(1); p.Right != 3 || p.Wrong != 0 || c.True() != 5 {
		t.Errorf("recall at precision 1: %+v of %d", p, c.True())
	}
	if p := c.Best(); p.Right != 5 || p.Wrong != 2 {
		t.Errorf("best F1: %+v", p)
	}
	if p := c.At(10); p.Right != 3 || p.Recall != .6 {
		t.Errorf("at 10 bits: %+v", p)
	}
	pairs := 0
	for _, b := range c.Bands() {
		pairs += b.Pairs
	}
	if pairs != 6 {
		t.Errorf("%d pairs stand in bands, want all but the one below them", pairs)
	}
	if bitsOf(1) != highest || bitsOf(0) != lowest || bitsOf(.5) != 0 {
		t.Error("probabilities are no bits")
	}
}

func TestSample(t *testing.T) {
	people := make([]Person, 10)
	for i := range people {
		people[i].Person = string(rune('a' + i))
	}
	got := ""
	for _, p := range Sample(people, 4) {
		got += p.Person
	}
	if got != "acfh" || len(Sample(people, 0)) != 10 || len(Sample(people, 11)) != 10 {
		t.Errorf("a sample of 4 is %s", got)
	}
}
