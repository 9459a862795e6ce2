package journal

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
)

func TestWhatAnApplicationLeaves(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		plan := r.ID + "/P1"
		ref := connectors.Ref{System: "crm", Place: "Jo\xffe's file", Entity: "people", Key: []string{"17"}}
		update := func(change func(*Tx) error) { t.Helper(); update(t, j, change) }

		first := Approval{plan, "abc", "Ann", testTime, testTime.Add(time.Hour), "CHG-1", []byte{1}}
		second := Approval{plan, "def", "Ann", testTime, testTime.Add(2 * time.Hour), "", []byte{2}}
		other := Approval{plan, "def", "Bob", testTime.Add(time.Minute), testTime.Add(time.Hour), "", []byte{3}}
		for _, a := range []Approval{other, first, second} {
			update(func(tx *Tx) error { return tx.Approve(a) })
		}
		approvals, err := j.Approvals(t.Context(), plan)
		if diff := cmp.Diff([]Approval{second, other}, approvals); diff != "" || err != nil {
			t.Error(err, diff)
		}

		steps := []Step{
			{Plan: plan, System: "crm", Place: ref.Place, First: 1, Last: 3, Changes: 2, State: StepPlanned},
			{Plan: plan, System: "crm", Place: "b", First: 4, Last: 4, Changes: 1, State: StepPlanned},
		}
		update(func(tx *Tx) error { return tx.NewSteps(plan, steps) })
		steps[0].State, steps[0].Attempts, steps[0].Alike = StepIntended, 1, map[int]int{3: 2}
		steps[1].State, steps[1].Swap = StepMade, connectors.Swap{Place: "b", Before: "x", After: "y"}
		for _, s := range steps {
			update(func(tx *Tx) error { return tx.SetStep(s) })
		}
		got, err := j.Steps(t.Context(), plan)
		if diff := cmp.Diff(steps, got); diff != "" || err != nil {
			t.Error(err, diff)
		}

		for _, result := range []connectors.Result{connectors.Unknown, connectors.Done} {
			update(func(tx *Tx) error {
				return tx.AddReceipts(plan, []Receipt{{Line: 3, Step: 1, Result: result, Record: ref}, {Line: 1, Step: 1, Result: connectors.Drifted, Record: ref, Why: "gone"}})
			})
		}
		var receipts []Receipt
		for r, err := range j.Receipts(t.Context(), plan) {
			if err != nil {
				t.Fatal(err)
			}
			receipts = append(receipts, r)
		}
		if diff := cmp.Diff([]Receipt{{1, 1, connectors.Drifted, ref, "gone", testTime}, {3, 1, connectors.Done, ref, "", testTime}}, receipts); diff != "" {
			t.Error(diff)
		}
		update(func(tx *Tx) error {
			keyed, err := tx.Refer(plan, []connectors.Ref{ref, ref})
			if err == nil && (len(keyed) != 2 || keyed[0] != keyed[1] || len(keyed[0]) != 32) {
				t.Errorf("references %q", keyed)
			}
			return err
		})

		records := []TaskRecord{{Record: ref, At: "row 3", Write: connectors.Fields{Names: []string{"name", "none"}, Values: []connectors.Value{connectors.Text("Zo\xeb"), connectors.Null}}}}
		for _, due := range []string{"", "2026-05-01", "2026-04-01"} {
			update(func(tx *Tx) error {
				_, err := tx.NewTask(Task{Plan: plan, System: "paper", Steward: "Pat", What: "shred", Records: records, Due: due})
				return err
			})
		}
		update(func(tx *Tx) error { _, err := tx.EndTask(plan+"/T3", "shredded", "Ann"); return err })
		if err := j.Update(t.Context(), func(tx *Tx) error { _, err := tx.EndTask(plan+"/T3", "again", "Bob"); return err }); err == nil {
			t.Error("a task is done twice")
		}
		if err := j.Update(t.Context(), func(tx *Tx) error { _, err := tx.EndTask(plan+"/T9", "", "Bob"); return err }); !errors.Is(err, ErrNoTask) {
			t.Errorf("a task that is not there: %v", err)
		}
		for _, of := range []string{plan, ""} {
			tasks, err := j.Tasks(t.Context(), of)
			want := []Task{
				{ID: plan + "/T2", Plan: plan, System: "paper", Steward: "Pat", What: "shred", Records: records, Due: "2026-05-01", Made: testTime},
				{ID: plan + "/T1", Plan: plan, System: "paper", Steward: "Pat", What: "shred", Records: records, Made: testTime},
				{ID: plan + "/T3", Plan: plan, System: "paper", Steward: "Pat", What: "shred", Records: records, Due: "2026-04-01", Made: testTime, Done: testTime, Outcome: "shredded", By: "Ann"},
			}
			if diff := cmp.Diff(want, tasks); diff != "" || err != nil {
				t.Error(err, diff)
			}
		}
		if tasks, err := j.Tasks(t.Context(), r.ID+"/P2"); err != nil || len(tasks) != 0 {
			t.Error(tasks, err)
		}
	})
}
