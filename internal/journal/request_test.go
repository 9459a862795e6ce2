package journal

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dossier/locate"
	"dossier/request"
)

var testRequest = request.Request{
	Kind: request.Access, Received: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Reason: "PLANTED reason", Operator: "Pat",
	Subject: locate.Subject{Identifiers: []locate.Identifier{{Kind: "email", Value: "PLANTED@example.org"}}, Controller: "PLANTED client"},
}

func newRequest(t testing.TB, j *Journal) (made request.Request) {
	t.Helper()
	update(t, j, func(tx *Tx) (err error) {
		made, err = tx.NewRequest(testRequest)
		return err
	})
	return made
}

func TestRequests(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		first := newRequest(t, j)
		second := newRequest(t, j)
		if first.ID != "SAR-2026-0001" || second.ID != "SAR-2026-0002" {
			t.Errorf("ids %s and %s", first.ID, second.ID)
		}
		update(t, j, func(tx *Tx) error { return tx.SetState(first.ID, request.Searched) })
		j.now = func() time.Time { return testTime.AddDate(1, 0, 0) }
		if next := newRequest(t, j); next.ID != "SAR-2027-0001" {
			t.Errorf("the first of another year is %s", next.ID)
		}
		j.Close()
		j = open(t, at)
		got, err := j.Request(t.Context(), first.ID)
		if err != nil {
			t.Fatal(err)
		}
		first.State = request.Searched
		if diff := cmp.Diff(first, got); diff != "" {
			t.Error(diff)
		}
		all, err := j.Requests(t.Context())
		if err != nil || len(all) != 3 || all[0].ID != "SAR-2027-0001" || all[2].ID != first.ID {
			t.Errorf("%v, %v", all, err)
		}
		if _, err := j.Request(t.Context(), "SAR-2026-0099"); !errors.Is(err, ErrNoRequest) {
			t.Errorf("no such request: %v", err)
		}
		if err := j.Update(t.Context(), func(tx *Tx) error { return tx.SetState("SAR-2026-0099", request.Closed) }); !errors.Is(err, ErrNoRequest) {
			t.Errorf("state of no such request: %v", err)
		}
	})
}
