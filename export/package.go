// Package export writes what is handed over to a person: a ZIP with every record as JSON and CSV, a report
// that can be read and printed, what was searched and what was not, and the sums to check it by. Verify
// checks such a package.
//
// What leaves is decided here: by the register's exemptions and those that a person made, by redactions and, for a
// portability request, by Article 20. Scores, evidence, paths, internal errors and the names of operators never leave.
package export

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"dossier/connectors"
	"dossier/locate"
)

// Package is everything that a package is made of.
type Package struct {
	Request  Header
	Register *connectors.Register
	Matches  Matches           // the records that may leave, each once, in a fixed order
	Coverage []locate.Coverage // one a system
	Actions  []Action          // in the order of time
	Made     time.Time         // the time that every file of the package bears

	Exemptions []Exemption // what a person withholds beside what the register does
	Redactions []Redaction // what a person takes out of what leaves
	Papers     Papers      // what is made for reading, beside the report
	Controller *Controller // what makes it the controller's edition; nil: it is for the person

	// Key keys the digest, so that nobody who lacks it can find out by guessing what left; nil: the digest is not keyed.
	Key []byte

	// Approved is the digest of what was approved to leave (see Release); Write returns ErrChanged where something else would. "" for
	// a package that nobody has to approve.
	Approved string

	// Open returns the content of a stream; nil where no content can be had. The caller closes it.
	Open func(ctx context.Context, ref connectors.Ref, field string) (io.ReadCloser, error)
}

// Matches reads the records with the positions from up to but not including to, counted from 0, anew each time it is called: a
// package of any size is written without holding them. A negative to stands for the end. A match is valid until the next one.
type Matches func(ctx context.Context, from, to int) iter.Seq2[*locate.Match, error]

// Held returns the matches of a list.
func Held(list ...locate.Match) Matches {
	return func(_ context.Context, from, to int) iter.Seq2[*locate.Match, error] {
		if to < 0 {
			to = len(list)
		}
		return func(yield func(*locate.Match, error) bool) {
			for i := from; i < to && yield(&list[i], nil); i++ {
			}
		}
	}
}

// Header is what the package says of the request.
type Header struct {
	ID          string
	Span        Span   `json:",omitzero"` // the days that are asked about
	Kind        string // "portability" narrows what leaves (Article 20); every other kind is answered as access (Article 15)
	Scope       string // "access" or "portability", where the request asks for both; "": by its kind
	Received    time.Time
	Name        string              // the person's, "" where it is not known
	Identifiers []locate.Identifier // those that the search began with
	Controller  string              // whose data it is: "" for the organisation's own, else a client's, who is told of the systems in Coverage only
}

// Action is one line of the package's log: what was done where and when, with what result.
type Action struct {
	Time    time.Time
	System  string // its id
	Place   string // "": the whole system
	Entity  string // "": the whole place
	What    What
	Result  Result
	Records int // how many records it concerned; Write counts those of what was searched and copied itself: the ones that leave
}

// What is the kind of an action.
type What string

// The actions that the log of a package can tell.
const (
	DidSearch What = "searched"
	DidCopy   What = "copied"    // records were copied into the package
	Withheld  What = "withheld"  // records or values were left out, for a reason that the package gives
	DidAsk    What = "asked"     // people were asked to look through the system by hand
	Corrected What = "corrected" //
	Erased    What = "erased"
	Limited   What = "restricted"
)

// Result is what came of an action.
type Result string

// The results that the log of a package can tell.
const (
	Complete Result = "complete"
	InPart   Result = "in part"
	NotDone  Result = "not done"
	Awaited  Result = "awaited"
)

var (
	whats   = []What{DidSearch, DidCopy, Withheld, DidAsk, Corrected, Erased, Limited}
	results = []Result{Complete, InPart, NotDone, Awaited}
)

// right returns the right that the request uses, as exemptions name it.
func (h Header) right() string {
	if h.Scope == "" && h.Kind != "portability" {
		return "access"
	}
	return cmp.Or(h.Scope, h.Kind)
}

func (p Package) check() error {
	if p.Register == nil {
		return fmt.Errorf("export: the package has no register of systems")
	}
	if p.Matches == nil {
		return fmt.Errorf("export: the package has no records to read")
	}
	if p.Made.IsZero() {
		return fmt.Errorf("export: the package has no time")
	}
	for i, a := range p.Actions {
		if !slices.Contains(whats, a.What) || !slices.Contains(results, a.Result) {
			return fmt.Errorf("export: action %d tells %q with the result %q: the log of a package knows %q and %q", i+1, a.What, a.Result, whats, results)
		}
	}
	return nil
}

// Write writes the package as a ZIP. The same package gives the same bytes. Records are written as they
// come: no file is held in memory as a whole.
func Write(ctx context.Context, w io.Writer, p Package) (Manifest, error) {
	ed, err := approved(ctx, p)
	if err != nil {
		return Manifest{}, err
	}
	return ed.write(ctx, w)
}

// approved decides what leaves, and returns ErrChanged where it is not what was approved.
func approved(ctx context.Context, p Package) (*edition, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	ed, err := newEdition(ctx, p, nil)
	if err != nil {
		return nil, err
	}
	if p.Approved != "" && ed.digest != p.Approved {
		return nil, ErrChanged
	}
	if p.Papers.has(Letter) {
		if ed.letter, err = openLetter(p.Papers.Letters, p.Request.right()); err != nil {
			return nil, err
		}
	}
	return ed, nil
}

func (ed *edition) write(ctx context.Context, w io.Writer) (Manifest, error) {
	a := newArchive(ctx, w, ed.Made)
	a.cut = ed.cut
	for _, part := range []func(context.Context, *archive) error{
		ed.writeReadme, ed.writeSchema, ed.writeData, ed.writeCoverage, ed.writeActions, ed.writeReport, ed.writePapers, ed.writeController,
	} {
		if err := part(ctx, a); err != nil {
			return Manifest{}, err
		}
		if ed.fault != nil {
			return Manifest{}, ed.fault
		}
	}
	return a.finish(ed.manifest())
}
