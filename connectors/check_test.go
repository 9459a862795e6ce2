package connectors

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dossier/connectors/compare"
)

// informed is the information that a person can ask for about a system.
const informed = `
people = ["candidates"]
security = "encrypted disks"
steward = "IT"
purpose = "registering"
basis = "contract"
recipients = []
retention = "6 years"
source = "the person"
automated = "none"
transfers = "none"
`

// checked is a system on which the register and what Describe saw agree.
const checked = system + informed + `
ignore = { "log_*" = "nothing personal" }
[system.qlms.entity.candidates]
table = "dbo.Candidates"
key   = ["ID"]
erase = "delete"
keep  = { reason = "law", basis = "legal obligation", for = "6 years", from = "Since" }
restrict = { set = { Restricted = true } }
[system.qlms.entity.candidates.fields]
Email = { is = "email" }
[system.qlms.entity.claims]
table  = "dbo.Claims"
key    = ["ClaimID"]
parent = { entity = "candidates", on = { CandidateID = "ID" } }
erase  = "anonymise"
`

func column(name string, options ...string) Column {
	c := Column{Name: name, Type: compare.Text, Native: "nvarchar", Search: compare.Hows}
	c.Unique, c.Indexed = slices.Contains(options, "unique"), slices.Contains(options, "unique") || slices.Contains(options, "indexed")
	if slices.Contains(options, "equal only") {
		c.Search = []compare.How{compare.Equal}
	}
	return c
}

func described() Catalog {
	all := []Op{Update, Insert, Delete}
	return Catalog{Places: []string{"a", "b"}, Scope: PerPlace, Shapes: []Shape{
		{Entity: "candidates", Table: "dbo.Candidates", Mapped: true, Places: []string{"a", "b"}, Key: []string{"ID"}, Ops: all,
			Fields: []Column{column("ID", "unique"), column("Email", "indexed"), column("Since"), column("Restricted")}},
		{Entity: "claims", Table: "dbo.Claims", Mapped: true, Places: []string{"a", "b"}, Key: []string{"ClaimID"}, Ops: all,
			Fields: []Column{column("ClaimID", "unique"), column("CandidateID", "indexed")}},
		{Entity: "dbo.log_2020", Table: "dbo.log_2020", Places: []string{"a"}},
	}}
}

