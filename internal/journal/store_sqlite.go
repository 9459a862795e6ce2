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

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite"
)

const (
	dataName = "journal.db"
	lockName = "journal.lock" // held while a journal is opened
)

// sqlite keeps a journal in a file of a folder.
type sqlite struct{ dir string }

// newSQLite makes the journal's files where they are missing, for their owner alone: SQLite would let others read them.
func newSQLite(dir string) (sqlite, error) {
	for _, name := range []string{dataName, lockName} {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return sqlite{}, fmt.Errorf("the journal cannot be opened: %w", err)
		}
		f.Close()
	}
	return sqlite{dir}, nil
}

// pools opens the file: a writer waits for another, and what is deleted is overwritten.
func (s sqlite) pools() (read, write *sql.DB, err error) {
	source := func(more string) string {
		return file(filepath.Join(s.dir, dataName), "_pragma=busy_timeout(30000)", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)",
			"_pragma=foreign_keys(1)", "_pragma=secure_delete(1)", more)
	}
	if write, err = sql.Open("sqlite", source("_txlock=immediate")); err != nil {
		return nil, nil, err
	}
	if read, err = sql.Open("sqlite", source("_pragma=query_only(1)")); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	return read, write, nil
}

// lock is a lock of SQLite on an empty file of its own, so that it ends with the process on every operating system.
func (s sqlite) lock(ctx context.Context) (unlock func(), err error) {
	db, err := sql.Open("sqlite", file(filepath.Join(s.dir, lockName), "_pragma=busy_timeout(30000)", "_txlock=exclusive"))
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

// alone has nothing to do: a change takes the write lock when it begins.
func (sqlite) alone(context.Context, *sql.Tx) error { return nil }

func (sqlite) dialect() goose.Dialect { return goose.DialectSQLite3 }

func (sqlite) numbered() bool { return false }

func (sqlite) shared() bool { return false }

func (sqlite) schemaTable() string {
	return `SELECT count(*) FROM sqlite_schema WHERE name = 'goose_db_version'`
}

func (sqlite) appendOnly() []string {
	return []string{
		`CREATE TRIGGER IF NOT EXISTS log_is_not_changed BEFORE UPDATE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END`,
		`CREATE TRIGGER IF NOT EXISTS log_is_not_shortened BEFORE DELETE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END`,
	}
}

// scrub empties the write-ahead file: in the file itself, what is deleted is overwritten at once.
func (sqlite) scrub(ctx context.Context, db *sql.DB, _ []string) error {
	var busy, pages, moved int
	if err := db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("the journal's write-ahead file still holds it, since another process reads: do the same again later")
	}
	return nil
}

func (sqlite) translate(migration []byte) []byte { return migration }

// file returns a file as a URI of SQLite, with parameters.
func file(path string, parameters ...string) string {
	path = filepath.ToSlash(path)
	if runtime.GOOS == "windows" && !strings.HasPrefix(path, "/") {
		path = "/" + path // file:/C:/folder/journal.db
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join(parameters, "&")
}
