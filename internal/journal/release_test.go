package journal

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
	"dossier/locate"
)

func TestWithholdings(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		made := []Withholding{
			{Kind: Redaction, Operator: "Ann", Record: &testRef, Field: "no\xfftes", Text: "PLANTED \xfe passage", Here: true, Reason: "PLANTED why"},
			{Kind: Exemption, Operator: "Bob", System: "qlms", Entity: "scripts", Rights: []string{"access"}, Reason: "PLANTED exam"},
			{Kind: Redaction, Operator: "Ann", Record: &testRef, Field: "a", Text: "PLANTED text", Whole: true, Reason: "PLANTED"},
		}
		for i := range made {
			update(t, j, func(tx *Tx) (err error) { made[i].N, err = tx.Withhold(r.ID, made[i]); return err })
			made[i].Time = testTime
		}
		update(t, j, func(tx *Tx) error { return tx.TakeBack(r.ID, 2, "Cy") })
		if err := j.Update(t.Context(), func(tx *Tx) error { return tx.TakeBack(r.ID, 2, "Cy") }); !errors.Is(err, ErrNoWithholding) {
			t.Errorf("a second time: %v", err)
		}
		made[1].Undone, made[1].UndoneBy = testTime, "Cy"
		got, err := j.Withholdings(t.Context(), r.ID)
		if diff := cmp.Diff(made, got); diff != "" || err != nil {
			t.Error(err, diff)
		}
		if err := j.Read(t.Context(), r.ID, func(reading *Reading) error {
			standing, err := reading.Withholdings()
			if diff := cmp.Diff([]Withholding{made[0], made[2]}, standing); diff != "" {
				t.Error(diff)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestReleases(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		first := Release{r.ID, "access", "access:1", 7, "Ann", testTime, []byte{}}
		second := Release{r.ID, "access", "access:2", 8, "Bob", testTime, []byte{1}}
		for _, a := range []Release{first, second} {
			update(t, j, func(tx *Tx) error { return tx.Release(a) })
		}
		if err := j.Read(t.Context(), r.ID, func(reading *Reading) error {
			got, err := reading.Release("access")
			if diff := cmp.Diff(second, got); diff != "" || err != nil {
				t.Error(err, diff)
			}
			got, err = reading.Release("portability")
			if got.Digest != "" {
				t.Errorf("%+v", got)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

// A finding is read in portions, from any position to any other.
func TestReadingAFinding(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		read := func(look func(*Reading) error) {
			t.Helper()
			if err := j.Read(t.Context(), r.ID, look); err != nil {
				t.Error(err)
			}
		}
		read(func(reading *Reading) error {
			if _, err := reading.Finding(); !errors.Is(err, ErrNotSearched) {
				t.Errorf("before any search: %v", err)
			}
			return nil
		})
		f := Finding{Searched: testTime, Coverage: testFinding.Coverage}
		for range 2*matchesAtOnce + 3 {
			f.Matches = append(f.Matches, locate.Match{Record: connectors.Record{
				Ref: connectors.Ref{System: "qlms", Entity: "e", Key: []string{string(rune('a' + len(f.Matches)))}}}, Time: testTime})
		}
		f.Matches[5] = testFinding.Matches[0]
		update(t, j, func(tx *Tx) error { return tx.SaveFinding(r.ID, f) })
		read(func(reading *Reading) error {
			head, err := reading.Finding()
			if diff := cmp.Diff(Finding{Searched: f.Searched, Coverage: f.Coverage}, head); diff != "" || err != nil {
				t.Error(err, diff)
			}
			n := len(f.Matches)
			for _, span := range [][2]int{{0, -1}, {0, n}, {5, 6}, {3, 3}, {matchesAtOnce - 1, 2*matchesAtOnce + 1}, {n - 1, n + 9}, {n, -1}} {
				var got []string
				for m, err := range reading.Matches(span[0], span[1]) {
					if err != nil {
						return err
					}
					got = append(got, m.Record.Ref.ID())
				}
				to := min(n, span[1])
				if span[1] < 0 {
					to = n
				}
				var want []string
				for _, m := range f.Matches[span[0]:to] {
					want = append(want, m.Record.Ref.ID())
				}
				if !slices.Equal(got, want) {
					t.Errorf("%v: %d matches, not %d", span, len(got), len(want))
				}
			}
			m, found, err := reading.Match(testRef)
			if diff := cmp.Diff(testFinding.Matches[0].Record.Values, m.Record.Values); diff != "" || !found || err != nil {
				t.Error(found, err, diff)
			}
			if _, found, err := reading.Match(connectors.Ref{System: "none"}); found || err != nil {
				t.Error(found, err)
			}
			return nil
		})
	})
}
