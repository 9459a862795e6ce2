package journal

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"time"

	"dossier/internal/failpoint"
	"dossier/internal/logproof"
	"dossier/internal/secret"
)

// ErrNoRequest says that no request has the id.
var ErrNoRequest = errors.New("there is no such request")

// ErrNotSearched says that a request has no finding.
var ErrNotSearched = errors.New("the request has not been searched yet")

// Config says where a journal is.
type Config struct {
	Dir      string           // a folder of its own, which only its owner may enter; made where it is missing
	Now      func() time.Time // nil: time.Now
	Postgres string           // the address of a PostgreSQL database that holds the journal, "" for a file in Dir
	Password secret.Secret    // that database's
	Key      secret.Ref       // where the master key is kept; the zero Ref: in a file in Dir
	KeyDir   string           // the folder that relative paths of Key start at

	Forward func(line string) error // takes every entry of the log as a line without its details; nil: nobody does
}

// Journal is an open journal. Its methods may be called from several goroutines and from several processes at once:
// all can read, and writes wait for each other.
type Journal struct {
	store   store
	read    *sql.DB
	write   *sql.DB
	master  masterKey
	log     logKey
	copy    checkpointFile
	forward forwarding
	now     func() time.Time
	ticks   func(time.Duration) (<-chan time.Time, func())
}

// Open opens a journal, and makes it where it is missing. It refuses a file on a network share, where locks do not
// hold, and a journal that a newer version of the program wrote.
func Open(ctx context.Context, c Config) (*Journal, error) {
	if err := prepareFolder(c.Dir); err != nil {
		return nil, err
	}
	if err := tidy(c.Dir); err != nil {
		return nil, err
	}
	j := &Journal{now: c.Now, ticks: ticking, forward: newForwarding(c.Forward), copy: checkpointFile{path: filepath.Join(c.Dir, copyName)}}
	if j.now == nil {
		j.now = time.Now
	}
	var err error
	if j.store, err = openStore(c); err != nil {
		return nil, err
	}
	unlock, err := j.store.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if j.read, j.write, err = j.store.pools(); err != nil {
		return nil, err
	}
	j.write.SetMaxOpenConns(1)
	j.read.SetMaxOpenConns(4)
	if err := migrate(ctx, j.store, j.write); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	if j.master, err = openMaster(ctx, j.asks(j.write), c); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	if err := j.openLogKey(ctx); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	if err := j.copy.open(ctx, j); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

func openStore(c Config) (store, error) {
	if c.Postgres != "" {
		return newPostgres(c.Postgres, c.Password)
	}
	if err := refuseShare(c.Dir); err != nil {
		return nil, err
	}
	return newSQLite(c.Dir)
}

// Close closes the journal. Its error also tells that the copy of the latest checkpoint is not as it should be.
func (j *Journal) Close() error {
	errs := []error{j.copy.err}
	for _, db := range []*sql.DB{j.read, j.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

func (j *Journal) asks(on runner) asker { return asker{on, j.store.numbered()} }

// query reads outside a change.
func (j *Journal) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return j.asks(j.read).query(ctx, query, args...)
}

// row reads one row outside a change.
func (j *Journal) row(ctx context.Context, query string, args ...any) *sql.Row {
	return j.asks(j.read).row(ctx, query, args...)
}

// view calls look with one state of all tables, whatever is changed meanwhile.
func (j *Journal) view(ctx context.Context, look func(asker) error) error {
	tx, err := j.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return failed(ctx, err)
	}
	defer tx.Rollback()
	return failed(ctx, look(j.asks(tx)))
}

// Tx is a change of the journal: all of it is kept, or nothing.
type Tx struct {
	asker
	ctx  context.Context
	j    *Journal
	tree *growing // nil until something is logged
}

func (t *Tx) exec(query string, args ...any) (sql.Result, error) {
	return t.asker.exec(t.ctx, query, args...)
}

func (t *Tx) row(query string, args ...any) *sql.Row { return t.asker.row(t.ctx, query, args...) }

func (t *Tx) prepare(query string) (*sql.Stmt, error) { return t.asker.prepare(t.ctx, query) }

// Update calls change and keeps what it did, on the disk, if it returns no error. Changes wait for each other; within
// one, use the methods of Tx only.
func (j *Journal) Update(ctx context.Context, change func(*Tx) error) error {
	tx, err := j.write.BeginTx(ctx, nil)
	if err != nil {
		return failed(ctx, err)
	}
	defer tx.Rollback() // does nothing after Commit
	if err := j.store.alone(ctx, tx); err != nil {
		return failed(ctx, err)
	}
	t := &Tx{asker: j.asks(tx), ctx: ctx, j: j}
	if err := change(t); err != nil {
		return failed(ctx, err)
	}
	if t.tree == nil {
		return failed(ctx, tx.Commit())
	}
	signed, err := t.sign()
	if err != nil {
		return failed(ctx, err)
	}
	failpoint.Here("before journal")
	if err := tx.Commit(); err != nil {
		return failed(ctx, err)
	}
	failpoint.Here("after journal")
	j.copy.write(t.tree.size, signed)
	j.sendOn(ctx)
	return nil
}

// failed tells cancellation from other errors: the driver does not always say.
func failed(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

const timeForm = logproof.TimeForm

func written(t time.Time) string { return t.UTC().Format(timeForm) }
