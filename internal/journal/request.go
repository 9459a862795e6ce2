package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dossier/locate"
	"dossier/request"
)

// sealedRequest is what of a request is personal data.
type sealedRequest struct {
	Reason      string              `json:"reason"`
	Identifiers []locate.Identifier `json:"identifiers"`
	Controller  string              `json:"controller,omitempty"`
}

// NewRequest records a request under the next id of the year, with the time and the state that a new one has.
func (t *Tx) NewRequest(r request.Request) (request.Request, error) {
	r.Created, r.State = t.j.now().UTC(), request.Open
	year, number := r.Created.Year(), 0
	if err := t.row(`SELECT coalesce(max(number), 0) + 1 FROM requests WHERE year = ?`, year).Scan(&number); err != nil {
		return r, err
	}
	r.ID = request.FormID(year, number)
	key, wrapped := t.j.master.newRequestKey(r.ID)
	plain, err := json.Marshal(sealedRequest{r.Reason, r.Subject.Identifiers, r.Subject.Controller})
	if err != nil {
		return r, err
	}
	_, err = t.exec(`INSERT INTO requests (id, year, number, kind, received, created, state, operator, key, sealed) VALUES (?,?,?,?,?,?,?,?,?,?)`,
		r.ID, year, number, string(r.Kind), r.Received.Format(time.DateOnly), written(r.Created), string(r.State), r.Operator, wrapped,
		key.sealRow("requests", r.ID, plain))
	return r, err
}

// SetState notes how far a request is.
func (t *Tx) SetState(id string, s request.State) error {
	res, err := t.exec(`UPDATE requests SET state = ? WHERE id = ?`, string(s), id)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return noRequest(id)
}

func noRequest(id string) error { return fmt.Errorf("%s: %w", id, ErrNoRequest) }

const requestColumns = `id, kind, received, created, state, operator, key, sealed`

// Requests returns every request, the newest first.
func (j *Journal) Requests(ctx context.Context) ([]request.Request, error) {
	rows, err := j.query(ctx, `SELECT `+requestColumns+` FROM requests ORDER BY year DESC, number DESC`)
	if err != nil {
		return nil, failed(ctx, err)
	}
	defer rows.Close()
	var all []request.Request
	for rows.Next() {
		r, err := j.scanRequest(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, failed(ctx, rows.Err())
}

// Request returns one request; the error wraps ErrNoRequest where there is none of that id.
func (j *Journal) Request(ctx context.Context, id string) (request.Request, error) {
	r, err := j.scanRequest(j.row(ctx, `SELECT `+requestColumns+` FROM requests WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return r, noRequest(id)
	}
	return r, failed(ctx, err)
}

func (j *Journal) scanRequest(row interface{ Scan(...any) error }) (request.Request, error) {
	var r request.Request
	var received, created string
	var wrapped, sealed []byte
	if err := row.Scan(&r.ID, &r.Kind, &received, &created, &r.State, &r.Operator, &wrapped, &sealed); err != nil {
		return r, err
	}
	var err, bad error
	r.Received, err = time.Parse(time.DateOnly, received)
	r.Created, bad = time.Parse(timeForm, created)
	if err := errors.Join(err, bad); err != nil || len(wrapped) == 0 && r.State == request.Purged {
		return r, err
	}
	key, err := j.master.open(r.ID, wrapped)
	if err != nil {
		return r, err
	}
	plain, err := key.unsealRow("requests", r.ID, sealed)
	if err != nil {
		return r, err
	}
	var s sealedRequest
	err = json.Unmarshal(plain, &s)
	r.Reason, r.Subject = s.Reason, locate.Subject{Identifiers: s.Identifiers, Controller: s.Controller}
	return r, err
}

// keyOf returns the key of a request or a batch.
func (j *Journal) keyOf(ctx context.Context, from asker, id string) (requestKey, error) {
	table, missing := "requests", noRequest
	if isBatch(id) {
		table, missing = "batches", noBatch
	}
	var wrapped []byte
	err := from.row(ctx, `SELECT key FROM `+table+` WHERE id = ?`, id).Scan(&wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return requestKey{}, missing(id)
	}
	if err != nil {
		return requestKey{}, failed(ctx, err)
	}
	if len(wrapped) == 0 {
		return requestKey{}, fmt.Errorf("%s: %w", id, ErrPurged)
	}
	return j.master.open(id, wrapped)
}

func (t *Tx) keyOf(id string) (requestKey, error) { return t.j.keyOf(t.ctx, t.asker, id) }
