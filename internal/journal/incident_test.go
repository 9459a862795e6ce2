package journal

import (
	"bytes"
	"errors"
	"testing"
)

func TestIncidents(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		var first, second Incident
		update(t, j, func(tx *Tx) (err error) {
			if first, err = tx.NewIncident(Incident{Aware: testTime, Operator: "Pat", Facts: []byte("PLANTED facts")}); err != nil {
				return err
			}
			second, err = tx.NewIncident(Incident{Aware: testTime.AddDate(0, 0, 1), Operator: "Pat", Facts: []byte("more")})
			return err
		})
		if first.ID != "INC-2026-0001" || second.ID != "INC-2026-0002" || first.Version != 1 {
			t.Fatalf("%+v, %+v", first, second)
		}
		first.Facts, first.Operator, first.Closed = []byte("known better"), "Sam", testTime
		update(t, j, func(tx *Tx) (err error) { first, err = tx.ChangeIncident(first); return err })
		all, err := j.Incidents(t.Context())
		if err != nil || len(all) != 2 || all[0].ID != second.ID || all[1].Version != 2 || string(all[1].Facts) != "known better" || !all[1].Closed.Equal(testTime) {
			t.Errorf("%+v, %v", all, err)
		}
		versions, err := j.Incident(t.Context(), first.ID)
		if err != nil || len(versions) != 2 || string(versions[0].Facts) != "PLANTED facts" || versions[0].Operator != "Pat" || versions[1].Operator != "Sam" {
			t.Errorf("%+v, %v", versions, err)
		}
		if _, err := j.Incident(t.Context(), "INC-2026-0009"); !errors.Is(err, ErrNoIncident) {
			t.Error(err)
		}
		err = j.Update(t.Context(), func(tx *Tx) error { _, err := tx.ChangeIncident(Incident{ID: "INC-2026-0009"}); return err })
		if !errors.Is(err, ErrNoIncident) {
			t.Error(err)
		}
		if bytes.Contains(bytesOf(t, j, at), []byte("PLANTED")) {
			t.Error("what is known of an incident is not sealed")
		}
	})
}
