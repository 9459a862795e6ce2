package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"dossier/internal/journal"
	"dossier/internal/logproof"
)

// Entry is one line of the log.
type Entry = journal.Entry

// LogReport is what looking at the whole log found.
type LogReport = journal.LogReport

// Proof shows that an entry stands in the log, to somebody who has nothing but the log's key.
type Proof = journal.Proof

// ErrTampered says that the log is not as the program wrote it.
var ErrTampered = errors.New("the log is not as it was written: keep the state's folder as it is, and bring the journal back from a backup")

// Log returns the log of a request, or the whole log where the id is empty, the oldest first.
func (d *Desk) Log(ctx context.Context, id string) ([]Entry, error) {
	if id == "" {
		if err := d.may(ctx, journal.RoleAudit); err != nil {
			return nil, err
		}
		return d.journal.Entries(ctx, "")
	}
	if err := d.known(ctx); err != nil {
		return nil, err
	}
	return d.journal.Entries(ctx, id)
}

// VerifyLog compares every entry of the log with its tree, and the tree with its checkpoints: the journal's, the copy beside
// it, and one that was kept elsewhere, in the file named (none: ""). The error wraps ErrTampered where something is wrong.
func (d *Desk) VerifyLog(ctx context.Context, checkpoint string) (LogReport, error) {
	if err := d.may(ctx, journal.RoleAudit); err != nil {
		return LogReport{}, err
	}
	var older [][]byte
	if checkpoint != "" {
		b, err := os.ReadFile(checkpoint)
		if err != nil {
			return LogReport{}, fmt.Errorf("the checkpoint cannot be read: %w", err)
		}
		older = append(older, b)
	}
	report, err := d.journal.VerifyLog(ctx, older...)
	if err == nil && len(report.Problems) > 0 {
		err = ErrTampered
	}
	return report, err
}

// ProveEntry returns the proof that an entry stands in the log, by its number.
func (d *Desk) ProveEntry(ctx context.Context, seq int64) (Proof, error) {
	if err := d.may(ctx, journal.RoleAudit); err != nil {
		return Proof{}, err
	}
	return d.journal.ProveEntry(ctx, seq)
}

// VerifyProof checks a proof in a file under the key of a log, and returns the entry that it proves. It needs no journal.
func VerifyProof(file, key string) (Entry, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return Entry{}, fmt.Errorf("the proof cannot be read: %w", err)
	}
	p, err := logproof.Parse(b)
	if err != nil {
		return Entry{}, err
	}
	return p.Entry, p.Check(key)
}

// entry returns an entry of the log by this operator. The details are numbers, kinds and keyed references, never values.
func (d *Desk) entry(request, system, what string, details any) (journal.Entry, error) {
	b, err := json.Marshal(details)
	return journal.Entry{Operator: d.operator, Request: request, System: system, What: what, Details: b}, err
}

// log appends an entry to the log as part of a change.
func (d *Desk) log(tx *journal.Tx, request, system, what string, details any) error {
	e, err := d.entry(request, system, what, details)
	if err != nil {
		return err
	}
	return tx.Log(e)
}

// note appends an entry to the log by itself. It is written even when ctx has ended: what was done is logged.
func (d *Desk) note(ctx context.Context, request, system, what string, details any) error {
	e, err := d.entry(request, system, what, details)
	if err != nil {
		return err
	}
	return d.journal.Log(context.WithoutCancel(ctx), e)
}
