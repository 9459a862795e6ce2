package desk

import (
	"context"
	"fmt"
	"iter"
	"time"

	"dossier/act"
	"dossier/internal/journal"
)

// Approve signs a sealed plan with the operator's key. A ticket of another system that keeps track of approvals may be named. Its
// event is Approved; its error wraps ErrWaiting where somebody else has to approve too.
func (d *Desk) Approve(ctx context.Context, id, ticket string) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleApprove); err != nil {
			return err
		}
		p, head, _, err := d.sealedPlan(ctx, id)
		if err != nil {
			return err
		}
		if p.State.Carried() {
			return fmt.Errorf("%w: %s was carried out already", ErrRefused, id)
		}
		if head.Register != d.register.Digest {
			return fmt.Errorf("%w: the register was changed since %s was made: plan again", ErrStale, id)
		}
		if err := d.allowedStill(ctx, id); err != nil {
			return err
		}
		now := d.now().UTC().Truncate(time.Microsecond)
		a := journal.Approval{Plan: id, Digest: p.Digest, Operator: d.operator, Time: now, Expires: d.register.Approvals.Expires(now), Ticket: ticket}
		if a.Signature, err = d.sign(ctx, act.ApprovalPurpose, act.ApprovalMessage(a)); err != nil {
			return err
		}
		if err := d.journal.Update(ctx, func(tx *journal.Tx) error {
			if err := tx.Approve(a); err != nil {
				return err
			}
			return d.log(tx, p.Request, "", "plan approved", struct {
				Plan    string    `json:"plan"`
				Digest  string    `json:"digest"`
				Expires time.Time `json:"expires"`
				Ticket  string    `json:"ticket,omitempty"`
			}{id, p.Digest, a.Expires, ticket})
		}); err != nil {
			return err
		}
		approvals, err := d.approvals(ctx, p, head)
		if err != nil {
			return err
		}
		if !emit(Approved{Plan: id, Digest: p.Digest, Expires: a.Expires, Given: len(approvals.By), Needed: approvals.Needed}) {
			return errLeft
		}
		if !approvals.Enough() {
			return fmt.Errorf("%w: %s has %s", ErrWaiting, id, approvals)
		}
		return nil
	})
}

// approver returns an operator who may approve still.
func (d *Desk) approver(ctx context.Context, name string) (Operator, error) {
	all, err := d.journal.Operators(ctx)
	if err != nil {
		return Operator{}, err
	}
	o := current(all, name)
	if o == nil || !o.May(journal.RoleApprove) {
		return Operator{}, fmt.Errorf("%s is no operator with the role %s any more", name, journal.RoleApprove)
	}
	return *o, nil
}
