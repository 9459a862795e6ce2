package journal

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"dossier/request"
)

// NewStep keeps what happened to a request under the next number, with the time of now.
func (t *Tx) NewStep(id string, s request.Step) (request.Step, error) {
	key, err := t.keyOf(id)
	if err != nil {
		return s, err
	}
	if err := t.row(`SELECT coalesce(max(n), 0) + 1 FROM request_steps WHERE request = ?`, id).Scan(&s.N); err != nil {
		return s, err
	}
	s.Noted = t.j.now().UTC()
	plain, err := json.Marshal(s.Details)
	if err != nil {
		return s, err
	}
	_, err = t.exec(`INSERT INTO request_steps (request, n, what, day, noted, operator, sealed) VALUES (?,?,?,?,?,?,?)`,
		id, s.N, string(s.What), s.Day.String(), written(s.Noted), s.Operator, key.sealRow("request_steps", stepID(id, s.N), plain))
	return s, err
}

func stepID(id string, n int) string { return id + "/" + strconv.Itoa(n) }

// addSteps gives requests, whose keys are told, their steps: of one request, or of all where it is empty.
func (j *Journal) addSteps(ctx context.Context, from asker, id string, requests []*request.Request, keys map[string]requestKey) error {
	where, args := "", []any{}
	if id != "" {
		where, args = "WHERE request = ? ", []any{id}
	}
	rows, err := from.query(ctx, `SELECT request, n, what, day, noted, operator, sealed FROM request_steps `+where+`ORDER BY request, n`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	of := map[string]*request.Request{}
	for _, r := range requests {
		of[r.ID] = r
	}
	for rows.Next() {
		var s request.Step
		var owner, day, noted string
		var sealed []byte
		if err := rows.Scan(&owner, &s.N, &s.What, &day, &noted, &s.Operator, &sealed); err != nil {
			return err
		}
		r := of[owner]
		if r == nil {
			continue // recorded since
		}
		err = s.Day.UnmarshalText([]byte(day))
		var bad error
		s.Noted, bad = time.Parse(timeForm, noted)
		if err := errors.Join(err, bad); err != nil {
			return err
		}
		if key, ok := keys[owner]; ok {
			plain, err := key.unsealRow("request_steps", stepID(owner, s.N), sealed)
			if err != nil {
				return err
			}
			if err := json.Unmarshal(plain, &s.Details); err != nil {
				return err
			}
		}
		r.Steps = append(r.Steps, s)
	}
	return rows.Err()
}
