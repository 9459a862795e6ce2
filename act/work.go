package act

import (
	"context"
	"fmt"
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
)

// work is the part of a plan that one system is changed by.
type work struct {
	*run
	stage  Stage
	system *connectors.System
	conn   connectors.Writer // nil: it could not be opened
	away   string            // why not
	steps  []journal.Step    // in their order
	next   *ahead            // the changes of the next step; nil: nobody reads them yet
	tracer *Tracer           // of the records that are changed

	changes int          // that the plan has for it
	made    int          // of them so far, in earlier runs too
	left    int          // of them, since people were set aside
	aside   map[int]bool // a batch: the people whose records changed since the plan, of whom no more is changed
	byValue string       // why the file of the present step, a lift, does not get the very bytes that it had
	started time.Time
	earlier int // made by earlier runs
	ended   Ended
}

// open opens the system to be changed.
func (w *work) open(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, w.system.Timeout.Duration)
	defer cancel()
	conn, err := w.system.Opens()(ctx)
	if err != nil {
		w.away = err.Error()
		return
	}
	writer, ok := conn.(connectors.Writer)
	if !ok {
		_ = conn.Close() // nothing was asked of it
		w.away = "systems of the kind " + w.system.Kind.Title + " cannot be changed by the program"
		return
	}
	w.conn = writer
	w.tracer = NewTracer(w.Register, w.Journal.Tracer())
}

func (w *work) close() {
	if w.conn != nil {
		_ = w.conn.Close() // everything was answered for
	}
}

// whole reports whether the system is changed file by file, each of them in one step.
func (w *work) whole() bool {
	_, swaps := w.conn.(connectors.Swapper)
	return swaps
}

// count adds up what the steps hold.
func (w *work) count() {
	for _, s := range w.steps {
		w.changes += s.Changes
		if s.State == journal.StepMade {
			w.made += s.Changes
		}
	}
	w.earlier = w.made
}

// do makes the steps that are left, in their order. The first that cannot be made ends the system's part: what comes behind it may
// rest on it. An error is one of the journal.
func (w *work) do(ctx context.Context) error {
	w.started = w.Now()
	w.emit(Begun{System: w.system.ID, Title: w.system.Title, Changes: w.changes, Made: w.made})
	if w.conn == nil {
		w.end(Away, "it cannot be opened: "+w.away)
		return nil
	}
	defer w.untake()
	for i := range w.steps {
		s := &w.steps[i]
		if s.State == journal.StepMade {
			continue
		}
		if ctx.Err() != nil {
			w.end(Stopped, stopped)
			return nil
		}
		if err := w.hours(ctx); err != nil {
			w.end(Stopped, stopped)
			return nil
		}
		began := w.Now()
		ended, why, err := w.step(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", w.system.Title, err)
		}
		if ended != "" {
			w.end(ended, why)
			return nil
		}
		w.made += s.Changes
		p := Progress{System: w.system.ID, Changes: w.changes, Made: w.made}
		p.Rate, p.Seconds = pace(w.made-w.earlier, w.changes-w.made, w.Now().Sub(w.started))
		w.emit(p)
		if w.slow(ctx, s.Changes, w.Now().Sub(began)) != nil {
			w.end(Stopped, stopped)
			return nil
		}
	}
	w.end(Whole, "")
	return nil
}

const stopped = "the run was ended; run apply again to go on"

// end notes and tells how the system's part ended.
func (w *work) end(how Ended, why string) {
	w.ended = how
	e := SystemApplied{System: w.system.ID, Title: w.system.Title, Ended: how, Changes: w.changes, Made: w.made - w.left, Why: why}
	if !w.started.IsZero() {
		e.Seconds = w.Now().Sub(w.started).Seconds()
	}
	w.emit(e)
}
