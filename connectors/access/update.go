package access

import (
	"fmt"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/internal/jet"
)

// update is what an update writes into a row.
type update struct {
	values map[string]jet.Value // by column; those that the row holds already are left out
	after  connectors.Fields    // the whole record afterwards
}

// update works out what has to be written to give a record its new fields. why tells what cannot be written.
func (t *target) update(current, after connectors.Fields) (u update, why string) {
	u = update{values: map[string]jet.Value{}, after: current.Clone()}
	for n, name := range after.Names {
		i := t.find(name)
		if i < 0 {
			return u, fmt.Sprintf("there is no field %s", name)
		}
		f, value := &t.fields[i], after.Values[n]
		canonical, why := f.canonical(value)
		if why != "" {
			return u, fmt.Sprintf("the field %s %s", name, why)
		}
		if f.same(current.Get(name), canonical) {
			continue
		}
		if why := t.unwritable(f, canonical); why != "" {
			return u, fmt.Sprintf("the field %s %s", name, why)
		}
		u.after.Values[i] = canonical
		u.values[f.Name] = jet.Value{}
		if !canonical.IsNull() {
			u.values[f.Name] = jet.Value{Kind: jet.String, Bytes: canonical.Bytes()}
		}
	}
	return u, ""
}

// canonical returns the canonical form of a value that is to be written.
func (f *field) canonical(v connectors.Value) (connectors.Value, string) {
	switch {
	case v.IsNull():
		return v, ""
	case !v.IsText():
		return v, "can be given a single value only, and one of several or a file was planned"
	case f.typ == compare.Stream:
		return v, "can be emptied, and not be given another content"
	}
	text, ok := compare.Canonical(f.typ, v.String())
	if !ok {
		return v, fmt.Sprintf("holds only values of the type %s", f.typ)
	}
	return connectors.Text(text), ""
}

// same reports whether two values are the same to the field, however they are written.
func (f *field) same(a, b connectors.Value) bool {
	if !a.IsText() || !b.IsText() {
		return a.Equal(b)
	}
	keyA, okA := compare.AppendKey(nil, compare.Equal, f.typ, a.Bytes())
	keyB, okB := compare.AppendKey(nil, compare.Equal, f.typ, b.Bytes())
	return okA && okB && string(keyA) == string(keyB)
}

// unwritable says why a field cannot be given a value, beyond what the file format itself forbids. What only Access can
// work out is left to Access.
func (t *target) unwritable(f *field, v connectors.Value) string {
	properties, err := t.Properties()
	if err != nil {
		return "may have rules that cannot be read: " + err.Error()
	}
	column, _ := t.shape.Column(f.Name)
	switch {
	case f.Type == jet.Complex:
		return "holds several values or files, which only Access can change"
	case f.Calculated:
		return "is calculated from others"
	case f.AutoNumber:
		return "has numbers that Access gives"
	case v.IsNull() && !column.Nullable:
		return "cannot be empty"
	case v.IsText() && len(v.Bytes()) == 0 && strings.EqualFold(f.Properties.Get("AllowZeroLength"), "false"):
		return "cannot hold an empty text"
	case f.Properties.Get("ValidationRule") != "":
		return "has a validation rule, which only Access can check"
	case properties.Get("ValidationRule") != "":
		return "is in a table with a validation rule, which only Access can check"
	}
	for _, other := range t.fields {
		switch {
		case other.Calculated && mentions(other.Properties.Get("Expression"), f.Name):
			return "is what " + other.Name + " is calculated from, which only Access can do"
		case other.Complex == jet.VersionHistory && f.Type == jet.Memo:
			return "may have a history of earlier texts, which would keep what it held"
		}
	}
	return ""
}

// mentions reports whether the expression of a calculated column may use a column. One that is not known may.
func mentions(expression, column string) bool {
	return expression == "" || strings.Contains(strings.ToLower(expression), strings.ToLower(column))
}

// with returns the fields, those named with the values that other has of them.
func with(f connectors.Fields, names []string, other connectors.Fields) connectors.Fields {
	f = f.Clone()
	for i, name := range f.Names {
		for _, n := range names {
			if n == name {
				f.Values[i] = other.Get(name)
			}
		}
	}
	return f
}

// differs returns the name of a field in which two records of the table differ, "" where there is none.
func (t *target) differs(a, b connectors.Fields) string {
	for i := range t.fields {
		name := t.shape.Fields[i].Name
		if !t.fields[i].same(a.Get(name), b.Get(name)) {
			return name
		}
	}
	return ""
}
