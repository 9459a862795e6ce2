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
		purge := func(id string) error {
			return j.PurgeIncident(t.Context(), id, testTime, Entry{Operator: "Pat", What: "incident purged"})
		}
		if err := purge(second.ID); !errors.Is(err, ErrNeeded) {
			t.Error("one that is open:", err)
		}
		if err := purge("INC-2026-0009"); !errors.Is(err, ErrNoIncident) {
			t.Error(err)
		}
		var wrapped, sealed []byte
		look := func(id string) {
			if err := j.view(t.Context(), func(from asker) error {
				return from.row(t.Context(), `SELECT i.key, v.sealed FROM incidents i JOIN incident_versions v ON v.incident = i.id WHERE i.id = ? AND v.n = 1`, id).
					Scan(&wrapped, &sealed)
			}); err != nil {
				t.Fatal(err)
			}
		}
		look(first.ID)
		was := [][]byte{wrapped, sealed}
		for range 2 {
			if err := purge(first.ID); err != nil {
				t.Fatal(err)
			}
		}
		if look(first.ID); len(wrapped) > 0 || len(sealed) > 0 {
			t.Error("the key or what it sealed is there still")
		}
		if at.Postgres == "" && (bytes.Contains(bytesOf(t, j, at), was[0]) || bytes.Contains(bytesOf(t, j, at), was[1])) {
			t.Error("the files hold what was destroyed")
		}
		versions, err = j.Incident(t.Context(), first.ID)
		if err != nil || len(versions) != 2 || !versions[1].Purged || versions[1].Facts != nil || !versions[1].Aware.Equal(testTime) || !versions[1].Told.Equal(testTime) {
			t.Errorf("%+v, %v", versions, err)
		}
		if all, err := j.Incidents(t.Context()); err != nil || len(all) != 2 || all[0].Purged {
			t.Errorf("%+v, %v", all, err)
		}
		err = j.Update(t.Context(), func(tx *Tx) error { _, err := tx.ChangeIncident(first); return err })
		if !errors.Is(err, ErrIncidentPurged) {
			t.Error(err)
		}
	})
}
