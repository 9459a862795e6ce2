package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dossier/internal/journal"
	"dossier/request"
)

// Narrowed is the step that says what of the data was asked for from then on, and why.
const Narrowed request.What = "search narrowed"

// Narrow keeps what of the data a request asks for, in the place of what it said before, and returns the request with it; the zero Scope
// asks for everything again. The days cut what is handed over; the next search goes by the systems, and where these are others, the request
// counts as not searched until then. The error wraps ErrUsage where the scope lacks its reason, ends before it
// begins, or leaves out a system that the register does not have.
func (d *Desk) Narrow(ctx context.Context, id string, s request.Scope) (request.Request, error) {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return request.Request{}, err
	}
	s.Reason = strings.TrimSpace(s.Reason)
	if s.Reason == "" {
		return request.Request{}, fmt.Errorf("%w: say why: the person is owed everything that a reasonable search finds", ErrUsage)
	}
	var r request.Request
	err := d.journal.Update(ctx, func(tx *journal.Tx) (err error) {
		if r, err = tx.Request(id); err != nil {
			return err
		}
		before := r.Scope.Omit
		r.Scope = s
		if err := d.checkScope(r); err != nil {
			return err
		}
		step := request.Step{What: Narrowed, Day: d.today(), Operator: d.operator, Details: request.Details{Note: s.Reason}}
		if err := r.After(step, step.Day); err != nil {
			return fmt.Errorf("%w: %s, %s: %w", ErrUsage, id, step.What, err)
		}
		if err := tx.SetScope(id, s); err != nil {
			return err
		}
		if searched := r.State == request.Searched || r.State == request.Exported; searched && !slices.Equal(before, s.Omit) {
			r.State = request.Open
			if err := tx.SetState(id, r.State); err != nil {
				return err
			}
		}
		if step, err = tx.NewStep(id, step); err != nil {
			return err
		}
		r.Steps = append(r.Steps, step)
		return d.log(tx, id, "", "request "+string(Narrowed), struct {
			From string   `json:"from,omitempty"`
			To   string   `json:"to,omitempty"`
			Omit []string `json:"omit,omitempty"`
		}{s.From.String(), s.To.String(), s.Omit})
	})
	if err != nil {
		return request.Request{}, err
	}
	return r, nil
}

// checkScope returns what is wrong with what of the data a request asks for.
func (d *Desk) checkScope(r request.Request) error {
	if r.Scope.From != 0 && r.Scope.To != 0 && r.Scope.To < r.Scope.From {
		return fmt.Errorf("%w: the span that is asked for ends before it begins", ErrUsage)
	}
	for _, id := range r.Scope.Omit {
		if _, ok := d.register.System(id); !ok {
			return fmt.Errorf("%w: the search cannot leave out %q: the register has no such system", ErrUsage, id)
		}
	}
	return nil
}
