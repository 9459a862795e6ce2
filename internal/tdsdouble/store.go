package tdsdouble

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// change is one row that a statement changes: its hidden number and its values before and after, in the
// order of the table's columns.
type change struct {
	rid      int64
	old, new []any
}

// write runs the writing part of a statement: atomic by itself, inside the client's transaction when one is
// open. It is not interrupted, for SQLite would undo the whole transaction.
func (s *session) write(ctx context.Context, t *table, work func() error) (err error) {
	if t.temp {
		if s.tran > 0 && !s.physical {
			s.loose[strings.ToLower(t.name)] = true
		}
	} else {
		end, err := s.enterWrite(ctx, false)
		if err != nil {
			return err
		}
		defer func() { err = end(err) }()
		return s.atomically(work)
	}
	return s.atomically(work)
}

func (s *session) atomically(work func() error) error {
	ctx := context.Background()
	name := quote(fmt.Sprintf("tds statement %d", s.depth))
	if err := s.exec(ctx, "SAVEPOINT "+name); err != nil {
		return err
	}
	err := work()
	if err != nil {
		clear(s.views)
		if e := s.exec(ctx, "ROLLBACK TO "+name); e != nil {
			return fmt.Errorf("%w (and the statement could not be undone: %v)", err, e)
		}
	}
	if e := s.exec(ctx, "RELEASE "+name); e != nil && err == nil {
		err = e
	}
	return err
}

// finishWrite stores the changes in one statement of SQLite, so that keys are checked as a whole, then fires
// triggers and answers OUTPUT and the count.
func (s *session) finishWrite(ctx context.Context, verb string, t *table, changes []change, targets []*column, output *tsql.Output, out sink) error {
	quiet := context.Background()
	if len(changes) > 0 {
		if err := s.store(quiet, verb, t, changes, targets); err != nil {
			return s.violation(quiet, err, verb, t, changes)
		}
	}
	triggers := t.active(verb)
	if output != nil && output.Into == nil && len(triggers) > 0 {
		return value.Errorf(334, 16, 1, "The target table '%s' of the DML statement cannot have any enabled triggers if the statement contains an OUTPUT clause without INTO clause.", t.name)
	}
	command := map[string]uint16{"INSERT": cmdInsert, "UPDATE": cmdUpdate, "DELETE": cmdDelete}[verb]
	n := int64(len(changes))
	if output != nil || len(triggers) > 0 {
		err := s.withPseudo(quiet, verb, t, changes, func() error {
			if output != nil {
				if err := s.output(ctx, output, out); err != nil {
					return err
				}
			}
			return s.fire(ctx, triggers, out)
		})
		if err != nil {
			return err
		}
	}
	s.rows = n
	return out.done(command, n, !s.noCount)
}

// store writes the changes; new rows get their hidden numbers.
func (s *session) store(ctx context.Context, verb string, t *table, changes []change, targets []*column) error {
	written := t.columns
	if verb == "UPDATE" {
		written = targets
		for _, c := range t.columns {
			if c.typ.Kind == value.RowVersion {
				written = append(slices.Clone(written), c)
			}
		}
	}
	var cols []*column
	for _, c := range written {
		if c.computed == nil {
			cols = append(cols, c)
		}
	}
	if verb == "DELETE" {
		cols = nil
	}
	rows := make([][]any, len(changes))
	if verb == "INSERT" {
		last := int64(0)
		if err := s.conn.QueryRowContext(ctx, "SELECT coalesce(max("+quote(ridColumn)+"), 0) FROM "+t.storage()).Scan(&last); err != nil {
			return err
		}
		for i := range changes {
			changes[i].rid = last + int64(i) + 1
		}
	}
	for i, ch := range changes {
		rows[i] = []any{ch.rid}
		for _, c := range cols {
			rows[i] = append(rows[i], ch.new[slices.Index(t.columns, c)])
		}
	}
	stage := quote(fmt.Sprintf("tds stage %d", s.depth))
	names := []string{quote(ridColumn)}
	for _, c := range cols {
		names = append(names, quote(c.name))
	}
	if err := s.makeTemp(ctx, stage, names, rows); err != nil {
		return err
	}
	var q string
	switch verb {
	case "INSERT":
		list := strings.Join(names, ", ")
		q = "INSERT INTO " + t.storage() + " (" + list + ") SELECT " + list + " FROM temp." + stage + " ORDER BY 1"
	case "UPDATE":
		set := make([]string, len(cols))
		for i, c := range cols {
			set[i] = quote(c.name) + " = s." + quote(c.name)
		}
		q = "UPDATE " + t.storage() + " AS t SET " + strings.Join(set, ", ") + " FROM temp." + stage + " AS s WHERE s." + quote(ridColumn) + " = t." + quote(ridColumn)
	case "DELETE":
		q = "DELETE FROM " + t.storage() + " WHERE " + quote(ridColumn) + " IN (SELECT " + quote(ridColumn) + " FROM temp." + stage + ")"
	}
	return s.exec(ctx, q)
}

// makeTemp makes a temporary table of SQLite and fills it, many rows a statement.
func (s *session) makeTemp(ctx context.Context, name string, cols []string, rows [][]any) error {
	if err := s.exec(ctx, "DROP TABLE IF EXISTS temp."+name); err != nil {
		return err
	}
	if err := s.exec(ctx, "CREATE TABLE temp."+name+" ("+strings.Join(cols, ", ")+")"); err != nil {
		return err
	}
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(cols)), ", ") + ")"
	chunk := max(1, 2000/len(cols))
	for part := range slices.Chunk(rows, chunk) {
		args := make([]any, 0, len(part)*len(cols))
		for _, r := range part {
			args = append(args, r...)
		}
		q := "INSERT INTO temp." + name + " VALUES " + strings.TrimSuffix(strings.Repeat(one+", ", len(part)), ", ")
		if err := s.exec(ctx, q, args...); err != nil {
			return err
		}
	}
	return nil
}
