package act

import (
	"context"
	"fmt"
	"iter"
	"time"

	"dossier/internal/journal"
)

// Draft is a plan while it is written to the journal.
type Draft struct {
	Plan    journal.Plan
	journal *journal.Journal
	digest  *digest
	pending [][]byte
	n       int
}

// together is how many lines of a plan are kept at once.
const together = 500

// abandoned is how old a plan is that nobody makes any more.
const abandoned = 24 * time.Hour

// NewDraft begins a plan of a request or a batch, and forgets those that were begun and never sealed.
func NewDraft(ctx context.Context, j *journal.Journal, owner, operator string, head Head, now time.Time) (*Draft, error) {
	b, err := encodeHead(head)
	if err != nil {
		return nil, err
	}
	d := &Draft{journal: j, digest: newDigest(b)}
	err = j.Update(ctx, func(tx *journal.Tx) (err error) {
		if err := tx.DropDrafts(owner, now.Add(-abandoned)); err != nil {
			return err
		}
		d.Plan, err = tx.NewPlan(owner, operator, b)
		return err
	})
	return d, err
}

// Add adds the next line.
func (d *Draft) Add(ctx context.Context, l Line) error {
	if d.n++; l.N != d.n {
		return fmt.Errorf("act: line %d of a plan comes as the %dth", l.N, d.n)
	}
	b, err := encodeLine(l)
	if err != nil {
		return err
	}
	d.digest.add(b)
	if d.pending = append(d.pending, b); len(d.pending) < together {
		return nil
	}
	return d.journal.Update(ctx, d.keep)
}

func (d *Draft) keep(tx *journal.Tx) error {
	if len(d.pending) == 0 {
		return nil
	}
	err := tx.AddLines(d.Plan.ID, d.pending)
	d.pending = d.pending[:0]
	return err
}

// Seal ends the plan under its digest, together with what else is to be kept of it.
func (d *Draft) Seal(ctx context.Context, with func(*journal.Tx) error) error {
	d.Plan.State, d.Plan.Digest, d.Plan.Lines = journal.PlanSealed, d.digest.String(), d.n
	return d.journal.Update(ctx, func(tx *journal.Tx) error {
		if err := d.keep(tx); err != nil {
			return err
		}
		if err := tx.SealPlan(d.Plan.ID, d.Plan.Digest); err != nil {
			return err
		}
		return with(tx)
	})
}

// Drop forgets the plan. It does so even when ctx has ended.
func (d *Draft) Drop(ctx context.Context) error {
	return d.journal.Update(context.WithoutCancel(ctx), func(tx *journal.Tx) error { return tx.DropPlan(d.Plan.ID) })
}

// Read returns a plan with its head, and its lines as they are read. The last error of the lines tells where they are not those
// that were sealed.
func Read(ctx context.Context, j *journal.Journal, id string) (journal.Plan, Head, iter.Seq2[Line, error], error) {
	return read(ctx, j, id, decodeLine)
}

// read reads as much of each line as decode does.
func read(ctx context.Context, j *journal.Journal, id string, decode func([]byte) (Line, error)) (journal.Plan, Head, iter.Seq2[Line, error], error) {
	plan, b, err := j.Plan(ctx, id)
	if err != nil {
		return plan, Head{}, nil, err
	}
	head, err := decodeHead(b)
	return plan, head, func(yield func(Line, error) bool) {
		d := newDigest(b)
		for line, err := range j.Lines(ctx, id, 1, plan.Lines) {
			if err != nil {
				yield(Line{}, err)
				return
			}
			d.add(line)
			l, err := decode(line)
			if !yield(l, err) || err != nil {
				return
			}
		}
		if plan.Digest != "" && d.String() != plan.Digest {
			yield(Line{}, fmt.Errorf("%s in the journal is not the plan that was sealed: somebody changed it; plan again", id))
		}
	}, err
}
