package journal

import (
	"context"
	"fmt"
	"time"

	"dossier/connectors"
)

// Original is what a record held before it was restricted, as the line of the plan that restricted it says.
type Original struct {
	Plan   string
	N      int    // of the line
	Line   []byte // the line, which the journal does not understand
	record string // the keyed reference
}

// KeepOriginal keeps what a record of a request or a batch held, once the line that restricts it was made. A record that was restricted
// before keeps its first original: lifting brings back what was there before any restriction.
func (t *Tx) KeepOriginal(request string, record connectors.Ref, plan string, n int, line []byte) error {
	key, err := t.keyOf(request)
	if err != nil {
		return err
	}
	ref := key.refer(record)
	_, err = t.exec(`INSERT INTO originals (request, record, plan, line, sealed) VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING`,
		request, ref, plan, n, key.sealRow("originals", ref, line))
	return err
}

// DropOriginal forgets what a record held, once it holds it again, and the traces of its restriction: a backup that is restored is
// not to restrict it anew.
func (t *Tx) DropOriginal(request string, record connectors.Ref) error {
	key, err := t.keyOf(request)
	if err != nil {
		return err
	}
	if _, err := t.exec(`DELETE FROM traces WHERE (plan, line) IN (SELECT plan, line FROM originals WHERE request = ? AND record = ?)`, request, key.refer(record)); err != nil {
		return err
	}
	_, err = t.exec(`DELETE FROM originals WHERE request = ? AND record = ?`, request, key.refer(record))
	return err
}

// Originals returns what the records of a request held that are restricted now, in the order of the lines that restricted them.
func (j *Journal) Originals(ctx context.Context, request string) ([]Original, error) {
	var all []Original
	err := j.view(ctx, func(from asker) error {
		key, err := j.keyOf(ctx, from, request)
		if err != nil {
			return err
		}
		rows, err := from.query(ctx, `SELECT record, plan, line, sealed FROM originals WHERE request = ? ORDER BY plan, line`, request)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var o Original
			var sealed []byte
			if err := rows.Scan(&o.record, &o.Plan, &o.N, &sealed); err != nil {
				return err
			}
			if o.Line, err = key.unsealRow("originals", o.record, sealed); err != nil {
				return err
			}
			all = append(all, o)
		}
		return rows.Err()
	})
	return all, err
}

// Restricted counts the records of a request that are restricted now: its key is needed for as long as there are any.
func (j *Journal) Restricted(ctx context.Context, request string) (n int, err error) {
	err = j.row(ctx, `SELECT count(*) FROM originals WHERE request = ?`, request).Scan(&n)
	return n, failed(ctx, err)
}

// RestrictedRequests counts the records that are restricted now, by the requests and the batches that they are restricted for.
func (j *Journal) RestrictedRequests(ctx context.Context) (map[string]int, error) {
	rows, err := j.query(ctx, `SELECT request, count(*) FROM originals GROUP BY request`)
	if err != nil {
		return nil, failed(ctx, err)
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var request string
		var n int
		if err := rows.Scan(&request, &n); err != nil {
			return nil, err
		}
		counts[request] = n
	}
	return counts, failed(ctx, rows.Err())
}

// Notice is that a person was told something, or the people of a batch.
type Notice struct {
	About    string    // what: "lift", that a restriction will be lifted
	Sent     time.Time // the day, midnight UTC
	Operator string    // who recorded it
	Recorded time.Time
}

// AddNotice records that the person of a request, or everybody of a batch, was told something.
func (t *Tx) AddNotice(request string, n Notice) error {
	if _, err := t.keyOf(request); err != nil {
		return err
	}
	table, owner := noticesOf(request)
	_, err := t.exec(`INSERT INTO `+table+` (`+owner+`, about, sent, operator, recorded) VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING`,
		request, n.About, n.Sent.Format(time.DateOnly), n.Operator, written(t.j.now()))
	return err
}

func noticesOf(id string) (table, owner string) {
	if isBatch(id) {
		return "batch_notices", "batch"
	}
	return "notices", "request"
}

// Notices returns what the person of a request, or the people of a batch, were told, the earliest first.
func (j *Journal) Notices(ctx context.Context, request string) ([]Notice, error) {
	table, owner := noticesOf(request)
	rows, err := j.query(ctx, `SELECT about, sent, operator, recorded FROM `+table+` WHERE `+owner+` = ? ORDER BY sent, about`, request)
	if err != nil {
		return nil, failed(ctx, err)
	}
	defer rows.Close()
	var all []Notice
	for rows.Next() {
		var n Notice
		var sent, recorded string
		if err := rows.Scan(&n.About, &sent, &n.Operator, &recorded); err != nil {
			return nil, err
		}
		if n.Sent, err = time.Parse(time.DateOnly, sent); err != nil {
			return nil, fmt.Errorf("a notice of %s: %w", request, err)
		}
		if n.Recorded, err = time.Parse(timeForm, recorded); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, failed(ctx, rows.Err())
}
