package act

import (
	"context"
	"fmt"
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/request/clock"
)

// behind refuses a batch's plan until the canary's has been applied, and verified.
func (r *run) behind(ctx context.Context) error {
	if r.head.Behind == "" {
		return nil
	}
	canary, _, err := r.Journal.Plan(ctx, r.head.Behind)
	if err != nil {
		return err
	}
	if canary.State != journal.PlanVerified {
		return fmt.Errorf("%w: %s, the canary of the batch, is %s: apply it, and verify that it came to what was planned, before %s", ErrWaiting, canary.ID, canary.State, r.id)
	}
	return nil
}

// Expired reports whether the time has passed for which a record may be held. One that holds no date has not.
func Expired(retain *connectors.Retain, shape connectors.Shape, record connectors.Record, today clock.Day) bool {
	until, _ := keptUntil(&connectors.Keep{For: retain.For, From: retain.From}, Case{Entity: &connectors.Entity{}, Shape: shape, Record: record})
	return until != 0 && today >= until
}

// batch reports whether the plan is one of a batch: those keep to the hours and the rates of the systems, and set people aside.
func (r *run) batch() bool { return r.head.Batch != "" }

// hours waits until a system may be changed.
func (w *work) hours(ctx context.Context) error {
	if !w.batch() {
		return nil
	}
	now := w.Now()
	opens := w.system.Hours.Open(now)
	if !opens.After(now) {
		return nil
	}
	w.emit(Closed{System: w.system.ID, Until: opens})
	return w.Wait(ctx, opens.Sub(now))
}

// slow waits as long as the register asks for behind so many changes, which took so long.
func (w *work) slow(ctx context.Context, changes int, took time.Duration) error {
	if !w.batch() || w.system.Rate == 0 {
		return nil
	}
	if rest := time.Duration(changes)*time.Second/time.Duration(w.system.Rate) - took; rest > 0 {
		return w.Wait(ctx, rest)
	}
	return nil
}

// leaveOut changes nothing more of a person in the system.
func (w *work) leaveOut(person int) {
	if w.aside == nil {
		w.aside = map[int]bool{}
	}
	w.aside[person] = true
}

// without returns the lines but for those of people who were set aside.
func (w *work) without(lines []Line) []Line {
	if len(w.aside) == 0 {
		return lines
	}
	rest := make([]Line, 0, len(lines))
	for _, l := range lines {
		if !w.aside[l.Person] {
			rest = append(rest, l)
		}
	}
	return rest
}

// setAside sets the people aside whose records are not what the plan saw, and reports whether the step can go on without them. In plans
// of a request nobody is, nor once the register's limit is reached.
func (w *work) setAside(ctx context.Context, s *journal.Step, lines []Line, a answer) (bool, error) {
	if !w.batch() {
		return false, nil
	}
	drifted := map[int]bool{}
	for i, o := range a.outcomes {
		if o.Result == connectors.Drifted {
			drifted[lines[i].Person] = true
		}
	}
	if drifted[0] || len(w.aside)+len(drifted) > w.Register.Batches.Drifted {
		return false, nil
	}
	var receipts []journal.Receipt
	for i, l := range lines {
		if !drifted[l.Person] {
			continue
		}
		why := "another record of the person in this system changed behind the plan"
		if a.outcomes[i].Result == connectors.Drifted {
			why = a.outcomes[i].Why
			w.emit(Trouble{System: w.system.ID, Line: l.N, Record: l.Record, Result: connectors.Drifted, Why: why})
		}
		receipts = append(receipts, journal.Receipt{Line: l.N, Step: s.First, Result: connectors.Drifted, Record: l.Record, Why: why})
	}
	for person := range drifted {
		w.leaveOut(person)
	}
	return true, w.keep(ctx, func(tx *journal.Tx) error {
		if err := tx.AddReceipts(w.id, receipts); err != nil {
			return err
		}
		return w.entry(tx, s.System, "people set aside", struct {
			Plan   string `json:"plan"`
			People int    `json:"people"`
			Lines  int    `json:"lines"`
		}{w.id, len(drifted), len(receipts)})
	})
}

// drifted returns the lines of a batch that an earlier run has set aside.
func (r *run) drifted(ctx context.Context) (map[int]bool, error) {
	lines := map[int]bool{}
	if !r.batch() {
		return lines, nil
	}
	for receipt, err := range r.Journal.Receipts(ctx, r.id) {
		if err != nil {
			return nil, err
		}
		if receipt.Result == connectors.Drifted {
			lines[receipt.Line] = true
		}
	}
	return lines, nil
}
