package connectortest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"dossier/connectors"
	"dossier/connectors/compare"
)

func queryCases() []Case {
	return []Case{
		{Name: "find everything", What: "a query without clauses yields every record once, with every field as it is stored, of every type",
			run: func(ctx context.Context, b *bench) error {
				for _, data := range []Dataset{People(b.limits), Typed(b.limits)} {
					s, err := b.start(ctx, data)
					if err != nil {
						return err
					}
					for _, e := range data.Entities {
						if _, err := s.all(ctx, connectors.Query{Entity: e.Name}); err != nil {
							return err
						}
					}
					if err := s.close(); err != nil {
						return err
					}
				}
				return nil
			}},
		{Name: "find several clauses", What: "terms of a clause all hold, and one clause is enough",
			run: func(ctx context.Context, b *bench) error {
				s, people, err := b.people(ctx)
				if err != nil {
					return err
				}
				family, number, code := people.Fields[atFamily].Name, people.Fields[atNumber].Name, people.Fields[atCode].Name
				first := b.world.records(people.Name)[0]
				clauses := []connectors.Clause{
					{term(family, compare.Equal, "Smith", "Jones"), term(number, compare.Equal, first.Get(number).String())},
					{term(family, compare.Equal, "O'Brien", "Smith "), term(code, compare.Equal, "0", "abc", "1", "00", "01")},
					{term("id", compare.Equal, "7", "8"), term(family, compare.Equal, "nobody")},
					{term(code, compare.Equal, "abc")},
				}
				for i := range clauses {
					for j := i; j < len(clauses); j++ {
						if _, err := s.all(ctx, connectors.Query{Entity: people.Name, Any: clauses[i : j+1]}); err != nil {
							return err
						}
					}
				}
				return nil
			}},
		{Name: "find by refs", What: "exactly the records that are named are found, thousands at once, each in its own place; one that is gone is not, and that is no gap",
			run: runRefs},
		{Name: "find in some places", What: "only the places asked for are searched, keys are not mixed up between places, and a place that is not there is no silence",
			Needs: []Ability{SeveralPlaces}, run: runPlaces},
		{Name: "find some fields", What: "the fields asked for are yielded and no others, and the record is named as ever",
			run: func(ctx context.Context, b *bench) error {
				s, people, err := b.people(ctx)
				if err != nil {
					return err
				}
				family, note := people.Fields[atFamily].Name, people.Fields[atNote].Name
				for _, fields := range [][]string{{family}, {note, "id"}, {"code", family}} {
					if _, err := s.all(ctx, connectors.Query{Entity: people.Name, Fields: fields}); err != nil {
						return fmt.Errorf("fields %q: %w", fields, err)
					}
					q := query(people.Name, term(fields[0], compare.Equal, "Smith", "abc", "O'Brien"))
					q.Fields = fields
					if _, err := s.all(ctx, q); err != nil {
						return fmt.Errorf("fields %q: %w", fields, err)
					}
				}
				return nil
			}},
		{Name: "find an unknown field", What: "a field that the entity lacks is a gap that names it, and the other clauses are still searched",
			run: runUnknownField},
		{Name: "find an unknown entity", What: "an entity that is not there is an error or a gap, and never silence",
			run: func(ctx context.Context, b *bench) error {
				s, _, err := b.people(ctx)
				if err != nil {
					return err
				}
				f, err := s.find(ctx, connectors.Query{Entity: "dossiertest_nothing"})
				if err == nil && f.err == nil && len(f.gaps) == 0 {
					err = violated("silence for an entity that is not there")
				}
				return err
			}},
		{Name: "find outside the register", What: "a table that the register does not name is found under its own name", Needs: []Ability{Unregistered},
			run: func(ctx context.Context, b *bench) error {
				s, _, err := b.people(ctx)
				if err != nil {
					return err
				}
				if _, err := s.all(ctx, connectors.Query{Entity: "dossiertest_unlisted"}); err != nil {
					return err
				}
				_, err = s.all(ctx, query("dossiertest_unlisted", term("name", compare.Equal, "O'Brien")))
				return err
			}},
		{Name: "find without a key", What: "records without a key are named by the digest of their fields and their ordinal among equals, whatever fields are asked for",
			Needs: []Ability{NoKeys},
			run: func(ctx context.Context, b *bench) error {
				s, err := b.start(ctx, Notes(b.limits))
				if err != nil {
					return err
				}
				entity := b.world.data.Entities[0].Name
				if _, err := s.all(ctx, connectors.Query{Entity: entity}); err != nil {
					return err
				}
				if _, err := s.all(ctx, connectors.Query{Entity: entity, Fields: []string{"note"}}); err != nil {
					return err
				}
				var refs []connectors.Ref
				for _, r := range b.world.records(entity) {
					if r.Ref.Key[1] != "1" {
						refs = append(refs, r.Ref)
					}
				}
				_, err = s.all(ctx, connectors.Query{Entity: entity, Refs: refs})
				return err
			}},
	}
}

