package journal

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/request"
)

func TestSpecial(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r, other := newRequest(t, j), newRequest(t, j)
		kept := func(want map[string][]string) {
			t.Helper()
			got, err := j.Special(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
		kept(map[string][]string{})
		for _, kinds := range [][]string{{"criminal"}, {"special", "criminal"}} { // the second in the place of the first
			update(t, j, func(tx *Tx) error {
				return errors.Join(tx.SaveSpecial(r.ID, kinds), tx.SaveSpecial(other.ID, []string{"special"}))
			})
		}
		kept(map[string][]string{r.ID: {"special", "criminal"}, other.ID: {"special"}})
		update(t, j, func(tx *Tx) error { return tx.SaveSpecial(other.ID, nil) })
		kept(map[string][]string{r.ID: {"special", "criminal"}})
		update(t, j, func(tx *Tx) error {
			if err := tx.SaveSpecial("SAR-2026-0099", nil); !errors.Is(err, ErrNoRequest) {
				t.Errorf("no such request: %v", err)
			}
			return nil
		})
	})
}

func TestSetScope(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		r.Scope = request.Scope{From: 20_000, Omit: []string{"qlms"}, Reason: "the person asks for the rest alone"}
		update(t, j, func(tx *Tx) error { return tx.SetScope(r.ID, r.Scope) })
		got, err := j.Request(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Error(diff)
		}
	})
}
