package tdsdouble

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"modernc.org/sqlite"

	"dossier/internal/tdsdouble/value"
)

// The extended result codes of SQLite that stand for a broken constraint.
const (
	codeCheck      = 275
	codeForeignKey = 787
	codePrimaryKey = 1555
	codeUnique     = 2067
)

// violation makes the server's error of SQLite's: which constraint broke, in which table.
func (s *session) violation(ctx context.Context, err error, verb string, t *table, changes []change) error {
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return err
	}
	switch lite.Code() {
	case codeUnique, codePrimaryKey:
		if verb == "UPDATE" && len(changes) > 1 {
			if err := s.passing(ctx, t, changes); err != nil {
				return err
			}
		}
		return t.duplicate(lite.Error(), changes)
	case codeForeignKey:
		return s.conflict(ctx, verb, t, changes)
	case codeCheck:
		for _, c := range t.checks {
			if strings.Contains(lite.Error(), "CHECK constraint failed: "+c.name) {
				return value.Errorf(547, 16, 0, "The %s statement conflicted with the CHECK constraint \"%s\". The conflict occurred in database \"%s\", table \"%s.%s\".", verb, c.name, t.db, t.schema, t.name)
			}
		}
	}
	return err
}

// passing tells a duplicate that stands only between two rows of one update: SQLite checks row by row, the server
// at the end of the statement.
func (s *session) passing(ctx context.Context, t *table, changes []change) error {
	var ids []string
	rows := make([][]any, len(changes))
	for i, ch := range changes {
		ids = append(ids, fmt.Sprint(ch.rid))
		rows[i] = ch.new
	}
	names := make([]string, len(t.columns))
	decls := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i], decls[i] = quote(c.name), columnDecl(c)
	}
	after := quote("tds after")
	if err := s.makeTemp(ctx, after, decls, rows); err != nil {
		return err
	}
	rest := "SELECT " + strings.Join(names, ", ") + " FROM " + t.storage() + " WHERE " + quote(ridColumn) + " NOT IN (" + strings.Join(ids, ", ") + ")"
	if err := s.exec(ctx, "INSERT INTO temp."+after+" "+rest); err != nil {
		return err
	}
	for _, k := range t.keys {
		if !k.unique {
			continue
		}
		cols := make([]string, len(k.columns))
		for i, c := range k.columns {
			cols[i] = quote(c.Name)
		}
		n := 0
		list := strings.Join(cols, ", ")
		if err := s.conn.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM temp."+after+" GROUP BY "+list+" HAVING count(*) > 1)").Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return nil
		}
	}
	return value.Unsupported("an update that moves values of a unique key between rows")
}

// duplicate names the key that SQLite's message speaks of.
func (t *table) duplicate(message string, changes []change) error {
	for _, k := range t.keys {
		if !k.unique {
			continue
		}
		cols := make([]string, len(k.columns))
		for i, c := range k.columns {
			cols[i] = t.column(c.Name).name
		}
		stored := t.db + "." + t.schema + "." + t.name
		if t.temp {
			stored = t.name
		}
		spelled := make([]string, len(cols))
		for i, c := range cols {
			spelled[i] = stored + "." + c
		}
		if !strings.Contains(message, "failed: "+strings.Join(spelled, ", ")+" ") && !strings.Contains(message, "'"+t.indexName(k.name)+nullsIndex+"'") {
			continue
		}
		var vals []string
		if len(changes) > 0 {
			for _, c := range cols {
				v := changes[0].new[slices.IndexFunc(t.columns, func(x *column) bool { return x.name == c })]
				if v == nil {
					v = "<NULL>"
				}
				vals = append(vals, fmt.Sprint(v))
			}
		}
		if k.declared {
			kind := "UNIQUE KEY"
			if k.primary {
				kind = "PRIMARY KEY"
			}
			return value.Errorf(2627, 14, 1, "Violation of %s constraint '%s'. Cannot insert duplicate key in object '%s.%s'. The duplicate key value is (%s).", kind, k.name, t.schema, t.name, strings.Join(vals, ", "))
		}
		return value.Errorf(2601, 14, 1, "Cannot insert duplicate key row in object '%s.%s' with unique index '%s'. The duplicate key value is (%s).", t.schema, t.name, k.name, strings.Join(vals, ", "))
	}
	return fmt.Errorf("a unique key of %s that the double cannot name: %s", t.name, message)
}

// conflict finds the foreign key that the changes break.
func (s *session) conflict(ctx context.Context, verb string, t *table, changes []change) error {
	if verb != "DELETE" {
		for _, f := range t.foreign {
			for _, ch := range changes {
				ok, err := s.parentExists(ctx, t, f, ch.new)
				if err != nil {
					return err
				}
				if !ok {
					return value.Errorf(547, 16, 0, "The %s statement conflicted with the FOREIGN KEY constraint \"%s\". The conflict occurred in database \"%s\", table \"%s.%s\", column '%s'.", verb, f.name, t.db, f.ref.schema, f.ref.name, f.refCols[0])
				}
			}
		}
	}
	keys, holders := s.srv.catalog.referencing(s.srv.catalog.database(t.db), t)
	for i, f := range keys {
		for _, ch := range changes {
			if ch.old == nil {
				continue
			}
			n := 0
			where, args := keyMatch(f.columns, f.refCols, t, ch.old)
			if err := s.conn.QueryRowContext(ctx, "SELECT count(*) FROM "+holders[i].storage()+" WHERE "+where, args...).Scan(&n); err != nil {
				return err
			}
			if n > 0 && f.onDelete == "NO ACTION" || n > 0 && verb == "UPDATE" && f.onUpdate == "NO ACTION" {
				return value.Errorf(547, 16, 0, "The %s statement conflicted with the REFERENCE constraint \"%s\". The conflict occurred in database \"%s\", table \"%s.%s\", column '%s'.", verb, f.name, t.db, holders[i].schema, holders[i].name, f.columns[0])
			}
		}
	}
	return value.Errorf(547, 16, 0, "The %s statement conflicted with a REFERENCE constraint. The conflict occurred in database \"%s\".", verb, t.db)
}

func (s *session) parentExists(ctx context.Context, t *table, f foreignKey, row []any) (bool, error) {
	where, args := keyMatch(f.refCols, f.columns, t, row)
	if slices.Contains(args, nil) {
		return true, nil
	}
	n := 0
	err := s.conn.QueryRowContext(ctx, "SELECT count(*) FROM "+f.ref.storage()+" WHERE "+where, args...).Scan(&n)
	return n > 0, err
}

// keyMatch compares columns with the values that a row of t has in others.
func keyMatch(columns, others []string, t *table, row []any) (string, []any) {
	var conds []string
	var args []any
	for i, c := range columns {
		conds = append(conds, quote(c)+" = ?")
		at := slices.IndexFunc(t.columns, func(x *column) bool { return strings.EqualFold(x.name, others[i]) })
		args = append(args, row[at])
	}
	return strings.Join(conds, " AND "), args
}
