package estate

import "slices"

// Class is one way in which a person or a record is hard to match.
type Class string

// Classes of people.
const (
	Household       Class = "household"         // lives with another person of the same surname
	SharedEmail     Class = "shared_email"      // uses one mailbox with another person
	SharedPhone     Class = "shared_phone"      // uses one phone with another person
	Twin            Class = "twin"              // same surname, birth date and address as another person
	SameNameParent  Class = "same_name_parent"  // parent and child of one name at one address
	SameNameUndated Class = "same_name_undated" // the same, and no system but the legacy one knows a birth date
	Namesake        Class = "namesake"          // same full name and birth date as a stranger
	NearNamesake    Class = "near_namesake"     // same full name and town as a stranger
	FormerName      Class = "former_name"       // had another surname; on a record: stands under it
	KnownAs         Class = "known_as"          // goes by a nickname
	SpecialLetters  Class = "special_letters"   // Ł, ß, ı, Æ and others that no accent folding covers
	DoubleBarrelled Class = "double_barrelled"  // two surnames, with or without a hyphen
	Punctuated      Class = "punctuated"        // an apostrophe, a particle or a space in the surname
	Moved           Class = "moved"             // had another address
	ChangedEmail    Class = "changed_email"     // had another mailbox
	EmailCollision  Class = "email_collision"   // the legacy record carries a stranger's mailbox
	TwoNumbers      Class = "two_numbers"       // one person under two candidate numbers
	ReusedNumber    Class = "reused_number"     // a candidate number given to two people
	TwoContacts     Class = "two_contacts"      // twice in the data master
	LegacyOnly      Class = "legacy_only"       // in no system but the legacy one
)

// Classes of records.
const (
	Typo             Class = "typo"              // a mistyped name
	Nickname         Class = "nickname"          // a short form of the given name
	Initial          Class = "initial"           // the initial of the given name only
	SwappedNames     Class = "swapped_names"     // given and family name in each other's field
	UpperCase        Class = "upper_case"        // names in capitals
	Spaces           Class = "spaces"            // leading, trailing or doubled spaces
	Decomposed       Class = "decomposed"        // letters and accents as separate code points
	FullWidth        Class = "full_width"        // full-width forms of Latin letters
	Transliterated   Class = "transliterated"    // letters with accents written without
	NameVariant      Class = "name_variant"      // another hyphen, apostrophe, or half of a double name
	OldAddress       Class = "old_address"       // the address before a move
	OldEmail         Class = "old_email"         // a mailbox used before
	EmailVariant     Class = "email_variant"     // capitals or a plus tag
	BirthMissing     Class = "birth_missing"     // no birth date
	BirthPlaceholder Class = "birth_placeholder" // a birth date that the system fills in
	BirthTransposed  Class = "birth_transposed"  // day and month swapped
	BirthSlip        Class = "birth_slip"        // one digit of the birth date mistyped
	DateText         Class = "date_text"         // dates as text or serial numbers
	IDOnly           Class = "id_only"           // nothing that names the person but another system's key
	Handle           Class = "handle"            // an invented name, and a mailbox
	Child            Class = "child"             // belongs to the person through its parent record
	EmailOnly        Class = "email_only"        // a mailbox and nothing else
)

// Classes lists every class, those of people first.
var Classes = []Class{Household, SharedEmail, SharedPhone, Twin, SameNameParent, SameNameUndated, Namesake, NearNamesake,
	FormerName, KnownAs, SpecialLetters, DoubleBarrelled, Punctuated, Moved, ChangedEmail, EmailCollision, TwoNumbers,
	ReusedNumber, TwoContacts, LegacyOnly,
	Typo, Nickname, Initial, SwappedNames, UpperCase, Spaces, Decomposed, FullWidth, Transliterated, NameVariant, OldAddress,
	OldEmail, EmailVariant, BirthMissing, BirthPlaceholder, BirthTransposed, BirthSlip, DateText, IDOnly, Handle, Child, EmailOnly}

// classes is a sorted set.
type classes []Class

func (s *classes) add(more ...Class) {
	for _, c := range more {
		if i, found := slices.BinarySearch(*s, c); !found {
			*s = slices.Insert(*s, i, c)
		}
	}
}

func (s classes) has(c Class) bool {
	_, found := slices.BinarySearch(s, c)
	return found
}
