package desk

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dossier/internal/journal"
)

func facts(t *testing.T, text string) IncidentFacts {
	t.Helper()
	var f IncidentFacts
	if err := ReadIncident(strings.NewReader(text), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestIncident(t *testing.T) {
	now := testTime
	d := newDesk(t, newFakes(), registerText)
	d.now = func() time.Time { return now }
	i, err := d.NewIncident(t.Context(), facts(t, `
		aware = 2026-03-01T09:00:00Z
		facts = "PLANTED laptop"
		systems = ["qlms"]
		people = 40`))
	if err != nil || i.ID != "INC-2026-0001" || !i.Due.Equal(time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)) || i.Overdue || i.State != "open" {
		t.Fatalf("%+v, %v", i, err)
	}
	if _, err := d.CloseIncident(t.Context(), i.ID); !errors.Is(err, ErrRefused) || strings.Count(err.Error(), ";") < 4 {
		t.Errorf("closed with nothing documented: %v", err)
	}
	now = now.AddDate(0, 0, 3)
	if all, err := d.Incidents(t.Context()); err != nil || len(all) != 1 || !all[0].Overdue {
		t.Errorf("after 72 hours: %+v, %v", all, err)
	}
	update := func(text string) {
		t.Helper()
		if i, err = d.ChangeIncident(t.Context(), i.ID, func(f *IncidentFacts) error { return ReadIncident(strings.NewReader(text), f) }); err != nil {
			t.Fatal(err)
		}
	}
	update(`effects = "none likely"
		remedy = "keys revoked"
		authority = { on = 2026-03-05T08:00:00Z, reference = "IC-1" }
		concerned = { not = "no high risk" }`)
	if i.Version != 2 || i.Facts != "PLANTED laptop" || i.People != 40 || i.Overdue {
		t.Errorf("%+v", i)
	}
	if _, err := d.CloseIncident(t.Context(), i.ID); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "later than 72 hours") {
		t.Errorf("told late, for no reason: %v", err)
	}
	update(`authority = { on = 2026-03-05T08:00:00Z, reference = "IC-1", late = "the theft was noticed late" }`)
	if i, err = d.CloseIncident(t.Context(), i.ID); err != nil || i.State != "closed" {
		t.Fatalf("%+v, %v", i, err)
	}
	if _, err := d.ChangeIncident(t.Context(), i.ID, func(*IncidentFacts) error { return nil }); !errors.Is(err, ErrRefused) {
		t.Errorf("changed after it was closed: %v", err)
	}
	if _, err := d.CloseIncident(t.Context(), i.ID); !errors.Is(err, ErrRefused) {
		t.Errorf("closed twice: %v", err)
	}
	versions, err := d.Incident(t.Context(), i.ID)
	if err != nil || len(versions) != 4 || versions[0].Remedy != "" {
		t.Errorf("%+v, %v", versions, err)
	}
	if list := whats(t, d, ""); !slices.Equal(list, []string{"incident recorded", "incident changed", "incident changed", "incident closed"}) {
		t.Errorf("the log tells %q", list)
	}
	if _, err := d.Incident(t.Context(), "INC-2026-0007"); !errors.Is(err, journal.ErrNoIncident) {
		t.Error(err)
	}
}

func TestIncidentsThatCannotBe(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	for name, text := range map[string]string{
		"when":             `facts = "x"`,
		"what":             `aware = 2026-03-01T09:00:00Z`,
		"a time to come":   "aware = 2026-03-09T09:00:00Z\nfacts = \"x\"",
		"an unknown place": "aware = 2026-03-01T09:00:00Z\nfacts = \"x\"\nsystems = [\"cloud\"]",
		"fewer than none":  "aware = 2026-03-01T09:00:00Z\nfacts = \"x\"\npeople = -1",
	} {
		if _, err := d.NewIncident(t.Context(), facts(t, text)); !errors.Is(err, ErrUsage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{`facs = "SECRET"`, `facts = SECRET`, `facts = 3`, `authority = { when = "SECRET" }`} {
		var f IncidentFacts
		if err := ReadIncident(strings.NewReader(text), &f); !errors.Is(err, ErrUsage) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func FuzzIncident(f *testing.F) {
	f.Add("aware = 2026-03-01T09:00:00Z\nfacts = \"x\"\nsystems = [\"qlms\"]\nauthority = { on = 2026-03-05T08:00:00Z }")
	f.Add("[authority]\nnot = 'x'")
	f.Add("facts = 1e9")
	f.Fuzz(func(t *testing.T, text string) {
		var facts IncidentFacts
		if err := ReadIncident(strings.NewReader(text), &facts); err != nil && !errors.Is(err, ErrUsage) {
			t.Error(err)
		}
	})
}
