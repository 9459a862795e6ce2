package desk

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"dossier/act"
	"dossier/internal/journal"
	"dossier/locate"
)

// held sets aside whoever is held or waits for an answer to an access request, and returns the systems that are held: those stop the
// batch.
func (b *batching) held(ctx context.Context) ([]act.Problem, error) {
	stands, err := b.standing(ctx, b.Action)
	if err != nil {
		return nil, err
	}
	for i, p := range b.people {
		if problems := stands.against(b.Desk, whoOf(b.batch, p), b.batch.ID); len(problems) > 0 {
			b.claims.Aside(i, problems[0].Why)
		}
	}
	return stands.systems(b.claims.Systems()), nil
}

// whoOf returns one of a batch's people, as whose data it is about.
func whoOf(b journal.Batch, p journal.BatchPerson) locate.Subject {
	s := locate.Subject{Identifiers: p.Identifiers}
	if b.Origin == "controller" {
		s.Controller = b.From
	}
	return s
}

// batchAllowedStill returns an error that wraps ErrRefused where a hold, a restriction, or an access request that is not answered, stands
// by now against a system or anybody for whom a plan of a batch changes anything.
func (d *Desk) batchAllowedStill(ctx context.Context, batch string, head act.Head, lines iter.Seq2[act.Line, error]) error {
	stands, err := d.standing(ctx, head.Action)
	if err != nil {
		return err
	}
	if stands.none() {
		return nil
	}
	var systems []string
	people := map[int]bool{}
	for l, err := range lines {
		if err != nil {
			return err
		}
		if !l.Writes() && l.Does != act.Task {
			continue
		}
		people[l.Person] = true
		if !slices.Contains(systems, l.Record.System) {
			systems = append(systems, l.Record.System)
		}
	}
	b, err := d.journal.Batch(ctx, batch)
	if err != nil {
		return err
	}
	problems := stands.systems(systems)
	for p, err := range d.journal.BatchPeople(ctx, batch) {
		if err != nil {
			return err
		}
		if !people[p.N] {
			continue
		}
		for _, problem := range stands.against(d, whoOf(b, p), batch) {
			problem.Why = p.At + ": " + problem.Why
			problems = append(problems, problem)
		}
	}
	if len(problems) > 0 {
		return fmt.Errorf("%w: %w", ErrRefused, &act.Refusal{Problems: problems})
	}
	return nil
}
