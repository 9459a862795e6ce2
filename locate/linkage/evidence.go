package linkage

import "math"

// Evidence is what one kind of identifier tells, or who else the record may be about.
type Evidence struct {
	Identifier string // the identifier; empty for what is known before any evidence and for who else it may be
	Level      Level
	Words      string  // "surname differs in one letter", as it can be read aloud; without any value
	Phrase     string  // the end of the words, behind what is compared: "differs in one letter"
	Bits       float64 // for the subject where positive

	kind, value int
}

// Explain tells what Score found: a line a kind, last how rare it is that a record is the subject's, and, where that is likelier, who
// else it may be about. The bits add up to those of the score.
func (m *Model) Explain(s *Subject, c *Comparison) []Evidence {
	var lines []Evidence
	total := 0.0
	add := func(e Evidence) {
		total += e.Bits
		lines = append(lines, e)
	}
	for i := range m.kinds {
		l := c.levels[i]
		k := &m.kinds[i]
		if l == Missing || k.measure == order && l == Exact {
			continue
		}
		b := m.bits[i][l]
		if l == Exact && s.exact[i] != nil {
			b = s.exact[i][c.subject[i]]
		}
		says := phrase(k.measure, l)
		words := k.title + " " + says
		if k.measure == order {
			words, says = "first name and surname stand in each other's place", ""
		}
		add(Evidence{Identifier: k.name, Level: l, Words: words, Phrase: says, Bits: float64(b[stranger]), kind: i, value: int(c.subject[i])})
	}
	add(Evidence{Words: "few records are of any one person", Bits: -float64(m.prior[stranger])})
	if rest := c.Bits - total; math.Abs(rest) >= .05 {
		who := others[c.other].who
		if c.other == stranger {
			who = "somebody else"
		}
		add(Evidence{Words: "it may be about " + who, Bits: rest})
	}
	return lines
}

// phrase says what a level of a measure means.
func phrase(k measure, l Level) string {
	if words, ok := phrases[k][l]; ok {
		return words
	}
	return general[l]
}

var general = [levels]string{Exact: "agrees", Variant: "agrees, written otherwise", Short: "agrees in part", OneOff: "differs in one letter or digit", Close: "is nearly the same",
	Part: "agrees in part", Alike: "is somewhat alike", Differ: "differs"}

var phrases = map[measure]map[Level]string{
	given:    {Short: "agrees as a nickname or one of several first names", OneOff: "differs in one letter", Part: "agrees in its initial"},
	family:   {Short: "agrees in one of two surnames or without its particle", OneOff: "differs in one letter", Part: "agrees in its initial"},
	birth:    {Variant: "agrees with day and month the other way round", OneOff: "differs in one digit", Part: "agrees in its year", Alike: "agrees in two of day, month and year"},
	postcode: {OneOff: "differs in one letter or digit", Close: "is of the same few streets", Part: "is of the same district"},
	address:  {Close: "agrees in its number and nearly in its street", Part: "agrees in its street", Alike: "is of the same street, another house"},
	email:    {Variant: "is the same mailbox, written otherwise", OneOff: "differs in one letter", Close: "has the same name at another provider"},
	phone:    {Variant: "agrees but for a country code", Part: "agrees without its area code", OneOff: "differs in one digit"},
	number:   {Variant: "agrees but for letters or zeros before it", OneOff: "differs in one digit"},
}
