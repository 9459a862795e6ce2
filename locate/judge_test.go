package locate

import (
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

func TestScore(t *testing.T) {
	text := `
[system.s]
kind = "fake"
owners = ["o"]
[system.s.entity.people]
key = ["id"]
[system.s.entity.people.fields]
no = { is = "membership_number" }
first = { is = "given_name" }
last = { is = "family_name" }
name = { is = "full_name" }
dob = { is = "birth_date" }
email = { is = "email" }
phone = { is = "phone" }
post = { is = "postcode" }
`
	r := register(t, text, &fake{id: "s"})
	e := r.Systems[0].Entities[0]
	subject := Subject{Identifiers: []Identifier{{"membership_number", "M100007"}, {"full_name", "Ms Catherine King"},
		{"birth_date", "1990-03-17"}, {"email", "catherine.king@example.com"}, {"phone", "07700 900495"}, {"postcode", "LS6 9IT"}}}
	const none, possible, certain = "none", "possible", "certain" // verdicts
	for _, c := range []struct {
		name   string
		fields map[string]string
		want   string
	}{
		{"the id alone", map[string]string{"no": "m 100007"}, certain},
		{"the id, another surname", map[string]string{"no": "M100007", "first": "Catherine", "last": "Jones"}, certain},
		{"a reused id", map[string]string{"no": "M100007", "first": "Peter", "last": "Jones"}, possible},
		{"the id of a twin", map[string]string{"no": "M100007", "first": "Anna", "last": "King", "dob": "1990-03-17"}, certain},
		{"the e-mail address alone", map[string]string{"email": "CATHERINE.KING@example.com"}, possible},
		{"the e-mail address and first name", map[string]string{"email": "catherine.king@example.com", "first": "Catherine Anne"}, possible},
		{"the e-mail address of a household", map[string]string{"email": "catherine.king@example.com", "first": "Peter", "last": "King"}, possible},
		{"the e-mail address and an initial", map[string]string{"email": "catherine.king@example.com", "first": "C", "last": "King"}, possible},
		{"father and son of one name", map[string]string{"email": "catherine.king@example.com", "first": "Catherine", "last": "King", "dob": "1960-01-01"}, possible},
		{"the phone number in another form and the birth date", map[string]string{"phone": "+44 (0)7700 900-495", "dob": "17.3.90"}, possible},
		{"name and birth date", map[string]string{"first": "CATHERINE", "last": "king", "dob": "17/03/1990"}, possible},
		{"full name and birth date", map[string]string{"name": "King, Catherine", "dob": "17 Mar 1990"}, possible},
		{"surname and postcode", map[string]string{"last": "King", "post": "ls69it"}, possible},
		{"a married name: first name and birth date", map[string]string{"first": "Catherine", "last": "Jones", "dob": "1990-03-17"}, possible},
		{"the name alone, where a birth date could stand and does not", map[string]string{"first": "Catherine", "last": "King"}, possible},
		{"the name and another birth date", map[string]string{"first": "Catherine", "last": "King", "dob": "1961-11-20"}, none},
		{"the phone number of somebody else", map[string]string{"phone": "07700 900495", "first": "Peter", "last": "Jones", "dob": "1961-11-20"}, none},
		{"the phone number of somebody else, of whom no birth date stands", map[string]string{"phone": "07700 900495", "first": "Peter", "last": "Jones"}, possible},
		{"the e-mail address in a record of somebody else", map[string]string{"email": "catherine.king@example.com", "first": "Peter", "last": "Jones", "dob": "1961-11-20"}, possible},
		{"surname alone", map[string]string{"last": "King"}, none},
		{"birth date alone", map[string]string{"dob": "1990-03-17"}, none},
		{"nothing", nil, none},
	} {
		t.Run(c.name, func(t *testing.T) {
			shape := connectors.Shape{Entity: "people"}
			record := connectors.Record{Ref: connectors.Ref{System: "s", Place: "p", Entity: "people", Key: []string{"1"}}}
			for _, f := range e.Fields {
				shape.Fields = append(shape.Fields, connectors.Column{Name: f.Name, Type: compare.Text})
				record.Names = append(record.Names, f.Name)
				v := connectors.Null
				if s, ok := c.fields[f.Name]; ok {
					v = connectors.Text(s)
				}
				record.Values = append(record.Values, v)
			}
			m, ok := NewScorer(r, NewModel(r, nil), subject).Match(e, shape, record)
			got := none
			if ok {
				got = possible
			}
			if m.Certain {
				got = certain
			}
			if got != c.want {
				t.Errorf("%s, want %s; score %.3f, evidence %+v", got, c.want, m.Score, m.Evidence)
			}
		})
	}
}

func TestNameAloneCountsWhereNothingElseStands(t *testing.T) {
	text := `
[system.s]
kind = "fake"
owners = ["o"]
[system.s.entity.list]
key = ["id"]
fields = { who = { is = "full_name" } }
`
	f := &fake{id: "s", tables: map[string]map[string]table{"p": {"list": {columns: []string{"id", "who"},
		rows: [][]string{{"1", "Mrs Catherine King"}, {"2", "Peter King"}, {"3", "KING, Catherine"}}}}}}
	res := run(t.Context(), register(t, text, f), Options{}, Identifier{"full_name", "Catherine King"})
	if got := res.possible(); len(got) != 2 {
		t.Errorf("possible: %v", got)
	}
}

func TestSplitName(t *testing.T) {
	for full, want := range map[string][2]string{
		"Dr Catherine Anne King": {"Catherine Anne", "King"},
		"King, Catherine":        {"Catherine", "King"},
		"Mr. King":               {"", "King"},
		"Miss":                   {"", "Miss"},
		"":                       {"", ""},
	} {
		if given, family := splitName(full); given != want[0] || family != want[1] {
			t.Errorf("splitName(%q) = %q, %q", full, given, family)
		}
	}
}

func TestNormalise(t *testing.T) {
	r := register(t, "")
	for _, c := range []struct{ kind, value, want string }{
		{"phone", "+44 7700 900495", "7700900495"},
		{"phone", "(07700) 900 495", "7700900495"},
		{"phone", "0044 7700 900495", "7700900495"},
		{"phone", "+33 1 23 45 67 89", "123456789"},
		{"phone", "12345", ""},
		{"birth_date", "3rd April 1961", "1961-04-03"},
		{"birth_date", "soon", ""},
		{"postcode", "-", ""},
		{"email", " Jo@Example.com ", "Jo@Example.com"},
	} {
		id, _ := r.Identifier(c.kind)
		got, err := normalise(id, c.value, "GB")
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("normalise(%s, %q) = %q, %v; want %q", c.kind, c.value, got, err, c.want)
		}
	}
}

func TestFillersLeadNowhere(t *testing.T) {
	r := register(t, "")
	for _, c := range []struct {
		kind, value string
		want        bool
	}{
		{"candidate_number", "0", false}, {"candidate_number", "00000", false}, {"candidate_number", "9999", false},
		{"candidate_number", "n/a", false}, {"candidate_number", "unknown", false}, {"candidate_number", "QL-0017", true},
		{"candidate_number", "9", true}, {"email", "none", false}, {"email", "a@b", false}, {"email", "a@b.com", true},
		{"family_name", "King", true}, {"birth_date", "1961-04-03", false},
	} {
		id, _ := r.Identifier(c.kind)
		if got := telling(id, c.value); got != c.want {
			t.Errorf("telling(%s, %q) = %v", c.kind, c.value, got)
		}
	}
}
