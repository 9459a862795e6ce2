package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"time"

	"dossier/connectors"
)

// Receipt is what a system answered to one line of a plan.
type Receipt struct {
	Line   int
	Step   int // the first line of its step
	Result connectors.Result
	Record connectors.Ref // under its key after the change
	Why    string         // where it was not made
	Time   time.Time
}

type sealedReceipt struct {
	Record storedRef `json:"record"`
	Why    string    `json:"why,omitempty"`
}

// results are the results by the words under which they are kept.
var results = map[string]connectors.Result{}

func init() {
	for r := connectors.Done; r <= connectors.Unknown; r++ {
		results[r.String()] = r
	}
}

func receiptRow(plan string, line int) string { return plan + " " + strconv.Itoa(line) }

// AddReceipts keeps receipts, each in the place of an earlier one of the same line.
func (t *Tx) AddReceipts(plan string, receipts []Receipt) error {
	key, err := t.keyOf(ownerOf(plan))
	if err != nil {
		return err
	}
	insert, err := t.prepare(`INSERT INTO receipts (plan, line, step, result, time, sealed) VALUES (?,?,?,?,?,?)
		ON CONFLICT (plan, line) DO UPDATE SET step = excluded.step, result = excluded.result, time = excluded.time, sealed = excluded.sealed`)
	if err != nil {
		return err
	}
	defer insert.Close()
	now := written(t.j.now())
	for _, r := range receipts {
		plain, err := json.Marshal(sealedReceipt{storeRef(r.Record), r.Why})
		if err != nil {
			return err
		}
		if _, err := insert.ExecContext(t.ctx, plan, r.Line, r.Step, r.Result.String(), now, key.sealRow("receipts", receiptRow(plan, r.Line), plain)); err != nil {
			return err
		}
	}
	return nil
}

// Receipts yields the receipts of a plan in the order of its lines.
func (j *Journal) Receipts(ctx context.Context, plan string) iter.Seq2[Receipt, error] {
	return func(yield func(Receipt, error) bool) {
		going := true
		err := j.view(ctx, func(a asker) error {
			key, err := j.keyOf(ctx, a, ownerOf(plan))
			if err != nil {
				return err
			}
			rows, err := a.query(ctx, `SELECT line, step, result, time, sealed FROM receipts WHERE plan = ? ORDER BY line`, plan)
			if err != nil {
				return err
			}
			defer rows.Close()
			for going && rows.Next() {
				var r Receipt
				var result, at string
				var sealed []byte
				if err := rows.Scan(&r.Line, &r.Step, &result, &at, &sealed); err != nil {
					return err
				}
				plain, err := key.unsealRow("receipts", receiptRow(plan, r.Line), sealed)
				if err != nil {
					return err
				}
				var in sealedReceipt
				if err := json.Unmarshal(plain, &in); err != nil {
					return err
				}
				if r.Time, err = time.Parse(timeForm, at); err != nil {
					return err
				}
				if r.Result = results[result]; r.Result == 0 {
					return fmt.Errorf("the journal holds a receipt with the result %q, which this program does not know", result)
				}
				r.Record, r.Why = in.Record.ref(), in.Why
				going = yield(r, nil)
			}
			return rows.Err()
		})
		if going && err != nil {
			yield(Receipt{}, err)
		}
	}
}

// Refer returns the keyed references by which the log names records of a plan.
func (t *Tx) Refer(plan string, refs []connectors.Ref) ([]string, error) {
	key, err := t.keyOf(ownerOf(plan))
	if err != nil {
		return nil, err
	}
	keyed := make([]string, len(refs))
	for i, ref := range refs {
		keyed[i] = key.refer(ref)
	}
	return keyed, nil
}
