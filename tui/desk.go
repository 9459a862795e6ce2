package tui

import (
	"context"
	"iter"

	"dossier/connectors"
	"dossier/desk"
	"dossier/export"
	"dossier/request"
)

// Desk is what the screen needs of the use cases. Its methods may be called from several goroutines at once.
type Desk interface {
	Acting
	Releasing
	Recording
	Narrowing
	Keeping
	Batching

	Sight
	// Register returns the systems and what is said of them.
	Register() *connectors.Register
	// Overviews returns every request with its clock and what stands against it, the newest first.
	Overviews(ctx context.Context) ([]desk.Overview, error)
	// NewRequest records a request.
	NewRequest(ctx context.Context, n desk.NewRequest) (request.Request, error)
	// Finding returns what the last search of a request found; desk.ErrNotSearched where there was none.
	Finding(ctx context.Context, id string) (desk.Finding, error)
	// Locate searches every system for the subject of a request and stores what was found. Its events are desk.Started,
	// Progress, Match, Coverage and Done; its last error is nil or desk.ErrPartly where the search came to its end.
	Locate(ctx context.Context, id string) iter.Seq2[desk.Event, error]
	// Log returns what was done about a request, the oldest first.
	Log(ctx context.Context, id string) ([]desk.Entry, error)
	// Decide records whether a match concerns the subject.
	Decide(ctx context.Context, id string, ref connectors.Ref, d desk.Decision, note string) error
	// Viewed records that a person looked at a record. It is called before the record is shown.
	Viewed(ctx context.Context, id string, ref connectors.Ref) error
	// HandOver writes the package of a request to a file; its events are desk.Written and, where it is encrypted for a passphrase,
	// desk.Passphrase.
	HandOver(ctx context.Context, id string, h desk.Handover) iter.Seq2[desk.Event, error]
	// VerifyPackage reads a package again and checks every file in it.
	VerifyPackage(ctx context.Context, path string) (export.Report, error)
}
