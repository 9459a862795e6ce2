package estate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

// writeDatabases fills the databases: in files, or on the server that the options name.
func (w *world) writeDatabases(ctx context.Context, o Options) error {
	for _, db := range w.databases {
		var err error
		if server := o.Servers[db.system]; server != "" {
			err = fillServer(ctx, server, o.Prefix+db.name, db)
		} else {
			err = writeSQLite(ctx, filepath.Join(o.Dir, "databases", db.name+".db"), db)
		}
		if err != nil {
			return fmt.Errorf("the database %s of the estate cannot be filled: %w", db.name, err)
		}
	}
	return nil
}

func writeSQLite(ctx context.Context, path string, data *database) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	for _, old := range []string{path, path + "-wal", path + "-shm", path + "-journal"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	run := oneConnection(db)
	if err := run(ctx, "PRAGMA synchronous = OFF"); err != nil {
		return err
	}
	return sqliteDialect.fill(ctx, run, data)
}

// oneConnection runs every statement on the same connection of the database, which ends with it.
func oneConnection(db *sql.DB) runs {
	db.SetMaxOpenConns(1)
	return func(ctx context.Context, statement string, args ...any) error {
		_, err := db.ExecContext(ctx, statement, args...)
		return err
	}
}
