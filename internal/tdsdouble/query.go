package tdsdouble

import (
	"fmt"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// boundQuery is a query in SQLite's SQL with the columns it answers.
type boundQuery struct {
	sql  string
	cols []outCol
	into *tsql.Object
	vars []string // of SELECT @v = x, one a column; nil for other queries
}

// single makes a scalar subquery: more than one row is error 512.
func (q boundQuery) single() string {
	return "SELECT tds_single(c) FROM (SELECT NULL AS c WHERE 0 UNION ALL SELECT * FROM (" + q.sql + "))"
}

// subquery binds a query inside an expression; it sees the outer scope.
func (b *binder) subquery(q *tsql.Query, outer *scope) (boundQuery, error) {
	groups, agg := b.grouped, b.inAgg
	b.grouped, b.inAgg = nil, false
	defer func() { b.grouped, b.inAgg = groups, agg }()
	out, err := b.query(q, outer)
	if err == nil && (out.into != nil || out.vars != nil) {
		err = value.Errorf(102, 15, 1, "Incorrect syntax: INTO or an assignment inside a subquery.")
	}
	return out, err
}

func (b *binder) query(q *tsql.Query, outer *scope) (boundQuery, error) {
	sc := &scope{parent: outer}
	var with []string
	for _, c := range q.With {
		sc.ctes = append(sc.ctes, cte{name: c.Name, defining: true})
		def, err := b.subquery(c.Query, sc)
		if err != nil {
			return boundQuery{}, err
		}
		if err := def.rename(c.Columns, c.Name); err != nil {
			return boundQuery{}, err
		}
		sc.ctes[len(sc.ctes)-1] = cte{name: c.Name, cols: def.cols}
		with = append(with, quote("cte "+c.Name)+"("+columnList(def.cols)+") AS ("+def.sql+")")
	}
	var out boundQuery
	var err error
	if s, ok := q.Body.(*tsql.Select); ok {
		out, err = b.selectQuery(s, q, sc)
	} else {
		out, err = b.setQuery(q, sc)
	}
	if len(with) > 0 {
		out.sql = "WITH " + strings.Join(with, ", ") + " " + out.sql
	}
	return out, err
}

func columnList(cols []outCol) string {
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = quote(c.name)
	}
	return strings.Join(names, ", ")
}

// rename gives a derived table its columns and checks that each has a name of its own.
func (q *boundQuery) rename(names []string, of string) error {
	if names != nil {
		if len(names) != len(q.cols) {
			return value.Errorf(8159, 16, 2, "'%s' has fewer or more columns than were specified in the column list.", of)
		}
		for i, n := range names {
			q.cols[i].name = n
		}
	}
	seen := map[string]bool{}
	for i, c := range q.cols {
		if c.name == "" {
			return value.Errorf(8155, 16, 2, "No column name was specified for column %d of '%s'.", i+1, of)
		}
		if seen[strings.ToLower(c.name)] {
			return value.Errorf(8156, 16, 1, "The column '%s' was specified multiple times for '%s'.", c.name, of)
		}
		seen[strings.ToLower(c.name)] = true
	}
	return nil
}

// setQuery binds UNION, INTERSECT and EXCEPT with their order.
func (b *binder) setQuery(q *tsql.Query, sc *scope) (boundQuery, error) {
	out, err := b.combine(q.Body, sc)
	if err != nil {
		return out, err
	}
	order, err := b.orderBy(q, nil, out.cols, sc, true)
	if err != nil {
		return out, err
	}
	if order != "" {
		out.sql = "SELECT * FROM (" + out.sql + ")" + order
	}
	return out, nil
}

