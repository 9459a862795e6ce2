package desk

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dossier/locate"
	"dossier/request"
)

// What needs special care is told of each request without reading what was found: of the last search alone, and not of records that are
// somebody else's.
func TestOverviewsTellWhatNeedsCare(t *testing.T) {
	systems := newFakes()
	people := systems["qlms"].tables["candidates"]
	d := newDesk(t, systems, strings.Replace(registerText, `script = {`, `unmapped = { special = true }
no2 = { category = "user.criminal_history" }
script = {`, 1))
	r := record(t, d)
	told := func(want ...string) {
		t.Helper()
		all, err := d.Overviews(t.Context())
		if err != nil || !slices.Equal(all[0].Special, want) {
			t.Errorf("told %q, %v; want %q", all[0].Special, err, want)
		}
	}
	search := func() {
		t.Helper()
		if _, err := gather(d.Locate(t.Context(), r.ID)); err != nil && !errors.Is(err, ErrPartly) {
			t.Fatal(err)
		}
	}
	told()
	search()
	told(SpecialCategory)
	people.rows[0] = append(slices.Clone(people.rows[0]), "2019: fined")
	people.rows[1], people.rows[2] = append(people.rows[1], ""), append(people.rows[2], "2020: fined")
	people.columns = append(people.columns, "no2")
	systems["qlms"].tables["candidates"] = people
	search()
	told(CriminalOffence, SpecialCategory)
	f, err := d.Finding(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range f.Matches {
		if m.Record.Ref.System == "qlms" {
			if err := d.Decide(t.Context(), r.ID, m.Record.Ref, Rejected, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	search()
	told()
}

// Whoever narrows a search, or takes that back, says why; the search before answers no longer.
func TestNarrow(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	r := record(t, d)
	search := func() (state locate.State) {
		t.Helper()
		got, err := gather(d.Locate(t.Context(), r.ID))
		if err != nil && !errors.Is(err, ErrPartly) {
			t.Fatal(err)
		}
		for _, e := range got["coverage"] {
			if c := e.(Coverage); c.System == "lists" {
				state = c.State
			}
		}
		return state
	}
	search()
	for name, s := range map[string]request.Scope{
		"without a reason":          {Omit: []string{"lists"}},
		"a system that there isn't": {Omit: []string{"nowhere"}, Reason: "asked for the register alone"},
		"backwards":                 {From: 20_002, To: 20_001, Reason: "asked for a day"},
	} {
		if _, err := d.Narrow(t.Context(), r.ID, s); !errors.Is(err, ErrUsage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	narrow := request.Scope{From: 20_000, Omit: []string{"lists"}, Reason: "asked for the register alone"}
	got, err := d.Narrow(t.Context(), r.ID, narrow)
	if err != nil || got.State != request.Open || !slices.Equal(got.Scope.Omit, narrow.Omit) {
		t.Errorf("%+v, %v", got, err)
	}
	kept, err := d.Request(t.Context(), r.ID)
	if s, did := kept.Last(Narrowed); err != nil || !did || s.Note != narrow.Reason || kept.Scope.From != narrow.From || kept.State != request.Open {
		t.Errorf("%+v, %v", kept, err)
	}
	if _, err := d.Record(t.Context(), r.ID, request.Step{What: request.IdentityKnown, Details: request.Details{Note: "a colleague"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := gather(d.Export(t.Context(), r.ID, filepath.Join(t.TempDir(), "p.zip"))); !errors.Is(err, ErrStale) {
		t.Errorf("a package of a search that asked other systems: %v", err)
	}
	if state := search(); state != locate.LeftOut {
		t.Errorf("the system left out is %s", state)
	}
	days := narrow
	days.To, days.Reason = 20_001, "asked for two days"
	if got, err := d.Narrow(t.Context(), r.ID, days); err != nil || got.State != request.Searched {
		t.Errorf("other days need no other search: %s, %v", got.State, err)
	}
	if _, err := d.Narrow(t.Context(), r.ID, request.Scope{Reason: "the person wants all of it after all"}); err != nil {
		t.Fatal(err)
	}
	if state := search(); state != locate.Searched {
		t.Errorf("the system that is asked for again is %s", state)
	}
	if n := strings.Count(strings.Join(whats(t, d, r.ID), "|"), "request search narrowed"); n != 3 {
		t.Errorf("logged %d times", n)
	}
}
