package journal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrIncidentPurged says that what the journal held of an incident was destroyed.
var ErrIncidentPurged = errors.New("what was known of the incident was destroyed")

// PurgeIncident destroys the key of a closed incident, everything that is sealed with it and what the files of the database still hold
// of both, and logs e. Its id, its times, when the authority was told of it (zero: it was not), who recorded it and the log stay. A
// second call cleans the files again. The error wraps ErrNoIncident where there is none of that id, and ErrNeeded where it is not closed.
func (j *Journal) PurgeIncident(ctx context.Context, id string, told time.Time, e Entry) error {
	at := ""
	if !told.IsZero() {
		at = written(told)
	}
	err := j.Update(ctx, func(t *Tx) error {
		done, err := t.exec(`UPDATE incidents SET key = ?, told = ? WHERE id = ? AND closed <> ''`, []byte{}, at, id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			if _, err := t.j.keyOfIncident(t.ctx, t.asker, id); err != nil {
				return err
			}
			return fmt.Errorf("%s: %w: close it first, with dossier incident close", id, ErrNeeded)
		}
		if _, err := t.exec(`UPDATE incident_versions SET sealed = ? WHERE incident = ?`, []byte{}, id); err != nil {
			return err
		}
		return t.Log(e)
	})
	if err != nil {
		return err
	}
	if err := j.store.scrub(ctx, j.write, []string{"incidents", "incident_versions"}); err != nil {
		return fmt.Errorf("%s was destroyed, but not every byte of it is overwritten: %w", id, failed(ctx, err))
	}
	return nil
}
