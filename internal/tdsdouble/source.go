package tdsdouble

import (
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// source binds one item of FROM and brings its relations into scope.
func (b *binder) source(src tsql.Source, sc *scope) (string, error) {
	switch src := src.(type) {
	case *tsql.Table:
		r, sql, err := b.relation(src, sc)
		if err != nil {
			return "", err
		}
		return sql, b.enter(r, sc)
	case *tsql.Derived:
		q, err := b.subquery(src.Query, sc.parent)
		if err != nil {
			return "", err
		}
		if err := q.rename(src.Columns, src.Alias); err != nil {
			return "", err
		}
		r := &relation{alias: src.Alias, sqlite: b.alias(), cols: plain(q.cols)}
		if src.Columns != nil {
			q.sql = "SELECT " + nullsAs(q.cols) + " WHERE 0 UNION ALL SELECT * FROM (" + q.sql + ")"
		}
		return "(" + q.sql + ") AS " + r.sqlite, b.enter(r, sc)
	case *tsql.Values:
		return b.values(src, sc)
	case *tsql.TableCall:
		return b.tableCall(src, sc)
	case *tsql.Join:
		l, err := b.source(src.L, sc)
		if err != nil {
			return "", err
		}
		before := len(sc.rels)
		r, err := b.source(src.R, sc)
		if err != nil {
			return "", err
		}
		if src.Kind == "LEFT" || src.Kind == "FULL" {
			nullable(sc.rels[before:])
		}
		if src.Kind == "RIGHT" || src.Kind == "FULL" {
			nullable(sc.rels[:before])
		}
		if _, nested := src.R.(*tsql.Join); nested {
			return "", value.Unsupported("a join nested in parentheses")
		}
		if src.Kind == "CROSS" {
			return l + " CROSS JOIN " + r, nil
		}
		on, err := b.cond(src.On, sc)
		return l + " " + src.Kind + " JOIN " + r + " ON " + on, err
	}
	return "", value.Unsupported("the source %T", src)
}

// plain drops what a column has only as a column of a table.
func plain(cols []outCol) []outCol {
	out := make([]outCol, len(cols))
	for i, c := range cols {
		out[i] = outCol{name: c.name, typ: c.typ, null: c.null, level: c.level}
	}
	return out
}

func nullsAs(cols []outCol) string {
	parts := make([]string, len(cols))
	for i, c := range cols {
		parts[i] = "NULL AS " + quote(c.name)
	}
	return strings.Join(parts, ", ")
}

func nullable(rels []*relation) {
	for _, r := range rels {
		for i := range r.cols {
			r.cols[i].null = true
		}
	}
}

// enter adds a relation to a scope; two of one name are error 1011 or 1013.
func (b *binder) enter(r *relation, sc *scope) error {
	for _, o := range sc.rels {
		switch {
		case r.alias != "" && strings.EqualFold(r.alias, o.alias):
			return value.Errorf(1011, 16, 1, "The correlation name '%s' is specified multiple times in a FROM clause.", r.alias)
		case r.alias == "" && o.alias == "" && strings.EqualFold(r.object.Name, o.object.Name) && r.table == o.table:
			return value.Errorf(1013, 16, 1, "The objects \"%s\" and \"%s\" in the FROM clause have the same exposed names. Use correlation names to distinguish them.", r.object.Name, o.object.Name)
		}
	}
	sc.rels = append(sc.rels, r)
	return nil
}

func (b *binder) values(v *tsql.Values, sc *scope) (string, error) {
	width := len(v.Columns)
	rows := make([][]bound, len(v.Rows))
	for i, row := range v.Rows {
		if len(row) != width {
			return "", value.Errorf(10709, 16, 1, "The number of columns for each row in a table value constructor must be the same.")
		}
		for _, x := range row {
			e, err := b.value(x, sc.parent)
			if err != nil {
				return "", err
			}
			rows[i] = append(rows[i], e)
		}
	}
	cols := make([]outCol, width)
	for c := range width {
		var column []bound
		for _, row := range rows {
			column = append(column, row[c])
			cols[c].null = cols[c].null || row[c].null
		}
		t, lv, err := common(column...)
		if err != nil {
			return "", err
		}
		if t.Kind == value.Null {
			t = value.Type{Kind: value.Int}
		}
		cols[c] = outCol{name: v.Columns[c], typ: t, null: cols[c].null, level: lv}
	}
	var list []string
	for _, row := range rows {
		var vals []string
		for c, e := range row {
			e, err := b.assign(e, cols[c].typ)
			if err != nil {
				return "", err
			}
			vals = append(vals, e.sql)
		}
		list = append(list, "("+strings.Join(vals, ", ")+")")
	}
	r := &relation{alias: v.Alias, sqlite: b.alias(), cols: cols}
	return "(SELECT " + nullsAs(cols) + " WHERE 0 UNION ALL VALUES " + strings.Join(list, ", ") + ") AS " + r.sqlite, b.enter(r, sc)
}

// relation finds the table, view or common table expression that a name in FROM means.
func (b *binder) relation(t *tsql.Table, sc *scope) (*relation, string, error) {
	r := &relation{alias: t.Alias, object: t.Object, sqlite: b.alias()}
	for _, h := range t.Hints {
		switch h {
		case "UPDLOCK", "XLOCK", "HOLDLOCK", "SERIALIZABLE", "REPEATABLEREAD", "TABLOCKX":
			b.locks = true
		case "NOWAIT":
			b.nowait = true
		}
	}
	if t.Object.Schema == "" && t.Object.Database == "" {
		if c := sc.cte(t.Object.Name); c != nil {
			if c.defining {
				return nil, "", value.Unsupported("a recursive common table expression")
			}
			r.cols = plain(c.cols)
			return r, quote("cte "+c.name) + " AS " + r.sqlite, nil
		}
	}
	if view, err := b.systemView(t.Object); err != nil || view != nil {
		if err != nil {
			return nil, "", err
		}
		r.cols = view.cols
		return r, view.storage + " AS " + r.sqlite, nil
	}
	if t.Object.Schema != "" || b.s.pseudo[strings.ToLower(t.Object.Name)] == nil {
		v, db, err := b.userView(t.Object)
		if err != nil {
			return nil, "", err
		}
		if v != nil {
			q, err := b.viewQuery(v, db)
			if err != nil {
				return nil, "", err
			}
			r.cols = plain(q.cols)
			if v.columns != nil {
				q.sql = "SELECT " + nullsAs(q.cols) + " WHERE 0 UNION ALL SELECT * FROM (" + q.sql + ")"
			}
			return r, "(" + q.sql + ") AS " + r.sqlite, nil
		}
	}
	tab, err := b.s.resolve(t.Object)
	if err != nil {
		return nil, "", err
	}
	if err := b.s.allowed("SELECT", tab); err != nil {
		return nil, "", err
	}
	r.table, r.cols = tab, tableColumns(tab)
	return r, tab.storage() + " AS " + r.sqlite, nil
}

func tableColumns(t *table) []outCol {
	out := make([]outCol, len(t.columns))
	for i, c := range t.columns {
		out[i] = outCol{name: c.name, typ: c.typ, null: c.nullable, identity: c.seed != nil, computed: c.computed != nil, level: implicit, col: c}
	}
	return out
}
