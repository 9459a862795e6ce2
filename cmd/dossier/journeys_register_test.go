//go:build !race

package main

import "strings"

// journeyHead says of the whole how far a batch may go.
const journeyHead = `version = 1
[organisation]
name  = "The Institute"
clock = "eu"
[batch]
canary = 3
share  = 100
`

// journeyFields are what people hold, in every kind but Access.
const journeyFields = `
[system.ID.entity.people.fields]
id       = { erase = "keep" }
forename = { is = "given_name" }
surname  = { is = "family_name" }
number   = { is = "membership_number" }
status   = { erase = "keep" }
note     = { label = "Note" }
left_on  = { label = "Left on" }
`

// journeyRules say of a system how its people are restricted and corrected: each kind in another way.
var journeyRules = map[string]string{
	"mariadb": `restrict = { set = { status = "restricted" } }`,
	"postgres": `restrict = { set = { status = "restricted" }, move = "held" }
rectify = "append"
statement = "note"`,
	"sqlite": `restrict = { set = { status = "restricted" } }
rectify = "as issued"
dispute = { set = { status = "disputed" } }`,
	"book": `restrict = { set = { status = "restricted" }, move = "held" }`,
	"text": `restrict = { set = { status = "restricted" } }
rectify = "append"
statement = "note"`,
}

// journeyEntities are the tables of a system. A workbook's rows have no key; a letter in a text file says by a number whose it is, since
// files know nothing of each other.
func journeyEntities(rules string) string {
	key, parent, letters := `key = ["id"]`, lettersOfPeople, ""
	files := func(string) string { return "" }
	switch rules {
	case "book":
		key = ""
	case "text":
		parent, letters = `restrict = { set = { status = "restricted" } }`, "number = { is = \"membership_number\" }\n"
		files = func(table string) string { return "files = [\"FOLDER" + table + ".csv\"]\n" }
	}
	text := "[system.ID.entity.people]\n" + files("people") + key + "\nerase = \"anonymise\"\nretain = { for = \"6 years\", from = \"left_on\" }\n" +
		journeyRules[rules] + journeyFields +
		"[system.ID.entity.letters]\n" + files("letters") + key + "\n" + parent + "\nerase = \"delete\"\n" +
		"[system.ID.entity.letters.fields]\nperson = { label = \"Person\" }\n" + letters
	if strings.Contains(journeyRules[rules], "move") {
		text += strings.Replace("[system.ID.entity.people]\n"+key+"\nerase = \"delete\""+journeyFields, "entity.people", "entity.held", 2)
	}
	if rules == "sqlite" {
		text += "[system.ID.entity.claims]\nkey = [\"id\"]\nparent = { entity = \"people\", on = { person = \"id\" } }\nerase = \"keep\"\n" +
			"keep = { reason = \"a register of claims\", basis = \"legal obligation\", for = \"6 years\", from = \"made\" }\n"
	}
	return text
}

// journeyRegister returns what the register says of a system.
func journeyRegister(id, kind, rules, more string) string {
	folder, _, of := strings.Cut(id, "-")
	if folder += "/"; !of {
		folder = ""
	}
	return strings.NewReplacer("ID", id, "FOLDER", folder).Replace("[system.ID]\nowners = [\"Pat\"]\nbackups = \"nightly, kept for 35 days\"\nlast_backup = { files = \"connectors.toml\" }\n" + kind + more + journeyEntities(rules))
}

const accessJourney = `[system.access]
owners = ["Pat"]
kind = "access"
files = ["members.accdb"]
writable = true
ignore = { "Payments" = "not of this test" }
[system.access.entity.people]
table = "Members"
key = ["MemberID"]
erase = "anonymise"
retain = { for = "60 years", from = "Joined" }
restrict = { set = { Grade = "restricted" } }
[system.access.entity.people.fields]
MembershipNo = { is = "membership_number", blank = "" }
Forename = { is = "given_name" }
Surname = { is = "family_name" }
Email = { label = "E-mail" }
Notes = { label = "Notes" }
Title = { erase = "keep" }
DateOfBirth = { erase = "keep" }
Address1 = { erase = "keep" }
Town = { erase = "keep" }
Postcode = { erase = "keep" }
Phone = { erase = "keep" }
Grade = { erase = "keep" }
Joined = { erase = "keep" }
Lapsed = { erase = "keep" }
AnnualFee = { erase = "keep" }
CPDHours = { erase = "keep" }
RowGUID = { erase = "keep" }
[system.access.entity.letters]
table = "Correspondence"
key = ["LetterID"]
erase = "delete"
parent = { entity = "people", on = { MemberID = "MemberID" } }
`
