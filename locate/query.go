package locate

import (
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// ask is what one entity is asked for in one round: clauses that use indexes, and clauses that read
// everything. They are asked apart, since one that reads everything slows every other down to its pace.
//
// The clauses ask for candidates: every record that could be taken as a subject's, and no matter how many others. A record
// that none of them asks for agrees with no id, mailbox, phone number, birth date or postcode of a subject and has a surname that neither
// begins like theirs nor sounds as if it did. Values of many subjects stand in the same clauses.
type ask struct {
	indexed []connectors.Clause
	scanned []connectors.Clause
	kinds   []string // the identifiers that the clauses search by
}

// asks returns what an entity is asked for by the values of fresh, which became known since it was last asked, together with all
// that are known.
func asks(e *connectors.Entity, shape connectors.Shape, all, fresh []known) ask {
	var a ask
	for _, f := range e.Fields {
		if column, ok := shape.Column(f.Name); ok && f.Is != "" {
			a.field(column, f.Is, fresh)
		}
	}
	if slices.ContainsFunc(fresh, func(k known) bool { return k.kind.Name == "birth_date" || surname(k.kind.Name) }) {
		a.nearBirth(e, shape, all)
	}
	return a
}

// surname reports whether an identifier is one that surnames stand in.
func surname(kind string) bool { return kind == "family_name" || kind == "former_name" }

// field asks one field for the values that it can hold.
func (a *ask) field(c connectors.Column, kind string, fresh []known) {
	switch kind {
	case "given_name", "family_name", "former_name", "full_name":
		a.names(c, kind, fresh)
		return
	case "address":
		return // whoever is found by it is found by name, birth date or postcode
	}
	var values []known
	for _, k := range fresh {
		if k.kind.Name == kind {
			values = append(values, k)
		}
	}
	if len(values) == 0 || values[0].kind.Strength == connectors.Weak && kind != "birth_date" && kind != "postcode" {
		return
	}
	a.by(kind)
	switch how := values[0].kind.How; {
	case how == compare.Date:
		a.days(c, values)
	case kind == "email":
		a.mailboxes(c, values)
	case how == compare.Folded || how == compare.Compact || how == compare.Equal:
		a.written(c, how, values)
	default:
		a.scan(c, how, each(values, func(k known) []string { return []string{k.value} }))
	}
}

func (a *ask) by(kind string) {
	if !slices.Contains(a.kinds, kind) {
		a.kinds = append(a.kinds, kind)
	}
}

// scan asks a field by reading everything.
func (a *ask) scan(c connectors.Column, how compare.How, values []string) {
	if len(values) > 0 {
		a.scanned = append(a.scanned, connectors.Clause{term(c, how, values...)})
	}
}

// index asks an indexed field for values as they stand.
func (a *ask) index(c connectors.Column, values []string) {
	if c.Indexed && len(values) > 0 {
		a.indexed = append(a.indexed, connectors.Clause{term(c, compare.Equal, values...)})
	}
}

// written asks a field for ids and codes: by index for their usual spellings, and by reading everything for all others where the
// field can hold any.
func (a *ask) written(c connectors.Column, how compare.How, values []known) {
	if c.Type != compare.Text {
		how = compare.Equal
	}
	plain := each(values, spellings)
	a.index(c, plain)
	if how == compare.Equal && c.Indexed {
		return
	}
	a.scan(c, how, plain)
}

// mailboxes asks a field for mailboxes: with a name before them, several in one field, and with a plus tag.
func (a *ask) mailboxes(c connectors.Column, values []known) {
	a.index(c, each(values, spellings))
	a.scan(c, compare.Contains, each(values, mailboxForms))
	a.scan(c, compare.Contains, each(values, taggedForms))
}

// days asks a field for birth dates: as they can be read, and with day and month swapped.
func (a *ask) days(c connectors.Column, values []known) {
	days := each(values, birthdays)
	if c.Indexed && c.Type == compare.Day {
		a.index(c, days)
		return
	}
	a.scan(c, compare.Date, days)
}

// names asks a field for names. First names are asked for surnames, which stand in the wrong field now and then; first names
// alone point at too many.
func (a *ask) names(c connectors.Column, kind string, fresh []known) {
	var surnames []known
	for _, k := range fresh {
		switch {
		case surname(k.kind.Name):
			surnames = append(surnames, k)
			a.by(k.kind.Name)
		case k.kind.Name == "given_name" && !surname(kind):
			a.by("given_name")
		}
	}
	if kind == "given_name" {
		a.scan(c, compare.Folded, each(surnames, func(k known) []string { return []string{k.value} }))
		return
	}
	long, short := splitStems(each(surnames, stems))
	a.scan(c, compare.Contains, long)
	a.scan(c, compare.Prefix, short)
}

// fewBirths is for how many birth dates nearBirth asks. With more an entity is read from end to end, unless it is vast.
const fewBirths = 20

// nearBirth asks for surnames that begin with the same letter where the birth date is nearly the same, for whoever is
// mistyped in both.
func (a *ask) nearBirth(e *connectors.Entity, shape connectors.Shape, all []known) {
	var births, surnames []known
	for _, k := range all {
		switch {
		case k.kind.Name == "birth_date":
			births = append(births, k)
		case surname(k.kind.Name):
			surnames = append(surnames, k)
		}
	}
	if len(births) > fewBirths {
		return
	}
	days, letters := each(births, nearDays), each(surnames, initials)
	if len(days) == 0 || len(letters) == 0 {
		return
	}
	for _, born := range identified(e, shape, "birth_date") {
		for _, name := range identified(e, shape, "family_name", "former_name") {
			a.scanned = append(a.scanned, connectors.Clause{term(name, compare.Prefix, letters...), term(born, compare.Date, days...)})
		}
	}
}

// each returns what of gives for each value, every text once.
func each(values []known, of func(known) []string) []string {
	var list []string
	seen := map[string]bool{}
	for _, k := range values {
		for _, text := range of(k) {
			if text != "" && !seen[text] {
				seen[text] = true
				list = append(list, text)
			}
		}
	}
	return list
}

func term(c connectors.Column, how compare.How, values ...string) connectors.Term {
	t := connectors.Term{Fields: []string{c.Name}, How: how}
	for _, v := range values {
		t.Values = append(t.Values, []string{v})
	}
	return t
}

// identified returns the fields of an entity that hold one of the identifiers and that its shape has.
func identified(e *connectors.Entity, shape connectors.Shape, names ...string) []connectors.Column {
	var columns []connectors.Column
	for _, f := range e.Fields {
		if c, ok := shape.Column(f.Name); ok && slices.Contains(names, f.Is) {
			columns = append(columns, c)
		}
	}
	return columns
}

// Until how many records an entity is read from end to end rather than asked by clauses, which miss the odd double slip of the pen: a small
// one always; a larger one where the server would have to compare each record in so many ways that it is faster to read and compare them here,
// unless it is so vast that it is left to the server all the same. Measured on MariaDB: beside reading and comparing a record, a
// term costs a quarter and each pattern of it a twelfth.
const (
	small       = 200_000
	vast        = 20_000_000
	termCost    = 3
	patternCost = 1
	readingCost = 12
)

// tiny reports whether an entity is small, or has no index, such as a spreadsheet, which is read from end to end whatever it is asked
// for.
func tiny(shape connectors.Shape) bool {
	return shape.Rows >= 0 && shape.Rows <= small || !slices.ContainsFunc(shape.Fields, func(c connectors.Column) bool { return c.Indexed })
}

// readWhole reports whether an entity is read from end to end for what is to be scanned.
func (a *ask) readWhole(shape connectors.Shape) bool {
	if tiny(shape) {
		return true
	}
	if shape.Rows > vast {
		return false
	}
	cost := 0
	for _, clause := range a.scanned {
		for _, t := range clause {
			cost += termCost
			if t.How == compare.Contains || t.How == compare.Prefix || t.How == compare.Digits {
				cost += patternCost * len(t.Values)
			}
		}
	}
	return cost > readingCost
}

// comparedFields returns the key of an entity and the fields that decide whose a record is: they are read in a first pass, the
// whole record only of those that stay.
func comparedFields(e *connectors.Entity, shape connectors.Shape) []string {
	var names []string
	for _, f := range e.Fields {
		if _, ok := shape.Column(f.Name); ok && f.Is != "" {
			names = append(names, f.Name)
		}
	}
	return withKey(shape, names)
}

// withKey returns the names of fields behind those of the key.
func withKey(shape connectors.Shape, fields []string) []string {
	names := slices.Clone(shape.Key)
	for _, name := range fields {
		if !slices.Contains(names, name) {
			names = append(names, name)
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
