package connectortest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"dossier/connectors"
	"dossier/connectors/compare"
)

func writeCases() []Case {
	writes := []Ability{Writes}
	return []Case{
		{Name: "update", What: "an update writes its fields to its record and nothing else anywhere", Needs: writes,
			run: func(ctx context.Context, b *bench) error {
				s, people, err := b.people(ctx)
				if err != nil {
					return err
				}
				for i, r := range b.world.records(people.Name) {
					if i%23 != 5 {
						continue
					}
					after := fields("given", fmt.Sprintf("Changed %d", i), people.Fields[atNote].Name, "Featherstonehaugh")
					if err := s.expect(ctx, []connectors.Change{update(r, after)}, connectors.Done); err != nil {
						return err
					}
				}
				_, err = s.all(ctx, connectors.Query{Entity: people.Name})
				return err
			}},
		{Name: "update to hostile values", What: "every text that the kind can hold is written as it is, and NULL too", Needs: writes,
			run: runHostileUpdate},
		{Name: "update typed fields", What: "values of every type are written without loss", Needs: writes,
			run: runTypedUpdate},
		{Name: "update the key", What: "a record whose key is changed is named by its new key in the outcome", Needs: []Ability{Writes, Keys},
			run: func(ctx context.Context, b *bench) error {
				s, people, err := b.people(ctx)
				if err != nil {
					return err
				}
				r := b.world.records(people.Name)[3]
				change := update(r, fields("id", "900001", "given", "moved"))
				if err := s.expect(ctx, []connectors.Change{change}, connectors.Done); err != nil {
					return err
				}
				_, err = s.one(ctx, people.Name, r.Ref.Place, "900001")
				return err
			}},
		{Name: "insert", What: "an insert makes one record of the fields given and leaves the others empty", Needs: []Ability{Writes, Keys, Nulls},
			run: func(ctx context.Context, b *bench) error {
				s, people, err := b.people(ctx)
				if err != nil {
					return err
				}
				for _, place := range b.limits.Places {
					ref := connectors.Ref{System: b.limits.System, Place: place, Entity: people.Name, Key: []string{"900002"}}
					change := insert(ref, fields("id", "900002", people.Fields[atFamily].Name, "O'Brien "))
					if err := s.expect(ctx, []connectors.Change{change}, connectors.Done); err != nil {
						return err
					}
					if _, err := s.one(ctx, people.Name, place, "900002"); err != nil {
						return err
					}
				}
				return nil
			}},
		{Name: "insert with a new key", What: "an insert whose key the system chooses tells it in the outcome", Needs: []Ability{Writes, Keys, NewKeys},
			run: runNewKey},
		{Name: "delete", What: "a delete removes its record and no other", Needs: writes,
			run: func(ctx context.Context, b *bench) error {
				s, _, err := b.people(ctx)
				if err != nil {
					return err
				}
				for _, e := range b.world.data.Entities {
					for _, i := range []int{17, 4, 0} {
						if records := b.world.records(e.Name); i < len(records) && !e.Unregistered {
							if err := s.expect(ctx, []connectors.Change{remove(records[i])}, connectors.Done); err != nil {
								return err
							}
						}
					}
				}
				return nil
			}},
		{Name: "many changes at once", What: "hundreds of changes in one call are all done, in their order", Needs: writes,
			run: func(ctx context.Context, b *bench) error {
				s, people, err := b.people(ctx)
				if err != nil {
					return err
				}
				var changes []connectors.Change
				var want []connectors.Result
				for i, r := range b.world.records(people.Name) {
					if i%2 == 0 {
						changes = append(changes, remove(r))
					} else {
						changes = append(changes, update(r, fields("given", fmt.Sprintf("%d of many", i))))
					}
					want = append(want, connectors.Done)
				}
				if err := s.expect(ctx, changes, want...); err != nil {
					return err
				}
				outcomes, err := s.apply(ctx)
				if err == nil && len(outcomes) > 0 {
					err = violated("outcomes for no changes")
				}
				return err
			}},
		{Name: "a value that does not fit", What: "a text longer than its field is refused, or kept whole where the system does not mind, and never cut", Needs: writes,
			run: func(ctx context.Context, b *bench) error {
				s, people, err := b.people(ctx)
				if err != nil {
					return err
				}
				change := update(b.world.records(people.Name)[2], fields("given", strings.Repeat("Featherstonehaugh ", 40)))
				outcomes, err := s.apply(ctx, change)
				if v := (violation{}); errors.As(err, &v) {
					return err
				}
				b.world.follow([]connectors.Change{change}[:len(outcomes)], outcomes)
				return b.holds(ctx)
			}},
		{Name: "the same change at once", What: "of several calls that make the same change at the same time one is done, and the others find it done or drifted", Needs: writes,
			run: runRace},
	}
}

