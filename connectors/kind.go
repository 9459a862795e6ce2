package connectors

import "context"

// Kind is the code that talks to one kind of system.
type Kind struct {
	Name    string // as the register names it: kind = "mssql"
	Title   string // as a person reads it: Microsoft SQL Server
	Keyless bool   // entities may lack a key: records are named by digest and ordinal

	// Setup takes the keys of the system that are this kind's own (System.Decode, Entity.Decode), checks
	// them and returns how to open the system. It touches no network and no file. A nil Setup is a kind that people work:
	// the system is never opened, and each request makes a task for its steward.
	Setup func(sys *System) (Open, error)
}

// Open connects to a system. Secrets are resolved here.
type Open func(ctx context.Context) (Connector, error)
