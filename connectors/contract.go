// Package connectors is the contract between the hub and the systems that hold data, and the
// register of those systems (connectors.toml).
//
// A connector does two things: it finds records and it applies changes. Who the subject is, what an
// erasure means for a field, which rows belong to which parent and what must be kept is decided once,
// above, from the register, and never again in a connector.
package connectors

import (
	"context"
	"io"
	"iter"

	"dossier/connectors/compare"
)

// Connector is one open system. Its methods may be called from several goroutines at once.
type Connector interface {
	// Describe reports the entities that this account reaches and what it may do to each.
	Describe(ctx context.Context) (Catalog, error)

	// Find streams the records of one entity that q asks for. It may yield more (the caller checks
	// every record again) but never fewer. An error wrapping *Gap tells what could not be searched
	// and does not end the sequence; any other error ends it. Silence means "searched everything".
	//
	// A yielded Record is valid until the next one; Clone keeps it.
	Find(ctx context.Context, q Query) iter.Seq2[Record, error]

	Close() error
}

// Writer is a Connector that can change records.
type Writer interface {
	Connector

	// Apply makes each change whose record still is what the plan saw (the digest in Before). One call
	// is atomic over the scope that Describe states: one failure rolls that scope back. It returns one
	// outcome a change, in order; the error is for a call that could not be carried out at all.
	Apply(ctx context.Context, changes []Change) ([]Outcome, error)
}

// Swapper is a Writer whose places are files, each of which is swapped whole for its changed copy.
type Swapper interface {
	Writer

	// Swap is Apply that calls note for each file, once its changed copy is on the disk and checked, and before it
	// takes the file's place. An error of note leaves the file as it was.
	Swap(ctx context.Context, changes []Change, note func(Swapping) error) ([]Outcome, error)

	// Restore gives a place's file the bytes that it had once, in the way of Swap. Its outcome is Done; Drifted where the file is
	// not the one that f starts from; or, as of a change, Denied, RolledBack or Unknown.
	Restore(ctx context.Context, f Former, note func(Swapping) error) Outcome

	// Sum returns the SHA-256, in hex, of a place's file as it is: after a crash it decides whether a swap was done.
	Sum(ctx context.Context, place string) (string, error)
}

// Swap is one file that is about to be swapped.
type Swap struct {
	Place         string
	Before, After string // the SHA-256 of the whole file, in hex
}

// Swapping is a swap while it is about to be done.
type Swapping struct {
	Swap
	Whole bool // it makes each of the changes: none of them was there already

	// Both lets do read the file and the copy that is to take its place.
	Both func(do func(file, copied *io.SectionReader) error) error
}

// Former is a file as it once was.
type Former struct {
	Place   string
	Present string // the SHA-256, in hex, of the file from which it can be made
	Sum     string // of the file as it was

	// Write writes it, reading the file as it is.
	Write func(to io.Writer, file *io.SectionReader) error
}

// Trier is a Connector whose system has rules of its own about the values of fields, and can be asked about them.
type Trier interface {
	// Try asks, without writing anything, which rule forbids a field of an entity in a place to hold a value, and returns it in the
	// system's own words; "" where none does, or none can be told.
	Try(ctx context.Context, in Ref, field string, v Value) (rule string, err error)
}

// Opener is a Connector that can open the content of Stream values.
type Opener interface {
	// Open returns the content of one field of one record. The caller closes it.
	Open(ctx context.Context, ref Ref, field string) (io.ReadCloser, error)
}

// Query asks for records of one entity.
type Query struct {
	Entity string   // as the register names it; a table that is not in the register by its own name
	Places []string // nil: all
	Fields []string // nil: every field, mapped or not; the key is always yielded in Ref
	Refs   []Ref    // not nil: exactly these records (none when empty), instead of Any
	Any    []Clause // at least one holds; empty (with Refs nil): every record
}

// Clause is a list of terms that all hold.
type Clause []Term

// Term compares fields with values.
type Term struct {
	Fields []string    // one, or several compared as a tuple (composite keys)
	How    compare.How // the comparison, of each field with the value at its position
	Values [][]string  // one or ten thousand tuples in canonical text; any of them may hold
}

// Op is the kind of a change.
type Op uint8

const (
	Update Op = iota + 1 // write the fields of After
	Insert               // a new record with the fields of After
	Delete               // remove the record
	Move                 // files and mail: to the Target
)

// String returns the op's name in lower case.
func (o Op) String() string {
	switch o {
	case Update:
		return "update"
	case Insert:
		return "insert"
	case Delete:
		return "delete"
	case Move:
		return "move"
	}
	return "unknown"
}

// MarshalText writes the op's name.
func (o Op) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// Change is one primitive write to one record.
type Change struct {
	Op     Op
	Record Ref    // Insert: the key where it is chosen by the caller, else empty
	Digest string // Update, Delete, Move: Record.Digest over every field, as the plan saw it
	Before Fields // the fields that the plan was made on, for the preview; never a stream's content
	After  Fields // Update, Insert: the fields to be written
	Target string // Move: the place or folder to move to
}

// Result is what became of a change.
type Result uint8

const (
	Done       Result = iota + 1 // the record was changed
	Already                      // the record was as the change would leave it, nothing was written
	Drifted                      // the record is not what the plan saw, nothing was written
	Denied                       // the system or its configuration does not allow it, nothing was written
	RolledBack                   // another change of the same scope failed, so this one was undone
	Unknown                      // the answer was lost: it may or may not have been done
)

// String returns the result's name.
func (r Result) String() string {
	switch r {
	case Done:
		return "done"
	case Already:
		return "already"
	case Drifted:
		return "drifted"
	case Denied:
		return "denied"
	case RolledBack:
		return "rolled back"
	case Unknown:
		return "unknown"
	}
	return "none"
}

// MarshalText writes the result's name.
func (r Result) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Outcome is a connector's answer to one change.
type Outcome struct {
	Result Result
	Record Ref    // the record under its key after the change (an insert's new key)
	Why    string // Drifted, Denied, RolledBack, Unknown: the reason, without values of the record
}
