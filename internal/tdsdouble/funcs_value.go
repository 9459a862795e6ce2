package tdsdouble

import (
	"slices"

	"dossier/internal/tdsdouble/value"
)

// isNull has the type of its first argument, to which the second is cut.
func isNull(b *binder, a []bound) (bound, error) {
	t := a[0].typ
	if t.Kind == value.Null {
		return a[1], nil
	}
	if err := value.Implicit(a[1].typ.Kind, t.Kind); err != nil {
		return bound{}, err
	}
	second := a[1].sql
	if a[1].typ.Kind != value.Null {
		second = convertSQL(second, a[1].typ, t, "0", false)
	}
	return bound{sql: "ifnull(" + a[0].sql + ", " + second + ")", typ: t, null: a[1].null, level: a[0].level}, nil
}

func coalesce(b *binder, a []bound) (bound, error) {
	var conds []string
	for _, x := range a[:len(a)-1] {
		conds = append(conds, x.sql+" IS NOT NULL")
	}
	out, err := b.choose(conds, a)
	out.null = !slices.ContainsFunc(a, func(x bound) bool { return !x.null })
	return out, err
}

func nullIf(b *binder, a []bound) (bound, error) {
	cond, err := b.compare("=", a[0], a[1])
	return bound{sql: "(CASE WHEN " + cond.sql + " THEN NULL ELSE " + a[0].sql + " END)", typ: a[0].typ, null: true, level: a[0].level}, err
}

func numeric(name string) func(*binder, []bound) (bound, error) {
	return func(b *binder, a []bound) (bound, error) {
		t := a[0].typ
		if !t.Kind.IsNumber() {
			return bound{}, value.Unsupported("%s of %s", name, t)
		}
		out := t
		if t.Kind.IsExact() && name != "tds_abs" && t.Kind != value.Money && t.Kind != value.SmallMoney {
			out.Scale = 0
		}
		return bound{sql: name + "(" + a[0].sql + ", " + text(t.String()) + ", " + text(out.String()) + ")", typ: out, null: a[0].null}, nil
	}
}

func round(b *binder, a []bound) (bound, error) {
	if !a[0].typ.Kind.IsNumber() || !a[1].typ.Kind.IsInteger() {
		return bound{}, value.Unsupported("ROUND of %s", a[0].typ)
	}
	return bound{sql: "tds_round(" + a[0].sql + ", " + a[1].sql + ", " + text(a[0].typ.String()) + ")", typ: a[0].typ, null: a[0].null}, nil
}
