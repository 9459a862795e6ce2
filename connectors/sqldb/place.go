package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"dossier/connectors"
)

// place is one database or file of a system.
type place struct {
	name string
	file string // SQLite: its path
	sys  *system

	mu       sync.Mutex
	schema   *schema
	entities map[string]*entity
	pools    [2]pool // for reading and for writing
}

// pool keeps sessions of one account that are free.
type pool struct {
	db   *sql.DB
	idle []*session
}

// session is one connection to a place.
type session struct {
	conn  *sql.Conn
	place *place
	write bool
	id    int64 // the server's number of the session, where cancelling needs it
	since time.Time

	prepared map[string]*sql.Stmt // by SQL text, where the dialect prepares
	order    []string
}

// fresh is how long a session that was put back is trusted without asking the server whether it still is there.
const fresh = 2 * time.Second

func (p *place) pool(write bool) *pool {
	if write {
		return &p.pools[1]
	}
	return &p.pools[0]
}

// take returns a session that nobody else uses.
func (p *place) take(ctx context.Context, write bool) (*session, error) {
	pool := p.pool(write)
	for {
		p.mu.Lock()
		if p.sys.open.Err() != nil {
			p.mu.Unlock()
			return nil, errClosed
		}
		if n := len(pool.idle); n > 0 {
			s := pool.idle[n-1]
			pool.idle = pool.idle[:n-1]
			p.mu.Unlock()
			if time.Since(s.since) < fresh || s.conn.PingContext(ctx) == nil {
				return s, nil
			}
			s.discard()
			continue
		}
		if pool.db == nil {
			db, err := p.sys.d.open(p, write)
			if err != nil {
				p.mu.Unlock()
				return nil, err
			}
			pool.db = db
		}
		db := pool.db
		p.mu.Unlock()
		return p.newSession(ctx, db, write)
	}
}

func (p *place) newSession(ctx context.Context, db *sql.DB, write bool) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot be reached: %w", err)
	}
	s := &session{conn: conn, place: p, write: write}
	if err := p.sys.d.settle(ctx, s); err != nil {
		s.discard()
		return nil, fmt.Errorf("the session cannot be set up: %w", err)
	}
	return s, nil
}

// put gives a session back that stands between statements.
func (p *place) put(s *session) {
	pool := p.pool(s.write)
	s.since = time.Now()
	p.mu.Lock()
	if p.sys.open.Err() == nil && len(pool.idle) < max(p.sys.reg.Parallel, 1) {
		pool.idle = append(pool.idle, s)
		s = nil
	}
	p.mu.Unlock()
	if s != nil {
		s.discard()
	}
}

// discard ends the connection for good.
func (s *session) discard() {
	for _, st := range s.prepared {
		_ = st.Close()
	}
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = s.conn.Close()
}

// abandon ends the connection and whatever the server still does for it.
func (s *session) abandon() {
	s.discard()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	s.place.sys.d.cancel(ctx, s)
}

// maxPrepared is how many statements a session keeps prepared.
const maxPrepared = 32

// prepare returns the prepared statement, from the session's own store if it is there.
func (s *session) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if st, ok := s.prepared[text]; ok {
		return st, nil
	}
	st, err := s.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if s.prepared == nil {
		s.prepared = map[string]*sql.Stmt{}
	}
	if len(s.order) == maxPrepared {
		_ = s.prepared[s.order[0]].Close()
		delete(s.prepared, s.order[0])
		s.order = s.order[1:]
	}
	s.prepared[text] = st
	s.order = append(s.order, text)
	return st, nil
}

func (p *place) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for i := range p.pools {
		for _, s := range p.pools[i].idle {
			s.discard()
		}
		p.pools[i].idle = nil
		if p.pools[i].db != nil {
			errs = append(errs, p.pools[i].db.Close())
		}
	}
	return errors.Join(errs...)
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
	p.entities[name] = e
	return e, nil
}

// describe returns the shapes of the place: entities of the register, then the other tables.
func (p *place) describe(ctx context.Context) ([]connectors.Shape, []connectors.Gap, error) {
	s, err := p.load(ctx)
	if err != nil {
		return nil, nil, err
	}
	var shapes []connectors.Shape
	var gaps []connectors.Gap
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
			shapes = append(shapes, e.shape)
		}
		return nil
	}
	for _, reg := range p.sys.reg.Entities {
		if err := add(reg.Name); err != nil {
			return nil, nil, err
		}
	}
	for _, t := range s.tables {
		if t.view || slices.Contains(named, t) {
			continue
		}
		if err := add(s.label(t)); err != nil {
			return nil, nil, err
		}
	}
	return shapes, gaps, nil
}
