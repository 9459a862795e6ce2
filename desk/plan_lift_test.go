package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"dossier/act"
	"dossier/internal/journal"
	"dossier/request"
)

// Of two restrictions of the same person the later one is lifted first, and each only once the person was told.
func TestLiftOneAfterTheOther(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	restrict := func() string {
		r, err := d.NewRequest(t.Context(), NewRequest{Kind: request.Restrict, Received: testTime, Subject: zoe})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := gather(d.Locate(t.Context(), r.ID)); err != nil {
			t.Fatal(err)
		}
		if got, err := gather(d.Plan(t.Context(), r.ID, NewPlan{Ground: "18(1)(c)"})); err != nil {
			t.Fatalf("%v\n%s", err, problemsOf(got))
		}
		return r.ID
	}
	applied := func(plan string) {
		keep(t, d, func(tx *journal.Tx) error { return tx.SetPlanState(plan, journal.PlanApplied) })
	}
	lift := func(id string) (string, error) {
		got, err := gather(d.Plan(t.Context(), id, NewPlan{Action: act.Lift}))
		return problemsOf(got), err
	}
	first, second := restrict(), restrict()
	if problems, err := lift(first); !errors.Is(err, ErrRefused) || !strings.Contains(problems, "no record is restricted") {
		t.Errorf("planned, and never carried out: %v, %s", err, problems)
	}
	applied(first + "/P1")
	applied(second + "/P1")
	if problems, err := lift(first); !errors.Is(err, ErrRefused) || !strings.Contains(problems, "restricted for "+second+" since") || !strings.Contains(problems, "was not told yet") {
		t.Errorf("%v, %s", err, problems)
	}
	for _, id := range []string{second, first} {
		if err := d.Noticed(t.Context(), id, NoticeLift, testTime.AddDate(0, 0, -1).Truncate(24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if problems, err := lift(id); !errors.Is(err, ErrRefused) || !strings.Contains(problems, "was not told yet") {
			t.Errorf("told before the restriction: %v, %s", err, problems)
		}
		if err := d.Noticed(t.Context(), id, NoticeLift, testTime.Truncate(24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if problems, err := lift(id); err != nil {
			t.Errorf("%v, %s", err, problems)
		}
		applied(id + "/P2")
		if problems, err := lift(id); !errors.Is(err, ErrRefused) || !strings.Contains(problems, "no record is restricted") {
			t.Errorf("lifted twice: %v, %s", err, problems)
		}
	}
	if err := d.Noticed(t.Context(), first, "birthday", testTime); !errors.Is(err, ErrUsage) {
		t.Errorf("a notice of nothing: %v", err)
	}
	if err := d.Noticed(t.Context(), first, NoticeLift, testTime.AddDate(0, 0, 3)); !errors.Is(err, ErrUsage) {
		t.Errorf("a notice that is yet to be sent: %v", err)
	}
}
