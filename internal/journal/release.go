package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"dossier/connectors"
)

// The kinds of withholdings.
const (
	Exemption = "exemption" // records or fields are withheld from some rights
	Redaction = "redaction" // a field, or a passage in it, is taken out of everything that leaves
)

// ErrNoWithholding says that a request has no exemption or redaction of the number that stands.
var ErrNoWithholding = errors.New("there is no such exemption or redaction that stands")

// Withholding is an exemption or a redaction that a person decided on for a request.
type Withholding struct {
	N        int    // from 1, within the request
	Kind     string // Exemption or Redaction
	Operator string
	Time     time.Time
	Undone   time.Time // zero: it stands
	UndoneBy string

	Record *connectors.Ref // one record; nil: every record of the entity or the system
	System string          // where Record is nil
	Entity string          // where Record is nil; "": every record of the system
	Field  string          // "": the whole record
	Rights []string        // of an exemption
	Text   string          // of a redaction: the passage, or the value that the whole field had
	Whole  bool            // of a redaction: the whole field
	Here   bool            // of a redaction: the text stays where it stands elsewhere
	Reason string
}

type sealedWithholding struct {
	Record *storedRef `json:"record,omitempty"`
	System exact      `json:"system,omitempty"`
	Entity exact      `json:"entity,omitempty"`
	Field  exact      `json:"field,omitempty"`
	Rights []string   `json:"rights,omitempty"`
	Text   exact      `json:"text,omitempty"`
	Whole  bool       `json:"whole,omitempty"`
	Here   bool       `json:"here,omitempty"`
	Reason string     `json:"reason"`
}

// Withhold keeps an exemption or a redaction under the next number of the request, and returns it.
func (t *Tx) Withhold(id string, w Withholding) (n int, err error) {
	key, err := t.keyOf(id)
	if err != nil {
		return 0, err
	}
	if err := t.row(`SELECT coalesce(max(n), 0) + 1 FROM withholdings WHERE request = ?`, id).Scan(&n); err != nil {
		return 0, err
	}
	s := sealedWithholding{System: exact(w.System), Entity: exact(w.Entity), Field: exact(w.Field), Rights: w.Rights, Text: exact(w.Text),
		Whole: w.Whole, Here: w.Here, Reason: w.Reason}
	if w.Record != nil {
		ref := storeRef(*w.Record)
		s.Record = &ref
	}
	plain, err := json.Marshal(s)
	if err != nil {
		return 0, err
	}
	_, err = t.exec(`INSERT INTO withholdings (request, n, kind, operator, time, undone, undone_by, sealed) VALUES (?,?,?,?,?,'','',?)`,
		id, n, w.Kind, w.Operator, written(t.j.now()), key.sealRow("withholdings", w.Kind+strconv.Itoa(n), plain))
	return n, err
}

// TakeBack ends an exemption or a redaction; the error wraps ErrNoWithholding where none of the number stands.
func (t *Tx) TakeBack(id string, n int, operator string) error {
	res, err := t.exec(`UPDATE withholdings SET undone = ?, undone_by = ? WHERE request = ? AND n = ? AND undone = ''`, written(t.j.now()), operator, id, n)
	if err != nil {
		return err
	}
	if changed, err := res.RowsAffected(); err != nil || changed == 1 {
		return err
	}
	return fmt.Errorf("%s, number %d: %w", id, n, ErrNoWithholding)
}

// Withholdings returns every exemption and redaction of a request by its number, those too that were taken back.
func (j *Journal) Withholdings(ctx context.Context, id string) (all []Withholding, err error) {
	err = j.view(ctx, func(at asker) error {
		key, err := j.keyOf(ctx, at, id)
		if err == nil {
			all, err = withholdings(ctx, at, key)
		}
		return err
	})
	return all, err
}

func withholdings(ctx context.Context, at asker, key requestKey) ([]Withholding, error) {
	rows, err := at.query(ctx, `SELECT n, kind, operator, time, undone, undone_by, sealed FROM withholdings WHERE request = ? ORDER BY n`, key.request)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Withholding
	for rows.Next() {
		var w Withholding
		var made, undone string
		var sealed []byte
		if err := rows.Scan(&w.N, &w.Kind, &w.Operator, &made, &undone, &w.UndoneBy, &sealed); err != nil {
			return nil, err
		}
		plain, err := key.unsealRow("withholdings", w.Kind+strconv.Itoa(w.N), sealed)
		if err != nil {
			return nil, err
		}
		var s sealedWithholding
		if err := json.Unmarshal(plain, &s); err != nil {
			return nil, err
		}
		if w.Time, err = time.Parse(timeForm, made); err != nil {
			return nil, err
		}
		if undone != "" {
			if w.Undone, err = time.Parse(timeForm, undone); err != nil {
				return nil, err
			}
		}
		if s.Record != nil {
			ref := s.Record.ref()
			w.Record = &ref
		}
		w.System, w.Entity, w.Field, w.Rights, w.Text = string(s.System), string(s.Entity), string(s.Field), s.Rights, string(s.Text)
		w.Whole, w.Here, w.Reason = s.Whole, s.Here, s.Reason
		all = append(all, w)
	}
	return all, rows.Err()
}

// Release is who approved what leaves.
type Release struct {
	Request   string
	Scope     string // "access" or "portability"
	Digest    string
	Records   int
	Operator  string
	Time      time.Time
	Signature []byte // by the operator's key, over everything above; empty while the journal has no operators
}

// Release keeps an approval in the place of an earlier one of the same scope.
func (t *Tx) Release(r Release) error {
	_, err := t.exec(`INSERT INTO releases (request, scope, digest, records, operator, time, signature) VALUES (?,?,?,?,?,?,?)
		ON CONFLICT (request, scope) DO UPDATE SET digest = excluded.digest, records = excluded.records, operator = excluded.operator,
		time = excluded.time, signature = excluded.signature`,
		r.Request, r.Scope, r.Digest, r.Records, r.Operator, written(r.Time), r.Signature)
	return err
}

func release(ctx context.Context, at asker, id, scope string) (Release, error) {
	r := Release{Request: id, Scope: scope}
	var made string
	err := at.row(ctx, `SELECT digest, records, operator, time, signature FROM releases WHERE request = ? AND scope = ?`, id, scope).
		Scan(&r.Digest, &r.Records, &r.Operator, &made, &r.Signature)
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r.Time, err = time.Parse(timeForm, made)
	return r, err
}
