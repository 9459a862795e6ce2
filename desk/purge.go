package desk

import (
	"context"
	"errors"
	"fmt"

	"dossier/internal/journal"
	"dossier/request"
)

// CloseRequest ends the work on a request: it is not searched, planned or exported any more. The error wraps ErrRefused while a package is
// owed: closed, the request would stand no more against erasing what was asked for.
func (d *Desk) CloseRequest(ctx context.Context, id string) error {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return err
	}
	r, err := d.openRequest(ctx, id)
	if err != nil {
		return err
	}
	if r.Owed() {
		return fmt.Errorf("%w: the package of %s was not handed over: record its delivery first, or that the request was refused or withdrawn", ErrRefused, id)
	}
	return d.journal.Update(ctx, func(tx *journal.Tx) error {
		if err := tx.SetState(id, request.Closed); err != nil {
			return err
		}
		return d.log(tx, id, "", "request closed", struct{}{})
	})
}

// PurgeRequest destroys the key of a closed request and everything about the person that is sealed with it. Its id, its
// dates and the log stay, and the log still verifies. The error wraps ErrRefused while records are restricted for the
// request, its person is held, a task or the outcome of a step is open, or the request itself is.
func (d *Desk) PurgeRequest(ctx context.Context, id string) error {
	if err := d.may(ctx, journal.RoleRun); err != nil {
		return err
	}
	if _, err := d.journal.Request(ctx, id); err != nil {
		return err
	}
	return d.purge(ctx, id, "request purged")
}

// PurgeBatch destroys the key of a batch and everything about its people that is sealed with it, as PurgeRequest does: what of it was
// not applied cannot be any more. The error wraps ErrRefused while records are restricted for it, or a task or the outcome of a step is open.
func (d *Desk) PurgeBatch(ctx context.Context, id string) error {
	if err := d.may(ctx, journal.RoleRun); err != nil {
		return err
	}
	if _, err := d.journal.Batch(ctx, id); err != nil {
		return err
	}
	return d.purge(ctx, id, "batch purged")
}

func (d *Desk) purge(ctx context.Context, id, what string) error {
	lease, err := d.journal.Lease(ctx, id, d.operator)
	if errors.Is(err, journal.ErrLeased) {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err != nil {
		return err
	}
	entry, err := d.entry(id, "", what, struct{}{})
	if err == nil {
		err = d.journal.Purge(ctx, id, entry)
	}
	if errors.Is(err, journal.ErrNeeded) {
		err = fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return errors.Join(err, lease.Release())
}
