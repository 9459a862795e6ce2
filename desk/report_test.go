package desk

import (
	"strings"
	"testing"
	"time"

	"dossier/internal/journal"
	"dossier/request"
	"dossier/request/clock"
)

func TestFigures(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	received := func(day string, kind request.Kind, also ...request.Kind) string {
		t.Helper()
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		var r request.Request
		keep(t, d, func(tx *journal.Tx) (err error) {
			r, err = tx.NewRequest(request.Request{Kind: kind, Also: also, Received: at, Subject: zoe, Operator: "Pat"})
			return err
		})
		return r.ID
	}
	step := func(id, day string, what request.What) {
		t.Helper()
		at, err := clock.ParseDay(day)
		if err != nil {
			t.Fatal(err)
		}
		keep(t, d, func(tx *journal.Tx) error {
			_, err := tx.NewStep(id, request.Step{What: what, Day: at, Operator: "Pat"})
			return err
		})
	}
	step(received("2025-11-03", request.Access), "2025-11-13", request.Delivered) // in 10 days
	late := received("2025-11-04", request.Access)
	step(late, "2026-01-03", request.Refused) // in 60 days
	received("2025-12-01", request.Erase)     // overdue
	paused := received("2026-02-20", request.Access)
	step(paused, "2026-02-24", request.ClarificationAsked)
	both := received("2026-02-02", request.Access, request.Erase)
	step(both, "2026-02-12", request.Delivered) // and the erasure is open
	purged := received("2026-01-05", request.Portability)
	step(purged, "2026-01-25", request.Delivered) // in 20 days
	step(purged, "2026-01-30", request.Completed)
	step(late, "2026-02-10", request.Complained)
	keep(t, d, func(tx *journal.Tx) error { return tx.SetState(purged, request.Closed) })
	if err := d.PurgeRequest(t.Context(), purged); err != nil {
		t.Fatal(err)
	}
	closed := received("2026-02-28", request.Object) // without a word
	if err := d.CloseRequest(t.Context(), closed); err != nil {
		t.Fatal(err)
	}
	if _, err := d.NewIncident(t.Context(), facts(t, "aware = 2026-02-01T09:00:00Z\nfacts = \"x\"")); err != nil {
		t.Fatal(err)
	}

	f, err := d.Figures(t.Context(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	all := f.Total
	if all.Received != 7 || all.Open != 3 || all.Overdue != 1 || all.Paused != 1 || all.Ended != 4 || all.Late != 1 || all.InTime != 3 || all.Median != 10 || all.P90 != 60 {
		t.Errorf("%+v", all)
	}
	if all.Outcomes["delivered"] != 1 || all.Outcomes["refused"] != 1 || all.Outcomes["completed"] != 1 || all.Outcomes["closed"] != 1 {
		t.Errorf("%v", all.Outcomes)
	}
	if len(f.Kinds) != 4 || f.Kinds[0].Of != "access" || f.Kinds[0].Received != 4 || f.Kinds[2].Of != "erase" || f.Kinds[2].Received != 2 || len(f.Months) != 4 || f.Months[0].Of != "2025-11" {
		t.Errorf("%+v, %+v", f.Kinds, f.Months)
	}
	if f.Complaint != (ComplaintCount{1, 1}) || f.Incidents != (IncidentCount{Recorded: 1, Open: 1, Overdue: 1}) {
		t.Errorf("%+v, %+v", f.Complaint, f.Incidents)
	}
	february, err := d.Figures(t.Context(), clock.On(2026, time.February, 1), clock.On(2026, time.February, 27))
	if err != nil || february.Total.Received != 2 || february.Incidents.Recorded != 1 {
		t.Errorf("%+v, %v", february, err)
	}
	if b, err := f.MarshalJSON(); err != nil || !strings.HasPrefix(string(b), `{"type":"report",`) || strings.Contains(string(b), "null") {
		t.Errorf("%s, %v", b, err)
	}
}
