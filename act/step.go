package act

import (
	"context"
	"fmt"
	"slices"
	"time"

	"dossier/connectors"
	"dossier/internal/failpoint"
	"dossier/internal/journal"
)

// attempts is how often a step is tried that the system was only kept from making: by a deadlock, a lock, a lost connection.
const attempts = 6

// pause returns how long is waited behind a failed attempt: twice as long each time, up to ten seconds, and between half and all
// of it, so that two that were in each other's way do not meet again.
func (r *run) pause(attempt int) time.Duration {
	d := min(200*time.Millisecond<<(attempt-1), 10*time.Second)
	return d/2 + time.Duration(r.Jitter()*float64(d/2))
}

// answer is what a system made of a step.
type answer struct {
	outcomes []connectors.Outcome // one a line
	verdict  verdict
	why      string
}

type verdict int

const (
	made    verdict = iota // every change was, now or before
	stale                  // a record is not what the plan saw: nothing was written
	refused                // the system does not allow a change: nothing was written
	again                  // the system was kept from it, and wrote nothing
	lost                   // nobody knows
)

// judge sums up what a system answered.
func judge(outcomes []connectors.Outcome) answer {
	a := answer{outcomes: outcomes}
	for _, rule := range []struct {
		result  connectors.Result
		verdict verdict
	}{{0, lost}, {connectors.Unknown, lost}, {connectors.Drifted, stale}, {connectors.Denied, refused}, {connectors.RolledBack, again}} {
		if i := slices.IndexFunc(outcomes, func(o connectors.Outcome) bool { return o.Result == rule.result }); i >= 0 {
			a.verdict, a.why = rule.verdict, outcomes[i].Why
			return a
		}
	}
	return a
}

// uniform returns one outcome for all lines.
func uniform(lines []Line, result connectors.Result, why string) []connectors.Outcome {
	outcomes := make([]connectors.Outcome, len(lines))
	for i, l := range lines {
		outcomes[i] = connectors.Outcome{Result: result, Record: l.Record, Why: why}
	}
	return outcomes
}

// step makes one step, and notes what became of it. An empty Ended says that it is made.
func (w *work) step(ctx context.Context, s *journal.Step) (Ended, string, error) {
	lines, err := w.take(ctx, s)
	if err != nil {
		return "", "", err
	}
	lines, w.byValue = w.without(lines), ""
	doubt := s.State == journal.StepIntended
	for attempt := 1; ; attempt++ {
		a, err := w.attempt(ctx, s, lines, doubt)
		if err != nil {
			return "", "", err
		}
		if a.verdict == stale && !doubt {
			more, err := w.setAside(ctx, s, lines, a)
			if err != nil {
				return "", "", err
			}
			if more {
				lines = w.without(lines)
				attempt--
				continue
			}
		}
		doubt = doubt || a.verdict == lost
		if a.verdict >= again && attempt < attempts && ctx.Err() == nil {
			pause := w.pause(attempt)
			w.emit(Retry{System: w.system.ID, Place: s.Place, Attempt: attempt, After: pause, Why: a.why})
			if w.Wait(ctx, pause) == nil {
				continue
			}
		}
		if doubt && (a.verdict == stale || a.verdict == refused) {
			a.outcomes = w.look(ctx, lines, a.outcomes)
			if v := judge(a.outcomes); v.verdict == lost || v.verdict == made {
				a = v
			}
		}
		if err := w.answered(ctx, s, lines, a, doubt); err != nil {
			return "", "", err
		}
		for i, o := range a.outcomes {
			if o.Result == connectors.Drifted || o.Result == connectors.Denied || o.Result == connectors.Unknown {
				w.emit(Trouble{System: w.system.ID, Line: lines[i].N, Record: lines[i].Record, Result: o.Result, Why: o.Why})
			}
		}
		switch {
		case a.verdict == made:
			w.left += s.Changes - len(lines)
			if how := w.returned(s); how != "" {
				w.emit(Returned{System: w.system.ID, Place: s.Place, How: how, Why: w.byValue})
			}
			return "", "", nil
		case a.verdict == stale:
			return Stale, a.why, nil
		case a.verdict == refused:
			return Refused, a.why, nil
		case doubt:
			return Doubtful, a.why, nil
		case ctx.Err() != nil:
			return Stopped, stopped, nil
		}
		return Away, a.why, nil
	}
}

// read reads the changes of a step.
func (w *work) read(ctx context.Context, s *journal.Step) ([]Line, error) {
	lines := make([]Line, 0, s.Changes)
	for b, err := range w.Journal.Lines(ctx, w.id, s.First, s.Last) {
		if err != nil {
			return nil, err
		}
		l, err := decodeLine(b)
		if err != nil {
			return nil, err
		}
		if l.Writes() && l.Record.System == s.System && l.Record.Place == s.Place {
			lines = append(lines, l)
		}
	}
	if len(lines) != s.Changes {
		return nil, fmt.Errorf("the step at line %d of %s has %d changes and not %d: the journal was changed from outside", s.First, w.id, len(lines), s.Changes)
	}
	return lines, nil
}

