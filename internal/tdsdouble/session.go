package tdsdouble

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
	"dossier/internal/tdsdouble/wire"
)

// session is what the server keeps for one connection.
type session struct {
	srv    *Server
	conn   *sql.Conn
	spid   int
	handle int64 // by which SQLite's functions find the session
	asks   []func(*session, []any) (any, error)
	user   string
	app    string
	system bool // the back door: it may do everything
	home   *database
	db     *database

	tran     int    // @@TRANCOUNT
	tranID   uint64 // of the transaction that is open
	physical bool   // SQLite is inside a transaction
	writer   bool   // this session holds the server's write lock
	doomed   bool   // XACT_STATE() = -1

	options
	temps   map[string]*table
	loose   map[string]bool // temporary tables whose changes the open transaction could not undo
	spoilt  map[string]bool // and those that a rollback left changed: nothing may read them
	vars    map[string]variable
	caught  []*value.Error // errors being handled by CATCH blocks
	pseudo  map[string]*table
	views   map[viewKey]int // catalogue views filled, with the catalog's version
	rows    int64           // @@ROWCOUNT
	lastErr int32           // @@ERROR
	lastID  any             // SCOPE_IDENTITY()
	level   int             // of batches: 2 inside sp_executesql
	bulk    *tsql.InsertBulk
	depth   int        // of triggers
	try     int        // of TRY blocks
	stmt    *Statement // the request being run
}

type variable struct {
	typ value.Type
	val any
}

// options are what SET changes and a reset restores.
type options struct {
	noCount     bool
	xactAbort   bool
	fmtOnly     bool
	lockTimeout time.Duration // negative: wait without end
	isolation   string
	identity    *table // SET IDENTITY_INSERT
}

func defaultOptions() options {
	return options{lockTimeout: -1, isolation: "READ COMMITTED"}
}

// sink takes what a session answers.
type sink interface {
	columns([]wire.Column) error
	row([]wire.Column, []any) error
	done(command uint16, rows int64, counted bool) error
	fail(*value.Error) error
	info(*value.Error) error
	database(now, before string)
	began(id uint64)
	ended(id uint64, committed bool)
}

// The command numbers of DONE tokens.
const (
	cmdSelect = 0xC1
	cmdInsert = 0xC3
	cmdDelete = 0xC4
	cmdUpdate = 0xC5
	cmdOther  = 0xFD
)

func (s *Server) newSession(ctx context.Context, user string, db *database) (*session, error) {
	conn, err := s.sqlite.Conn(ctx)
	if err != nil {
		return nil, err
	}
	ses := &session{
		srv: s, conn: conn, spid: 50 + int(s.spids.Add(1)), user: user, home: db, db: db, options: defaultOptions(),
		temps: map[string]*table{}, loose: map[string]bool{}, spoilt: map[string]bool{}, views: map[viewKey]int{}, handle: handles.Add(1),
	}
	sessions.Store(ses.handle, ses)
	return ses, nil
}

// sessions finds the session that a function of SQLite is called for.
var (
	handles  atomic.Int64
	sessions sync.Map
)

// register keeps a function of the catalogue for the rows of the statement being bound.
func (s *session) register(f func(*session, []any) (any, error)) int64 {
	s.asks = append(s.asks, f)
	return int64(len(s.asks) - 1)
}

// ask answers a registered function: tds_session(handle, function, arguments …).
func ask(a []any) (any, error) {
	ses, ok := sessions.Load(a[0])
	n, isInt := a[1].(int64)
	if !ok || !isInt {
		return nil, fmt.Errorf("no session %v", a[0])
	}
	s := ses.(*session)
	return s.asks[n](s, a[2:])
}

// close undoes what is open and forgets the session.
func (s *session) close() {
	_ = s.reset(discard{})
	sessions.Delete(s.handle)
	_ = s.conn.Close()
}

// reset makes the session as it was after its login: sp_reset_connection.
func (s *session) reset(out sink) error {
	err := s.rollback(out)
	for _, t := range s.temps {
		if e := s.dropTemp(t); e != nil && err == nil {
			err = e
		}
	}
	s.temps = map[string]*table{}
	s.options = defaultOptions()
	s.db = s.home
	clear(s.loose)
	clear(s.spoilt)
	s.rows, s.lastErr, s.lastID, s.bulk = 0, 0, nil, nil
	return err
}

