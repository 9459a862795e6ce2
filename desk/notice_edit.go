package desk

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"dossier/internal/journal"
)

// maxNotice is how long the text of a notice may be, in bytes.
const maxNotice = 64 << 10

// EditNotice puts a text in the place of a notice's draft, before it is recorded as sent: what is kept is what was sent. That it was
// edited is logged, not its text.
func (d *Desk) EditNotice(ctx context.Context, id, text string) (Task, error) {
	if err := d.may(ctx, journal.RoleRun, journal.RoleDecide); err != nil {
		return Task{}, err
	}
	text = strings.TrimRight(strings.ReplaceAll(strings.TrimPrefix(text, "\uFEFF"), "\r\n", "\n"), "\n ") + "\n"
	switch {
	case strings.TrimSpace(text) == "":
		return Task{}, fmt.Errorf("%w: the notice would be empty", ErrUsage)
	case len(text) > maxNotice || !utf8.ValidString(text):
		return Task{}, fmt.Errorf("%w: a notice is a text in UTF-8 of at most 64 kB", ErrUsage)
	}
	var edited journal.Task
	err := d.journal.Update(ctx, func(tx *journal.Tx) (err error) {
		if edited, err = tx.EditNotice(id, text); err != nil {
			return err
		}
		owner, _, _ := strings.Cut(edited.Plan, "/")
		return d.log(tx, owner, edited.System, "notice edited", noticeEntry{id, edited.About, edited.Steward == ThePerson})
	})
	return d.task(edited), err
}
