// Package compare is the one definition of what it means for a stored value to answer a search.
//
// Every connector asks its system for at least the records that this package accepts, and every
// caller checks what came back with it again, so that a record is found or refused for the same
// reason whether it lay in a database with an odd collation, a spreadsheet or a mailbox.
//
// Stored values and searched values are canonical text (see Type). A NULL matches nothing.
package compare

import "fmt"

// How names one comparison of a stored value with a searched one.
type How uint8

const (
	// Equal holds when both are the same value: identical code points for text, the same number,
	// instant, GUID or bytes for the other types, whatever way it is written.
	Equal How = iota + 1
	// Folded holds when Fold makes both the same text.
	Folded
	// Compact holds when Compacted makes both the same, non-empty text: folded letters and digits
	// only. It is how membership numbers, postcodes and other written-out ids compare.
	Compact
	// Prefix holds when the folded stored text starts with the folded, non-empty searched text.
	Prefix
	// Contains holds when the folded stored text contains the folded, non-empty searched text.
	Contains
	// Digits holds when the decimal digits of the stored text, in order and whatever stands between
	// them, contain those of the searched text. A phone number is searched as its national number
	// without the trunk 0, so that +44 7700 900495, 07700 900495 and (07700)900495 all answer.
	Digits
	// Date holds when the stored value can be read as the searched day (2006-01-02): by value in
	// date columns, and in text and number columns in every written form of Dates, spreadsheet
	// serial numbers included. A time of day does not matter.
	Date
)

// Hows lists every comparison, in the order of their constants.
var Hows = []How{Equal, Folded, Compact, Prefix, Contains, Digits, Date}

var howNames = map[How]string{Equal: "equal", Folded: "folded", Compact: "compact", Prefix: "prefix",
	Contains: "contains", Digits: "digits", Date: "date"}

// String returns the comparison's name in lower case.
func (h How) String() string {
	if n, ok := howNames[h]; ok {
		return n
	}
	return fmt.Sprintf("How(%d)", uint8(h))
}

// MarshalText writes the comparison's name.
func (h How) MarshalText() ([]byte, error) {
	if n, ok := howNames[h]; ok {
		return []byte(n), nil
	}
	return nil, fmt.Errorf("compare: no comparison has the number %d", uint8(h))
}

// UnmarshalText reads a comparison's name.
func (h *How) UnmarshalText(text []byte) error {
	for how, n := range howNames {
		if n == string(text) {
			*h = how
			return nil
		}
	}
	return fmt.Errorf("compare: %q is no comparison", text)
}

// Type is the type of a field, which decides its canonical text.
type Type uint8

const (
	Text     Type = iota + 1 // the text itself, valid UTF-8
	Integer                  // -12
	Decimal                  // 12.50, exactly as stored, never with an exponent
	Float                    // 0.1, the shortest text that reads back as the same number, never with an exponent
	Boolean                  // true or false
	Day                      // 2006-01-02
	Clock                    // 15:04:05 with as many fractional digits as the value has
	DateTime                 // 2006-01-02T15:04:05, fraction as in Clock, no zone
	Instant                  // 2006-01-02T15:04:05Z, fraction as in Clock, or with its offset +01:00
	GUID                     // 00112233-4455-6677-8899-aabbccddeeff, lower case
	Binary                   // 0x0a0b: short binary values; long ones are streams
	Stream                   // content that is opened on demand; not searched by value
)

var typeNames = map[Type]string{Text: "text", Integer: "integer", Decimal: "decimal", Float: "float",
	Boolean: "boolean", Day: "date", Clock: "time", DateTime: "date and time", Instant: "instant", GUID: "guid",
	Binary: "binary", Stream: "stream"}

// String returns the type's name as a person reads it.
func (t Type) String() string {
	if n, ok := typeNames[t]; ok {
		return n
	}
	return fmt.Sprintf("Type(%d)", uint8(t))
}

// MarshalText writes the type's name.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Numeric reports whether the type holds numbers.
func (t Type) Numeric() bool { return t == Integer || t == Decimal || t == Float }
