package memory

import (
	"context"
	"errors"

	"dossier/connectors"
	"dossier/connectors/connectortest"
)

// Harness joins the memory system to the suite.
type Harness struct{ store *Store }

// NewHarness returns a harness on a store of its own.
func NewHarness() Harness {
	return Harness{&Store{System: "memory", Places: []string{"alpha", "beta", "gamma"}}}
}

// Limits says that nothing is lacking.
func (h Harness) Limits() connectortest.Limits {
	return connectortest.Limits{System: h.store.System, Places: h.store.Places, Secrets: []string{"correct horse", "wrong horse"}}
}

// Seed fills the store.
func (h Harness) Seed(_ context.Context, data connectortest.Dataset) error {
	h.store.Fill(data)
	return nil
}

// Open opens a connector on the store.
func (h Harness) Open(_ context.Context, fault connectortest.Fault) (connectors.Connector, error) {
	if fault == connectortest.WrongSecret {
		return nil, errors.New("the login was refused: look at the secret that the register refers to")
	}
	return h.store.Open(fault), nil
}

// Dump reads the store.
func (h Harness) Dump(context.Context) (connectortest.Snapshot, error) { return h.store.Dump(), nil }

var (
	_ connectors.Writer = (*Connector)(nil)
	_ connectors.Opener = (*Connector)(nil)
)
