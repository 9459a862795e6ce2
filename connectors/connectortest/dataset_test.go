package connectortest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
)

var everything = Limits{System: "s", Places: []string{"a", "b", "c"}}

func TestHostileTextsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range Hostile {
		if seen[text] {
			t.Errorf("%q stands twice", text)
		}
		seen[text] = true
	}
}

func TestDatasetsAreTheSameEachTime(t *testing.T) {
	for name, make := range map[string]func(Limits) Dataset{"people": People, "typed": Typed, "notes": Notes, "family": Family, "log": Log, "many": Many} {
		equal := cmp.Comparer(connectors.Value.Equal)
		if diff := cmp.Diff(make(everything), make(everything), equal); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestBatteriesHit shows that the searches of the suite find something: most of the values of each
// comparison match a record, and not all of them match all.
func TestBatteriesHit(t *testing.T) {
	w := newWorld(everything, People(everything))
	people := w.data.Entities[0]
	for _, bt := range batteries {
		hits, values := 0, bt.values(everything)
		for _, v := range values {
			ids, err := w.answers(query(people.Name, term(people.Fields[bt.fields[0]].Name, bt.how, v)))
			if err != nil {
				t.Fatal(err)
			}
			if len(ids) > 0 && len(ids) < len(people.Rows) {
				hits++
			}
		}
		if hits < len(values)/3 {
			t.Errorf("%s: only %d of %d values tell records apart", bt.how, hits, len(values))
		}
	}
}

// TestLackingIsNotSeeded shows that data of a kind that a harness lacks is left out.
func TestLackingIsNotSeeded(t *testing.T) {
	lacking := everything
	lacking.Lacks = map[Ability]string{NULs: "x", Controls: "x", Emoji: "x", EmptyText: "x", LongText: "x", Nulls: "x", OddNames: "x", Keys: "x"}
	for _, e := range People(lacking).Entities {
		if e.Key != nil {
			t.Errorf("%s has a key", e.Name)
		}
		for _, r := range e.Rows {
			for i, v := range r.Cells {
				if v.IsNull() || !lacking.Holds(v.String()) || len(v.String()) == 0 {
					t.Errorf("%s, %s: %s", e.Name, e.Fields[i].Name, shown(v))
				}
			}
		}
	}
}

func TestTOMLHoldsEveryEntity(t *testing.T) {
	kind := connectors.Kind{Name: "any", Keyless: true, Setup: func(*connectors.System) (connectors.Open, error) { return nil, nil }}
	data := People(everything)
	register, err := connectors.Parse([]byte("version = 1\norganisation = { name = \"o\", clock = \"eu\" }\n[system.s]\nkind = \"any\"\nowners = [\"o\"]\n"+
		data.TOML("s")+Family(everything).TOML("s")), []connectors.Kind{kind})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range register.Systems[0].Entities {
		names = append(names, e.Name)
	}
	want := []string{"dossiertest_people", "dossiertest_memberships", "dossiertest_parents", "dossiertest_children"}
	if !slices.Equal(names, want) {
		t.Errorf("the register names %q and not %q", names, want)
	}
}

func TestACaseIsLeftOutOnlyWithAReason(t *testing.T) {
	for why, skipped := range map[string]bool{"the kind only reads": true, "": false} {
		c := Case{Name: "x", Needs: []Ability{Writes}}
		err := c.Run(t.Context(), lackingHarness{Limits{Lacks: map[Ability]string{Writes: why}}})
		if err == nil || skipped != errors.Is(err, ErrSkip) {
			t.Errorf("reason %q: %v", why, err)
		}
	}
}

// lackingHarness has limits and nothing else.
type lackingHarness struct{ limits Limits }

func (h lackingHarness) Limits() Limits                                          { return h.limits }
func (lackingHarness) Seed(context.Context, Dataset) error                       { return nil }
func (lackingHarness) Open(context.Context, Fault) (connectors.Connector, error) { return nil, nil }
func (lackingHarness) Dump(context.Context) (Snapshot, error)                    { return Snapshot{}, nil }
