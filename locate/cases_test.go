package locate

import (
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
)

// hard is a system of everything that people are mistaken by.
const hard = `
[system.members]
kind = "fake"
owners = ["Head of Membership"]
[system.members.entity.people]
key = ["id"]
[system.members.entity.people.fields]
no = { is = "membership_number" }
first = { is = "given_name" }
last = { is = "family_name" }
former = { is = "former_name" }
born = { is = "birth_date" }
email = { is = "email" }
phone = { is = "phone" }
home = { is = "address" }
post = { is = "postcode" }
[system.members.entity.payments]
key = ["id"]
parent = { entity = "people", on = { person = "id" } }
[system.tests]
kind = "fake"
owners = ["Head of Membership"]
[system.tests.entity.results]
key = ["id"]
fields = { no = { is = "membership_number" }, who = { is = "full_name" } }
`

// none is a value that is not there.
const none = "\x00"

// hardCase is a record of the members beside the subject's own, and what becomes of it.
type hardCase struct {
	name string
	row  [9]string // no, first, last, former, born, email, phone, home, post
	want string    // "certain", "possible" or "none"
	led  string    // what becomes of the payment and, where it has a number, the result that belong to it: "certain" or "none"
}

var thompson = []Identifier{{"membership_number", "M100007"}, {"given_name", "Catherine"}, {"family_name", "Thompson"}, {"birth_date", "1961-04-03"},
	{"email", "thompsons@example.com"}, {"phone", "07700 900495"}, {"address", "108 Station Road"}, {"postcode", "LS6 2SH"}}

var hardCases = []hardCase{
	{"her own record", [9]string{"M100007", "Catherine", "Thompson", none, "1961-04-03", "thompsons@example.com", "07700 900495", "108 Station Road", "LS6 2SH"}, "certain", "certain"},
	{"her own record, mistyped", [9]string{none, "Catherine", "Tompson", none, "03/04/61", none, none, "108 Station Rd", "LS6 2SH"}, "certain", "certain"},
	{"her twin", [9]string{"M100014", "Caroline", "Thompson", none, "1961-04-03", "thompsons@example.com", "07700 900495", "108 Station Road", "LS6 2SH"}, "possible", "none"},
	{"her mother of the same name", [9]string{none, "Catherine", "Thompson", none, "1934-09-21", none, "07700 900495", "108 Station Road", "LS6 2SH"}, "possible", "none"},
	{"her husband at the shared mailbox", [9]string{none, "Peter", "Thompson", none, "1958-01-02", "thompsons@example.com", none, "108 Station Road", "LS6 2SH"}, "possible", "none"},
	{"the shared mailbox and nothing else", [9]string{none, none, none, none, none, "Thompsons@Example.com", none, none, none}, "possible", "none"},
	{"the shared phone, written otherwise", [9]string{none, none, none, none, none, none, "+44 (0)7700 900-495", none, none}, "possible", "none"},
	{"a namesake born on the same day", [9]string{none, "Catherine", "Thompson", none, "1961-04-03", none, none, none, "CF10 2XW"}, "possible", "none"},
	{"a namesake born on the same day, of whom all else differs", [9]string{"M100021", "Catherine", "Thompson", none, "1961-04-03", "ct@example.org", "07700 900111", "3 Mill Lane", "CF10 2XW"}, "none", "none"},
	{"her number, given to somebody else too", [9]string{"M100007", "Mohammed", "Patel", none, "1990-11-20", none, none, "7 High Street", "BS1 4ND"}, "possible", "none"},
	{"herself under a second number", [9]string{"M700041", "Catherine", "Thompson", none, "1961-04-03", none, none, "108 Station Road", "LS6 2SH"}, "possible", "none"},
	{"herself under her former name", [9]string{none, "Catherine", "King", none, "1961-04-03", none, none, "108 Station Road", "LS6 2SH"}, "possible", "none"},
	{"a neighbour", [9]string{none, "Susan", "Walker", none, "1971-02-03", none, none, "110 Station Road", "LS6 2SH"}, "none", "none"},
	{"a stranger of her surname", [9]string{none, "Ian", "Thompson", none, "1980-12-30", none, none, "9 Park Close", "YO10 4GJ"}, "none", "none"},
	{"a stranger", [9]string{"M100028", "Priya", "Roberts", none, "1985-06-17", "pr@example.org", "07700 900222", "1 Church Street", "SG1 3QP"}, "none", "none"},
}

