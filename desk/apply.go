package desk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"dossier/act"
	"dossier/internal/journal"
)

// Intent is what a plan is about to do, for whoever approves it or carries it out.
type Intent struct {
	Plan      string          `json:"plan"`
	Request   string          `json:"request"` // the id to be typed before anything happens
	Action    act.Action      `json:"action"`
	Changes   int             `json:"changes"`
	Approvals string          `json:"approvals"` // how many there are, and by whom
	NoUndo    bool            `json:"no_undo"`   // what it takes away cannot be brought back
	Systems   []IntendedStage `json:"systems"`
}

// IntendedStage is a system that a plan changes.
type IntendedStage struct {
	System  string `json:"system"`
	Title   string `json:"title"`
	Changes int    `json:"changes"`
	Backup  string `json:"backup"` // what the register says of backups; "": nothing

	LastBackup time.Time `json:"last_backup,omitzero"` // when the last one was made; none: it is not known
	BackupHow  string    `json:"backup_how"`           // how that is known, or why it is not
}

// Type returns "intent".
func (Intent) Type() string { return "intent" }

// MarshalJSON writes the intent with its type first.
func (i Intent) MarshalJSON() ([]byte, error) {
	type plain Intent
	i.Systems = filled(i.Systems)
	return typed(i.Type(), plain(i))
}

// Intent says what a sealed plan is about to do.
func (d *Desk) Intent(ctx context.Context, id string) (Intent, error) {
	if err := d.may(ctx, journal.RoleApprove, journal.RoleRun); err != nil {
		return Intent{}, err
	}
	p, head, changes, err := d.sealedPlan(ctx, id)
	if err != nil {
		return Intent{}, err
	}
	approvals, err := d.approvals(ctx, p, head)
	if err != nil {
		return Intent{}, err
	}
	out := Intent{Plan: id, Request: p.Request, Action: head.Action, Approvals: approvals.String(), NoUndo: head.Action == act.Erase}
	for _, stage := range head.Stages {
		s, ok := d.register.System(stage.System)
		if !ok || changes[s.ID] == 0 {
			continue
		}
		out.Changes += changes[s.ID]
		last, how := s.LastBackup(d.now())
		out.Systems = append(out.Systems, IntendedStage{System: s.ID, Title: s.Title, Changes: changes[s.ID], Backup: s.Backups, LastBackup: last, BackupHow: how})
	}
	return out, nil
}

// sealedPlan reads a plan that can be approved and carried out, and counts what it changes, by system.
func (d *Desk) sealedPlan(ctx context.Context, id string) (p journal.Plan, head act.Head, changes map[string]int, err error) {
	p, head, lines, err := act.Read(ctx, d.journal, id)
	if err != nil {
		return p, head, nil, err
	}
	if p.Digest == "" {
		return p, head, nil, fmt.Errorf("%w: %s was not finished: plan again", ErrRefused, id)
	}
	changes = map[string]int{}
	for l, err := range lines {
		if err != nil {
			return p, head, nil, err
		}
		if l.Writes() {
			changes[l.Record.System]++
		}
	}
	return p, head, changes, nil
}

func (d *Desk) approvals(ctx context.Context, p journal.Plan, head act.Head) (act.Approvals, error) {
	given, err := d.journal.Approvals(ctx, p.ID)
	if err != nil {
		return act.Approvals{}, err
	}
	return act.CheckApprovals(ctx, d.register, head.Action, p.Digest, given, d.approver, d.now())
}

// Apply carries out an approved plan, or what an earlier run has left of it. Its events are Begun, Changing, Trouble, Retry and
// Ended for each system, TaskMade for each task and each notice that recipients are due, and Applied; see act.Apply for how it ends.
func (d *Desk) Apply(ctx context.Context, id string) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleRun); err != nil {
			return err
		}
		for e, err := range act.Apply(ctx, id, act.Options{Register: d.register, Journal: d.journal, Operator: d.operator, Holder: d.operator,
			Who: d.approver, Refuse: func(ctx context.Context) error { return d.allowedStill(ctx, id) }, Now: d.now}) {
			if err != nil {
				return errors.Join(actError(err), d.noticesAfter(ctx, id, emit))
			}
			if told := d.actEvent(e); told != nil && !emit(told) {
				return errLeft
			}
		}
		return d.noticesAfter(ctx, id, emit)
	})
}

// actError gives an error of act the cause that decides the exit code.
func actError(err error) error {
	for _, c := range []struct{ is, cause error }{{act.ErrUnknown, ErrUnknown}, {act.ErrStale, ErrStale}, {act.ErrPartly, ErrPartly}, {act.ErrLeft, ErrPartly},
		{act.ErrWaiting, ErrWaiting}, {act.ErrDecide, ErrWaiting}, {journal.ErrLeased, ErrRefused}} {
		if errors.Is(err, c.is) {
			return caused{err, c.cause}
		}
	}
	return err
}

// caused is an error with a cause that its own words say already.
type caused struct {
	error
	cause error
}

func (c caused) Unwrap() []error { return []error{c.error, c.cause} }
