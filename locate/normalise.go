package locate

import (
	"fmt"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate/normal"
)

// normalise returns the value to search for in place of one that was given or found, by what its kind of
// identifier is compared by, and an error that says why there is none, without the value.
func normalise(id connectors.Identifier, value, region string) (string, error) {
	value = strings.TrimSpace(value)
	switch id.How {
	case compare.Digits:
		digits := normal.NewRegion(region).National(value)
		if len(digits) < minPhone {
			return "", fmt.Errorf("the %s has fewer than %d digits", id.Title, minPhone)
		}
		return digits, nil
	case compare.Date:
		days := compare.Dates(value, compare.Text)
		if len(days) == 0 {
			return "", fmt.Errorf("the %s cannot be read as a date: write it like 1961-04-03", id.Title)
		}
		return days[0], nil
	}
	key, ok := compare.AppendKey(nil, id.How, compare.Text, []byte(value))
	if !ok || len(key) == 0 {
		return "", fmt.Errorf("the %s has no letters or digits", id.Title)
	}
	return value, nil
}

// minPhone is the fewest digits that are taken as a phone number: local numbers have six.
const minPhone = 6

// telling reports whether a value found in a record says enough to search every system for it: fillers such
// as "n/a", "unknown", 0 or 9999 would lead to everybody else who has the same one, and the mailbox of an
// office to everybody there.
func telling(id connectors.Identifier, value string) bool {
	var a normal.Arena
	text := []byte(value)
	switch {
	case id.Name == "email":
		m, ok := a.Mailbox(text)
		return ok && !m.Role
	case id.Name == "national_insurance_number":
		_, ok := a.Insurance(text)
		return ok
	case id.How == compare.Digits:
		_, ok := a.Phone(text, normal.NewRegion(""))
		return ok
	case id.How == compare.Date:
		return false
	case id.Strength == connectors.Weak:
		_, ok := a.Name(text)
		return ok
	}
	_, ok := a.ID(text)
	return ok
}

// splitName returns the first name and the surname of a full name, written "Dr Jo Ann Smith" or "Smith, Jo Ann", as they
// are written there.
func splitName(full string) (given, family string) {
	if before, after, ok := strings.Cut(full, ","); ok {
		return strings.TrimSpace(after), strings.TrimSpace(before)
	}
	words := strings.Fields(full)
	for len(words) > 1 && normal.Title(words[0]) {
		words = words[1:]
	}
	if len(words) < 2 {
		return "", strings.Join(words, " ")
	}
	return strings.Join(words[:len(words)-1], " "), words[len(words)-1]
}
