package connectors

import (
	"fmt"
	"slices"

	"dossier/connectors/compare"
)

// Strength says what an identifier is worth alone.
type Strength string

const (
	Strong    Strength = "strong"    // given to one person: a membership number
	Shareable Strength = "shareable" // can be shared within a family or an office: e-mail, phone
	Weak      Strength = "weak"      // many people have the same: names, birth dates, addresses
)

// Identifier is a kind of value that points at a person.
type Identifier struct {
	Name     string      // as fields name it: is = "email"
	Title    string      // as a person reads it
	Strength Strength    //
	How      compare.How // the comparison that finds records by it
}

var identifiers = []Identifier{
	{"membership_number", "membership number", Strong, compare.Compact},
	{"candidate_number", "candidate number", Strong, compare.Compact},
	{"national_insurance_number", "National Insurance number", Strong, compare.Compact},
	{"email", "e-mail address", Shareable, compare.Folded},
	{"phone", "phone number", Shareable, compare.Digits},
	{"given_name", "first name", Weak, compare.Folded},
	{"family_name", "surname", Weak, compare.Folded},
	{"full_name", "full name", Weak, compare.Folded},
	{"former_name", "former surname", Weak, compare.Folded},
	{"birth_date", "date of birth", Weak, compare.Date},
	{"postcode", "postcode", Weak, compare.Compact},
	{"address", "address", Weak, compare.Contains},
}

// BuiltIn returns the identifiers that every register knows.
func BuiltIn() []Identifier { return slices.Clone(identifiers) }

// Identifier returns the identifier of that name, built in or added by the register.
func (r *Register) Identifier(name string) (Identifier, bool) {
	i := slices.IndexFunc(r.Identifiers, func(id Identifier) bool { return id.Name == name })
	if i < 0 {
		return Identifier{}, false
	}
	return r.Identifiers[i], true
}

// identifierKeys is a table [identifier.NAME] of the register.
type identifierKeys struct {
	Title    string `toml:"title"`
	Strength string `toml:"strength"`
	Compare  string `toml:"compare"`
}

func (k identifierKeys) identifier(name string, s *Settings) (Identifier, error) {
	id := Identifier{Name: name, Title: k.Title, Strength: Strength(k.Strength)}
	if id.Title == "" {
		id.Title = name
	}
	switch id.Strength {
	case Strong, Shareable, Weak:
	default:
		return id, s.Problem("strength", `write "strong" (given to one person), "shareable" or "weak"`)
	}
	id.How = compare.Compact
	if k.Compare != "" {
		if err := id.How.UnmarshalText([]byte(k.Compare)); err != nil {
			return id, s.Problem("compare", fmt.Sprintf("is no comparison: write one of %v", compare.Hows))
		}
	}
	return id, nil
}
