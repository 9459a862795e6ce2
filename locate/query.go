package locate

import (
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// ask is what one entity is asked for in one round: clauses that use indexes, and clauses that read
// everything. They are asked apart, since one that reads everything slows every other down to its pace.
type ask struct {
	indexed []connectors.Clause
	scanned []connectors.Clause
	kinds   []string // the identifiers that the clauses search by
}

func (a *ask) by(kinds ...string) {
	for _, kind := range kinds {
		if !slices.Contains(a.kinds, kind) {
			a.kinds = append(a.kinds, kind)
		}
	}
}

// identified returns the fields of an entity that hold an identifier and that its shape has.
func identified(e *connectors.Entity, shape connectors.Shape, names ...string) []connectors.Column {
	var columns []connectors.Column
	for _, f := range e.Fields {
		if c, ok := shape.Column(f.Name); ok && slices.Contains(names, f.Is) {
			columns = append(columns, c)
		}
	}
	return columns
}

// asks returns what an entity is asked for: every value of fresh that became known since the last round by
// itself where it is strong or shareable, and every combination of names, birth date and postcode of all
// that points at a person together, where any of it is fresh.
func asks(e *connectors.Entity, shape connectors.Shape, all, fresh []known) ask {
	var a ask
	for _, f := range e.Fields {
		column, ok := shape.Column(f.Name)
		if !ok {
			continue
		}
		for _, k := range fresh {
			if k.kind.Name == f.Is && k.kind.Strength != connectors.Weak {
				a.identifier(column, k)
			}
		}
	}
	if slices.ContainsFunc(fresh, func(k known) bool { return k.kind.Strength == connectors.Weak }) {
		a.combinations(e, shape, all)
	}
	return a
}

// identifier asks one field for one value: by index for the value as it stands, and by reading
// everything for its other spellings where the field can hold any.
func (a *ask) identifier(c connectors.Column, k known) {
	a.by(k.kind.Name)
	how := k.kind.How
	if c.Type != compare.Text && (how == compare.Compact || how == compare.Folded) {
		how = compare.Equal
	}
	if c.Indexed && (how == compare.Equal || how == compare.Folded || how == compare.Compact) {
		a.indexed = append(a.indexed, connectors.Clause{term(c, compare.Equal, k.value)})
		if how == compare.Equal {
			return
		}
	}
	a.scanned = append(a.scanned, connectors.Clause{term(c, how, k.value)})
}

func term(c connectors.Column, how compare.How, values ...string) connectors.Term {
	t := connectors.Term{Fields: []string{c.Name}, How: how}
	for _, v := range values {
		t.Values = append(t.Values, []string{v})
	}
	return t
}

// combinations asks for records in which two of surname, first name, birth date and postcode agree, first name
// and postcode aside; for names alone only where the entity holds neither birth date nor postcode.
func (a *ask) combinations(e *connectors.Entity, shape connectors.Shape, all []known) {
	terms := func(how compare.How, values []string, identifiers ...string) []connectors.Term {
		if len(values) == 0 {
			return nil
		}
		var list []connectors.Term
		for _, c := range identified(e, shape, identifiers...) {
			list = append(list, term(c, how, values...))
		}
		return list
	}
	families, given := only(all, "family_name", "former_name"), only(all, "given_name")
	family := append(terms(compare.Folded, families, "family_name", "former_name"), terms(compare.Contains, families, "full_name")...)
	first := append(terms(compare.Prefix, firstWords(given), "given_name"), terms(compare.Contains, firstWords(given), "full_name")...)
	born := terms(compare.Date, only(all, "birth_date"), "birth_date")
	postcode := terms(compare.Compact, only(all, "postcode"), "postcode")
	pairs := func(left, right []connectors.Term, kinds ...string) {
		for _, l := range left {
			for _, r := range right {
				a.scanned = append(a.scanned, connectors.Clause{l, r})
				a.by(kinds...)
			}
		}
	}
	pairs(family, born, "family_name", "birth_date")
	pairs(first, born, "given_name", "birth_date")
	pairs(postcode, born, "postcode", "birth_date")
	pairs(family, postcode, "family_name", "postcode")
	if len(identified(e, shape, "birth_date", "postcode")) == 0 {
		pairs(family, first, "family_name", "given_name")
	}
}

// firstWords returns the first word of each name: "Catherine Anne" is also entered as Catherine.
func firstWords(names []string) []string {
	var words []string
	for _, n := range names {
		if all := strings.Fields(n); len(all) > 0 && !slices.Contains(words, all[0]) {
			words = append(words, all[0])
		}
	}
	return words
}

// scoringFields returns the fields that decide whose a record is and where its children are: they are
// read in a first pass, the whole record only of those that stay.
func scoringFields(e *connectors.Entity, shape connectors.Shape) []string {
	names := slices.Clone(shape.Key)
	want := func(name string) {
		if _, ok := shape.Column(name); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, f := range e.Fields {
		if f.Is != "" {
			want(f.Name)
		}
	}
	if e.Parent != nil {
		for name := range e.Parent.On {
			want(name)
		}
	}
	return names
}

// childQuery asks for the children of one record in its place.
func childQuery(child *connectors.Entity, shape connectors.Shape, parent connectors.Record) (connectors.Query, bool) {
	fields := make([]string, 0, len(child.Parent.On))
	for name := range child.Parent.On {
		fields = append(fields, name)
	}
	slices.Sort(fields)
	t := connectors.Term{Fields: fields, How: compare.Equal}
	var tuple []string
	for _, name := range fields {
		v := parent.Get(child.Parent.On[name])
		if !v.IsText() || len(v.Bytes()) == 0 {
			return connectors.Query{}, false
		}
		tuple = append(tuple, v.String())
		if c, ok := shape.Column(name); ok && c.Type == compare.Text && !c.Indexed {
			t.How = compare.Folded
		}
	}
	t.Values = [][]string{tuple}
	return connectors.Query{Entity: child.Name, Places: []string{parent.Ref.Place}, Any: []connectors.Clause{{t}}}, true
}
