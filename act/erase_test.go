package act

import (
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

const peopleText = `
[system.s.entity.people]
key = ["id"]
`

func TestErase(t *testing.T) {
	basic := shaped("people", col("id", compare.Integer, 0, "!"), col("name", compare.Text, 40, ""), col("since", compare.Text, 0, ""))
	readOnly := basic
	readOnly.Ops = nil
	noDelete := basic
	noDelete.Ops = []connectors.Op{connectors.Update}
	triggered := basic
	triggered.Triggers = []connectors.Trigger{{Name: "audit", On: []connectors.Op{connectors.Delete}}}
	const kept = `erase = "keep"` + "\n" + `keep = { reason = "accounts", basis = "legal obligation", for = "6 years", from = "since" }` + "\n"
	cases := []struct {
		name    string
		entity  string // behind the key
		shape   connectors.Shape
		since   string
		want    string
		why     string // part of it
		until   string
		against string // part of what speaks against it
	}{
		{name: "delete", entity: `erase = "delete"`, want: "delete delete"},
		{name: "no policy", want: "leave", against: "the register says nothing of its erasure"},
		{name: "kept until a day", entity: kept, since: "2022-05-17", want: "keep", why: "accounts", until: "2028-05-17"},
		{name: "kept from a leap day", entity: strings.Replace(kept, "6 years", "5 years", 1), since: "2024-02-29", want: "keep", until: "2029-02-28"},
		{name: "kept for days", entity: strings.Replace(kept, "6 years", "30 days", 1), since: "2026-02-20", want: "keep", until: "2026-03-22"},
		{name: "the last day but one", entity: kept, since: "2020-03-03", want: "keep", until: "2026-03-03"},
		{name: "the day itself", entity: kept, since: "2020-03-02", want: "delete delete", why: "until 2026-03-02"},
		{name: "long passed", entity: kept, since: "2001-01-01", want: "delete delete", why: "it was kept for accounts until 2007-01-01"},
		{name: "passed, and anonymised", entity: strings.Replace(kept, `from = "since"`, `from = "since", then = "anonymise"`, 1) + "[system.s.entity.people.fields]\nname = { is = \"full_name\" }\nsince = { erase = \"keep\" }\n",
			since: "2001-01-01", want: "anonymise update; name=NULL; id stays; since stays"},
		{name: "of two readings the later", entity: kept, since: "03/12/2019", want: "delete delete", why: "until 2025-12-03"},
		{name: "of two readings the later, which is to come", entity: kept, since: "04/03/2020", want: "keep", until: "2026-04-03"},
		{name: "a date that is none", entity: kept, since: "soon", want: "keep", why: "since holds no date"},
		{name: "a date that stands for none", entity: kept, since: "1900-01-01", want: "keep", why: "since holds no date"},
		{name: "a year, which is no serial number of 1905", entity: kept, since: "2014", want: "keep", why: "since holds no date"},
		{name: "no date", entity: kept, since: "NULL", want: "keep", why: "since holds no date"},
		{name: "kept for ever", entity: `erase = "keep"` + "\n" + `keep = { reason = "proof", basis = "legal obligation" }`, want: "keep", why: "proof"},
		{name: "counted from nothing", entity: strings.Replace(kept, `, from = "since"`, "", 1), want: "keep", why: "the register does not say from when"},
		{name: "read-only", entity: `erase = "delete"`, shape: readOnly, want: "task", why: "may only read"},
		{name: "no delete", entity: `erase = "delete"`, shape: noDelete, want: "task", why: "may not delete"},
		{name: "a trigger", entity: `erase = "delete"`, shape: triggered, want: "delete delete", against: "the trigger audit runs on every delete"},
		{name: "a trigger that was read", entity: `erase = "delete"` + "\n" + `triggers = ["audit"]`, shape: triggered, want: "delete delete"},
		{name: "exempt", entity: `erase = "delete"` + "\n" + `exempt = { from = ["erase"], reason = "examination script" }`, want: "leave", why: "exempt: examination script"},
		{name: "exempt from another right", entity: `erase = "delete"` + "\n" + `exempt = { from = ["access"], reason = "examination script" }`, want: "delete delete"},
		{name: "deleted, and a field is to stay", entity: "erase = \"delete\"\nfields = { name = { erase = \"keep\" } }", want: "leave", against: "the register lets this field stay"},
		{name: "deleted, and a field is exempt", entity: "erase = \"delete\"\nfields = { name = { exempt = { from = [\"erase\"], reason = \"a claim\" } } }", want: "leave", against: "the register lets this field stay"},
		{name: "suppression survives", entity: `erase = "delete"` + "\n" + `suppress = { add = { since = "{today}" } }`, want: "keep", why: "suppression"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := parsed(t, peopleText+c.entity)
			s := c.shape
			if s.Entity == "" {
				s = basic
			}
			of := caseOf(t, r, s, recorded(s, "7", "Zoe King", c.since))
			does, against := told(testRules(r, Erase), of)
			if does != c.want {
				t.Errorf("%s, not %s", does, c.want)
			}
			if (c.against == "") != (len(against) == 0) || c.against != "" && !holdsPart(against, c.against) {
				t.Errorf("against it: %q", against)
			}
			lines, _ := testRules(r, Erase).Lines(of)
			l := lines[0]
			if !strings.Contains(l.Why, c.why) || l.Until != c.until {
				t.Errorf("because of %q, until %q", l.Why, l.Until)
			}
			if l.Does == Task && (l.Steward != "IT" || l.Due != "2026-03-31" || l.Todo == "") {
				t.Errorf("%+v", l)
			}
			if l.Writes() && (l.Change.Digest != of.Record.Digest() || len(l.Change.Before.Names) != 3 || l.Change.Record.ID() != of.Record.Ref.ID()) {
				t.Errorf("%+v", l.Change)
			}
		})
	}
}

