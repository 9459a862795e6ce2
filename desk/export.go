package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"sync"

	"dossier/connectors"
	"dossier/export"
	"dossier/internal/journal"
	"dossier/request"
)

// Handover says how a package is written.
type Handover struct {
	Path  string
	Scope Scope // "": what the request asks for

	// Controller writes the organisation's own file instead: what leaves, and beside it the scores, the paths, the decisions, the
	// reasons, the operators and the action log with its proof. It is never handed over, and nobody has to approve it.
	Controller bool

	Packing
}

// Export writes the package of a request for the person: what Release tells. The error wraps ErrWaiting, and nothing is written,
// while exactly this was not approved with ApproveRelease. Its event is Written, which also says how many were left
// out because nobody has decided about them.
func (d *Desk) Export(ctx context.Context, id, path string) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleDecide); err != nil {
			return err
		}
		return d.handOver(ctx, id, Handover{Path: path}, emit)
	})
}

// HandOver is Export for what is not the usual package.
func (d *Desk) HandOver(ctx context.Context, id string, h Handover) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleDecide); err != nil {
			return err
		}
		return d.handOver(ctx, id, h, emit)
	})
}

func (d *Desk) handOver(ctx context.Context, id string, h Handover, emit func(Event) bool) error {
	r, err := d.openRequest(ctx, id)
	if err != nil {
		return err
	}
	if err := mayLeave(r); err != nil && !h.Controller {
		return err
	}
	papers, err := h.papers(r, d.register)
	if err != nil {
		return err
	}
	sealing, err := h.sealing()
	if err != nil {
		return err
	}
	written := Written{Path: h.Path, Lock: string(sealing.Lock)}
	if err := d.leaves(ctx, r, h.Scope, func(l *leaves) error {
		if r.State == request.Open && !h.Controller {
			return fmt.Errorf("%w: since the last search of %s other systems are left out of it: search again", ErrStale, id)
		}
		if err := l.begin(ctx, h); err != nil {
			return err
		}
		l.Papers = papers
		m, err := export.WriteSealed(ctx, h.Path, l.Package, sealing)
		if errors.Is(err, export.ErrChanged) {
			return fmt.Errorf("%w: %w by %s: look at it again with dossier release %s, and approve it anew", ErrWaiting, err, l.approval.Operator, id)
		}
		if err != nil {
			return err
		}
		written.Files, written.Records = len(m.Files), m.Records
		written.Undecided, written.Rejected, written.Mentions = l.left.Undecided, l.left.Rejected, l.left.Mentions
		return nil
	}); err != nil {
		return err
	}
	info, err := os.Stat(h.Path)
	if err != nil {
		return err
	}
	written.Bytes = info.Size()
	if err := d.journal.Update(context.WithoutCancel(ctx), func(tx *journal.Tx) error {
		what := "controller's file written"
		if !h.Controller {
			what = "package written"
			if err := tx.SetState(id, request.Exported); err != nil {
				return err
			}
		}
		return d.log(tx, id, "", what, struct {
			Files     int    `json:"files"`
			Records   int    `json:"records"`
			Bytes     int64  `json:"bytes"`
			Undecided int    `json:"undecided"`
			Rejected  int    `json:"rejected"`
			Mentions  int    `json:"mentions"`
			Lock      string `json:"lock,omitempty"`
		}{written.Files, written.Records, written.Bytes, written.Undecided, written.Rejected, written.Mentions, written.Lock})
	}); err != nil {
		return err
	}
	if emit(written) && sealing.Passphrase != "" {
		emit(Passphrase{sealing.Passphrase})
	}
	return nil
}

// begin makes a package ready to be written: the person's once what leaves was approved, the controller's with what belongs to it.
func (l *leaves) begin(ctx context.Context, h Handover) (err error) {
	if h.Controller {
		l.Package.Controller, err = l.controller(ctx)
		return err
	}
	if err := l.approved(ctx); err != nil {
		return err
	}
	l.Approved = l.approval.Digest
	return l.desk.note(ctx, l.request.ID, "", "package begun", struct{}{})
}

// openers opens systems for the contents of streams, each once and only when it is asked for.
type openers struct {
	register *connectors.Register
	mu       sync.Mutex
	systems  map[string]*opener
}

type opener struct {
	conn connectors.Connector
	err  error
}

func (o *openers) open(ctx context.Context, ref connectors.Ref, field string) (io.ReadCloser, error) {
	conn, err := o.connector(ctx, ref.System)
	if err != nil {
		return nil, err
	}
	can, ok := conn.(connectors.Opener)
	if !ok {
		return nil, errors.New("the connector cannot open contents")
	}
	return can.Open(ctx, ref, field)
}

func (o *openers) connector(ctx context.Context, id string) (connectors.Connector, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if known := o.systems[id]; known != nil {
		return known.conn, known.err
	}
	s, ok := o.register.System(id)
	if !ok || s.Manual() {
		return nil, errors.New("the system cannot be opened")
	}
	conn, err := s.Opens()(ctx)
	o.systems[id] = &opener{conn, err}
	return conn, err
}

func (o *openers) close() {
	for _, s := range o.systems {
		if s.conn != nil {
			_ = s.conn.Close() // everything was read: a failure to close loses nothing
		}
	}
}
