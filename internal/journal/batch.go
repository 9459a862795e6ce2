package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"dossier/locate"
)

// ErrNoBatch says that no batch has the id.
var ErrNoBatch = errors.New("there is no such batch")

// Batch is one action for many people. Its id stands where a request's would: its plans belong to it.
type Batch struct {
	ID       string // BATCH-2026-0001
	Action   string // "replay": whatever was done before
	Origin   string // what the people were taken from: "file", "retention", "controller", "replay"
	From     string // which one: the file's, the rule's, the controller's or the system's name
	Reason   string
	Created  time.Time
	Operator string
	Purged   bool // what was kept of its people was destroyed, and with it From and Reason
}

// PersonState says what a batch does for a person.
type PersonState string

// The states of a batch's people.
const (
	PersonClear  PersonState = "planned"   // what is theirs is certain, and planned
	PersonAside  PersonState = "set aside" // somebody has to decide first
	PersonAbsent PersonState = "nothing"   // nothing of theirs was found
)

// BatchPerson is one of a batch's people.
type BatchPerson struct {
	N           int // from 1
	State       PersonState
	At          string // where a person finds them: "row 17"
	Identifiers []locate.Identifier
	Right, Was  string // rectify: the right value of the fact, and the wrong one where it is known
	Why         string // why they are set aside, or what of theirs is left
}

type sealedBatch struct {
	From   exact `json:"from"`
	Reason exact `json:"reason"`
}

type sealedPerson struct {
	At          exact              `json:"at"`
	Identifiers []storedIdentifier `json:"identifiers"`
	Right       exact              `json:"right,omitempty"`
	Was         exact              `json:"was,omitempty"`
	Why         exact              `json:"why,omitempty"`
}

type storedIdentifier struct {
	Kind  string `json:"k"`
	Value exact  `json:"v"`
}

// isBatch reports whether an id names a batch and no request.
func isBatch(id string) bool { return strings.HasPrefix(id, "BATCH-") }

// NewBatch records a batch under the next id of the year.
func (t *Tx) NewBatch(b Batch) (Batch, error) {
	b.Created = t.j.now().UTC()
	year, number := b.Created.Year(), 0
	if err := t.row(`SELECT coalesce(max(number), 0) + 1 FROM batches WHERE year = ?`, year).Scan(&number); err != nil {
		return b, err
	}
	b.ID = fmt.Sprintf("BATCH-%d-%04d", year, number)
	key, wrapped := t.j.master.newRequestKey(b.ID)
	plain, err := json.Marshal(sealedBatch{exact(b.From), exact(b.Reason)})
	if err != nil {
		return b, err
	}
	_, err = t.exec(`INSERT INTO batches (id, year, number, action, origin, created, operator, key, sealed) VALUES (?,?,?,?,?,?,?,?,?)`,
		b.ID, year, number, b.Action, b.Origin, written(b.Created), b.Operator, wrapped, key.sealRow("batches", b.ID, plain))
	return b, err
}

// AddBatchPeople keeps people of a batch, each under its number.
func (t *Tx) AddBatchPeople(batch string, people []BatchPerson) error {
	key, err := t.keyOf(batch)
	if err != nil {
		return err
	}
	insert, err := t.prepare(`INSERT INTO batch_people (batch, n, state, sealed) VALUES (?,?,?,?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, p := range people {
		s := sealedPerson{At: exact(p.At), Right: exact(p.Right), Was: exact(p.Was), Why: exact(p.Why)}
		for _, id := range p.Identifiers {
			s.Identifiers = append(s.Identifiers, storedIdentifier{id.Kind, exact(id.Value)})
		}
		plain, err := json.Marshal(s)
		if err != nil {
			return err
		}
		if _, err := insert.ExecContext(t.ctx, batch, p.N, string(p.State), key.sealRow("batch_people", batch+" "+strconv.Itoa(p.N), plain)); err != nil {
			return err
		}
	}
	return nil
}

func noBatch(id string) error { return fmt.Errorf("%s: %w", id, ErrNoBatch) }

const batchColumns = `id, action, origin, created, operator, key, sealed`

// Batch returns one batch; the error wraps ErrNoBatch where there is none of that id.
func (j *Journal) Batch(ctx context.Context, id string) (Batch, error) {
	b, err := j.scanBatch(j.row(ctx, `SELECT `+batchColumns+` FROM batches WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return b, noBatch(id)
	}
	return b, failed(ctx, err)
}

