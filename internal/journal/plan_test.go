package journal

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"dossier/connectors"
)

func lines(t *testing.T, j *Journal, plan string, first, last int) []string {
	t.Helper()
	var all []string
	for line, err := range j.Lines(t.Context(), plan, first, last) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(line))
	}
	return all
}

func TestPlans(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		if _, _, err := j.Plan(t.Context(), r.ID+"/P1"); !errors.Is(err, ErrNoPlan) {
			t.Errorf("a plan that was never made: %v", err)
		}
		var p Plan
		update(t, j, func(tx *Tx) (err error) {
			p, err = tx.NewPlan(r.ID, "Pat", []byte("the head"))
			return err
		})
		if p.ID != r.ID+"/P1" || p.State != PlanDraft {
			t.Errorf("%+v", p)
		}
		var want []string
		for from := 0; from < 1100; from += 400 { // more than are read at once
			var some [][]byte
			for n := from; n < min(from+400, 1100); n++ {
				want = append(want, fmt.Sprintf("line %d", n+1))
				some = append(some, []byte(want[n]))
			}
			update(t, j, func(tx *Tx) error { return tx.AddLines(p.ID, some) })
		}
		if err := j.Update(t.Context(), func(tx *Tx) error { return tx.SetPlanState(p.ID, PlanApplied) }); !errors.Is(err, ErrNoPlan) {
			t.Errorf("a draft was applied: %v", err)
		}
		update(t, j, func(tx *Tx) error { return tx.SealPlan(p.ID, "digest") })
		for what, change := range map[string]func(*Tx) error{
			"more lines":     func(tx *Tx) error { return tx.AddLines(p.ID, [][]byte{[]byte("more")}) },
			"another digest": func(tx *Tx) error { return tx.SealPlan(p.ID, "other") },
			"dropped":        func(tx *Tx) error { return tx.DropPlan(p.ID) },
		} {
			if err := j.Update(t.Context(), change); err == nil {
				t.Errorf("%s behind the seal", what)
			}
		}
		got, head, err := j.Plan(t.Context(), p.ID)
		if err != nil || string(head) != "the head" || got.Digest != "digest" || got.Lines != 1100 || got.State != PlanSealed || got.Operator != "Pat" || !got.Made.Equal(testTime) {
			t.Errorf("%+v, %q, %v", got, head, err)
		}
		if all := lines(t, j, p.ID, 1, got.Lines); !slices.Equal(all, want) {
			t.Errorf("%d lines", len(all))
		}
		if some := lines(t, j, p.ID, 499, 502); !slices.Equal(some, want[498:502]) {
			t.Errorf("%q", some)
		}
		for _, err := range j.Lines(t.Context(), p.ID, 1, 1101) {
			if err != nil {
				return
			}
		}
		t.Error("a line that is missing was not missed")
	})
}

func TestDraftsAreDropped(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		for range 2 {
			update(t, j, func(tx *Tx) error {
				p, err := tx.NewPlan(r.ID, "Pat", nil)
				if err != nil {
					return err
				}
				if err := tx.AddLines(p.ID, [][]byte{[]byte("x")}); err != nil {
					return err
				}
				return tx.DropPlan(p.ID)
			})
		}
		if all, err := j.Plans(t.Context(), r.ID); err != nil || len(all) != 0 {
			t.Errorf("%v, %v", all, err)
		}
		for _, seal := range []bool{true, false} {
			update(t, j, func(tx *Tx) error {
				p, err := tx.NewPlan(r.ID, "Pat", nil)
				if err != nil || !seal {
					return err
				}
				return tx.SealPlan(p.ID, "digest")
			})
		}
		for _, before := range []time.Time{testTime, testTime.Add(time.Minute)} { // the draft is not old, and is
			update(t, j, func(tx *Tx) error { return tx.DropDrafts(r.ID, before) })
			all, err := j.Plans(t.Context(), r.ID)
			if want := map[bool]int{true: 1, false: 2}[before.After(testTime)]; err != nil || len(all) != want || all[0].State != PlanSealed {
				t.Errorf("before %s: %v, %v", before, all, err)
			}
		}
	})
}

