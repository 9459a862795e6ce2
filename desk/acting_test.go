package desk

import (
	"testing"

	"dossier/request"
)

// A plan is read in portions, counted, and told of: its approvals, how far it is, and what it came to.
func TestPlanInPortions(t *testing.T) {
	d, access, err := OpenDemo(t.Context(), Demo{Dir: t.TempDir(), People: 20, Seed: 1, Operator: "Pat"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := gather(d.Locate(t.Context(), access)); err != nil {
		t.Fatal(err)
	}
	id := ask(t, d, request.Restrict, access)
	events, err := gather(d.Plan(t.Context(), id, NewPlan{Ground: "18(1)(a)"}))
	if err != nil {
		t.Fatal(err)
	}
	made := events["planned"][0].(Planned)
	sum, err := d.SumPlan(t.Context(), made.Plan)
	if err != nil || sum.Lines != made.Lines || sum.Changes != made.Changes || sum.Digest != made.Digest || len(sum.Systems) != len(made.Systems) {
		t.Errorf("counted %+v, %v; made %+v", sum, err, made)
	}
	var lines []PlanLine
	for first := 1; ; first += 7 {
		some, err := d.PlanLines(t.Context(), made.Plan, first, first+6)
		if err != nil {
			t.Fatal(err)
		}
		if len(some) == 0 {
			break
		}
		lines = append(lines, some...)
	}
	if len(lines) != made.Lines {
		t.Fatalf("%d lines of %d", len(lines), made.Lines)
	}
	for i, l := range lines {
		want := events["line"][i].(PlanLine)
		if l.N != want.N || l.Does != want.Does || l.Record.ID() != want.Record.ID() || l.SystemTitle != want.SystemTitle || l.Label != want.Label {
			t.Errorf("line %d is %+v, want %+v", i+1, l, want)
		}
	}
	status, err := d.PlanStatus(t.Context(), made.Plan)
	if err != nil || status.Enough() || status.Needed != 1 || status.You != "Pat" || status.Begun || status.Action != Restrict || !status.Verified.IsZero() {
		t.Errorf("before: %+v, %v", status, err)
	}
	if _, err := gather(d.Approve(t.Context(), made.Plan, "")); err != nil {
		t.Fatal(err)
	}
	if status, err = d.PlanStatus(t.Context(), made.Plan); err != nil || !status.Enough() || len(status.By) != 1 || len(status.Others) != 0 {
		t.Errorf("approved: %+v, %v", status, err)
	}
	_, _ = gather(d.Apply(t.Context(), made.Plan)) // tasks for people are awaited
	_, _ = gather(d.Verify(t.Context(), made.Plan))
	status, err = d.PlanStatus(t.Context(), made.Plan)
	if err != nil || !status.Begun || !status.State.Carried() || status.Verified.IsZero() || len(status.Verdicts) == 0 {
		t.Errorf("carried out: %+v, %v", status, err)
	}
	changed := 0
	for system, n := range status.Changed {
		if changed += n; n != status.Changes[system] {
			t.Errorf("%s: %d of %d", system, n, status.Changes[system])
		}
	}
	if changed != made.Changes {
		t.Errorf("%d changes of %d", changed, made.Changes)
	}
}

func TestLastChecks(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	if checks, err := d.LastChecks(t.Context()); err != nil || len(checks) != 0 {
		t.Errorf("before: %v, %v", checks, err)
	}
	events, _ := gather(d.Check(t.Context()))
	checks, err := d.LastChecks(t.Context())
	if err != nil || len(checks) != len(events["checked"]) {
		t.Fatalf("%v, %v", checks, err)
	}
	for _, e := range events["checked"] {
		c := e.(Checked)
		if last := checks[c.System]; last.Mistakes != c.Mistakes || last.Time.IsZero() || last.Operator == "" {
			t.Errorf("%s: %+v, %+v", c.System, last, c)
		}
	}
}

func TestChoices(t *testing.T) {
	for kind, want := range map[request.Kind]string{request.Erase: "erase", request.Rectify: "rectify restrict lift", request.Access: ""} {
		got := ""
		for _, c := range Choices(request.Request{Kind: kind}) {
			if got != "" {
				got += " "
			}
			got += string(c.Action)
			if len(c.Grounds) == 0 {
				t.Errorf("%s rests on nothing", c.Action)
			}
		}
		if got != want {
			t.Errorf("%s is answered by %q, want %q", kind, got, want)
		}
	}
}
