package desk

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dossier/act"
	"dossier/request"
)

// toErase returns a desk of systems in memory and an erasure that was searched for.
func toErase(t *testing.T, systems fakes) (*Desk, string) {
	t.Helper()
	d := newDesk(t, systems, strings.ReplaceAll(registerText, "key = [\"id\"]\n", "key = [\"id\"]\nerase = \"delete\"\n"))
	r, err := d.NewRequest(t.Context(), NewRequest{Kind: request.Erase, Received: testTime, Subject: zoe})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gather(d.Locate(t.Context(), r.ID)); err != nil && !errors.Is(err, ErrPartly) {
		t.Fatal(err)
	}
	return d, r.ID
}

func TestPlansAreRefused(t *testing.T) {
	ground := NewPlan{Ground: "17(1)(a)"}
	cases := []struct {
		name    string
		before  func(fakes)              // the search
		since   func(*Desk, fakes) error // the search
		plan    NewPlan
		err     error
		problem string
	}{
		{name: "nothing speaks against it", plan: ground},
		{name: "no ground", plan: NewPlan{}, err: ErrUsage},
		{name: "an action of another kind", plan: NewPlan{Action: act.Object}, err: ErrUsage},
		{name: "a fact", plan: NewPlan{Ground: "17(1)(a)", Fact: Correction{Fact: "email"}}, err: ErrUsage},
		{name: "a system was not fully searched", before: func(f fakes) { f["lists"].fail = errors.New("down") }, plan: ground, err: ErrRefused, problem: "lists: it was not fully searched"},
		{name: "a system was not fully searched, and somebody answers for it", before: func(f fakes) { f["lists"].fail = errors.New("down") },
			plan: NewPlan{Ground: "17(1)(a)", Despite: map[string]string{"lists": "it is being moved"}}},
		{name: "somebody answers for nothing", plan: NewPlan{Ground: "17(1)(a)", Despite: map[string]string{"lists": " "}}, err: ErrUsage},
		{name: "somebody answers with a name", plan: NewPlan{Ground: "17(1)(a)", Despite: map[string]string{"lists": "zoe@example.org said so"}}, err: ErrUsage},
		{name: "somebody answers for a system that is not", plan: NewPlan{Ground: "17(1)(a)", Despite: map[string]string{"dogs": "why"}}, err: ErrUsage},
		{name: "a record was changed since", since: func(_ *Desk, f fakes) error {
			f["qlms"].tables["candidates"].rows[0][5] = "other"
			return nil
		}, plan: ground, err: ErrStale},
		{name: "a system does not open any more", since: func(_ *Desk, f fakes) error {
			f["qlms"].open = errors.New("no route")
			return nil
		}, plan: ground, err: ErrRefused, problem: "qlms: it cannot be opened: no route"},
		{name: "the person is held", since: func(d *Desk, _ fakes) error {
			_, err := d.AddHold(t.Context(), NewHold{Subject: zoe, Reason: "a claim"})
			return err
		}, plan: ground, err: ErrRefused, problem: "the person is held"},
		{name: "a system that people work is held", since: func(d *Desk, _ fakes) error {
			_, err := d.AddHold(t.Context(), NewHold{System: "paper", Reason: "an audit"})
			return err
		}, plan: ground, err: ErrRefused, problem: "paper: the system is held"},
		{name: "another system is held", since: func(d *Desk, _ fakes) error {
			_, err := d.AddHold(t.Context(), NewHold{System: "clients", Reason: "an audit"})
			return err
		}, plan: ground},
		{name: "an access request is not answered", since: func(d *Desk, _ fakes) error {
			_, err := d.NewRequest(t.Context(), NewRequest{Kind: request.Portability, Received: testTime, Subject: zoe})
			return err
		}, plan: ground, err: ErrRefused, problem: "portability request SAR-2026-0002 is not answered yet"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			systems := newFakes()
			if c.before != nil {
				c.before(systems)
			}
			d, id := toErase(t, systems)
			if c.since != nil {
				if err := c.since(d, systems); err != nil {
					t.Fatal(err)
				}
			}
			got, err := gather(d.Plan(t.Context(), id, c.plan))
			if !errors.Is(err, c.err) || !strings.Contains(problemsOf(got), c.problem) {
				t.Fatalf("%v\n%s", err, problemsOf(got))
			}
			plans, err := d.Plans(t.Context(), id)
			if err != nil || len(plans) != map[bool]int{true: 1, false: 0}[c.err == nil] {
				t.Errorf("%d plans are kept, %v", len(plans), err)
			}
			whats(t, d, id)
		})
	}
}

// What is not the person's, or may not be, is left with its reason.
func TestLeftWithAReason(t *testing.T) {
	d, id := toErase(t, newFakes())
	f, err := d.Finding(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	decided := map[string]Decision{}
	for i, m := range f.Matches {
		if m.Waits() && len(decided) < 2 {
			decision := []Decision{Rejected, Mentions}[len(decided)]
			if err := d.Decide(t.Context(), id, f.Matches[i].Record.Ref, decision, ""); err != nil {
				t.Fatal(err)
			}
			decided[m.Record.Ref.ID()] = decision
		}
	}
	if len(decided) != 2 {
		t.Fatalf("%d matches wait", len(decided))
	}
	got, err := gather(d.Plan(t.Context(), id, NewPlan{Ground: "17(1)(a)"}))
	if err != nil {
		t.Fatalf("%v\n%s", err, problemsOf(got))
	}
	why := map[Decision]string{Rejected: "it was decided that it is not the person's", Mentions: "it is about somebody else and names the person"}
	for _, e := range got["line"] {
		l := e.(PlanLine)
		if decision, ok := decided[l.Record.ID()]; ok && (l.Does != act.Leave || l.Why != why[decision] || len(l.Change.Before.Names) > 0) {
			t.Errorf("%s: %+v", decision, l)
		}
	}
	clients := linesFor(got, "clients", "")
	if len(clients) != 1 || clients[0].Does != act.Leave || clients[0].Why != "it holds the data of other controllers" {
		t.Errorf("%+v", clients)
	}
}

func TestHoldsNeedAPersonOrASystem(t *testing.T) {
	d, id := toErase(t, newFakes())
	for i, n := range []NewHold{
		{Reason: "nobody"}, {Request: id, System: "qlms", Reason: "both"}, {System: "dogs", Reason: "unknown"}, {Request: id}, {Request: id, Reason: "zoe@example.org wrote"},
		{Subject: zoe, Request: id, Reason: "both"},
	} {
		if _, err := d.AddHold(t.Context(), n); !errors.Is(err, ErrUsage) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if err := d.LiftHold(t.Context(), "HOLD-2026-0001", "why"); err == nil || !strings.Contains(err.Error(), "there is no such hold") {
		t.Errorf("%v", err)
	}
	h, err := d.AddHold(t.Context(), NewHold{System: "qlms", Reason: "an audit"})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.LiftHold(t.Context(), h.ID, " "); !errors.Is(err, ErrUsage) {
		t.Errorf("lifted without a reason: %v", err)
	}
	entries, err := d.Log(t.Context(), "")
	if err != nil || !slices.ContainsFunc(entries, func(e Entry) bool {
		return e.What == "hold added" && e.System == "qlms" && string(e.Details) == fmt.Sprintf(`{"hold":%q}`, h.ID)
	}) {
		t.Errorf("%+v, %v", entries, err)
	}
}
