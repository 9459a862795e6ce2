package desk

import (
	"context"

	"dossier/export"
)

// proof returns the action log of a request with what proves it, for the controller's edition of a package.
func (d *Desk) proof(ctx context.Context, id string) (export.Proof, error) {
	return d.journal.ProveRequest(ctx, id)
}
