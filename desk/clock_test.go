package desk

import (
	"testing"
	"time"

	"dossier/connectors"
	"dossier/request"
	"dossier/request/clock"
)

func TestClock(t *testing.T) {
	d := &Desk{register: &connectors.Register{Organisation: connectors.Organisation{Clock: "england-and-wales"}}}
	received := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	a, err := d.Clock(request.Request{Kind: request.Access, Received: received})
	if err != nil || a.Due != clock.On(2026, 3, 2) {
		t.Errorf("received on 31 January 2026: due %v, %v; want 2 March", a.Due, err)
	}
	abroad := &Desk{register: &connectors.Register{Organisation: connectors.Organisation{Clock: "eu", Holidays: []string{"2026-03-02"}}}}
	if a, err := abroad.Clock(request.Request{Kind: request.Erase, Received: received}); err != nil || a.Due != clock.On(2026, 3, 3) {
		t.Errorf("where 2 March is a public holiday: due %v, %v; want 3 March", a.Due, err)
	}
	if a, err := d.Clock(request.Request{Kind: request.DiscloseToOthers, Received: received}); err != nil || a.Due != 0 {
		t.Errorf("a third party's request is due %v, %v", a.Due, err)
	}
}