func TestAnonymise(t *testing.T) {
	const entity = peopleText + `
erase = "anonymise"
parent = { entity = "homes", on = { home = "id" } }
restrict = { set = { restricted = true } }
suppress = { set = { mailing = false } }
[system.s.entity.people.fields]
f = { is = "email" }
other = { erase = "keep" }
[system.s.entity.homes]
key = ["id"]
erase = "delete"
`
	cases := []struct {
		name    string
		column  connectors.Column
		field   string // of f in the register, in the place of is = "email"
		value   string
		want    string
		against string
	}{
		{name: "NULL where it may be", column: col("f", compare.Text, 40, ""), value: "zoe@example.org", want: "f=NULL"},
		{name: "empty text", column: col("f", compare.Text, 40, "!"), value: "zoe@example.org", want: "f="},
		{name: "empty already", column: col("f", compare.Text, 40, "!"), value: "", want: ""},
		{name: "NULL already", column: col("f", compare.Text, 40, ""), value: "NULL", want: ""},
		{name: "a number", column: col("f", compare.Integer, 0, "!"), value: "17", want: "f=0"},
		{name: "a decimal", column: col("f", compare.Decimal, 0, "!"), value: "17.5", want: "f=0"},
		{name: "truth", column: col("f", compare.Boolean, 0, "!"), value: "true", want: "f=false"},
		{name: "a day", column: col("f", compare.Day, 0, "!"), value: "1961-04-03", want: "f=1900-01-01"},
		{name: "a time of day", column: col("f", compare.Clock, 0, "!"), value: "10:15:00", want: "f=00:00:00"},
		{name: "a day and time", column: col("f", compare.DateTime, 0, "!"), value: "1961-04-03T10:00:00", want: "f=1900-01-01T00:00:00"},
		{name: "an instant", column: col("f", compare.Instant, 0, "!"), value: "2001-04-03T10:00:00Z", want: "f=1970-01-02T00:00:00Z"},
		{name: "a GUID", column: col("f", compare.GUID, 0, "!"), value: "00112233-4455-6677-8899-aabbccddeeff", want: "f=00000000-0000-0000-0000-000000000000"},
		{name: "bytes", column: col("f", compare.Binary, 0, "!"), value: "0xff", want: "f=0x"},
		{name: "unique text", column: col("f", compare.Text, 40, "!*"), value: "zoe@example.org", want: "f=erased-xxxxxxxxxxxxx"},
		{name: "unique text that may be NULL", column: col("f", compare.Text, 0, "*"), value: "zoe@example.org", want: "f=erased-xxxxxxxxxxxxx"},
		{name: "unique and short", column: col("f", compare.Text, 8, "!*"), value: "zoe", want: "f=xxxxxxxx"},
		{name: "unique and as short as a token with its mark", column: col("f", compare.Text, 13, "!*"), value: "zoe", want: "f=erased-xxxxxx"},
		{name: "unique and too short", column: col("f", compare.Text, 5, "!*"), value: "zoe", against: "each record needs another value"},
		{name: "a unique number", column: col("f", compare.Integer, 0, "!*"), value: "17", against: "each record needs another value"},
		{name: "a unique number that may be NULL", column: col("f", compare.Integer, 0, "*"), value: "17", want: "f=NULL"},
		{name: "blanked before", column: col("f", compare.Text, 40, "!*"), value: "erased-abcdefabcdefa", want: ""},
		{name: "only begins like one that was", column: col("f", compare.Text, 40, "!*"), value: "erased-zoe@example.o", want: "f=erased-xxxxxxxxxxxxx"},
		{name: "content that cannot be emptied", column: col("f", compare.Stream, 0, "!"), value: "x", against: "cannot be emptied"},
		{name: "what the register writes", column: col("f", compare.Text, 1, "!"), field: `blank = "U"`, value: "F", want: "f=U"},
		{name: "what the register writes is written already", column: col("f", compare.Text, 1, "!"), field: `blank = "U"`, value: "U", want: ""},
		{name: "what the register writes does not fit", column: col("f", compare.Integer, 0, "!"), field: `blank = "U"`, value: "1", against: "blank is no value of the type integer"},
		{name: "one of a list", column: native(col("f", compare.Text, 0, "!"), "enum('F','M')"), value: "F", against: "it holds only certain values"},
		{name: "one of a list that may be NULL", column: native(col("f", compare.Text, 0, ""), "enum('F','M')"), value: "F", want: "f=NULL"},
		{name: "one of a list, and the register says which", column: native(col("f", compare.Text, 0, "!"), "enum('F','M','U')"), field: `blank = "U"`, value: "F", want: "f=U"},
		{name: "generated", column: col("f", compare.Integer, 0, "!#"), value: "17", want: "f stays"},
		{name: "exempt", column: col("f", compare.Text, 0, ""), field: `exempt = { from = ["erase"], reason = "a claim" }`, value: "x", want: "f stays"},
		{name: "kept", column: col("f", compare.Text, 0, ""), field: `erase = "keep"`, value: "x", want: "f stays"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := entity
			if c.field != "" {
				text = strings.Replace(text, `is = "email"`, c.field, 1)
			}
			r := parsed(t, text)
			s := shaped("people", col("id", compare.Integer, 0, "!"), c.column, col("restricted", compare.Boolean, 0, ""), col("mailing", compare.Boolean, 0, ""))
			does, against := told(testRules(r, Erase), caseOf(t, r, s, recorded(s, "7", c.value, "true", "false")))
			if (c.against == "") != (len(against) == 0) || c.against != "" && !holdsPart(against, c.against) {
				t.Fatalf("%s; against it: %q", does, against)
			}
			want := "anonymise update; " + c.want + "; id stays; restricted stays; mailing stays"
			switch {
			case c.against != "":
				want = "leave"
			case c.want == "":
				want = "anonymise; id stays; restricted stays; mailing stays"
			case strings.HasSuffix(c.want, "stays"):
				want = "anonymise; id stays; " + c.want + "; restricted stays; mailing stays"
			}
			if does != want {
				t.Errorf("%s, not %s", does, want)
			}
		})
	}
}

