package tui

import (
	"context"
	"iter"
	"time"

	"dossier/desk"
	"dossier/request/clock"
)

// Acting is what the screens that change systems need of the use cases.
type Acting interface {
	// Plans returns the plans of a request, the oldest first.
	Plans(ctx context.Context, id string) ([]desk.PlanInfo, error)
	// Plan makes a plan. Its events are desk.PlanLine, then desk.Planned; or desk.PlanProblem, where its last error wraps
	// desk.ErrRefused.
	Plan(ctx context.Context, id string, n desk.NewPlan) iter.Seq2[desk.Event, error]
	// PlanStatus returns how far a plan is.
	PlanStatus(ctx context.Context, plan string) (desk.PlanStatus, error)
	// PlanLines returns the lines from first to last, from 1.
	PlanLines(ctx context.Context, plan string, first, last int) ([]desk.PlanLine, error)
	// SumPlan counts what a plan does.
	SumPlan(ctx context.Context, plan string) (desk.Planned, error)
	// DiffPlans tells what differs from one plan to another, as desk.PlanDifference.
	DiffPlans(ctx context.Context, before, after string) iter.Seq2[desk.Event, error]
	// Intent says what a plan is about to do.
	Intent(ctx context.Context, plan string) (desk.Intent, error)
	// Approve signs a plan; its last error wraps desk.ErrWaiting where somebody else has to approve too.
	Approve(ctx context.Context, plan, ticket string) iter.Seq2[desk.Event, error]
	// Apply carries a plan out, or what an earlier run has left of it. It stops between two changes when ctx ends.
	Apply(ctx context.Context, plan string) iter.Seq2[desk.Event, error]
	// Verify looks what a plan came to.
	Verify(ctx context.Context, plan string) iter.Seq2[desk.Event, error]
	// Noticed records that the person of a request was told something on a day.
	Noticed(ctx context.Context, id, about string, sent time.Time) error

	// Holds returns every hold, lifted ones too.
	Holds(ctx context.Context) ([]desk.Hold, error)
	// AddHold records a hold.
	AddHold(ctx context.Context, n desk.NewHold) (desk.Hold, error)
	// LiftHold ends a hold.
	LiftHold(ctx context.Context, id, why string) error

	// Tasks returns the tasks of a plan, or all where it is "".
	Tasks(ctx context.Context, plan string) ([]desk.Task, error)
	// EndTask records that a task is done, and what came of it.
	EndTask(ctx context.Context, id, outcome string) (desk.Task, error)
	// DraftNotices drafts the notices that a plan calls for; with lift those that its restriction ends.
	DraftNotices(ctx context.Context, plan string, lift bool) ([]desk.Task, error)
	// SendNotice records the day on which a notice was sent.
	SendNotice(ctx context.Context, task string, day time.Time) (desk.Task, error)

	// Certificate writes the certificate of an erasure, as JSON and PDF.
	Certificate(ctx context.Context, plan, path string) (desk.Issued, error)
	// Figures returns the numbers of the requests received in a period.
	Figures(ctx context.Context, from, to clock.Day) (desk.Figures, error)

	// Check looks at every system; its events are desk.Checked.
	Check(ctx context.Context) iter.Seq2[desk.Event, error]
	// LastChecks returns when each system was checked last, by its id.
	LastChecks(ctx context.Context) (map[string]desk.LastCheck, error)
	// VerifyLog compares the log with its tree and its checkpoints.
	VerifyLog(ctx context.Context, checkpoint string) (desk.LogReport, error)
}
