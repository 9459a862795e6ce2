package locate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate/linkage"
)

// TestEvidenceIsReadAloud compares the subject with one record a case, and looks for the sentence that is read of it.
func TestEvidenceIsReadAloud(t *testing.T) {
	r, e, shape := comparing(t)
	s := NewScorer(r, NewModel(r, nil), Subject{Identifiers: thompson})
	for _, c := range []struct{ field, value, want string }{
		{"last", "Thompson", "surname Thompson agrees"},
		{"last", "THOMPSON", "surname Thompson = THOMPSON"},
		{"last", "Tompson", "surname Thompson ~ Tompson (differs in one letter)"},
		{"former", "Thompson", "surname Thompson agrees"},
		{"first", "Cathy", "first name Catherine ~ Cathy (agrees as a nickname or one of several first names)"},
		{"first", "C.", "first name Catherine ~ C. (agrees in its initial)"},
		{"first", "Peter", "first name differs"},
		{"born", "1961-04-03", "born 3 April 1961 agrees"},
		{"born", "03/04/61", "born 3 April 1961 = 03/04/61"},
		{"born", "1961-03-04", "born 3 April 1961 ~ 1961-03-04 (agrees with day and month the other way round)"},
		{"phone", "+44 (0)7700 900-495", "phone number 07700 900495 = +44 (0)7700 900-495"},
		{"post", "YO10 4GJ", "postcode differs"},
		{"home", "108 Station Rd, Leeds LS6 2SH", "address 108 Station Road = 108 Station Rd, Leeds LS6 2SH"},
		{"home", "108 Station Rd, Leeds LS6 2SH", "postcode LS6 2SH = 108 Station Rd, Leeds LS6 2SH"},
		{"no", "M100008", "membership number M100007 ~ M100008 (differs in one digit)"},
		{"last", strings.Repeat("Thompson ", 30), "surname Thompson ~ " + strings.Repeat("Thompson ", 6) + "Thomps… (agrees in one of two surnames or without its particle)"},
	} {
		t.Run(c.field+" "+strings.TrimSpace(c.value), func(t *testing.T) {
			record := connectors.Record{}
			for _, column := range shape.Fields {
				record.Names = append(record.Names, column.Name)
				v := connectors.Null
				switch {
				case column.Name == c.field:
					v = connectors.Text(c.value)
				case column.Name == "email": // so that it is a match whatever the field says
					v = connectors.Text("thompsons@example.com")
				}
				record.Values = append(record.Values, v)
			}
			m, ok := s.Match(e, shape, record)
			if !ok || !slices.ContainsFunc(m.Evidence, func(e Evidence) bool { return e.Aloud == c.want && !strings.Contains(e.Words, "ompson") }) {
				t.Errorf("%q is not among %+v", c.want, m.Evidence)
			}
			bits := 0.0
			for _, e := range m.Evidence {
				bits += e.Bits
			}
			if p := linkage.Probability(bits); math.Abs(p-m.Score) > .02 {
				t.Errorf("the evidence adds up to %.3f, the score is %.3f", p, m.Score)
			}
		})
	}
}

// TestFullNamesAreReadInTheirParts compares names that stand in one field with names that stand in two.
func TestFullNamesAreReadInTheirParts(t *testing.T) {
	r := register(t, hard, &fake{id: "members"}, &fake{id: "tests"})
	e := r.Systems[1].Entities[0]
	shape := connectors.Shape{Entity: "results", Fields: []connectors.Column{{Name: "no", Type: compare.Text}, {Name: "who", Type: compare.Text}}}
	s := NewScorer(r, NewModel(r, nil), Subject{Identifiers: []Identifier{{"full_name", "Ms Catherine Thompson"}}})
	m, ok := s.Match(e, shape, connectors.Record{Fields: connectors.Fields{Names: shape.Names(), Values: []connectors.Value{connectors.Null, connectors.Text("TOMPSON, Cathy")}}})
	var told []string
	for _, e := range m.Evidence[:2] {
		told = append(told, e.Aloud)
	}
	want := []string{"first name Catherine ~ Cathy (agrees as a nickname or one of several first names)", "surname Thompson ~ TOMPSON (differs in one letter)"}
	if !ok || !slices.Equal(told, want) {
		t.Errorf("%q", told)
	}
}
