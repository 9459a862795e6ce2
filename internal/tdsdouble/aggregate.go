package tdsdouble

import (
	"slices"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

var aggregateNames = []string{"COUNT", "COUNT_BIG", "SUM", "AVG", "MIN", "MAX", "STRING_AGG"}

func isAggregate(c *tsql.Call) bool { return slices.Contains(aggregateNames, c.Name) }

func isRanking(name string) bool {
	return slices.Contains([]string{"ROW_NUMBER", "RANK", "DENSE_RANK"}, name)
}

// hasAggregate tells whether a SELECT without GROUP BY is grouped all the same.
func (b *binder) hasAggregate(s *tsql.Select) bool {
	found := s.Having != nil
	for _, it := range s.Items {
		found = found || anyAggregate(it.X)
	}
	return found
}

// anyAggregate looks for an aggregate outside subqueries and windows.
func anyAggregate(x tsql.Expr) bool {
	any := func(xs ...tsql.Expr) bool { return slices.ContainsFunc(xs, anyAggregate) }
	switch x := x.(type) {
	case nil:
		return false
	case *tsql.Call:
		return isAggregate(x) && x.Over == nil || any(x.Args...)
	case *tsql.Unary:
		return any(x.X)
	case *tsql.Binary:
		return any(x.L, x.R)
	case *tsql.Compare:
		return any(x.L, x.R)
	case *tsql.Logic:
		return any(x.L, x.R)
	case *tsql.Not:
		return any(x.X)
	case *tsql.IsNull:
		return any(x.X)
	case *tsql.Like:
		return any(x.X, x.Pattern)
	case *tsql.In:
		return any(append([]tsql.Expr{x.X}, x.List...)...)
	case *tsql.Between:
		return any(x.X, x.Lo, x.Hi)
	case *tsql.Cast:
		return any(x.X)
	case *tsql.Collate:
		return any(x.X)
	case *tsql.Case:
		for _, w := range x.Whens {
			if any(w.Cond, w.Then) {
				return true
			}
		}
		return x.Operand != nil && any(x.Operand) || x.Else != nil && any(x.Else)
	}
	return false
}

// aggregate binds an aggregate, a ranking or either over a window.
func (b *binder) aggregate(c *tsql.Call, sc *scope) (bound, error) {
	if b.inAgg && c.Over == nil {
		return bound{}, errLine(c.Line, 130, 1, "Cannot perform an aggregate function on an expression containing an aggregate or a subquery.")
	}
	if c.Over == nil && isRanking(c.Name) {
		return bound{}, errLine(c.Line, 10753, 1, "The function '%s' must have an OVER clause.", c.Name)
	}
	if b.grouped == nil && c.Over == nil {
		return bound{}, errLine(c.Line, 147, 1, "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a select list, and the column being aggregated is an outer reference.")
	}
	saved := b.inAgg
	b.inAgg = b.inAgg || c.Over == nil
	out, err := b.aggregateCall(c, sc)
	b.inAgg = saved
	if err != nil || c.Over == nil {
		return out, err
	}
	over, err := b.window(c.Over, sc)
	out.sql += over
	return out, err
}

func (b *binder) aggregateCall(c *tsql.Call, sc *scope) (bound, error) {
	distinct := ""
	if c.Distinct {
		distinct = "DISTINCT "
	}
	counted := intType
	if c.Name == "COUNT_BIG" {
		counted = bigType
	}
	if isRanking(c.Name) {
		if len(c.Args) > 0 || len(c.Over.Order) == 0 {
			return bound{}, errLine(c.Line, 4112, 1, "The function '%s' must have an OVER clause with ORDER BY.", c.Name)
		}
		return bound{sql: strings.ToLower(c.Name) + "()", typ: bigType}, nil
	}
	if c.Star {
		if counted.Kind != value.BigInt && c.Name != "COUNT" {
			return bound{}, errLine(c.Line, 102, 1, "Incorrect syntax near '*'.")
		}
		return bound{sql: "count(*)", typ: counted}, nil
	}
	want := 1
	if c.Name == "STRING_AGG" {
		want = 2
	}
	if len(c.Args) != want {
		return bound{}, errLine(c.Line, 174, 1, "The %s function requires %d argument(s).", strings.ToLower(c.Name), want)
	}
	x, err := b.value(c.Args[0], sc)
	if err != nil {
		return bound{}, err
	}
	if x.typ.Kind.IsLegacy() {
		return bound{}, errLine(c.Line, 8117, 1, "Operand data type %s is invalid for %s operator.", x.typ.Kind.Name(), strings.ToLower(c.Name))
	}
	switch c.Name {
	case "COUNT", "COUNT_BIG":
		return bound{sql: "count(" + distinct + collated(x) + ")", typ: counted}, nil
	case "MIN", "MAX":
		if x.typ.Kind == value.Bit {
			return bound{}, errLine(c.Line, 8117, 1, "Operand data type bit is invalid for %s operator.", strings.ToLower(c.Name))
		}
		return bound{sql: strings.ToLower(c.Name) + "(" + collated(x) + ")", typ: x.typ, null: true, level: x.level}, nil
	case "STRING_AGG":
		return b.stringAgg(c, x, sc)
	}
	if !x.typ.Kind.IsNumber() || x.typ.Kind == value.Bit {
		return bound{}, errLine(c.Line, 8117, 1, "Operand data type %s is invalid for %s operator.", x.typ.Kind.Name(), strings.ToLower(c.Name))
	}
	t := x.typ
	switch {
	case t.Kind.IsInteger() && t.Kind != value.BigInt:
		t = intType
	case t.Kind == value.Decimal || t.Kind == value.Numeric:
		t.Prec = 38
		if c.Name == "AVG" {
			t.Scale = max(6, t.Scale)
		}
	case t.Kind == value.Real:
		t = floatType
	case t.Kind == value.SmallMoney:
		t, _ = value.New("money", nil, "")
	}
	name := "tds_sum"
	if c.Name == "AVG" {
		name = "tds_avg"
	}
	if c.Distinct && t.Kind.IsExact() {
		return bound{}, value.Unsupported("%s(DISTINCT) of %s", c.Name, x.typ)
	}
	if c.Distinct {
		return bound{}, value.Unsupported("%s(DISTINCT)", c.Name)
	}
	return bound{sql: name + "(" + x.sql + ", " + text(t.String()) + ")", typ: t, null: true}, nil
}

func (b *binder) stringAgg(c *tsql.Call, x bound, sc *scope) (bound, error) {
	x, err := b.asText(x)
	if err != nil {
		return bound{}, err
	}
	sep, err := b.value(c.Args[1], sc)
	if err != nil {
		return bound{}, err
	}
	order := ""
	if c.Within != nil {
		if order, err = b.orders(c.Within, sc); err != nil {
			return bound{}, err
		}
	}
	if c.Over != nil {
		return bound{}, errLine(c.Line, 4113, 1, "The function 'STRING_AGG' is not a valid windowing function, and cannot be used with the OVER clause.")
	}
	return bound{sql: "group_concat(" + x.sql + ", " + sep.sql + order + ")", typ: wide(x.typ), null: true, level: x.level}, nil
}

func (b *binder) orders(list []tsql.Order, sc *scope) (string, error) {
	var parts []string
	for _, o := range list {
		e, err := b.value(o.X, sc)
		if err != nil {
			return "", err
		}
		p := collated(bound{sql: "(" + e.sql + ")", typ: e.typ})
		if o.Desc {
			p += " DESC"
		}
		parts = append(parts, p)
	}
	return " ORDER BY " + strings.Join(parts, ", "), nil
}

func (b *binder) window(w *tsql.Window, sc *scope) (string, error) {
	out := ""
	if len(w.Partition) > 0 {
		var parts []string
		for _, x := range w.Partition {
			e, err := b.value(x, sc)
			if err != nil {
				return "", err
			}
			parts = append(parts, collated(e))
		}
		out = "PARTITION BY " + strings.Join(parts, ", ")
	}
	if len(w.Order) > 0 {
		if q, ok := w.Order[0].X.(*tsql.Subquery); ok && len(w.Order) == 1 && isSelectNull(q) {
			return " OVER (" + out + ")", nil // ORDER BY (SELECT NULL): in no order
		}
		o, err := b.orders(w.Order, sc)
		if err != nil {
			return "", err
		}
		out += o
	}
	return " OVER (" + out + ")", nil
}

func isSelectNull(q *tsql.Subquery) bool {
	s, ok := q.Query.Body.(*tsql.Select)
	if !ok || len(s.From) > 0 || len(s.Items) != 1 {
		return false
	}
	switch s.Items[0].X.(type) {
	case *tsql.NullLiteral, *tsql.Literal:
		return true
	}
	return false
}