// A line that is put in another's place does not open.
func TestLinesAreBoundToTheirPlace(t *testing.T) {
	j := open(t, inFile(t))
	r := newRequest(t, j)
	var p Plan
	update(t, j, func(tx *Tx) (err error) {
		if p, err = tx.NewPlan(r.ID, "Pat", nil); err != nil {
			return err
		}
		return tx.AddLines(p.ID, [][]byte{[]byte("one"), []byte("two")})
	})
	update(t, j, func(tx *Tx) error {
		for _, change := range []string{`n = 100 - n`, `n = n - 97`} {
			if _, err := tx.exec(`UPDATE plan_lines SET ` + change); err != nil {
				return err
			}
		}
		return nil
	})
	for _, err := range j.Lines(t.Context(), p.ID, 1, 2) {
		if err != nil {
			return
		}
	}
	t.Error("two lines changed their places")
}

func TestHolds(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		person := j.Person("membership_number", "m106069")
		if person == j.Person("candidate_number", "m106069") || person == j.Person("membership_number", "m10606") || bytes.Contains([]byte(person), []byte("106069")) {
			t.Error("keyed identifiers")
		}
		var h Hold
		update(t, j, func(tx *Tx) (err error) {
			h, err = tx.AddHold(Hold{Persons: []string{person, person}, Reason: "a claim", Operator: "Pat"})
			return err
		})
		update(t, j, func(tx *Tx) error {
			_, err := tx.AddHold(Hold{System: "qlms", Reason: "a migration", Operator: "Pat"})
			return err
		})
		update(t, j, func(tx *Tx) error { return tx.LiftHold(h.ID, "Sam", "the claim is settled") })
		if err := j.Update(t.Context(), func(tx *Tx) error { return tx.LiftHold(h.ID, "Sam", "again") }); !errors.Is(err, ErrNoHold) {
			t.Errorf("lifted twice: %v", err)
		}
		all, err := j.Holds(t.Context())
		if err != nil || len(all) != 2 {
			t.Fatalf("%v, %v", all, err)
		}
		if h := all[0]; h.ID != "HOLD-2026-0001" || !slices.Equal(h.Persons, []string{person}) || h.Lifted.IsZero() || h.LiftedBy != "Sam" || h.Reason != "a claim" {
			t.Errorf("%+v", h)
		}
		if h := all[1]; h.ID != "HOLD-2026-0002" || h.System != "qlms" || !h.Lifted.IsZero() || !h.Added.Equal(testTime) {
			t.Errorf("%+v", h)
		}
	})
}

func TestOriginals(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		a, b := connectors.Ref{System: "qlms", Key: []string{"1"}}, connectors.Ref{System: "qlms", Key: []string{"2"}}
		update(t, j, func(tx *Tx) error {
			return errors.Join(tx.KeepOriginal(r.ID, b, r.ID+"/P1", 2, []byte("two")), tx.KeepOriginal(r.ID, a, r.ID+"/P1", 1, []byte("one")),
				tx.KeepOriginal(r.ID, a, r.ID+"/P2", 1, []byte("what the first restriction wrote")))
		})
		all, err := j.Originals(t.Context(), r.ID)
		if err != nil || len(all) != 2 || string(all[0].Line) != "one" || all[1].N != 2 {
			t.Errorf("%+v, %v", all, err)
		}
		update(t, j, func(tx *Tx) error { return tx.DropOriginal(r.ID, a) })
		if n, err := j.Restricted(t.Context(), r.ID); n != 1 || err != nil {
			t.Errorf("%d restricted, %v", n, err)
		}
		if all, err := j.RestrictedRequests(t.Context()); len(all) != 1 || all[r.ID] != 1 || err != nil {
			t.Errorf("%v restricted, %v", all, err)
		}
	})
}

func TestNotices(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		for range 2 {
			update(t, j, func(tx *Tx) error { return tx.AddNotice(r.ID, Notice{About: "lift", Sent: day, Operator: "Pat"}) })
		}
		all, err := j.Notices(t.Context(), r.ID)
		if err != nil || len(all) != 1 || all[0].About != "lift" || !all[0].Sent.Equal(day) || !all[0].Recorded.Equal(testTime) {
			t.Errorf("%+v, %v", all, err)
		}
		if err := j.Update(t.Context(), func(tx *Tx) error { return tx.AddNotice("SAR-2026-9999", Notice{}) }); !errors.Is(err, ErrNoRequest) {
			t.Errorf("of no request: %v", err)
		}
	})
}
