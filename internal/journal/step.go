package journal

import (
	"context"
	"encoding/json"
	"strconv"

	"dossier/connectors"
)

// Step is one call by which a plan is made: a run of its lines in one system and place.
type Step struct {
	Plan        string
	System      string
	Place       string
	First, Last int // the numbers of its lines; the first names the step
	Changes     int // how many of those write
	State       StepState
	Attempts    int
	Swap        connectors.Swap // of a file that is swapped whole: kept before the swap
	Bytes       bool            // the swap gives the file the very bytes that it had before a restriction
	Alike       map[int]int     // inserts whose key the system chooses, by line: how many such records there were before
}

// StepState says how far a step is.
type StepState string

// The states of a step. One that is intended may or may not have been made: whoever finds it so has to look.
const (
	StepPlanned  StepState = "planned"
	StepIntended StepState = "intended"
	StepMade     StepState = "made"
	StepFailed   StepState = "failed" // refused, with nothing written; its receipts say why
)

// sealedStep is what of a step is personal data: names of files can be.
type sealedStep struct {
	Place  exact       `json:"place"`
	Before string      `json:"before,omitempty"`
	After  string      `json:"after,omitempty"`
	Bytes  bool        `json:"bytes,omitempty"`
	Alike  map[int]int `json:"alike,omitempty"`
}

func (k requestKey) sealStep(s Step) ([]byte, error) {
	plain, err := json.Marshal(sealedStep{exact(s.Place), s.Swap.Before, s.Swap.After, s.Bytes, s.Alike})
	return k.sealRow("steps", s.Plan+" "+strconv.Itoa(s.First), plain), err
}

// NewSteps keeps the steps of a plan.
func (t *Tx) NewSteps(plan string, steps []Step) error {
	key, err := t.keyOf(ownerOf(plan))
	if err != nil {
		return err
	}
	insert, err := t.prepare(`INSERT INTO steps (plan, system, first, last, changes, state, attempts, sealed) VALUES (?,?,?,?,?,?,?,?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, s := range steps {
		s.Plan = plan
		sealed, err := key.sealStep(s)
		if err != nil {
			return err
		}
		if _, err := insert.ExecContext(t.ctx, plan, s.System, s.First, s.Last, s.Changes, string(s.State), s.Attempts, sealed); err != nil {
			return err
		}
	}
	return nil
}

// SetStep notes how far a step is, and what recovery decides by.
func (t *Tx) SetStep(s Step) error {
	key, err := t.keyOf(ownerOf(s.Plan))
	if err != nil {
		return err
	}
	sealed, err := key.sealStep(s)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE steps SET state = ?, attempts = ?, sealed = ? WHERE plan = ? AND first = ?`, string(s.State), s.Attempts, sealed, s.Plan, s.First)
	return err
}

// Steps returns the steps of a plan in their order; none before it was first applied.
func (j *Journal) Steps(ctx context.Context, plan string) ([]Step, error) {
	var all []Step
	err := j.view(ctx, func(a asker) error {
		key, err := j.keyOf(ctx, a, ownerOf(plan))
		if err != nil {
			return err
		}
		rows, err := a.query(ctx, `SELECT system, first, last, changes, state, attempts, sealed FROM steps WHERE plan = ? ORDER BY first`, plan)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			s := Step{Plan: plan}
			var sealed []byte
			if err := rows.Scan(&s.System, &s.First, &s.Last, &s.Changes, &s.State, &s.Attempts, &sealed); err != nil {
				return err
			}
			plain, err := key.unsealRow("steps", plan+" "+strconv.Itoa(s.First), sealed)
			if err != nil {
				return err
			}
			var in sealedStep
			if err := json.Unmarshal(plain, &in); err != nil {
				return err
			}
			s.Place, s.Bytes, s.Alike = string(in.Place), in.Bytes, in.Alike
			if in.After != "" {
				s.Swap = connectors.Swap{Place: s.Place, Before: in.Before, After: in.After}
			}
			all = append(all, s)
		}
		return rows.Err()
	})
	return all, err
}
