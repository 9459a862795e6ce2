package sqldb

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// session is a connection to a place, set up to read or to write.
type session struct {
	link
	place *place
	write bool
	id    int64     // the server's number of the session, where cancelling needs it
	since time.Time // when it was put back
}

// pool keeps the sessions of a system that are free, the one put back last at the end. It keeps few: a system
// of hundreds of databases must not hold a connection to each.
type pool struct {
	mu   sync.Mutex
	idle []*session
	most int
	shut bool
}

// goodbye is how long the end of a session may take.
const goodbye = 5 * time.Second

// fresh is how long a session that was put back is trusted without asking the server whether it still is there.
const fresh = 2 * time.Second

// free takes a session out of the pool, nil where it has none for the place.
func (l *pool) free(p *place, write bool) *session {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, s := range slices.Backward(l.idle) {
		if s.place == p && s.write == write {
			l.idle = slices.Delete(l.idle, i, i+1)
			return s
		}
	}
	return nil
}

// put gives a session back that stands between statements.
func (l *pool) put(s *session) {
	s.since = time.Now()
	l.mu.Lock()
	l.idle = append(l.idle, s)
	var over []*session
	if n := len(l.idle) - l.most; n > 0 || l.shut {
		if l.shut {
			n = len(l.idle)
		}
		over = slices.Clone(l.idle[:n])
		l.idle = slices.Delete(l.idle, 0, n)
	}
	l.mu.Unlock()
	for _, s := range over {
		s.close()
	}
}

// close ends the free sessions; those in use are ended when they are put back.
func (l *pool) close() {
	l.mu.Lock()
	l.shut = true
	idle := l.idle
	l.idle = nil
	l.mu.Unlock()
	for _, s := range idle {
		s.close()
	}
}

// take returns a session that nobody else uses.
func (p *place) take(ctx context.Context, write bool) (*session, error) {
	for s := p.sys.pool.free(p, write); s != nil; s = p.sys.pool.free(p, write) {
		if time.Since(s.since) < fresh || s.ping(ctx) == nil {
			return s, nil
		}
		s.close()
	}
	if p.sys.open.Err() != nil {
		return nil, errClosed
	}
	l, err := p.sys.d.connect(ctx, p, write)
	if err != nil {
		return nil, fmt.Errorf("cannot be reached: %w", err)
	}
	s := &session{link: l, place: p, write: write}
	if err := p.sys.d.settle(ctx, s); err != nil {
		s.close()
		return nil, fmt.Errorf("the session cannot be set up: %w", err)
	}
	return s, nil
}

// put gives a session back that stands between statements.
func (p *place) put(s *session) { p.sys.pool.put(s) }

// abandon ends the connection and whatever the server still does for it.
func (s *session) abandon() {
	s.close()
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	s.place.sys.d.cancel(ctx, s)
}
