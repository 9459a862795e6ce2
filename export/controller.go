package export

import (
	"bufio"
	"context"
	"encoding/json"
	"iter"
	"time"

	"dossier/connectors"
	"dossier/locate"
)

// caseName is the file of the controller's edition that tells how what was handed over came about: the first line is the case, each
// line behind it a record that was found.
const caseName = "case.jsonl"

// Controller is what the controller's edition holds beside what the person gets: how it was decided, by whom, and the action log. It
// holds no values of records but those of the package: records are named, and evidence is told in words.
type Controller struct {
	Case  Case
	Found iter.Seq2[Found, error] // every record that was found, those too that do not leave
	Proof Proof
}

// Case is a request as the organisation knows it.
type Case struct {
	Kind         string        `json:"kind"`
	Also         []string      `json:"also"`
	State        string        `json:"state"`
	Recorded     time.Time     `json:"recorded"`
	Operator     string        `json:"operator"` // who recorded it
	Reason       string        `json:"reason"`
	Searched     time.Time     `json:"searched"`
	Digest       string        `json:"digest"`             // of what leaves
	Narrowed     *CaseScope    `json:"narrowed,omitempty"` // none: everything is asked for
	Steps        []CaseStep    `json:"steps"`
	Systems      []CaseSystem  `json:"systems"`
	Withholdings []CaseHeld    `json:"withholdings"`
	Approval     *CaseApproval `json:"approval,omitempty"` // none: nobody has approved what leaves
}

// CaseScope is what of the data is asked for.
type CaseScope struct {
	Days   Span     `json:"days"`
	Omit   []string `json:"omit"` // systems that are not searched
	Reason string   `json:"reason"`
}

// CaseStep is one thing that happened to the request.
type CaseStep struct {
	What     string `json:"what"`
	Day      string `json:"day"`
	Operator string `json:"operator"`
	Note     string `json:"note,omitempty"`
}

// CaseSystem is the coverage of a system, in the words of the connector.
type CaseSystem struct {
	System   string    `json:"system"`
	State    string    `json:"state"`
	Searched []string  `json:"searched"`
	Places   []string  `json:"places"`
	Gaps     []CaseGap `json:"gaps"`
	Records  int       `json:"records"`
	Seconds  float64   `json:"seconds"`
	Started  time.Time `json:"started,omitzero"`
	Task     string    `json:"task,omitempty"`
}

// CaseGap is what could not be searched.
type CaseGap struct {
	Place  string `json:"place,omitempty"`
	Entity string `json:"entity,omitempty"`
	Field  string `json:"field,omitempty"`
	Why    string `json:"why"`
}

// CaseHeld is an exemption or a redaction, without what it takes out.
type CaseHeld struct {
	Number   int             `json:"number"`
	Kind     string          `json:"kind"`
	Record   *connectors.Ref `json:"record,omitempty"`
	System   string          `json:"system,omitempty"`
	Entity   string          `json:"entity,omitempty"`
	Field    string          `json:"field,omitempty"`
	Whole    bool            `json:"whole,omitempty"` // the whole field
	Here     bool            `json:"here,omitempty"`  // nowhere else
	Rights   []string        `json:"rights,omitempty"`
	Reason   string          `json:"reason"`
	Operator string          `json:"operator"`
	Time     time.Time       `json:"time"`
	Undone   time.Time       `json:"undone,omitzero"`
	UndoneBy string          `json:"undone_by,omitempty"`
}

// CaseApproval is who approved what leaves.
type CaseApproval struct {
	Operator  string    `json:"operator"`
	Time      time.Time `json:"time"`
	Digest    string    `json:"digest"`
	Records   int       `json:"records"`
	Signature []byte    `json:"signature,omitempty"`
}

// Found is a record that was found, with how it was judged and decided about.
type Found struct {
	Record    connectors.Ref  `json:"record"`
	At        string          `json:"at,omitempty"`      // where a person finds it: row 17
	Leaves    bool            `json:"leaves"`            // it is taken as the person's
	Outside   bool            `json:"outside,omitempty"` // and does not leave, because it is dated outside of the days that are asked about
	Score     float64         `json:"score"`
	Certain   bool            `json:"certain"`
	Decision  string          `json:"decision,omitempty"`
	Note      string          `json:"note,omitempty"` // why it was decided so
	DecidedBy string          `json:"decided_by,omitempty"`
	Decided   time.Time       `json:"decided,omitzero"`
	Evidence  []FoundEvidence `json:"evidence"`
	Path      []FoundStep     `json:"path"` // how it was reached; empty: from what the request told
	Parent    *connectors.Ref `json:"parent,omitempty"`
	Time      time.Time       `json:"time"`
}

// FoundEvidence is what one field says for or against a record being the person's, without its value.
type FoundEvidence struct {
	Identifier string  `json:"identifier,omitempty"`
	Field      string  `json:"field,omitempty"`
	Agrees     bool    `json:"agrees"`
	Words      string  `json:"words"`
	Bits       float64 `json:"bits"`
}

// FoundStep is a record whose identifier led on.
type FoundStep struct {
	Identifier string         `json:"identifier"` // its kind
	From       connectors.Ref `json:"from"`
}

// NewFound returns what is told of a match; who decided about it, and whether it leaves, is for the caller to add.
func NewFound(m *locate.Match) Found {
	f := Found{Record: m.Record.Ref, At: m.Record.At, Score: m.Score, Certain: m.Certain, Evidence: []FoundEvidence{}, Path: []FoundStep{}, Parent: m.Parent, Time: m.Time.UTC()}
	for _, e := range m.Evidence {
		f.Evidence = append(f.Evidence, FoundEvidence{e.Identifier, e.Field, e.Agrees, e.Words, e.Bits})
	}
	for _, s := range m.Path {
		f.Path = append(f.Path, FoundStep{s.Identifier.Kind, s.From})
	}
	return f
}

// writeController writes what only the controller's edition holds.
func (ed *edition) writeController(_ context.Context, a *archive) error {
	if ed.Controller == nil {
		return nil
	}
	a.cut = nil // what the organisation noted may name what it redacted
	err := a.put(caseName, "how this came about: what was found, how it was judged and decided, by whom", func(w *bufio.Writer) (int, error) {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		c := ed.Controller.Case
		c.Digest = ed.digest
		if err := enc.Encode(struct {
			Type    string `json:"type"`
			Version int    `json:"version"`
			Request string `json:"request"`
			Case
		}{"case", FormatVersion, ed.Request.ID, c}); err != nil {
			return 0, err
		}
		for f, err := range ed.Controller.Found {
			if err != nil {
				return 0, err
			}
			if err := enc.Encode(struct {
				Type string `json:"type"`
				Found
			}{"found", f}); err != nil {
				return 0, err
			}
		}
		return -1, nil
	})
	if err != nil {
		return err
	}
	return writeProof(a, ed.Request.ID, ed.Controller.Proof)
}
