package journal

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
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

// A batch is destroyed for good once nothing of it is restricted or open; its row and the log stay.
func TestPurgeOfABatch(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		var made Batch
		var plan Plan
		record := connectors.Ref{System: "qlms", Entity: "people", Key: []string{"1"}}
		entry := func() Entry { return Entry{Operator: "Pat", Request: made.ID, What: "batch purged"} }
		update(t, j, func(tx *Tx) (err error) {
			if made, err = tx.NewBatch(Batch{Action: "restrict", Origin: "file", From: "people.csv", Reason: "PLANTED reason", Operator: "Pat"}); err != nil {
				return err
			}
			if plan, err = tx.NewPlan(made.ID, "Pat", []byte("PLANTED head")); err != nil {
				return err
			}
			return errors.Join(tx.AddBatchPeople(made.ID, []BatchPerson{{N: 1, State: PersonClear, At: "row 2"}}), tx.AddLines(plan.ID, [][]byte{[]byte("PLANTED line")}),
				tx.SealPlan(plan.ID, "digest"), tx.KeepOriginal(made.ID, record, plan.ID, 1, []byte("PLANTED original")),
				tx.AddNotice(made.ID, Notice{About: "lift", Sent: testTime.Truncate(24 * time.Hour), Operator: "Pat"}))
		})
		if told, err := j.Notices(t.Context(), made.ID); err != nil || len(told) != 1 || told[0].About != "lift" {
			t.Errorf("%v, %v", told, err)
		}
		if err := j.Purge(t.Context(), made.ID, entry()); !errors.Is(err, ErrNeeded) {
			t.Errorf("purged while a record is restricted: %v", err)
		}
		update(t, j, func(tx *Tx) error { return tx.DropOriginal(made.ID, record) })
		for range 2 {
			if err := j.Purge(t.Context(), made.ID, entry()); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := j.Batch(t.Context(), made.ID); err != nil || !got.Purged || got.Reason != "" || got.Action != "restrict" {
			t.Errorf("%+v, %v", got, err)
		}
		for _, err := range j.BatchPeople(t.Context(), made.ID) {
			if !errors.Is(err, ErrPurged) {
				t.Errorf("its people can be read: %v", err)
			}
		}
		if _, _, err := j.Plan(t.Context(), plan.ID); !errors.Is(err, ErrPurged) {
			t.Errorf("its plan can be read: %v", err)
		}
		for _, table := range []string{"batch_people", "plan_lines", "originals"} {
			var n int
			if err := j.row(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil || n > 0 {
				t.Errorf("%s has %d rows: %v", table, n, err)
			}
		}
	})
}
