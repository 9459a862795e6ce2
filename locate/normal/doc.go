// Package normal brings what people and systems write for the same thing into one form: names, birth dates,
// postcodes, e-mail addresses, phone numbers, National Insurance numbers, addresses and ids.
//
// It starts where package compare ends. What compare makes equal (case, accents, ligatures, full-width and
// decomposed letters, every kind of apostrophe and hyphen) is equal here; on top come the things that only make
// sense for one kind of identifier: particles and titles of names, the two ways to write an umlaut, nicknames,
// fillers such as "n/a" and 1 January 1900, plus tags of mailboxes, trunk zeros and country codes of phone numbers.
//
// Every function is a pure one of its text, and Version changes when any of them gives another result. What is kept
// for long (traces of erased people, counts of terms) names the version that it was made with.
package normal

// Version is the version of the normal forms. It grows by one whenever a form changes.
const Version = 2
