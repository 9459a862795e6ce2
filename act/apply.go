package act

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"dossier/connectors"
	"dossier/internal/journal"
)

// Options are what an application is made with.
type Options struct {
	Register *connectors.Register
	Journal  *journal.Journal
	Operator string                      // whoever runs it, for the log
	Holder   string                      // names this process to others that would change the same: host and process
	Who      Approver                    // who may approve
	Refuse   func(context.Context) error // what forbids the plan by now: a hold, an open access request

	Now    func() time.Time                           // nil: time.Now
	Wait   func(context.Context, time.Duration) error // before another attempt; nil: by the clock
	Jitter func() float64                             // from 0 to 1; nil: by chance
}

// Apply carries out a sealed and approved plan, or what an earlier run has left of it. Systems are changed in parallel, those that
// others are keyed from behind the others; within a system each step is journaled before it is made and answered for after.
// Nothing is made twice: a step whose answer was lost is looked up first.
//
// Its events are Begun, Progress, Trouble, Retry and SystemApplied for each system, TaskMade for each task, and Applied. The error
// that ends it wraps ErrStale, ErrUnknown, ErrPartly or ErrWaiting where the plan was not carried out whole. When ctx ends, it stops
// between two transactions; calling it again goes on.
func Apply(ctx context.Context, plan string, o Options) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		r := newRun(plan, o, cancel)
		done := make(chan error, 1)
		go func() {
			defer close(r.events)
			done <- r.do(ctx)
		}()
		going := true
		for e := range r.events {
			if going && !yield(e, nil) {
				going = false
				cancel(context.Canceled)
			}
		}
		if err := <-done; going && err != nil {
			yield(nil, err)
		}
	}
}

// run is one application of a plan.
type run struct {
	Options
	id     string
	plan   journal.Plan
	head   Head
	lines  iter.Seq2[Line, error] // their outlines, and tasks
	lease  *journal.Lease
	began  time.Time
	events chan Event // read until it is closed
	cancel context.CancelCauseFunc
	works  []*work // one a system that the plan changes, in the order of the plan
}

func newRun(plan string, o Options, cancel context.CancelCauseFunc) *run {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wait == nil {
		o.Wait = wait
	}
	if o.Jitter == nil {
		o.Jitter = rand.Float64
	}
	return &run{Options: o, id: plan, began: o.Now(), events: make(chan Event), cancel: cancel}
}

// wait waits by the clock.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (r *run) emit(e Event) { r.events <- e }

func (r *run) do(ctx context.Context) error {
	var err error
	if r.plan, r.head, r.lines, err = read(ctx, r.Journal, r.id, decodeOutline); err != nil {
		return err
	}
	if r.lease, err = r.Journal.Lease(ctx, r.plan.Request, r.Holder); err != nil {
		return err
	}
	ended := make(chan struct{})
	defer func() {
		close(ended)
		_ = r.lease.Release() // it ends by itself where this fails
	}()
	go func() {
		select {
		case <-r.lease.Lost():
			r.cancel(errLeaseLost)
		case <-ended:
		}
	}()
	if err := r.allowed(ctx); err != nil {
		return err
	}
	err = r.apply(ctx)
	if cause := context.Cause(ctx); cause != nil && errors.Is(err, context.Canceled) {
		return cause
	}
	return err
}

var errLeaseLost = errors.New("another process took the request over while this one was held up: nothing more was written; look which process works on it, and run apply again")

// allowed refuses a plan that is not sealed, not what was approved, or not allowed any more.
func (r *run) allowed(ctx context.Context) error {
	if r.plan.Digest == "" {
		return fmt.Errorf("%s is not finished: plan again", r.id)
	}
	if sum := r.Register.Digest; sum != r.head.Register {
		return fmt.Errorf("%w: the register was changed since %s was made: plan again", ErrStale, r.id)
	}
	given, err := r.Journal.Approvals(ctx, r.id)
	if err != nil {
		return err
	}
	approvals, err := CheckApprovals(ctx, r.Register, r.head.Action, r.plan.Digest, given, r.Who, r.Now())
	if err != nil {
		return err
	}
	if !approvals.Enough() {
		return fmt.Errorf("%w: %s has %s", ErrWaiting, r.id, approvals)
	}
	if err := r.behind(ctx); err != nil {
		return err
	}
	return r.Refuse(ctx)
}

