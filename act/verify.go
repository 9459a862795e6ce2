package act

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate"
)

// VerifyOptions are what a verification is made with.
type VerifyOptions struct {
	Register *connectors.Register
	Journal  *journal.Journal
	Operator string
	Subject  locate.Subject   // whom the request is about; the people of a batch are in the journal
	Search   locate.Options   // of the search for them
	Now      func() time.Time // nil: time.Now
}

// Searching tells how far the search is that a verification makes: one of the events of locate.
type Searching struct{ locate.Event }

func (Searching) event() {}

// Verify looks what a plan came to. Every record that it was to change is read again, and the person is searched for again in every
// system, by the identifiers that were known before: what is found and the plan does not explain is left over. Its events are
// Searching, and a Verdict for every system, or, where nobody was searched for, for those of the plan; its last error wraps ErrLeft where something is left or could not be looked at, and ErrDecide where
// records may be the person's that the plan does not know.
func Verify(ctx context.Context, plan string, o VerifyOptions) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if o.Now == nil {
			o.Now = time.Now
		}
		if o.Search.Decided == nil {
			o.Search.Decided = func(connectors.Ref) locate.Decision { return locate.Undecided }
		}
		v := &verification{VerifyOptions: o, id: plan, lines: map[string]Line{}, verdicts: map[string]*Verdict{}, going: true, yield: yield}
		if err := v.do(ctx); err != nil && v.going {
			yield(nil, err)
		}
	}
}

type verification struct {
	VerifyOptions
	id       string
	plan     journal.Plan
	head     Head
	before   map[int][]locate.Identifier // of the records that the plan changed, by person; 0 in a request
	lines    map[string]Line             // those of the plan, by the record's name as the plan saw it and as it stands now
	changed  map[string]bool             // names of records that are as the plan was to make them
	verdicts map[string]*Verdict
	applied  time.Time // the last receipt
	undone   int       // changes that are not as the plan was to make them, or could not be looked at
	open     int       // records that may be the person's and are not in the plan
	going    bool
	yield    func(Event, error) bool
}

func (v *verification) emit(e Event) {
	v.going = v.going && v.yield(e, nil)
}

func (v *verification) do(ctx context.Context) error {
	var lines iter.Seq2[Line, error]
	var err error
	if v.plan, v.head, lines, err = Read(ctx, v.Journal, v.id); err != nil {
		return err
	}
	for _, s := range v.Register.Systems {
		if v.searches() || slices.ContainsFunc(v.head.Stages, func(of Stage) bool { return of.System == s.ID }) {
			v.verdicts[s.ID] = &Verdict{System: s.ID, Title: s.Title}
		}
	}
	for _, s := range v.head.Stages { // the register may have lost it since
		if v.verdicts[s.System] == nil {
			v.verdicts[s.System] = &Verdict{System: s.System, Title: s.System}
			v.found(s.System, Finding{Effect: Unreachable, Why: "the register does not name the system any more"})
		}
	}
	v.changed, v.before = map[string]bool{}, map[int][]locate.Identifier{}
	if err := v.records(ctx, lines); err != nil {
		return err
	}
	if err := v.tasks(ctx); err != nil {
		return err
	}
	if err := v.search(ctx); err != nil {
		return err
	}
	return v.tell(ctx)
}

// found adds a finding to a system.
func (v *verification) found(system string, f Finding) {
	if verdict := v.verdicts[system]; verdict != nil {
		verdict.Findings = append(verdict.Findings, f)
	}
}

// tasks reports what people have yet to do.
func (v *verification) tasks(ctx context.Context) error {
	tasks, err := v.Journal.Tasks(ctx, v.id)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if t.Done.IsZero() {
			v.verdicts[t.System].Waits++
			v.found(t.System, Finding{Effect: Residual, Where: t.ID, Despite: v.head.Batch != "", Why: fmt.Sprintf("the task for %s is still to be done: %s", t.Steward, t.What)})
			continue
		}
		v.verdicts[t.System].Changed += max(1, len(t.Records))
		v.found(t.System, Finding{Effect: success[v.head.Action], Where: t.ID, Why: fmt.Sprintf("done by hand, says %s: %s", t.By, t.Outcome)})
	}
	return nil
}

// tell sums up, logs and yields the verdicts in the register's order.
func (v *verification) tell(ctx context.Context) error {
	var order []string
	for _, s := range v.Register.Systems {
		if v.verdicts[s.ID] != nil {
			order = append(order, s.ID)
		}
	}
	for _, s := range v.head.Stages {
		if !slices.Contains(order, s.System) {
			order = append(order, s.System)
		}
	}
	var left []string
	for _, id := range order {
		v.verdicts[id].sum(v.head.Action)
		if !v.verdicts[id].Succeeded() {
			left = append(left, v.verdicts[id].Title)
		}
	}
	if err := v.Journal.Update(context.WithoutCancel(ctx), func(tx *journal.Tx) error {
		for _, id := range order {
			if err := v.log(tx, v.verdicts[id]); err != nil {
				return err
			}
		}
		if v.undone > 0 || v.plan.State != journal.PlanApplied {
			return nil
		}
		return tx.SetPlanState(v.id, journal.PlanVerified)
	}); err != nil {
		return err
	}
	for _, id := range order {
		v.emit(*v.verdicts[id])
	}
	if len(left) > 0 {
		return fmt.Errorf("%w: %s; the verdicts say what is left, and where", ErrLeft, strings.Join(left, ", "))
	}
	if v.open > 0 {
		return fmt.Errorf("%w: %d of them are found and not in the plan: search again, decide, and plan again where they are", ErrDecide, v.open)
	}
	return nil
}

// log notes a verdict: the effects and keyed references, never what a record holds.
func (v *verification) log(tx *journal.Tx, verdict *Verdict) error {
	details := struct {
		Plan     string         `json:"plan"`
		Effect   Effect         `json:"effect"`
		Changed  int            `json:"changed"`
		Findings map[Effect]int `json:"findings,omitempty"`
		Records  []string       `json:"records,omitempty"`
	}{v.id, verdict.Effect, verdict.Changed, map[Effect]int{}, nil}
	var refs []connectors.Ref
	for _, f := range verdict.Findings {
		details.Findings[f.Effect]++
		if f.Record != nil {
			refs = append(refs, *f.Record)
		}
	}
	var err error
	if details.Records, err = tx.Refer(v.id, refs); err != nil {
		return err
	}
	b, err := json.Marshal(details)
	if err != nil {
		return err
	}
	return tx.Log(journal.Entry{Operator: v.Operator, Request: v.plan.Request, System: verdict.System, What: "verified", Details: b})
}
