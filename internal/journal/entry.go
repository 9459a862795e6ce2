// Package journal is the durable store of the hub: requests, what was found, what was decided and the log
// of what was done, in one SQLite file or a PostgreSQL database. Personal data in it is sealed with a key per request.
package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"dossier/internal/logproof"
)

// Entry is one line of the log. It names records by keyed references (see Tx.Found) and holds none of
// their values.
type Entry = logproof.Entry

// row is an entry as it is stored, number apart: the text of every column.
type row struct{ time, operator, request, system, what, details string }

const rowColumns = `time, operator, request, system, what, details`

func (r *row) into() []any {
	return []any{&r.time, &r.operator, &r.request, &r.system, &r.what, &r.details}
}

// leaf returns the hash of the entry in the tree.
func (r row) leaf() tlog.Hash {
	return logproof.Columns{r.time, r.operator, r.request, r.system, r.what, r.details}.Leaf()
}

func (r row) entry(seq int64) (Entry, error) {
	e := Entry{Seq: seq, Operator: r.operator, Request: r.request, System: r.system, What: r.what}
	if r.details != "" {
		e.Details = json.RawMessage(r.details)
	}
	var err error
	e.Time, err = time.Parse(timeForm, r.time)
	return e, err
}

// Log appends an entry, whose number and time the journal gives. What is logged can never be changed or deleted.
func (t *Tx) Log(e Entry) error {
	if e.Operator == "" || e.What == "" {
		return fmt.Errorf("an entry of the log needs an operator and what was done")
	}
	e.Time = t.j.now()
	c, err := e.Columns()
	if err != nil {
		return err
	}
	r := row{c[0], c[1], c[2], c[3], c[4], c[5]}
	n, err := t.grow(r.leaf())
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO log (seq, `+rowColumns+`) VALUES (?,?,?,?,?,?,?)`, n+1, r.time, r.operator, r.request, r.system, r.what, r.details)
	if err != nil {
		return err
	}
	return t.toSend(n + 1)
}

// Log appends one entry by itself.
func (j *Journal) Log(ctx context.Context, e Entry) error {
	return j.Update(ctx, func(t *Tx) error { return t.Log(e) })
}

// Entries returns the log of a request, or the whole log where the id is empty, the oldest first.
func (j *Journal) Entries(ctx context.Context, id string) ([]Entry, error) {
	rows, err := j.query(ctx, `SELECT seq, `+rowColumns+` FROM log WHERE ? = '' OR request = ? ORDER BY seq`, id, id)
	if err != nil {
		return nil, failed(ctx, err)
	}
	all, err := entriesOf(rows)
	return all, failed(ctx, err)
}

// entriesOf reads the entries of a query whose columns are their numbers and rowColumns, and closes it.
func entriesOf(rows *sql.Rows) ([]Entry, error) {
	defer rows.Close()
	var all []Entry
	for rows.Next() {
		var seq int64
		var r row
		if err := rows.Scan(append([]any{&seq}, r.into()...)...); err != nil {
			return nil, err
		}
		e, err := r.entry(seq)
		if err != nil {
			return nil, fmt.Errorf("entry %d of the log was changed from outside: %w", seq, err)
		}
		all = append(all, e)
	}
	return all, rows.Err()
}
