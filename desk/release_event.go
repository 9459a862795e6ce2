package desk

import (
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
)

// Scope is the right by which data leaves: it decides what does.
type Scope string

// The scopes of a release.
const (
	ScopeAccess      Scope = "access"      // Article 15: a copy of everything
	ScopePortability Scope = "portability" // Article 20: what was provided or observed, on consent or contract, by automated means
)

// Leaving tells that a record leaves, as it will be handed over.
type Leaving struct {
	Record      connectors.Ref    `json:"record"`
	Label       string            `json:"label"` // the entity's
	SystemTitle string            `json:"system_title"`
	Fields      connectors.Fields `json:"fields"`   // what leaves of it, with marks for what was taken out
	Withheld    []HeldBack        `json:"withheld"` // what of it a person has withheld
}

// HeldBack tells that something is withheld: an entity, records of it or a field, wholly or in part.
type HeldBack struct {
	By          int             `json:"by,omitempty"` // the number of the exemption or the redaction; 0: the register or the law
	System      string          `json:"system"`
	SystemTitle string          `json:"system_title"`
	Entity      string          `json:"entity"`
	Label       string          `json:"label"`            // the entity's
	Record      *connectors.Ref `json:"record,omitempty"` // one record; none: see Records
	Field       string          `json:"field,omitempty"`  // none: whole records
	FieldLabel  string          `json:"field_label,omitempty"`
	Reason      string          `json:"reason"`         // as the person is told
	Records     int             `json:"records"`        // how many it concerns
	Part        bool            `json:"part,omitempty"` // only passages of the field, or only some of the records
}

// Unread tells of content that leaves though the program cannot tell whether it holds what was redacted.
type Unread struct {
	Record connectors.Ref `json:"record"`
	Field  string         `json:"field"`
	Why    string         `json:"why"`
}

// Suggested tells of somebody else's name that leaves in free text, near the subject's: a passage that a person may want to redact.
type Suggested struct {
	Record     connectors.Ref `json:"record"`
	Field      string         `json:"field"`
	FieldLabel string         `json:"field_label"`
	From       int            `json:"from"` // where it stands in the value, in characters from 0
	To         int            `json:"to"`   // behind its last character
	Passage    string         `json:"passage"`
	Why        string         `json:"why"`
}

// ReleaseTotal ends what would leave.
type ReleaseTotal struct {
	Request     string           `json:"request"`
	Scope       Scope            `json:"scope"`
	Digest      string           `json:"digest"`  // over everything that leaves: it is what is approved
	Records     int              `json:"records"` // that leave
	Withheld    int              `json:"withheld"`
	Suggestions int              `json:"suggestions"`
	Unread      int              `json:"unread"`
	Undecided   int              `json:"undecided"` // left out because nobody has decided about them yet
	Rejected    int              `json:"rejected"`  // left out because they concern somebody else
	Mentions    int              `json:"mentions"`  // left out because they only mention the subject
	Approved    *ReleaseApproval `json:"approved,omitempty"`
	Changed     bool             `json:"changed,omitempty"` // since it was approved: it is approved anew before a package is written
}

// ReleaseApproval is who approved what leaves.
type ReleaseApproval struct {
	Operator string    `json:"operator"`
	Time     time.Time `json:"time"`
}

// Withholding is an exemption or a redaction, as it is listed.
type Withholding struct {
	journal.Withholding
	Everywhere bool   // of a redaction: its text is taken out of everything that leaves
	Why        string // why it is not
}

// Type returns "leaving".
func (Leaving) Type() string { return "leaving" }

// Type returns "withheld".
func (HeldBack) Type() string { return "withheld" }

// Type returns "unread".
func (Unread) Type() string { return "unread" }

// Type returns "suggested".
func (Suggested) Type() string { return "suggested" }

// Type returns "release".
func (ReleaseTotal) Type() string { return "release" }

// Type returns "withholding".
func (Withholding) Type() string { return "withholding" }

// MarshalJSON writes the event with its type first.
func (e Leaving) MarshalJSON() ([]byte, error) {
	type plain Leaving
	e.Withheld = filled(e.Withheld)
	return typed(e.Type(), plain(e))
}

// MarshalJSON writes the event with its type first.
func (e HeldBack) MarshalJSON() ([]byte, error) {
	type plain HeldBack
	return typed(e.Type(), plain(e))
}

// MarshalJSON writes the event with its type first.
func (e Unread) MarshalJSON() ([]byte, error) {
	type plain Unread
	return typed(e.Type(), plain(e))
}

// MarshalJSON writes the event with its type first.
func (e Suggested) MarshalJSON() ([]byte, error) {
	type plain Suggested
	return typed(e.Type(), plain(e))
}

// MarshalJSON writes the event with its type first.
func (e ReleaseTotal) MarshalJSON() ([]byte, error) {
	type plain ReleaseTotal
	return typed(e.Type(), plain(e))
}

// MarshalJSON writes the event with its type first.
func (e Withholding) MarshalJSON() ([]byte, error) {
	return typed(e.Type(), struct {
		N          int             `json:"number"`
		Kind       string          `json:"kind"`
		Record     *connectors.Ref `json:"record,omitempty"`
		System     string          `json:"system,omitempty"`
		Entity     string          `json:"entity,omitempty"`
		Field      string          `json:"field,omitempty"`
		Rights     []string        `json:"rights,omitempty"`
		Passage    string          `json:"passage,omitempty"`
		Whole      bool            `json:"whole,omitempty"`
		Everywhere bool            `json:"everywhere"`
		Why        string          `json:"why,omitempty"`
		Reason     string          `json:"reason"`
		Operator   string          `json:"operator"`
		Time       time.Time       `json:"time"`
		Undone     time.Time       `json:"undone,omitzero"`
		UndoneBy   string          `json:"undone_by,omitempty"`
	}{e.N, e.Kind, e.Record, e.System, e.Entity, e.Field, e.Rights, e.Text, e.Whole, e.Everywhere, e.Why, e.Reason, e.Operator, e.Time, e.Undone, e.UndoneBy})
}
