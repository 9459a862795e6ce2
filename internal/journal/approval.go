package journal

import (
	"context"
	"time"
)

// Approval is an operator's signature under a plan.
type Approval struct {
	Plan      string
	Digest    string // of the plan that was approved
	Operator  string
	Time      time.Time
	Expires   time.Time
	Ticket    string // of another system that keeps track of the approval; may be empty
	Signature []byte // by the operator's key, over everything above
}

// Approve keeps an approval in the place of an earlier one by the same operator.
func (t *Tx) Approve(a Approval) error {
	_, err := t.exec(`INSERT INTO approvals (plan, operator, digest, time, expires, ticket, signature) VALUES (?,?,?,?,?,?,?)
		ON CONFLICT (plan, operator) DO UPDATE SET digest = excluded.digest, time = excluded.time, expires = excluded.expires,
		ticket = excluded.ticket, signature = excluded.signature`,
		a.Plan, a.Operator, a.Digest, written(a.Time), written(a.Expires), a.Ticket, a.Signature)
	return err
}

// Approvals returns who approved a plan, the oldest first.
func (j *Journal) Approvals(ctx context.Context, plan string) ([]Approval, error) {
	rows, err := j.query(ctx, `SELECT operator, digest, time, expires, ticket, signature FROM approvals WHERE plan = ? ORDER BY time, operator`, plan)
	if err != nil {
		return nil, failed(ctx, err)
	}
	defer rows.Close()
	var all []Approval
	for rows.Next() {
		a := Approval{Plan: plan}
		var at, until string
		if err := rows.Scan(&a.Operator, &a.Digest, &at, &until, &a.Ticket, &a.Signature); err != nil {
			return nil, err
		}
		if a.Time, err = time.Parse(timeForm, at); err != nil {
			return nil, err
		}
		if a.Expires, err = time.Parse(timeForm, until); err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, failed(ctx, rows.Err())
}
