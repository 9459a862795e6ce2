package desk

import (
	"slices"
	"testing"
	"time"

	"dossier/locate"
	"dossier/request"
)

func TestOverviews(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	received := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	record := func(kind request.Kind, s locate.Subject) string {
		t.Helper()
		r, err := d.NewRequest(t.Context(), NewRequest{Kind: kind, Received: received, Subject: s})
		if err != nil {
			t.Fatal(err)
		}
		return r.ID
	}
	person := func(pairs ...string) (s locate.Subject) {
		for i := 0; i < len(pairs); i += 2 {
			s.Identifiers = append(s.Identifiers, locate.Identifier{Kind: pairs[i], Value: pairs[i+1]})
		}
		return s
	}
	first := record(request.Access, person("given_name", "Jo", "email", "jo@example.com"))
	second := record(request.Erase, person("email", "JO@example.com"))
	brother := record(request.Access, person("given_name", "Max", "email", "jo@example.com"))
	police := record(request.DiscloseToOthers, person("given_name", "Ann", "family_name", "Lee"))
	h, err := d.AddHold(t.Context(), NewHold{Request: first, Reason: "a claim"})
	if err != nil {
		t.Fatal(err)
	}
	all, err := d.Overviews(t.Context())
	if err != nil || len(all) != 4 {
		t.Fatalf("%v, %v", all, err)
	}
	by := map[string]Overview{}
	for _, o := range all {
		by[o.ID] = o
	}
	for id, want := range map[string][]string{first: {second}, second: {brother, first}, brother: {second}, police: nil} {
		if !slices.Equal(by[id].Others, want) {
			t.Errorf("%s: others %q, want %q", id, by[id].Others, want)
		}
	}
	if !slices.Equal(by[first].Holds, []string{h.ID}) || len(by[police].Holds) != 0 {
		t.Errorf("holds %q, %q", by[first].Holds, by[police].Holds)
	}
	if due := by[first].Clock.Due.Time(); due.Format(time.DateOnly) != "2026-03-02" || by[police].Clock.Due != 0 {
		t.Errorf("due %s, %v", due, by[police].Clock)
	}
	if err := d.LiftHold(t.Context(), h.ID, "settled"); err != nil {
		t.Fatal(err)
	}
	if all, err = d.Overviews(t.Context()); err != nil || len(all[3].Holds) != 0 {
		t.Errorf("after the hold was lifted: %v, %v", all[3].Holds, err)
	}
}
