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
	"dossier/locate"
)

// Finding is what the last search of a request found.
type Finding struct {
	Searched time.Time
	Matches  []locate.Match
	Coverage []locate.Coverage
}

// SaveFinding keeps what a search found, each record once, in the place of what the last one did.
func (t *Tx) SaveFinding(id string, f Finding) error {
	key, err := t.keyOf(id)
	if err != nil {
		return err
	}
	for _, table := range []string{"matches", "findings"} {
		if _, err := t.exec(`DELETE FROM `+table+` WHERE request = ?`, id); err != nil {
			return err
		}
	}
	coverage, err := json.Marshal(f.Coverage)
	if err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO findings (request, searched, sealed) VALUES (?,?,?)`,
		id, written(f.Searched), key.sealRow("findings", "", coverage)); err != nil {
		return err
	}
	insert, err := t.prepare(`INSERT INTO matches (request, n, record, sealed) VALUES (?,?,?,?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for n, m := range f.Matches {
		plain, err := encodeMatch(m)
		if err != nil {
			return err
		}
		if _, err := insert.ExecContext(t.ctx, id, n, key.refer(m.Record.Ref), key.sealRow("matches", strconv.Itoa(n), plain)); err != nil {
			return err
		}
	}
	return nil
}

// Found returns the keyed reference of a record, and whether the last search of the request found it.
func (t *Tx) Found(id string, ref connectors.Ref) (record string, found bool, err error) {
	key, err := t.keyOf(id)
	if err != nil {
		return "", false, err
	}
	record = key.refer(ref)
	err = t.row(`SELECT EXISTS (SELECT 1 FROM matches WHERE request = ? AND record = ?)`, id, record).Scan(&found)
	return record, found, err
}

// Finding returns what the last search of a request found; the error wraps ErrNotSearched where there was none.
func (j *Journal) Finding(ctx context.Context, id string) (f Finding, err error) {
	err = j.view(ctx, func(at asker) error {
		key, err := j.keyOf(ctx, at, id)
		if err != nil {
			return err
		}
		var searched string
		var sealed []byte
		err = at.row(ctx, `SELECT searched, sealed FROM findings WHERE request = ?`, id).Scan(&searched, &sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%s: %w", id, ErrNotSearched)
		}
		if err != nil {
			return err
		}
		if f.Searched, err = time.Parse(timeForm, searched); err != nil {
			return err
		}
		plain, err := key.unsealRow("findings", "", sealed)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(plain, &f.Coverage); err != nil {
			return err
		}
		f.Matches, err = matches(ctx, at, key)
		return err
	})
	return f, err
}

// matches returns what was found of the request whose key it is.
func matches(ctx context.Context, at asker, key requestKey) ([]locate.Match, error) {
	rows, err := at.query(ctx, `SELECT n, sealed FROM matches WHERE request = ? ORDER BY n`, key.request)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []locate.Match
	for rows.Next() {
		var n int
		var sealed []byte
		if err := rows.Scan(&n, &sealed); err != nil {
			return nil, err
		}
		plain, err := key.unsealRow("matches", strconv.Itoa(n), sealed)
		if err != nil {
			return nil, err
		}
		m, err := decodeMatch(plain)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

// Decision is what a person decided about a record of a request.
type Decision struct {
	Record   connectors.Ref
	Decision string
	Note     string
	Operator string
	Time     time.Time
}

type sealedDecision struct {
	Record storedRef `json:"record"`
	Note   string    `json:"note"`
}

// Decide keeps a decision in the place of an earlier one on the same record. An empty decision takes it back.
func (t *Tx) Decide(id string, d Decision) error {
	key, err := t.keyOf(id)
	if err != nil {
		return err
	}
	record := key.refer(d.Record)
	if d.Decision == "" {
		_, err := t.exec(`DELETE FROM decisions WHERE request = ? AND record = ?`, id, record)
		return err
	}
	plain, err := json.Marshal(sealedDecision{storeRef(d.Record), d.Note})
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO decisions (request, record, decision, operator, time, sealed) VALUES (?,?,?,?,?,?)
		ON CONFLICT (request, record) DO UPDATE SET decision = excluded.decision, operator = excluded.operator, time = excluded.time, sealed = excluded.sealed`,
		id, record, d.Decision, d.Operator, written(t.j.now()), key.sealRow("decisions", record+d.Decision, plain))
	return err
}

// Decisions returns the decisions on records of a request, by the record's ID.
func (j *Journal) Decisions(ctx context.Context, id string) (map[string]Decision, error) {
	at := j.asks(j.read)
	key, err := j.keyOf(ctx, at, id)
	if err != nil {
		return nil, err
	}
	all, err := decisions(ctx, at, key)
	return all, failed(ctx, err)
}

func decisions(ctx context.Context, at asker, key requestKey) (map[string]Decision, error) {
	rows, err := at.query(ctx, `SELECT record, decision, operator, time, sealed FROM decisions WHERE request = ?`, key.request)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]Decision{}
	for rows.Next() {
		var d Decision
		var record, made string
		var sealed []byte
		if err := rows.Scan(&record, &d.Decision, &d.Operator, &made, &sealed); err != nil {
			return nil, err
		}
		plain, err := key.unsealRow("decisions", record+d.Decision, sealed)
		if err != nil {
			return nil, err
		}
		var s sealedDecision
		if err := json.Unmarshal(plain, &s); err != nil {
			return nil, err
		}
		if d.Time, err = time.Parse(timeForm, made); err != nil {
			return nil, err
		}
		d.Record, d.Note = s.Record.ref(), s.Note
		all[d.Record.ID()] = d
	}
	return all, rows.Err()
}
