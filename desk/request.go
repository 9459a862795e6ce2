package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// NewRequest is what is known of a request when it is recorded.
type NewRequest struct {
	Kind     request.Kind
	Also     []request.Kind // what else is asked for
	Received time.Time      // the day it arrived
	Subject  locate.Subject
	Reason   string
	request.Letter
}

// NewRequest records a request under the next id.
func (d *Desk) NewRequest(ctx context.Context, n NewRequest) (request.Request, error) {
	if err := d.may(ctx, journal.RoleSearch); err != nil {
		return request.Request{}, err
	}
	all, err := d.NewRequests(ctx, []NewRequest{n})
	if err != nil {
		return request.Request{}, err
	}
	return all[0], nil
}

// NewRequests records requests under the next ids, all of them or none.
func (d *Desk) NewRequests(ctx context.Context, news []NewRequest) ([]request.Request, error) {
	if err := d.may(ctx, journal.RoleSearch); err != nil {
		return nil, err
	}
	all := make([]request.Request, len(news))
	for i, n := range news {
		r, err := d.recordable(n)
		if err != nil && len(news) > 1 {
			return nil, fmt.Errorf("nothing was recorded: request %d of %d: %w", i+1, len(news), err)
		}
		if err != nil {
			return nil, err
		}
		all[i] = r
	}
	err := d.journal.Update(ctx, func(tx *journal.Tx) (err error) {
		for i, r := range all {
			if r, err = tx.NewRequest(r); err != nil {
				return err
			}
			all[i] = r
			if err := d.log(tx, r.ID, "", "request recorded", struct {
				Kind        request.Kind   `json:"kind"`
				Also        []request.Kind `json:"also,omitempty"`
				Received    string         `json:"received"`
				Identifiers []string       `json:"identifiers"`
			}{r.Kind, r.Also, r.Received.Format(time.DateOnly), kindsOf(r.Subject)}); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// recordable returns the request that is recorded of what is known of it, or what is missing or wrong.
func (d *Desk) recordable(n NewRequest) (request.Request, error) {
	r := request.Request{Kind: n.Kind, Also: n.Also, Received: n.Received, Subject: n.Subject, Reason: strings.TrimSpace(n.Reason), Operator: d.operator, Letter: n.Letter}
	if err := r.Check(d.now()); err != nil {
		return r, err
	}
	if err := r.Subject.Check(d.register); err != nil {
		return r, err
	}
	asks := r.Asks()
	r.Kind, r.Also = asks[0], append([]request.Kind(nil), asks[1:]...) // what comes first leads, whatever the letter names first
	return r, d.checkScope(r)
}

// Requests returns every request, the newest first.
func (d *Desk) Requests(ctx context.Context) ([]request.Request, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return nil, err
	}
	return d.journal.Requests(ctx)
}

// Request returns one request; the error wraps ErrNoRequest where there is none of that id.
func (d *Desk) Request(ctx context.Context, id string) (request.Request, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return request.Request{}, err
	}
	return d.journal.Request(ctx, id)
}

// openRequest returns a request that can still be worked on.
func (d *Desk) openRequest(ctx context.Context, id string) (request.Request, error) {
	r, err := d.journal.Request(ctx, id)
	if err == nil && r.State.Ended() {
		return r, fmt.Errorf("%w: the request %s is %s: record a new one", ErrRefused, id, r.State)
	}
	return r, err
}

// kindsOf returns the kinds of a subject's identifiers, for the log, which holds no values.
func kindsOf(s locate.Subject) []string {
	kinds := []string{}
	for _, id := range s.Identifiers {
		kinds = append(kinds, id.Kind)
	}
	return kinds
}

// nameOf returns the person's name as the identifiers tell it, "" where they do not.
func nameOf(s locate.Subject) string {
	if full := s.Values("full_name"); len(full) > 0 {
		return full[0]
	}
	var parts []string
	for _, kind := range []string{"given_name", "family_name"} {
		if values := s.Values(kind); len(values) > 0 {
			parts = append(parts, values[0])
		}
	}
	return strings.Join(parts, " ")
}

// checkReason returns why a text cannot stand in the log as the reason of a search: it is empty, or it holds an
// identifier of the subject, which would make the log a copy of personal data.
func checkReason(reason string, s locate.Subject) error {
	if strings.TrimSpace(reason) == "" {
		return fmt.Errorf("%w: a search needs a reason: say why the person is searched for", ErrUsage)
	}
	lower := strings.ToLower(reason)
	for _, id := range s.Identifiers {
		if value := strings.ToLower(strings.TrimSpace(id.Value)); len(value) > 2 && strings.Contains(lower, value) {
			return fmt.Errorf("%w: the reason holds the person's %s, and reasons stand in the log for good: write it without", ErrUsage, id.Kind)
		}
	}
	return nil
}
