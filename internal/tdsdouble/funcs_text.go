package tdsdouble

import (
	"strings"

	"dossier/internal/tdsdouble/value"
)

// textual makes a function of text: its first n arguments become text, its result is what typ says of the first.
func textual(name string, n int, typ func(value.Type) value.Type) func(*binder, []bound) (bound, error) {
	return func(b *binder, a []bound) (bound, error) {
		var err error
		for i := range a {
			if i < n {
				if a[i], err = b.asText(a[i]); err != nil {
					return bound{}, err
				}
			} else if a[i], err = b.assign(a[i], bigType); err != nil {
				return bound{}, err
			}
		}
		t := typ(a[0].typ)
		if t.Kind == value.Text || t.Kind == value.NText {
			return bound{}, value.Unsupported("%s on %s", name, t)
		}
		return bound{sql: name + "(" + sqlList(a) + ")", typ: t, null: anyNull(a), level: a[0].level}, nil
	}
}

func same(t value.Type) value.Type { return varying(t) }

// varying makes char varchar.
func varying(t value.Type) value.Type {
	if t.Kind == value.Char || t.Kind == value.NChar {
		t.Kind++
	}
	return t
}

// wide is the text type at its full length.
func wide(t value.Type) value.Type {
	t = varying(t)
	if t.Len != value.Max {
		t.Len = 8000
		if t.Kind.IsUnicode() {
			t.Len = 4000
		}
	}
	return t
}

func integer(value.Type) value.Type { return intType }

func character(name string, k value.Kind) func(*binder, []bound) (bound, error) {
	return func(b *binder, a []bound) (bound, error) {
		x, err := b.assign(a[0], bigType)
		t := value.Type{Kind: k, Len: 1, Collation: b.s.db.collation}
		if name == "tds_space" {
			t.Len = 8000
		}
		return bound{sql: name + "(" + x.sql + ")", typ: t, null: true}, err
	}
}

func substring(b *binder, a []bound) (bound, error) {
	if a[0].typ.Kind == value.Image {
		return bound{}, value.Unsupported("SUBSTRING of image")
	}
	if !a[0].typ.Kind.IsBinary() {
		return textual("tds_substring", 1, same)(b, a)
	}
	t := a[0].typ
	if t.Kind != value.VarBinary {
		t = value.Type{Kind: value.VarBinary, Len: t.MaxLength()}
	}
	var err error
	for i := 1; i < 3; i++ {
		if a[i], err = b.assign(a[i], bigType); err != nil {
			return bound{}, err
		}
	}
	return bound{sql: "tds_substring_binary(" + sqlList(a) + ")", typ: t, null: anyNull(a)}, nil
}

func stuff(b *binder, a []bound) (bound, error) {
	x, err := b.asText(a[0])
	if err != nil {
		return bound{}, err
	}
	y, err := b.asText(a[3])
	if err != nil {
		return bound{}, err
	}
	args := []bound{x, a[1], a[2], y}
	return bound{sql: "tds_stuff(" + sqlList(args) + ")", typ: wide(value.Common(x.typ, y.typ)), null: true, level: x.level}, nil
}

// searching binds functions that compare text under a collation, which comes last.
func searching(b *binder, name string, texts []bound, rest string, typ value.Type) (bound, error) {
	var err error
	for i := range texts {
		if texts[i], err = b.asText(texts[i]); err != nil {
			return bound{}, err
		}
	}
	t, lv, err := common(texts...)
	if err != nil {
		return bound{}, err
	}
	if typ.Kind == value.Null {
		typ = wide(t)
	}
	return bound{sql: name + "(" + sqlList(texts) + rest + ", " + text(t.Collate()) + ")", typ: typ, null: anyNull(texts), level: lv}, nil
}

func replace(b *binder, a []bound) (bound, error) {
	return searching(b, "tds_replace", a, "", value.Type{})
}

func charIndex(b *binder, a []bound) (bound, error) {
	start := "1"
	if len(a) == 3 {
		start = a[2].sql
	}
	return searching(b, "tds_charindex", a[:2:2], ", "+start, intType)
}

func dataLength(b *binder, a []bound) (bound, error) {
	if a[0].typ.Kind == value.Null {
		return bound{sql: "NULL", typ: intType, null: true}, nil
	}
	t := intType
	if a[0].typ.Len == value.Max {
		t = bigType
	}
	return bound{sql: "tds_datalength(" + a[0].sql + ", " + text(a[0].typ.String()) + ")", typ: t, null: a[0].null}, nil
}

func concatType(a []bound) (value.Type, level, error) {
	t, lv, err := common(a...)
	if t.Kind != value.Null {
		t = wide(t)
	}
	return t, lv, err
}

func concat(b *binder, a []bound) (bound, error) {
	var err error
	for i := range a {
		if a[i], err = b.asText(a[i]); err != nil {
			return bound{}, err
		}
	}
	t, lv, err := concatType(a)
	return bound{sql: "tds_concat(" + sqlList(a) + ")", typ: t, level: lv}, err
}

func concatWS(b *binder, a []bound) (bound, error) {
	e, err := concat(b, a)
	e.sql = strings.Replace(e.sql, "tds_concat(", "tds_concat_ws(", 1)
	return e, err
}

func hashBytes(b *binder, a []bound) (bound, error) {
	t := a[1].typ
	if !t.Kind.IsText() && !t.Kind.IsBinary() || t.Kind.IsLegacy() {
		return bound{}, value.Errorf(8116, 16, 1, "Argument data type %s is invalid for argument 2 of hashbytes function.", t.Kind.Name())
	}
	return bound{sql: "tds_hashbytes(" + a[0].sql + ", " + a[1].sql + ", " + text(t.String()) + ")", typ: value.Type{Kind: value.VarBinary, Len: 8000}, null: true}, nil
}

// checksum passes each value with the key of its collation, so that equal text has an equal sum.
func checksum(name string) func(*binder, []bound) (bound, error) {
	return func(b *binder, a []bound) (bound, error) {
		var parts []string
		for _, x := range a {
			coll := ""
			if x.typ.Kind.IsText() {
				coll = x.typ.Collate()
			}
			parts = append(parts, x.sql, text(coll))
		}
		return bound{sql: name + "(" + strings.Join(parts, ", ") + ")", typ: intType}, nil
	}
}
