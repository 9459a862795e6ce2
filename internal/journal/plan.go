package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// ErrNoPlan says that no plan has the id.
var ErrNoPlan = errors.New("there is no such plan")

// PlanState says how far a plan is.
type PlanState string

// The states of a plan.
const (
	PlanDraft    PlanState = "draft"    // its lines are being written: it can be dropped, and nothing else
	PlanSealed   PlanState = "sealed"   // complete, under its digest
	PlanApplied  PlanState = "applied"  // every line that writes was made, but for what a batch has set aside
	PlanVerified PlanState = "verified" // looked at since: everything that it was to change is as planned
)

// Carried reports whether the plan was carried out.
func (s PlanState) Carried() bool { return s == PlanApplied || s == PlanVerified }

// Plan is what the journal knows of a plan beside its head and its lines, which it keeps sealed and does not understand.
type Plan struct {
	ID       string // "SAR-2026-0001/P1"
	Request  string // the id of the request or the batch that it belongs to
	State    PlanState
	Made     time.Time
	Operator string
	Digest   string // "" until it is sealed
	Lines    int
}

// NewPlan records the next plan of a request. Its lines follow by AddLines, and SealPlan ends it.
func (t *Tx) NewPlan(request, operator string, head []byte) (Plan, error) {
	key, err := t.keyOf(request)
	if err != nil {
		return Plan{}, err
	}
	number := 0
	if err := t.row(`SELECT coalesce(max(number), 0) + 1 FROM plans WHERE request = ?`, request).Scan(&number); err != nil {
		return Plan{}, err
	}
	p := Plan{ID: request + "/P" + strconv.Itoa(number), Request: request, State: PlanDraft, Made: t.j.now().UTC(), Operator: operator}
	_, err = t.exec(`INSERT INTO plans (id, request, number, state, made, operator, digest, lines, sealed) VALUES (?,?,?,?,?,?,?,?,?)`,
		p.ID, request, number, string(p.State), written(p.Made), operator, "", 0, key.sealRow("plans", p.ID, head))
	return p, err
}

