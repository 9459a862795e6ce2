package journal

import (
	"context"
	"errors"
	"fmt"

	"dossier/request"
)

// ErrPurged says that what the journal held of the person, or of the people of a batch, was destroyed.
var ErrPurged = errors.New("what was kept of the person was destroyed")

// ErrNeeded says that what is kept of a request or a batch cannot be destroyed yet.
var ErrNeeded = errors.New("it is needed still")

// ofRequest lists what is kept under the key of a request or a batch, children first, and how its rows are told. Every table with a
// column sealed stands here or in outlasting. The rows of plans stay, with their digests, for the approvals that name them.
var ofRequest = []struct{ table, where string }{
	{"receipts", ofItsPlans},
	{"tasks", ofItsPlans},
	{"verdicts", ofItsPlans},
	{"steps", ofItsPlans},
	{"plan_lines", ofItsPlans},
	{"withholdings", `request = ?`},
	{"decisions", `request = ?`},
	{"matches", `request = ?`},
	{"findings", `request = ?`},
	{"special", `request = ?`},
	{"batch_people", `batch = ?`},
}

const ofItsPlans = `plan IN (SELECT id FROM plans WHERE request = ?)`

// outlasting are the tables with sealed columns that a request's end does not empty, and why.
var outlasting = map[string]string{
	"requests":          "its row stays, emptied",
	"plans":             "its rows stay, emptied",
	"originals":         "while there are any, nothing is destroyed",
	"request_steps":     "its rows stay, emptied",
	"log_key":           "holds the log's key",
	"batches":           "its row stays, emptied",
	"incident_versions": "under the incident's key",
	"formers":           "under keys of their own, and forgotten with the last restriction of the file",
	"former_parts":      "as formers",
}

// needs are the reasons why a closed request, or a batch, is kept, and how many there are of each.
var needs = []struct{ why, count string }{
	{"%d of its records are restricted: lift the restriction first", `SELECT count(*) FROM originals WHERE request = ?`},
	{"%d holds on its person stand: lift them first", `SELECT count(*) FROM holds WHERE request = ? AND lifted = ''`},
	{"the outcome of %d of its steps is open: take the plan up again with dossier apply", `SELECT count(*) FROM steps WHERE state = 'intended' AND ` + ofItsPlans},
	{"%d complaints about it are not answered: record the outcome with dossier request complain", `SELECT count(*) FROM request_steps c WHERE c.request = ? AND c.what = 'complained'
		AND NOT EXISTS (SELECT 1 FROM request_steps a WHERE a.request = c.request AND a.n > c.n AND a.what = 'complaint answered')`},
	{"%d of its tasks are not done: see dossier task list", `SELECT count(*) FROM tasks WHERE done = '' AND ` + ofItsPlans},
}

// purge deletes what is kept under the key of a closed request or of a batch, and the key.
func (t *Tx) purge(id string) error {
	if _, err := t.keyOf(id); errors.Is(err, ErrPurged) {
		return nil // the files are cleaned again
	} else if err != nil {
		return err
	}
	owner, ended := "requests", `state = '`+string(request.Purged)+`', `
	if isBatch(id) {
		owner, ended = "batches", ""
	} else {
		var state request.State
		if err := t.row(`SELECT state FROM requests WHERE id = ?`, id).Scan(&state); err != nil {
			return err
		}
		if state != request.Closed {
			return fmt.Errorf("%s: %w: close it first, with dossier request close", id, ErrNeeded)
		}
	}
	for _, n := range needs {
		var count int
		if err := t.row(n.count, id).Scan(&count); err != nil {
			return err
		}
		if count > 0 {
			return fmt.Errorf("%s: %w: "+n.why, id, ErrNeeded, count)
		}
	}
	for _, o := range ofRequest {
		if _, err := t.exec(`DELETE FROM `+o.table+` WHERE `+o.where, id); err != nil {
			return err
		}
	}
	if err := t.TidyFormers(); err != nil {
		return err
	}
	if _, err := t.exec(`UPDATE plans SET sealed = ? WHERE request = ?`, []byte{}, id); err != nil {
		return err
	}
	if _, err := t.exec(`UPDATE request_steps SET sealed = ? WHERE request = ?`, []byte{}, id); err != nil {
		return err
	}
	_, err := t.exec(`UPDATE `+owner+` SET `+ended+`key = ?, sealed = ? WHERE id = ?`, []byte{}, []byte{}, id)
	return err
}

// Purge destroys the key of a closed request or of a batch, everything that is sealed with it and what the files of the database still
// hold of both, and logs e. Its id, its dates and the log stay. A second call cleans the files again. The error wraps
// ErrNeeded where it may not be destroyed yet.
func (j *Journal) Purge(ctx context.Context, id string, e Entry) error {
	err := j.Update(ctx, func(t *Tx) error {
		if err := t.purge(id); err != nil {
			return err
		}
		return t.Log(e)
	})
	if err != nil {
		return err
	}
	tables := []string{"requests", "request_steps", "batches", "plans", "formers", "former_parts"}
	for _, o := range ofRequest {
		tables = append(tables, o.table)
	}
	if err := j.store.scrub(ctx, j.write, tables); err != nil {
		return fmt.Errorf("%s was destroyed, but not every byte of it is overwritten: %w", id, failed(ctx, err))
	}
	return nil
}
