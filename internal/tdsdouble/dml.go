package tdsdouble

import (
	"context"
	"slices"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// target binds what an UPDATE or DELETE changes with its FROM: the relation of the target and the SQL after
// SELECT.
func (b *binder) target(target tsql.Table, from []tsql.Source, with []tsql.CTE, where tsql.Expr) (*relation, string, *scope, error) {
	if len(with) > 0 {
		return nil, "", nil, value.Unsupported("WITH before UPDATE or DELETE")
	}
	sc := &scope{}
	if from == nil {
		from = []tsql.Source{&target}
	}
	var sources []string
	for _, src := range from {
		f, err := b.source(src, sc)
		if err != nil {
			return nil, "", nil, err
		}
		sources = append(sources, f)
	}
	var rel *relation
	o := target.Object
	for _, r := range sc.rels {
		if r.alias != "" && o.Schema == "" && strings.EqualFold(r.alias, o.Name) {
			rel = r
		}
	}
	if rel == nil {
		t, err := b.s.resolve(o)
		if err != nil {
			return nil, "", nil, err
		}
		for _, r := range sc.rels {
			if r.table == t {
				if rel != nil {
					return nil, "", nil, value.Errorf(8154, 16, 1, "The table '%s' is ambiguous.", o.Name)
				}
				rel = r
			}
		}
		if rel == nil { // UPDATE t … FROM others: the target joins every row
			f, err := b.source(&tsql.Table{Object: o}, sc)
			if err != nil {
				return nil, "", nil, err
			}
			sources, rel = append(sources, f), sc.rels[len(sc.rels)-1]
		}
	}
	if rel.table == nil {
		return nil, "", nil, value.Unsupported("changing %s, which is no table", o.Name)
	}
	sql := " FROM " + strings.Join(sources, " CROSS JOIN ")
	if where != nil {
		c, err := b.cond(where, sc)
		if err != nil {
			return nil, "", nil, err
		}
		sql += " WHERE " + c
	}
	return rel, sql, sc, nil
}

// oldRow lists the target's hidden number and columns for a SELECT.
func oldRow(r *relation) (string, []outCol) {
	list := []string{r.sqlite + "." + quote(ridColumn)}
	cols := []outCol{{typ: value.Type{Kind: value.BigInt}}}
	for _, c := range r.table.columns {
		list, cols = append(list, r.sqlite+"."+quote(c.name)), append(cols, outCol{typ: c.typ})
	}
	return strings.Join(list, ", "), cols
}

func (s *session) update(ctx context.Context, st *tsql.Update, out sink) error {
	b := s.newBinder()
	rel, sql, sc, err := b.target(st.Target, st.From, st.With, st.Where)
	if err != nil {
		return err
	}
	t := rel.table
	if err := s.allowed("UPDATE", t); err != nil {
		return err
	}
	list, cols := oldRow(rel)
	width := len(cols)
	var targets []*column
	for _, a := range st.Set {
		c := t.column(a.Column)
		switch {
		case c == nil:
			return value.Errorf(207, 16, 1, "Invalid column name '%s'.", a.Column)
		case slices.Contains(targets, c):
			return value.Errorf(264, 16, 1, "The column name '%s' is specified more than once in the SET clause or column list of an INSERT.", a.Column)
		case c.typ.Kind == value.RowVersion:
			return value.Errorf(272, 16, 1, "Cannot update a timestamp column.")
		case c.readOnly():
			return value.Errorf(271, 16, 1, "The column \"%s\" cannot be modified because it is either a computed column or is the result of a UNION operator.", a.Column)
		case c.seed != nil:
			return value.Errorf(8102, 16, 1, "Cannot update identity column '%s'.", c.name)
		}
		x := a.X
		if a.Op != "=" {
			x = &tsql.Binary{Op: a.Op[:1], L: &tsql.Column{Parts: []string{a.Column}}, R: a.X}
		}
		if _, ok := x.(*tsql.DefaultValue); ok {
			if x = c.def; x == nil {
				x = &tsql.NullLiteral{}
			}
		}
		e, err := b.value(x, sc)
		if err != nil {
			return err
		}
		targets = append(targets, c)
		list, cols = list+", "+e.sql, append(cols, outCol{typ: e.typ})
	}
	if err := s.checkCascades(t, targets); err != nil {
		return err
	}
	limit, err := s.topRows(ctx, st.Top)
	if err != nil {
		return err
	}
	return s.write(ctx, t, func() error {
		var changes []change
		seen := map[int64]bool{}
		err := s.each(ctx, b, "SELECT "+list+sql, cols, func(row []any) error {
			rid := row[0].(int64)
			if seen[rid] || limit >= 0 && len(changes) >= limit {
				return nil
			}
			seen[rid] = true
			ch := change{rid: rid, old: row[1:width:width], new: slices.Clone(row[1:width])}
			for i, c := range targets {
				v, err := value.Store(row[width+i], cols[width+i].typ, c.typ, t.fullName(), c.name)
				if err != nil {
					return err
				}
				if v == nil && !c.nullable {
					return value.Errorf(515, 16, 2, "Cannot insert the value NULL into column '%s', table '%s'; column does not allow nulls. UPDATE fails.", c.name, t.fullName())
				}
				ch.new[slices.Index(t.columns, c)] = v
			}
			for i, c := range t.columns {
				if c.typ.Kind == value.RowVersion {
					ch.new[i] = t.nextStamp()
				}
			}
			changes = append(changes, ch)
			return nil
		})
		if err != nil {
			return err
		}
		return s.finishWrite(ctx, "UPDATE", t, changes, targets, st.Output, out)
	})
}

// topRows evaluates TOP (n) of an UPDATE or DELETE, -1 without one.
func (s *session) topRows(ctx context.Context, top tsql.Expr) (int, error) {
	if top == nil {
		return -1, nil
	}
	v, err := s.scalar(ctx, top, value.Type{Kind: value.BigInt})
	n, ok := v.(int64)
	if err == nil && (!ok || n < 0) {
		err = value.Errorf(1014, 15, 1, "A TOP or FETCH clause contains an invalid value.")
	}
	return int(n), err
}

func (s *session) delete(ctx context.Context, st *tsql.Delete, out sink) error {
	b := s.newBinder()
	rel, sql, _, err := b.target(st.Target, st.From, st.With, st.Where)
	if err != nil {
		return err
	}
	t := rel.table
	if err := s.allowed("DELETE", t); err != nil {
		return err
	}
	if err := s.checkCascades(t, nil); err != nil {
		return err
	}
	list, cols := oldRow(rel)
	limit, err := s.topRows(ctx, st.Top)
	if err != nil {
		return err
	}
	return s.write(ctx, t, func() error {
		var changes []change
		seen := map[int64]bool{}
		err := s.each(ctx, b, "SELECT "+list+sql, cols, func(row []any) error {
			rid := row[0].(int64)
			if !seen[rid] && (limit < 0 || len(changes) < limit) {
				seen[rid] = true
				changes = append(changes, change{rid: rid, old: row[1:]})
			}
			return nil
		})
		if err != nil {
			return err
		}
		return s.finishWrite(ctx, "DELETE", t, changes, nil, st.Output, out)
	})
}

// checkCascades refuses a change whose cascade would reach a table with triggers: SQLite would not fire them.
// Of an update, only the columns it writes count.
func (s *session) checkCascades(t *table, written []*column) error {
	if t.temp {
		return nil
	}
	keys, holders := s.srv.catalog.referencing(s.srv.catalog.database(t.db), t)
	for i, f := range keys {
		action := f.onDelete
		if written != nil {
			action = "NO ACTION"
			for _, c := range written {
				if slices.ContainsFunc(f.refCols, func(n string) bool { return strings.EqualFold(n, c.name) }) {
					action = f.onUpdate
				}
			}
		}
		if action != "NO ACTION" && len(holders[i].active("DELETE"))+len(holders[i].active("UPDATE")) > 0 {
			return value.Unsupported("a cascade into %s, which has triggers,", holders[i].name)
		}
	}
	return nil
}
