package connectortest

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// Hostile lists texts that systems and connectors are known to get wrong: each differs from every other,
// many by something that a collation, a pattern, a parser of numbers or a quoting rule does not see.
var Hostile = []string{
	"Smith", "smith", "SMITH", "Smith ", "Smith  ", " Smith", "Smith  Jones", "Smith Jones", "Smyth", "Featherstonehaugh",
	"O'Brien", "O''Brien", "O’Brien", "O`Brien", `O"Brien`, "OBrien", `O\'Brien`, `back\slash`, `\`, `\\`, `ends with \`,
	"100%", "100", "100 per cent", "%", "_", "a_c", "abc", "a%c", "[abc]", "[a-z]", "[", "]", "*", "?", "a*c", "a?c", "^", "#", "{a}", "~",
	"$1", ":name", "@p1", "?1", "{{.}}", "--", "/* */", "'; DROP TABLE dossiertest_people; --", "' OR '1'='1", `" OR ""="`,
	"0", "00", "-0", "0.0", "1e3", "1000", "007", "7", "0x10", "true", "NULL", "null", "nil", `\N`, `\0`, "NaN", "Inf",
	"=1+1", "+44", "@SUM(A1)", "-1", "a,b;c|d", `"quoted"`, "_x0041_", "&amp;", "<b>", "A", "a", "á", "à",
	"Łódź", "Lodz", "łódź", "Straße", "Strasse", "STRASSE", "ıstanbul", "Istanbul", "İstanbul", "Æther", "aether", "Ærø", "Þór", "Thor",
	"José", "Jose\u0301", "Jose", "Ａｅｔｈｅｒ", "Ｓｍｉｔｈ", "ﬁsh", "fish", "Ⅳ", "IV", "שלום", "مرحبا", "Иван", "Ελλάς", "ΕΛΛΑΣ", "日本語",
	"non\u00a0breaking", "non breaking", "soft\u00adhyphen", "softhyphen", "\u200bzero width", "zero width", "\ufeffmark", "mark", "\u202eltr", "a\u2013b", "a-b",
	"tab\there", "line\nbreak", "line\r\nbreak", "line break", "bell\a", "\x1b[2J", "a\x00b", "ab", "a\x00", "\x00",
	"😀", "👩‍👩‍👧", "𝔖𝔪𝔦𝔱𝔥", "",
	strings.Repeat("x", 200), strings.Repeat("é", 199) + "e", strings.Repeat("long ", 799) + "end", strings.Repeat("0123456789", 10_000),
}

// Holds reports whether the kind can hold the text, as far as its harness says.
func (l Limits) Holds(text string) bool {
	can := func(a Ability) bool { _, lacking := l.Lacks[a]; return !lacking }
	if text == "" {
		return can(EmptyText)
	}
	for _, r := range text {
		switch {
		case r == 0:
			if !can(NULs) {
				return false
			}
		case r < ' ':
			if !can(Controls) {
				return false
			}
		case r > 0xffff:
			if !can(Emoji) {
				return false
			}
		}
	}
	return len(text) < 100_000 || can(LongText)
}

// phones are one number in twelve forms, and what is none.
var phones = []string{"07700 900495", "+44 7700 900495", "0044 7700 900495", "(07700) 900495", "07700-900-495", "07700.900.495",
	"+447700900495", "7700900495", "07700 900495 ext 12", "tel: 07700/900495", "٠٧٧٠٠ ٩٠٠٤٩٥", "０７７００９００４９５",
	"07700 900496", "0770 0900 49", "n/a", "0"}

// dates are one day in many forms, days that can be mistaken for it, and what is none.
var dates = []string{"1961-04-03", "03/04/1961", "3/4/61", "03.04.1961", "3 April 1961", "3rd Apr '61", "April 3, 1961", "19610403",
	"22374", "22374.5", "1961-04-03T00:00:00", "03-APR-61", "Mon 3 Apr 1961", "030461", "04/03/1961", "1961-03-04", "2061-04-03",
	"31/12/1999", "12/31/1999", "31 Dec 99", "20912", "not known", "00/00/0000", "1961-13-45", "1961", "0"}

// codes look like numbers and are text.
var codes = []string{"0", "00", "0.0", "-0", "abc", "1e0", "1", "01", "1.0", "12abc", " 1", "1 ", "+1", "0x0", "٠"}

// numbers are membership numbers as they are written.
var numbers = []string{"M-000123", "m000123", "M 000123", "000123", "M/0001/23", "M-000124", "IMI 55 66", "imi5566", "№ 7"}

// People returns people in every place, the same keys for different people in each, with every hostile
// text that the kind can hold; memberships with a key of two fields; and a table outside the register.
func People(l Limits) Dataset {
	d := Dataset{Entities: []Entity{people(l)}}
	if l.can(Keys) {
		d.Entities = append(d.Entities, memberships(l))
	}
	if l.can(Unregistered) {
		d.Entities = append(d.Entities, unlisted(l))
	}
	return d
}

func people(l Limits) Entity {
	family, note := "family name", `order "it's"]`
	if !l.can(OddNames) {
		family, note = "family_name", "note"
	}
	e := Entity{Name: "dossiertest_people", Key: l.key("id"), Fields: []Field{
		l.field("id", compare.Integer, Field{Required: true}),
		{Name: family, Type: compare.Text, Length: 200, Required: true, Indexed: true},
		{Name: "given", Type: compare.Text, Length: 80},
		{Name: "phone", Type: compare.Text, Length: 40},
		{Name: "born", Type: compare.Text, Length: 40},
		{Name: "number", Type: compare.Text, Length: 40, Indexed: true},
		{Name: "code", Type: compare.Text, Length: 20, Indexed: true},
		{Name: note, Type: compare.Text},
	}}
	texts := slices.DeleteFunc(slices.Clone(Hostile), func(s string) bool { return !l.Holds(s) })
	for p, place := range l.Places {
		for i, text := range texts {
			name := text
			if utf8.RuneCountInString(name) > 200 {
				name = "Longman"
			}
			given := connectors.Text("Cholmondeley " + strconv.Itoa(i))
			switch {
			case i%5 == 0 && l.can(Nulls):
				given = connectors.Null
			case i%5 == 1 && l.can(EmptyText):
				given = connectors.Text("")
			}
			e.Rows = append(e.Rows, Row{place, []connectors.Value{
				connectors.Text(strconv.Itoa(i + 1)),
				connectors.Text(name),
				given,
				connectors.Text(pick(phones, i+p)),
				connectors.Text(pick(dates, i+3*p)),
				connectors.Text(pick(numbers, i+p)),
				connectors.Text(pick(codes, i+2*p)),
				connectors.Text(pick(texts, i*7+p+1)),
			}})
		}
	}
	return e
}

func memberships(l Limits) Entity {
	e := Entity{Name: "dossiertest_memberships", Key: []string{"region", "number"}, Fields: []Field{
		{Name: "region", Type: compare.Text, Length: 40, Required: true},
		l.field("number", compare.Integer, Field{Required: true}),
		{Name: "holder", Type: compare.Text, Length: 80},
	}}
	for p, place := range l.Places {
		for i, region := range []string{"1", "11", "1,1", "N", "O'Hare", "Featherstonehaugh", "[N]", "x%"} {
			for n := range 4 {
				holder := "holder " + strconv.Itoa(100*p+10*i+n)
				e.Rows = append(e.Rows, Row{place, []connectors.Value{connectors.Text(region), connectors.Text(strconv.Itoa(n * (10*n - 9))), connectors.Text(holder)}})
			}
		}
	}
	return e
}

func unlisted(l Limits) Entity {
	e := Entity{Name: "dossiertest_unlisted", Key: l.key("id"), Unregistered: true, Fields: []Field{
		l.field("id", compare.Integer, Field{Required: true}),
		{Name: "name", Type: compare.Text, Length: 80},
	}}
	for _, place := range l.Places {
		for i, name := range []string{"Smith", "O'Brien", "Jones"} {
			e.Rows = append(e.Rows, Row{place, []connectors.Value{connectors.Text(strconv.Itoa(i + 1)), connectors.Text(name)}})
		}
	}
	return e
}

func pick(list []string, i int) string { return list[i%len(list)] }

func (l Limits) can(a Ability) bool { _, lacking := l.Lacks[a]; return !lacking }

// key returns the key of an entity, nil for kinds whose entities have none.
func (l Limits) key(fields ...string) []string {
	if !l.can(Keys) {
		return nil
	}
	return fields
}

// field returns a field of the type, of text for kinds that lack it.
func (l Limits) field(name string, t compare.Type, f Field) Field {
	f.Name, f.Type = name, t
	if !l.can(OfType(t)) {
		f.Type, f.Length = compare.Text, 80
	}
	return f
}