// Fields that must differ together do so after they were blanked.
func TestAnonymiseTogether(t *testing.T) {
	const entity = peopleText + `
erase = "anonymise"
[system.s.entity.people.fields]
org  = { erase = "keep" }
code = {}
n    = {}
`
	for name, c := range map[string]struct {
		code, n connectors.Column
		want    string
		against string
	}{
		"text gets a value of its own":       {code: col("code", compare.Text, 40, "!"), n: col("n", compare.Integer, 0, "!"), want: "code=erased-xxxxxxxxxxxxx; n=0"},
		"NULL differs":                       {code: col("code", compare.Text, 40, ""), n: col("n", compare.Integer, 0, "!"), want: "code=NULL; n=0"},
		"what is unique differs":             {code: col("code", compare.Text, 40, "!*"), n: col("n", compare.Integer, 0, "!"), want: "code=erased-xxxxxxxxxxxxx; n=0"},
		"text that is too short for a value": {code: col("code", compare.Text, 4, "!"), n: col("n", compare.Integer, 0, "!"), against: "blanked they would"},
		"only numbers":                       {code: col("code", compare.Integer, 0, "!"), n: col("n", compare.Integer, 0, "!"), against: "blanked they would"},
	} {
		t.Run(name, func(t *testing.T) {
			s := shaped("people", col("id", compare.Integer, 0, "!"), col("org", compare.Text, 0, "!"), c.code, c.n)
			s.Uniques = [][]string{{"org", "code", "n"}}
			does, against := told(testRules(parsed(t, entity), Erase), caseOf(t, parsed(t, entity), s, recorded(s, "7", "IMI", "17", "3")))
			if (c.against == "") != (len(against) == 0) || c.against != "" && !holdsPart(against, c.against) || c.against == "" && !strings.Contains(does, "; "+c.want+";") {
				t.Errorf("%s; against it: %q", does, against)
			}
		})
	}
}

