package desk

import (
	"context"
	"errors"
	"fmt"

	"dossier/connectors"
	"dossier/internal/journal"
)

// ErrNotFound says that the last search of the request did not find the record.
var ErrNotFound = errors.New("the last search of the request did not find this record: search again")

// Decide keeps whether a record that was found concerns the subject, with a note why, in the place of an earlier decision.
// Undecided takes the decision back. A decision also holds for later searches of the request.
func (d *Desk) Decide(ctx context.Context, id string, ref connectors.Ref, decision Decision, note string) error {
	what := map[Decision]string{Accepted: "match accepted", Rejected: "match rejected", Undecided: "decision taken back"}[decision]
	if what == "" {
		return fmt.Errorf("%w: %q is no decision: write %q or %q", ErrUsage, decision, Accepted, Rejected)
	}
	return d.about(ctx, id, ref, what, func(tx *journal.Tx) error {
		return tx.Decide(id, journal.Decision{Record: ref, Decision: string(decision), Note: note, Operator: d.operator})
	})
}

// Viewed logs that the operator looks at a record that was found.
func (d *Desk) Viewed(ctx context.Context, id string, ref connectors.Ref) error {
	return d.about(ctx, id, ref, "record viewed", func(*journal.Tx) error { return nil })
}

// about makes a change that concerns one record, and logs it under the record's keyed reference.
func (d *Desk) about(ctx context.Context, id string, ref connectors.Ref, what string, change func(*journal.Tx) error) error {
	if _, err := d.openRequest(ctx, id); err != nil {
		return err
	}
	return d.journal.Update(ctx, func(tx *journal.Tx) error {
		record, found, err := tx.Found(id, ref)
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("%s: %w", id, ErrNotFound)
		}
		if err := change(tx); err != nil {
			return err
		}
		return d.log(tx, id, ref.System, what, struct {
			Record string `json:"record"`
		}{record})
	})
}

// decisions returns the decisions about records of a request, by the record's ID.
func (d *Desk) decisions(ctx context.Context, id string) (map[string]Decision, error) {
	kept, err := d.journal.Decisions(ctx, id)
	if err != nil {
		return nil, err
	}
	decided := make(map[string]Decision, len(kept))
	for ref, k := range kept {
		decided[ref] = Decision(k.Decision)
	}
	return decided, nil
}
