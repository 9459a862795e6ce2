package act

import (
	"slices"

	"dossier/connectors"
)

// Effect says what of a person a system holds after a plan.
type Effect string

// The effects, the gravest first: the gravest of what was found stands for the system.
const (
	Residual      Effect = "RESIDUAL"      // something is still there as it was
	Unreachable   Effect = "UNREACHABLE"   // it could not be looked at
	Pseudonymised Effect = "PSEUDONYMISED" // still linkable, through a key, children or another system
	Recoverable   Effect = "RECOVERABLE"   // gone from what is in use, and still to be had from backups or history
	Kept          Effect = "KEPT"          // by law, until a day
	Erased        Effect = "ERASED"
	Marked        Effect = "RESTRICTED"
	Corrected     Effect = "CORRECTED"
	Suppressed    Effect = "SUPPRESSED"
	Lifted        Effect = "LIFTED"
	NothingHeld   Effect = "NOTHING HELD" // the plan changed nothing here, and nothing is found
)

// gravity orders the effects.
var gravity = []Effect{Residual, Unreachable, Pseudonymised, Recoverable, Kept, Erased, Marked, Corrected, Suppressed, Lifted, NothingHeld}

// success is the effect of an action that took.
var success = map[Action]Effect{Erase: Erased, Restrict: Marked, Rectify: Corrected, Object: Suppressed, Lift: Lifted}

// Verdict says what an action came to in one system.
type Verdict struct {
	System   string    `json:"system"`
	Title    string    `json:"title"`
	Effect   Effect    `json:"effect"`
	Changed  int       `json:"changed"`         // records that are as the plan was to make them
	Waits    int       `json:"waits,omitempty"` // tasks that people have yet to do there: what they are about is RESIDUAL until then
	Findings []Finding `json:"findings"`        // whatever is not simply done
}

func (Verdict) event() {}

// Finding is one thing that a verification met.
type Finding struct {
	Effect  Effect          `json:"effect"`
	Record  *connectors.Ref `json:"record,omitempty"` // the record that it is about
	Where   string          `json:"where,omitempty"`  // else the place, table, backup or task
	Why     string          `json:"why"`
	Until   string          `json:"until,omitempty"`   // the day until which, 2006-01-02, where one is known
	Despite bool            `json:"despite,omitempty"` // it does not decide the effect: it was known when the plan was made, or somebody has to decide
}

// sum gives the verdict the gravest effect of its findings. Nothing changed and nothing found is no success.
func (v *Verdict) sum(action Action) {
	v.Effect = NothingHeld
	if v.Changed > 0 {
		v.Effect = success[action]
	}
	for _, f := range v.Findings {
		if !f.Despite && slices.Index(gravity, f.Effect) < slices.Index(gravity, v.Effect) {
			v.Effect = f.Effect
		}
	}
}

// Succeeded reports whether nothing of what the plan was to change is left, beside what the law keeps and what backups hold for a
// while.
func (v Verdict) Succeeded() bool {
	return v.Effect != Residual && v.Effect != Unreachable && v.Effect != Pseudonymised
}
