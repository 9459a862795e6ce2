package journal

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/locate"
)

func TestBatches(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		if _, err := j.Batch(t.Context(), "BATCH-2026-0001"); !errors.Is(err, ErrNoBatch) {
			t.Errorf("a batch that was never made: %v", err)
		}
		if err := j.Update(t.Context(), func(tx *Tx) error { _, err := tx.NewPlan("BATCH-2026-0001", "Pat", nil); return err }); !errors.Is(err, ErrNoBatch) {
			t.Errorf("a plan of such a batch: %v", err)
		}
		var made Batch
		var want []BatchPerson
		update(t, j, func(tx *Tx) (err error) {
			made, err = tx.NewBatch(Batch{Action: "erase", Origin: "file", From: "leavers\xff.csv", Reason: "PLANTED reason", Operator: "Pat"})
			return err
		})
		for from := 0; from < 1100; from += 400 { // more than are read at once
			var some []BatchPerson
			for n := from; n < min(from+400, 1100); n++ {
				some = append(some, BatchPerson{N: n + 1, State: PersonAside, At: fmt.Sprint("row ", n+2), Why: "somebody has to decide", Right: "x", Was: "\xfe",
					Identifiers: []locate.Identifier{{Kind: "email", Value: "PLANTED\xff@example.org"}}})
			}
			want = append(want, some...)
			update(t, j, func(tx *Tx) error { return tx.AddBatchPeople(made.ID, some) })
		}
		got, err := j.Batch(t.Context(), "BATCH-2026-0001")
		if diff := cmp.Diff(made, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if all, err := j.Batches(t.Context()); err != nil || len(all) != 1 {
			t.Errorf("%v, %v", all, err)
		}
		var people []BatchPerson
		for p, err := range j.BatchPeople(t.Context(), made.ID) {
			if err != nil {
				t.Fatal(err)
			}
			people = append(people, p)
		}
		if diff := cmp.Diff(want, people); diff != "" {
			t.Error(diff)
		}
		update(t, j, func(tx *Tx) error {
			p, err := tx.NewPlan(made.ID, "Pat", []byte("head"))
			if err == nil && p.ID != "BATCH-2026-0001/P1" {
				t.Errorf("the plan is %s", p.ID)
			}
			return err
		})
	})
}