func TestCheckSystem(t *testing.T) {
	drop := func(shape int, name string) func(*Catalog) {
		return func(c *Catalog) {
			fields := &c.Shapes[shape].Fields
			*fields = slices.DeleteFunc(*fields, func(f Column) bool { return f.Name == name })
		}
	}
	cases := []struct {
		name    string
		replace [2]string // in the register
		change  func(*Catalog)
		want    []string // severity entity/field: what
	}{
		{name: "nothing"},
		{name: "a table that is not there", change: func(c *Catalog) { c.Shapes = c.Shapes[1:] },
			want: []string{`error candidates/: there is no "dbo.Candidates" that the account reaches`}},
		{name: "a table missing in a place", change: func(c *Catalog) { c.Shapes[1].Places = []string{"a"} },
			want: []string{`warning claims/: is missing in 1 of 2 places: b`}},
		{name: "a mapped field that is not there", change: drop(0, "Email"), want: []string{`error candidates/Email: fields names a field that dbo.Candidates lacks`}},
		{name: "a mapped field misspelt", replace: [2]string{"Email = {", "Emial = {"},
			want: []string{`error candidates/Emial: fields names a field that dbo.Candidates lacks; did you mean "Email"?`, `note candidates/: the register says nothing of Email: exported`}},
		{name: "a mapped field in other letters", replace: [2]string{"Email = {", "EMAIL = {"},
			want: []string{`error candidates/EMAIL: fields names a field that dbo.Candidates lacks; it has "Email"`, `note candidates/: the register says nothing of Email`}},
		{name: "a key field that is not there", change: drop(1, "ClaimID"), want: []string{`error claims/ClaimID: key[0] names a field that dbo.Claims lacks`}},
		{name: "a key that is not unique", change: func(c *Catalog) { c.Shapes[1].Fields[0].Unique = false },
			want: []string{`warning claims/ClaimID: is the key, and nothing in the system keeps two records`}},
		{name: "a child field that is not there", change: drop(1, "CandidateID"), want: []string{`error claims/CandidateID: parent.on names a field that dbo.Claims lacks`}},
		{name: "a parent field that is not there", replace: [2]string{`CandidateID = "ID"`, `CandidateID = "Id"`},
			want: []string{`error claims/CandidateID: parent.on names the field "Id", which dbo.Candidates lacks; it has "ID"`}},
		{name: "a field to count from that is not there", change: drop(0, "Since"), want: []string{`error candidates/Since: keep.from names a field that dbo.Candidates lacks`}},
		{name: "a field to count from that holds no date", change: func(c *Catalog) { c.Shapes[0].Fields[2].Type, c.Shapes[0].Fields[2].Native = compare.GUID, "uuid" },
			want: []string{`warning candidates/Since: is what the period of keep is counted from, and a field of type uuid holds no date`}},
		{name: "a date that is not there", replace: [2]string{"erase = \"delete\"\n", "erase = \"delete\"\ndated = \"MadeOn\"\n"},
			want: []string{`error candidates/MadeOn: dated names a field that dbo.Candidates lacks`}},
		{name: "a date that is none", replace: [2]string{"erase = \"delete\"\n", "erase = \"delete\"\ndated = \"Restricted\"\n"},
			change: func(c *Catalog) { c.Shapes[0].Fields[3].Type, c.Shapes[0].Fields[3].Native = compare.GUID, "uuid" },
			want:   []string{`warning candidates/Restricted: is what a request for a span of days is cut by, and a field of type uuid holds no date`}},
		{name: "a number that points at text", change: func(c *Catalog) { c.Shapes[1].Fields[1].Type, c.Shapes[1].Fields[1].Native = compare.Integer, "int" },
			want: []string{`warning claims/CandidateID: is of type int and ID of dbo.Candidates is of type nvarchar: text is never compared`}},
		{name: "a field to mark that is not there", change: drop(0, "Restricted"), want: []string{`error candidates/Restricted: restrict.set names a field that dbo.Candidates lacks`}},
		{name: "unmapped columns", change: func(c *Catalog) {
			c.Shapes[0].Fields = append(c.Shapes[0].Fields, column("Phone"), column("Notes"))
			c.Shapes[1].Fields = append(c.Shapes[1].Fields, column("Amount"))
		}, want: []string{`note candidates/: the register says nothing of Phone, Notes: exported as they are`, `warning claims/: the register says nothing of Amount: erasure is refused`}},
		{name: "many unmapped columns", change: func(c *Catalog) {
			for i := range 12 {
				c.Shapes[0].Fields = append(c.Shapes[0].Fields, column(fmt.Sprint("F", i)))
			}
		}, want: []string{`note candidates/: the register says nothing of F0, F1, F2, F3, F4, F5, F6, F7, F8, F9 and 2 more`}},
		{name: "a table of which the register says nothing", change: func(c *Catalog) {
			c.Shapes = append(c.Shapes, Shape{Entity: "dbo.People", Table: "dbo.People"})
		}, want: []string{`warning dbo.People/: the register neither maps nor ignores it: add [system.qlms.entity.NAME] with table = "dbo.People"`}},
		{name: "an ignored table that is not there", change: func(c *Catalog) { c.Shapes = c.Shapes[:2] }, want: []string{`note /ignore.log_*: answers to no table`}},
		{name: "no erasure", replace: [2]string{"erase = \"delete\"\n", ""}, want: []string{`warning candidates/: says nothing of erasure: write erase`}},
		{name: "an account that only reads", change: func(c *Catalog) { c.Shapes[0].Ops, c.Shapes[1].Ops = nil, nil },
			want: []string{`note candidates/: is to be erased, and the account may not delete`, `note candidates/: is to be marked as restricted`, `note claims/: is to be erased, and the account may not update`}},
		{name: "an identifier that cannot be searched", change: func(c *Catalog) { c.Shapes[0].Fields[1] = column("Email", "indexed", "equal only") },
			want: []string{`warning candidates/Email: holds an identifier, and a field of type nvarchar cannot be searched by folded`}},
		{name: "no indexes in a large table", change: func(c *Catalog) {
			c.Shapes[0].Fields[1].Indexed, c.Shapes[1].Fields[1].Indexed = false, false
			c.Shapes[0].Rows, c.Shapes[1].Rows = 5_000_000, 5_000_000
		}, want: []string{`note candidates/Email: has no index`, `note claims/CandidateID: has no index`}},
		{name: "a cascade", change: func(c *Catalog) {
			c.Shapes[0].ForeignKeys = []ForeignKey{{Table: "dbo.Orders", RefTable: "dbo.Candidates", OnDelete: "cascade"},
				{Table: "dbo.Claims", RefTable: "dbo.Candidates", OnDelete: "cascade"}, {Table: "dbo.Visits", RefTable: "dbo.Candidates", OnDelete: "no action"}}
		}, want: []string{`warning candidates/: deleting a record also changes dbo.Orders (on delete cascade), which the register does not name`}},
		{name: "a trigger", change: func(c *Catalog) { c.Shapes[0].Triggers = []Trigger{{"audit", []Op{Delete}}, {"stamp", []Op{Update}}} },
			want: []string{`warning candidates/: every delete of a record runs the trigger audit, and is refused until`, `warning candidates/: every update of a record runs the trigger stamp`}},
		{name: "a trigger that was read", replace: [2]string{"erase = \"delete\"\n", "erase = \"delete\"\ntriggers = [\"audit\"]\n"},
			change: func(c *Catalog) { c.Shapes[0].Triggers = []Trigger{{"audit", []Op{Delete, Update}}} }},
		{name: "a field that stays of a record that is deleted", replace: [2]string{`is = "email"`, `is = "email", erase = "keep"`},
			want: []string{`warning candidates/Email: is to stay when the record is deleted`}},
		{name: "a gap", change: func(c *Catalog) { c.Gaps = []Gap{{Place: "c", Why: "it does not answer"}} },
			want: []string{`error /: could not be described: c: not searched: it does not answer`}},
		{name: "a place that is closed to changes", change: func(c *Catalog) { c.Closed = []Gap{{Place: "c", Why: "the account that writes is unknown"}} },
			want: []string{`warning /: can be searched and not changed, so that each change becomes a task for the steward: c: the account that writes is unknown`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := checked
			if c.replace[0] != "" {
				if !strings.Contains(text, c.replace[0]) {
					t.Fatalf("the register does not hold %q", c.replace[0])
				}
				text = strings.Replace(text, c.replace[0], c.replace[1], 1)
			}
			catalog := described()
			if c.change != nil {
				c.change(&catalog)
			}
			expectFindings(t, text, catalog, c.want)
		})
	}
}

