package desk

import (
	"encoding/json"
	"time"

	"dossier/connectors"
	"dossier/locate"
)

// Event is something that a use case tells while it runs. Each is a value (not a pointer) of one of the
// types of this file, and encodes as a JSON object whose first key is its type.
type Event interface {
	Type() string // "started", "progress", "match", "coverage", "checked", "tested", "passed", "written" or "done"
}

// Decision is what a person decided about a match.
type Decision = locate.Decision

// The decisions about a match.
const (
	Undecided   = locate.Undecided
	Accepted    = locate.Accepted    // it concerns the subject, and leaves in a package
	Rejected    = locate.Rejected    // it does not concern the subject
	SomeoneElse = locate.SomeoneElse // the same, and the note says whom it concerns
	Mentions    = locate.Mentions    // it is about somebody else and names the subject: listed, and it does not leave
)

// Started tells that a system is being opened and searched.
type Started struct {
	System string    `json:"system"`
	Title  string    `json:"title"`
	Time   time.Time `json:"time"`
}

// Progress tells how far a system is.
type Progress struct {
	System  string `json:"system"`
	Place   string `json:"place,omitempty"`
	Entity  string `json:"entity,omitempty"`
	Records int64  `json:"records"` // looked at so far in the system
	Idle    bool   `json:"idle"`    // it has answered everything so far; what other systems tell may bring new questions
}

// Match is a record that concerns the subject, or may. A match of the same record is sent again when
// its score rises; the last one counts.
type Match struct {
	locate.Match
	Label       string   // the entity's label
	SystemTitle string   //
	Decision    Decision //
	Note        string   // why it was decided so; of a record of someone else's, whose
	Unfounded   bool     // it was reached through a record that is not taken as the subject's (any more)
	Unfollowed  bool     // it is taken as the subject's since the last search: what it leads to is found by searching again
}

// Included reports whether the match is taken as the subject's: accepted, or certain, not decided against, and not reached
// through a record that is not the subject's.
func (m Match) Included() bool {
	return m.Decision == Accepted || m.Decision == Undecided && m.Certain && !m.Unfounded
}

// Waits reports whether a person has yet to decide about the match.
func (m Match) Waits() bool { return m.Decision == Undecided && !m.Included() }

// Coverage tells what of a system was searched and what was not, once the system is done.
type Coverage struct{ locate.Coverage }

// Checked tells what looking at a system against the register found.
type Checked struct {
	System   string               `json:"system"`
	Title    string               `json:"title"`
	Seconds  float64              `json:"seconds"`
	Findings []connectors.Finding `json:"findings"` // none: the system is as the register says
	Mistakes int                  `json:"mistakes"` // findings that keep it from being searched as the register says
	Rights   []Rights             `json:"rights"`   // of the account, as far as the system tells
}

// Rights is what an account may do to the records of an entity.
type Rights struct {
	Entity string `json:"entity"`
	May    string `json:"may"` // "read, update, delete"
}

// Written tells that a package was written.
type Written struct {
	Path      string `json:"path"`
	Files     int    `json:"files"` // that its manifest lists
	Records   int    `json:"records"`
	Bytes     int64  `json:"bytes"`
	Undecided int    `json:"undecided"`      // matches left out because nobody has decided about them yet
	Rejected  int    `json:"rejected"`       // matches left out because they concern somebody else
	Mentions  int    `json:"mentions"`       // matches left out because they only mention the subject
	Lock      string `json:"lock,omitempty"` // how it is encrypted: zip, html, age or pdf; "": it is not
}

// Tested tells how a connector stood one case of the conformance suite.
type Tested struct {
	Case   string `json:"case"`
	What   string `json:"what"`   // what must hold
	Result string `json:"result"` // "passed", "failed" or "left out"
	Why    string `json:"why,omitempty"`
}

// Passed tells that a connector passed the conformance suite.
type Passed struct {
	System string `json:"system"`
	Tested string `json:"tested,omitempty"` // the value of the register's key tested, where changes wait for it
}

