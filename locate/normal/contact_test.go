package normal

import "testing"

func TestPostcode(t *testing.T) {
	for _, c := range []struct {
		text, code string
		outward    int
	}{
		{"LS6 9IT", "ls69it", 3}, {"ls69it", "ls69it", 3}, {"LS6-9IT", "ls69it", 3}, {"SW1A 1AA", "sw1a1aa", 4}, {"SW1A OAA", "sw1a0aa", 4},
		{"LS6 9I7", "ls69i7", 0}, {"M1 1AE", "m11ae", 2}, {"4814", "4814", 0}, {"75008", "75008", 0}, {"LS6 9 1T", "ls69it", 3},
		{"ZZ99 3VZ", "", 0}, {"n/a", "", 0}, {"Leeds", "", 0}, {"", "", 0}, {"0000", "", 0},
	} {
		var a Arena
		p, ok := a.Postcode([]byte(c.text))
		if ok != (c.code != "") || ok && (string(p.Code) != c.code || p.Outward != c.outward) {
			t.Errorf("Postcode(%q) = %q, %d, %v", c.text, p.Code, p.Outward, ok)
		}
	}
	var a Arena
	p, _ := a.Postcode([]byte("LS6 9IT"))
	if string(p.Sector()) != "ls69" || string(p.District()) != "ls6" {
		t.Errorf("sector %q, district %q", p.Sector(), p.District())
	}
	if p, _ := a.Postcode([]byte("4814")); p.Sector() != nil || p.District() != nil {
		t.Error("a foreign postcode has a sector")
	}
}

func TestPostcodeIn(t *testing.T) {
	for text, want := range map[string]string{"108 STATION ROAD, LEEDS LS6 9IT": "ls69it", "1 High St\nYork\nYO10 4GJ.": "yo104gj", "12 High Street, Leeds": "",
		"LS69IT": "ls69it", "": "", "Flat 1, SW1A1AA": "sw1a1aa"} {
		var a Arena
		if p, _ := a.PostcodeIn([]byte(text)); string(p.Code) != want {
			t.Errorf("PostcodeIn(%q) = %q", text, p.Code)
		}
	}
}

func TestMailbox(t *testing.T) {
	for _, c := range []struct {
		text, plain, same string
		role              bool
	}{
		{" Jo.King@Example.COM ", "jo.king@example.com", "jo.king@example.com", false},
		{"jo.king+news@example.com", "jo.king+news@example.com", "jo.king@example.com", false},
		{"Jo.King+x@googlemail.com", "jo.king+x@googlemail.com", "joking@gmail.com", false},
		{"Jo King <jo@example.com>", "jo@example.com", "jo@example.com", false},
		{"mailto:jo@example.com", "jo@example.com", "jo@example.com", false},
		{"info@example.com", "info@example.com", "info@example.com", true},
		{"noreply@example.com", "", "", false}, {"n/a", "", "", false}, {"jo@example", "", "", false}, {"@example.com", "", "", false}, {"xxx@example.com", "", "", false},
	} {
		var a Arena
		m, ok := a.Mailbox([]byte(c.text))
		if ok != (c.same != "") || ok && (string(m.Plain) != c.plain || string(m.Same) != c.same || m.Role != c.role) {
			t.Errorf("Mailbox(%q) = %q, %q, %v, %v", c.text, m.Plain, m.Same, m.Role, ok)
		}
	}
	var a Arena
	m, _ := a.Mailbox([]byte("jo@example.com"))
	if string(m.LocalPart()) != "jo" || string(m.Domain()) != "example.com" {
		t.Errorf("%q at %q", m.LocalPart(), m.Domain())
	}
}

func TestPhone(t *testing.T) {
	gb := NewRegion("GB")
	for text, want := range map[string]string{
		"+44 7700 900495": "7700900495", "07700 900495": "7700900495", "(07700) 900-495": "7700900495", "0044 7700 900495": "7700900495",
		"+44 (0)7700 900495": "7700900495", "0044 (0) 7700 900495": "7700900495", "tel: 07700 900 495": "7700900495", "7700900495": "7700900495",
		"07700 900495 ext 12": "7700900495", "+33 1 23 45 67 89": "33123456789", "960820": "960820",
		"12345": "", "00000000000": "", "07777777777": "", "0123456789": "", "n/a": "",
	} {
		var a Arena
		p, ok := a.Phone([]byte(text), gb)
		if ok != (want != "") || ok && string(p) != want {
			t.Errorf("Phone(%q) = %q, %v", text, p, ok)
		}
	}
	for text, want := range map[string]string{"+44 7700 900495": "7700900495", "+33 1 23 45 67 89": "123456789", "hello": ""} {
		if got := gb.National(text); got != want {
			t.Errorf("National(%q) = %q", text, got)
		}
	}
	if r := NewRegion("FR"); string(r.code) != "33" || r.National("01 23 45 67 89") != "123456789" {
		t.Errorf("France is %s", r.code)
	}
	if string(NewRegion("").code) != "44" {
		t.Error("the default is not Britain")
	}
}