func expectFindings(t *testing.T, text string, catalog Catalog, want []string) {
	t.Helper()
	r, err := Parse([]byte(text), testKinds)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.CheckSystem(r.Systems[0], catalog) {
		if f.System != r.Systems[0].ID {
			t.Errorf("a finding about the system %q", f.System)
		}
		got = append(got, fmt.Sprintf("%s %s/%s: %s", f.Severity, f.Entity, f.Field, f.What))
	}
	if len(got) != len(want) {
		t.Fatalf("%d findings and not %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("finding %d is\n\t%s\nand not\n\t%s", i, got[i], want[i])
		}
	}
}

// TestCheckInformation shows which information is asked for, of systems that people work too.
func TestCheckInformation(t *testing.T) {
	const paper = head + "[system.paper]\nkind = \"manual\"\nowners = [\"Everyone\"]\n"
	expectFindings(t, paper, Catalog{}, []string{"warning /steward: is missing", "note /security: is missing", "note /people: is missing", "warning /purpose: is missing", "warning /basis: is missing", "warning /recipients: is missing",
		"warning /retention: is missing", "warning /source: is missing", "warning /automated: is missing", "warning /transfers: is missing"})
	expectFindings(t, paper+informed, Catalog{}, nil)
	expectFindings(t, paper+"role = \"processor\"\ncontroller = { name = \"A client\" }\n", Catalog{}, []string{"warning /steward: is missing", "note /security: is missing"})
	expectFindings(t, strings.Replace(paper, "clock = ", "security = \"locked rooms\"\nclock = ", 1)+strings.Replace(informed, "security", "backups", 1), Catalog{}, nil)
}
