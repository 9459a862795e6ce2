package desk

import (
	"context"

	"dossier/internal/journal"
)

// LogPage is a part of the log, the newest entries first.
type LogPage = journal.EntryPage

// LogBack returns n entries of the log of a request, or of the whole log where the id is empty, the newest first, leaving out as many as
// skip says. With the Upto of an earlier page, what was logged since is not counted; 0 counts everything.
func (d *Desk) LogBack(ctx context.Context, id string, upto int64, skip, n int) (LogPage, error) {
	err := d.known(ctx)
	if id == "" {
		err = d.may(ctx, journal.RoleAudit)
	}
	if err != nil {
		return LogPage{}, err
	}
	return d.journal.EntriesBack(ctx, id, upto, skip, n)
}
