// Package tdsdouble is a double of SQL Server for tests: it speaks TDS 7.4 on a loopback port, so that the
// real client connects to it, and runs a part of Transact-SQL over SQLite.
//
// It is faithful where a client can tell: types on the wire and in expressions, implicit conversions and their
// errors, collations, transactions, cancellation, error numbers, the catalogue views. What it does not know is
// an error that starts with "double:", never a guess.
//
// What differs from the server and cannot be seen from one connection: writers of the whole server wait for
// each other instead of for rows, readers never wait (as under READ_COMMITTED_SNAPSHOT), and there is no plan,
// so nothing tells whether an index was used except [Statement.Converted].
package tdsdouble

import (
	"context"
	"crypto/tls"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"dossier/internal/tdsdouble/value"
)

// DefaultCollation is the one of Azure SQL Database and of a server set up in US English.
const DefaultCollation = "SQL_Latin1_General_CP1_CI_AS"

var background = context.Background()

// Error is an error message of SQL Server, as [Fate] injects one.
type Error = value.Error

// Options set up a server. The zero value has the user sa with the password "Passw0rd!" and the database test.
type Options struct {
	Users     map[string]string   // password by login name
	Databases []string            // besides master and tempdb; the first is the default of every login
	Collation string              // of the server and its databases; DefaultCollation when empty
	Deny      map[string][]string // by user: "INSERT", "UPDATE ON db.dbo.table", "CONNECT ON db" …
	TLS       bool                // encrypt, with a certificate of the server's own making
	LoginOnly bool                // with TLS: encrypt the login packet alone
}

// ReadOnly is what Options.Deny withholds from an account that may only read.
func ReadOnly() []string { return []string{"INSERT", "UPDATE", "DELETE", "ALTER"} }

// Server is a running double.
type Server struct {
	opts      Options
	collation string
	listener  net.Listener
	tls       *tls.Config
	sqlite    *sql.DB
	catalog   catalog
	writer    chan struct{} // held by the session that writes
	cancel    context.CancelFunc
	wg        sync.WaitGroup

	spids        atomic.Int32
	transactions atomic.Uint64

	mu         sync.Mutex
	conns      map[*conn]struct{}
	denied     map[string][]string
	statements []*Statement
	intercept  func(context.Context, Statement) Fate
	blocked    int
	changed    chan struct{} // closed and renewed when blocked changes
}

// Start runs a double until the test ends.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := start(t.TempDir(), o)
	if err != nil {
		t.Fatalf("starting the double of SQL Server: %v", err)
	}
	t.Cleanup(s.stop)
	return s
}

func start(dir string, o Options) (*Server, error) {
	if o.Users == nil {
		o.Users = map[string]string{"sa": "Passw0rd!"}
	}
	if len(o.Databases) == 0 {
		o.Databases = []string{"test"}
	}
	s := &Server{
		opts: o, collation: o.Collation, writer: make(chan struct{}, 1), conns: map[*conn]struct{}{}, denied: map[string][]string{},
		changed: make(chan struct{}),
	}
	if s.collation == "" {
		s.collation = DefaultCollation
	}
	if _, ok := value.FindCollation(s.collation); !ok {
		return nil, fmt.Errorf("collation %s is not known to the double", s.collation)
	}
	for user, perms := range o.Deny {
		s.denied[strings.ToLower(user)] = append([]string{}, perms...)
	}
	for _, name := range append([]string{"master", "tempdb"}, o.Databases...) {
		s.catalog.addDatabase(name, s.collation)
	}
	if o.TLS {
		var err error
		if s.tls, err = selfSigned(); err != nil {
			return nil, err
		}
	}
	s.sqlite = openEngine(filepath.Join(dir, "double.db"))
	if err := s.sqlite.Ping(); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.listener = l
	ctx, cancel := context.WithCancel(background)
	s.cancel = cancel
	s.wg.Go(func() { s.accept(ctx) })
	return s, nil
}

func (s *Server) accept(ctx context.Context) {
	for {
		nc, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.wg.Go(func() { s.serve(ctx, nc) })
	}
}

// stop ends every connection and waits for it.
func (s *Server) stop() {
	s.cancel()
	_ = s.listener.Close()
	s.Disconnect()
	s.wg.Wait()
	_ = s.sqlite.Close()
}

// Disconnect breaks every connection, as a restart of the server does.
func (s *Server) Disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.raw.Close()
	}
}

// Addr is the host and port that the server listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// URL is the address of a database for a user, as go-mssqldb takes it. An empty database is the default one.
func (s *Server) URL(user, database string) string {
	q := url.Values{}
	if database != "" {
		q.Set("database", database)
	}
	switch {
	case s.tls == nil:
		q.Set("encrypt", "disable")
	case s.opts.LoginOnly:
		q.Set("encrypt", "false")
		q.Set("TrustServerCertificate", "true")
	default:
		q.Set("encrypt", "true")
		q.Set("TrustServerCertificate", "true")
	}
	u := url.URL{Scheme: "sqlserver", User: url.UserPassword(user, s.opts.Users[user]), Host: s.Addr(), RawQuery: q.Encode()}
	return u.String()
}

// Exec runs a batch through the back door: in the database, with every right, unrecorded, past the hooks. An
// error fails the test.
func (s *Server) Exec(t testing.TB, database, tsql string) {
	t.Helper()
	if _, err := s.query(database, tsql); err != nil {
		t.Fatalf("the double: %v", err)
	}
}

// Query runs a batch through the back door and returns the rows of its last result: int64, float64, string,
// []byte or nil, dates and decimals as text.
func (s *Server) Query(t testing.TB, database, tsql string) [][]any {
	t.Helper()
	rows, err := s.query(database, tsql)
	if err != nil {
		t.Fatalf("the double: %v", err)
	}
	return rows
}

func (s *Server) query(database, tsql string) ([][]any, error) {
	db := s.catalog.database(database)
	if db == nil {
		return nil, fmt.Errorf("no database %q", database)
	}
	ses, err := s.newSession(background, "dbo", db)
	if err != nil {
		return nil, err
	}
	defer ses.close()
	ses.system = true
	var out collector
	if err := ses.run(background, tsql, &out); err != nil {
		return nil, err
	}
	return out.rows, out.err
}

// collector keeps the last result and the first error.
type collector struct {
	discard
	rows [][]any
	err  error
}

func (c *collector) columns([]wireColumn) error { c.rows = nil; return nil }
func (c *collector) row(_ []wireColumn, r []any) error {
	c.rows = append(c.rows, r)
	return nil
}
func (c *collector) fail(e *value.Error) error {
	if c.err == nil {
		c.err = fmt.Errorf("line %d: %w", e.Line, e)
	}
	return nil
}
