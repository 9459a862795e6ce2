package tdsdouble

import (
	"fmt"
	"slices"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// value binds an expression that must be a value.
func (b *binder) value(x tsql.Expr, sc *scope) (bound, error) {
	e, err := b.expr(x, sc)
	if err == nil && e.pred {
		err = value.Errorf(102, 15, 1, "Incorrect syntax: a condition stands where a value is expected.")
	}
	return e, err
}

// cond binds an expression that must be a predicate.
func (b *binder) cond(x tsql.Expr, sc *scope) (string, error) {
	e, err := b.expr(x, sc)
	if err == nil && !e.pred {
		err = value.Errorf(4145, 15, 1, "An expression of non-boolean type specified in a context where a condition is expected.")
	}
	return e.sql, err
}

func predicate(format string, args ...any) bound {
	return bound{sql: "(" + fmt.Sprintf(format, args...) + ")", pred: true}
}

func (b *binder) expr(x tsql.Expr, sc *scope) (bound, error) {
	if b.grouped != nil && !b.inAgg {
		if _, isColumn := x.(*tsql.Column); !isColumn {
			groups := b.grouped
			b.grouped = nil
			e, err := b.expr(x, sc)
			b.grouped = groups
			if err == nil && groups[e.sql] {
				e.col = nil
				return e, nil
			}
		}
	}
	switch x := x.(type) {
	case *tsql.Column:
		return b.columnRef(x, sc)
	case *tsql.Literal:
		return b.literal(x)
	case *tsql.NullLiteral:
		return bound{sql: "NULL", null: true}, nil
	case *tsql.VarRef:
		return b.variable(x.Name)
	case *tsql.GlobalRef:
		return b.global(x.Name)
	case *tsql.Unary:
		return b.unary(x, sc)
	case *tsql.Binary:
		l, r, err := b.pair(x.L, x.R, sc)
		if err != nil {
			return bound{}, err
		}
		return b.arithmetic(x.Op, l, r)
	case *tsql.Compare:
		l, r, err := b.pair(x.L, x.R, sc)
		if err != nil {
			return bound{}, err
		}
		return b.compare(x.Op, l, r)
	case *tsql.Logic:
		return b.logic(x, sc)
	case *tsql.Not:
		c, err := b.cond(x.X, sc)
		return predicate("NOT %s", c), err
	case *tsql.IsNull:
		e, err := b.value(x.X, sc)
		if x.Not {
			return predicate("%s IS NOT NULL", e.sql), err
		}
		return predicate("%s IS NULL", e.sql), err
	case *tsql.Like:
		return b.like(x, sc)
	case *tsql.In:
		return b.in(x, sc)
	case *tsql.Between:
		lo, err := b.expr(&tsql.Compare{Op: ">=", L: x.X, R: x.Lo}, sc)
		if err != nil {
			return bound{}, err
		}
		hi, err := b.expr(&tsql.Compare{Op: "<=", L: x.X, R: x.Hi}, sc)
		if x.Not {
			return predicate("NOT (%s AND %s)", lo.sql, hi.sql), err
		}
		return predicate("%s AND %s", lo.sql, hi.sql), err
	case *tsql.Exists:
		q, err := b.subquery(x.Query, sc)
		return predicate("EXISTS (%s)", q.sql), err
	case *tsql.Case:
		return b.caseExpr(x, sc)
	case *tsql.Cast:
		return b.cast(x, sc)
	case *tsql.Collate:
		return b.collate(x, sc)
	case *tsql.Subquery:
		q, err := b.subquery(x.Query, sc)
		if err != nil {
			return bound{}, err
		}
		if len(q.cols) != 1 {
			return bound{}, value.Errorf(116, 16, 1, "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.")
		}
		return bound{sql: "(" + q.single() + ")", typ: q.cols[0].typ, null: true, level: q.cols[0].level}, nil
	case *tsql.Call:
		return b.call(x, sc)
	case *tsql.Star:
		return bound{}, value.Errorf(102, 15, 1, "Incorrect syntax near '*'.")
	case *tsql.DefaultValue:
		return bound{}, value.Errorf(156, 15, 1, "Incorrect syntax near the keyword 'DEFAULT'.")
	}
	return bound{}, value.Unsupported("the expression %T", x)
}

// logic binds a whole chain of ANDs or ORs at once and writes it as a balanced tree: SQLite bounds the depth of an
// expression, and thousands of ORs are usual.
func (b *binder) logic(x *tsql.Logic, sc *scope) (bound, error) {
	var chain []tsql.Expr
	var left tsql.Expr = x
	for {
		l, ok := left.(*tsql.Logic)
		if !ok || l.Op != x.Op {
			chain = append(chain, left)
			break
		}
		chain, left = append(chain, l.R), l.L
	}
	slices.Reverse(chain)
	parts := make([]string, len(chain))
	for i, c := range chain {
		var err error
		if parts[i], err = b.cond(c, sc); err != nil {
			return bound{}, err
		}
	}
	var sql strings.Builder
	balance(&sql, parts, " "+x.Op+" ")
	return bound{sql: sql.String(), pred: true}, nil
}

func balance(sql *strings.Builder, parts []string, op string) {
	if len(parts) == 1 {
		sql.WriteString(parts[0])
		return
	}
	half := len(parts) / 2
	sql.WriteByte('(')
	balance(sql, parts[:half], op)
	sql.WriteString(op)
	balance(sql, parts[half:], op)
	sql.WriteByte(')')
}

func (b *binder) pair(l, r tsql.Expr, sc *scope) (bound, bound, error) {
	x, err := b.value(l, sc)
	if err != nil {
		return x, x, err
	}
	y, err := b.value(r, sc)
	return x, y, err
}

func (b *binder) caseExpr(c *tsql.Case, sc *scope) (bound, error) {
	var conds []string
	var results []bound
	for _, w := range c.Whens {
		cond := w.Cond
		if c.Operand != nil {
			cond = &tsql.Compare{Op: "=", L: c.Operand, R: w.Cond}
		}
		s, err := b.cond(cond, sc)
		if err != nil {
			return bound{}, err
		}
		r, err := b.value(w.Then, sc)
		if err != nil {
			return bound{}, err
		}
		conds, results = append(conds, s), append(results, r)
	}
	last := bound{sql: "NULL", null: true}
	if c.Else != nil {
		var err error
		if last, err = b.value(c.Else, sc); err != nil {
			return bound{}, err
		}
	}
	return b.choose(conds, append(results, last))
}

// choose writes a CASE whose results meet in one type; the last result is the ELSE.
func (b *binder) choose(conds []string, results []bound) (bound, error) {
	t, lv, err := common(results...)
	if err != nil {
		return bound{}, err
	}
	if t.Kind == value.Null {
		return bound{}, value.Errorf(8133, 16, 1, "At least one of the result expressions in a CASE specification must be an expression other than the NULL constant.")
	}
	out := bound{typ: t, level: lv}
	var sql strings.Builder
	sql.WriteString("CASE")
	for i, r := range results {
		if r, err = b.assign(r, t); err != nil {
			return bound{}, err
		}
		out.null = out.null || r.null
		if i < len(conds) {
			fmt.Fprintf(&sql, " WHEN %s THEN %s", conds[i], r.sql)
		} else {
			fmt.Fprintf(&sql, " ELSE %s END", r.sql)
		}
	}
	out.sql = "(" + sql.String() + ")"
	return out, nil
}

// assign converts a value to exactly a type, its scale included, as CASE, COALESCE and UNION do.
func (b *binder) assign(x bound, to value.Type) (bound, error) {
	if err := value.Implicit(x.typ.Kind, to.Kind); err != nil {
		return x, err
	}
	if x.typ.Kind == value.Null {
		x.typ = to
		return x, nil
	}
	same := x.typ.Kind == to.Kind && x.typ.Scale == to.Scale || x.typ.Kind.IsInteger() && to.Kind.IsInteger() ||
		x.typ.Kind.IsText() && to.Kind.IsText() && to.Kind != value.Char && to.Kind != value.NChar
	if !same {
		x.sql = convertSQL(x.sql, x.typ, to, "0", false)
		x.col = nil
	}
	x.typ = to
	return x, nil
}

func (b *binder) cast(c *tsql.Cast, sc *scope) (bound, error) {
	args := c.Type.Args
	if len(args) == 0 { // CAST AS varchar means varchar(30)
		switch strings.ToLower(c.Type.Name) {
		case "char", "varchar", "nchar", "nvarchar", "binary", "varbinary":
			args = []int{30}
		}
	}
	to, err := value.New(c.Type.Name, args, b.s.db.collation)
	if err != nil {
		return bound{}, err
	}
	x, err := b.value(c.X, sc)
	if err != nil {
		return bound{}, err
	}
	style := "0"
	if c.Style != nil {
		s, err := b.value(c.Style, sc)
		if err != nil {
			return bound{}, err
		}
		if s.typ.Kind != value.Null && !s.typ.Kind.IsInteger() {
			return bound{}, value.Unsupported("a CONVERT style that is no integer")
		}
		style = s.sql
	}
	out := bound{typ: to, null: x.null || c.Try, level: coercible}
	if x.typ.Kind.IsText() && to.Kind.IsText() {
		out.typ.Collation, out.level = x.typ.Collation, x.level
	}
	if x.typ.Kind == value.Null {
		out.sql = "NULL"
		return out, nil
	}
	out.sql = convertSQL(x.sql, x.typ, to, style, c.Try)
	return out, nil
}

func (b *binder) collate(c *tsql.Collate, sc *scope) (bound, error) {
	x, err := b.value(c.X, sc)
	if err != nil {
		return bound{}, err
	}
	if !x.typ.Kind.IsText() && x.typ.Kind != value.Null {
		return bound{}, value.Errorf(447, 16, 0, "Expression type %s is invalid for COLLATE clause.", x.typ.Kind.Name())
	}
	name := c.Name
	if name == "DATABASE_DEFAULT" {
		name = b.s.db.collation
	}
	coll, ok := value.FindCollation(name)
	if !ok {
		return bound{}, value.Unsupported("the collation %s", name)
	}
	if x.typ.Kind == value.Null {
		x.typ = value.Type{Kind: value.VarChar, Len: 1}
	}
	x.typ.Collation, x.level, x.col = coll.Name, explicit, nil
	return x, nil
}