// people starts on People and returns its first entity.
func (b *bench) people(ctx context.Context) (*session, *Entity, error) {
	s, err := b.start(ctx, People(b.limits))
	if err != nil {
		return nil, nil, err
	}
	return s, &b.world.data.Entities[0], nil
}

func runRefs(ctx context.Context, b *bench) error {
	s, people, err := b.people(ctx)
	if err != nil {
		return err
	}
	for _, e := range b.world.data.Entities {
		var all []connectors.Ref
		for i, r := range b.world.records(e.Name) {
			all = append(all, r.Ref)
			if i%17 == 0 {
				if _, err := s.all(ctx, connectors.Query{Entity: e.Name, Refs: []connectors.Ref{r.Ref}}); err != nil {
					return err
				}
			}
		}
		gone := all[0]
		for i := range 3000 {
			gone.Key = slices.Clone(gone.Key)
			gone.Key[len(gone.Key)-1] = strconv.Itoa(1_000_000 + i)
			all = append(all, gone)
		}
		if _, err := s.all(ctx, connectors.Query{Entity: e.Name, Refs: all}); err != nil {
			return err
		}
	}
	odd := b.world.records(people.Name)[0].Ref
	odd.Key = []string{"' OR '1'='1"}
	if people.Key == nil {
		odd.Key = append(odd.Key, "1")
	}
	for _, refs := range [][]connectors.Ref{{}, {odd}} {
		if _, err := s.all(ctx, connectors.Query{Entity: people.Name, Refs: refs}); err != nil {
			return err
		}
	}
	return nil
}

func runPlaces(ctx context.Context, b *bench) error {
	s, people, err := b.people(ctx)
	if err != nil {
		return err
	}
	places := b.limits.Places
	for _, some := range [][]string{{places[0]}, {places[1]}, {places[2], places[0]}} {
		if _, err := s.all(ctx, connectors.Query{Entity: people.Name, Places: some}); err != nil {
			return err
		}
		q := query(people.Name, term("id", compare.Equal, "1", "17", "30"))
		q.Places = some
		if _, err := s.all(ctx, q); err != nil {
			return err
		}
	}
	var refs []connectors.Ref
	for i, r := range b.world.records(people.Name) {
		if i%2 == slices.Index(places, r.Ref.Place)%2 {
			refs = append(refs, r.Ref)
		}
	}
	if _, err := s.all(ctx, connectors.Query{Entity: people.Name, Refs: refs}); err != nil {
		return err
	}
	f, err := s.find(ctx, connectors.Query{Entity: people.Name, Places: []string{"dossiertest_nowhere"}})
	if err == nil && f.err == nil && len(f.gaps) == 0 {
		err = violated("silence for a place that is not there")
	}
	return err
}

func runUnknownField(ctx context.Context, b *bench) error {
	s, people, err := b.people(ctx)
	if err != nil {
		return err
	}
	const unknown = "no such field"
	known := connectors.Clause{term(people.Fields[atFamily].Name, compare.Equal, "Smith", "O'Brien")}
	lost := connectors.Clause{term(unknown, compare.Equal, "Smith")}
	for _, q := range []connectors.Query{
		{Entity: people.Name, Any: []connectors.Clause{lost}},
		{Entity: people.Name, Any: []connectors.Clause{lost, known}},
		{Entity: people.Name, Fields: []string{"id", unknown, people.Fields[atFamily].Name}, Any: []connectors.Clause{known}},
	} {
		f, err := s.find(ctx, q)
		if err != nil {
			return err
		}
		if f.err != nil {
			return fmt.Errorf("%s: an unknown field ends the search: %w", describe(q), f.err)
		}
		if !slices.ContainsFunc(f.gaps, func(g connectors.Gap) bool { return g.Field == unknown }) {
			return errors.New(describe(q) + ": no gap names the unknown field")
		}
		if len(q.Any) == 1 && q.Fields == nil {
			continue
		}
		q.Any = []connectors.Clause{known}
		if err := b.world.same(f.records, q, nil); err != nil {
			return fmt.Errorf("beside an unknown field: %w", err)
		}
	}
	return nil
}
