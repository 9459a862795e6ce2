package tdsdouble

import (
	"context"
	"strings"

	"dossier/internal/tdsdouble/wire"
)

type wireColumn = wire.Column

// Kind is what kind of request a Statement is.
type Kind string

// The kinds of request.
const (
	Batch    Kind = "batch"
	Call     Kind = "call" // sp_executesql
	Begin    Kind = "begin"
	Commit   Kind = "commit"
	Rollback Kind = "rollback"
	Save     Kind = "save"
	Bulk     Kind = "bulk"
)

// Statement is one request that a client made.
type Statement struct {
	Kind      Kind
	User      string
	Database  string // current when the request came
	App       string
	Session   int // @@SPID
	SQL       string
	Params    []Param
	Rows      int64    // of a bulk load: how many came
	Converted []string // columns that a comparison had to convert, losing their index: "db.dbo.table.column varchar to int"
	Error     int32    // number of the first error answered, 0 for none
	Cancelled bool     // interrupted by the client
}

// Param is a parameter as the client declared it.
type Param struct {
	Name  string // without @
	Type  string // "nvarchar(20)"
	Value any    // nil, int64, float64, string or []byte; dates and decimals as text
}

// Statements lists the requests received so far, in order.
func (s *Server) Statements() []Statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Statement, len(s.statements))
	for i, st := range s.statements {
		out[i] = *st
		out[i].Converted = append([]string(nil), st.Converted...)
	}
	return out
}

// Forget empties the list of requests.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statements = nil
}

// Cancelled counts the requests that were running when their client interrupted them.
func (s *Server) Cancelled() int {
	n := 0
	for _, st := range s.Statements() {
		if st.Cancelled {
			n++
		}
	}
	return n
}

// Fate is what becomes of a request.
type Fate struct {
	Drop      bool   // break the connection and do not run it
	DropReply bool   // run it, then break the connection instead of answering
	Error     *Error // answer with this error and do not run it
}

// Intercept calls f before every request of a client, several at a time, until it is set anew, which the other
// faults do too; nil ends that. f may wait: the request then counts as running, and ctx ends when its client interrupts it or goes away.
func (s *Server) Intercept(f func(ctx context.Context, st Statement) Fate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.intercept = f
}

// DropAfter breaks the connection at the request after the next n, without running it.
func (s *Server) DropAfter(n int) {
	count := make(chan struct{}, n)
	s.Intercept(func(context.Context, Statement) Fate {
		select {
		case count <- struct{}{}:
			return Fate{}
		default:
			return Fate{Drop: true}
		}
	})
}

// DropBeforeCommit breaks the connection at every commit, which is not done.
func (s *Server) DropBeforeCommit() {
	s.Intercept(func(_ context.Context, st Statement) Fate { return Fate{Drop: st.commits()} })
}

// DropAfterCommit does every commit and breaks the connection instead of answering.
func (s *Server) DropAfterCommit() {
	s.Intercept(func(_ context.Context, st Statement) Fate { return Fate{DropReply: st.commits()} })
}

func (st Statement) commits() bool {
	return st.Kind == Commit || strings.HasPrefix(strings.ToUpper(strings.TrimSpace(st.SQL)), "COMMIT")
}

// Gate holds requests back.
type Gate struct {
	reached chan Statement
	open    chan struct{}
}

// Pause holds back every request whose text contains part, until the gate is opened or its client interrupts
// it.
func (s *Server) Pause(part string) *Gate {
	g := &Gate{reached: make(chan Statement, 100), open: make(chan struct{})}
	s.Intercept(func(ctx context.Context, st Statement) Fate {
		if !strings.Contains(st.SQL, part) {
			return Fate{}
		}
		select {
		case g.reached <- st:
		default:
		}
		select {
		case <-g.open:
		case <-ctx.Done():
		}
		return Fate{}
	})
	return g
}

// Reached gives the requests that arrived at the gate.
func (g *Gate) Reached() <-chan Statement { return g.reached }

// Open lets every request pass, once and for all.
func (g *Gate) Open() { close(g.open) }

// waiting counts the sessions that wait for a lock.
func (s *Server) waiting(delta int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocked += delta
	close(s.changed)
	s.changed = make(chan struct{})
}

// AwaitBlocked returns once n sessions wait for a lock.
func (s *Server) AwaitBlocked(ctx context.Context, n int) error {
	for {
		s.mu.Lock()
		have, changed := s.blocked, s.changed
		s.mu.Unlock()
		if have >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Server) record(st *Statement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statements = append(s.statements, st)
}

func (s *Server) fate(ctx context.Context, st *Statement) Fate {
	s.mu.Lock()
	f := s.intercept
	s.mu.Unlock()
	if f == nil {
		return Fate{}
	}
	return f(ctx, *st)
}
