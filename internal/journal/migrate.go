package journal

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrNewer says that a newer version of the program wrote the journal.
var ErrNewer = errors.New("use the newer version of the program")

// migrate brings the journal's schema to what this program knows.
func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	known := provider.ListSources()[len(provider.ListSources())-1].Version
	at, err := schemaVersion(ctx, db)
	switch {
	case err != nil:
		return notOpened(ctx, err)
	case at > known:
		return fmt.Errorf("the journal was written by a newer version of this program (schema %d; this one knows %d): %w", at, known, ErrNewer)
	case at == known:
		return nil
	}
	if _, err := provider.Up(ctx); err != nil {
		return notOpened(ctx, err)
	}
	return nil
}

// schemaVersion returns the version of the journal's schema, 0 for an empty file, without writing.
func schemaVersion(ctx context.Context, db *sql.DB) (int64, error) {
	var tables int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name = 'goose_db_version'`).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	var version int64
	err := db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&version)
	return version, err
}

func notOpened(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("the journal cannot be opened: %w", err)
}
