package desk

import (
	"context"
	"encoding/json"

	"dossier/act"
	"dossier/internal/journal"
)

// keepVerdicts keeps what a verification found of each system. One that was broken off before its verdicts keeps the last ones.
func (d *Desk) keepVerdicts(ctx context.Context, plan string, verdicts []act.Verdict) error {
	if len(verdicts) == 0 {
		return nil
	}
	b, err := json.Marshal(verdicts)
	if err != nil {
		return err
	}
	return d.journal.Update(context.WithoutCancel(ctx), func(tx *journal.Tx) error {
		return tx.KeepVerification(journal.Verification{Plan: plan, Operator: d.operator, Verdicts: b})
	})
}

// verdicts returns what the last verification of a plan found, and when and by whom it was made.
func (d *Desk) verdicts(ctx context.Context, plan string) ([]act.Verdict, journal.Verification, error) {
	v, err := d.journal.Verification(ctx, plan)
	if err != nil {
		return nil, v, err
	}
	var verdicts []act.Verdict
	return verdicts, v, json.Unmarshal(v.Verdicts, &verdicts)
}