// Done ends a search.
type Done struct {
	Request   string  `json:"request,omitempty"`
	Systems   int     `json:"systems"`
	Partly    int     `json:"partly"`    // systems that were searched with gaps, or not at all
	Manual    int     `json:"manual"`    // systems that people work
	Records   int     `json:"records"`   // matches
	Undecided int     `json:"undecided"` // matches that wait for a decision
	Seconds   float64 `json:"seconds"`
}

// Type returns "started".
func (Started) Type() string { return "started" }

// Type returns "progress".
func (Progress) Type() string { return "progress" }

// Type returns "match".
func (Match) Type() string { return "match" }

// Type returns "coverage".
func (Coverage) Type() string { return "coverage" }

// Type returns "checked".
func (Checked) Type() string { return "checked" }

// Type returns "tested".
func (Tested) Type() string { return "tested" }

// Type returns "passed".
func (Passed) Type() string { return "passed" }

// Type returns "written".
func (Written) Type() string { return "written" }

// Type returns "done".
func (Done) Type() string { return "done" }

// MarshalJSON writes the event with its type first.
func (e Started) MarshalJSON() ([]byte, error) {
	type plain Started
	return typed(e.Type(), plain(e))
}

// MarshalJSON writes the event with its type first.
func (e Progress) MarshalJSON() ([]byte, error) {
	type plain Progress
	return typed(e.Type(), plain(e))
}

// MarshalJSON writes the record under its own names, then the score and how it was reached.
func (m Match) MarshalJSON() ([]byte, error) {
	return typed(m.Type(), struct {
		connectors.Ref
		At          string            `json:"at,omitempty"`
		Label       string            `json:"label"`
		SystemTitle string            `json:"system_title"`
		Fields      connectors.Fields `json:"fields"`
		Score       float64           `json:"score"`
		Certain     bool              `json:"certain"`
		Decision    Decision          `json:"decision,omitempty"`
		Note        string            `json:"note,omitempty"`
		Unfounded   bool              `json:"unfounded,omitempty"`
		Unfollowed  bool              `json:"unfollowed,omitempty"`
		Evidence    []locate.Evidence `json:"evidence"`
		Path        []locate.Step     `json:"path"`
		Parent      *connectors.Ref   `json:"parent,omitempty"`
	}{m.Record.Ref, m.Record.At, m.Label, m.SystemTitle, m.Record.Fields, m.Score, m.Certain, m.Decision, m.Note, m.Unfounded, m.Unfollowed,
		filled(m.Evidence), filled(m.Path), m.Parent})
}

// MarshalJSON writes the event with its type first.
func (c Coverage) MarshalJSON() ([]byte, error) {
	c.Searched, c.Places, c.Gaps = filled(c.Searched), filled(c.Places), filled(c.Gaps)
	return typed(c.Type(), c.Coverage)
}

// MarshalJSON writes the event with its type first.
func (e Checked) MarshalJSON() ([]byte, error) {
	type plain Checked
	e.Findings, e.Rights = filled(e.Findings), filled(e.Rights)
	return typed(e.Type(), plain(e))
}

// MarshalJSON writes the event with its type first.
func (e Tested) MarshalJSON() ([]byte, error) {
	type plain Tested
	return typed(e.Type(), plain(e))
}

// MarshalJSON writes the event with its type first.
func (e Passed) MarshalJSON() ([]byte, error) {
	type plain Passed
	return typed(e.Type(), plain(e))
}

// MarshalJSON writes the event with its type first.
func (e Written) MarshalJSON() ([]byte, error) {
	type plain Written
	return typed(e.Type(), plain(e))
}

// MarshalJSON writes the event with its type first.
func (e Done) MarshalJSON() ([]byte, error) {
	type plain Done
	return typed(e.Type(), plain(e))
}

// typed encodes a struct as a JSON object that begins with its type.
func typed(name string, of any) ([]byte, error) {
	b, err := json.Marshal(of)
	if err != nil {
		return nil, err
	}
	return append([]byte(`{"type":"`+name+`",`), b[1:]...), nil
}

// filled turns nil into an empty list, which JSON writes as [] and not as null.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