func runHostileUpdate(ctx context.Context, b *bench) error {
	s, people, err := b.people(ctx)
	if err != nil {
		return err
	}
	family, note := people.Fields[atFamily].Name, people.Fields[atNote].Name
	var changes []connectors.Change
	var want []connectors.Result
	records := b.world.records(people.Name)
	for i, text := range Hostile {
		if !b.limits.Holds(text) || i >= len(records) {
			continue
		}
		after := fields(note, text)
		if utf8.RuneCountInString(text) <= 200 {
			after = fields(note, text, family, text)
		}
		if i%4 == 0 && b.limits.can(Nulls) {
			after.Names, after.Values = append(after.Names, "given"), append(after.Values, connectors.Null)
		}
		if already(records[i], after) {
			continue
		}
		changes = append(changes, update(records[i], after))
		want = append(want, connectors.Done)
	}
	if err := s.expect(ctx, changes, want...); err != nil {
		return err
	}
	_, err = s.all(ctx, connectors.Query{Entity: people.Name})
	return err
}

// already reports whether the record holds the fields as they are.
func already(r connectors.Record, after connectors.Fields) bool {
	for i, name := range after.Names {
		if !r.Get(name).Equal(after.Values[i]) {
			return false
		}
	}
	return true
}

func runTypedUpdate(ctx context.Context, b *bench) error {
	s, err := b.start(ctx, Typed(b.limits))
	if err != nil {
		return err
	}
	e := &b.world.data.Entities[0]
	for i := range e.In(b.limits.Places[0]) {
		r := b.world.records(e.Name)[i]
		var after connectors.Fields
		for n, f := range b.limits.typed() {
			value := connectors.Text(f.values[(i+1+n)%len(f.values)])
			if (i+n)%7 == 0 && b.limits.can(Nulls) {
				value = connectors.Null
			}
			after.Names, after.Values = append(after.Names, f.name), append(after.Values, value)
		}
		if already(r, after) {
			continue
		}
		if err := s.expect(ctx, []connectors.Change{update(r, after)}, connectors.Done); err != nil {
			return err
		}
	}
	if _, err := s.all(ctx, connectors.Query{Entity: e.Name}); err != nil {
		return err
	}
	for _, f := range b.limits.typed() {
		if f.typ == compare.Text {
			continue
		}
		if err := s.refuse(ctx, update(b.world.records(e.Name)[0], fields(f.name, "Featherstonehaugh"))); err != nil {
			return fmt.Errorf("a value that is no %s: %w", f.typ, err)
		}
	}
	return nil
}

func runNewKey(ctx context.Context, b *bench) error {
	s, err := b.start(ctx, Log(b.limits))
	if err != nil {
		return err
	}
	entity := b.world.data.Entities[0].Name
	place := b.limits.Places[0]
	seen := []string{}
	for range 2 {
		change := insert(connectors.Ref{System: b.limits.System, Place: place, Entity: entity}, fields("entry", "the same entry"))
		outcomes, err := s.apply(ctx, change)
		if err != nil {
			return err
		}
		o := outcomes[0]
		if o.Result != connectors.Done || len(o.Record.Key) != 1 || slices.Contains(seen, o.Record.Key[0]) {
			return violated("an insert is %s with the key %q (%s)", o.Result, o.Record.Key, o.Why)
		}
		seen = append(seen, o.Record.Key[0])
		change.After = fields("id", o.Record.Key[0], "entry", "the same entry")
		b.world.make(change)
		if err := b.holds(ctx); err != nil {
			return err
		}
		if _, err := s.one(ctx, entity, place, o.Record.Key[0]); err != nil {
			return err
		}
	}
	return nil
}

func runRace(ctx context.Context, b *bench) error {
	s, people, err := b.people(ctx)
	if err != nil {
		return err
	}
	const callers = 6
	r := b.world.records(people.Name)[1]
	results := make([]connectors.Result, callers)
	changes := make([]connectors.Change, callers)
	var g errgroup.Group
	for i := range callers {
		changes[i] = update(r, fields("given", fmt.Sprintf("caller %d", i)))
		g.Go(func() error {
			outcomes, err := s.apply(ctx, changes[i])
			if err == nil {
				results[i] = outcomes[0].Result
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	done := -1
	for i, result := range results {
		switch result {
		case connectors.Done:
			if done >= 0 {
				return violated("two callers changed a record from the same planned state, and both are done")
			}
			done = i
		case connectors.Already:
			return violated("a change to another value is called already done")
		}
	}
	if done < 0 {
		return violated("none of %d calls was done: %v", callers, results)
	}
	b.world.make(changes[done])
	return b.holds(ctx)
}
