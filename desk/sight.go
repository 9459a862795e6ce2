package desk

import (
	"context"

	"dossier/connectors"
	"dossier/internal/journal"
)

// Unmasked logs that the operator has values shown that were masked: those of a request, or where the id is empty the names in the
// list of requests. It is called before they are shown.
func (d *Desk) Unmasked(ctx context.Context, id string) error {
	if err := d.may(ctx, seePeople...); err != nil {
		return err
	}
	return d.note(ctx, id, "", "values unmasked", struct{}{})
}

// Copied logs that the operator copies a value of a record to the clipboard. It is called before it is copied.
func (d *Desk) Copied(ctx context.Context, id string, ref connectors.Ref) error {
	if err := d.may(ctx, seePeople...); err != nil {
		return err
	}
	return d.about(ctx, id, ref, "value copied", func(*journal.Tx) error { return nil })
}
