package tdsdouble

import (
	"encoding/hex"
	"strconv"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

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
