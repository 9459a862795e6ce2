package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrNoIncident says that no incident has the id.
var ErrNoIncident = errors.New("there is no such incident")

// Incident is a personal-data incident as it was known at one time. What is known of it is the caller's JSON, which the journal
// keeps sealed and does not understand.
type Incident struct {
	ID       string    // INC-2026-0001
	Version  int       // from 1: how often it was recorded, with this time
	Aware    time.Time // when the organisation became aware of it
	Closed   time.Time // zero: not yet
	Recorded time.Time // of this version
	Operator string    // who recorded this version
	Facts    []byte
	Purged   bool      // what was known of it was destroyed: Facts is nil
	Told     time.Time // of one that is purged: when the authority was told of it; zero: it was not
}

// NewIncident records an incident under the next id of the year, with its first version.
func (t *Tx) NewIncident(i Incident) (Incident, error) {
	year, number := t.j.now().UTC().Year(), 0
	if err := t.row(`SELECT coalesce(max(number), 0) + 1 FROM incidents WHERE year = ?`, year).Scan(&number); err != nil {
		return i, err
	}
	i.ID = fmt.Sprintf("INC-%04d-%04d", year, number)
	_, wrapped := t.j.master.newRequestKey(i.ID)
	if _, err := t.exec(`INSERT INTO incidents (id, year, number, aware, closed, key) VALUES (?,?,?,?,'',?)`, i.ID, year, number, written(i.Aware), wrapped); err != nil {
		return i, err
	}
	return t.addVersion(i)
}

// ChangeIncident adds a version of an incident. Where it is closed by it, it says when.
func (t *Tx) ChangeIncident(i Incident) (Incident, error) {
	closed := ""
	if !i.Closed.IsZero() {
		closed = written(i.Closed)
	}
	res, err := t.exec(`UPDATE incidents SET aware = ?, closed = ? WHERE id = ?`, written(i.Aware), closed, i.ID)
	if err != nil {
		return i, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return i, errors.Join(noIncident(i.ID), err)
	}
	return t.addVersion(i)
}

func (t *Tx) addVersion(i Incident) (Incident, error) {
	key, err := t.j.keyOfIncident(t.ctx, t.asker, i.ID)
	if err != nil {
		return i, err
	}
	if err := t.row(`SELECT coalesce(max(n), 0) + 1 FROM incident_versions WHERE incident = ?`, i.ID).Scan(&i.Version); err != nil {
		return i, err
	}
	i.Recorded = t.j.now().UTC()
	_, err = t.exec(`INSERT INTO incident_versions (incident, n, recorded, operator, sealed) VALUES (?,?,?,?,?)`,
		i.ID, i.Version, written(i.Recorded), i.Operator, key.sealRow("incident_versions", versionRow(i), i.Facts))
	return i, err
}

func versionRow(i Incident) string { return i.ID + " " + strconv.Itoa(i.Version) }

func noIncident(id string) error { return fmt.Errorf("%s: %w", id, ErrNoIncident) }

func (j *Journal) keyOfIncident(ctx context.Context, from asker, id string) (requestKey, error) {
	var wrapped []byte
	err := from.row(ctx, `SELECT key FROM incidents WHERE id = ?`, id).Scan(&wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return requestKey{}, noIncident(id)
	}
	if err != nil {
		return requestKey{}, failed(ctx, err)
	}
	if len(wrapped) == 0 {
		return requestKey{}, fmt.Errorf("%s: %w", id, ErrIncidentPurged)
	}
	return j.master.open(id, wrapped)
}

// Incidents returns every incident as it is known now, the newest first.
func (j *Journal) Incidents(ctx context.Context) ([]Incident, error) {
	return j.incidents(ctx, `v.n = (SELECT max(n) FROM incident_versions WHERE incident = i.id) ORDER BY i.year DESC, i.number DESC`)
}

// Incident returns every version of an incident, the earliest first; the error wraps ErrNoIncident where there is none of that id.
func (j *Journal) Incident(ctx context.Context, id string) ([]Incident, error) {
	all, err := j.incidents(ctx, `i.id = ? ORDER BY v.n`, id)
	if err == nil && len(all) == 0 {
		err = noIncident(id)
	}
	return all, err
}

func (j *Journal) incidents(ctx context.Context, which string, args ...any) ([]Incident, error) {
	var all []Incident
	err := j.view(ctx, func(from asker) error {
		rows, err := from.query(ctx, `SELECT i.id, i.aware, i.closed, i.told, i.key, v.n, v.recorded, v.operator, v.sealed
			FROM incidents i JOIN incident_versions v ON v.incident = i.id WHERE `+which, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			i, err := j.scanIncident(rows)
			if err != nil {
				return err
			}
			all = append(all, i)
		}
		return rows.Err()
	})
	return all, failed(ctx, err)
}

func (j *Journal) scanIncident(rows *sql.Rows) (i Incident, err error) {
	var aware, closed, told, recorded string
	var wrapped, sealed []byte
	if err := rows.Scan(&i.ID, &aware, &closed, &told, &wrapped, &i.Version, &recorded, &i.Operator, &sealed); err != nil {
		return i, err
	}
	if i.Aware, err = time.Parse(timeForm, aware); err != nil {
		return i, err
	}
	if closed != "" {
		if i.Closed, err = time.Parse(timeForm, closed); err != nil {
			return i, err
		}
	}
	if told != "" {
		if i.Told, err = time.Parse(timeForm, told); err != nil {
			return i, err
		}
	}
	if i.Recorded, err = time.Parse(timeForm, recorded); err != nil {
		return i, err
	}
	if i.Purged = len(wrapped) == 0; i.Purged {
		return i, nil
	}
	key, err := j.master.open(i.ID, wrapped)
	if err != nil {
		return i, err
	}
	i.Facts, err = key.unsealRow("incident_versions", versionRow(i), sealed)
	return i, err
}