// AddLines appends lines to a plan that is not sealed.
func (t *Tx) AddLines(plan string, lines [][]byte) error {
	key, err := t.keyOfPlan(plan)
	if err != nil {
		return err
	}
	var n int
	err = t.row(`UPDATE plans SET lines = lines + ? WHERE id = ? AND state = ? RETURNING lines`, len(lines), plan, string(PlanDraft)).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s is sealed: make another plan", plan)
	}
	if err != nil {
		return err
	}
	insert, err := t.prepare(`INSERT INTO plan_lines (plan, n, sealed) VALUES (?,?,?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for i, line := range lines {
		at := n - len(lines) + i + 1
		if _, err := insert.ExecContext(t.ctx, plan, at, key.sealRow("plan_lines", rowOfLine(plan, at), line)); err != nil {
			return err
		}
	}
	return nil
}

func rowOfLine(plan string, n int) string { return plan + " " + strconv.Itoa(n) }

// SealPlan ends a plan: from now on it is what its digest says.
func (t *Tx) SealPlan(plan, digest string) error {
	return t.oneOf(plan, `UPDATE plans SET state = ?, digest = ? WHERE id = ? AND state = ?`, string(PlanSealed), digest, plan, string(PlanDraft))
}

// SetPlanState notes how far a sealed plan is.
func (t *Tx) SetPlanState(plan string, state PlanState) error {
	return t.oneOf(plan, `UPDATE plans SET state = ? WHERE id = ? AND state <> ?`, string(state), plan, string(PlanDraft))
}

func (t *Tx) oneOf(plan, query string, args ...any) error {
	res, err := t.exec(query, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return noPlan(plan)
}

// DropPlan deletes a plan that is not sealed. Its number is given again.
func (t *Tx) DropPlan(plan string) error {
	if _, err := t.exec(`DELETE FROM plan_lines WHERE plan = (SELECT id FROM plans WHERE id = ? AND state = ?)`, plan, string(PlanDraft)); err != nil {
		return err
	}
	return t.oneOf(plan, `DELETE FROM plans WHERE id = ? AND state = ?`, plan, string(PlanDraft))
}

// DropDrafts deletes the plans of a request or a batch that were begun before a time and never sealed: whoever made them was
// killed.
func (t *Tx) DropDrafts(request string, before time.Time) error {
	const old = `request = ? AND state = ? AND made < ?`
	if _, err := t.exec(`DELETE FROM plan_lines WHERE plan IN (SELECT id FROM plans WHERE `+old+`)`, request, string(PlanDraft), written(before)); err != nil {
		return err
	}
	_, err := t.exec(`DELETE FROM plans WHERE `+old, request, string(PlanDraft), written(before))
	return err
}

func noPlan(id string) error { return fmt.Errorf("%s: %w", id, ErrNoPlan) }

const planColumns = `id, request, state, made, operator, digest, lines`

func scanPlan(row interface{ Scan(...any) error }, more ...any) (Plan, error) {
	var p Plan
	var made string
	err := row.Scan(append([]any{&p.ID, &p.Request, &p.State, &made, &p.Operator, &p.Digest, &p.Lines}, more...)...)
	if err != nil {
		return p, err
	}
	p.Made, err = time.Parse(timeForm, made)
	return p, err
}

// Plan returns a plan and its head; the error wraps ErrNoPlan where there is none of that id.
func (j *Journal) Plan(ctx context.Context, id string) (p Plan, head []byte, err error) {
	err = j.view(ctx, func(from asker) error {
		var sealed []byte
		p, err = scanPlan(from.row(ctx, `SELECT `+planColumns+`, sealed FROM plans WHERE id = ?`, id), &sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return noPlan(id)
		}
		if err != nil {
			return err
		}
		key, err := j.keyOf(ctx, from, p.Request)
		if err != nil {
			return err
		}
		head, err = key.unsealRow("plans", id, sealed)
		return err
	})
	return p, head, err
}

// Plans returns the plans of a request or a batch, the oldest first.
func (j *Journal) Plans(ctx context.Context, request string) ([]Plan, error) {
	rows, err := j.query(ctx, `SELECT `+planColumns+` FROM plans WHERE request = ? ORDER BY number`, request)
	if err != nil {
		return nil, failed(ctx, err)
	}
	defer rows.Close()
	var all []Plan
	for rows.Next() {
		p, err := scanPlan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, failed(ctx, rows.Err())
}

// linesAtOnce is how many lines are held while a plan is read: no lock is held between two portions.
const linesAtOnce = 500

// Lines yields the lines of a plan with the numbers from first to last, in order, as they were added.
func (j *Journal) Lines(ctx context.Context, plan string, first, last int) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		key, err := j.keyOfPlan(ctx, j.asks(j.read), plan)
		for from := max(first, 1); err == nil && from <= last; from += linesAtOnce {
			var lines [][]byte
			if lines, err = j.someLines(ctx, key, plan, from, min(last, from+linesAtOnce-1)); err != nil {
				break
			}
			for _, line := range lines {
				if !yield(line, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(nil, failed(ctx, err))
		}
	}
}

func (j *Journal) someLines(ctx context.Context, key requestKey, plan string, first, last int) ([][]byte, error) {
	rows, err := j.query(ctx, `SELECT n, sealed FROM plan_lines WHERE plan = ? AND n BETWEEN ? AND ? ORDER BY n`, plan, first, last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lines [][]byte
	for rows.Next() {
		var n int
		var sealed []byte
		if err := rows.Scan(&n, &sealed); err != nil {
			return nil, err
		}
		line, err := key.unsealRow("plan_lines", rowOfLine(plan, n), sealed)
		if err != nil {
			return nil, err
		}
		if n != first+len(lines) {
			return nil, fmt.Errorf("%s lacks its line %d: the journal was changed from outside, or damaged; bring it back from a backup", plan, first+len(lines))
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(lines) != last-first+1 {
		return nil, fmt.Errorf("%s lacks lines behind %d: the journal was changed from outside, or damaged; bring it back from a backup", plan, first+len(lines)-1)
	}
	return lines, nil
}

// keyOfPlan returns the key of the request or the batch that a plan belongs to.
func (j *Journal) keyOfPlan(ctx context.Context, from asker, plan string) (requestKey, error) {
	owner, _, ok := strings.Cut(plan, "/P")
	if !ok {
		return requestKey{}, noPlan(plan)
	}
	return j.keyOf(ctx, from, owner)
}

func (t *Tx) keyOfPlan(plan string) (requestKey, error) { return t.j.keyOfPlan(t.ctx, t.asker, plan) }
