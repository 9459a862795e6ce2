package act

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"dossier/connectors"
	"dossier/internal/delta"
	"dossier/internal/failpoint"
	"dossier/internal/journal"
)

// mostKept is how many bytes are kept of a file at most to bring it back to what it was before a restriction: of a workbook, the
// compressed sheets that changed. The records of a file that would take more come back value by value.
const mostKept = 64 << 20

var errTooMuch = errors.New("what would have to be kept is too large")

// limited takes up to so many bytes.
type limited struct {
	bytes.Buffer
	most int
}

func (l *limited) Write(b []byte) (int, error) {
	if l.Len()+len(b) > l.most {
		return 0, errTooMuch
	}
	return l.Buffer.Write(b)
}

// noteSwap journals what a file was and will be, before it is swapped, and what brings it back to what it was before it was restricted.
// Any other change of the file forgets what was kept of it, and so does one that cannot be followed: what is erased from a file is
// nowhere else from then on.
func (w *work) noteSwap(ctx context.Context, s *journal.Step, lines []Line, to connectors.Swapping) error {
	s.Swap = to.Swap
	former, err := w.former(ctx, s, lines, to)
	if err != nil {
		return err
	}
	if err := w.keep(ctx, func(tx *journal.Tx) error {
		if err := tx.SetStep(*s); err != nil {
			return err
		}
		switch {
		case former == nil:
			return tx.DropFormers(s.System, s.Place)
		case w.head.Action == Restrict:
			return tx.KeepFormer(*former, to.Before, s)
		}
		return tx.KeepFormer(*former, to.Before, nil)
	}); err != nil {
		return err
	}
	failpoint.Here("swap noted")
	return nil
}

// former returns how the file that is about to be comes back to what it was before it was restricted; nil where that is not to be kept.
func (w *work) former(ctx context.Context, s *journal.Step, lines []Line, to connectors.Swapping) (*journal.Former, error) {
	if !w.restricts() || !to.Whole {
		return nil, nil
	}
	known, found, err := w.Journal.Former(ctx, s.System, s.Place, to.Before)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	found = found && err == nil // what is damaged is as good as none
	if w.head.Action == Lift {
		own, all, err := w.lifts(ctx, s, lines)
		if err != nil || !found || !own || all {
			return nil, err
		}
	}
	former := &journal.Former{System: s.System, Place: s.Place, Present: to.After, Sum: to.Before}
	kept := limited{most: mostKept}
	err = to.Both(func(file, copied *io.SectionReader) error {
		var was io.Reader = file
		if found {
			former.Sum, was = known.Sum, delta.NewReader(bytes.NewReader(known.Delta), file, file.Size())
		}
		return delta.Write(ctx, &kept, copied, copied.Size(), was)
	})
	if errors.Is(err, errTooMuch) || errors.Is(err, delta.ErrDamaged) {
		return nil, nil
	}
	former.Delta = kept.Bytes()
	return former, err
}

// lifts asks the journal about the records that the lines of a step lift.
func (w *work) lifts(ctx context.Context, s *journal.Step, lines []Line) (own, all bool, err error) {
	records := make([]connectors.Ref, len(lines))
	for i, l := range lines {
		records[i] = l.Record
	}
	return w.Journal.Lifts(ctx, w.plan.Request, s.System, s.Place, records)
}

// restore gives a file the bytes that it had before it was restricted, where the step lifts all that is restricted in it and nobody
// else has changed it since. Where that cannot be, it notes why, and the records are lifted value by value.
func (w *work) restore(ctx context.Context, swapper connectors.Swapper, s *journal.Step, lines []Line) (outcomes []connectors.Outcome, restored bool) {
	failed := func(err error) ([]connectors.Outcome, bool) {
		return uniform(lines, connectors.RolledBack, err.Error()), true
	}
	sum, err := swapper.Sum(ctx, s.Place)
	if err != nil {
		return failed(err)
	}
	former, found, damage := w.Journal.Former(ctx, s.System, s.Place, sum)
	own, all, err := w.lifts(ctx, s, lines)
	switch {
	case err != nil:
		return failed(err)
	case damage != nil:
		w.byValue = damage.Error()
		return nil, false
	case !found || !own:
		w.byValue = "what it was is not kept: it was changed since it was restricted, or would take too much"
		return nil, false
	case !all:
		w.byValue = "other records of it are still restricted: with the last of them it comes back byte for byte"
		return nil, false
	}
	o := swapper.Restore(ctx, connectors.Former{Place: s.Place, Present: sum, Sum: former.Sum, Write: func(out io.Writer, file *io.SectionReader) error {
		_, err := io.Copy(out, delta.NewReader(bytes.NewReader(former.Delta), file, file.Size()))
		return err
	}}, func(to connectors.Swapping) error {
		s.Swap, s.Bytes = to.Swap, true
		if err := w.keep(ctx, func(tx *journal.Tx) error { return tx.SetStep(*s) }); err != nil {
			return err
		}
		failpoint.Here("swap noted")
		return nil
	})
	switch o.Result {
	case connectors.Done:
		return w.renamed(ctx, lines), true
	case connectors.RolledBack, connectors.Unknown:
		return uniform(lines, o.Result, o.Why), true
	}
	w.byValue, s.Bytes = o.Why, false
	return nil, false
}

// returned says how the file of a step came back; "" where the step lifts nothing in a file.
func (w *work) returned(s *journal.Step) string {
	switch {
	case !w.whole() || w.head.Action != Lift:
		return ""
	case s.Bytes:
		return ByBytes
	}
	return ByValues
}

// settleFormer forgets what was kept of a file that is not there any more, or has no restricted record any more; all of it where the file
// was changed otherwise.
func (w *work) settleFormer(tx *journal.Tx, s *journal.Step) error {
	switch isMade := s.State == journal.StepMade; {
	case !w.whole():
		return nil
	case isMade && !w.restricts():
		return tx.DropFormers(s.System, s.Place)
	case isMade && s.Swap.After != "":
		if err := tx.DropFormer(s.System, s.Place, s.Swap.Before); err != nil {
			return err
		}
	}
	return tx.TidyFormers()
}

// restricts reports whether the plan restricts records or lifts that.
func (w *work) restricts() bool { return w.head.Action == Restrict || w.head.Action == Lift }

// scrubFormers leaves nothing in the journal's files of what was forgotten, where files were changed.
func (r *run) scrubFormers(ctx context.Context) error {
	for _, w := range r.works {
		if !w.whole() {
			continue
		}
		failpoint.Here("before scrub")
		if err := r.Journal.ScrubFormers(context.WithoutCancel(ctx)); err != nil {
			return fmt.Errorf("%w: what was kept of files that were changed is forgotten, but not every byte of it is overwritten (run apply again later): %w", ErrPartly, err)
		}
		return nil
	}
	return nil
}

// forgetStale forgets what is kept of files of a system that somebody else has changed since: it is of no use any more, and may hold
// what they removed.
func forgetStale(ctx context.Context, j *journal.Journal, system string, conn connectors.Connector) error {
	swapper, ok := conn.(connectors.Swapper)
	if !ok {
		return nil
	}
	kept, err := j.Formers(ctx, system)
	if err != nil || len(kept) == 0 {
		return err
	}
	for _, f := range kept {
		sum, err := swapper.Sum(ctx, f.Place)
		if err != nil || sum == f.Present {
			continue // a file that cannot be read is looked at the next time
		}
		if err := j.Update(ctx, func(tx *journal.Tx) error { return tx.DropStale(f) }); err != nil {
			return err
		}
	}
	return j.ScrubFormers(ctx)
}
