package act

import (
	"slices"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate"
)

func subject(pairs ...string) locate.Subject {
	var s locate.Subject
	for i := 0; i < len(pairs); i += 2 {
		s.Identifiers = append(s.Identifiers, locate.Identifier{Kind: pairs[i], Value: pairs[i+1]})
	}
	return s
}

func TestSamePerson(t *testing.T) {
	r := parsed(t, peopleText)
	client := subject("membership_number", "M1")
	client.Controller = "Acme"
	for _, c := range []struct {
		name string
		a, b locate.Subject
		same bool
	}{
		{"one number", subject("membership_number", "M 106069"), subject("membership_number", "m106069", "given_name", "Zoe"), true},
		{"two numbers", subject("membership_number", "M1"), subject("membership_number", "M2"), false},
		{"a number of another kind", subject("membership_number", "M1"), subject("candidate_number", "M1"), false},
		{"one mailbox", subject("email", "Zoe@Example.org"), subject("email", "zoe@example.org"), true},
		{"one mailbox, two first names", subject("email", "zoe@example.org", "given_name", "Zoe"), subject("email", "zoe@example.org", "given_name", "Peter"), false},
		{"one mailbox, two birth dates", subject("email", "zoe@example.org", "birth_date", "1961-04-03"), subject("email", "zoe@example.org", "birth_date", "1988-01-01"), false},
		{"one phone, written otherwise", subject("phone", "+44 1632 960001"), subject("phone", "(01632) 960001"), true},
		{"name and birth date", subject("given_name", "Zoe", "family_name", "KING", "birth_date", "3 April 1961"), subject("given_name", "zoe", "family_name", "King", "birth_date", "1961-04-03"), true},
		{"a name alone", subject("given_name", "Zoe", "family_name", "King"), subject("given_name", "Zoe", "family_name", "King"), false},
		{"another controller's", subject("membership_number", "M1"), client, false},
		{"nothing known", subject(), subject(), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if SamePerson(r, c.a, c.b) != c.same || SamePerson(r, c.b, c.a) != c.same {
				t.Errorf("not %v", c.same)
			}
		})
	}
}

func TestKeyedPersons(t *testing.T) {
	r := parsed(t, peopleText)
	key := func(kind, value string) string { return kind + ":" + value }
	got := KeyedPersons(r, subject("membership_number", "M 1", "email", "Zoe@example.org", "postcode", "LS6 2SH", "given_name", "Zoe", "family_name", "King", "birth_date", "03/04/1961", "email", "zoe@example.org", "shoe_size", "7"), key)
	want := []string{"email:zoe@example.org", "membership_number:m1", "name and birth date:king\x00zoe\x001961-04-03"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// What the records of a person tell of them counts too.
func TestTold(t *testing.T) {
	r := parsed(t, peopleText+"[system.s.entity.people.fields]\nno = { is = \"membership_number\" }\nmail = { is = \"email\" }\n")
	s := shaped("people", col("id", compare.Integer, 0, "!"), col("no", compare.Text, 0, ""), col("mail", compare.Text, 0, ""))
	own := []connectors.Record{recorded(s, "1", "M1", "Zoe@example.org"), recorded(s, "2", "M1", "NULL"), recorded(s, "3", "", "z@example.org")}
	if got := Told(r, subject("given_name", "Zoe"), own, connectors.Strong); len(got.Identifiers) != 2 || got.Identifiers[1] != (locate.Identifier{Kind: "membership_number", Value: "M1"}) {
		t.Errorf("%v", got)
	}
	if got := Reached(r, subject("email", "zoe@example.org"), own); !slices.Equal(got["email"], []string{"zoe@example.org", "z@example.org"}) || !slices.Equal(got["membership_number"], []string{"M1"}) {
		t.Errorf("%v", got)
	}
}

func TestGrounds(t *testing.T) {
	if g, err := GroundOf(Rectify, ""); g != "16" || err != nil {
		t.Errorf("%q, %v", g, err)
	}
	for _, given := range []string{"", "18(1)(a)", "17"} {
		if _, err := GroundOf(Erase, given); err == nil {
			t.Errorf("%q is a ground to erase", given)
		}
	}
	if a, err := ActionFor("withdraw consent", ""); a != Object || err != nil {
		t.Errorf("%q, %v", a, err)
	}
	if _, err := ActionFor("access", Erase); err == nil {
		t.Error("an access request is answered by an erasure")
	}
	if _, err := ActionFor("restrict", Erase); err == nil {
		t.Error("a restriction is answered by an erasure")
	}
}
