package desk

import (
	"context"
	"iter"

	"dossier/export"
	"dossier/locate"
)

// controller returns what the controller's edition of a package holds beside what the person gets.
func (l *leaves) controller(ctx context.Context) (*export.Controller, error) {
	c := export.Controller{Case: l.caseOf()}
	var err error
	if c.Case.Withholdings, err = l.heldBack(ctx); err != nil {
		return nil, err
	}
	decided, err := l.reading.Decisions()
	if err != nil {
		return nil, err
	}
	c.Found = l.found(decided)
	c.Proof, err = l.desk.proof(ctx, l.request.ID)
	return &c, err
}

// caseOf returns the request as the organisation knows it.
func (l *leaves) caseOf() export.Case {
	r := l.request
	c := export.Case{Kind: string(r.Kind), Also: []string{}, State: string(r.State), Recorded: r.Created.UTC(), Operator: r.Operator, Reason: r.Reason,
		Searched: l.finding.Searched.UTC(), Steps: []export.CaseStep{}, Systems: []export.CaseSystem{}}
	if r.Scope.Narrow() {
		c.Narrowed = &export.CaseScope{Days: l.Request.Span, Omit: filled(r.Scope.Omit), Reason: r.Scope.Reason}
	}
	for _, kind := range r.Also {
		c.Also = append(c.Also, string(kind))
	}
	for _, s := range r.Steps {
		c.Steps = append(c.Steps, export.CaseStep{What: string(s.What), Day: s.Day.String(), Operator: s.Operator, Note: s.Note})
	}
	for _, s := range l.finding.Coverage {
		out := export.CaseSystem{System: s.System, State: string(s.State), Searched: filled(s.Searched), Places: filled(s.Places), Gaps: []export.CaseGap{},
			Records: s.Records, Seconds: s.Seconds, Started: s.Started.UTC(), Task: s.Task}
		for _, g := range s.Gaps {
			out.Gaps = append(out.Gaps, export.CaseGap{Place: g.Place, Entity: g.Entity, Field: g.Field, Why: g.Why})
		}
		c.Systems = append(c.Systems, out)
	}
	if a := l.approval; a.Digest != "" {
		c.Approval = &export.CaseApproval{Operator: a.Operator, Time: a.Time.UTC(), Digest: a.Digest, Records: a.Records, Signature: a.Signature}
	}
	return c
}

// heldBack returns the exemptions and redactions of the request, without what they take out.
func (l *leaves) heldBack(ctx context.Context) ([]export.CaseHeld, error) {
	all, err := l.desk.journal.Withholdings(ctx, l.request.ID)
	list := []export.CaseHeld{}
	for _, w := range all {
		held := export.CaseHeld{Number: w.N, Kind: w.Kind, Record: w.Record, System: w.System, Entity: w.Entity, Field: w.Field, Whole: w.Whole, Here: w.Here,
			Rights: w.Rights, Reason: w.Reason, Operator: w.Operator, Time: w.Time.UTC(), UndoneBy: w.UndoneBy}
		if !w.Undone.IsZero() {
			held.Undone = w.Undone.UTC()
		}
		list = append(list, held)
	}
	return list, err
}

// found yields every record that was found, with what was decided about it.
func (l *leaves) found(decided map[string]Decided) iter.Seq2[export.Found, error] {
	return func(yield func(export.Found, error) bool) {
		n, next := 0, 0
		for m, err := range l.reading.Matches(0, -1) {
			if err != nil {
				yield(export.Found{}, err)
				return
			}
			f := export.NewFound(m)
			if next < len(l.at) && l.at[next] == n {
				f.Outside = l.outside(m)
				f.Leaves = !f.Outside
				next++
			}
			n++
			if k, ok := decided[m.Record.Ref.ID()]; ok {
				f.Decision, f.Note, f.DecidedBy, f.Decided = k.Decision, k.Note, k.Operator, k.Time.UTC()
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}

// outside reports whether a record is left out because it is dated outside of the days that are asked about.
func (l *leaves) outside(m *locate.Match) bool {
	s, ok := l.Register.System(m.Record.Ref.System)
	if !ok {
		return false
	}
	e, _ := s.Entity(m.Record.Ref.Entity)
	outside, _ := l.Request.Span.Outside(e, &m.Record)
	return outside
}
