package act

import (
	"context"
	"slices"

	"dossier/connectors"
)

// state says what a record is, as the plan knows it.
type state int

const (
	isOther  state = iota // neither of both
	isBefore              // what the plan saw
	isAfter               // what the plan makes of it
)

// current is what became of the record of a line.
type current struct {
	state  state
	ref    connectors.Ref     // under which it stands now
	record *connectors.Record // nil: there is none
}

// lookUp finds the records of lines of one system under their keys before and after the change, and compares. renamed gives the
// keys that receipts tell; nil where there are none.
func lookUp(ctx context.Context, conn connectors.Connector, catalog connectors.Catalog, lines []Line, renamed map[int]connectors.Ref) ([]current, error) {
	type where struct{ place, entity string }
	asked := map[where][]connectors.Ref{}
	var order []where
	names := make([][]connectors.Ref, len(lines))
	for i, l := range lines {
		shape, _ := catalog.Shape(l.Record.Entity)
		names[i] = namesOf(l, shape.Key)
		if ref, ok := renamed[l.N]; ok && ref.Entity == l.Record.Entity {
			names[i] = append(names[i], ref)
		}
		at := where{l.Record.Place, l.Record.Entity}
		if asked[at] == nil {
			order = append(order, at)
		}
		asked[at] = append(asked[at], names[i]...)
	}
	found := map[string]connectors.Record{}
	for _, at := range order {
		for r, err := range conn.Find(ctx, connectors.Query{Entity: at.entity, Places: []string{at.place}, Refs: asked[at]}) {
			if err != nil {
				return nil, err
			}
			found[r.Ref.ID()] = r.Clone()
		}
	}
	out := make([]current, len(lines))
	for i, l := range lines {
		shape, _ := catalog.Shape(l.Record.Entity)
		out[i] = compared(l, shape, names[i], found)
	}
	return out, nil
}

// namesOf returns the names under which the record of a line can stand: its own, and the one that its change gives it.
func namesOf(l Line, key []string) []connectors.Ref {
	refs := []connectors.Ref{l.Record}
	if len(l.Record.Key) == 0 {
		refs = nil
	}
	if l.Change.Op != connectors.Update {
		return refs
	}
	after := l.Record
	after.Key = slices.Clone(after.Key)
	if key == nil { // it is named by the digest of what it holds
		whole := overlay(l.Change.Before, l.Change.After)
		if connectors.RowDigest(l.Change.Before) == l.Change.Digest {
			after.Key = []string{connectors.RowDigest(whole), "1"}
		}
	}
	for i, name := range key {
		if i < len(after.Key) && l.Change.After.Has(name) {
			after.Key[i] = l.Change.After.Get(name).String()
		}
	}
	if after.ID() != l.Record.ID() {
		refs = append(refs, after)
	}
	return refs
}

// compared says what the records under the names of a line make of it.
func compared(l Line, shape connectors.Shape, names []connectors.Ref, found map[string]connectors.Record) current {
	var there []connectors.Record
	for _, ref := range names {
		if r, ok := found[ref.ID()]; ok {
			there = append(there, r)
		}
	}
	if len(there) == 0 {
		switch l.Change.Op {
		case connectors.Delete:
			return current{state: isAfter, ref: l.Record}
		case connectors.Insert:
			return current{state: isBefore, ref: l.Record}
		}
		return current{state: isOther, ref: l.Record}
	}
	for _, r := range there {
		switch {
		case l.Change.Op != connectors.Insert && r.Digest() == l.Change.Digest:
			return current{isBefore, r.Ref, &r}
		case l.Change.Op != connectors.Delete && holds(shape, r.Fields, l.Change.After):
			return current{isAfter, r.Ref, &r}
		}
	}
	return current{isOther, there[0].Ref, &there[0]}
}

// holds reports whether a record has all the values, whatever way they are written.
func holds(shape connectors.Shape, record, values connectors.Fields) bool {
	for i, name := range values.Names {
		column, _ := shape.Column(name)
		if !same(column, record.Get(name), values.Values[i]) {
			return false
		}
	}
	return true
}
