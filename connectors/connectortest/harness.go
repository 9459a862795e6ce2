// Package connectortest is the suite that every kind of connector passes before it may be trusted with
// people's records: that it finds everything it is asked for, never writes when it reads, changes
// nothing but what was planned, and says so when something could not be searched or done.
//
// A kind joins with a Harness, which makes a real system of that kind hold what the suite wants, opens
// the connector on it and reads back what it holds, by a way that is not the connector's own:
//
//	for _, c := range connectortest.Cases() {
//		t.Run(c.Name, func(t *testing.T) { … c.Run(ctx, harness) … })
//	}
//
// The suite knows nothing of the testing package, so that it also runs from the command line against a
// scratch database. Package suite runs it as a Go test.
package connectortest

import (
	"context"
	"errors"
	"fmt"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// Version names this version of the suite. It changes when a connector that passed could now fail.
const Version = "1"

// Harness joins a kind of connector to the suite. Cases run one after the other; no connector is open
// when Seed is called, and each connector that Open gave is closed by the suite.
type Harness interface {
	// Limits says what the suite works with and what it must leave out. It is always the same.
	Limits() Limits

	// Seed makes the system hold exactly the dataset, through a back door: every entity in every place of
	// Limits, with its rows, and no other entity that an earlier Seed made. Anything else in the system is left alone.
	Seed(ctx context.Context, data Dataset) error

	// Open opens a fresh connector on what Seed made, with the register's entities as Dataset.TOML
	// writes them (see Dataset.Open), and with a fault unless it is NoFault. The fault lasts until the
	// connector is closed; OnClose helps.
	Open(ctx context.Context, fault Fault) (connectors.Connector, error)

	// Dump reads back what the system holds, through the back door, in any order of the rows.
	Dump(ctx context.Context) (Snapshot, error)
}

// Limits is what a harness tells of itself and of its kind.
type Limits struct {
	System  string             // the id of the system in the register
	Places  []string           // the places that Seed fills, as the connector names them; three where there can be several
	Secrets []string           // what no error may ever hold: passwords, right and wrong ones
	Lacks   map[Ability]string // what the kind or the harness cannot do, and why; everything else is tested
}

// Ability is something that a kind or its harness may lack. A case that needs it is left out with the
// reason, data that needs it is not seeded.
type Ability string

// What a kind can do or hold.
const (
	Writes        Ability = "write"                             // the connector is a connectors.Writer
	Keys          Ability = "keys"                              // entities with a key, of one or several fields
	NoKeys        Ability = "entities without a key"            // records named by digest and ordinal
	SeveralPlaces Ability = "several places"                    // three at least
	Unregistered  Ability = "tables outside the register"       // described and found by their own names
	Nulls         Ability = "null"                              // fields that hold nothing
	EmptyText     Ability = "empty text"                        // told from NULL
	NULs          Ability = "the character NUL"                 // U+0000 within text
	Controls      Ability = "control characters"                // U+0001 to U+001F within text, line ends among them
	Emoji         Ability = "characters beyond U+FFFF"          //
	LongText      Ability = "texts of 100,000 characters"       //
	OddNames      Ability = "field names with spaces and marks" //
	NewKeys       Ability = "keys that the system chooses"      // an identity or serial key
	Cascades      Ability = "deletes that take children along"  // a foreign key ON DELETE CASCADE
	Indexes       Ability = "indexes"                           // Equal on an indexed field yields no whole table
)

// OfType is the ability to hold fields of a type. Text is never lacking; the kind describes a field of any other type
// that it does not lack as being of that type. A kind that does not lack compare.Stream is a connectors.Opener.
func OfType(t compare.Type) Ability { return Ability("fields of the type " + t.String()) }

// By is the ability to search text by a comparison; see connectors.Column.Search.
func By(how compare.How) Ability { return Ability("search by " + how.String()) }

// Fault is something that goes wrong, which a harness can make happen.
type Fault = Ability

// Faults that Open is asked for.
const (
	NoFault     Fault = ""
	LostReply   Fault = "losing the reply to Apply"      // the first Apply is carried out and its answer never arrives
	CutOff      Fault = "cutting the connection"         // the connection ends amid the first Find of every record of Many
	Stalled     Fault = "answering late"                 // reads of records do not answer within a minute
	NoWrites    Fault = "denying writes"                 // the account that writes may only read
	LostPlace   Fault = "losing a place"                 // the last of Limits.Places cannot be read
	WrongSecret Fault = "logging in with a wrong secret" // Open, or the first use of the connector, fails
)

// Snapshot is what a system holds.
type Snapshot struct {
	Rows map[string][]Row // by entity, in any order
	Rest string           // whatever else reading must not change: digests of files, the list of tables
}

// ErrSkip tells that a case was left out because the harness lacks an ability, by its own Limits.
var ErrSkip = errors.New("left out")

// Case is one thing that the suite asks of a connector.
type Case struct {
	Name  string    // short, unique: "find folded"
	What  string    // what must hold, in a sentence
	Needs []Ability // without them it is left out

	run func(ctx context.Context, b *bench) error
}

// Run runs the case. The error says what the connector did wrong, or wraps ErrSkip with the harness's reason.
func (c Case) Run(ctx context.Context, h Harness) error {
	limits := h.Limits()
	for _, need := range c.Needs {
		if why, lacking := limits.Lacks[need]; lacking {
			if why == "" {
				return fmt.Errorf("the harness lacks %q and does not say why", need)
			}
			return fmt.Errorf("%w: lacks %s: %s", ErrSkip, need, why)
		}
	}
	b := &bench{Harness: h, limits: limits}
	return errors.Join(c.run(ctx, b), b.close())
}