// apply changes the systems.
func (r *run) apply(ctx context.Context) (err error) {
	if err := r.open(ctx); err != nil {
		return err
	}
	defer func() {
		for _, w := range r.works {
			w.close()
		}
	}()
	if err := r.prepare(ctx); err != nil {
		return err
	}
	if err := r.log(ctx, "", "apply started", struct {
		Plan   string `json:"plan"`
		Digest string `json:"digest"`
	}{r.id, r.plan.Digest}); err != nil {
		return err
	}
	for _, last := range []bool{false, true} {
		whole := !slices.ContainsFunc(r.works, func(w *work) bool { return w.ended != "" && w.ended != Whole })
		var group errgroup.Group
		for _, w := range r.works {
			if w.stage.Last != last {
				continue
			}
			if !whole {
				w.end(HeldBack, "it is changed behind all others, and not every other system was changed")
				continue
			}
			group.Go(func() error { return w.do(ctx) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
	return r.finish(ctx)
}

// finish sums up.
func (r *run) finish(ctx context.Context) error {
	out := Applied{Plan: r.id, Systems: len(r.works), Seconds: r.Now().Sub(r.began).Seconds()}
	by := map[Ended][]string{}
	for _, w := range r.works {
		out.Changes += w.changes
		out.Made += w.made - w.left
		out.Aside += len(w.aside)
		by[w.ended] = append(by[w.ended], w.system.Title)
	}
	out.Whole = len(by[Whole])
	tasks, err := r.Journal.Tasks(context.WithoutCancel(ctx), r.id)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if t.Done.IsZero() {
			out.Tasks++
		}
	}
	if err := r.keep(ctx, func(tx *journal.Tx) error {
		if out.Whole == out.Systems {
			if err := tx.SetPlanState(r.id, journal.PlanApplied); err != nil {
				return err
			}
		}
		return r.entry(tx, "", "apply ended", out)
	}); err != nil {
		return err
	}
	r.emit(out)
	errs := []error{r.scrubFormers(ctx)}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for _, e := range []struct {
		ended []Ended
		err   error
	}{{[]Ended{Doubtful}, ErrUnknown}, {[]Ended{Stale}, ErrStale}, {[]Ended{Refused, Away, Stopped, HeldBack}, ErrPartly}} {
		var names []string
		for _, ended := range e.ended {
			names = append(names, by[ended]...)
		}
		if len(names) > 0 {
			errs = append(errs, fmt.Errorf("%w: %s", e.err, strings.Join(names, ", ")))
		}
	}
	if out.Aside > 0 {
		errs = append(errs, fmt.Errorf("%w: %d times a person was set aside in a system, since their records changed behind the plan: plan a batch of them again", ErrPartly, out.Aside))
	}
	if errors.Join(errs...) == nil && out.Tasks > 0 {
		return fmt.Errorf("%w: %d tasks of %s are still to be done: see dossier task list", ErrWaiting, out.Tasks, r.id)
	}
	return errors.Join(errs...)
}

// keep makes a change of the journal even when ctx has ended: what was done is noted. A process that has lost its lease writes
// nothing any more: another one does.
func (r *run) keep(ctx context.Context, change func(*journal.Tx) error) error {
	return r.Journal.Update(context.WithoutCancel(ctx), func(tx *journal.Tx) error {
		if err := tx.Held(r.lease); err != nil {
			return err
		}
		return change(tx)
	})
}

// log notes by itself what was done.
func (r *run) log(ctx context.Context, system, what string, details any) error {
	return r.keep(ctx, func(tx *journal.Tx) error { return r.entry(tx, system, what, details) })
}
