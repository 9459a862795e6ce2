package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// ErrNotFound says that the last search of the request did not find the record.
var ErrNotFound = errors.New("the last search of the request did not find this record: search again")

// Decide keeps what a person decided about a record that was found, with a note why, in the place of an earlier decision: it
// concerns the subject, it does not, it concerns someone else (the note says who, or names that person's request), or it
// mentions the subject and is about somebody else. Undecided takes the decision back. A decision also holds for later searches of the
// request. What a record that is accepted leads to is found by searching again: its match says so by Unfollowed.
func (d *Desk) Decide(ctx context.Context, id string, ref connectors.Ref, decision Decision, note string) error {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return err
	}
	what := map[Decision]string{Accepted: "match accepted", Rejected: "match rejected", SomeoneElse: "match is someone else's",
		Mentions: "match only mentions", Undecided: "decision taken back"}[decision]
	note = strings.TrimSpace(note)
	switch {
	case what == "":
		return fmt.Errorf("%w: %q is no decision: write one of %q", ErrUsage, decision, locate.Decisions)
	case decision == SomeoneElse && note == "":
		return fmt.Errorf("%w: say in the note whose record it is, or which request is theirs", ErrUsage)
	case decision == SomeoneElse:
		if err := d.another(ctx, id, note); err != nil {
			return err
		}
	}
	return d.about(ctx, id, ref, what, func(tx *journal.Tx) error {
		return tx.Decide(id, journal.Decision{Record: ref, Decision: string(decision), Note: note, Operator: d.operator})
	})
}

// another returns an error for a note that names a request which is not there, or this one.
func (d *Desk) another(ctx context.Context, id, note string) error {
	if _, _, err := request.ParseID(note); err != nil {
		return nil // it is a person's name
	}
	if note == id {
		return fmt.Errorf("%w: %s is the request itself: name whose record it is", ErrUsage, note)
	}
	_, err := d.journal.Request(ctx, note)
	return err
}

// Family returns the records of a finding that a decision about one covers: the record and everything that belongs to it, parents
// first.
func (f Finding) Family(ref connectors.Ref) []connectors.Ref {
	beneath := map[string][]connectors.Ref{}
	for _, m := range f.Matches {
		if m.Parent != nil {
			beneath[m.Parent.ID()] = append(beneath[m.Parent.ID()], m.Record.Ref)
		}
	}
	all := []connectors.Ref{ref}
	for i := 0; i < len(all); i++ {
		all = append(all, beneath[all[i].ID()]...)
	}
	return all
}

// Viewed logs that the operator looks at a record that was found.
func (d *Desk) Viewed(ctx context.Context, id string, ref connectors.Ref) error {
	if err := d.may(ctx, seePeople...); err != nil {
		return err
	}
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

// Decided is a decision that a person made about a record.
type Decided = journal.Decision

// Decisions returns the decisions about records of a request, the oldest first.
func (d *Desk) Decisions(ctx context.Context, id string) ([]Decided, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return nil, err
	}
	kept, err := d.journal.Decisions(ctx, id)
	return slices.SortedFunc(maps.Values(kept), func(a, b Decided) int {
		return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.Record.ID(), b.Record.ID()))
	}), err
}