func (s *session) exec(ctx context.Context, q string, args ...any) error {
	_, err := s.conn.ExecContext(ctx, q, args...)
	return err
}

// lockWriter takes the right to write, of which the server has one: writers wait for each other, as on rows
// of one table, for at most LOCK_TIMEOUT.
func (s *session) lockWriter(ctx context.Context, nowait bool) error {
	if s.writer {
		return nil
	}
	timeout := s.lockTimeout
	if nowait {
		timeout = 0
	}
	select {
	case s.srv.writer <- struct{}{}:
		s.writer = true
		return nil
	default:
	}
	s.srv.waiting(1)
	defer s.srv.waiting(-1)
	var expired <-chan time.Time
	if timeout >= 0 {
		t := time.NewTimer(timeout)
		defer t.Stop()
		expired = t.C
	}
	select {
	case s.srv.writer <- struct{}{}:
		s.writer = true
		return nil
	case <-expired:
		return value.Errorf(1222, 16, 51, "Lock request time out period exceeded.")
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *session) unlockWriter() {
	if s.writer {
		s.writer = false
		<-s.srv.writer
	}
}

// enterWrite makes sure that SQLite is inside a writing transaction, and returns what ends it: nothing inside a
// transaction of the client or inside the statement that fired a trigger.
func (s *session) enterWrite(ctx context.Context, nowait bool) (end func(error) error, err error) {
	if err := s.lockWriter(ctx, nowait); err != nil {
		return nil, err
	}
	inside := func(err error) error { return err }
	if s.physical {
		return inside, nil
	}
	if err := s.exec(context.Background(), "BEGIN IMMEDIATE"); err != nil {
		s.unlockWriter()
		return nil, err
	}
	s.physical = true
	if s.tran > 0 {
		return inside, nil
	}
	return func(err error) error {
		verb := "COMMIT"
		if err != nil {
			verb = "ROLLBACK"
			clear(s.views)
		}
		e := s.exec(context.Background(), verb)
		s.physical = false
		s.unlockWriter()
		return errors.Join(err, e)
	}, nil
}

// begin opens a transaction, or one more level of the open one.
func (s *session) begin(out sink) error {
	s.tran++
	if s.tran > 1 {
		return nil
	}
	if s.isolation == "SNAPSHOT" || s.isolation == "REPEATABLE READ" || s.isolation == "SERIALIZABLE" {
		if err := s.exec(context.Background(), "BEGIN"); err != nil {
			s.tran = 0
			return err
		}
		s.physical = true
	}
	s.tranID = s.srv.transactions.Add(1)
	out.began(s.tranID)
	return nil
}

func (s *session) commit(out sink) error {
	switch {
	case s.tran == 0:
		return value.Errorf(3902, 16, 1, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.")
	case s.doomed:
		return value.Errorf(3930, 16, 1, "The current transaction cannot be committed and cannot support operations that write to the log file. Roll back the transaction.")
	case s.tran > 1:
		s.tran--
		return nil
	}
	if s.physical {
		if err := s.exec(context.Background(), "COMMIT"); err != nil {
			return errors.Join(err, s.rollback(out))
		}
	}
	s.finish(out, true)
	return nil
}

// rollback undoes the whole transaction; without one it does nothing.
func (s *session) rollback(out sink) error {
	if s.tran == 0 {
		return nil
	}
	var err error
	if s.physical {
		err = s.exec(context.Background(), "ROLLBACK")
	}
	s.finish(out, false)
	return err
}

func (s *session) finish(out sink, committed bool) {
	s.tran, s.physical, s.doomed = 0, false, false
	for name, changed := range s.loose {
		if changed && !committed {
			s.spoilt[name] = true
		}
	}
	clear(s.loose)
	if !committed {
		clear(s.views) // SQLite takes back what filled them
	}
	s.unlockWriter()
	out.ended(s.tranID, committed)
}

// open counts the transactions that the client sees open: inside a trigger there is always one.
func (s *session) open() int {
	if s.depth > 0 {
		return max(s.tran, 1)
	}
	return s.tran
}

// save and back are savepoints by name.
func (s *session) save(ctx context.Context, name string) error {
	if s.tran == 0 {
		return value.Errorf(628, 16, 0, "Cannot issue SAVE TRANSACTION when there is no active transaction.")
	}
	if _, err := s.enterWrite(ctx, false); err != nil {
		return err
	}
	return s.exec(context.Background(), "SAVEPOINT "+quote("user "+strings.ToLower(name)))
}

func (s *session) back(name string) error {
	clear(s.views)
	err := s.exec(context.Background(), "ROLLBACK TO "+quote("user "+strings.ToLower(name)))
	if err != nil {
		return value.Errorf(6401, 16, 1, "Cannot roll back %s. No transaction or savepoint of that name was found.", name)
	}
	return nil
}

// resolve finds the table that a name means, temporary tables and a trigger's inserted and deleted included.
func (s *session) resolve(o tsql.Object) (*table, error) {
	missing := errLine(o.Line, 208, 1, "Invalid object name '%s'.", objectName(o))
	if o.Server != "" {
		return nil, value.Unsupported("a linked server")
	}
	if strings.HasPrefix(o.Name, "##") {
		return nil, value.Unsupported("a global temporary table")
	}
	if s.spoilt[strings.ToLower(o.Name)] {
		return nil, value.Unsupported("a temporary table whose changes were rolled back")
	}
	if t := s.temps[strings.ToLower(o.Name)]; t != nil {
		return t, nil
	}
	if t := s.pseudo[strings.ToLower(o.Name)]; t != nil && o.Schema == "" {
		return t, nil
	}
	db, err := s.databaseOf(o)
	if err != nil {
		return nil, err
	}
	schema := o.Schema
	if schema == "" {
		schema = "dbo"
	}
	if t := s.srv.catalog.table(db, schema, o.Name); t != nil {
		return t, nil
	}
	if s.srv.catalog.view(db, schema, o.Name) != nil {
		return nil, value.Unsupported("this statement on the view %s", o.Name)
	}
	return nil, missing
}

func (s *session) databaseOf(o tsql.Object) (*database, error) {
	if o.Database == "" {
		return s.db, nil
	}
	db := s.srv.catalog.database(o.Database)
	if db == nil {
		return nil, errLine(o.Line, 208, 1, "Invalid object name '%s'.", objectName(o))
	}
	return db, s.mayEnter(db)
}

func objectName(o tsql.Object) string {
	parts := []string{o.Database, o.Schema, o.Name}
	i := slices.IndexFunc(parts, func(p string) bool { return p != "" })
	return strings.Join(parts[max(i, 0):], ".")
}

func (s *session) mayEnter(db *database) error {
	if s.system || s.srv.mayEnter(s.user, db.name) {
		return nil
	}
	return value.Errorf(916, 14, 2, "The server principal \"%s\" is not able to access the database \"%s\" under the current security context.", s.user, db.name)
}

// noteConversion remembers that a comparison converts a column, which costs it its index.
func (s *session) noteConversion(x bound, to value.Type) {
	if s.stmt == nil {
		return
	}
	note := fmt.Sprintf("%s.%s %s to %s", x.rel.table.fullName(), x.col.name, x.typ.Kind.Name(), to.Kind.Name())
	s.srv.mu.Lock()
	defer s.srv.mu.Unlock()
	if !slices.Contains(s.stmt.Converted, note) {
		s.stmt.Converted = append(s.stmt.Converted, note)
	}
}

// translate makes a server error of whatever went wrong; SQLite's own words never pass for the server's.
func (s *session) translate(err error) *value.Error {
	e := translate(err)
	if e.Number == 1205 && s.isolation == "SNAPSHOT" && serverError(err) == nil {
		return value.Errorf(3960, 16, 2, "Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot isolation to access a table directly or indirectly in database '%s' to update, delete, or insert the row that has been modified or deleted by another transaction. Retry the transaction or change the isolation level for the update/delete statement.", s.db.name)
	}
	return e
}

func translate(err error) *value.Error {
	if e := serverError(err); e != nil {
		return e
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) && (lite.Code()&0xFF == 5 || lite.Code()&0xFF == 6) {
		return value.Errorf(1205, 13, 51, "Transaction was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.")
	}
	return value.Errorf(50000, 16, 2, "double: %v", err)
}

// discard is a sink for what nobody reads.
type discard struct{}

func (discard) columns([]wire.Column) error    { return nil }
func (discard) row([]wire.Column, []any) error { return nil }
func (discard) done(uint16, int64, bool) error { return nil }
func (discard) fail(*value.Error) error        { return nil }
func (discard) info(*value.Error) error        { return nil }
func (discard) database(string, string)        {}
func (discard) began(uint64)                   {}
func (discard) ended(uint64, bool)             {}
