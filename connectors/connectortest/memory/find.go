package memory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
)

// Connector is open on a Store, with a fault where the suite asks for one.
type Connector struct {
	store  *Store
	fault  connectortest.Fault
	closed chan struct{}
}

// Open returns a connector on the store.
func (s *Store) Open(fault connectortest.Fault) *Connector {
	return &Connector{store: s, fault: fault, closed: make(chan struct{})}
}

var errClosed = errors.New("the connector is closed: open the system again")

// Close ends what runs. It may be called once.
func (c *Connector) Close() error {
	close(c.closed)
	return nil
}

func (c *Connector) alive(ctx context.Context) error {
	select {
	case <-c.closed:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	default:
		return nil
	}
}

// Describe tells every entity.
func (c *Connector) Describe(ctx context.Context) (connectors.Catalog, error) {
	if err := c.alive(ctx); err != nil {
		return connectors.Catalog{}, err
	}
	c.store.mu.RLock()
	defer c.store.mu.RUnlock()
	catalog := connectors.Catalog{Places: c.store.Places, Scope: connectors.PerSystem}
	for _, t := range c.store.tables {
		catalog.Shapes = append(catalog.Shapes, c.shape(t))
	}
	return catalog, nil
}

func (c *Connector) shape(t *table) connectors.Shape {
	shape := connectors.Shape{Entity: t.Name, Table: t.Name, Mapped: !t.Unregistered, Places: c.store.Places, Key: t.Key}
	if c.fault != connectortest.NoWrites {
		shape.Ops = []connectors.Op{connectors.Update, connectors.Insert, connectors.Delete}
	}
	for _, f := range t.Fields {
		isKey := slices.Equal(t.Key, []string{f.Name})
		column := connectors.Column{Name: f.Name, Type: f.Type, Native: f.Type.String(), Length: f.Length, Nullable: !f.Required,
			Unique: isKey, Generated: f.New, Indexed: f.Indexed || isKey}
		if f.Type != compare.Stream {
			column.Search = compare.Hows
		}
		shape.Fields = append(shape.Fields, column)
	}
	for _, rows := range t.rows {
		shape.Rows += int64(len(rows))
	}
	return shape
}

// Find streams the records of one entity, place by place.
func (c *Connector) Find(ctx context.Context, q connectors.Query) iter.Seq2[connectors.Record, error] {
	return func(yield func(connectors.Record, error) bool) {
		if err := c.find(ctx, q, yield); err != nil {
			yield(connectors.Record{}, err)
		}
	}
}

// find yields records and gaps. It returns the error that ends the search, nil where the caller has left it.
func (c *Connector) find(ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) error {
	if err := c.alive(ctx); err != nil {
		return err
	}
	if c.fault == connectortest.Stalled {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.closed:
			return errClosed
		}
	}
	s := c.store
	s.mu.RLock()
	t := s.table(q.Entity)
	if t == nil {
		s.mu.RUnlock()
		return fmt.Errorf("there is no entity %s: see what Describe tells", q.Entity)
	}
	shape, names := c.shape(t), t.Names()
	places := map[string][]row{}
	for place, rows := range t.rows {
		places[place] = rows
	}
	s.mu.RUnlock()

	rest, gaps, ok := connectors.Searchable(shape, q)
	wanted, unknown := selected(shape, q.Fields)
	gaps = append(gaps, unknown...)
	for _, gap := range gaps {
		if !yield(connectors.Record{}, &gap) {
			return nil
		}
	}
	if !ok {
		return nil
	}
	filter, err := connectors.NewFilter(shape, rest)
	if err != nil {
		return err
	}
	order := q.Places
	if order == nil {
		order = s.Places
	}
	out := buffer{names: wanted}
	n := 0
	for _, place := range order {
		if why := c.unreadable(place); why != "" {
			if !yield(connectors.Record{}, &connectors.Gap{Place: place, Why: why}) {
				return nil
			}
			continue
		}
		keys := t.keys(places[place])
		for i, r := range places[place] {
			if err := c.alive(ctx); err != nil {
				return err
			}
			record := connectors.Record{Ref: connectors.Ref{System: s.System, Place: place, Entity: t.Name, Key: keys[i]}, Fields: connectors.Fields{Names: names, Values: t.seen(r)}}
			if !filter.Match(record) {
				continue
			}
			if n++; c.fault == connectortest.CutOff && n > 100 {
				return errors.New("the connection ended: try again")
			}
			if !yield(out.fill(record), nil) {
				return nil
			}
		}
	}
	return nil
}

func (c *Connector) unreadable(place string) string {
	at := slices.Index(c.store.Places, place)
	switch {
	case at < 0:
		return "there is no such place"
	case c.fault == connectortest.LostPlace && at == len(c.store.Places)-1:
		return "it cannot be read"
	}
	return ""
}

// selected returns the fields asked for that there are, in their order, and a gap for each other one.
func selected(shape connectors.Shape, asked []string) (names []string, gaps []connectors.Gap) {
	if asked == nil {
		return shape.Names(), nil
	}
	for _, name := range asked {
		if _, ok := shape.Column(name); ok {
			names = append(names, name)
		} else {
			gaps = append(gaps, connectors.Gap{Entity: shape.Entity, Field: name, Why: "there is no such field"})
		}
	}
	return names, gaps
}

// buffer holds the one record that is valid at a time: each overwrites the one before it.
type buffer struct {
	names  []string
	values []connectors.Value
	bytes  []byte
}

func (b *buffer) fill(r connectors.Record) connectors.Record {
	b.values, b.bytes = b.values[:0], b.bytes[:0]
	for _, name := range b.names {
		v := r.Get(name)
		if v.IsText() {
			start := len(b.bytes)
			b.bytes = append(b.bytes, v.Bytes()...)
			v = connectors.Bytes(b.bytes[start:len(b.bytes):len(b.bytes)])
		}
		b.values = append(b.values, v)
	}
	r.Fields = connectors.Fields{Names: b.names, Values: b.values}
	return r
}

// Open returns the content of a stream.
func (c *Connector) Open(ctx context.Context, ref connectors.Ref, field string) (io.ReadCloser, error) {
	if err := c.alive(ctx); err != nil {
		return nil, err
	}
	s := c.store
	s.mu.RLock()
	defer s.mu.RUnlock()
	t := s.table(ref.Entity)
	if t == nil || !slices.Contains(t.Names(), field) {
		return nil, fmt.Errorf("there is no field %s in %s", field, ref.Entity)
	}
	rows := t.rows[ref.Place]
	at := slices.IndexFunc(t.keys(rows), func(key []string) bool { return slices.Equal(key, ref.Key) })
	if at < 0 {
		return nil, errors.New("the record is gone")
	}
	v := rows[at][slices.Index(t.Names(), field)]
	if v.IsNull() {
		return nil, errors.New("the field holds nothing")
	}
	return io.NopCloser(bytes.NewReader(content(v))), nil
}
