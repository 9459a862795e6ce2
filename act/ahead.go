package act

import (
	"context"

	"dossier/internal/journal"
)

// ahead is the changes of a step, which are read while the one before it is made.
type ahead struct {
	done  chan struct{} // closed once they are read
	lines []Line
	err   error
}

func (w *work) begin(ctx context.Context, s journal.Step) *ahead {
	a := &ahead{done: make(chan struct{})}
	go func() {
		defer close(a.done)
		a.lines, a.err = w.read(ctx, &s)
	}()
	return a
}

// take returns the changes of a step, and begins to read those of the next that is to be made. The steps come in their order.
func (w *work) take(ctx context.Context, s *journal.Step) ([]Line, error) {
	now := w.next
	if now == nil {
		now = w.begin(ctx, *s)
	}
	<-now.done
	w.next = nil
	for _, next := range w.steps {
		if next.First > s.First && next.State != journal.StepMade {
			w.next = w.begin(ctx, next)
			break
		}
	}
	return now.lines, now.err
}

// untake waits for what is still read and will not be made.
func (w *work) untake() {
	if w.next != nil {
		<-w.next.done
	}
}
