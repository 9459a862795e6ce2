package desk

import (
	"context"
	"errors"
	"fmt"

	"dossier/internal/journal"
)

// PurgeIncident destroys the key of a closed incident and everything that was known of it, in every version. Its id, its times, when the
// authority was told and the log stay, and the log still verifies. The error wraps ErrRefused where it is not closed. How long an incident has to be documented the law
// does not say (Article 33(5)): that is the organisation's to decide.
func (d *Desk) PurgeIncident(ctx context.Context, id string) error {
	if err := d.may(ctx, journal.RoleRun); err != nil {
		return err
	}
	entry, err := d.entry("", "", "incident purged", struct {
		Incident string `json:"incident"`
	}{id})
	if err != nil {
		return err
	}
	versions, err := d.incidents(d.journal.Incident(ctx, id))
	if err != nil {
		return err
	}
	err = d.journal.PurgeIncident(ctx, id, versions[len(versions)-1].Authority.On, entry)
	if errors.Is(err, journal.ErrNeeded) {
		err = fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return err
}
