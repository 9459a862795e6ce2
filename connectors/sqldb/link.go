package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// link is one connection to a server, which nobody shares.
type link interface {
	// exec runs a statement and returns how many rows it matched.
	exec(ctx context.Context, text string, args ...any) (int64, error)
	// query runs a query and calls each with every row.
	query(ctx context.Context, text string, args []any, each func(scan func(dest ...any) error) error) error
	ping(ctx context.Context) error
	close()
}

// sqlLink is a connection of a driver for database/sql.
type sqlLink struct {
	db   *sql.DB
	conn *sql.Conn

	prepared map[string]*sql.Stmt // by text
	order    []string             // of preparing
}

// dial opens the only connection of a database handle.
func dial(ctx context.Context, db *sql.DB) (link, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &sqlLink{db: db, conn: conn}, nil
}

func (l *sqlLink) exec(ctx context.Context, text string, args ...any) (int64, error) {
	r, err := l.conn.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (l *sqlLink) query(ctx context.Context, text string, args []any, each func(func(...any) error) error) error {
	rows, err := l.conn.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (l *sqlLink) ping(ctx context.Context) error { return l.conn.PingContext(ctx) }

func (l *sqlLink) close() {
	for _, st := range l.prepared {
		_ = st.Close()
	}
	_ = l.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = l.conn.Close()
	_ = l.db.Close()
}

// maxPrepared is how many statements a connection keeps prepared.
const maxPrepared = 32

// prepare returns the prepared statement, from the connection's own store if it is there.
func (l *sqlLink) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if st, ok := l.prepared[text]; ok {
		return st, nil
	}
	st, err := l.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if l.prepared == nil {
		l.prepared = map[string]*sql.Stmt{}
	}
	if len(l.order) == maxPrepared {
		_ = l.prepared[l.order[0]].Close()
		delete(l.prepared, l.order[0])
		l.order = l.order[1:]
	}
	l.prepared[text] = st
	l.order = append(l.order, text)
	return st, nil
}

// scanRows fills the cells with every row and calls each, until it returns false.
func scanRows(rows *sql.Rows, cells []*cell, each func() bool) error {
	defer rows.Close()
	dest := make([]any, len(cells))
	for i, x := range cells {
		dest[i] = x
	}
	if len(dest) == 0 {
		dest = []any{new(any)}
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if !each() {
			return nil
		}
	}
	return rows.Err()
}

// pgxLink is a connection of pgx, whose rows hand their bytes out without copying them.
type pgxLink struct{ conn *pgx.Conn }

func (l pgxLink) exec(ctx context.Context, text string, args ...any) (int64, error) {
	tag, err := l.conn.Exec(ctx, text, args...)
	if err == nil && text == "COMMIT" && tag.String() != "COMMIT" { // the server says ROLLBACK where a statement failed before
		err = &pgconn.PgError{Code: "40000", Message: "the server rolled the transaction back"}
	}
	return tag.RowsAffected(), err
}

func (l pgxLink) query(ctx context.Context, text string, args []any, each func(func(...any) error) error) error {
	rows, err := l.conn.Query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (l pgxLink) ping(ctx context.Context) error { return l.conn.Ping(ctx) }

func (l pgxLink) close() {
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	_ = l.conn.Close(ctx)
}
