package tdsdouble

import (
	"encoding/hex"
	"fmt"
	"strconv"
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
		l, err := b.cond(x.L, sc)
		if err != nil {
			return bound{}, err
		}
		r, err := b.cond(x.R, sc)
		return predicate("%s %s %s", l, x.Op, r), err
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

func (b *binder) pair(l, r tsql.Expr, sc *scope) (bound, bound, error) {
	x, err := b.value(l, sc)
	if err != nil {
		return x, x, err
	}
	y, err := b.value(r, sc)
	return x, y, err
}

func (b *binder) literal(l *tsql.Literal) (bound, error) {
	t, v, err := literalValue(l, b.s.db.collation)
	if err != nil {
		return bound{}, err
	}
	out := bound{sql: b.constant(v), typ: t}
	if t.Kind == value.Int {
		out.digits = len(l.Text)
	}
	return out, nil
}

func literalValue(l *tsql.Literal, collation string) (value.Type, any, error) {
	switch l.Class {
	case tsql.Integer:
		if n, err := strconv.ParseInt(l.Text, 10, 32); err == nil {
			return value.Type{Kind: value.Int}, n, nil
		}
		return exactLiteral(l.Text)
	case tsql.Decimal:
		return exactLiteral(l.Text)
	case tsql.Float:
		f, err := strconv.ParseFloat(l.Text, 64)
		if err != nil {
			return value.Type{}, nil, value.Errorf(168, 15, 1, "The floating point value '%s' is out of the range of computer representation (8 bytes).", l.Text)
		}
		return value.Type{Kind: value.Float}, f, nil
	case tsql.Money:
		t, _ := value.New("money", nil, "")
		v, err := value.Convert(l.Text, value.Type{Kind: value.VarChar}, t, 0)
		return t, v, err
	case tsql.Text:
		s := value.FromCodePage(value.ToCodePage(l.Text))
		t := value.Type{Kind: value.VarChar, Len: max(1, len(value.ToCodePage(s))), Collation: collation}
		if t.Len > 8000 {
			t.Len = value.Max
		}
		return t, s, nil
	case tsql.Unicode:
		t := value.Type{Kind: value.NVarChar, Len: max(1, value.Units(l.Text)), Collation: collation}
		if t.Len > 4000 {
			t.Len = value.Max
		}
		return t, l.Text, nil
	case tsql.Hex:
		h := l.Text
		if len(h)%2 == 1 {
			h = "0" + h
		}
		b, err := hex.DecodeString(h)
		t := value.Type{Kind: value.VarBinary, Len: max(1, len(b))}
		if t.Len > 8000 {
			t.Len = value.Max
		}
		return t, b, err
	}
	return value.Type{}, nil, value.Unsupported("this literal")
}

func exactLiteral(s string) (value.Type, any, error) {
	d, ok := value.ParseDec(s)
	if !ok {
		return value.Type{}, nil, value.Errorf(102, 15, 1, "Incorrect syntax near '%s'.", s)
	}
	prec := max(len(strings.TrimPrefix(d.Unscaled.String(), "-")), d.Scale, 1)
	if prec > 38 {
		return value.Type{}, nil, value.Errorf(1007, 15, 1, "The number '%s' is out of the range for numeric representation (maximum precision 38).", s)
	}
	return value.Type{Kind: value.Numeric, Prec: uint8(prec), Scale: uint8(d.Scale)}, d.String(), nil
}

func (b *binder) variable(name string) (bound, error) {
	v, ok := b.s.vars[strings.ToLower(name)]
	if !ok {
		return bound{}, value.Errorf(137, 15, 2, "Must declare the scalar variable \"@%s\".", name)
	}
	return bound{sql: b.constant(v.val), typ: v.typ, null: true}, nil
}

func (b *binder) unary(u *tsql.Unary, sc *scope) (bound, error) {
	x, err := b.value(u.X, sc)
	if err != nil || u.Op == "+" {
		return x, err
	}
	if u.Op == "~" {
		if !x.typ.Kind.IsInteger() || x.typ.Kind == value.Bit {
			return x, value.Unsupported("~ on %s", x.typ)
		}
		return bound{sql: "(~" + x.sql + ")", typ: x.typ, null: x.null}, nil
	}
	if lit, ok := u.X.(*tsql.Literal); ok && lit.Class != tsql.Text && lit.Class != tsql.Unicode && lit.Class != tsql.Hex {
		t, v, err := literalValue(lit, "")
		if err != nil {
			return x, err
		}
		switch n := v.(type) {
		case int64:
			v = -n
		case float64:
			v = -n
		case string:
			v = "-" + n
			if n == "2147483648" {
				return bound{sql: b.constant(int64(-1 << 31)), typ: value.Type{Kind: value.Int}}, nil
			}
		}
		return bound{sql: b.constant(v), typ: t}, nil
	}
	return b.arithmetic("-", bound{sql: b.constant(int64(0)), typ: value.Type{Kind: value.TinyInt}}, x)
}

// arithmetic binds + - * / % & | ^ and concatenation.
func (b *binder) arithmetic(op string, l, r bound) (bound, error) {
	t, lv, err := common(l, r)
	if err != nil {
		return bound{}, err
	}
	null := l.null || r.null
	switch {
	case t.Kind == value.Null:
		return bound{sql: "NULL", typ: value.Type{Kind: value.Int}, null: true}, nil
	case t.Kind.IsText() && op == "+" && !t.Kind.IsLegacy():
		if l.typ.Kind.IsBinary() || r.typ.Kind.IsBinary() {
			return bound{}, value.Unsupported("adding binary to text")
		}
		if t.Len != value.Max {
			limit := 8000
			if t.Kind.IsUnicode() {
				limit = 4000
			}
			t.Len = min(limit, max(l.typ.Len, 0)+max(r.typ.Len, 0))
		}
		if t.Kind == value.Char || t.Kind == value.NChar {
			t.Kind++
		}
		if t.Kind == value.Text || t.Kind == value.NText {
			return bound{}, value.Unsupported("adding text")
		}
		return bound{sql: "(" + l.sql + " || " + r.sql + ")", typ: t, null: null, level: lv}, nil
	case !t.Kind.IsNumber():
		return bound{}, value.Unsupported("the operator %s on %s and %s", op, l.typ, r.typ)
	}
	before := [2]bound{l, r}
	if l, err = b.align(l, t); err != nil {
		return bound{}, err
	}
	if r, err = b.align(r, t); err != nil {
		return bound{}, err
	}
	if t.Kind == value.Bit && strings.Contains("+-*/%", op) {
		return bound{}, value.Errorf(402, 16, 1, "The data types bit and bit are incompatible in the %s operator.", op)
	}
	if strings.Contains("&|^", op) && !t.Kind.IsInteger() {
		return bound{}, value.Errorf(402, 16, 1, "The data types %s and %s are incompatible in the '%s' operator.", l.typ.Kind.Name(), r.typ.Kind.Name(), op)
	}
	t = arithmeticType(op, t, before[0], before[1])
	return bound{sql: fmt.Sprintf("tds_arith(%s, %s, %s, %s)", text(op), l.sql, r.sql, text(t.String())), typ: t, null: null}, nil
}

// arithmeticType is the documented precision and scale of a decimal result; other kinds keep the common type.
// A whole number written out counts its own digits only.
func arithmeticType(op string, t value.Type, l, r bound) value.Type {
	if t.Kind != value.Decimal && t.Kind != value.Numeric {
		return t
	}
	p1, s1 := l.decimalDigits()
	p2, s2 := r.decimalDigits()
	p, s := max(s1, s2)+max(p1-s1, p2-s2)+1, max(s1, s2)
	switch op {
	case "*":
		p, s = p1+p2+1, s1+s2
	case "/":
		s = max(6, s1+p2+1)
		p = p1 - s1 + s2 + s
	}
	if p > 38 {
		if whole := p - s; op == "*" || op == "/" {
			s = max(min(s, 38-whole), min(s, 6))
		}
		p = 38
	}
	t.Prec, t.Scale = uint8(p), uint8(min(s, p))
	return t
}

func (x bound) decimalDigits() (prec, scale int) {
	if x.digits > 0 {
		return x.digits, 0
	}
	return x.typ.Digits()
}

func (b *binder) compare(op string, l, r bound) (bound, error) {
	t, _, err := common(l, r)
	if err != nil {
		return bound{}, err
	}
	if l.typ.Kind.IsLegacy() || r.typ.Kind.IsLegacy() {
		return bound{}, value.Errorf(402, 16, 1, "The data types %s and %s are incompatible in the %s operator.", l.typ.Kind.Name(), r.typ.Kind.Name(), opName(op))
	}
	if l, err = b.align(l, t); err != nil {
		return bound{}, err
	}
	if r, err = b.align(r, t); err != nil {
		return bound{}, err
	}
	return predicate("%s %s %s", collated(l), op, r.sql), nil
}

func opName(op string) string {
	return map[string]string{
		"=": "equal to", "<>": "not equal to", "<": "less than", "<=": "less than or equal to", ">": "greater than", ">=": "greater than or equal to",
	}[op]
}

func (b *binder) like(x *tsql.Like, sc *scope) (bound, error) {
	v, p, err := b.pair(x.X, x.Pattern, sc)
	if err != nil {
		return bound{}, err
	}
	if v.typ.Kind.IsBinary() || v.typ.Kind == value.Image || p.typ.Kind.IsBinary() {
		return bound{}, value.Errorf(8116, 16, 1, "Argument data type %s is invalid for argument 1 of like function.", v.typ.Kind.Name())
	}
	esc := bound{sql: "''"}
	if x.Escape != nil {
		if esc, err = b.value(x.Escape, sc); err != nil {
			return bound{}, err
		}
	}
	if v, err = b.asText(v); err != nil {
		return bound{}, err
	}
	if p, err = b.asText(p); err != nil {
		return bound{}, err
	}
	t, _, err := common(v, p)
	if err != nil {
		return bound{}, err
	}
	not := ""
	if x.Not {
		not = "NOT "
	}
	return predicate("%stds_like(%s, %s, %s, %s)", not, v.sql, p.sql, esc.sql, text(t.Collate())), nil
}

// asText converts what is not text to nvarchar, or varchar for numbers and dates.
func (b *binder) asText(x bound) (bound, error) {
	if x.typ.Kind.IsText() {
		return x, nil
	}
	t := value.Type{Kind: value.VarChar, Len: 8000, Collation: b.s.db.collation}
	if x.typ.Kind == value.Null {
		x.typ = t
		return x, nil
	}
	if x.typ.Kind == value.Variant {
		return x, value.Unsupported("sql_variant used as text; CONVERT it")
	}
	if err := value.Implicit(x.typ.Kind, t.Kind); err != nil {
		return x, err
	}
	return bound{sql: convertSQL(x.sql, x.typ, t, "0", false), typ: t, null: x.null}, nil
}

func (b *binder) in(x *tsql.In, sc *scope) (bound, error) {
	v, err := b.value(x.X, sc)
	if err != nil {
		return bound{}, err
	}
	not := ""
	if x.Not {
		not = "NOT "
	}
	if x.Query != nil {
		q, err := b.subquery(x.Query, sc)
		if err != nil {
			return bound{}, err
		}
		if len(q.cols) != 1 {
			return bound{}, value.Errorf(116, 16, 1, "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.")
		}
		item := bound{sql: "c", typ: q.cols[0].typ, null: true, level: q.cols[0].level}
		t, _, err := common(v, item)
		if err != nil {
			return bound{}, err
		}
		if v, err = b.align(v, t); err != nil {
			return bound{}, err
		}
		if item, err = b.align(item, t); err != nil {
			return bound{}, err
		}
		return predicate("%s %sIN (SELECT %s FROM (SELECT NULL AS c WHERE 0 UNION ALL SELECT * FROM (%s)))", collated(v), not, item.sql, q.sql), nil
	}
	items := []bound{v}
	for _, i := range x.List {
		e, err := b.value(i, sc)
		if err != nil {
			return bound{}, err
		}
		items = append(items, e)
	}
	t, _, err := common(items...)
	if err != nil {
		return bound{}, err
	}
	var list []string
	for i, e := range items {
		if e.typ.Kind.IsLegacy() {
			return bound{}, value.Errorf(402, 16, 1, "The data types %s and %s are incompatible in the equal to operator.", v.typ.Kind.Name(), t.Kind.Name())
		}
		if e, err = b.align(e, t); err != nil {
			return bound{}, err
		}
		if i == 0 {
			v = e
			continue
		}
		list = append(list, e.sql)
	}
	return predicate("%s %sIN (%s)", collated(v), not, strings.Join(list, ", ")), nil
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