func (c hardCase) systems(rows int64) (*fake, *fake) {
	row := append([]string{"1"}, c.row[:]...)
	number := c.row[0]
	members := &fake{id: "members", rows: rows, tables: map[string]map[string]table{"M": {
		"people":   {columns: []string{"id", "no", "first", "last", "former", "born", "email", "phone", "home", "post"}, indexed: []string{"id", "no"}, rows: [][]string{row}},
		"payments": {columns: []string{"id", "person"}, indexed: []string{"id", "person"}, rows: [][]string{{"9", "1"}}},
	}}}
	if number == "M100007" {
		number = none // the result would be found by the request's own number
	}
	tests := &fake{id: "tests", rows: rows, tables: map[string]map[string]table{"T": {
		"results": {columns: []string{"id", "no", "who"}, indexed: []string{"id", "no"}, rows: [][]string{{"5", number, none}}},
	}}}
	return members, tests
}

func (res *result) of(name string) string {
	m, ok := res.matches[name]
	switch {
	case !ok:
		return "none"
	case m.Certain:
		return "certain"
	}
	return "possible"
}

// TestHardCases searches for a subject where one other record stands, in systems that are read whole and in such that are asked by
// clauses: nothing may be found by the one and not by the other.
func TestHardCases(t *testing.T) {
	for _, c := range hardCases {
		t.Run(c.name, func(t *testing.T) {
			for name, rows := range map[string]int64{"read whole": 0, "asked by index and read whole": 1_000_000, "asked by clauses": 50_000_000} {
				members, tests := c.systems(rows)
				res := run(t.Context(), register(t, hard, members, tests), Options{}, thompson...)
				m := res.matches["members/people/1"]
				if got := res.of("members/people/1"); got != c.want {
					t.Errorf("%s: %s at %.4f, want %s: %+v", name, got, m.Score, c.want, m.Evidence)
				}
				if got := res.of("members/payments/9"); got != c.led {
					t.Errorf("%s: the payment is %s, want %s", name, got, c.led)
				}
				if led := res.of("tests/results/5"); led != "none" && c.led == "none" {
					t.Errorf("%s: the number led to a result, which is %s", name, led)
				}
			}
		})
	}
}

// TestHardCasesAccepted accepts what a person would accept, and follows it.
func TestHardCasesAccepted(t *testing.T) {
	for _, c := range hardCases {
		if !strings.HasPrefix(c.name, "herself") {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			members, tests := c.systems(0)
			accept := func(ref connectors.Ref) Decision {
				if ref.Entity == "people" {
					return Accepted
				}
				return Undecided
			}
			res := run(t.Context(), register(t, hard, members, tests), Options{Decided: accept}, thompson...)
			if res.of("members/payments/9") != "certain" {
				t.Error("what belongs to an accepted record is not found")
			}
			if c.row[0] != none && res.of("tests/results/5") != "certain" {
				t.Error("the number of an accepted record leads nowhere")
			}
		})
	}
}

// TestDecidedAgainst never follows a record that a person decided against, however certain it is.
func TestDecidedAgainst(t *testing.T) {
	for _, d := range []Decision{Rejected, SomeoneElse, Mentions} {
		t.Run(string(d), func(t *testing.T) {
			members, tests := hardCases[0].systems(0)
			res := run(t.Context(), register(t, hard, members, tests), Options{Decided: func(connectors.Ref) Decision { return d }}, thompson...)
			if m := res.matches["members/people/1"]; m.Followed || res.of("members/payments/9") != "none" {
				t.Errorf("it was followed: %+v", res.matches)
			}
		})
	}
}

// TestWhatIsLearntLaterCounts finds a record certain by what the request gives, and leaves it to a person when another one tells that
// the number differs, whichever system answers first.
func TestWhatIsLearntLaterCounts(t *testing.T) {
	subject := thompson[1:] // without the number
	own, second := hardCases[0], hardCases[slices.IndexFunc(hardCases, func(c hardCase) bool { return c.name == "herself under a second number" })]
	for name, order := range map[string][2]hardCase{"the other one last": {own, second}, "the other one first": {second, own}} {
		t.Run(name, func(t *testing.T) {
			members, tests := order[0].systems(0)
			people := members.tables["M"]["people"]
			people.rows = append(people.rows, append([]string{"2"}, order[1].row[:]...))
			members.tables["M"]["people"] = people
			res := run(t.Context(), register(t, hard, members, tests), Options{}, subject...)
			a, b := res.matches["members/people/1"], res.matches["members/people/2"]
			if name == "the other one first" {
				a, b = b, a
			}
			if !a.Certain || b.Certain {
				t.Errorf("her own: %+v\nthe second number: %+v", a, b)
			}
		})
	}
}
