package act

import (
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
)

// Event is what an application or a verification tells while it runs: one of Begun, Progress, Trouble, Retry, Returned,
// TaskMade, SystemApplied and Applied, or Verdict.
type Event interface{ event() }

// Begun tells that a system is being changed.
type Begun struct {
	System  string `json:"system"`
	Title   string `json:"title"`
	Changes int    `json:"changes"` // that the plan has for it
	Made    int    `json:"made"`    // of them by an earlier run
}

// Progress tells how far a system is.
type Progress struct {
	System  string  `json:"system"`
	Changes int     `json:"changes"`
	Made    int     `json:"made"`
	Rate    float64 `json:"rate"`    // changes a second, in this run
	Seconds float64 `json:"seconds"` // that are left, by that rate
}

// Trouble tells of a change that was not made, and why.
type Trouble struct {
	System string            `json:"system"`
	Line   int               `json:"line"`
	Record connectors.Ref    `json:"record"`
	Result connectors.Result `json:"result"`
	Why    string            `json:"why"`
}

// Closed tells that a system is not changed before its hours begin.
type Closed struct {
	System string    `json:"system"`
	Until  time.Time `json:"until"`
}

// Retry tells that changes could not be made just now and are tried again.
type Retry struct {
	System  string        `json:"system"`
	Place   string        `json:"place"`
	Attempt int           `json:"attempt"` // the one that failed, from 1
	After   time.Duration `json:"after"`
	Why     string        `json:"why"`
}

// Returned tells how a file came back whose restriction was lifted.
type Returned struct {
	System string `json:"system"`
	Place  string `json:"place"`
	How    string `json:"how"`           // ByBytes or ByValues
	Why    string `json:"why,omitempty"` // why it did not come back byte for byte
}

// How a file comes back.
const (
	ByBytes  = "bytes"  // it is what it was, to the last byte
	ByValues = "values" // its records hold again what they held, and the rest of it stays as it is
)

// TaskMade tells of what people have to do.
type TaskMade struct{ journal.Task }

// Ended is how a system's part of a plan ended.
type Ended string

// How a system's part of a plan can end.
const (
	Whole    Ended = "applied"   // everything planned was done
	Stale    Ended = "stale"     // a record is not what the plan saw
	Refused  Ended = "refused"   // the system did not allow a change
	Away     Ended = "away"      // it could not be reached, or was busy for too long
	Doubtful Ended = "unknown"   // an answer was lost, and what became of the change could not be found out
	Stopped  Ended = "stopped"   // the run was ended before the system was done
	HeldBack Ended = "held back" // it is changed last, and another system did not come to its end
)

// SystemApplied tells how a system's part of a plan ended.
type SystemApplied struct {
	System  string  `json:"system"`
	Title   string  `json:"title"`
	Ended   Ended   `json:"ended"`
	Changes int     `json:"changes"`
	Made    int     `json:"made"`
	Why     string  `json:"why,omitempty"` // where it is not applied
	Seconds float64 `json:"seconds"`
}

// Applied ends an application.
type Applied struct {
	Plan    string  `json:"plan"`
	Systems int     `json:"systems"`
	Whole   int     `json:"whole"` // systems that were changed as planned
	Changes int     `json:"changes"`
	Made    int     `json:"made"`
	Tasks   int     `json:"tasks"` // that wait to be done
	Aside   int     `json:"aside"` // a batch: how often a person was set aside in a system, since their records changed behind the plan
	Seconds float64 `json:"seconds"`
}

func (Begun) event()         {}
func (Progress) event()      {}
func (Trouble) event()       {}
func (Closed) event()        {}
func (Retry) event()         {}
func (Returned) event()      {}
func (TaskMade) event()      {}
func (SystemApplied) event() {}
func (Applied) event()       {}

// pace turns what was made since a start into a rate and the seconds that are left.
func pace(made, left int, took time.Duration) (rate, seconds float64) {
	if made == 0 || took <= 0 {
		return 0, 0
	}
	rate = float64(made) / took.Seconds()
	return rate, float64(left) / rate
}
