package access

import (
	"context"
	"slices"

	"dossier/connectors"
)

const noFile = "there is no such file (any more) among those that the register names"

// Apply is Swap without a word of it.
func (s *source) Apply(ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
	return s.Swap(ctx, changes, nil)
}

// Swap makes the changes, file by file: all those of a file or none. Records are updated where they stand and erased so that
// no byte of them stays; see package swapfile for how the file is kept whole. Refused, with the reason, is whatever cannot be done
// safely: a file that somebody has open, a value that has no room, a record that others point at.
func (s *source) Swap(ctx context.Context, changes []connectors.Change, note func(connectors.Swapping) error) ([]connectors.Outcome, error) {
	alive, cancel := s.life.Within(ctx)
	defer cancel()
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.life.Err(ctx); err != nil {
		return nil, err
	}
	outcomes := make([]connectors.Outcome, len(changes))
	for of, own := range connectors.ByPlace(changes) {
		w := &work{source: s, note: note, changes: own, outcomes: make([]connectors.Outcome, len(own))}
		w.on(alive, (*work).run)
		for n, j := range of {
			outcomes[j] = w.outcomes[n]
		}
	}
	return outcomes, nil
}

// Restore gives a file the bytes that it had.
func (s *source) Restore(ctx context.Context, f connectors.Former, note func(connectors.Swapping) error) connectors.Outcome {
	alive, cancel := s.life.Within(ctx)
	defer cancel()
	s.writing.Lock()
	defer s.writing.Unlock()
	of := connectors.Ref{System: s.system.ID, Place: f.Place}
	if err := s.life.Err(ctx); err != nil {
		return connectors.Outcome{Result: connectors.RolledBack, Record: of, Why: refusal(err)}
	}
	w := &work{source: s, note: note, changes: []connectors.Change{{Record: of}}, outcomes: make([]connectors.Outcome, 1)}
	w.on(alive, func(w *work, ctx context.Context) { w.restore(ctx, f) })
	return w.outcomes[0]
}

// work is the changes of one file.
type work struct {
	*source
	file     file
	note     func(connectors.Swapping) error // nil: nobody is told
	changes  []connectors.Change
	outcomes []connectors.Outcome
}

// refuse gives every change that has not failed by itself the same result.
func (w *work) refuse(result connectors.Result, why string) {
	for i, o := range w.outcomes {
		if o.Why == "" && o.Result != connectors.Already {
			w.outcomes[i] = connectors.Outcome{Result: result, Record: w.changes[i].Record, Why: why}
		}
	}
}

// failed reports whether any change failed.
func (w *work) failed() bool {
	return slices.ContainsFunc(w.outcomes, func(o connectors.Outcome) bool { return o.Why != "" })
}

// on does something to the file of the changes.
func (w *work) on(ctx context.Context, do func(*work, context.Context)) {
	var known bool
	w.file, known = w.fileOf(w.changes[0].Record.Place)
	switch {
	case ctx.Err() != nil:
		w.refuse(connectors.RolledBack, "the run was ended before this file was changed")
	case !w.keys.Writable:
		w.refuse(connectors.Denied, "the register does not allow it: write writable = true")
	case !known:
		w.refuse(connectors.RolledBack, noFile)
	default:
		do(w, ctx)
	}
}

// restore makes the file what it was.
func (w *work) restore(ctx context.Context, f connectors.Former) {
	swap, err := w.begin(ctx)
	if err == nil {
		defer swap.End()
		err = swap.Rewrite(ctx, f.Present, f.Sum, f.Write)
	}
	if err != nil {
		w.fail(err)
		return
	}
	w.outcomes[0] = connectors.Outcome{Result: connectors.Done, Record: w.changes[0].Record}
	w.commit(ctx, swap)
}

// run changes the file.
func (w *work) run(ctx context.Context) {
	swap, err := w.begin(ctx)
	if err != nil {
		w.fail(err)
		return
	}
	defer swap.End()
	if err := swap.Duplicate(ctx); err != nil {
		w.fail(err)
		return
	}
	e, err := w.edit(ctx, swap.Copy)
	if err == nil {
		defer e.close()
		err = e.make()
	}
	switch {
	case err != nil:
		w.fail(err)
		return
	case w.failed():
		w.refuse(connectors.RolledBack, "another change of the same file failed")
		return
	case !slices.ContainsFunc(w.outcomes, func(o connectors.Outcome) bool { return o.Result == connectors.Done }):
		return
	}
	if err := e.finish(swap.Path); err != nil {
		w.fail(err)
		return
	}
	w.commit(ctx, swap)
}
