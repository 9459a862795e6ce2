package sqldb

import (
	"context"
	"database/sql"
)

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

// queryAll calls each for every row of a query on the catalog; scan reads the row's columns.
func (s *session) queryAll(ctx context.Context, query string, args []any, each func(scan func(dest ...any) error) error) error {
	rows, err := s.conn.QueryContext(ctx, query, args...)
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

// exec runs statements that set a session up.
func (s *session) exec(ctx context.Context, statements ...string) error {
	for _, text := range statements {
		if _, err := s.conn.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}
