package kinds

import (
	"context"

	"dossier/connectors"
	"dossier/connectors/connectortest"
	"dossier/connectors/sqldb"
)

// Harness joins a system to the conformance suite and takes away what the suite left there.
type Harness interface {
	connectortest.Harness
	Clean(ctx context.Context) error
	Tested() string // what the key tested of the register has to say once the suite has passed; "" where it needs no key
	Close() error
}

// NewHarness returns the harness for the system that a connector is open on. Only databases can be tested from the
// command line; the other kinds are files, which their own tests make.
func NewHarness(ctx context.Context, c connectors.Connector) (Harness, error) {
	return sqldb.NewHarness(ctx, c)
}
