package desk

import (
	"context"
	"time"

	"dossier/internal/journal"
)

// BatchPlanned ends the planning of a batch.
type BatchPlanned struct {
	Batch   string    `json:"batch"` // its id
	Action  Action    `json:"action"`
	Ground  string    `json:"ground"`
	People  int       `json:"people"`  // in the table
	Planned int       `json:"planned"` // of whom everything is certain
	Aside   int       `json:"aside"`   // for whom somebody has to decide first
	Nothing int       `json:"nothing"` // of whom nothing was found
	Plans   []Planned `json:"plans"`   // the canary's first, then that of all others
}

// Type returns "batch".
func (BatchPlanned) Type() string { return "batch" }

// MarshalJSON writes the event with its type first.
func (b BatchPlanned) MarshalJSON() ([]byte, error) {
	type plain BatchPlanned
	return typed(b.Type(), plain(b))
}

// BatchInfo is what is known of a batch without its people.
type BatchInfo struct{ journal.Batch }

// MarshalJSON writes the batch with its type first.
func (b BatchInfo) MarshalJSON() ([]byte, error) {
	return typed("batch", struct {
		Batch    string    `json:"batch"`
		Action   string    `json:"action"`
		Origin   string    `json:"origin"`
		Reason   string    `json:"reason"`
		Created  time.Time `json:"created"`
		Operator string    `json:"operator"`
		Purged   bool      `json:"purged"`
	}{b.ID, b.Action, b.Origin, b.Reason, b.Created, b.Operator, b.Purged})
}

// Batches returns every batch, the newest first.
func (d *Desk) Batches(ctx context.Context) ([]BatchInfo, error) {
	if err := d.known(ctx); err != nil {
		return nil, err
	}
	all, err := d.journal.Batches(ctx)
	list := make([]BatchInfo, len(all))
	for i, b := range all {
		list[i] = BatchInfo{b}
	}
	return list, err
}
