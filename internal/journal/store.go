package journal

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

// store is a kind of database that can hold a journal. Every statement is written once, in the words that all kinds
// share, with ? for its parameters.
type store interface {
	// pools returns the pool that reads and the one that writes. Every commit is durable before it is answered.
	pools() (read, write *sql.DB, err error)
	// lock lets one process at a time make the journal or change its schema.
	lock(ctx context.Context) (unlock func(), err error)
	// alone makes a change that has begun wait for the others.
	alone(ctx context.Context, tx *sql.Tx) error
	dialect() goose.Dialect
	// numbered reports whether parameters are written $1, $2 … and not ?.
	numbered() bool
	// shared reports whether several computers can write to the journal.
	shared() bool
	// schemaTable counts the tables that goose keeps its versions in: none in an empty database.
	schemaTable() string
	// appendOnly returns the statements that let the log only grow, harmless where it does already.
	appendOnly() []string
	// scrub leaves nothing of what was deleted from these tables in the files of the database.
	scrub(ctx context.Context, db *sql.DB, tables []string) error
	// translate returns a migration in the words of the store.
	translate(migration []byte) []byte
}

// runner is a pool, or a transaction.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// asker runs statements, with ? for their parameters, on any store.
type asker struct {
	on       runner
	numbered bool
}

func (a asker) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return a.on.ExecContext(ctx, a.bind(query), args...)
}

func (a asker) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return a.on.QueryContext(ctx, a.bind(query), args...)
}

func (a asker) row(ctx context.Context, query string, args ...any) *sql.Row {
	return a.on.QueryRowContext(ctx, a.bind(query), args...)
}

func (a asker) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	return a.on.PrepareContext(ctx, a.bind(query))
}

// bind writes the parameters of a statement as the store does. Texts in statements hold no question mark.
func (a asker) bind(query string) string {
	if !a.numbered {
		return query
	}
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}
