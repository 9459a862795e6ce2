package locate

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// fake is a system of text tables in memory: place → entity → rows.
type fake struct {
	id     string
	tables map[string]map[string]table
	rows   int64                                               // how many it says it has: above 20 million it is asked by clauses and not read whole
	before func(ctx context.Context, q connectors.Query) error // nil, or called first by each Find
	asked  func(q connectors.Query)
	openFn func(ctx context.Context) error
	closed chan struct{}
}

type table struct {
	columns []string
	indexed []string
	rows    [][]string // the first column is the key; "\x00" is NULL
}

func (f *fake) open(ctx context.Context) (connectors.Connector, error) {
	if f.openFn != nil {
		if err := f.openFn(ctx); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *fake) Describe(context.Context) (connectors.Catalog, error) {
	var c connectors.Catalog
	shapes := map[string]connectors.Shape{}
	for _, place := range sorted(f.tables) {
		c.Places = append(c.Places, place)
		for _, entity := range sorted(f.tables[place]) {
			s, ok := shapes[entity]
			if !ok {
				s = connectors.Shape{Entity: entity, Table: entity, Mapped: !strings.HasPrefix(entity, "unmapped")}
				for _, name := range f.tables[place][entity].columns {
					s.Fields = append(s.Fields, connectors.Column{Name: name, Type: compare.Text, Native: "text", Nullable: true,
						Indexed: slices.Contains(f.tables[place][entity].indexed, name), Search: compare.Hows})
				}
				s.Key = []string{s.Fields[0].Name}
				s.Rows = f.rows
			}
			s.Places = append(s.Places, place)
			shapes[entity] = s
		}
	}
	for _, name := range sorted(shapes) {
		c.Shapes = append(c.Shapes, shapes[name])
	}
	return c, nil
}

func sorted[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (f *fake) Find(ctx context.Context, q connectors.Query) iter.Seq2[connectors.Record, error] {
	return func(yield func(connectors.Record, error) bool) {
		if f.before != nil {
			if err := f.before(ctx, q); err != nil {
				yield(connectors.Record{}, err)
				return
			}
		}
		if f.asked != nil {
			f.asked(q)
		}
		catalog, _ := f.Describe(ctx)
		shape, _ := catalog.Shape(q.Entity)
		filter, err := connectors.NewFilter(shape, q)
		if err != nil {
			yield(connectors.Record{}, err)
			return
		}
		for _, place := range catalog.Places {
			for _, row := range f.tables[place][q.Entity].rows {
				r := connectors.Record{Ref: connectors.Ref{System: f.id, Place: place, Entity: q.Entity, Key: row[:1]}}
				for i, name := range shape.Names() {
					r.Names = append(r.Names, name)
					v := connectors.Text(row[i])
					if row[i] == "\x00" {
						v = connectors.Null
					}
					r.Values = append(r.Values, v)
				}
				if filter.Match(r) && !yield(r, nil) {
					return
				}
			}
		}
	}
}

func (f *fake) Close() error {
	if f.closed != nil {
		close(f.closed)
	}
	return nil
}

// register makes a register of fakes from TOML whose systems are of the kind fake and named as them.
func register(t testing.TB, text string, fakes ...*fake) *connectors.Register {
	t.Helper()
	kind := connectors.Kind{Name: "fake", Title: "fake", Setup: func(sys *connectors.System) (connectors.Open, error) {
		for _, f := range fakes {
			if f.id == sys.ID {
				return f.open, nil
			}
		}
		return nil, fmt.Errorf("no fake %s", sys.ID)
	}}
	r, err := connectors.Parse([]byte("version = 1\n[organisation]\nname = \"The Institute\"\nclock = \"england-and-wales\"\n"+text),
		[]connectors.Kind{kind, {Name: "manual", Title: "people"}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// result is everything a search told.
type result struct {
	events   []Event
	matches  map[string]Match // by system/entity/key; the last of each
	coverage map[string]Coverage
}

func run(ctx context.Context, r *connectors.Register, options Options, identifiers ...Identifier) result {
	res := result{matches: map[string]Match{}, coverage: map[string]Coverage{}}
	for e := range Search(ctx, r, Subject{Identifiers: identifiers}, options) {
		res.add(e)
	}
	return res
}

func (res *result) add(e Event) {
	res.events = append(res.events, e)
	switch e := e.(type) {
	case Match:
		ref := e.Record.Ref
		res.matches[ref.System+"/"+ref.Entity+"/"+ref.Key[0]] = e
	case Coverage:
		res.coverage[e.System] = e
	}
}

// certain returns the names of the matches that are certain, sorted; possible the others.
func (res *result) certain() []string  { return res.names(true) }
func (res *result) possible() []string { return res.names(false) }

func (res *result) names(certain bool) []string {
	var names []string
	for _, name := range sorted(res.matches) {
		if res.matches[name].Certain == certain {
			names = append(names, name)
		}
	}
	return names
}
