package desk

import (
	"context"
	"errors"
	"iter"

	"dossier/act"
	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate"
)

// Verify looks what a plan came to: every record that it was to change is read again, and the person is searched for again. Its
// events are Started and Progress of the search, and a Verdict for every system; see act.Verify for how it ends.
func (d *Desk) Verify(ctx context.Context, id string) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleRun); err != nil {
			return err
		}
		p, head, _, err := act.Read(ctx, d.journal, id)
		if err != nil {
			return err
		}
		model, err := d.model()
		if err != nil {
			return err
		}
		options := act.VerifyOptions{Register: d.register, Journal: d.journal, Operator: d.operator, Now: d.now, Search: locate.Options{Model: model, Now: d.now}}
		if head.Request != "" {
			r, err := d.journal.Request(ctx, p.Request)
			if err != nil {
				return err
			}
			decided, err := d.journal.Decisions(ctx, p.Request)
			if err != nil {
				return err
			}
			options.Subject = r.Subject
			options.Search.Decided = func(ref connectors.Ref) Decision { return Decision(decided[ref.ID()].Decision) }
		}
		var verdicts []act.Verdict
		for e, err := range act.Verify(ctx, id, options) {
			if err != nil {
				return errors.Join(actError(err), d.keepVerdicts(ctx, id, verdicts))
			}
			if v, ok := e.(act.Verdict); ok {
				verdicts = append(verdicts, v)
			}
			if told := d.actEvent(e); told != nil && !emit(told) {
				return errLeft
			}
		}
		return d.keepVerdicts(ctx, id, verdicts)
	})
}