// attempt makes a step once. In doubt, what an earlier attempt has made is found out first.
func (w *work) attempt(ctx context.Context, s *journal.Step, lines []Line, doubt bool) (answer, error) {
	settled := make([]bool, len(lines)) // known to be made already
	if doubt {
		a, ended := w.settle(ctx, s, lines, settled)
		if ended {
			return a, nil
		}
	} else if err := w.countAlike(ctx, s, lines); err != nil {
		return answer{outcomes: uniform(lines, connectors.RolledBack, err.Error()), verdict: again, why: err.Error()}, nil
	}
	if err := w.intend(ctx, s); err != nil {
		return answer{}, err
	}
	var changes []connectors.Change
	var of []int
	outcomes := uniform(lines, connectors.Already, "")
	for i, l := range lines {
		if !settled[i] {
			changes, of = append(changes, l.Change), append(of, i)
		}
	}
	failpoint.Here("before changes")
	got, err := w.write(ctx, s, lines, changes)
	failpoint.Here("after changes")
	if err != nil {
		return answer{outcomes: uniform(lines, connectors.RolledBack, err.Error()), verdict: again, why: err.Error()}, nil
	}
	if len(got) != len(changes) {
		why := fmt.Sprintf("the connector answered %d changes of %d", len(got), len(changes))
		return answer{outcomes: uniform(lines, connectors.Unknown, why), verdict: lost, why: why}, nil
	}
	for n, i := range of {
		outcomes[i] = got[n]
	}
	return judge(outcomes), nil
}

// intend journals that the step is about to be made.
func (w *work) intend(ctx context.Context, s *journal.Step) error {
	s.State, s.Swap, s.Bytes = journal.StepIntended, connectors.Swap{}, false
	s.Attempts++
	return w.keep(ctx, func(tx *journal.Tx) error {
		if err := tx.SetStep(*s); err != nil {
			return err
		}
		return w.entry(tx, s.System, "step intended", stepDetails{Plan: w.id, First: s.First, Last: s.Last, Changes: s.Changes, Attempt: s.Attempts})
	})
}

// write makes the changes. Of a file that is swapped whole, what it was and will be is journaled before the swap.
func (w *work) write(ctx context.Context, s *journal.Step, lines []Line, changes []connectors.Change) ([]connectors.Outcome, error) {
	if len(changes) == 0 {
		return nil, nil
	}
	swapper, ok := w.conn.(connectors.Swapper)
	if !ok {
		return w.conn.Apply(ctx, changes)
	}
	if w.head.Action == Lift {
		if outcomes, restored := w.restore(ctx, swapper, s, lines); restored {
			return outcomes, nil
		}
	}
	return swapper.Swap(ctx, changes, func(to connectors.Swapping) error { return w.noteSwap(ctx, s, lines, to) })
}

// stepDetails is what the log says of a step.
type stepDetails struct {
	Plan     string         `json:"plan"`
	First    int            `json:"first"` // the numbers of its lines
	Last     int            `json:"last"`
	Changes  int            `json:"changes"`
	Attempt  int            `json:"attempt"`
	Results  map[string]int `json:"results,omitempty"`
	Returned string         `json:"returned,omitempty"` // a lift in a file: "bytes" or "values"
	Records  []string       `json:"records,omitempty"`  // keyed references, in the order of the lines
}

// answered journals what became of a step: a receipt a line, and what tells its record if a backup brings it back. In doubt it stays intended until somebody knows.
func (w *work) answered(ctx context.Context, s *journal.Step, lines []Line, a answer, doubt bool) error {
	what := "step not answered"
	switch {
	case a.verdict == made:
		what, s.State = "step made", journal.StepMade
	case a.verdict == stale, a.verdict == refused:
		what, s.State = "step refused", journal.StepFailed
	case !doubt:
		what, s.State = "step not made", journal.StepPlanned
	}
	details := stepDetails{Plan: w.id, First: s.First, Last: s.Last, Changes: s.Changes, Attempt: s.Attempts, Results: map[string]int{}}
	receipts := make([]journal.Receipt, len(lines))
	refs := make([]connectors.Ref, len(lines))
	if a.verdict == made {
		details.Returned = w.returned(s)
	}
	var traces []journal.Trace
	for i, l := range lines {
		o := a.outcomes[i]
		if o.Result == connectors.Done || o.Result == connectors.Already {
			traces = append(traces, w.traces(l)...)
		}
		receipts[i] = journal.Receipt{Line: l.N, Step: s.First, Result: o.Result, Record: o.Record, Why: o.Why}
		refs[i] = l.Record
		details.Results[o.Result.String()]++
	}
	return w.keep(ctx, func(tx *journal.Tx) (err error) {
		if err := tx.AddReceipts(w.id, receipts); err != nil {
			return err
		}
		if err := tx.AddTraces(traces); err != nil {
			return err
		}
		for i, l := range lines {
			if r := a.outcomes[i].Result; r == connectors.Done || r == connectors.Already {
				if err := Settle(tx, w.id, w.head, l, a.outcomes[i].Record); err != nil {
					return err
				}
			}
		}
		if err := tx.SetStep(*s); err != nil {
			return err
		}
		if err := w.settleFormer(tx, s); err != nil {
			return err
		}
		if details.Records, err = tx.Refer(w.id, refs); err != nil {
			return err
		}
		return w.entry(tx, s.System, what, details)
	})
}