func TestInsurance(t *testing.T) {
	for text, want := range map[string]string{"QQ 12 34 57 C": "qq123457", "qq123457c": "qq123457", "QQ123457": "qq123457", "QQ12345O": "qq123450",
		"TN020861F": "", "QQ123456C": "", "QQ000000A": "", "Q1234567": "", "QQ1234": "", "QQ123457CC": "", "": ""} {
		var a Arena
		if got, ok := a.Insurance([]byte(text)); string(got) != want || ok != (want != "") {
			if !(want == "" && !ok) {
				t.Errorf("Insurance(%q) = %q, %v", text, got, ok)
			}
		}
	}
}

func TestAddress(t *testing.T) {
	for _, c := range []struct{ text, number, street, house string }{
		{"108 Station Road", "108", "stationroad", ""},
		{"108 STATION RD., LEEDS LS6 9IT", "108", "stationroad", ""},
		{"108, Station Road\nLeeds", "108", "stationroad", ""},
		{"Flat 3, 12 High St, Leeds", "12", "highstreet", ""},
		{"Flat 3 12 High St", "12", "highstreet", ""},
		{"Rose Cottage, Mill Ln", "", "milllane", "rosecottage"},
		{"12 St James Rd", "12", "stjamesroad", ""},
		{"012a Orchard Way", "12a", "orchardway", ""},
		{"Hauptstraße 12", "12", "hauptstrasse", ""},
		{"14 High Street Leeds LS6 2SH", "14", "highstreet", ""},
		{"n/a", "", "", ""}, {"", "", "", ""}, {",,,", "", "", ""}, {"12", "12", "", ""},
	} {
		var a Arena
		got, ok := a.Address([]byte(c.text))
		if ok != (c.street != "") || string(got.Number) != c.number || string(got.Street) != c.street || string(got.House) != c.house {
			t.Errorf("Address(%q) = %q %q %q, %v", c.text, got.Number, got.Street, got.House, ok)
		}
	}
}

func TestID(t *testing.T) {
	for _, c := range []struct{ text, id, core string }{
		{"C000123", "c000123", "123"}, {"c 123", "c123", "123"}, {"00123", "00123", "123"}, {"N/98/00006", "n9800006", "9800006"}, {"9", "9", "9"}, {"ABC", "abc", "abc"},
		{"0", "", ""}, {"0000", "", ""}, {"9999", "", ""}, {"99999999", "", ""}, {"n/a", "", ""}, {"unknown", "", ""}, {"", "", ""}, {"111", "111", "111"},
	} {
		var a Arena
		got, ok := a.ID([]byte(c.text))
		if ok != (c.id != "") || ok && (string(got.Text) != c.id || string(got.Core) != c.core) {
			t.Errorf("ID(%q) = %q %q %v", c.text, got.Text, got.Core, ok)
		}
	}
}

// Every form is made of foreign bytes.
func FuzzForms(f *testing.F) {
	for _, s := range []string{"LS6 9IT", "jo.king+x@gmail.com", "+44 (0)7700 900495 x1", "QQ 12 34 57 C", "Flat 3, 12 High St.\nLeeds LS6 9IT", "C000123", "<@", "00", "\xff", "a@b.c@d.e"} {
		f.Add(s)
	}
	gb := NewRegion("GB")
	f.Fuzz(func(t *testing.T, s string) {
		var a Arena
		b := []byte(s)
		if p, ok := a.Postcode(b); ok && (len(p.Code) == 0 || p.Outward >= len(p.Code)) {
			t.Errorf("Postcode(%q) = %+v", s, p)
		}
		a.PostcodeIn(b)
		if m, ok := a.Mailbox(b); ok && (m.Local == 0 || m.Same[m.Local] != '@' || len(m.Domain()) == 0) {
			t.Errorf("Mailbox(%q) = %+v", s, m)
		}
		a.Phone(b, gb)
		a.Insurance(b)
		if d, ok := a.Address(b); ok && len(d.Street) == 0 {
			t.Errorf("Address(%q) = %+v", s, d)
		}
		if id, ok := a.ID(b); ok && (len(id.Text) == 0 || len(id.Core) == 0) {
			t.Errorf("ID(%q) = %+v", s, id)
		}
		if string(b) != s {
			t.Error("the text was changed")
		}
	})
}
