package act

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"dossier/connectors"
)

// Fetch reads the records of the names as they are now, by their IDs; those that are gone are missing.
func Fetch(ctx context.Context, conn connectors.Connector, refs []connectors.Ref) (map[string]connectors.Record, error) {
	type of struct{ entity, place string }
	asked := map[of][]connectors.Ref{}
	wanted := map[string]bool{}
	var order []of
	for _, ref := range refs {
		k := of{ref.Entity, ref.Place}
		if asked[k] == nil {
			order = append(order, k)
		}
		asked[k] = append(asked[k], ref)
		wanted[ref.ID()] = true
	}
	found := map[string]connectors.Record{}
	for _, k := range order {
		q := connectors.Query{Entity: k.entity, Places: []string{k.place}, Refs: asked[k]}
		for record, err := range conn.Find(ctx, q) {
			var gap *connectors.Gap
			switch {
			case errors.As(err, &gap):
				return nil, fmt.Errorf("%s of %s cannot be read again: %s", k.entity, k.place, gap.Why)
			case err != nil:
				return nil, err
			case wanted[record.Ref.ID()]:
				found[record.Ref.ID()] = record.Clone()
			}
		}
	}
	return found, nil
}

// Lift yields the plan that ends the restriction of records, by the lines that restricted them (see Originals) and those by which
// people did: in each system the last of them first, so that what others belong to is back before they are.
func (p *Planner) Lift(ctx context.Context, by []Line) iter.Seq2[Line, error] {
	return p.pass(ctx, func(r *planning) error { return r.lift(by) })
}

func (r *planning) lift(by []Line) error {
	for _, t := range r.targets {
		var own []Line
		var refs []connectors.Ref
		for _, l := range slices.Backward(by) {
			if l.Record.System == t.System.ID {
				own = append(own, l)
				if l.Writes() {
					refs = append(refs, l.Record)
				}
			}
		}
		if len(own) == 0 {
			continue
		}
		byHand := !slices.ContainsFunc(own, Line.Writes)
		if t.Conn == nil && !byHand {
			r.refuse(Problem{System: t.System.ID, Records: len(own), Why: t.Why})
			continue
		}
		now := map[string]connectors.Record{}
		if !byHand {
			var err error
			if now, err = Fetch(r.ctx, t.Conn, refs); err != nil {
				return fmt.Errorf("%s: %w", t.System.Title, err)
			}
		}
		for _, l := range own {
			if !l.Writes() {
				task := Line{Person: l.Person, Record: l.Record, At: l.At}
				if err := r.emit(r.rules.task(t.System, task, "it was restricted by hand", "Lift the restriction: bring back what was there before it.")); err != nil {
					return err
				}
				continue
			}
			entity, mapped := t.System.Entity(l.Record.Entity)
			shape, there := t.Catalog.Shape(l.Record.Entity)
			if !mapped || !there {
				r.refuse(Problem{System: t.System.ID, Entity: l.Record.Entity, Records: 1, Why: "the register or the system does not have it any more, and what was restricted in it cannot be brought back"})
				continue
			}
			record := connectors.Record{Ref: l.Record, At: l.At}
			if current, ok := now[l.Record.ID()]; ok {
				record = current
			}
			line, problems := r.rules.lift(Case{System: t.System, Entity: entity, Shape: shape, Record: record}, l)
			r.refuse(problems...)
			line.Person = l.Person
			if err := r.emit(line); err != nil {
				return err
			}
		}
	}
	return nil
}