func (b *binder) combine(body tsql.Body, sc *scope) (boundQuery, error) {
	if s, ok := body.(*tsql.Select); ok {
		if s.Into != nil {
			return boundQuery{}, value.Unsupported("INTO in a UNION")
		}
		return b.selectQuery(s, &tsql.Query{Body: s}, sc)
	}
	op := body.(*tsql.SetOp)
	l, err := b.combine(op.L, sc)
	if err != nil {
		return l, err
	}
	r, err := b.combine(op.R, sc)
	if err != nil {
		return r, err
	}
	if len(l.cols) != len(r.cols) {
		return l, value.Errorf(205, 16, 1, "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.")
	}
	if l.vars != nil || r.vars != nil {
		return l, value.Errorf(141, 15, 1, "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.")
	}
	cols := make([]outCol, len(l.cols))
	var left, right []string
	for i := range cols {
		x := bound{sql: fmt.Sprintf("c%d", i), typ: l.cols[i].typ, level: l.cols[i].level}
		y := bound{sql: x.sql, typ: r.cols[i].typ, level: r.cols[i].level}
		t, lv, err := common(x, y)
		if err != nil {
			return l, err
		}
		if x, err = b.assign(x, t); err != nil {
			return l, err
		}
		if y, err = b.assign(y, t); err != nil {
			return l, err
		}
		cols[i] = outCol{name: l.cols[i].name, typ: t, null: l.cols[i].null || r.cols[i].null, level: lv}
		left, right = append(left, collated(x)+" AS "+quote(cols[i].name)), append(right, y.sql)
	}
	sql := numbered(left, l) + " " + op.Op
	if op.All {
		sql += " ALL"
	}
	return boundQuery{sql: "SELECT * FROM (" + sql + " " + numbered(right, r) + ")", cols: cols}, nil
}

// numbered selects items over a query whose columns are called c0, c1, …
func numbered(items []string, q boundQuery) string {
	names := make([]string, len(q.cols))
	nulls := make([]string, len(q.cols))
	for i := range names {
		names[i], nulls[i] = fmt.Sprintf("c%d", i), fmt.Sprintf("NULL AS c%d", i)
	}
	return "SELECT " + strings.Join(items, ", ") + " FROM (SELECT " + strings.Join(nulls, ", ") + " WHERE 0 UNION ALL SELECT * FROM (" + q.sql + "))"
}

// selectQuery binds one SELECT with the order and the bounds of its query.
func (b *binder) selectQuery(s *tsql.Select, q *tsql.Query, outer *scope) (boundQuery, error) {
	sc := &scope{parent: outer}
	var from []string
	for _, src := range s.From {
		f, err := b.source(src, sc)
		if err != nil {
			return boundQuery{}, err
		}
		from = append(from, f)
	}
	where := ""
	if s.Where != nil {
		c, err := b.cond(s.Where, sc)
		if err != nil {
			return boundQuery{}, err
		}
		where = " WHERE " + c
	}
	group := ""
	saved := b.grouped
	defer func() { b.grouped = saved }()
	b.grouped = nil
	if len(s.Group) > 0 || b.hasAggregate(s) {
		groups := map[string]bool{}
		var list []string
		for _, g := range s.Group {
			e, err := b.value(g, sc)
			if err != nil {
				return boundQuery{}, err
			}
			groups[e.sql] = true
			list = append(list, collated(e))
		}
		if len(list) > 0 {
			group = " GROUP BY " + strings.Join(list, ", ")
		}
		b.grouped = groups
	}
	if s.Having != nil {
		c, err := b.cond(s.Having, sc)
		if err != nil {
			return boundQuery{}, err
		}
		group += " HAVING " + c
	}
	out, items, err := b.items(s, sc)
	if err != nil {
		return boundQuery{}, err
	}
	order, err := b.orderBy(q, items, out.cols, sc, s.Distinct)
	if err != nil {
		return boundQuery{}, err
	}
	sql := "SELECT "
	if s.Distinct {
		sql += "DISTINCT "
	}
	list := make([]string, len(items))
	for i, it := range items {
		if s.Distinct {
			list[i] = collated(it)
		} else {
			list[i] = it.sql
		}
		if out.cols[i].name != "" {
			list[i] += " AS " + quote(out.cols[i].name)
		}
	}
	sql += strings.Join(list, ", ")
	if len(from) > 0 {
		sql += " FROM " + strings.Join(from, " CROSS JOIN ")
	}
	sql += where + group + order
	if s.Top != nil {
		if q.Offset != nil {
			return boundQuery{}, value.Errorf(10741, 15, 2, "A TOP can not be used in the same query or sub-query as a OFFSET.")
		}
		n, err := b.value(s.Top, sc)
		if err != nil {
			return boundQuery{}, err
		}
		sql = "SELECT * FROM (" + sql + " LIMIT tds_top(" + n.sql + "))"
	}
	out.sql, out.into = sql, s.Into
	return out, nil
}

