package journal

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrNewer says that a newer version of the program wrote the journal.
var ErrNewer = errors.New("use the newer version of the program")

// migrate brings the journal's schema to what this program knows.
func migrate(ctx context.Context, s store, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(s.dialect(), db, translated{files, s}, goose.WithDisableGlobalRegistry(true),
		goose.WithAllowOutofOrder(true), goose.WithGoMigrations(inGo(s)...))
	if err != nil {
		return err
	}
	var known []int64
	for _, source := range provider.ListSources() {
		known = append(known, source.Version)
	}
	applied, err := versions(ctx, s, db)
	if err != nil {
		return notOpened(ctx, err)
	}
	missing := func(of []int64) func(int64) bool {
		return func(v int64) bool { return v > 0 && !slices.Contains(of, v) } // goose counts an empty schema as version 0
	}
	if i := slices.IndexFunc(applied, missing(known)); i >= 0 {
		return fmt.Errorf("the journal was written by a newer version of this program (schema %d; this one knows %d): %w",
			applied[i], slices.Max(known), ErrNewer)
	}
	if !slices.ContainsFunc(known, missing(applied)) {
		return nil
	}
	if _, err := provider.Up(ctx); err != nil {
		return notOpened(ctx, err)
	}
	return nil
}

// inGo returns the migrations that no text of SQL can make alike in all stores.
func inGo(s store) []*goose.Migration {
	return []*goose.Migration{
		goose.NewGoMigration(10, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			for _, statement := range s.appendOnly() {
				if _, err := tx.ExecContext(ctx, statement); err != nil {
					return err
				}
			}
			return nil
		}}, nil),
		goose.NewGoMigration(12, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			return plant(ctx, asker{tx, s.numbered()})
		}}, nil),
	}
}

// versions returns the migrations that a database has had, without writing.
func versions(ctx context.Context, s store, db *sql.DB) ([]int64, error) {
	var tables int
	if err := db.QueryRowContext(ctx, s.schemaTable()).Scan(&tables); err != nil || tables == 0 {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, `SELECT version_id FROM goose_db_version WHERE is_applied`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []int64
	for rows.Next() {
		var v int64
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// translated is the folder of migrations in the words of a store.
type translated struct {
	fs.FS
	to store
}

// Open opens a file of the folder.
func (t translated) Open(name string) (fs.File, error) {
	f, err := t.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return translatedFile{f, bytes.NewReader(t.to.translate(text))}, nil
}

type translatedFile struct {
	fs.File
	text io.Reader
}

// Read reads the translated text.
func (f translatedFile) Read(b []byte) (int, error) { return f.text.Read(b) }

func notOpened(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("the journal cannot be opened: %w", err)
}
