package tdsdouble

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// viewKey names a catalogue view of one database.
type viewKey struct{ db, name string }

func (k viewKey) storage() string { return "temp." + quote("tds view "+k.db+" "+k.name) }

// viewRef is a catalogue view as a binder meets it.
type viewRef struct {
	storage string
	cols    []outCol
}

// view is a catalogue view: its columns, written "name type", and its rows.
type view struct {
	columns string
	rows    func(s *session, d *database) [][]any
}

// systemView finds a view of the schemas sys and INFORMATION_SCHEMA, nil for any other name.
func (b *binder) systemView(o tsql.Object) (*viewRef, error) {
	schema := strings.ToLower(o.Schema)
	if schema != "sys" && schema != "information_schema" {
		return nil, nil
	}
	db, err := b.s.databaseOf(o)
	if err != nil {
		return nil, err
	}
	name := schema + "." + strings.ToLower(o.Name)
	v, ok := views[name]
	if !ok {
		return nil, value.Unsupported("the view %s.%s", o.Schema, o.Name)
	}
	cols, err := v.cols(b.s.srv.collation)
	if err != nil {
		return nil, err
	}
	k := viewKey{db.name, name}
	if !slices.Contains(b.views, k) {
		b.views = append(b.views, k)
	}
	return &viewRef{storage: k.storage(), cols: cols}, nil
}

func (v view) cols(collation string) ([]outCol, error) {
	var out []outCol
	for _, f := range strings.Split(v.columns, ",") {
		name, decl, _ := strings.Cut(strings.TrimSpace(f), " ")
		t, err := value.Parse(decl, collation)
		if err != nil {
			return nil, fmt.Errorf("view column %q: %w", f, err)
		}
		out = append(out, outCol{name: name, typ: t, null: true, level: implicit})
	}
	return out, nil
}

// liveViews change with the rows of tables, not with definitions alone.
var liveViews = map[string]bool{"sys.identity_columns": true, "sys.partitions": true}

// fill brings the views that a statement reads up to date.
func (s *session) fill(keys []viewKey) error {
	ctx := context.Background()
	for _, k := range keys {
		v := views[k.name]
		d := s.srv.catalog.database(k.db)
		s.srv.catalog.mu.RLock()
		now := s.srv.catalog.version
		if have, ok := s.views[k]; ok && have == now && !liveViews[k.name] {
			s.srv.catalog.mu.RUnlock()
			continue
		}
		rows := v.rows(s, d)
		s.srv.catalog.mu.RUnlock()
		cols, err := v.cols(s.srv.collation)
		if err != nil {
			return err
		}
		decls := make([]string, len(cols))
		for i, c := range cols {
			decls[i] = columnDecl(&column{name: c.name, typ: c.typ})
		}
		for _, r := range rows {
			if len(r) != len(cols) {
				return fmt.Errorf("view %s: a row of %d values for %d columns", k.name, len(r), len(cols))
			}
		}
		if err := s.makeTemp(ctx, strings.TrimPrefix(k.storage(), "temp."), decls, rows); err != nil {
			return err
		}
		s.views[k] = now
	}
	return nil
}

// tableCall binds a function in FROM.
func (b *binder) tableCall(c *tsql.TableCall, sc *scope) (string, error) {
	nv := nvarchar(b, value.Max)
	r := &relation{alias: c.Alias, object: tsql.Object{Name: c.Name}, sqlite: b.alias()}
	args := make([]any, len(c.Args))
	for i, x := range c.Args {
		e, err := b.value(x, sc)
		if err != nil {
			return "", err
		}
		v, ok := b.constantOf(e)
		if !ok {
			return "", value.Unsupported("%s of a column", c.Name)
		}
		args[i] = v
	}
	var rows [][]any
	switch c.Name {
	case "STRING_SPLIT":
		if len(args) != 2 {
			return "", value.Unsupported("STRING_SPLIT with an ordinal")
		}
		r.cols = []outCol{{name: "value", typ: nv, level: coercible}}
		if args[0] != nil {
			for _, p := range strings.Split(str(args[0]), str(args[1])) {
				rows = append(rows, []any{p})
			}
		}
	case "FN_MY_PERMISSIONS", "SYS.FN_MY_PERMISSIONS":
		if len(args) != 2 {
			return "", value.Errorf(313, 16, 3, "An insufficient number of arguments were supplied for the procedure or function fn_my_permissions.")
		}
		for _, n := range []string{"entity_name", "subentity_name", "permission_name"} {
			r.cols = append(r.cols, outCol{name: n, typ: nvarchar(b, 128), level: implicit})
		}
		for _, p := range []string{"SELECT", "UPDATE", "REFERENCES", "INSERT", "DELETE", "VIEW DEFINITION", "ALTER"} {
			held, err := hasPerms(b.s, []any{args[0], args[1], p})
			if err != nil {
				return "", err
			}
			if held == int64(1) {
				rows = append(rows, []any{str(args[0]), "", p})
			}
		}
	default:
		return "", value.Unsupported("the function %s in FROM", c.Name)
	}
	values := ""
	for i, row := range rows {
		if i > 0 {
			values += ", "
		}
		var cells []string
		for _, v := range row {
			cells = append(cells, b.constant(v))
		}
		values += "(" + strings.Join(cells, ", ") + ")"
	}
	sql := "SELECT " + nullsAs(r.cols) + " WHERE 0"
	if values != "" {
		sql += " UNION ALL VALUES " + values
	}
	return "(" + sql + ") AS " + r.sqlite, b.enter(r, sc)
}
