package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dossier/act"
	"dossier/internal/journal"
	"dossier/request"
	"dossier/request/clock"
)

// Record keeps what happened to a request, today where the step names no day, and returns the request with it. The error wraps ErrUsage
// where the step cannot follow those before it, or a fact is missing that the law wants recorded, and ErrRefused where it comes too late.
func (d *Desk) Record(ctx context.Context, id string, s request.Step) (request.Request, error) {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return request.Request{}, err
	}
	rule, err := d.rule()
	if err != nil {
		return request.Request{}, err
	}
	if s.Day == 0 {
		s.Day = d.today()
	}
	s.Operator, s.Note = d.operator, strings.TrimSpace(s.Note)
	if err := d.carriedOut(ctx, id, s); err != nil {
		return request.Request{}, err
	}
	var r request.Request
	err = d.journal.Update(ctx, func(tx *journal.Tx) (err error) {
		if r, err = tx.Request(id); err != nil {
			return err
		}
		if err := r.After(s, d.today()); err != nil {
			return fmt.Errorf("%w: %s, %s: %w", ErrUsage, id, s.What, err)
		}
		kept, err := tx.NewStep(id, s)
		if err != nil {
			return err
		}
		r.Steps = append(r.Steps, kept)
		if err := inTimeStill(r, s, rule); err != nil {
			return err
		}
		return d.log(tx, id, "", "request "+string(s.What), struct {
			Day clock.Day `json:"day"`
		}{s.Day})
	})
	return r, err
}

// carriedOut returns an error that wraps ErrRefused where a request that asks for records to be changed is completed, no plan of it was
// carried out, and nobody says that this is meant.
func (d *Desk) carriedOut(ctx context.Context, id string, s request.Step) error {
	if s.What != request.Completed || s.Nothing {
		return nil
	}
	r, err := d.journal.Request(ctx, id)
	if err != nil || r.Owed() || !r.Wants(request.Rectify, request.Restrict, request.Erase, request.WithdrawConsent) && !(r.Marketing && r.Wants(request.Object)) {
		return err
	}
	plans, err := d.journal.Plans(ctx, id)
	if err != nil || slices.ContainsFunc(plans, func(p journal.Plan) bool { return p.State.Carried() }) {
		return err
	}
	return fmt.Errorf("%w: no plan of %s was carried out: plan, approve and apply first, or complete it with --nothing-changed and say in the outcome why", ErrRefused, id)
}

// Refusal drafts what the person is told of the refusal of a request; "" where it was not refused.
func (d *Desk) Refusal(r request.Request) string {
	o := d.register.Organisation
	return r.Refusal(o.Name, o.Contact, o.Clock != "eu")
}

// inTimeStill returns an error that wraps ErrRefused where a step has no effect in law, because its day is too late: an extension whose
// notice reached the person after the first month.
func inTimeStill(r request.Request, s request.Step, rule clock.Rule) error {
	if s.What != request.Extended || r.Kind == request.DiscloseToOthers {
		return nil
	}
	answer, err := rule.Due(r.Facts())
	if err != nil || answer.Extended || answer.State == clock.NotStarted {
		return err
	}
	return fmt.Errorf("%w: a notice that reaches the person on %s extends nothing: it had to arrive by %s, inside the first month (Article 12A of the UK GDPR)",
		ErrRefused, s.Day, answer.NoticeBy)
}

// actionOf returns what a plan of a request does, and the kind that asks for it: the action given, or the usual one of the first kind that
// changes records at all. The error wraps ErrUsage where nothing that is asked for is answered so, and ErrRefused where the request was
// refused or withdrawn: what is restricted can be lifted even then.
func actionOf(r request.Request, given act.Action) (act.Action, request.Kind, error) {
	if s, over := r.Last(request.Refused, request.Withdrawn); over && given != act.Lift {
		return "", "", fmt.Errorf("%w: nothing is planned for %s: the request was %s on %s", ErrRefused, r.ID, s.What, s.Day)
	}
	var first error
	for _, k := range r.Asks() {
		action, err := act.ActionFor(k, given)
		if err == nil {
			return action, k, nil
		}
		if first == nil {
			first = err
		}
	}
	return "", "", fmt.Errorf("%w: %w", ErrUsage, first)
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
