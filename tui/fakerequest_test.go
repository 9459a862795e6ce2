package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dossier/desk"
	"dossier/request"
	"dossier/request/clock"
)

// Record keeps a step as the desk does, with the same complaints.
func (f *fakeDesk) Record(_ context.Context, id string, s request.Step) (request.Request, error) {
	f.note("%s", strings.TrimSpace(fmt.Sprintf("Record %s %s %s %s", id, s.What, s.Day, strings.Join(append(slices.Clone(s.Evidence), s.SeenBy+s.Note), ", "))))
	if err := f.failure("Record"); err != nil {
		return request.Request{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.requests, func(r request.Request) bool { return r.ID == id })
	if err := f.requests[i].After(s, clock.DayOf(today)); err != nil {
		return f.requests[i], err
	}
	f.requests[i].Steps = append(slices.Clone(f.requests[i].Steps), s)
	return f.requests[i], nil
}

func (f *fakeDesk) CloseRequest(_ context.Context, id string) error {
	f.note("CloseRequest %s", id)
	return f.failure("CloseRequest")
}

func (f *fakeDesk) PurgeRequest(_ context.Context, id string) error {
	f.note("PurgeRequest %s", id)
	return f.failure("PurgeRequest")
}

// Narrow keeps the scope with its step, as the desk does.
func (f *fakeDesk) Narrow(ctx context.Context, id string, s request.Scope) (request.Request, error) {
	f.note("Narrow %s %s %s %q %s", id, s.From, s.To, s.Omit, s.Reason)
	if err := f.failure("Narrow"); err != nil {
		return request.Request{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.requests, func(r request.Request) bool { return r.ID == id })
	r := &f.requests[i]
	r.Scope, r.State = s, request.Open
	r.Steps = append(slices.Clone(r.Steps), request.Step{What: desk.Narrowed, Day: clock.DayOf(today), Noted: today.Add(1), Details: request.Details{Note: s.Reason}})
	return *r, nil
}
