package desk

import (
	"context"
	"fmt"
	"strings"

	"dossier/internal/journal"
	"dossier/request"
	"dossier/request/clock"
)

// Record keeps what happened to a request, today where the step names no day, and returns the request with it. The error wraps ErrUsage
// where the step cannot follow those before it, or a fact is missing that the law wants recorded.
func (d *Desk) Record(ctx context.Context, id string, s request.Step) (request.Request, error) {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return request.Request{}, err
	}
	r, err := d.journal.Request(ctx, id)
	if err != nil {
		return r, err
	}
	if s.Day == 0 {
		s.Day = d.today()
	}
	s.Operator, s.Note = d.operator, strings.TrimSpace(s.Note)
	if err := r.After(s, d.today()); err != nil {
		return r, fmt.Errorf("%w: %s, %s: %w", ErrUsage, id, s.What, err)
	}
	err = d.journal.Update(ctx, func(tx *journal.Tx) error {
		kept, err := tx.NewStep(id, s)
		if err != nil {
			return err
		}
		r.Steps = append(r.Steps, kept)
		return d.log(tx, id, "", "request "+string(s.What), struct {
			Day clock.Day `json:"day"`
		}{s.Day})
	})
	return r, err
}

// mayLeave returns nil where the data may be handed over as far as the one who asks goes; else an error that wraps ErrRefused and tells
// what is missing.
func mayLeave(r request.Request) error {
	if err := r.Settled(); err != nil {
		return fmt.Errorf("%w: nothing leaves for %s: %w", ErrRefused, r.ID, err)
	}
	if s, over := r.Last(request.Refused, request.Withdrawn); over {
		return fmt.Errorf("%w: nothing leaves for %s: the request was %s on %s", ErrRefused, r.ID, s.What, s.Day)
	}
	return nil
}
