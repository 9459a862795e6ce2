package desk

import (
	"context"
	"errors"
	"fmt"

	"dossier/internal/journal"
	"dossier/request"
)

// CloseRequest ends the work on a request: it is not searched, planned or exported any more.
func (d *Desk) CloseRequest(ctx context.Context, id string) error {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return err
	}
	if _, err := d.openRequest(ctx, id); err != nil {
		return err
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
	lease, err := d.journal.Lease(ctx, id, d.operator)
	if errors.Is(err, journal.ErrLeased) {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err != nil {
		return err
	}
	entry, err := d.entry(id, "", "request purged", struct{}{})
	if err == nil {
		err = d.journal.Purge(ctx, id, entry)
	}
	if errors.Is(err, journal.ErrNeeded) {
		err = fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return errors.Join(err, lease.Release())
}
