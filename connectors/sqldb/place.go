package sqldb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"dossier/connectors"
)

// place is one database or file of a system.
type place struct {
	name string
	file string // SQLite: its path
	sys  *system

	mu       sync.Mutex
	schema   *schema
	granted  bool // the tables know what the account that writes may do
	entities map[string]*entity
}

// load reads what the place holds, once.
func (p *place) load(ctx context.Context) (*schema, error) {
	p.mu.Lock()
	known := p.schema
	p.mu.Unlock()
	if known != nil {
		return known, nil
	}
	s, err := p.take(ctx, false)
	if err != nil {
		return nil, err
	}
	read, err := p.sys.d.schema(ctx, s)
	if err != nil {
		s.abandon()
		return nil, fmt.Errorf("the tables cannot be listed: %w", err)
	}
	p.put(s)
	for _, t := range read.tables {
		t.chooseKey()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.schema == nil {
		p.schema, p.entities = read, map[string]*entity{}
	}
	return p.schema, nil
}

// entity returns the entity as this place has it. A *connectors.Gap tells that it lacks the table or its key.
func (p *place) entity(ctx context.Context, name string) (*entity, error) {
	s, err := p.load(ctx)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if e, ok := p.entities[name]; ok {
		return e, nil
	}
	reg, mapped := p.sys.reg.Entity(name)
	label := name
	if mapped {
		label = reg.Table
	}
	t := s.find(label)
	if t == nil {
		return nil, &connectors.Gap{Place: p.name, Entity: name, Why: "there is no such table, or the account may not see it"}
	}
	e, err := newEntity(name, t, reg, s, p.sys.d)
	if err != nil {
		var gap *connectors.Gap
		if errors.As(err, &gap) {
			gap.Place = p.name
		}
		return nil, err
	}
	if mapped {
		e.accepted = reg.Triggers
	}
	p.entities[name] = e
	return e, nil
}

// describe returns the shapes of the place: entities of the register, then the other tables. It also tells what cannot be
// searched, and why nothing may be changed where that could not be asked.
func (p *place) describe(ctx context.Context) (shapes []connectors.Shape, gaps []connectors.Gap, closed *connectors.Gap, err error) {
	s, err := p.load(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := p.loadGrants(ctx, s); err != nil {
		if ctx.Err() != nil {
			return nil, nil, nil, err
		}
		closed = &connectors.Gap{Place: p.name, Why: p.sys.explain(fmt.Errorf("what the account that writes may do is not known: %w", err)).Error()}
	}
	var named []*table
	add := func(name string) error {
		e, err := p.entity(ctx, name)
		var gap *connectors.Gap
		switch {
		case errors.As(err, &gap):
			gaps = append(gaps, *gap)
		case err != nil:
			return err
		default:
			named = append(named, e.table)
			shape := e.shape
			shape.Ops = e.table.ops
			shapes = append(shapes, shape)
			gaps = append(gaps, e.hidden(p.name)...)
		}
		return nil
	}
	for _, reg := range p.sys.reg.Entities {
		if err := add(reg.Name); err != nil {
			return nil, nil, nil, err
		}
	}
	for _, t := range s.tables {
		if t.view || slices.Contains(named, t) {
			continue
		}
		if err := add(s.label(t)); err != nil {
			return nil, nil, nil, err
		}
	}
	return shapes, gaps, closed, nil
}

// loadGrants asks what the account that writes may do to the tables, once.
func (p *place) loadGrants(ctx context.Context, to *schema) error {
	p.mu.Lock()
	known := p.granted
	p.mu.Unlock()
	if known {
		return nil
	}
	s, err := p.take(ctx, true)
	if err != nil {
		return err
	}
	p.mu.Lock()
	err = p.sys.d.grants(ctx, s, to)
	p.granted = err == nil
	p.mu.Unlock()
	if err != nil {
		s.abandon()
		return err
	}
	p.put(s)
	return nil
}
