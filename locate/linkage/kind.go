package linkage

import (
	"dossier/connectors"
	"dossier/connectors/compare"
)

// measure is a way to compare: which normal form and which levels.
type measure uint8

const (
	given measure = iota
	family
	order // whether first name and surname stand in each other's field
	birth
	postcode
	address
	email
	phone
	number // an id
	label  // any other text
	measures
)

// kind is one thing that is compared, and counts once however many fields hold it.
type kind struct {
	name     string
	title    string // as a person reads it
	measure  measure
	strength connectors.Strength
	home     bool // everybody at a home shares it
	slot     int  // where an Entry keeps its values, for numbers and labels
}

// Field says what a column holds. Two kinds of columns are no kind of their own: a full name counts as first name and surname, and a
// former surname as a surname.
type Field struct {
	kind int
	full bool
}

// homely are kinds of text that everybody at a home shares, beside address and postcode.
var homely = map[string]bool{"town": true, "region": true, "country": true, "house_number": true, "locality": true}

// kindsOf returns what is compared, for the identifiers of a register. The first ones are in the order of their measures.
func kindsOf(identifiers []connectors.Identifier) []kind {
	kinds := []kind{
		{name: "given_name", measure: given}, {name: "family_name", measure: family}, {name: "", title: "order of the names", measure: order},
		{name: "birth_date", measure: birth}, {name: "postcode", measure: postcode, home: true}, {name: "address", measure: address, home: true},
		{name: "email", measure: email}, {name: "phone", measure: phone},
	}
	numbers, labels := 0, 0
	for _, id := range identifiers {
		if i := indexOf(kinds, id.Name); i >= 0 {
			kinds[i].title, kinds[i].strength = id.Title, id.Strength
			continue
		}
		k := kind{name: id.Name, title: id.Title, strength: id.Strength, measure: number}
		switch {
		case id.Name == "full_name", id.Name == "former_name":
			continue
		case id.Strength == connectors.Weak, id.How == compare.Contains, id.How == compare.Date:
			k.measure, k.slot, k.home = label, labels, homely[id.Name]
			labels++
		default:
			k.slot = numbers
			numbers++
		}
		kinds = append(kinds, k)
	}
	return kinds
}

func indexOf(kinds []kind, name string) int {
	for i, k := range kinds {
		if k.name == name {
			return i
		}
	}
	return -1
}
