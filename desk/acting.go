package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"dossier/act"
	"dossier/internal/journal"
	"dossier/request"
)

// The actions of plans.
const (
	Erase    = act.Erase
	Restrict = act.Restrict
	Lift     = act.Lift
	Rectify  = act.Rectify
	Object   = act.Object
)

// Choice is an action that a request may be answered by, with the grounds in the UK GDPR that it may rest on.
type Choice struct {
	Action  Action
	Grounds []string
}

// Choices returns what a request may be answered by, the usual answer first; nothing where it changes no records.
func Choices(r request.Request) []Choice {
	var all []Choice
	for _, kind := range append([]request.Kind{r.Kind}, r.Asks()...) {
		for _, a := range act.Choices(kind) {
			if !slices.ContainsFunc(all, func(c Choice) bool { return c.Action == a }) {
				all = append(all, Choice{a, act.Grounds(a)})
			}
		}
	}
	return all
}

// PlanStatus says how far a plan is, without its lines.
type PlanStatus struct {
	PlanInfo
	Needed  int            // approvals before it can be applied
	By      []string       // who approved, with a signature that counts now
	Void    []string       // signatures that do not count, and why
	Others  []string       // who else may approve
	You     string         // this operator
	Waits   bool           // the plan that it is behind was not verified yet
	Begun   bool           // it was applied, as far as it went
	Changes map[string]int // once it was begun: the changes of each system
	Changed map[string]int // and how many of them were made

	Verified time.Time // when it was verified last; zero: never
	Verdicts []Verdict // what it came to then
}

// Enough reports whether the plan was approved by as many as it needs.
func (s PlanStatus) Enough() bool { return len(s.By) >= s.Needed }

// PlanStatus returns how far a plan is.
func (d *Desk) PlanStatus(ctx context.Context, id string) (PlanStatus, error) {
	if err := d.known(ctx); err != nil {
		return PlanStatus{}, err
	}
	p, head, _, err := act.Read(ctx, d.journal, id)
	if err != nil {
		return PlanStatus{}, err
	}
	approvals, err := d.approvals(ctx, p, head)
	if err != nil {
		return PlanStatus{}, err
	}
	s := PlanStatus{PlanInfo: PlanInfo{p, head.Action, head.Ground, head.Behind}, Needed: approvals.Needed, By: approvals.By, Void: approvals.Void, You: d.operator,
		Changes: map[string]int{}, Changed: map[string]int{}}
	if head.Behind != "" {
		canary, _, err := d.journal.Plan(ctx, head.Behind)
		if err != nil {
			return PlanStatus{}, err
		}
		s.Waits = canary.State != journal.PlanVerified
	}
	all, err := d.journal.Operators(ctx)
	if err != nil {
		return PlanStatus{}, err
	}
	for _, o := range all {
		if o.Ended.IsZero() && o.May(journal.RoleApprove) && o.Name != d.operator && !slices.Contains(s.By, o.Name) {
			s.Others = append(s.Others, o.Name)
		}
	}
	steps, err := d.journal.Steps(ctx, id)
	if err != nil {
		return PlanStatus{}, err
	}
	for _, step := range steps {
		s.Begun = true
		s.Changes[step.System] += step.Changes
		if step.State == journal.StepMade {
			s.Changed[step.System] += step.Changes
		}
	}
	verdicts, verified, err := d.verdicts(ctx, id)
	if err != nil && !errors.Is(err, journal.ErrNotVerified) {
		return PlanStatus{}, err
	}
	s.Verified = verified.Time
	for _, v := range verdicts {
		s.Verdicts = append(s.Verdicts, Verdict(v))
	}
	return s, nil
}

// PlanLines returns the lines of a plan with the numbers from first to last, as many of them as there are, and logs that they were
// looked at. Reading a plan in portions, it does not compare it with its digest: ShowPlan, Approve and Apply do.
func (d *Desk) PlanLines(ctx context.Context, id string, first, last int) ([]PlanLine, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return nil, err
	}
	p, _, _, err := act.Read(ctx, d.journal, id)
	if err != nil {
		return nil, err
	}
	if first, last = max(first, 1), min(last, p.Lines); first > last {
		return nil, nil
	}
	lines, err := act.ReadSome(ctx, d.journal, id, first, last)
	if err != nil {
		return nil, err
	}
	out := make([]PlanLine, len(lines))
	for i, l := range lines {
		out[i] = d.planLine(l)
	}
	return out, d.note(ctx, p.Request, "", "plan viewed", struct {
		Plan  string `json:"plan"`
		First int    `json:"first"`
		Last  int    `json:"last"`
	}{id, first, last})
}

// SumPlan counts what a plan does, by system; the error says where it is not the plan that was sealed.
func (d *Desk) SumPlan(ctx context.Context, id string) (Planned, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return Planned{}, err
	}
	p, head, lines, err := act.Read(ctx, d.journal, id)
	if err != nil {
		return Planned{}, err
	}
	sums := d.newTotals(head)
	for l, err := range lines {
		if err != nil {
			return Planned{}, err
		}
		sums.add(l)
	}
	done := sums.planned(head)
	done.Plan, done.State, done.Digest = p.ID, string(p.State), p.Digest
	return done, nil
}
