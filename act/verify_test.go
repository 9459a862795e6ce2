package act

import (
	"errors"
	"slices"
	"testing"
	"time"

	"dossier/connectors"
)

// verdicts verifies a plan and returns what it says of each system.
func (e *estate) verdicts(plan string) (map[string]Verdict, error) {
	r, err := e.journal.Request(e.t.Context(), e.request.ID)
	if err != nil {
		e.t.Fatal(err)
	}
	out := map[string]Verdict{}
	events, err := all(Verify(e.t.Context(), plan, VerifyOptions{Register: e.register, Journal: e.journal, Operator: "Rob", Subject: r.Subject, Now: func() time.Time { return e.now }}))
	for _, event := range events {
		if v, ok := event.(Verdict); ok {
			out[v.System] = v
		}
	}
	return out, err
}

func TestVerify(t *testing.T) {
	for name, c := range map[string]struct {
		lines func(e *estate) []Line // of the system crm
		after func(e *estate)        // once it was applied
		skip  bool                   // it is never applied
		want  Effect
		count int // findings of that effect
		ok    bool
	}{
		"erased, and in the backups":        {want: Recoverable, count: 1, ok: true},
		"erased, and gone from the backups": {want: Erased, ok: true, after: func(e *estate) { e.now = e.now.AddDate(0, 0, 31) }},
		"not applied at all":                {want: Residual, count: 4, skip: true},
		"a claim that was left": {want: Pseudonymised, count: 2, lines: func(e *estate) []Line {
			return slices.DeleteFunc(e.erasing("crm"), func(l Line) bool { return l.Does == Delete })
		}},
		"kept by law": {want: Kept, count: 4, ok: true, after: func(e *estate) { e.now = e.now.AddDate(0, 0, 31) }, lines: func(e *estate) []Line {
			lines := e.erasing("crm")
			for i, l := range lines {
				lines[i] = Line{Record: l.Record, Does: Keep, Why: "certification", Basis: "legal obligation", Until: "2032-01-01"}
			}
			return lines
		}},
		"a record that came since": {want: Residual, count: 1, after: func(e *estate) {
			e.write("crm", connectors.Change{Op: connectors.Insert, Record: connectors.Ref{System: "crm", Place: "a", Entity: "people", Key: []string{"9"}},
				After: fields("id", "9", "name", "Featherstone", "email", "jo@example.org", "number", "M1001")})
		}},
		"a record that was written again": {want: Residual, count: 1, after: func(e *estate) {
			r, _ := e.record("crm", "b", "people", "1")
			e.write("crm", connectors.Change{Op: connectors.Update, Record: r.Ref, Digest: r.Digest(), After: fields("name", "Featherstone")})
		}},
		"a system that is away": {want: Unreachable, count: 2, after: func(e *estate) { e.away["crm"] = true }},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEstate(t, "crm", "lms")
			lines := e.erasing("crm")
			if c.lines != nil {
				lines = c.lines(e)
			}
			plan := e.seal(Erase, append(lines, e.erasing("lms")...))
			if !c.skip {
				if _, err := e.apply(plan); err != nil {
					t.Fatal(err)
				}
			}
			if c.after != nil {
				c.after(e)
			}
			verdicts, err := e.verdicts(plan)
			if (err == nil) != c.ok || err != nil && !errors.Is(err, ErrLeft) {
				t.Error(err)
			}
			got, count := verdicts["crm"], 0
			for _, f := range got.Findings {
				if f.Effect == c.want {
					count++
				}
			}
			if got.Effect != c.want || count != c.count {
				t.Errorf("%+v", got)
			}
			if paper := verdicts["paper"]; paper.Effect != NothingHeld {
				t.Errorf("what the plan never touched is %s", paper.Effect)
			}
			entries, err := e.journal.Entries(t.Context(), e.request.ID)
			if err != nil || entries[len(entries)-1].What != "verified" {
				t.Errorf("%+v, %v", entries[len(entries)-1], err)
			}
		})
	}
}

// Records that hold a value which was corrected elsewhere are left over.
func TestVerifyCorrections(t *testing.T) {
	e := newEstate(t, "crm", "lms")
	r, _ := e.record("crm", "a", "people", "1")
	line := Line{Record: r.Ref, Does: Correct, Change: connectors.Change{Op: connectors.Update, Record: r.Ref, Digest: r.Digest(), Before: r.Fields, After: fields("name", "Feather-Stone")}}
	plan := e.seal(Rectify, []Line{line})
	if _, err := e.apply(plan); err != nil {
		t.Fatal(err)
	}
	verdicts, err := e.verdicts(plan)
	if !errors.Is(err, ErrLeft) || verdicts["crm"].Effect != Residual || verdicts["lms"].Effect != Residual {
		t.Errorf("%+v, %v", verdicts, err)
	}
}

func TestBackupsEnd(t *testing.T) {
	for text, want := range map[string]string{"nightly, kept for 35 days": "2026-04-06", "daily for 7 days and monthly for 2 years": "2028-03-02", "on tape": ""} {
		if got := gone(text, testTime); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

func TestWhichBackupsHoldIt(t *testing.T) {
	s := &connectors.System{}
	s.Backups = "nightly"
	for _, c := range []struct {
		last time.Time
		want string
	}{{time.Time{}, "nightly"}, {testTime.AddDate(0, 0, -1), "nightly; the last, of 2026-03-01, holds it"}, {testTime.AddDate(0, 0, 1), "nightly; the last, of 2026-03-03, was made since"}} {
		if got := backupsOf(s, c.last, testTime); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
