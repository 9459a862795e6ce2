package sheet

import (
	"context"
	"errors"
	"slices"

	"dossier/connectors"
	"dossier/internal/swapfile"
)

const noFile = "there is no such file (any more) among those that the register names"

// Apply is Swap without a word of it.
func (s *source) Apply(ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
	return s.Swap(ctx, changes, nil)
}

// Swap makes the changes, file by file: all those of a file or none. Every byte of a text file and every part of a workbook
// that has nothing to do with them stays as it is; see package swapfile for how the file is kept whole. Refused, with the
// reason, is whatever cannot be done without harm: a file that somebody has open, a value that the file cannot hold, a row whose values
// other rows share.
func (s *source) Swap(ctx context.Context, changes []connectors.Change, note func(connectors.Swapping) error) ([]connectors.Outcome, error) {
	alive, cancel := s.life.Within(ctx)
	defer cancel()
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.life.Err(ctx); err != nil {
		return nil, err
	}
	files, _, err := list(alive, s.system.Dir, s.patterns)
	if err != nil {
		return nil, err
	}
	outcomes := make([]connectors.Outcome, len(changes))
	for of, own := range connectors.ByPlace(changes) {
		w := &work{source: s, note: note, changes: own, outcomes: make([]connectors.Outcome, len(own))}
		w.on(alive, files, (*work).swap)
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
	files, _, err := list(alive, s.system.Dir, s.patterns)
	if err = errors.Join(s.life.Err(ctx), err); err != nil {
		return connectors.Outcome{Result: connectors.RolledBack, Record: of, Why: refusal(err)}
	}
	w := &work{source: s, note: note, changes: []connectors.Change{{Record: of}}, outcomes: make([]connectors.Outcome, 1)}
	w.on(alive, files, func(w *work, ctx context.Context) error { return w.restore(ctx, f) })
	return w.outcomes[0]
}

// on does something to the file of the changes.
func (w *work) on(ctx context.Context, files []file, do func(*work, context.Context) error) {
	at := slices.IndexFunc(files, func(f file) bool { return f.place == w.changes[0].Record.Place })
	switch {
	case ctx.Err() != nil:
		w.refuse(connectors.RolledBack, "the run was ended before this file was changed")
	case !w.writable:
		w.refuse(connectors.Denied, "the register does not allow it: write writable = true")
	case at < 0:
		w.refuse(connectors.RolledBack, noFile)
	default:
		w.file = files[at]
		w.run(ctx, do)
	}
}

// Sum returns the SHA-256, in hex, of a file as it is.
func (s *source) Sum(ctx context.Context, place string) (string, error) {
	files, _, err := list(ctx, s.system.Dir, s.patterns)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(files, func(f file) bool { return f.place == place })
	if at < 0 {
		return "", errors.New(noFile)
	}
	sum, err := swapfile.Sum(ctx, files[at].path)
	if err != nil {
		return "", errors.New(reason(err))
	}
	return sum, nil
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
		if !failed(o) && o.Result != connectors.Already {
			w.outcomes[i] = connectors.Outcome{Result: result, Record: w.changes[i].Record, Why: why}
		}
	}
}

func failed(o connectors.Outcome) bool {
	return o.Result != 0 && o.Result != connectors.Done && o.Result != connectors.Already
}

func done(o connectors.Outcome) bool { return o.Result == connectors.Done }

// run does something to the file, and answers for what could not be done.
func (w *work) run(ctx context.Context, do func(*work, context.Context) error) {
	err := do(w, ctx)
	if err == nil {
		return
	}
	result := connectors.Denied
	if errors.Is(err, swapfile.ErrOther) {
		result = connectors.Drifted
	} else if _, unknown := errors.AsType[swapfile.Unknown](err); unknown {
		result = connectors.Unknown
	} else if swapfile.Passing(err) {
		result = connectors.RolledBack
	}
	w.refuse(result, refusal(err))
}

// refusal returns the reason of an error, without paths.
func refusal(err error) string {
	if gap, ok := errors.AsType[*connectors.Gap](err); ok {
		return gap.Why
	}
	return why(errors.New(swapfile.Reason(err)))
}

func (w *work) swap(ctx context.Context) error {
	swap, err := w.begin(ctx)
	if err != nil {
		return err
	}
	defer swap.End()
	e := w.edit(ctx, swap.Path)
	defer e.close()
	if err := e.plan(); err != nil {
		return err
	}
	switch {
	case slices.ContainsFunc(w.outcomes, failed):
		w.refuse(connectors.RolledBack, "another change of the same file failed")
		return nil
	case !slices.ContainsFunc(w.outcomes, done):
		return nil
	}
	if err := e.write(swap); err != nil {
		return err
	}
	if err := e.check(swap.Copy); err != nil {
		return err
	}
	e.close()
	return w.commit(ctx, swap)
}

// restore makes the file what it was.
func (w *work) restore(ctx context.Context, f connectors.Former) error {
	swap, err := w.begin(ctx)
	if err != nil {
		return err
	}
	defer swap.End()
	if err := swap.Rewrite(ctx, f.Present, f.Sum, f.Write); err != nil {
		return err
	}
	w.outcomes[0] = connectors.Outcome{Result: connectors.Done, Record: w.changes[0].Record}
	return w.commit(ctx, swap)
}

// begin locks the file, which nobody may have open.
func (w *work) begin(ctx context.Context) (*swapfile.Swap, error) {
	swap, err := swapfile.Begin(ctx, w.file.path)
	if err != nil {
		return nil, err
	}
	swap.Replace = w.replace
	if err := inUse(w.file.path, swap.Path); err != nil {
		swap.End()
		return nil, err
	}
	return swap, nil
}

// commit puts the finished copy in the file's place.
func (w *work) commit(ctx context.Context, swap *swapfile.Swap) error {
	w.ready()
	return swap.Commit(ctx, func() error { return inUse(w.file.path, swap.Path) }, func(before, after string) error {
		if w.note == nil {
			return nil
		}
		swapping := connectors.Swapping{Swap: connectors.Swap{Place: w.file.place, Before: before, After: after}, Whole: !slices.ContainsFunc(w.outcomes, already), Both: swap.Both}
		if err := w.note(swapping); err != nil {
			return swapfile.Busy("what was about to be done could not be noted: " + err.Error())
		}
		return nil
	})
}

func already(o connectors.Outcome) bool { return o.Result == connectors.Already }
