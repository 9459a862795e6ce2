package journal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// ErrNoHold says that no hold that stands has the id.
var ErrNoHold = errors.New("there is no such hold, or it was lifted already")

// Hold is a reason that blocks every destructive plan for a person or a system.
type Hold struct {
	ID        string    // "HOLD-2026-0001"
	System    string    // the system that is held; "": a person is
	Request   string    // the request whose person is held; may be empty
	Persons   []string  // keyed identifiers of the person (see Journal.Person), any of which tells them
	Reason    string    // without personal data: it outlives every request
	Operator  string    // who added it
	Added     time.Time //
	Lifted    time.Time // zero: it stands
	LiftedBy  string
	LiftedWhy string
}

// Person returns the keyed form of an identifier of a person: equal for the same kind and value, and telling nothing to whoever
// lacks the journal's key.
func (j *Journal) Person(kind, value string) string {
	h := hmac.New(sha256.New, j.master.person)
	h.Write(place(kind, value))
	return hex.EncodeToString(h.Sum(nil))
}

// AddHold records a hold under the next id of the year.
func (t *Tx) AddHold(h Hold) (Hold, error) {
	h.Added = t.j.now().UTC()
	year, number := h.Added.Year(), 0
	if err := t.row(`SELECT coalesce(max(number), 0) + 1 FROM holds WHERE year = ?`, year).Scan(&number); err != nil {
		return h, err
	}
	h.ID = fmt.Sprintf("HOLD-%04d-%04d", year, number)
	if _, err := t.exec(`INSERT INTO holds (id, year, number, system, request, reason, operator, added, lifted, lifted_by, lifted_why) VALUES (?,?,?,?,?,?,?,?,'','','')`,
		h.ID, year, number, h.System, h.Request, h.Reason, h.Operator, written(h.Added)); err != nil {
		return h, err
	}
	for _, p := range h.Persons {
		if _, err := t.exec(`INSERT INTO hold_persons (hold, identifier) VALUES (?,?) ON CONFLICT DO NOTHING`, h.ID, p); err != nil {
			return h, err
		}
	}
	return h, nil
}

// LiftHold ends a hold; the error wraps ErrNoHold where none of that id stands.
func (t *Tx) LiftHold(id, operator, why string) error {
	res, err := t.exec(`UPDATE holds SET lifted = ?, lifted_by = ?, lifted_why = ? WHERE id = ? AND lifted = ''`, written(t.j.now()), operator, why, id)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fmt.Errorf("%s: %w", id, ErrNoHold)
}

// Holds returns every hold, lifted ones too, the oldest first.
func (j *Journal) Holds(ctx context.Context) ([]Hold, error) {
	var all []Hold
	at := map[string]int{}
	err := j.view(ctx, func(from asker) error {
		rows, err := from.query(ctx, `SELECT id, system, request, reason, operator, added, lifted, lifted_by, lifted_why FROM holds ORDER BY year, number`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			h, err := scanHold(rows)
			if err != nil {
				return err
			}
			at[h.ID] = len(all)
			all = append(all, h)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		persons, err := from.query(ctx, `SELECT hold, identifier FROM hold_persons ORDER BY hold, identifier`)
		if err != nil {
			return err
		}
		defer persons.Close()
		for persons.Next() {
			var id, person string
			if err := persons.Scan(&id, &person); err != nil {
				return err
			}
			all[at[id]].Persons = append(all[at[id]].Persons, person)
		}
		return persons.Err()
	})
	return all, err
}

func scanHold(rows *sql.Rows) (h Hold, err error) {
	var added, lifted string
	if err := rows.Scan(&h.ID, &h.System, &h.Request, &h.Reason, &h.Operator, &added, &lifted, &h.LiftedBy, &h.LiftedWhy); err != nil {
		return h, err
	}
	if h.Added, err = time.Parse(timeForm, added); err != nil || lifted == "" {
		return h, err
	}
	h.Lifted, err = time.Parse(timeForm, lifted)
	return h, err
}
