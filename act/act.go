// Package act turns what a request asks for into changes to the systems, has them approved, makes them, looks
// whether they took effect, and keeps what proves it: plan, approve, apply, verify, and the same for thousands of
// people at once and for systems that come back from a backup.
//
// What an erasure is for a record, what must be kept, and in which order systems are changed is decided here from the
// register, never in a connector.
package act

import (
	"time"

	"dossier/connectors"
)

// Action is what a plan does.
type Action string

// The actions, and the articles of the UK GDPR that ask for them.
const (
	Erase    Action = "erase"    // Article 17
	Restrict Action = "restrict" // Article 18
	Lift     Action = "lift"     // the end of a restriction, Article 18(3)
	Rectify  Action = "rectify"  // Article 16
	Object   Action = "object"   // Articles 21(2) and 7(3): suppress marketing
)

// Head is what a plan is about.
type Head struct {
	Action   Action    `json:"action"`
	Request  string    `json:"request,omitempty"` // its id; empty for a batch
	Batch    string    `json:"batch,omitempty"`   // what a batch was made from: "file", "retention", "controller", "replay"
	Behind   string    `json:"behind,omitempty"`  // a batch: the plan that must be applied and verified first
	Ground   string    `json:"ground,omitempty"`  // the ground in law: "17(1)(b)" …
	Fact     string    `json:"fact,omitempty"`    // Rectify: the identifier or category that is corrected
	Searched time.Time `json:"searched"`          // when the finding was made that the plan rests on
	Register string    `json:"register"`          // the SHA-256, in hex, of the register that it was made by
	Stages   []Stage   `json:"stages"`            // the systems, in the order in which they are changed
	Despite  []Despite `json:"despite,omitempty"` // systems that were not fully searched, and why the plan was made all the same
}

// Stage is a system of a plan.
type Stage struct {
	System string           `json:"system"`
	Last   bool             `json:"last,omitempty"` // changed only after every other system: others are keyed from it
	Scope  connectors.Scope `json:"scope"`          // what one change is atomic over; 0: nothing is written there
	Backup string           `json:"backup,omitempty"`
}

// Despite is a system that was not fully searched, with an operator's reason to plan all the same.
type Despite struct {
	System string `json:"system"`
	Why    string `json:"why"`
}

// Does says what a line of a plan does with a record.
type Does string

// What becomes of a record. Keep, Leave and Task write nothing.
const (
	Delete    Does = "delete"
	Anonymise Does = "anonymise" // without a change: nothing personal is left in it
	Mark      Does = "mark"      // as restricted
	Move      Does = "move"      // to the place for restricted records
	Correct   Does = "correct"   // write the right value
	Append    Does = "append"    // a supplementary statement
	Suppress  Does = "suppress"  // no more marketing
	Restore   Does = "restore"   // what was there before a restriction
	Keep      Does = "keep"      // for a reason in law, until a date
	Leave     Does = "leave"     // not touched, and why
	Task      Does = "task"      // done by people: the system is closed, read-only or worked by hand
)

// Line is one line of a plan: a record, what is done with it, and why. A line about a system that people work, or that could
// not be searched, names no entity.
type Line struct {
	N       int               `json:"n"`                // from 1; within a system also the order of the changes
	Person  int               `json:"person,omitempty"` // in a batch: which person, from 1
	Record  connectors.Ref    `json:"record"`
	At      string            `json:"at,omitempty"` // where a person finds it: "row 17"
	Does    Does              `json:"does"`
	Change  connectors.Change `json:"change"`            // no Op: the program writes nothing
	Stays   []Stay            `json:"stays,omitempty"`   // fields of a changed record that are not touched, and why
	Why     string            `json:"why,omitempty"`     // why it stays, or which rule asks for the change
	Basis   connectors.Basis  `json:"basis,omitempty"`   // Keep: the basis in law
	Until   string            `json:"until,omitempty"`   // Keep: the day until which, 2006-01-02
	Todo    string            `json:"todo,omitempty"`    // Task: what to do with the record; After holds the values to write
	Steward string            `json:"steward,omitempty"` // Task: who does it
	Due     string            `json:"due,omitempty"`     // Task: by when, 2006-01-02
}

// Stay is a field that is not touched.
type Stay struct {
	Field string `json:"field"`
	Why   string `json:"why"`
}

// Writes reports whether the program changes a record by the line.
func (l Line) Writes() bool { return l.Change.Op != 0 }
