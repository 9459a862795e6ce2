package locate

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate/linkage"
)

// explain tells what the last verdict rests on, and the path by which the record was reached: the shortest by which an agreeing
// id, mailbox or phone number became known; where names and the like decide alone, the longest by which one of them did, since
// all of them were needed.
func (j *judge) explain(who *person, v *view, fields connectors.Fields) ([]Evidence, []Step) {
	var list []Evidence
	var reached, needed []Step
	direct := false
	for _, found := range j.model.Explain(who.subject, &j.found) {
		e := Evidence{Identifier: found.Identifier, Agrees: found.Level.Agrees(), Words: found.Words, Aloud: found.Words, Bits: found.Bits}
		if found.Identifier != "" {
			told := who.values[who.subject.Source(found)]
			here, text := j.stands(who, v, fields, found)
			if here != nil {
				e.Field = here.name
				e.Aloud = aloud(found, told, *here, text)
			}
			e.Words, e.Aloud = j.source(e.Words, told), j.source(e.Aloud, told)
			switch {
			case !e.Agrees:
			case told.kind.Strength == connectors.Weak:
				if len(told.path) > len(needed) {
					needed = told.path
				}
			case !direct || len(told.path) < len(reached):
				reached, direct = told.path, true
			}
		}
		list = append(list, e)
	}
	if !direct {
		reached = needed
	}
	return list, reached
}

// source adds which system told a value that the request did not give.
func (j *judge) source(words string, told known) string {
	if len(told.path) == 0 {
		return words
	}
	from := told.path[len(told.path)-1].From.System
	if s, ok := j.register.System(from); ok {
		from = s.Title
	}
	return words + ", as known from " + from
}

// stands returns the field whose value decided about an identifier, and its text.
func (j *judge) stands(who *person, v *view, fields connectors.Fields, found linkage.Evidence) (*viewed, string) {
	of, _ := j.model.Field(found.Identifier)
	var best *viewed
	var text string
	closest := linkage.Missing
	for i := range v.fields {
		f := &v.fields[i]
		if f.at < 0 || f.at >= len(fields.Values) || !holds(f.kind.Name, found.Identifier) {
			continue
		}
		for _, t := range texts(fields.Values[f.at]) {
			j.reader.Begin()
			j.reader.Add(f.field, f.typ, []byte(t))
			j.model.Compare(who.subject, j.reader.Entry(), &j.one)
			if l := j.one.Level(of); l != linkage.Missing && (closest == linkage.Missing || l < closest) {
				best, text, closest = f, t, l
			}
		}
	}
	return best, text
}

// holds reports whether a field of a kind says something of an identifier. Names may stand in each other's field, and an address may end in a postcode.
func holds(kind, identifier string) bool {
	switch identifier {
	case "given_name", "family_name", "former_name", "full_name":
		return kind == "given_name" || kind == "family_name" || kind == "former_name" || kind == "full_name"
	case "postcode":
		return kind == identifier || kind == "address"
	}
	return kind == identifier
}

// aloud writes a comparison with both values, as it is read out: "surname Thompson ~ Tompson (differs in one letter)",
// "born 3 April 1961 = 03/04/61", "postcode differs".
func aloud(found linkage.Evidence, told known, here viewed, text string) string {
	title := strings.TrimSuffix(found.Words, " "+found.Phrase)
	if found.Level == linkage.Differ {
		return found.Words
	}
	a, b := spoken(found.Identifier, told.kind.Name, told.text), spoken(found.Identifier, here.kind.Name, text)
	if found.Identifier == "birth_date" {
		title = "born"
		if days := compare.Dates(told.text, compare.Text); len(days) > 0 {
			if a = longDay(days[0]); text == days[0] {
				b = a
			}
		}
	}
	switch {
	case a == b:
		return title + " " + a + " " + found.Phrase
	case found.Level == linkage.Exact:
		return title + " " + a + " = " + b
	}
	return fmt.Sprintf("%s %s ~ %s (%s)", title, a, b, found.Phrase)
}

// longDay writes a day as it is read out: 3 April 1961.
func longDay(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return t.Format("2 January 2006")
}

// longest is how much of a value is read out, in letters.
const longest = 60

// spoken returns what of a value of a kind is meant: of a full name the first name or the surname.
func spoken(identifier, kind, text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if kind == "full_name" {
		given, family := splitName(text)
		if identifier == "family_name" {
			text = family
		} else if given != "" {
			text = given
		}
	}
	if utf8.RuneCountInString(text) > longest {
		text = string([]rune(text)[:longest]) + "…"
	}
	return text
}
