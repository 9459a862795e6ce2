// Package locate finds everything that the systems of the register hold about one person: it asks them
// all at once, follows what the records found tell of the person until nothing new appears, and reports
// what could not be searched.
package locate

import (
	"time"

	"dossier/connectors"
)

// Event is one of Started, Progress, Match, Coverage.
type Event interface{ event() }

// Started tells that a system is being opened and searched.
type Started struct {
	System string
	Title  string
	Time   time.Time
}

// Progress tells how far a system is.
type Progress struct {
	System  string
	Place   string
	Entity  string
	Records int64 // records that came back from the system so far, before they were judged
	Idle    bool  // it has answered everything so far; what other systems tell may bring new questions
}

// Match is a record with the evidence and score that it concerns the subject. A match of the same
// record is sent again when what other records tell changes what is thought of it; the last one counts.
type Match struct {
	Record   connectors.Record
	Score    float64    // the probability, 0 to 1; a child's is that of the record that it belongs to
	Certain  bool       // else a person decides
	Followed bool       // what it tells was searched for and its children were asked for
	Evidence []Evidence // field by field
	Path     []Step     // how it was reached from the request; empty: from the subject's own identifiers
	Parent   *connectors.Ref
	Time     time.Time // when it was found
}

// Evidence is what one identifier says for or against the record being the subject's. The bits of a record add up to the
// log odds of its score.
type Evidence struct {
	Identifier string  `json:"identifier"` // the identifier compared; empty for what is no comparison
	Field      string  `json:"field"`      // the record's field; of the parent, for a child
	Agrees     bool    `json:"agrees"`
	Words      string  `json:"words"` // "surname differs in one letter": without a value, for a masked screen
	Aloud      string  `json:"aloud"` // "surname Thompson ~ Tompson (differs in one letter)", as it is read to somebody who may see the values
	Bits       float64 `json:"bits"`  // weight: positive for, negative against
}

// Step is one link of the path by which a record was reached: the identifier and the record that told it.
type Step struct {
	Identifier Identifier     `json:"identifier"`
	From       connectors.Ref `json:"from"`
}

// State says how far a system was searched.
type State string

const (
	Searched State = "searched" // everything that was asked
	Partly   State = "partly"   // with gaps
	Failed   State = "failed"   // nothing: it could not be opened or described
	ByHand   State = "manual"   // people work it: a task for the steward
	LeftOut  State = "left out" // the search was narrowed: see Options.Omit
	Excluded State = "excluded" // it holds the data of other controllers, which this search must not touch
)

// Coverage says what of a system was searched, with which identifiers, and what was not and why.
type Coverage struct {
	System   string           `json:"system"`
	Title    string           `json:"title"`
	State    State            `json:"state"`
	Searched []string         `json:"searched"` // kinds of identifiers
	Places   []string         `json:"places"`   // places searched without a gap
	Gaps     []connectors.Gap `json:"gaps"`
	Records  int              `json:"records"` // matches
	Seconds  float64          `json:"seconds"`
	Task     string           `json:"task,omitempty"` // manual: what the steward is asked to do
	Started  time.Time        `json:"started"`
}

func (Started) event()  {}
func (Progress) event() {}
func (Match) event()    {}
func (Coverage) event() {}
