package act

import (
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate"
	"dossier/locate/normal"
)

// Persons returns the identifiers of a subject in the form in which they are compared from one request to another, by their
// kinds: spelling, spaces and country codes do not matter.
func Persons(register *connectors.Register, s locate.Subject) map[string][]string {
	forms := map[string][]string{}
	for _, id := range s.Identifiers {
		kind, ok := register.Identifier(id.Kind)
		if !ok {
			continue
		}
		if form := plainForm(kind.How, id.Value, register.Organisation.Region); form != "" && !slices.Contains(forms[id.Kind], form) {
			forms[id.Kind] = append(forms[id.Kind], form)
		}
	}
	return forms
}

func plainForm(how compare.How, value, region string) string {
	switch how {
	case compare.Digits:
		return normal.NewRegion(region).National(value)
	case compare.Date:
		if days := compare.Dates(value, compare.Text); len(days) > 0 {
			return days[0]
		}
		return ""
	case compare.Compact:
		return compare.Compacted(value)
	case compare.Equal:
		return value
	}
	return compare.Fold(value)
}

// SamePerson reports whether two subjects are taken as one person by what they have in common: a strong identifier; or a
// shareable one, unless first names or birth dates disagree; or name and birth date together. It decides what is blocked, so
// that in doubt they are the same.
func SamePerson(register *connectors.Register, a, b locate.Subject) bool {
	if a.Controller != b.Controller {
		return false
	}
	x, y := Persons(register, a), Persons(register, b)
	common := func(kind string) bool {
		return slices.ContainsFunc(x[kind], func(v string) bool { return slices.Contains(y[kind], v) })
	}
	disagree := func(kind string) bool { return len(x[kind]) > 0 && len(y[kind]) > 0 && !common(kind) }
	shared := common("family_name") && common("given_name") && common("birth_date")
	for _, id := range register.Identifiers {
		switch {
		case !common(id.Name):
		case id.Strength == connectors.Strong:
			return true
		case id.Strength == connectors.Shareable:
			shared = shared || !disagree("given_name") && !disagree("birth_date")
		}
	}
	return shared
}

// KeyedPersons returns the keyed identifiers by which a hold knows a person: the strong and the shareable ones, and name with
// birth date. The key is the journal's (see journal.Journal.Person).
func KeyedPersons(register *connectors.Register, s locate.Subject, key func(kind, value string) string) []string {
	forms := Persons(register, s)
	var keyed []string
	for _, id := range register.Identifiers {
		if id.Strength == connectors.Weak {
			continue
		}
		for _, form := range forms[id.Name] {
			keyed = append(keyed, key(id.Name, form))
		}
	}
	for _, family := range forms["family_name"] {
		for _, given := range forms["given_name"] {
			for _, born := range forms["birth_date"] {
				keyed = append(keyed, key("name and birth date", family+"\x00"+given+"\x00"+born))
			}
		}
	}
	slices.Sort(keyed)
	return slices.Compact(keyed)
}

// Told adds to a subject the identifiers of the strengths that their own records hold.
func Told(register *connectors.Register, s locate.Subject, own []connectors.Record, strengths ...connectors.Strength) locate.Subject {
	out := locate.Subject{Identifiers: slices.Clone(s.Identifiers), Controller: s.Controller}
	for _, record := range own {
		system, ok := register.System(record.Ref.System)
		if !ok {
			continue
		}
		entity, ok := system.Entity(record.Ref.Entity)
		if !ok {
			continue
		}
		for _, f := range entity.Fields {
			id, known := register.Identifier(f.Is)
			if v := record.Get(f.Name); known && slices.Contains(strengths, id.Strength) && v.IsText() && len(v.Bytes()) > 0 {
				told := locate.Identifier{Kind: f.Is, Value: v.String()}
				if !slices.Contains(out.Identifiers, told) {
					out.Identifiers = append(out.Identifiers, told)
				}
			}
		}
	}
	return out
}

// Reached returns every strong and shareable identifier that a subject has given or their own records hold, by its kind: what a
// list of those who are not written to has to hold. Each is there once, whatever way it is written.
func Reached(register *connectors.Register, s locate.Subject, own []connectors.Record) map[string][]string {
	values, seen := map[string][]string{}, map[string]bool{}
	for _, told := range Told(register, s, own, connectors.Strong, connectors.Shareable).Identifiers {
		if key := told.Kind + "\x00" + compare.Fold(told.Value); !seen[key] {
			seen[key] = true
			values[told.Kind] = append(values[told.Kind], told.Value)
		}
	}
	return values
}
