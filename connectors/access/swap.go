package access

import (
	"context"
	"errors"
	"slices"

	"dossier/connectors"
	"dossier/internal/swapfile"
)

// refused is a reason why nothing was changed, in words for a person.
type refused = swapfile.Refused

// refusal returns the reason of an error, without paths.
func refusal(err error) string {
	if gap, ok := errors.AsType[*connectors.Gap](err); ok {
		return gap.Why
	}
	return swapfile.Reason(err)
}

// begin locks the file, which nobody may have open.
func (w *work) begin(ctx context.Context) (*swapfile.Swap, error) {
	swap, err := swapfile.Begin(ctx, w.file.path)
	if err != nil {
		return nil, err
	}
	swap.Replace = w.replace
	if err := w.unused(swap.Path); err != nil {
		swap.End()
		return nil, err
	}
	return swap, nil
}

// unused refuses while somebody has the file open: Access shows it by a lock file of its own.
func (w *work) unused(path string) error {
	db, err := w.openFile(file{w.file.place, path})
	if err != nil {
		return err
	}
	defer db.Close()
	if lock, ok := db.LockFile(); ok {
		return swapfile.Busy(inUse(lock) + ": nothing is changed while it does")
	}
	return nil
}

// commit puts the finished copy in the file's place.
func (w *work) commit(ctx context.Context, swap *swapfile.Swap) {
	w.ready()
	err := swap.Commit(ctx, func() error { return w.unused(swap.Path) }, func(before, after string) error {
		if w.note == nil {
			return nil
		}
		swapping := connectors.Swapping{Swap: connectors.Swap{Place: w.file.place, Before: before, After: after}, Both: swap.Both,
			Whole: !slices.ContainsFunc(w.outcomes, func(o connectors.Outcome) bool { return o.Result == connectors.Already })}
		if err := w.note(swapping); err != nil {
			return swapfile.Busy("what was about to be done could not be noted: " + err.Error())
		}
		return nil
	})
	if err != nil {
		w.fail(err)
	}
}

// fail gives every change that has not failed by itself the result of an error.
func (w *work) fail(err error) {
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

// Sum returns the SHA-256, in hex, of a database as it is.
func (s *source) Sum(ctx context.Context, place string) (string, error) {
	f, ok := s.fileOf(place)
	if !ok {
		return "", errors.New(noFile)
	}
	sum, err := swapfile.Sum(ctx, f.path)
	if err != nil {
		return "", errors.New(reason(err))
	}
	return sum, nil
}

// fileOf returns the database that is a place.
func (s *source) fileOf(place string) (file, bool) {
	files, _ := s.list()
	for _, f := range files {
		if f.place == place {
			return f, true
		}
	}
	return file{}, false
}
