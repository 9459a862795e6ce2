package journal

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Verification is what the last verification of a plan found: the caller's JSON, which the journal keeps sealed and does not
// understand.
type Verification struct {
	Plan     string
	Time     time.Time
	Operator string
	Verdicts []byte
}

// KeepVerification keeps what a verification found, in the place of the last one of the plan.
func (t *Tx) KeepVerification(v Verification) error {
	key, err := t.keyOf(ownerOf(v.Plan))
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO verdicts (plan, time, operator, sealed) VALUES (?,?,?,?)
		ON CONFLICT (plan) DO UPDATE SET time = excluded.time, operator = excluded.operator, sealed = excluded.sealed`,
		v.Plan, written(t.j.now()), v.Operator, key.sealRow("verdicts", v.Plan, v.Verdicts))
	return err
}

// ErrNotVerified says that nobody has looked what a plan came to.
var ErrNotVerified = errors.New("nobody has looked yet what the plan came to: run dossier verify")

// Verification returns what the last verification of a plan found; the error wraps ErrNotVerified where there was none.
func (j *Journal) Verification(ctx context.Context, plan string) (v Verification, err error) {
	v.Plan = plan
	err = j.view(ctx, func(from asker) error {
		key, err := j.keyOf(ctx, from, ownerOf(plan))
		if err != nil {
			return err
		}
		var made string
		var sealed []byte
		err = from.row(ctx, `SELECT time, operator, sealed FROM verdicts WHERE plan = ?`, plan).Scan(&made, &v.Operator, &sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotVerified
		}
		if err != nil {
			return err
		}
		if v.Time, err = time.Parse(timeForm, made); err != nil {
			return err
		}
		v.Verdicts, err = key.unsealRow("verdicts", plan, sealed)
		return err
	})
	return v, failed(ctx, err)
}
