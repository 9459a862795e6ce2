package locate

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// normalise returns the values to search for in place of one that was given or found, by what its kind of
// identifier is compared by, and an error that says why there are none, without the value.
func normalise(id connectors.Identifier, value, region string) (string, error) {
	value = strings.TrimSpace(value)
	switch id.How {
	case compare.Digits:
		digits := national(value, region)
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

// national returns the digits of a phone number without country code and trunk zero, read with the
// region's rules where it has no country code.
func national(value, region string) string {
	number, err := phonenumbers.Parse(value, region)
	if err == nil {
		return phonenumbers.GetNationalSignificantNumber(number)
	}
	return strings.TrimLeft(compare.OnlyDigits(value), "0")
}

// telling reports whether a value found in a record says enough to search every system for it: fillers such
// as "n/a", "unknown", 0 or 9999 would lead to everybody else who has the same one.
func telling(id connectors.Identifier, value string) bool {
	if id.Name == "email" {
		name, domain, ok := strings.Cut(value, "@")
		return ok && name != "" && strings.Contains(domain, ".")
	}
	if id.How == compare.Digits {
		return true
	}
	if id.Strength != connectors.Strong {
		return id.How != compare.Date
	}
	digits := compare.AppendDigits(nil, []byte(value))
	return len(digits) > 0 && len(bytes.Trim(digits, "0")) > 0 && (len(digits) < 4 || len(bytes.Trim(digits, "9")) > 0)
}

// titles are left out of a full name.
var titles = map[string]bool{"mr": true, "mrs": true, "ms": true, "miss": true, "mx": true, "dr": true, "prof": true,
	"sir": true, "dame": true, "rev": true}

// splitName returns the first name and the surname of a full name, written "Dr Jo Ann Smith" or "Smith, Jo Ann".
func splitName(full string) (given, family string) {
	if before, after, ok := strings.Cut(full, ","); ok {
		return strings.TrimSpace(after), strings.TrimSpace(before)
	}
	words := strings.Fields(full)
	for len(words) > 1 && titles[strings.Trim(compare.Fold(words[0]), ".")] {
		words = words[1:]
	}
	if len(words) < 2 {
		return "", strings.Join(words, " ")
	}
	return strings.Join(words[:len(words)-1], " "), words[len(words)-1]
}
