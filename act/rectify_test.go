package act

import (
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

func TestRectify(t *testing.T) {
	const entity = peopleText + `
[system.s.entity.people.fields]
first = { is = "given_name" }
known = { is = "given_name" }
full = { is = "full_name" }
born = { is = "birth_date" }
phone = { is = "phone" }
town = { category = "user.contact.address.city", label = "Town" }
`
	s := shaped("people", col("id", compare.Integer, 0, "!"), col("first", compare.Text, 8, ""), col("known", compare.Text, 0, ""), col("full", compare.Text, 0, ""),
		col("born", compare.Day, 0, ""), col("phone", compare.Text, 0, ""), col("town", compare.Text, 0, ""), col("remarks", compare.Text, 60, ""), col("disputed", compare.Boolean, 0, ""))
	values := map[string]string{"first": "Zoe", "known": "", "full": "Zoe King", "born": "1961-04-03", "phone": "+44 (0)1632 960001", "town": "Leeds", "remarks": "NULL", "disputed": "false"}
	name := Correction{Fact: "given_name", Value: "Zoë", Was: []string{"Zoe"}}
	cases := []struct {
		name    string
		entity  string // keys of the entity
		field   string // added to the field first
		values  map[string]string
		fact    Correction
		want    string
		todo    string
		against string
	}{
		{name: "a name, and in the full name", fact: name, want: "correct update; first=Zoë; full=Zoë King; known stays"},
		{name: "in other letters", values: map[string]string{"first": "ZOE"}, fact: name, want: "correct update; first=Zoë; full=Zoë King; known stays"},
		{name: "right already", values: map[string]string{"first": "Zoë", "full": "Zoë King"}, fact: name, want: "leave; first stays; known stays; full stays"},
		{name: "right already, otherwise written", values: map[string]string{"first": "ZOË"}, fact: Correction{"given_name", "Zoë", []string{"Chloe"}}, want: "leave; first stays; known stays; full stays"},
		{name: "another value", values: map[string]string{"first": "Ann", "full": "Ann King"}, fact: name, want: "leave; first stays; known stays; full stays"},
		{name: "nothing says what is wrong", fact: Correction{Fact: "given_name", Value: "Chloe"}, want: "correct update; first=Chloe; known stays; full stays"},
		{name: "several values", values: map[string]string{"known": "Zo"}, fact: Correction{Fact: "given_name", Value: "Chloe"}, want: "leave", against: "holds several values of given_name (first, known)"},
		{name: "of several values the wrong one", values: map[string]string{"known": "Zo"}, fact: name, want: "correct update; first=Zoë; full=Zoë King; known stays"},
		{name: "surname first", values: map[string]string{"full": "KING, Zoe"}, fact: Correction{"family_name", "Kyng", []string{"King"}}, want: "correct update; full=Kyng, Zoe"},
		{name: "no part of another name", values: map[string]string{"full": "Zoe Kingsley"}, fact: Correction{"family_name", "Kyng", []string{"King"}}, want: "leave; full stays"},
		{name: "a date", fact: Correction{"birth_date", "4 April 1961", []string{"03/04/1961"}}, want: "correct update; born=1961-04-04"},
		{name: "a phone number", fact: Correction{"phone", "01632 960002", []string{"01632 960001"}}, want: "correct update; phone=01632 960002"},
		{name: "a category", fact: Correction{Fact: "user.contact.address.city", Value: "York"}, want: "correct update; town=York"},
		{name: "too long", fact: Correction{"given_name", "Zoë Alexandra", []string{"Zoe"}}, want: "task; first=Zoë Alexandra; full=Zoë Alexandra King; known stays", todo: "Correct first as far as it fits."},
		{name: "no date", fact: Correction{"birth_date", "soon", []string{"1961-04-03"}}, want: "task; born=soon", todo: "Correct born"},
		{name: "as issued", entity: `rectify = "as issued"`, fact: name, want: "leave; first stays; known stays; full stays"},
		{name: "as issued, and disputed", entity: `rectify = "as issued"` + "\n" + `dispute = { set = { disputed = true } }`, fact: name, want: "mark update; disputed=true; first stays; known stays; full stays"},
		{name: "one field as issued", field: `, rectify = "as issued"`, fact: name, want: "correct update; full=Zoë King; first stays; known stays"},
		{name: "one field exempt", field: `, exempt = { from = ["rectify"], reason = "a claim" }`, fact: name, want: "correct update; full=Zoë King; first stays; known stays"},
		{name: "appended", entity: `rectify = "append"` + "\n" + `statement = "remarks"`, values: map[string]string{"full": "NULL"},
			fact: Correction{"given_name", "Zoë", []string{"Zoe"}}, want: "task; first stays; known stays; full stays", todo: "Put a statement beside this record: 2026-03-02: the person states that the right value of first is Zoë (SAR-2026-0001)."},
		{name: "appended to a town", entity: `rectify = "append"`, fact: Correction{Fact: "user.contact.address.city", Value: "York"}, want: "task; town stays", todo: "Put a statement"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(entity, "\n[system.s.entity.people.fields]", "\n"+c.entity+"\n[system.s.entity.people.fields]", 1)
			text = strings.Replace(text, `first = { is = "given_name"`, `first = { is = "given_name"`+c.field, 1)
			r := parsed(t, text)
			row := []string{"7"}
			for _, column := range s.Fields[1:] {
				v, ok := c.values[column.Name]
				if !ok {
					v = values[column.Name]
				}
				row = append(row, v)
			}
			rules := testRules(r, Rectify)
			rules.Fact = c.fact
			of := caseOf(t, r, s, recorded(s, row...))
			does, against := told(rules, of)
			if does != c.want || (c.against == "") != (len(against) == 0) || c.against != "" && !holdsPart(against, c.against) {
				t.Errorf("%s, not %s; %q", does, c.want, against)
			}
			lines, _ := rules.Lines(of)
			if !strings.Contains(lines[0].Todo, c.todo) {
				t.Errorf("to do: %s", lines[0].Todo)
			}
		})
	}
}

