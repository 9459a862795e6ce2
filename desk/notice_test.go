package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"dossier/act"
	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/request"
)

// asIfMade plans what a request of Zoe's asks for, as if it had been carried out.
func asIfMade(t *testing.T, d *Desk, kind request.Kind, n NewPlan) (id, plan string) {
	t.Helper()
	r, err := d.NewRequest(t.Context(), NewRequest{Kind: kind, Received: testTime, Subject: zoe})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gather(d.Locate(t.Context(), r.ID)); err != nil {
		t.Fatal(err)
	}
	if got, err := gather(d.Plan(t.Context(), r.ID, n)); err != nil {
		t.Fatalf("%v\n%s", err, problemsOf(got))
	}
	keep(t, d, func(tx *journal.Tx) error { return tx.SetPlanState(r.ID+"/P1", journal.PlanApplied) })
	return r.ID, r.ID + "/P1"
}

func TestNoticesToRecipients(t *testing.T) {
	text := strings.Replace(registerText, `purpose = "registering candidates"`, `recipients = ["Centres", "none"]`, 1)
	d := newDesk(t, newFakes(), text)
	id, plan := asIfMade(t, d, request.Restrict, NewPlan{Ground: "18(1)(c)"})
	after, err := d.DraftNotices(t.Context(), plan, false)
	if err != nil || len(after) != 1 || after[0].Steward != "Centres" || after[0].System != "qlms" || after[0].About != "restrict" || after[0].Kind != "notice" {
		t.Fatalf("%+v, %v", after, err)
	}
	for _, part := range []string{"To: Centres\n", "From: The Institute (data@example.org)\n", "Date: 2 March 2026\n", "Our reference: " + id, "candidate number C-17", "Article 18 UK GDPR"} {
		if !strings.Contains(after[0].What, part) {
			t.Errorf("the notice lacks %q:\n%s", part, after[0].What)
		}
	}
	for _, value := range []string{"Zoe", "King", "1990", "zoe@example.org", "PLANTED"} {
		if strings.Contains(after[0].What, value) {
			t.Errorf("the notice holds %q, which the recipient does not need", value)
		}
	}
	if again, err := d.DraftNotices(t.Context(), plan, false); err != nil || len(again) > 0 {
		t.Errorf("drafted twice: %+v, %v", again, err)
	}

	edited, err := d.EditNotice(t.Context(), after[0].ID, "\ufeffDear centre,\r\nplease lock it.\r\n\r\n")
	if err != nil || edited.What != "Dear centre,\nplease lock it.\n" {
		t.Errorf("%q, %v", edited.What, err)
	}
	if kept, err := d.Task(t.Context(), after[0].ID); err != nil || kept.What != edited.What || kept.Steward != "Centres" {
		t.Errorf("%+v, %v", kept, err)
	}
	for _, text := range []string{" \n", "\xff", strings.Repeat("x", maxNotice)} {
		if _, err := d.EditNotice(t.Context(), after[0].ID, text); ExitCode(err) != ExitUsage {
			t.Errorf("%.9q: %v", text, err)
		}
	}
	if again, err := d.DraftNotices(t.Context(), plan, false); err != nil || len(again) > 0 {
		t.Errorf("drafted again, once it was edited: %+v, %v", again, err)
	}

	if got, err := gather(d.Plan(t.Context(), id, NewPlan{Action: act.Lift})); !errors.Is(err, ErrRefused) || !strings.Contains(problemsOf(got), "was not told yet") {
		t.Errorf("lifted before the notice: %v", err)
	}
	before, err := d.DraftNotices(t.Context(), plan, true)
	if err != nil || len(before) != 2 || before[0].Steward != "Centres" || before[1].Steward != ThePerson || !strings.Contains(before[1].What, "Article 18(3) UK GDPR") {
		t.Fatalf("%+v, %v", before, err)
	}
	if _, err := d.SendNotice(t.Context(), before[1].ID, testTime.AddDate(0, 0, 2)); !errors.Is(err, ErrUsage) {
		t.Errorf("sent tomorrow: %v", err)
	}
	sent, err := d.SendNotice(t.Context(), before[1].ID, testTime.Truncate(24*time.Hour))
	if err != nil || sent.Sent.IsZero() {
		t.Fatalf("%+v, %v", sent, err)
	}
	if got, err := gather(d.Plan(t.Context(), id, NewPlan{Action: act.Lift})); err != nil {
		t.Errorf("after the notice: %v %s", err, problemsOf(got))
	}
	if shown, err := d.Task(t.Context(), before[1].ID); err != nil || shown.Sent.IsZero() {
		t.Errorf("%+v, %v", shown, err)
	}
	if _, err := d.Task(t.Context(), plan+"/T99"); !errors.Is(err, journal.ErrNoTask) {
		t.Error(err)
	}
	tasks, err := d.Tasks(t.Context(), plan)
	if err != nil || len(tasks) != 3 {
		t.Errorf("%d tasks, %v", len(tasks), err)
	}
}

