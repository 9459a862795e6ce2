package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"dossier/locate"
	"dossier/request"
)

// sealedRequest is what of a request is personal data.
type sealedRequest struct {
	Reason      string              `json:"reason"`
	Identifiers []locate.Identifier `json:"identifiers"`
	Controller  string              `json:"controller,omitempty"`
	Letter      request.Letter      `json:"letter,omitzero"`
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
	plain, err := json.Marshal(sealedRequest{r.Reason, r.Subject.Identifiers, r.Subject.Controller, r.Letter})
	if err != nil {
		return r, err
	}
	_, err = t.exec(`INSERT INTO requests (id, year, number, kind, also, received, created, state, operator, key, sealed) VALUES (?,?,?,?,?,?,?,?,?,?,?)`,
		r.ID, year, number, string(r.Kind), joinKinds(r.Also), r.Received.Format(time.DateOnly), written(r.Created), string(r.State), r.Operator, wrapped,
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

const requestColumns = `id, kind, also, received, created, state, operator, key, sealed`

// Requests returns every request with its steps, the newest first.
func (j *Journal) Requests(ctx context.Context) ([]request.Request, error) {
	var all []request.Request
	err := j.view(ctx, func(a asker) error {
		read, err := j.requests(ctx, a, "")
		for _, r := range read {
			all = append(all, *r)
		}
		return err
	})
	return all, err
}

// Request returns one request with its steps; the error wraps ErrNoRequest where there is none of that id.
func (j *Journal) Request(ctx context.Context, id string) (r request.Request, err error) {
	err = j.view(ctx, func(a asker) error {
		r, err = j.request(ctx, a, id)
		return err
	})
	return r, err
}

// Request returns one request as it is within the change.
func (t *Tx) Request(id string) (request.Request, error) { return t.j.request(t.ctx, t.asker, id) }

func (j *Journal) request(ctx context.Context, from asker, id string) (request.Request, error) {
	read, err := j.requests(ctx, from, id)
	if err != nil {
		return request.Request{}, err
	}
	if len(read) == 0 {
		return request.Request{}, noRequest(id)
	}
	return *read[0], nil
}

// requests reads one request, or all where the id is empty.
func (j *Journal) requests(ctx context.Context, from asker, id string) (all []*request.Request, err error) {
	where, args := "", []any{}
	if id != "" {
		where, args = "WHERE id = ? ", []any{id}
	}
	rows, err := from.query(ctx, `SELECT `+requestColumns+` FROM requests `+where+`ORDER BY year DESC, number DESC`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	keys := map[string]requestKey{}
	for rows.Next() {
		r := &request.Request{}
		key, known, err := j.scanRequest(rows, r)
		if err != nil {
			return nil, err
		}
		if known {
			keys[r.ID] = key
		}
		all = append(all, r)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	return all, j.addSteps(ctx, from, id, all, keys)
}

// scanRequest reads a row, and returns the request's key; false where it was destroyed.
func (j *Journal) scanRequest(row interface{ Scan(...any) error }, r *request.Request) (key requestKey, known bool, err error) {
	var also, received, created string
	var wrapped, sealed []byte
	if err := row.Scan(&r.ID, &r.Kind, &also, &received, &created, &r.State, &r.Operator, &wrapped, &sealed); err != nil {
		return key, false, err
	}
	r.Also = splitKinds(also)
	var bad error
	r.Received, err = time.Parse(time.DateOnly, received)
	r.Created, bad = time.Parse(timeForm, created)
	if err := errors.Join(err, bad); err != nil || len(wrapped) == 0 && r.State == request.Purged {
		return key, false, err
	}
	if key, err = j.master.open(r.ID, wrapped); err != nil {
		return key, false, err
	}
	plain, err := key.unsealRow("requests", r.ID, sealed)
	if err != nil {
		return key, false, err
	}
	var s sealedRequest
	err = json.Unmarshal(plain, &s)
	r.Reason, r.Subject, r.Letter = s.Reason, locate.Subject{Identifiers: s.Identifiers, Controller: s.Controller}, s.Letter
	return key, true, err
}

func joinKinds(kinds []request.Kind) string {
	texts := make([]string, len(kinds))
	for i, k := range kinds {
		texts[i] = string(k)
	}
	return strings.Join(texts, ",")
}

func splitKinds(text string) (kinds []request.Kind) {
	for _, k := range strings.FieldsFunc(text, func(c rune) bool { return c == ',' }) {
		kinds = append(kinds, request.Kind(k))
	}
	return kinds
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
