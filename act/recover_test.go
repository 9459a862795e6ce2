package act

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"dossier/connectors"
	"dossier/internal/journal"
)

// swapping stands before a system as if its places were files: what they hold is told by how often they were written.
type swapping struct {
	connectors.Writer
	written *int
	die     func(written bool) bool // whether the process dies before or behind the swap
}

func (s *swapping) sum() string { return fmt.Sprint("version ", *s.written) }

func (s *swapping) Sum(context.Context, string) (string, error) { return s.sum(), nil }

func (s *swapping) Swap(ctx context.Context, changes []connectors.Change, note func(connectors.Swapping) error) ([]connectors.Outcome, error) {
	if err := note(connectors.Swapping{Swap: connectors.Swap{Place: changes[0].Record.Place, Before: s.sum(), After: fmt.Sprint("version ", *s.written+1)}}); err != nil {
		return nil, err
	}
	if s.die(false) {
		panic(errDead)
	}
	out, err := s.Writer.Apply(ctx, changes)
	*s.written++
	if s.die(true) {
		panic(errDead)
	}
	return out, err
}

func (s *swapping) Restore(context.Context, connectors.Former, func(connectors.Swapping) error) connectors.Outcome {
	return connectors.Outcome{Result: connectors.Denied, Why: "nothing is restored here"}
}

var errDead = errors.New("the process is dead")

// A file is asked by its digest whether it was swapped.
func TestFilesThatWereSwappedOrNot(t *testing.T) {
	for name, c := range map[string]struct {
		behind bool                // the process died behind the swap
		since  func(*estate, *int) // what somebody else does to the file meanwhile
		want   error
		swaps  int
	}{
		"before the swap":                        {false, nil, nil, 2},
		"behind the swap":                        {true, nil, nil, 2},
		"behind it, and changed elsewhere since": {true, func(_ *estate, n *int) { *n += 5 }, nil, 7},
		"behind it, and changed back since": {true, func(e *estate, n *int) {
			*n += 5
			r, _ := e.record("crm", "a", "people", "1")
			e.write("crm", connectors.Change{Op: connectors.Update, Record: r.Ref, Digest: r.Digest(), After: fields("name", "Featherstone")})
		}, ErrStale, 6},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEstate(t, "crm")
			written, dead := 0, false
			e.wrap["crm"] = func(w connectors.Writer) connectors.Connector {
				return &swapping{w, &written, func(behind bool) bool {
					if dead || behind != c.behind {
						return false
					}
					dead = true
					return true
				}}
			}
			plan := e.seal(Erase, e.erasing("crm"))
			e.dies(plan)
			if c.since != nil {
				c.since(e, &written)
			}
			if _, err := e.apply(plan); !errors.Is(err, c.want) {
				t.Fatal(err)
			}
			if c.want == nil {
				e.erased("crm")
			}
			if written != c.swaps {
				t.Errorf("the files were swapped %d times", written)
			}
		})
	}
}

// dies begins with a plan in a process that dies. What it held is given free, as the end of a process does.
func (e *estate) dies(plan string) {
	e.t.Helper()
	steps := []journal.Step{}
	defer func() {
		if len(steps) == 0 {
			e.t.Error("it did not die")
		}
	}()
	w := e.begun(plan)
	for i := range w.steps {
		func() {
			defer func() {
				if p := recover(); p == errDead {
					steps = append(steps, w.steps[i])
				} else if p != nil {
					panic(p)
				}
			}()
			if _, _, err := w.step(e.t.Context(), &w.steps[i]); err != nil {
				e.t.Fatal(err)
			}
		}()
		if len(steps) > 0 {
			break
		}
	}
	w.close()
	if err := w.lease.Release(); err != nil {
		e.t.Fatal(err)
	}
}

// begun returns the work on the first system of a plan, as a run of it would begin.
func (e *estate) begun(plan string) *work {
	e.t.Helper()
	r := newRun(plan, e.options(), func(error) {})
	go func() {
		for range r.events {
		}
	}()
	e.t.Cleanup(func() { close(r.events) })
	ctx := e.t.Context()
	var err error
	if r.plan, r.head, r.lines, err = Read(ctx, e.journal, plan); err != nil {
		e.t.Fatal(err)
	}
	if r.lease, err = e.journal.Lease(ctx, r.plan.Request, "dead"); err != nil {
		e.t.Fatal(err)
	}
	if err := errors.Join(r.open(ctx), r.prepare(ctx)); err != nil {
		e.t.Fatal(err)
	}
	return r.works[0]
}