func native(c connectors.Column, words string) connectors.Column {
	c.Native = words
	return c
}

func TestAnonymiseLinks(t *testing.T) {
	const entity = peopleText + `
erase = "anonymise"
parent = { entity = "homes", on = { home = "id" } }
[system.s.entity.people.fields]
grade = { label = "Grade" }
firm = { label = "Employer" }
no = { is = "membership_number" }
[system.s.entity.homes]
key = ["id"]
erase = "delete"
`
	r := parsed(t, entity)
	s := shaped("people", col("id", compare.Integer, 0, "!"), col("home", compare.Integer, 0, ""), col("grade", compare.Integer, 0, "!"), col("firm", compare.Integer, 0, ""),
		col("no", compare.Text, 0, ""))
	s.ForeignKeys = []connectors.ForeignKey{{Table: s.Table, Fields: []string{"Grade"}, RefTable: "Grades", Ref: []string{"id"}}, {Table: s.Table, Fields: []string{"firm"}, RefTable: "Firms", Ref: []string{"id"}}}
	c := caseOf(t, r, s, recorded(s, "7", "1", "2", "3", "M1"))
	if does, against := told(testRules(r, Erase), c); does != "anonymise update; home=NULL; firm=NULL; no=NULL; id stays; grade stays" || len(against) > 0 {
		t.Errorf("%s, %q", does, against)
	}
	c.bonds = bonds{fields: map[string]string{"no": "Your payments"}}
	if does, _ := told(testRules(r, Erase), c); does != "anonymise update; home=NULL; firm=NULL; id stays; grade stays; no stays" {
		t.Errorf("payments stay: %s", does)
	}
	s.Fields[1].Nullable = false
	if does, _ := told(testRules(r, Erase), caseOf(t, r, s, c.Record)); !strings.Contains(does, "home stays") {
		t.Errorf("a link that cannot be empty: %s", does)
	}
	s.Fields = append(s.Fields, col("remark", compare.Text, 0, ""))
	does, against := told(testRules(r, Erase), caseOf(t, r, s, recorded(s, "7", "1", "2", "3", "M1", "x")))
	if does != "leave" || !holdsPart(against, "s / people / remark: the register says nothing of this field") {
		t.Errorf("an unmapped column: %s, %q", does, against)
	}
	s.Ops = nil
	s.Fields = s.Fields[:5]
	lines, _ := testRules(r, Erase).Lines(caseOf(t, r, s, c.Record))
	if l := lines[0]; l.Does != Task || l.Todo != "Empty these fields: Employer (firm), no." || len(l.Change.After.Names) != 2 {
		t.Errorf("%+v", l)
	}
}

// Children that stay keep their parent from being deleted where the system enforces that they belong to it.
func TestBlockedDelete(t *testing.T) {
	r := parsed(t, peopleText+`erase = "delete"`)
	s := shaped("people", col("id", compare.Integer, 0, "!"))
	c := caseOf(t, r, s, recorded(s, "7"))
	c.bonds.blocked = "records of Payments belong to it"
	if _, against := told(testRules(r, Erase), c); !holdsPart(against, "Payments") {
		t.Errorf("%q", against)
	}
	s.Ops = nil
	c.Shape = s
	if does, against := told(testRules(r, Erase), c); does != "task" || len(against) > 0 {
		t.Errorf("by hand: %s, %q", does, against)
	}
}

func TestTokensAreRandom(t *testing.T) {
	seen := map[string]bool{}
	for range 50 {
		v, why := Rules{}.unique(col("f", compare.Text, 0, "*"), connectors.Text("x"))
		if why != "" || seen[v.String()] || len(v.String()) != longToken {
			t.Fatalf("%s, %s", v, why)
		}
		seen[v.String()] = true
		g, _ := Rules{}.unique(col("f", compare.GUID, 0, "*"), connectors.Text("x"))
		if canonical, ok := compare.Canonical(compare.GUID, g.String()); !ok || canonical != g.String() || seen[g.String()] {
			t.Fatalf("%s", g)
		}
		seen[g.String()] = true
	}
}