// items binds the select list, stars spread out.
func (b *binder) items(s *tsql.Select, sc *scope) (boundQuery, []bound, error) {
	var out boundQuery
	var list []bound
	add := func(e bound, name string) {
		c := outCol{name: name, typ: e.typ, null: e.null, level: e.level}
		if e.col != nil {
			c.identity, c.computed, c.col = e.col.seed != nil, e.col.computed != nil, e.col
		}
		out.cols, list = append(out.cols, c), append(list, e)
	}
	for _, it := range s.Items {
		if star, ok := it.X.(*tsql.Star); ok {
			n := len(list)
			for _, r := range sc.rels {
				if len(star.Qualifier) > 0 && !r.named(star.Qualifier) {
					continue
				}
				for _, c := range r.cols {
					e, err := b.columnRef(&tsql.Column{Parts: []string{c.name}}, &scope{rels: []*relation{r}})
					if err != nil {
						return out, nil, err
					}
					if b.grouped != nil && !b.grouped[e.sql] {
						return out, nil, value.Errorf(8120, 16, 1, "Column '%s' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.", c.name)
					}
					add(e, c.name)
				}
			}
			if n == len(list) {
				if len(star.Qualifier) > 0 {
					return out, nil, value.Errorf(107, 15, 1, "The column prefix '%s' does not match with a table name or alias name used in the query.", strings.Join(star.Qualifier, "."))
				}
				return out, nil, value.Errorf(263, 16, 1, "Must specify table to select from.")
			}
			continue
		}
		e, err := b.value(it.X, sc)
		if err != nil {
			return out, nil, err
		}
		name := it.Alias
		if c, ok := it.X.(*tsql.Column); ok && name == "" {
			name = c.Parts[len(c.Parts)-1]
			if e.col != nil {
				name = e.col.name
			}
		}
		if it.Var != "" {
			v, err := b.variable(it.Var)
			if err != nil {
				return out, nil, err
			}
			if e, err = b.assign(e, v.typ); err != nil {
				return out, nil, err
			}
			out.vars = append(out.vars, it.Var)
		}
		add(e, name)
	}
	if out.vars != nil && len(out.vars) != len(list) {
		return out, nil, value.Errorf(141, 15, 1, "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.")
	}
	return out, list, nil
}

// orderBy binds ORDER BY, OFFSET and FETCH. Names of the select list come before columns; with DISTINCT and
// UNION only what the list holds can be ordered by.
func (b *binder) orderBy(q *tsql.Query, items []bound, cols []outCol, sc *scope, listed bool) (string, error) {
	if len(q.Order) == 0 {
		return "", nil
	}
	var parts []string
	for _, o := range q.Order {
		at := -1
		switch x := o.X.(type) {
		case *tsql.Literal:
			n := 0
			if _, err := fmt.Sscanf(x.Text, "%d", &n); err != nil || x.Class != tsql.Integer {
				return "", value.Errorf(408, 16, 1, "A constant expression was encountered in the ORDER BY list, position %d.", len(parts)+1)
			}
			if n < 1 || n > len(cols) {
				return "", value.Errorf(108, 16, 1, "The ORDER BY position number %d is out of range of the number of items in the select list.", n)
			}
			at = n - 1
		case *tsql.Column:
			for i, c := range cols {
				if len(x.Parts) == 1 && strings.EqualFold(c.name, x.Parts[0]) {
					at = i
					break
				}
			}
		}
		var e bound
		if at >= 0 {
			e = bound{sql: fmt.Sprint(at + 1), typ: cols[at].typ}
		} else {
			var err error
			if e, err = b.value(o.X, sc); err != nil {
				return "", err
			}
			if listed && !inList(e, items) {
				return "", value.Errorf(145, 15, 1, "ORDER BY items must appear in the select list if SELECT DISTINCT is specified.")
			}
			e.sql = "(" + e.sql + ")" // never an ordinal
		}
		if e.typ.Kind.IsLegacy() {
			return "", value.Errorf(306, 16, 2, "The text, ntext, and image data types cannot be compared or sorted, except when using IS NULL or LIKE operator.")
		}
		p := collated(e)
		if o.Desc {
			p += " DESC"
		}
		parts = append(parts, p)
	}
	out := " ORDER BY " + strings.Join(parts, ", ")
	if q.Offset == nil {
		return out, nil
	}
	limit := "-1"
	if q.Fetch != nil {
		n, err := b.value(q.Fetch, sc)
		if err != nil {
			return "", err
		}
		limit = "tds_fetch(" + n.sql + ")"
	}
	n, err := b.value(q.Offset, sc)
	return out + " LIMIT " + limit + " OFFSET tds_offset(" + n.sql + ")", err
}

func inList(e bound, items []bound) bool {
	for _, it := range items {
		if it.sql == e.sql {
			return true
		}
	}
	return false
}