func TestNoticesThatAreNotDue(t *testing.T) {
	d := newDesk(t, newFakes(), erasable) // nobody receives anything
	_, plan := asIfMade(t, d, request.Erase, NewPlan{Ground: "17(1)(b)"})
	if drafts, err := d.DraftNotices(t.Context(), plan, false); err != nil || len(drafts) > 0 {
		t.Errorf("%+v, %v", drafts, err)
	}
	if _, err := d.DraftNotices(t.Context(), plan, true); !errors.Is(err, ErrUsage) {
		t.Errorf("an erasure is lifted: %v", err)
	}
	keep(t, d, func(tx *journal.Tx) error { return tx.SetPlanState(plan, journal.PlanSealed) })
	if _, err := d.DraftNotices(t.Context(), plan, false); !errors.Is(err, ErrRefused) {
		t.Errorf("a plan that was not carried out: %v", err)
	}
}

// Each notice holds of the person what they can be found by, and of the change what the recipient has to do.
func TestTextsOfNotices(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	s, _ := d.register.System("qlms")
	before := connectors.Fields{Names: []string{"id", "no", "first", "last", "email"}, Values: []connectors.Value{
		connectors.Text("1"), connectors.Text("C-17"), connectors.Text("Zoe"), connectors.Text("King"), connectors.Text("zoe@example.org")}}
	unnumbered := connectors.Fields{Names: []string{"first", "last"}, Values: []connectors.Value{connectors.Text("Zoe"), connectors.Text("King")}}
	ref := connectors.Ref{System: "qlms", Place: "main", Entity: "candidates", Key: []string{"1"}}
	for name, c := range map[string]struct {
		about act.Action
		line  act.Line
		has   string
		not   string
	}{
		"erased":        {act.Erase, act.Line{Record: ref, Does: act.Delete, Change: connectors.Change{Op: connectors.Delete, Before: before}}, "What we erased: no, first, last, email.", "Zoe"},
		"without a key": {act.Erase, act.Line{Record: ref, Does: act.Delete, Change: connectors.Change{Op: connectors.Delete, Before: unnumbered}}, "first name Zoe, surname King", "zoe@"},
		"nothing known": {act.Erase, act.Line{Record: ref, Does: act.Delete, Change: connectors.Change{Op: connectors.Delete}}, "hold no number by which you could find the person", "Zoe"},
		"corrected": {act.Rectify, act.Line{Record: ref, Does: act.Correct, Change: connectors.Change{Op: connectors.Update, Before: before,
			After: connectors.Fields{Names: []string{"first"}, Values: []connectors.Value{connectors.Text("Zoë")}}}}, "first: Zoë", "zoe@"},
		"a statement": {act.Rectify, act.Line{Record: ref, Does: act.Append, Change: connectors.Change{Op: connectors.Update, Before: before}}, "A statement was added", "Zoe"},
	} {
		t.Run(name, func(t *testing.T) {
			of := &told{people: map[int]*toldPerson{}}
			of.add(d.register, s, c.line)
			text, err := of.text(d.letter("SAR-2026-0001"), s, "Centres", c.about)
			if err != nil || !strings.Contains(text, c.has) || strings.Contains(text, c.not) || strings.Contains(text, "<no value>") {
				t.Errorf("%v\n%s", err, text)
			}
		})
	}
}