// Batches returns every batch, the newest first.
func (j *Journal) Batches(ctx context.Context) ([]Batch, error) {
	rows, err := j.query(ctx, `SELECT `+batchColumns+` FROM batches ORDER BY year DESC, number DESC`)
	if err != nil {
		return nil, failed(ctx, err)
	}
	defer rows.Close()
	var all []Batch
	for rows.Next() {
		b, err := j.scanBatch(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, failed(ctx, rows.Err())
}

func (j *Journal) scanBatch(row interface{ Scan(...any) error }) (Batch, error) {
	var b Batch
	var created string
	var wrapped, sealed []byte
	if err := row.Scan(&b.ID, &b.Action, &b.Origin, &created, &b.Operator, &wrapped, &sealed); err != nil {
		return b, err
	}
	var err error
	if b.Created, err = time.Parse(timeForm, created); err != nil {
		return b, err
	}
	if b.Purged = len(wrapped) == 0; b.Purged {
		return b, nil
	}
	key, err := j.master.open(b.ID, wrapped)
	if err != nil {
		return b, err
	}
	plain, err := key.unsealRow("batches", b.ID, sealed)
	if err != nil {
		return b, err
	}
	var s sealedBatch
	if err := json.Unmarshal(plain, &s); err != nil {
		return b, err
	}
	b.From, b.Reason = string(s.From), string(s.Reason)
	return b, nil
}

// CountBatchPeople counts the people of a batch by their states.
func (j *Journal) CountBatchPeople(ctx context.Context, batch string) (map[PersonState]int, error) {
	rows, err := j.query(ctx, `SELECT state, count(*) FROM batch_people WHERE batch = ? GROUP BY state`, batch)
	if err != nil {
		return nil, failed(ctx, err)
	}
	defer rows.Close()
	counts := map[PersonState]int{}
	for rows.Next() {
		var state PersonState
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, err
		}
		counts[state] = n
	}
	return counts, failed(ctx, rows.Err())
}

// BatchPeople yields the people of a batch in their order.
func (j *Journal) BatchPeople(ctx context.Context, batch string) iter.Seq2[BatchPerson, error] {
	return func(yield func(BatchPerson, error) bool) {
		key, err := j.keyOf(ctx, j.asks(j.read), batch)
		for from := 1; err == nil; from += linesAtOnce {
			var some []BatchPerson
			if some, err = j.somePeople(ctx, key, batch, from); err != nil || len(some) == 0 {
				break
			}
			for _, p := range some {
				if !yield(p, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(BatchPerson{}, failed(ctx, err))
		}
	}
}

func (j *Journal) somePeople(ctx context.Context, key requestKey, batch string, from int) ([]BatchPerson, error) {
	rows, err := j.query(ctx, `SELECT n, state, sealed FROM batch_people WHERE batch = ? AND n BETWEEN ? AND ? ORDER BY n`, batch, from, from+linesAtOnce-1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var some []BatchPerson
	for rows.Next() {
		var p BatchPerson
		var sealed []byte
		if err := rows.Scan(&p.N, &p.State, &sealed); err != nil {
			return nil, err
		}
		plain, err := key.unsealRow("batch_people", batch+" "+strconv.Itoa(p.N), sealed)
		if err != nil {
			return nil, err
		}
		var s sealedPerson
		if err := json.Unmarshal(plain, &s); err != nil {
			return nil, err
		}
		p.At, p.Right, p.Was, p.Why = string(s.At), string(s.Right), string(s.Was), string(s.Why)
		for _, id := range s.Identifiers {
			p.Identifiers = append(p.Identifiers, locate.Identifier{Kind: id.Kind, Value: string(id.Value)})
		}
		some = append(some, p)
	}
	return some, rows.Err()
}
