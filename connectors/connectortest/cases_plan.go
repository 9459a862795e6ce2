package connectortest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dossier/connectors"
)

// planCases are about plans that the system no longer fits or does not carry out.
func planCases() []Case {
	writes := []Ability{Writes}
	return []Case{
		{Name: "harmless twice", What: "a change made again, by the same connector or a new one, is Already and writes nothing", Needs: []Ability{Writes, Keys},
			run: runTwice},
		{Name: "drift refused", What: "a record that differs from the plan in any field, however little, is Drifted and is not written", Needs: writes,
			run: runDrift},
		{Name: "a record that is gone", What: "an update of a record that is gone is refused", Needs: []Ability{Writes, Keys},
			run: func(ctx context.Context, b *bench) error {
				s, people, err := b.people(ctx)
				if err != nil {
					return err
				}
				r := b.world.records(people.Name)[6].Clone()
				if err := s.expect(ctx, []connectors.Change{remove(r)}, connectors.Done); err != nil {
					return err
				}
				return s.expect(ctx, []connectors.Change{update(r, fields("given", "back again"))}, connectors.Drifted)
			}},
		{Name: "insert under a taken key", What: "an insert under the key of another record is refused, and why tells no values", Needs: []Ability{Writes, Keys},
			run: func(ctx context.Context, b *bench) error {
				s, _, err := b.people(ctx)
				if err != nil {
					return err
				}
				for _, r := range b.world.records("dossiertest_memberships") {
					if r.Get("region").String() == "Featherstonehaugh" {
						return s.refuse(ctx, insert(r.Ref, with(r.Fields, fields("holder", "Cholmondeley"))))
					}
				}
				return nil
			}},
		{Name: "what is not there", What: "changes of fields, entities and places that are not there are refused and write nothing", Needs: writes,
			run: func(ctx context.Context, b *bench) error {
				s, people, err := b.people(ctx)
				if err != nil {
					return err
				}
				r := b.world.records(people.Name)[0]
				field := update(r, fields("no such field", "x", "given", "y"))
				entity := update(r, fields("given", "y"))
				entity.Record.Entity = "dossiertest_nothing"
				place := update(r, fields("given", "y"))
				place.Record.Place = "dossiertest_nowhere"
				return errors.Join(s.refuse(ctx, field), s.refuse(ctx, entity), s.refuse(ctx, place))
			}},
		{Name: "all or nothing", What: "one change that fails undoes those of its scope, as Describe states it, and no others", Needs: writes,
			run: runAtomic},
		{Name: "denied writes", What: "changes by an account that may not write are Denied, say why and write nothing", Needs: []Ability{Writes, NoWrites},
			run: func(ctx context.Context, b *bench) error {
				data := People(b.limits)
				if err := b.seed(ctx, data); err != nil {
					return err
				}
				s, err := b.connect(ctx, NoWrites)
				if err != nil {
					return err
				}
				records := b.world.records(data.Entities[0].Name)
				for _, c := range []connectors.Change{update(records[0], fields("given", "x")), remove(records[1])} {
					if err := s.expect(ctx, []connectors.Change{c}, connectors.Denied); err != nil {
						return err
					}
				}
				_, err = s.all(ctx, connectors.Query{Entity: data.Entities[0].Name})
				return err
			}},
		{Name: "deletes that take others along", What: "a delete whose cascade would take unplanned records along is refused; with them planned before it, it is done",
			Needs: []Ability{Writes, Keys, Cascades}, run: runCascade},
		{Name: "a lost reply", What: "where the answer was lost the outcome is Unknown, the record is found again, and the same change then ends as planned", Needs: []Ability{Writes, Keys, LostReply},
			run: runLostReply},
		{Name: "cancel before a change", What: "a change whose context is cancelled is not done, or its outcome says so", Needs: writes,
			run: func(ctx context.Context, b *bench) error {
				s, people, err := b.people(ctx)
				if err != nil {
					return err
				}
				cancelled, cancel := context.WithCancel(ctx)
				cancel()
				return s.refuse(cancelled, update(b.world.records(people.Name)[0], fields("given", "too late")))
			}},
	}
}

func runTwice(ctx context.Context, b *bench) error {
	s, people, err := b.people(ctx)
	if err != nil {
		return err
	}
	records := b.world.records(people.Name)
	ref := connectors.Ref{System: b.limits.System, Place: b.limits.Places[0], Entity: people.Name, Key: []string{"900003"}}
	new := with(records[4].Fields, fields("id", "900003"))
	for _, c := range []connectors.Change{update(records[2], fields("given", "twice")), remove(records[3]), insert(ref, new)} {
		if err := s.expect(ctx, []connectors.Change{c}, connectors.Done); err != nil {
			return err
		}
		if err := s.expect(ctx, []connectors.Change{c}, connectors.Already); err != nil {
			return fmt.Errorf("again: %w", err)
		}
		if err := s.close(); err != nil {
			return err
		}
		if s, err = b.connect(ctx, NoFault); err != nil {
			return err
		}
		if err := s.expect(ctx, []connectors.Change{c}, connectors.Already); err != nil {
			return fmt.Errorf("again by a new connector: %w", err)
		}
	}
	return nil
}

