package act

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

// faulty stands before a system: it may answer a call of Apply in the system's place.
type faulty struct {
	connectors.Writer
	apply func(ctx context.Context, changes []connectors.Change, do func() []connectors.Outcome) ([]connectors.Outcome, error)
}

func (f *faulty) Apply(ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
	return f.apply(ctx, changes, func() []connectors.Outcome {
		out, err := f.Writer.Apply(ctx, changes)
		if err != nil {
			panic(err)
		}
		return out
	})
}

type outcomes = []connectors.Outcome

// answers returns one outcome for every change.
func answers(changes []connectors.Change, r connectors.Result, why string) outcomes {
	out := make(outcomes, len(changes))
	for i, c := range changes {
		out[i] = connectors.Outcome{Result: r, Record: c.Record, Why: why}
	}
	return out
}

// erased fails unless person 1 is gone from a system, and person 2 is as before.
func (e *estate) erased(system string) {
	e.t.Helper()
	for _, place := range []string{"a", "b"} {
		if r, ok := e.record(system, place, "people", "1"); !ok || !r.Get("name").IsNull() || !r.Get("email").IsNull() {
			e.t.Errorf("%s/%s: the person is %v", system, place, r.Fields)
		}
		if _, ok := e.record(system, place, "claims", "11"); ok {
			e.t.Errorf("%s/%s: the claim is there", system, place)
		}
		if r, ok := e.record(system, place, "people", "2"); !ok || r.Get("name").String() != "Ashdown" {
			e.t.Errorf("%s/%s: another person is %v", system, place, r.Fields)
		}
	}
}

func TestApply(t *testing.T) {
	e := newEstate(t, "crm", "lms", "source")
	plan := e.seal(Erase, append(append(e.erasing("source"), e.erasing("crm")...), e.erasing("lms")...), "source")
	events, err := e.apply(plan)
	if err != nil {
		t.Fatal(err)
	}
	order := []string{}
	for _, event := range events {
		if s, ok := event.(SystemApplied); ok {
			order = append(order, s.System)
			if s.Ended != Whole || s.Made != 4 || s.Changes != 4 {
				t.Errorf("%+v", s)
			}
		}
	}
	if len(order) != 3 || order[2] != "source" {
		t.Errorf("the systems ended in the order %q", order)
	}
	for _, id := range order {
		e.erased(id)
	}
	if done, ok := events[len(events)-1].(Applied); !ok || done.Whole != 3 || done.Made != 12 {
		t.Errorf("%+v", events[len(events)-1])
	}
	if p, _, err := e.journal.Plan(t.Context(), plan); err != nil || p.State != journal.PlanApplied {
		t.Errorf("%+v, %v", p, err)
	}
	// Once more: nothing is written.
	e.wrap["crm"] = func(w connectors.Writer) connectors.Connector {
		return &faulty{w, func(context.Context, []connectors.Change, func() outcomes) (outcomes, error) {
			t.Error("it is changed again")
			return nil, errors.New("again")
		}}
	}
	if _, err := e.apply(plan); err != nil {
		t.Error(err)
	}
}

func TestApplyIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(e *estate, o *Options, plan string)
		want  error
		words string
	}{
		"without an approval":    {func(e *estate, o *Options, plan string) { e.now = e.now.AddDate(0, 0, 7) }, ErrWaiting, "expired"},
		"after another register": {func(e *estate, o *Options, plan string) { e.register.Digest = "other" }, ErrStale, "register"},
		"by a hold":              {func(e *estate, o *Options, plan string) { o.Refuse = func(context.Context) error { return errHeld } }, errHeld, ""},
		"when two must approve":  {func(e *estate, o *Options, plan string) { e.register.Approvals.Erase = 2 }, ErrWaiting, "1 of 2 approvals"},
		"by who may not approve": {func(e *estate, o *Options, plan string) {
			o.Who = func(ctx context.Context, _ string) (journal.Operator, error) { return approvers(ctx, "Mallory") }
		}, ErrWaiting, "may not approve"},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEstate(t, "crm")
			plan := e.seal(Erase, e.erasing("crm"))
			o := e.options()
			c.spoil(e, &o, plan)
			events, err := all(Apply(t.Context(), plan, o))
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.words) || len(events) != 0 {
				t.Errorf("%v, %v", events, err)
			}
			if r, ok := e.record("crm", "a", "people", "1"); !ok || r.Get("name").IsNull() {
				t.Error("it was changed all the same")
			}
		})
	}
}

var errHeld = errors.New("held")

func TestOneSystemDoesNotKeepOthersBack(t *testing.T) {
	for name, c := range map[string]struct {
		result connectors.Result
		ended  Ended
		want   error
	}{
		"drift":  {connectors.Drifted, Stale, ErrStale},
		"denial": {connectors.Denied, Refused, ErrPartly},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEstate(t, "crm", "lms", "source")
			calls := 0
			e.wrap["crm"] = func(w connectors.Writer) connectors.Connector {
				return &faulty{w, func(_ context.Context, changes []connectors.Change, _ func() outcomes) (outcomes, error) {
					calls++
					out := answers(changes, connectors.RolledBack, "another change failed")
					out[1] = connectors.Outcome{Result: c.result, Record: changes[1].Record, Why: "because"}
					return out, nil
				}}
			}
			plan := e.seal(Erase, append(append(e.erasing("source"), e.erasing("crm")...), e.erasing("lms")...), "source")
			events, err := e.apply(plan)
			if !errors.Is(err, c.want) || calls != 1 {
				t.Errorf("%v after %d calls", err, calls)
			}
			if got, want := ended(events), (map[string]Ended{"crm": c.ended, "lms": Whole, "source": HeldBack}); !maps.Equal(got, want) {
				t.Errorf("ended %v, not %v", got, want)
			}
			e.erased("lms")
			delete(e.wrap, "crm")
			if _, err := e.apply(plan); err != nil {
				t.Errorf("it does not go on: %v", err)
			}
			for id := range e.stores {
				e.erased(id)
			}
		})
	}
}

