package tdsdouble

import (
	"context"
	"fmt"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
	"dossier/internal/tdsdouble/wire"
)

func (s *session) newBinder() *binder { return &binder{s: s} }

func (s *session) selectStatement(ctx context.Context, st *tsql.SelectStmt, out sink) error {
	b := s.newBinder()
	q, err := b.query(st.Query, nil)
	if err != nil {
		return err
	}
	if q.into != nil {
		if s.fmtOnly {
			return value.Unsupported("SET FMTONLY with INTO")
		}
		return s.selectInto(ctx, b, q, out)
	}
	cols := make([]wire.Column, len(q.cols))
	for i, c := range q.cols {
		cols[i] = wire.Column{Name: c.name, Type: c.typ, Nullable: c.null, Identity: c.identity, Computed: c.computed}
		if c.typ.Kind == value.Null {
			cols[i].Type = value.Type{Kind: value.Int}
		}
	}
	if s.fmtOnly {
		if err := out.columns(cols); err != nil {
			return err
		}
		return out.done(cmdSelect, 0, true)
	}
	if b.locks && s.tran > 0 {
		end, err := s.enterWrite(ctx, b.nowait)
		if err != nil {
			return err
		}
		defer func() { _ = end(nil) }()
	}
	if q.vars == nil {
		if err := out.columns(cols); err != nil {
			return err
		}
	}
	n := int64(0)
	err = s.each(ctx, b, q.sql, q.cols, func(row []any) error {
		n++
		if q.vars == nil {
			return out.row(cols, row)
		}
		for i, name := range q.vars {
			v := s.vars[strings.ToLower(name)]
			val, err := value.Convert(row[i], q.cols[i].typ, v.typ, 0)
			if err != nil {
				return err
			}
			s.vars[strings.ToLower(name)] = variable{v.typ, val}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.rows = n
	if q.vars != nil {
		return nil
	}
	return out.done(cmdSelect, n, !s.noCount)
}

// each runs a bound query and hands over its rows in canonical form.
func (s *session) each(ctx context.Context, b *binder, query string, cols []outCol, yield func([]any) error) error {
	if err := s.fill(b.views); err != nil {
		return err
	}
	rows, err := s.conn.QueryContext(ctx, query, b.args...)
	if err != nil {
		return fmt.Errorf("%w (in %s)", err, query)
	}
	defer func() { _ = rows.Close() }()
	raw := make([]any, len(cols))
	into := make([]any, len(cols))
	for i := range raw {
		into[i] = &raw[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row := make([]any, len(cols))
		for i, v := range raw {
			if row[i], err = canonical(v, cols[i].typ); err != nil {
				return err
			}
		}
		if err := yield(row); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// canonical checks that a value from SQLite has the form of its type.
func canonical(v any, t value.Type) (any, error) {
	ok := true
	switch x := v.(type) {
	case nil:
	case int64:
		if t.Kind.IsApprox() {
			return float64(x), nil
		}
		if t.Kind.IsExact() {
			return fmt.Sprint(x), nil
		}
		ok = t.Kind.IsInteger() || t.Kind == value.Variant || t.Kind == value.Null
	case float64:
		ok = t.Kind.IsApprox()
	case string:
		if t.Kind.IsExact() {
			d, isDec := value.ParseDec(x)
			ok = isDec && d.Rescale(int(t.Scale), false).Fits(int(t.Prec))
			break
		}
		ok = !t.Kind.IsInteger() && !t.Kind.IsApprox() && !t.Kind.IsBinary() && t.Kind != value.Image
	case []byte:
		ok = t.Kind.IsBinary() || t.Kind == value.Image
	}
	if !ok {
		return nil, fmt.Errorf("a value of type %T where %s is due", v, t)
	}
	return v, nil
}

// scalar evaluates an expression without rows and converts it.
func (s *session) scalar(ctx context.Context, x tsql.Expr, to value.Type) (any, error) {
	b := s.newBinder()
	e, err := b.value(x, &scope{})
	if err != nil {
		return nil, err
	}
	if err := value.Implicit(e.typ.Kind, to.Kind); err != nil {
		return nil, err
	}
	var out any
	err = s.each(ctx, b, "SELECT "+e.sql, []outCol{{typ: e.typ}}, func(row []any) error {
		out, err = value.Convert(row[0], e.typ, to, 0)
		return err
	})
	return out, err
}
