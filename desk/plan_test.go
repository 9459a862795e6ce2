package desk

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"dossier/act"
	"dossier/internal/estate"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// ask records a request of the demo person, with what a search for another one has found; "" searches.
func ask(t *testing.T, d *Desk, kind request.Kind, found string) string {
	t.Helper()
	var s locate.Subject
	for kind, values := range estate.DemoSubject() {
		for _, v := range values {
			s.Identifiers = append(s.Identifiers, locate.Identifier{Kind: kind, Value: v})
		}
	}
	r, err := d.NewRequest(t.Context(), NewRequest{Kind: kind, Received: d.now().UTC().Truncate(24 * time.Hour), Subject: s})
	if err != nil {
		t.Fatal(err)
	}
	if found == "" {
		if _, err := gather(d.Locate(t.Context(), r.ID)); err != nil {
			t.Fatal(err)
		}
		return r.ID
	}
	f, err := d.journal.Finding(t.Context(), found)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, d, func(tx *journal.Tx) error { return tx.SaveFinding(r.ID, f) })
	return r.ID
}

func keep(t *testing.T, d *Desk, change func(*journal.Tx) error) {
	t.Helper()
	if err := d.journal.Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

// lineFor returns what a plan does with the records of an entity.
func linesFor(events map[string][]Event, system, entity string) (lines []PlanLine) {
	for _, e := range events["line"] {
		if l := e.(PlanLine); l.Record.System == system && l.Record.Entity == entity {
			lines = append(lines, l)
		}
	}
	return lines
}

func problemsOf(events map[string][]Event) string {
	var all []string
	for _, e := range events["problem"] {
		all = append(all, e.(PlanProblem).Problem.String())
	}
	return strings.Join(all, "\n")
}

// The demo estate is planned for on real files: erased, restricted, corrected and objected to, and refused where it must be.
func TestPlansOfTheDemo(t *testing.T) {
	d, access, err := OpenDemo(t.Context(), Demo{Dir: t.TempDir(), People: 20, Seed: 1, Operator: "Pat"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	erase := ask(t, d, request.Erase, "")

	t.Run("never while an access request is not answered", func(t *testing.T) {
		got, err := gather(d.Plan(t.Context(), erase, NewPlan{Ground: "17(1)(b)"}))
		if !errors.Is(err, ErrRefused) || !strings.Contains(problemsOf(got), access+" is not answered yet") || len(got["line"]) > 0 {
			t.Errorf("%v, %s", err, problemsOf(got))
		}
		handedOver(t, d, access)
	})

	var first Planned
	t.Run("erase", func(t *testing.T) {
		got, err := gather(d.Plan(t.Context(), erase, NewPlan{Ground: "17(1)(b)"}))
		if err != nil {
			t.Fatalf("%v\n%s", err, problemsOf(got))
		}
		first = got["planned"][0].(Planned)
		f, err := d.Finding(t.Context(), erase)
		if err != nil {
			t.Fatal(err)
		}
		lines := map[string]int{}
		for _, e := range got["line"] {
			lines[e.(PlanLine).Record.ID()]++
		}
		for _, m := range f.Matches {
			if lines[m.Record.Ref.ID()] != 1 {
				t.Errorf("%s is in %d lines", m.Record.Ref, lines[m.Record.Ref.ID()])
			}
		}
		if last := first.Systems[len(first.Systems)-1]; last.System != "prodrive" || !last.Last || first.Lines != len(got["line"]) || len(first.Digest) != 64 {
			t.Errorf("%+v", first)
		}
		for _, l := range linesFor(got, "qlms", "candidates") {
			if l.Does == act.Anonymise && (l.Change.After.Has("CandidateID") || l.Change.After.Has("CentreID") || !l.Change.After.Has("Surname")) {
				t.Errorf("%+v", l)
			}
		}
		if l := linesFor(got, "paper", ""); len(l) != 1 || l[0].Does != act.Task || l[0].Steward != "Records office" || l[0].Due == "" {
			t.Errorf("%+v", l)
		}
		if b, err := json.Marshal(got["line"][0]); err != nil || !strings.HasPrefix(string(b), `{"type":"line","n":1,"system":"`) {
			t.Errorf("%s, %v", b, err)
		}
	})

	t.Run("shown and compared", func(t *testing.T) {
		shown, err := gather(d.ShowPlan(t.Context(), first.Plan))
		if err != nil || len(shown["line"]) != first.Lines || shown["planned"][0].(Planned).Digest != first.Digest {
			t.Errorf("%d lines, %v", len(shown["line"]), err)
		}
		same, err := gather(d.DiffPlans(t.Context(), first.Plan, first.Plan))
		if err != nil || len(same["difference"]) > 0 {
			t.Errorf("%d, %v", len(same["difference"]), err)
		}
		plans, err := d.Plans(t.Context(), erase)
		if err != nil || len(plans) != 1 || plans[0].Action != act.Erase || plans[0].Ground != "17(1)(b)" {
			t.Errorf("%+v, %v", plans, err)
		}
		if err := d.allowedStill(t.Context(), first.Plan); err != nil {
			t.Error(err)
		}
	})

	t.Run("held", func(t *testing.T) {
		h, err := d.AddHold(t.Context(), NewHold{Subject: locate.Subject{Identifiers: []locate.Identifier{{Kind: "membership_number", Value: "m 106069"}}}, Reason: "a claim"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := gather(d.Plan(t.Context(), erase, NewPlan{Ground: "17(1)(b)"}))
		if !errors.Is(err, ErrRefused) || !strings.Contains(problemsOf(got), "the person is held ("+h.ID+"): a claim") {
			t.Errorf("%v, %s", err, problemsOf(got))
		}
		if err := d.allowedStill(t.Context(), first.Plan); !errors.Is(err, ErrRefused) {
			t.Errorf("the plan that was made before: %v", err)
		}
		if err := d.LiftHold(t.Context(), h.ID, "the claim is settled"); err != nil {
			t.Fatal(err)
		}
		if err := d.allowedStill(t.Context(), first.Plan); err != nil {
			t.Error(err)
		}
	})

	t.Run("restrict", func(t *testing.T) {
		id := ask(t, d, request.Restrict, erase)
		if _, err := gather(d.Plan(t.Context(), id, NewPlan{})); !errors.Is(err, ErrUsage) {
			t.Errorf("without a ground: %v", err)
		}
		got, err := gather(d.Plan(t.Context(), id, NewPlan{Ground: "18(1)(a)"}))
		if err != nil {
			t.Fatalf("%v\n%s", err, problemsOf(got))
		}
		marked := false
		for _, l := range linesFor(got, "prodrive", "contacts") {
			marked = marked || l.Does == act.Mark && l.Change.After.Get("Restricted").String() == "true"
		}
		if !marked {
			t.Error("the contact is not marked")
		}
		if got, err := gather(d.Plan(t.Context(), id, NewPlan{Action: act.Lift})); !errors.Is(err, ErrRefused) || !strings.Contains(problemsOf(got), "no record is restricted") {
			t.Errorf("%v, %s", err, problemsOf(got))
		}
		ref := linesFor(got, "prodrive", "contacts")[0].Record
		keep(t, d, func(tx *journal.Tx) error { return tx.KeepOriginal(id, ref, id+"/P1", 1, []byte("{}")) })
		if got, err := gather(d.Plan(t.Context(), erase, NewPlan{Ground: "17(1)(b)"})); !errors.Is(err, ErrRefused) || !strings.Contains(problemsOf(got), "restricted for "+id) {
			t.Errorf("erased while it is restricted: %v, %s", err, problemsOf(got))
		}
		if got, err := gather(d.Plan(t.Context(), id, NewPlan{Action: act.Lift})); !errors.Is(err, ErrRefused) || !strings.Contains(problemsOf(got), "was not told yet") {
			t.Errorf("lifted before the person was told: %v, %s", err, problemsOf(got))
		}
		if err := d.Noticed(t.Context(), id, NoticeLift, d.now().UTC().Truncate(24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got, err := gather(d.Plan(t.Context(), id, NewPlan{Action: act.Lift})); errors.Is(err, ErrRefused) && strings.Contains(problemsOf(got), "was not told yet") {
			t.Errorf("after the person was told: %v, %s", err, problemsOf(got))
		}
		keep(t, d, func(tx *journal.Tx) error { return tx.DropOriginal(id, ref) })
	})

	t.Run("rectify", func(t *testing.T) {
		id := ask(t, d, request.Rectify, erase)
		if _, err := gather(d.Plan(t.Context(), id, NewPlan{Fact: Correction{Fact: "shoe_size", Value: "7"}})); !errors.Is(err, ErrUsage) {
			t.Errorf("a fact that no field holds: %v", err)
		}
		got, err := gather(d.Plan(t.Context(), id, NewPlan{Fact: Correction{Fact: "given_name", Value: "Teresa", Was: []string{"Theresa"}}}))
		if err != nil {
			t.Fatalf("%v\n%s", err, problemsOf(got))
		}
		corrected := 0
		for _, e := range got["line"] {
			if l := e.(PlanLine); l.Does == act.Correct {
				corrected++
			}
		}
		if corrected < 2 {
			t.Errorf("corrected in %d records", corrected)
		}
	})

	t.Run("object", func(t *testing.T) {
		got, err := gather(d.Plan(t.Context(), ask(t, d, request.Object, erase), NewPlan{}))
		if err != nil {
			t.Fatalf("%v\n%s", err, problemsOf(got))
		}
		if p := got["planned"][0].(Planned); p.Ground != "21(2)" || p.Action != act.Object {
			t.Errorf("%+v", p)
		}
		entered := false
		for _, l := range linesFor(got, "mailing-lists", "suppression") {
			entered = entered || l.Change.After.Get("reason").String() == "objected"
		}
		if !entered {
			t.Error("the person is not entered in the list of those who are not written to")
		}
	})

	t.Run("no value stands in the log", func(t *testing.T) {
		entries, err := d.Log(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		all, err := json.Marshal(entries)
		if err != nil {
			t.Fatal(err)
		}
		for _, values := range estate.DemoSubject() {
			for _, v := range values {
				if strings.Contains(string(all), v) {
					t.Errorf("the log holds %q", v)
				}
			}
		}
		for _, what := range []string{"plan made", "plan refused", "plan viewed", "hold added", "hold lifted"} {
			if !strings.Contains(string(all), what) {
				t.Errorf("%q is not logged", what)
			}
		}
	})
}
