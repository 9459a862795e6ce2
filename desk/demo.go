package desk

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"dossier/connectors/kinds"
	"dossier/internal/estate"
	"dossier/locate"
	"dossier/request"
)

// Demo says what demo estate is made.
type Demo struct {
	Dir      string // the folder that it is written into
	People   int    // how many people it has; 2,000 when zero
	Seed     uint64
	Operator string
}

// OpenDemo makes the demo estate, opens a desk on it whose operator has a key and every role, and records a request of
// the demo person, whose id it returns.
func OpenDemo(ctx context.Context, demo Demo) (*Desk, string, error) {
	made, err := estate.Generate(ctx, estate.Options{Dir: demo.Dir, People: demo.People, Seed: demo.Seed})
	if err != nil {
		return nil, "", err
	}
	if err := made.NameRows(ctx, kinds.All()); err != nil {
		return nil, "", err
	}
	d, err := Open(ctx, Config{Register: made.Register, State: filepath.Join(demo.Dir, "state"), Operator: demo.Operator})
	if err != nil {
		return nil, "", err
	}
	d.key = d.keyFile() // no keyring is touched
	if _, err := d.InitOperator(ctx, nil); err != nil {
		return nil, "", errors.Join(err, d.Close())
	}
	var s locate.Subject
	known := estate.DemoSubject()
	for _, kind := range d.register.Identifiers {
		for _, value := range known[kind.Name] {
			s.Identifiers = append(s.Identifiers, locate.Identifier{Kind: kind.Name, Value: value})
		}
	}
	r, err := d.NewRequest(ctx, NewRequest{Kind: request.Access, Received: d.now().UTC().Truncate(24 * time.Hour), Subject: s, Reason: "demonstration"})
	if err == nil {
		_, err = d.Record(ctx, r.ID, request.Step{What: request.IdentityKnown, Details: request.Details{Note: "a person of the demonstration"}})
	}
	if err != nil {
		return nil, "", errors.Join(err, d.Close())
	}
	return d, r.ID, nil
}