func TestRetries(t *testing.T) {
	busy := func(changes []connectors.Change) (outcomes, error) {
		return answers(changes, connectors.RolledBack, "a deadlock"), nil
	}
	for name, c := range map[string]struct {
		times int // that the system is busy
		fail  func([]connectors.Change) (outcomes, error)
		want  error
		waits int
	}{
		"busy twice":             {2, busy, nil, 2},
		"busy for ever":          {99, busy, ErrPartly, attempts - 1},
		"unreachable for a time": {1, func([]connectors.Change) (outcomes, error) { return nil, errors.New("no route") }, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEstate(t, "crm")
			calls := 0
			e.wrap["crm"] = func(w connectors.Writer) connectors.Connector {
				return &faulty{w, func(_ context.Context, changes []connectors.Change, do func() outcomes) (outcomes, error) {
					if calls++; calls <= c.times {
						return c.fail(changes)
					}
					return do(), nil
				}}
			}
			plan := e.seal(Erase, e.erasing("crm"))
			_, err := e.apply(plan)
			if !errors.Is(err, c.want) {
				t.Error(err)
			}
			for i, d := range e.waited {
				if i >= c.waits || d != 200*time.Millisecond<<i {
					t.Errorf("waited %v", e.waited)
				}
			}
			if c.want == nil {
				e.erased("crm")
				return
			}
			steps, err := e.journal.Steps(t.Context(), plan)
			if err != nil || steps[0].State != journal.StepPlanned {
				t.Errorf("%+v, %v", steps, err)
			}
		})
	}
}

// A lost answer: the change was made or was not, and the system answers again later or never.
func TestLostAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		made, back bool
		want       error
	}{
		"made":           {true, true, nil},
		"not made":       {false, true, nil},
		"made, and away": {true, false, ErrUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEstate(t, "crm")
			lost := true
			e.wrap["crm"] = func(w connectors.Writer) connectors.Connector {
				return &faulty{w, func(_ context.Context, changes []connectors.Change, do func() outcomes) (outcomes, error) {
					if !lost {
						return do(), nil
					}
					lost = !c.back
					if c.made {
						do()
					}
					return answers(changes, connectors.Unknown, "the answer was lost"), nil
				}}
			}
			insert := connectors.Change{Op: connectors.Insert, Record: connectors.Ref{System: "crm", Place: "b", Entity: "claims"},
				After: connectors.Fields{Names: []string{"person", "text"}, Values: []connectors.Value{connectors.Text("2"), connectors.Text("disputed")}}}
			plan := e.seal(Erase, append(e.erasing("crm"), Line{Record: insert.Record, Does: Append, Change: insert}))
			_, err := e.apply(plan)
			if !errors.Is(err, c.want) {
				t.Fatal(err)
			}
			if c.want != nil {
				lost = false
				if _, err := e.apply(plan); err != nil {
					t.Fatal(err)
				}
			}
			e.erased("crm")
			disputed := 0
			for _, r := range e.stores["crm"].Dump().Rows["claims"] {
				if r.Cells[2].String() == "disputed" {
					disputed++
				}
			}
			if disputed != 1 {
				t.Errorf("the new record is there %d times", disputed)
			}
			for r, err := range e.journal.Receipts(t.Context(), plan) {
				if err != nil || r.Result != connectors.Done && r.Result != connectors.Already {
					t.Errorf("%+v, %v", r, err)
				}
			}
		})
	}
}

// A run that is stopped in the middle goes on with the next.
func TestStop(t *testing.T) {
	e := newEstate(t, "crm")
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	e.wrap["crm"] = func(w connectors.Writer) connectors.Connector {
		return &faulty{w, func(_ context.Context, changes []connectors.Change, do func() outcomes) (outcomes, error) {
			calls++
			defer cancel()
			return do(), nil
		}}
	}
	plan := e.seal(Erase, e.erasing("crm"))
	events, err := all(Apply(ctx, plan, e.options()))
	if !errors.Is(err, context.Canceled) || ended(events)["crm"] != Stopped || calls != 1 {
		t.Errorf("%v, %v, %d calls", err, ended(events), calls)
	}
	if _, err := e.apply(plan); err != nil || calls != 2 {
		t.Errorf("%v, %d calls", err, calls)
	}
	e.erased("crm")
}

// What people have to do becomes a task once.
func TestTasks(t *testing.T) {
	e := newEstate(t, "crm")
	paper := connectors.Ref{System: "paper"}
	lines := append(e.erasing("crm"), Line{Record: paper, Does: Task, Todo: "Shred the file.", Steward: "Pat", Due: "2026-04-02"})
	plan := e.seal(Erase, lines)
	for range 2 {
		if _, err := e.apply(plan); !errors.Is(err, ErrWaiting) {
			t.Error(err)
		}
	}
	tasks, err := e.journal.Tasks(t.Context(), plan)
	if err != nil || len(tasks) != 1 || tasks[0].Steward != "Pat" || tasks[0].Due != "2026-04-02" || tasks[0].Records != nil {
		t.Fatal(tasks, err)
	}
	e.update(func(tx *journal.Tx) error { _, err := tx.EndTask(tasks[0].ID, "shredded", "Pat"); return err })
	if _, err := e.apply(plan); err != nil {
		t.Error(err)
	}
}
