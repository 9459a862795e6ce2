//go:build !race

// Tens of millions of comparisons take too long under the race detector; the plain run makes them.

package evaluate_test

import (
	"fmt"
	"os"
	"testing"

	"dossier/connectors"
	"dossier/connectors/kinds"
	"dossier/internal/estate"
	"dossier/locate"
	"dossier/locate/evaluate"
	"dossier/locate/linkage"
)

// A size is how much of which estates is measured.
type size struct {
	people int      // members of the estate
	seeds  []uint64 // an estate each
	sample int      // how many people are searched for in memory
	search int      // how many through the systems themselves
}

// full says that the environment asks for the full measurement.
var full = os.Getenv("DOSSIER_MATCH") == "full"

func sizeOf() size {
	if full {
		return size{people: 10_000, seeds: []uint64{1, 2, 3}, sample: 1500, search: 60}
	}
	return size{people: 600, seeds: []uint64{4}, sample: 250, search: 12}
}

// TestEstate searches estates for their people, as a data protection officer who never errs does, and holds what came of it to the floors.
func TestEstate(t *testing.T) {
	of := sizeOf()
	for _, seed := range of.seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			register, truth := generate(t, of.people, seed)
			untrained := locate.NewModel(register, nil)
			memory := remember(t, register, untrained)
			trained := locate.NewModel(register, untrained.Train(memory.Entries(), []byte("a key for the test")))
			sample := evaluate.Sample(truth, of.sample)
			measure(t, "by the defaults", truth, sample, memory.Search)
			measure(t, "trained", truth, sample, remember(t, register, trained).Search)
			for _, model := range []*linkage.Model{untrained, trained} {
				measure(t, "through the systems", truth, evaluate.Sample(truth, of.search), evaluate.Through(register, locate.Options{Model: model}))
			}
		})
	}
}

func generate(t *testing.T, people int, seed uint64) (*connectors.Register, []evaluate.Person) {
	t.Helper()
	made, err := estate.Generate(t.Context(), estate.Options{Dir: t.TempDir(), People: people, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	if err := made.NameRows(t.Context(), kinds.All()); err != nil {
		t.Fatal(err)
	}
	register, err := connectors.Load(made.Register, kinds.All())
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(made.Truth)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	truth, err := evaluate.ReadTruth(f)
	if err != nil {
		t.Fatal(err)
	}
	return register, truth
}

func remember(t *testing.T, register *connectors.Register, model *linkage.Model) *evaluate.Memory {
	t.Helper()
	m, err := evaluate.Remember(t.Context(), register, model)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// measure searches for people and holds the report to the floors: one record in ten thousand that is certain may be somebody else's, and
// one in a thousand may be missed.
func measure(t *testing.T, how string, truth, people []evaluate.Person, search evaluate.Searching) {
	t.Helper()
	r, err := evaluate.Measure(t.Context(), truth, people, search, nil)
	if err != nil {
		t.Fatal(err)
	}
	var words printed
	r.Print(&words)
	t.Logf("%s:\n%s", how, words)
	if r.People != len(people) || r.Certain.Right < 4*len(people) || r.Precision < .9999 || r.Recall < .999 || len(r.Unsearched) > 0 {
		t.Errorf("%s: of %d people precision %.6f, want 0.9999; recall %.5f, want 0.999; not searched: %v", how, r.People, r.Precision, r.Recall, r.Unsearched)
		for _, c := range append(r.Wrong, r.Lost...) {
			t.Logf("%+v", c)
		}
	}
}

type printed []byte

func (p *printed) Write(b []byte) (int, error) {
	*p = append(*p, b...)
	return len(b), nil
}
