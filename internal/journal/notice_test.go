package journal

import (
	"errors"
	"testing"
	"time"
)

func TestNoticesAreTasks(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		var plan Plan
		var work, notice Task
		update(t, j, func(tx *Tx) (err error) {
			if plan, err = tx.NewPlan(r.ID, "Pat", nil); err != nil {
				return err
			}
			if work, err = tx.NewTask(Task{Plan: plan.ID, System: "paper", Steward: "HR", What: "look"}); err != nil {
				return err
			}
			notice, err = tx.NewTask(Task{Plan: plan.ID, Kind: KindNotice, About: "erase", System: "qlms", Steward: "Centres", What: "It was erased."})
			return err
		})
		if all, err := j.Tasks(t.Context(), plan.ID); err != nil || len(all) != 1 || all[0].ID != work.ID {
			t.Errorf("work: %+v, %v", all, err)
		}
		day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
		send := func(id string) error {
			return j.Update(t.Context(), func(tx *Tx) error { _, err := tx.SendNotice(id, day); return err })
		}
		if err := send(notice.ID); err != nil {
			t.Fatal(err)
		}
		for what, id := range map[string]string{"twice": notice.ID, "work": work.ID} {
			if send(id) == nil {
				t.Errorf("sent: %s", what)
			}
		}
		if err := send("x"); !errors.Is(err, ErrNoTask) {
			t.Error(err)
		}
		all, err := j.NoticeTasks(t.Context(), "")
		if err != nil || len(all) != 1 || !all[0].Sent.Equal(day) || all[0].About != "erase" || all[0].Steward != "Centres" || all[0].What != "It was erased." {
			t.Errorf("notices: %+v, %v", all, err)
		}
		update(t, j, func(tx *Tx) error { _, err := tx.EndTask(notice.ID, "acknowledged", "Pat"); return err })
		if all, err := j.NoticeTasks(t.Context(), plan.ID); err != nil || all[0].Outcome != "acknowledged" || all[0].Done.IsZero() {
			t.Errorf("acknowledged: %+v, %v", all, err)
		}
		if _, err := j.Verification(t.Context(), plan.ID); !errors.Is(err, ErrNotVerified) {
			t.Error(err)
		}
		for _, found := range []string{"first", "second"} {
			update(t, j, func(tx *Tx) error {
				return tx.KeepVerification(Verification{Plan: plan.ID, Operator: "Pat", Verdicts: []byte(found)})
			})
		}
		if v, err := j.Verification(t.Context(), plan.ID); err != nil || string(v.Verdicts) != "second" || !v.Time.Equal(testTime) {
			t.Errorf("%+v, %v", v, err)
		}
	})
}
