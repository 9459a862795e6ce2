// Package estate makes the demo estate: a fictional organisation's systems, filled with fictional
// people, together with the truth about whose every record is.
//
// The systems mirror those of an institute of the motor trade: QLMS (candidates, the hub that other
// systems are keyed from), an LMS, an ePortfolio, a behavioural test with one database a centre,
// ProDrive (the data master), an old NVQ system, the websites, a share of workbooks, mailing lists as
// CSV files, the legacy membership database (Access) and systems without an interface, worked by
// people.
//
// The same options give the same estate: truth.jsonl and the CSV files are equal byte for byte, the
// databases and workbooks equal in content. The chances of a person in a system depend on the seed, the
// system and that person alone, so that a new system or another size of estate does not shuffle the others.
//
// # People
//
// The members are the 2,000 of the legacy membership database, which stands in this package and is
// always written whole. Options.People counts the members that live in the other systems too: fewer
// than 2,000 leave the rest with their legacy records only (they are people in the truth all the
// same), more are made in the same manner. On top come relatives and strangers who are no members and
// exist to be mistaken for one: twins, parents and children of one name, spouses with one mailbox,
// namesakes born on the same day. There is one to every ten members, and one to every three of the first fifty.
//
// # Dirt
//
// Names are mistyped, shortened, swapped, written in capitals, without accents, in decomposed or
// full-width Unicode, under a former surname; birth dates stand in every form, transposed, mistyped,
// missing or defaulted; phones in ten forms; mailboxes and phones are shared; candidate numbers are
// given twice to one person and once to two. Dirt is honest: it is never aimed at a matcher, and each
// record still holds enough for a careful person with all the systems before them to tell whose it is
// or might be. It may only get harder.
//
// Each person and each record of the truth carries its classes (see Classes), so that quality can be
// told class by class.
package estate