// A statement stands behind what was written before.
func TestStatement(t *testing.T) {
	r := parsed(t, peopleText+`
rectify = "append"
statement = "remarks"
dispute = { set = { disputed = true } }
[system.s.entity.people.fields]
first = { is = "given_name", label = "First name" }
`)
	s := shaped("people", col("id", compare.Integer, 0, "!"), col("first", compare.Text, 0, ""), col("remarks", compare.Text, 0, ""), col("disputed", compare.Boolean, 0, ""))
	rules := testRules(r, Rectify)
	rules.Fact = Correction{"given_name", "Zoë", []string{"Zoe"}}
	const statement = "2026-03-02: the person states that the right value of First name is Zoë (SAR-2026-0001)"
	for before, want := range map[string]string{"NULL": statement, "": statement, "Prefers post.": "Prefers post.\n" + statement} {
		if does, against := told(rules, caseOf(t, r, s, recorded(s, "7", "Zoe", before, "false"))); does != "append update; remarks="+want+"; disputed=true; first stays" || len(against) > 0 {
			t.Errorf("%s, %q", does, against)
		}
	}
	s.Key = []string{"first"}
	rules.Fact.Fact = "given_name"
	r.Systems[0].Entities[0].Rectify = ""
	if does, _ := told(rules, caseOf(t, r, s, recorded(s, "7", "Zoe", "NULL", "false"))); does != "task; first=Zoë" {
		t.Errorf("a name by which the record is known: %s", does)
	}
	s.Ops = []connectors.Op{connectors.Delete}
	s.Key = []string{"id"}
	if does, _ := told(rules, caseOf(t, r, s, recorded(s, "7", "Zoe", "NULL", "false"))); does != "task; first=Zoë" {
		t.Errorf("an account that may not write: %s", does)
	}
}