// runDrift plans on a record that differs from the stored one in one field, in ways that collations and
// conversions do not see.
func runDrift(ctx context.Context, b *bench) error {
	s, people, err := b.people(ctx)
	if err != nil {
		return err
	}
	records := b.world.records(people.Name)
	for i := 10; i < len(records) && i < 60; i += 7 {
		r := records[i]
		for _, f := range people.Fields[1:] {
			for _, other := range nearly(r.Get(f.Name), b.limits) {
				planned := r.Clone()
				planned.Values[slices.Index(planned.Names, f.Name)] = other
				changed := "given"
				if f.Name == "given" {
					changed = people.Fields[atNote].Name
				}
				for _, c := range []connectors.Change{update(planned, fields(changed, "drifted")), remove(planned)} {
					c.Record = r.Ref
					outcomes, err := s.apply(ctx, c)
					if err != nil {
						return err
					}
					if result := outcomes[0].Result; result != connectors.Drifted {
						return violated("%q of %s is %s and was planned as %s: the %s is %s and not drifted",
							f.Name, r.Ref, shown(r.Get(f.Name)), shown(other), c.Op, result)
					}
				}
			}
		}
		if err := b.holds(ctx); err != nil {
			return err
		}
	}
	r := records[1]
	first, second := update(r, fields("given", "first")), update(r, fields("phone", "second"))
	if err := s.expect(ctx, []connectors.Change{first}, connectors.Done); err != nil {
		return err
	}
	if b.world.data.Entities[0].Key == nil {
		return nil
	}
	return s.expect(ctx, []connectors.Change{second}, connectors.Drifted)
}

// nearly returns values that differ from v and that a careless comparison takes for it.
func nearly(v connectors.Value, l Limits) []connectors.Value {
	text := v.String()
	near := []string{text + " ", strings.ToUpper(text), strings.ToLower(text), strings.TrimSpace(text), "other"}
	var values []connectors.Value
	if v.IsNull() && l.can(EmptyText) {
		values = append(values, connectors.Text(""))
	}
	if !v.IsNull() && text == "" && l.can(Nulls) {
		values = append(values, connectors.Null)
	}
	for _, n := range near {
		if n != text && l.Holds(n) {
			values = append(values, connectors.Text(n))
		}
	}
	return values
}

func runAtomic(ctx context.Context, b *bench) error {
	s, people, err := b.people(ctx)
	if err != nil {
		return err
	}
	catalog, err := s.describe(ctx)
	if err != nil {
		return err
	}
	records := b.world.records(people.Name)
	elsewhere := records[len(records)-1]
	drifted := records[12].Clone()
	drifted.Values[atNumber] = connectors.Text("planned otherwise")
	changes := []connectors.Change{
		update(records[10], fields("given", "one")),
		remove(records[11]),
		update(drifted, fields("given", "three")),
		update(records[13], fields("given", "four")),
		update(elsewhere, fields("given", "five")),
	}
	changes[2].Record = records[12].Ref
	beside, far := connectors.RolledBack, connectors.RolledBack
	if catalog.Scope == connectors.PerRecord {
		beside, far = connectors.Done, connectors.Done
	} else if catalog.Scope == connectors.PerPlace && elsewhere.Ref.Place != records[10].Ref.Place {
		far = connectors.Done
	}
	return s.expect(ctx, changes, beside, beside, connectors.Drifted, beside, far)
}

func runCascade(ctx context.Context, b *bench) error {
	s, err := b.start(ctx, Family(b.limits))
	if err != nil {
		return err
	}
	parents, children := b.world.records("dossiertest_parents"), b.world.records("dossiertest_children")
	last := parents[2]
	if err := s.refuse(ctx, remove(last)); err != nil {
		return err
	}
	var changes []connectors.Change
	var want []connectors.Result
	for _, c := range children {
		if c.Ref.Place == last.Ref.Place && c.Get("parent").Equal(last.Get("id")) {
			changes = append(changes, remove(c))
			want = append(want, connectors.Done)
		}
	}
	if err := s.refuse(ctx, append(slices.Clone(changes[1:]), remove(last))...); err != nil {
		return fmt.Errorf("one child is not planned: %w", err)
	}
	if err := s.expect(ctx, append(changes, remove(last)), append(want, connectors.Done)...); err != nil {
		return err
	}
	return s.expect(ctx, []connectors.Change{remove(parents[0])}, connectors.Done)
}

func runLostReply(ctx context.Context, b *bench) error {
	data := People(b.limits)
	if err := b.seed(ctx, data); err != nil {
		return err
	}
	people := b.world.data.Entities[0]
	records := b.world.records(people.Name)
	place := b.limits.Places[0]
	ref := connectors.Ref{System: b.limits.System, Place: place, Entity: people.Name, Key: []string{"900004"}}
	for _, c := range []connectors.Change{
		update(records[2], fields("given", "lost")),
		remove(records[3]),
		insert(ref, with(records[4].Fields, fields("id", "900004"))),
	} {
		s, err := b.connect(ctx, LostReply)
		if err != nil {
			return err
		}
		outcomes, err := s.apply(ctx, c)
		if err := errors.Join(err, s.close()); err != nil {
			return err
		}
		if r := outcomes[0].Result; r != connectors.Unknown && r != connectors.Done {
			return violated("the %s was carried out and its answer lost, and the outcome is %s (%s)", c.Op, r, outcomes[0].Why)
		}
		b.world.make(c)
		if err := b.holds(ctx); err != nil {
			return fmt.Errorf("the harness was asked to carry out the %s and lose its answer: %w", c.Op, err)
		}
		if s, err = b.connect(ctx, NoFault); err != nil {
			return err
		}
		if _, err := s.all(ctx, connectors.Query{Entity: people.Name, Refs: []connectors.Ref{c.Record}}); err != nil {
			return err
		}
		if err := s.expect(ctx, []connectors.Change{c}, connectors.Already); err != nil {
			return fmt.Errorf("again after the lost answer: %w", err)
		}
		if err := s.close(); err != nil {
			return err
		}
	}
	return nil
}
