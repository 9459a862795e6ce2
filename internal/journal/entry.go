// Package journal is the durable store of the hub: requests, what was found, what was decided and the log
// of what was done, in one SQLite file. Personal data in it is sealed with a key per request.
package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Entry is one line of the log. It names records by keyed references (see Tx.Found) and holds none of
// their values.
type Entry struct {
	Seq      int64           `json:"seq"` // from 1, without holes
	Time     time.Time       `json:"time"`
	Operator string          `json:"operator"`
	Request  string          `json:"request,omitempty"` // its id, where the entry is about one
	System   string          `json:"system,omitempty"`  // its id, where the entry is about one
	What     string          `json:"what"`              // "request recorded", "system searched", "record viewed" …
	Details  json.RawMessage `json:"details,omitempty"`
}

// Log appends an entry, whose number and time the journal gives. What is logged can never be changed or deleted.
func (t *Tx) Log(e Entry) error {
	if e.Operator == "" || e.What == "" {
		return fmt.Errorf("an entry of the log needs an operator and what was done")
	}
	_, err := t.exec(`INSERT INTO log (seq, time, operator, request, system, what, details)
		SELECT coalesce(max(seq), 0) + 1, ?, ?, ?, ?, ?, ? FROM log`,
		written(t.j.now()), e.Operator, e.Request, e.System, e.What, string(e.Details))
	return err
}

// Log appends one entry by itself.
func (j *Journal) Log(ctx context.Context, e Entry) error {
	return j.Update(ctx, func(t *Tx) error { return t.Log(e) })
}

// Entries returns the log of a request, or the whole log where the id is empty, the oldest first.
func (j *Journal) Entries(ctx context.Context, id string) ([]Entry, error) {
	rows, err := j.query(ctx, `SELECT seq, time, operator, request, system, what, details FROM log WHERE ? = '' OR request = ? ORDER BY seq`, id, id)
	if err != nil {
		return nil, failed(ctx, err)
	}
	defer rows.Close()
	var all []Entry
	for rows.Next() {
		var e Entry
		var at, details string
		if err := rows.Scan(&e.Seq, &at, &e.Operator, &e.Request, &e.System, &e.What, &details); err != nil {
			return nil, err
		}
		if e.Time, err = time.Parse(timeForm, at); err != nil {
			return nil, err
		}
		if details != "" {
			e.Details = json.RawMessage(details)
		}
		all = append(all, e)
	}
	return all, failed(ctx, rows.Err())
}
