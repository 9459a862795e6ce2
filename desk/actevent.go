package desk

import (
	"cmp"
	"time"

	"dossier/act"
	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate"
)

// Begun tells that a system is being changed.
type Begun act.Begun

// Changing tells how far the changes of a system are.
type Changing act.Progress

// Trouble tells of a change that was not made, and why.
type Trouble act.Trouble

// Retry tells that changes could not be made just now and are tried again.
type Retry act.Retry

// Closed tells that a system is not changed before its hours begin.
type Closed act.Closed

// Returned tells how a file came back whose restriction was lifted.
type Returned act.Returned

// SystemApplied tells how a system's part of a plan ended.
type SystemApplied act.SystemApplied

// Applied ends the application of a plan.
type Applied act.Applied

// Verdict says what a plan came to in one system.
type Verdict act.Verdict

// TaskMade tells of what people have to do.
type TaskMade struct{ Task }

// Approved tells that a plan was approved.
type Approved struct {
	Plan    string    `json:"plan"`
	Digest  string    `json:"digest"`
	Expires time.Time `json:"expires"`
	Given   int       `json:"given"`  // approvals that count, this one among them
	Needed  int       `json:"needed"` // before it can be applied
}

// Task is what people do for a plan: work in a system that the program cannot change, or a notice to be sent.
type Task struct {
	ID      string       `json:"id"`
	Plan    string       `json:"plan"`
	Kind    string       `json:"kind"` // "work" or "notice"
	System  string       `json:"system"`
	Title   string       `json:"title"`           // of the system
	Steward string       `json:"steward"`         // who does it; of a notice: whom it is sent to
	What    string       `json:"what"`            // what is to be done; of a notice: its draft
	About   string       `json:"about,omitempty"` // of a notice: the action that it tells of
	Sent    time.Time    `json:"sent,omitzero"`   // of a notice: the day
	Records []TaskRecord `json:"records"`         // none: the system has to be looked through
	Due     string       `json:"due,omitempty"`
	Made    time.Time    `json:"made"`
	Done    time.Time    `json:"done,omitzero"`
	Outcome string       `json:"outcome,omitempty"`
	By      string       `json:"by,omitempty"`
}

// actEvent returns an event of act as the desk tells it, nil for one that it does not tell.
func (d *Desk) actEvent(e act.Event) Event {
	switch e := e.(type) {
	case act.Begun:
		return Begun(e)
	case act.Progress:
		return Changing(e)
	case act.Trouble:
		return Trouble(e)
	case act.Retry:
		return Retry(e)
	case act.Closed:
		return Closed(e)
	case act.Returned:
		return Returned(e)
	case act.TaskMade:
		return TaskMade{d.task(e.Task)}
	case act.SystemApplied:
		return SystemApplied(e)
	case act.Applied:
		return Applied(e)
	case act.Verdict:
		return Verdict(e)
	case act.Searching:
		switch s := e.Event.(type) {
		case locate.Started:
			return Started(s)
		case locate.Progress:
			return Progress(s)
		}
	}
	return nil
}

// TaskRecord is a record that people have to work on.
type TaskRecord struct {
	connectors.Ref
	At    string            `json:"at,omitempty"`   // where a person finds it: "row 17"
	Write connectors.Fields `json:"write,omitzero"` // what is to be written into it
}

func (d *Desk) task(t journal.Task) Task {
	out := Task{ID: t.ID, Plan: t.Plan, Kind: cmp.Or(t.Kind, "work"), System: t.System, Title: t.System, Steward: t.Steward, What: t.What, About: t.About, Sent: t.Sent,
		Records: []TaskRecord{}, Due: t.Due, Made: t.Made, Done: t.Done, Outcome: t.Outcome, By: t.By}
	if s, ok := d.register.System(t.System); ok {
		out.Title = s.Title
	}
	for _, r := range t.Records {
		out.Records = append(out.Records, TaskRecord{r.Record, r.At, r.Write})
	}
	return out
}

// Type returns "begun".
func (Begun) Type() string { return "begun" }

// Type returns "changing".
func (Changing) Type() string { return "changing" }

// Type returns "trouble".
func (Trouble) Type() string { return "trouble" }

// Type returns "retry".
func (Retry) Type() string { return "retry" }

// Type returns "closed".
func (Closed) Type() string { return "closed" }

// MarshalJSON writes the event with its type first.
func (e Closed) MarshalJSON() ([]byte, error) { return typed(e.Type(), act.Closed(e)) }

// Type returns "returned".
func (Returned) Type() string { return "returned" }

// Words says it to a person, without the system.
func (e Returned) Words() string {
	if e.How == act.ByBytes {
		return e.Place + " is what it was, byte for byte"
	}
	words := "the records of " + e.Place + " hold again what they held"
	if e.Why != "" {
		words += "; " + e.Why
	}
	return words
}

// MarshalJSON writes the event with its type first.
func (e Returned) MarshalJSON() ([]byte, error) { return typed(e.Type(), act.Returned(e)) }

// Type returns "ended".
func (SystemApplied) Type() string { return "ended" }

// Type returns "applied".
func (Applied) Type() string { return "applied" }

// Type returns "verdict".
func (Verdict) Type() string { return "verdict" }

// Type returns "task".
func (Task) Type() string { return "task" }

// Type returns "approved".
func (Approved) Type() string { return "approved" }

// MarshalJSON writes the event with its type first.
func (e Begun) MarshalJSON() ([]byte, error) { return typed(e.Type(), act.Begun(e)) }

// MarshalJSON writes the event with its type first.
func (e Changing) MarshalJSON() ([]byte, error) { return typed(e.Type(), act.Progress(e)) }

// MarshalJSON writes the event with its type first.
func (e Trouble) MarshalJSON() ([]byte, error) { return typed(e.Type(), act.Trouble(e)) }

// MarshalJSON writes the event with its type first, the time in seconds.
func (e Retry) MarshalJSON() ([]byte, error) {
	return typed(e.Type(), struct {
		System  string  `json:"system"`
		Place   string  `json:"place"`
		Attempt int     `json:"attempt"`
		After   float64 `json:"after"`
		Why     string  `json:"why"`
	}{e.System, e.Place, e.Attempt, e.After.Seconds(), e.Why})
}

// MarshalJSON writes the event with its type first.
func (e SystemApplied) MarshalJSON() ([]byte, error) { return typed(e.Type(), act.SystemApplied(e)) }

// MarshalJSON writes the event with its type first.
func (e Applied) MarshalJSON() ([]byte, error) { return typed(e.Type(), act.Applied(e)) }

// MarshalJSON writes the event with its type first.
func (e Verdict) MarshalJSON() ([]byte, error) {
	e.Findings = filled(e.Findings)
	return typed(e.Type(), act.Verdict(e))
}

// MarshalJSON writes the task with its type first.
func (t Task) MarshalJSON() ([]byte, error) {
	type plain Task
	return typed(t.Type(), plain(t))
}

// MarshalJSON writes the event with its type first.
func (e Approved) MarshalJSON() ([]byte, error) {
	type plain Approved
	return typed(e.Type(), plain(e))
}
