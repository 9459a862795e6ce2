package desk

import (
	"errors"
	"slices"
	"testing"

	"dossier/act"
	"dossier/connectors"
	"dossier/internal/journal"
)

// What is older than the register lets it be is planned, with what belongs to it, and nothing else.
func TestBatchOfRetention(t *testing.T) {
	d, _, _ := batchEstate(t, 60)
	lms, _ := d.register.System("lms")
	attempts, _ := lms.Entity("attempts")
	n := NewBatch{Action: act.Erase, Ground: "17(1)(a)", Reason: "retention", Entity: "lms.attempts"}
	if _, err := gather(d.PlanBatch(t.Context(), n)); !errors.Is(err, ErrUsage) {
		t.Errorf("an entity of which the register says nothing: %v", err)
	}
	attempts.Retain = &connectors.Retain{For: connectors.Period{Years: 12}, From: "StartedAt"}
	d.register.Batches.Share = 100
	end := d.now().AddDate(-12, 0, 0).Format("2006-01-02")
	got, err := gather(d.PlanBatch(t.Context(), n))
	if err != nil {
		t.Fatal(got["problem"], err)
	}
	b := got["batch"][0].(BatchPlanned)
	seen := map[string]int{}
	for _, plan := range b.Plans {
		_, head, lines, err := act.Read(t.Context(), d.journal, plan.Plan)
		if err != nil || head.Batch != "retention" {
			t.Fatal(head, err)
		}
		for l, err := range lines {
			if err != nil {
				t.Fatal(err)
			}
			seen[l.Record.System+"."+l.Record.Entity]++
			if l.Record.Entity != "attempts" || !l.Writes() {
				continue
			}
			if taken := l.Change.Before.Get("StartedAt").String(); taken[:10] > end {
				t.Errorf("an attempt of %s is planned", taken[:10])
			}
		}
	}
	if seen["lms.attempts"] != b.Planned || b.Planned < 5 || len(seen) != 2 || seen["lms.answers"] == 0 {
		t.Errorf("%+v, %v", b, seen)
	}
}

// A client has left: everything that is held for them is planned, and nothing of another's.
func TestBatchOfAController(t *testing.T) {
	d, _, _ := batchEstate(t, 60)
	s, _ := d.register.System("360")
	s.Role, s.Controller = "processor", &connectors.Controller{Database: "centre_*"}
	n := NewBatch{Action: act.Erase, Ground: "17(1)(a)", Reason: "the client has left", Client: "nobody"}
	if _, err := gather(d.PlanBatch(t.Context(), n)); err != nil {
		t.Errorf("a controller of whom nothing is held: %v", err)
	}
	n.Client = "360/centre_north.db"
	for _, place := range []string{"360/centre_north.db", "centre_north.db"} {
		if s.ControllerOf(place) == place {
			n.Client = place
		}
	}
	if clients, err := d.Clients(t.Context()); err != nil || !slices.Contains(clients, n.Client) || len(clients) < 2 {
		t.Errorf("%q, %v", clients, err)
	}
	d.register.Batches.Share = 100
	got, err := gather(d.PlanBatch(t.Context(), n))
	if err != nil {
		t.Fatal(got["problem"], err)
	}
	b := got["batch"][0].(BatchPlanned)
	var places []string
	for _, plan := range b.Plans {
		_, _, lines, err := act.Read(t.Context(), d.journal, plan.Plan)
		if err != nil {
			t.Fatal(err)
		}
		for l, err := range lines {
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(places, l.Record.Place) {
				places = append(places, l.Record.Place)
			}
			if l.Person == 0 && l.Does != act.Leave {
				t.Errorf("%+v is nobody's", l)
			}
		}
	}
	if !slices.Equal(places, []string{n.Client}) || b.Planned == 0 || b.Planned != b.People {
		t.Errorf("%+v in %q", b, places)
	}
	for p, err := range d.journal.BatchPeople(t.Context(), b.Batch) {
		if err != nil || p.State != journal.PersonClear || p.At == "" {
			t.Errorf("%+v, %v", p, err)
		}
	}
}
