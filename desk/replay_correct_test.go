package desk

import (
	"path/filepath"
	"slices"
	"testing"

	"dossier/act"
	"dossier/request"
)

// What was corrected is corrected again, from the plan as long as its request is kept; behind that, people are asked to look.
func TestReplayOfACorrection(t *testing.T) {
	d, dir, backup := restorable(t)
	id := takenAll(t, d, request.Rectify)
	before := carried(t, d, id, NewPlan{Fact: Correction{Fact: "given_name", Value: "Tessa"}})["prodrive"]
	copyFiles(t, filepath.Join(backup, "databases"), filepath.Join(dir, "databases"))
	replay := NewReplay{System: "prodrive", Reason: "restored after a failure"}
	plans := replayed(t, d, replay)
	if len(plans) != 1 || plans[0].Action != act.Rectify {
		t.Fatal(plans)
	}
	if again := written(t, d, plans[0].Plan)["prodrive"]; len(before) == 0 || !slices.Equal(again, before) {
		t.Errorf("planned again: %q, corrected before: %q", again, before)
	}
	tasks, err := d.Tasks(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		if _, err := d.EndTask(t.Context(), task.ID, "done"); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.CloseRequest(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := d.PurgeRequest(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	plans = replayed(t, d, replay)
	if len(plans) != 1 || plans[0].Changes != 0 || plans[0].Lines != len(before) {
		t.Fatal(plans)
	}
	_, _, lines, err := act.Read(t.Context(), d.journal, plans[0].Plan)
	if err != nil {
		t.Fatal(err)
	}
	for l, err := range lines {
		if err != nil || l.Does != act.Task {
			t.Error(l, err)
		}
	}
}

// What was restricted is restricted again.
func TestReplayOfARestriction(t *testing.T) {
	d, dir, backup := restorable(t)
	before := carried(t, d, takenAll(t, d, request.Restrict), NewPlan{Ground: "18(1)(b)"})["prodrive"]
	replay := NewReplay{System: "prodrive", Reason: "restored after a failure"}
	if plans := replayed(t, d, replay); len(plans) > 0 {
		t.Fatal(plans)
	}
	copyFiles(t, filepath.Join(backup, "databases"), filepath.Join(dir, "databases"))
	plans := replayed(t, d, replay)
	if len(plans) != 1 || plans[0].Action != act.Restrict {
		t.Fatal(plans)
	}
	if again := written(t, d, plans[0].Plan)["prodrive"]; len(before) == 0 || !slices.Equal(again, before) {
		t.Errorf("planned again: %q, restricted before: %q", again, before)
	}
}
