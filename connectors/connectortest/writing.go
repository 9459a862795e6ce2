package connectortest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"dossier/connectors"
)

// apply carries out the changes in one call and checks the form of the answer.
func (s *session) apply(ctx context.Context, changes ...connectors.Change) ([]connectors.Outcome, error) {
	w, ok := s.c.(connectors.Writer)
	if !ok {
		return nil, violated("the connector is no Writer, and the harness does not lack %q", Writes)
	}
	outcomes, err := w.Apply(ctx, changes)
	if err != nil {
		return outcomes, fmt.Errorf("Apply: %w", s.b.discreet(err))
	}
	if len(outcomes) != len(changes) {
		return nil, violated("%d outcomes for %d changes", len(outcomes), len(changes))
	}
	for i, o := range outcomes {
		switch o.Result {
		case connectors.Done, connectors.Already:
			if want := keyAfter(s.b.world, changes[i]); want != nil && !slices.Equal(o.Record.Key, want) || o.Record.Place != changes[i].Record.Place {
				return nil, violated("the outcome of a change of %s names the record %s", changes[i].Record, o.Record)
			}
		case connectors.Drifted, connectors.Denied, connectors.RolledBack, connectors.Unknown:
			if o.Why == "" {
				return nil, violated("a change of %s is %s, and the outcome does not say why", changes[i].Record, o.Result)
			}
			if what := s.b.betrays(o.Why); what != "" {
				return nil, violated("why a change is %s holds %s", o.Result, what)
			}
		default:
			return nil, violated("the outcome of a change of %s is none", changes[i].Record)
		}
	}
	return outcomes, nil
}

// keyAfter returns the key of a record after the change, nil where the system chooses it or where the
// records have none of their own.
func keyAfter(w *world, c connectors.Change) []string {
	e, _ := w.data.Entity(c.Record.Entity)
	if e == nil || e.Key == nil {
		return nil
	}
	key := slices.Clone(c.Record.Key)
	for i, name := range e.Key {
		if c.After.Has(name) {
			if i >= len(key) {
				key = append(key, "")
			}
			key[i] = c.After.Get(name).String()
		}
	}
	return key
}

// expect applies the changes in one call and expects the results, in order; the world follows those that
// are done, and must be what the system then holds.
func (s *session) expect(ctx context.Context, changes []connectors.Change, want ...connectors.Result) error {
	outcomes, err := s.apply(ctx, changes...)
	if err != nil {
		return err
	}
	for i, o := range outcomes {
		if o.Result != want[i] {
			return violated("the %s of %s is %s and not %s (%s)", changes[i].Op, changes[i].Record, o.Result, want[i], o.Why)
		}
	}
	s.b.world.follow(changes, outcomes)
	return s.b.holds(ctx)
}

// follow carries out in the world what the outcomes call done.
func (w *world) follow(changes []connectors.Change, outcomes []connectors.Outcome) {
	var done []connectors.Change
	for i, o := range outcomes {
		if o.Result == connectors.Done {
			done = append(done, changes[i])
		}
	}
	w.make(done...)
}

// refuse applies the changes and expects that none is done, by an error or outcomes that say why, and that
// nothing was written.
func (s *session) refuse(ctx context.Context, changes ...connectors.Change) error {
	outcomes, err := s.apply(ctx, changes...)
	if v := (violation{}); errors.As(err, &v) {
		return err
	}
	for i, o := range outcomes {
		if err == nil && (o.Result == connectors.Done || o.Result == connectors.Already || o.Result == connectors.Unknown) {
			return violated("the %s of %s is %s, and had to be refused", changes[i].Op, changes[i].Record, o.Result)
		}
	}
	if err := s.b.holds(ctx); err != nil {
		return fmt.Errorf("after a refusal: %w", err)
	}
	return nil
}

// Planned changes of a record as it is.

func update(r connectors.Record, after connectors.Fields) connectors.Change {
	return connectors.Change{Op: connectors.Update, Record: r.Ref, Digest: r.Digest(), Before: r.Fields, After: after}
}

func remove(r connectors.Record) connectors.Change {
	return connectors.Change{Op: connectors.Delete, Record: r.Ref, Digest: r.Digest(), Before: r.Fields}
}

func insert(ref connectors.Ref, after connectors.Fields) connectors.Change {
	return connectors.Change{Op: connectors.Insert, Record: ref, After: after}
}

// with returns the fields with some of them replaced.
func with(f connectors.Fields, changed connectors.Fields) connectors.Fields {
	f = f.Clone()
	for i, name := range f.Names {
		if changed.Has(name) {
			f.Values[i] = changed.Get(name)
		}
	}
	return f
}
