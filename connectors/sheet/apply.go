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
func (s *source) Swap(ctx context.Context, changes []connectors.Change, note func(connectors.Swap) error) ([]connectors.Outcome, error) {
	alive, cancel := s.alive(ctx)
	defer cancel()
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.ended(ctx); err != nil {
		return nil, err
	}
	files, _, err := list(alive, s.system.Dir, s.patterns)
	if err != nil {
		return nil, err
	}
	outcomes := make([]connectors.Outcome, len(changes))
	for of, own := range connectors.ByPlace(changes) {
		w := &work{source: s, note: note, changes: own, outcomes: make([]connectors.Outcome, len(own))}
		at := slices.IndexFunc(files, func(f file) bool { return f.place == own[0].Record.Place })
		switch {
		case alive.Err() != nil:
			w.refuse(connectors.RolledBack, "the run was ended before this file was changed")
		case !s.writable:
			w.refuse(connectors.Denied, "the register does not allow it: write writable = true")
		case at < 0:
			w.refuse(connectors.RolledBack, noFile)
		default:
			w.file = files[at]
			w.run(alive)
		}
		for n, j := range of {
			outcomes[j] = w.outcomes[n]
		}
	}
	return outcomes, nil
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
	note     func(connectors.Swap) error // nil: nobody is told
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

// run changes the file.
func (w *work) run(ctx context.Context) {
	err := w.swap(ctx)
	if err == nil {
		return
	}
	result := connectors.Denied
	if _, unknown := errors.AsType[swapfile.Unknown](err); unknown {
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
	swap, err := swapfile.Begin(ctx, w.file.path)
	if err != nil {
		return err
	}
	defer swap.End()
	swap.Replace = w.replace
	unused := func() error { return inUse(w.file.path, swap.Path) }
	if err := unused(); err != nil {
		return err
	}
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
	w.ready()
	return swap.Commit(ctx, unused, func(before, after string) error {
		if w.note == nil {
			return nil
		}
		if err := w.note(connectors.Swap{Place: w.file.place, Before: before, After: after}); err != nil {
			return swapfile.Busy("what was about to be done could not be noted: " + err.Error())
		}
		return nil
	})
}
