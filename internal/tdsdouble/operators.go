package tdsdouble

import (
	"fmt"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

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
