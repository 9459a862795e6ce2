package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	_ "modernc.org/sqlite"
)

const (
	dataName = "journal.db"
	lockName = "journal.lock" // held while a journal is opened
	keyName  = "master.key"
)

// ErrNoRequest says that no request has the id.
var ErrNoRequest = errors.New("there is no such request")

// ErrNotSearched says that a request has no finding.
var ErrNotSearched = errors.New("the request has not been searched yet")

// Journal is an open journal. Its methods may be called from several goroutines and from several processes at once:
// all can read, and writes wait for each other.
type Journal struct {
	read   *sql.DB
	write  *sql.DB
	master masterKey
	now    func() time.Time
}

// Open opens the journal in a folder of its own, which only its owner may enter, and makes both where they
// are missing. It refuses a folder on a network share, where locks do not hold, and a journal that a newer
// version of the program wrote.
func Open(ctx context.Context, dir string, now func() time.Time) (*Journal, error) {
	if err := prepareFolder(dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, dataName)
	for _, name := range []string{path, filepath.Join(dir, lockName)} { // SQLite would let others read them
		f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, fmt.Errorf("the journal cannot be opened: %w", err)
		}
		f.Close()
	}
	unlock, err := lock(ctx, filepath.Join(dir, lockName))
	if err != nil {
		return nil, err
	}
	defer unlock()
	j := &Journal{now: now}
	if j.write, err = sql.Open("sqlite", source(path, "_txlock=immediate")); err != nil {
		return nil, err
	}
	j.write.SetMaxOpenConns(1)
	if j.read, err = sql.Open("sqlite", source(path, "_pragma=query_only(1)")); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	j.read.SetMaxOpenConns(4)
	if err := migrate(ctx, j.write); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	if j.master, err = openMaster(ctx, j.write, filepath.Join(dir, keyName)); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// Close closes the journal.
func (j *Journal) Close() error {
	var errs []error
	for _, db := range []*sql.DB{j.read, j.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// lock lets one process at a time open a journal: making it, changing its schema and turning it to WAL cannot be shared.
// The lock is one of SQLite on an empty file of its own, so that it ends with the process on every operating system.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	db, err := sql.Open("sqlite", file(path, "_pragma=busy_timeout(30000)", "_txlock=exclusive"))
	if err != nil {
		return nil, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(notOpened(ctx, err), db.Close())
	}
	return func() {
		tx.Rollback() // nothing was written
		db.Close()
	}, nil
}

// source returns how SQLite opens the journal: every commit is on the disk before it is answered, a writer waits
// for another, and what is deleted is overwritten.
func source(path, more string) string {
	return file(path, "_pragma=busy_timeout(30000)", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)",
		"_pragma=foreign_keys(1)", "_pragma=secure_delete(1)", more)
}

// file returns a file as a URI of SQLite, with parameters.
func file(path string, parameters ...string) string {
	path = filepath.ToSlash(path)
	if runtime.GOOS == "windows" && !strings.HasPrefix(path, "/") {
		path = "/" + path // file:/C:/folder/journal.db
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join(parameters, "&")
}

// prepareFolder makes the folder, and refuses one that others may enter or that is on a network share.
func prepareFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the folder of the journal cannot be made: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("the folder of the journal cannot be read: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return fmt.Errorf("the folder of the journal cannot be read: %w", err)
		}
		if len(entries) > 0 {
			return fmt.Errorf("the folder of the journal, %s, may be entered by others: choose another, or close it with chmod 700 %s", dir, dir)
		}
		if err := os.Chmod(dir, 0o700); err != nil {
			return fmt.Errorf("the folder of the journal cannot be closed to others: %w", err)
		}
	}
	share, err := networkShare(dir)
	if err != nil {
		return fmt.Errorf("the folder of the journal cannot be read: %w", err)
	}
	if share != "" {
		return fmt.Errorf("the folder of the journal, %s, is on a network share (%s), where a journal can be damaged: choose a folder of this computer", dir, share)
	}
	return nil
}

// Tx is a change of the journal: all of it is kept, or nothing.
type Tx struct {
	ctx context.Context
	j   *Journal
	tx  *sql.Tx
}

// Update calls change and keeps what it did, on the disk, if it returns no error. Changes wait for each other; within
// one, use the methods of Tx only.
func (j *Journal) Update(ctx context.Context, change func(*Tx) error) error {
	tx, err := j.write.BeginTx(ctx, nil)
	if err != nil {
		return failed(ctx, err)
	}
	defer tx.Rollback() // does nothing after Commit
	if err := change(&Tx{ctx, j, tx}); err != nil {
		return failed(ctx, err)
	}
	return failed(ctx, tx.Commit())
}

// failed tells cancellation from other errors: the driver does not always say.
func failed(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// asker is what reads: a journal's pool, or the connection of a change.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

const timeForm = "2006-01-02T15:04:05.000000000Z" // sorts as text

func written(t time.Time) string { return t.UTC().Format(timeForm) }
