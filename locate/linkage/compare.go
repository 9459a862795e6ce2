package linkage

import (
	"bytes"
	"math/bits"
	"unicode/utf8"

	"dossier/locate/normal"
)

// maxKinds is how many kinds of identifiers a register can have.
const maxKinds = 48

// Comparison is what comparing a subject with a record found, kind by kind. It is used again and again.
type Comparison struct {
	levels  [maxKinds]Level
	subject [maxKinds]uint16 // which of the subject's values came closest
	sum     bitset           // the evidence against each alternative
	other   int              // the likeliest alternative

	Bits float64 // the log odds that the record is the subject's, in bits
}

// Compare finds how near a subject and a record are, kind by kind, without weighing it.
func (m *Model) Compare(s *Subject, e *Entry, c *Comparison) { m.compare(&s.Entry, e, c) }

// Level returns how near the subject and the record are in what a field holds; for a full name in the surname.
func (c *Comparison) Level(f Field) Level {
	if f.full {
		return c.levels[family]
	}
	return c.levels[f.kind]
}

// compare fills c with the closest level of each kind that both have.
func (m *Model) compare(s, e *Entry, c *Comparison) {
	clear(c.levels[:len(m.kinds)])
	both := s.filled & e.filled
	for i := int(birth); i < len(m.kinds); i++ {
		if both&(1<<i) != 0 {
			m.compareKind(s, e, c, i)
		}
	}
	m.compareNames(s, e, c)
}

// compareKind fills in the level of one kind that both have, names aside.
func (m *Model) compareKind(s, e *Entry, c *Comparison, i int) {
	k := &m.kinds[i]
	best, at := Differ, 0
	switch k.measure {
	case birth:
		best, at = closest(s.births, e.births, birthLevel)
	case postcode:
		best, at = closest(s.postcodes, e.postcodes, postcodeLevel)
	case address:
		best, at = closest(s.addresses, e.addresses, addressLevel)
	case email:
		best, at = closest(s.mailboxes, e.mailboxes, mailboxLevel)
	case phone:
		best, at = closest(s.phones, e.phones, phoneLevel)
	case number:
		best, at = closest(s.numbers[k.slot], e.numbers[k.slot], numberLevel)
	case label:
		best, at = closest(s.labels[k.slot], e.labels[k.slot], labelLevel)
	}
	c.levels[i], c.subject[i] = best, uint16(at)
}

// closest returns the closest level between any value of the subject and any of the record, and whose it is.
func closest[T any](s, e []T, level func(a, b *T) Level) (Level, int) {
	best, at := Differ, 0
	for i := range s {
		for j := range e {
			if l := level(&s[i], &e[j]); l < best {
				if best, at = l, i; l == Exact {
					return best, at
				}
			}
		}
	}
	return best, at
}

// compareNames compares first names with first names and surnames with surnames, and where neither agrees each with the
// other, since forms are filled in the wrong way round.
func (m *Model) compareNames(s, e *Entry, c *Comparison) {
	g, f := Missing, Missing
	var gAt, fAt int
	if len(s.given) > 0 && len(e.given) > 0 {
		g, gAt = closest(s.given, e.given, givenLevel)
	}
	if len(s.family) > 0 && len(e.family) > 0 {
		f, fAt = closest(s.family, e.family, familyLevel)
	}
	switch {
	case g.Agrees() || f.Agrees():
		c.levels[order] = Exact
	case g != Missing || f != Missing:
		cg, cf := Missing, Missing
		var cgAt, cfAt int
		if len(s.given) > 0 && len(e.family) > 0 {
			cg, cgAt = closest(s.given, e.family, givenLevel)
		}
		if len(s.family) > 0 && len(e.given) > 0 {
			cf, cfAt = closest(s.family, e.given, familyLevel)
		}
		if surely(cg) || surely(cf) || cg.Agrees() && cf != Differ || cf.Agrees() && cg != Differ {
			g, gAt, f, fAt = cg, cgAt, cf, cfAt
			c.levels[order] = Variant
		}
	}
	c.levels[given], c.subject[given] = g, uint16(gAt)
	c.levels[family], c.subject[family] = f, uint16(fAt)
}

func surely(l Level) bool { return l == Exact || l == Variant }

// givenLevel compares first names. Exact: all or the only first name. Short: a nickname, the first of two first names, or a
// second one that somebody goes by. Part: the initial.
func givenLevel(a, b *name) Level {
	if a.bag == b.bag && bytes.Equal(a.Whole, b.Whole) {
		return Exact
	}
	if a.short || b.short {
		if sameLetter(a.Loose, b.Loose) {
			return Part
		}
		return Differ
	}
	x, y := a.First(), b.First()
	if a.first == b.first && bytes.Equal(x, y) {
		if len(a.Parts) == 1 || len(b.Parts) == 1 {
			return Exact
		}
		return Short
	}
	if a.bag == b.bag && bytes.Equal(a.Loose, b.Loose) {
		return Variant
	}
	if a.nick.SamePerson(b.nick) || len(a.Parts) > 1 && holds(a.Parts, y) || len(b.Parts) > 1 && holds(b.Parts, x) {
		return Short
	}
	if a.Syllabic() || b.Syllabic() {
		return syllables(a.Whole, b.Whole)
	}
	l := likeness(x, y, a.first, b.first)
	if l > Close && (len(a.Parts) > 1 || len(b.Parts) > 1 || x[0] >= utf8.RuneSelf || y[0] >= utf8.RuneSelf) {
		l = min(l, likeness(a.Loose, b.Loose, a.bag, b.bag))
	}
	return l
}

// sameLetter reports whether two texts begin with the same letter.
func sameLetter(a, b []byte) bool {
	_, size := utf8.DecodeRune(a)
	return bytes.HasPrefix(b, a[:size])
}

func holds(parts [][]byte, word []byte) bool {
	for _, p := range parts {
		if bytes.Equal(p, word) {
			return true
		}
	}
	return false
}

// familyLevel compares surnames. Short: one of two surnames, or the same without its particle.
func familyLevel(a, b *name) Level {
	if a.bag == b.bag {
		if bytes.Equal(a.Whole, b.Whole) {
			return Exact
		}
		if bytes.Equal(a.Loose, b.Loose) {
			return Variant
		}
	}
	if len(a.Whole) == 1 || len(b.Whole) == 1 {
		if a.Whole[0] == b.Whole[0] {
			return Part
		}
		return Differ
	}
	if compound(a) || compound(b) {
		if partOf(a, b) || partOf(b, a) {
			return Short
		}
	}
	if a.Syllabic() || b.Syllabic() {
		return syllables(a.Whole, b.Whole)
	}
	return likeness(a.Loose, b.Loose, a.bag, b.bag)
}

// syllables compares names whose letters are syllables: of three or more, one may be another.
func syllables(a, b []byte) Level {
	if utf8.RuneCount(a) != utf8.RuneCount(b) || utf8.RuneCount(a) < 3 {
		return Differ
	}
	apart := 0
	for len(a) > 0 && len(b) > 0 {
		x, n := utf8.DecodeRune(a)
		y, m := utf8.DecodeRune(b)
		if x != y {
			apart++
		}
		a, b = a[n:], b[m:]
	}
	if apart == 1 {
		return OneOff
	}
	return Differ
}

// compound reports whether a name has several words, particles included.
func compound(n *name) bool { return len(n.Parts) > 1 || len(n.Parts[0]) != len(n.Whole) }

// partOf reports whether every word of a that counts is one of b's.
func partOf(a, b *name) bool {
	for _, p := range a.Parts {
		if len(p) < 2 || !holds(b.Parts, p) {
			return false
		}
	}
	return true
}

// birthLevel compares birth dates. Variant: another reading of what is written, day and month swapped. OneOff: one digit
// is different, or two neighbours are swapped. Part: the year, where one side has nothing else. Alike: two of day, month
// and year.
func birthLevel(a, b *birthday) Level {
	if a.Year > 0 || b.Year > 0 {
		x, y := a.Year, b.Year
		if x == 0 {
			x = a.Days[0].Year()
		}
		if y == 0 {
			y = b.Days[0].Year()
		}
		if x == y {
			return Part
		}
		return Differ
	}
	if a.digits == b.digits {
		return Exact
	}
	for _, other := range b.Days[1:] {
		if a.Days[0] == other {
			return Variant
		}
	}
	for _, other := range a.Days[1:] {
		if b.Days[0] == other {
			return Variant
		}
	}
	apart := a.digits ^ b.digits
	sameYear, sameMonth, sameDate := apart>>16 == 0, apart&0xff00 == 0, apart&0xff == 0
	if sameYear && a.digits>>8&0xff == b.digits&0xff && a.digits&0xff == b.digits>>8&0xff {
		return Variant
	}
	if slip(a.digits, b.digits) {
		return OneOff
	}
	if sameYear && (sameMonth || sameDate) || sameMonth && sameDate {
		return Alike
	}
	return Differ
}

// slip reports whether two days, packed, differ in one digit, or in two neighbouring ones that are swapped.
func slip(a, b uint32) bool {
	apart := a ^ b
	differing := (apart | apart>>1 | apart>>2 | apart>>3) & 0x11111111 // a bit a digit
	switch at := bits.TrailingZeros32(differing); bits.OnesCount32(differing) {
	case 1:
		return true
	case 2:
		return differing>>at == 0x11 && a>>at&0xf == b>>(at+4)&0xf && a>>(at+4)&0xf == b>>at&0xf
	}
	return false
}

// oneEdit reports whether one edit makes one text of another; their bags tell first where it cannot.
func oneEdit(a, b []byte, bagA, bagB uint32) bool {
	return bits.OnesCount32(bagA&^bagB) <= 1 && bits.OnesCount32(bagB&^bagA) <= 1 && edits(a, b, 1) == 1
}

// postcodeLevel compares postcodes. OneOff: one letter or digit. Close: the sector. Part: the district.
func postcodeLevel(a, b *normal.Postcode) Level {
	switch {
	case bytes.Equal(a.Code, b.Code):
		return Exact
	case edits(a.Code, b.Code, 1) == 1:
		return OneOff
	case a.Outward == 0 || b.Outward == 0:
		return Differ
	case bytes.Equal(a.Sector(), b.Sector()):
		return Close
	case bytes.Equal(a.District(), b.District()):
		return Part
	}
	return Differ
}

// addressLevel compares addresses. Exact: house and street. Close: the same number in a street of nearly the same name. Part: the
// street, where one side has no house. Alike: the street with another house.
func addressLevel(a, b *homeAddress) Level {
	street := Exact
	if a.bag != b.bag || !bytes.Equal(a.Street, b.Street) {
		street = likeness(a.Street, b.Street, a.bag, b.bag)
		if street > Close {
			return Differ
		}
	}
	switch {
	case len(a.Number) > 0 && bytes.Equal(a.Number, b.Number), len(a.House) > 0 && bytes.Equal(a.House, b.House):
		if street == Exact {
			return Exact
		}
		return Close
	case len(a.Number) == 0 || len(b.Number) == 0:
		return Part
	}
	return Alike
}

// mailboxLevel compares e-mail addresses. Variant: the same mailbox by its provider's rules. Close: the same name at another
// provider.
func mailboxLevel(a, b *mailbox) Level {
	if a.bag == b.bag && bytes.Equal(a.Same, b.Same) {
		if bytes.Equal(a.Plain, b.Plain) {
			return Exact
		}
		return Variant
	}
	if a.Local >= 6 && !a.Role && bytes.Equal(a.LocalPart(), b.LocalPart()) {
		return Close
	}
	if oneEdit(a.Same, b.Same, a.bag, b.bag) {
		return OneOff
	}
	return Differ
}

// phoneLevel compares phone numbers. Variant: one is the other with a country code. Part: one is the end of the other, without
// area code. OneOff: one digit.
func phoneLevel(a, b *phoneNumber) Level {
	x, y := a.digits, b.digits
	if len(x) > len(y) {
		x, y = y, x
	}
	switch {
	case bytes.Equal(x, y):
		return Exact
	case bytes.HasSuffix(y, x) && len(x) >= 8:
		return Variant
	case bytes.HasSuffix(y, x):
		return Part
	case oneEdit(x, y, a.bag, b.bag):
		return OneOff
	}
	return Differ
}

// numberLevel compares ids. Variant: the same but for letters and zeros before it. OneOff: one digit.
func numberLevel(a, b *id) Level {
	switch {
	case a.bag != b.bag: // the cores differ, and the texts with them
	case bytes.Equal(a.Text, b.Text):
		return Exact
	case bytes.Equal(a.Core, b.Core) && (len(a.Text) == len(a.Core) || len(b.Text) == len(b.Core) || zerosApart(a.Text, b.Text)):
		return Variant
	}
	if len(a.Core) >= 4 && oneEdit(a.Core, b.Core, a.bag, b.bag) {
		return OneOff
	}
	return Differ
}

// zerosApart reports whether two ids with one core have the same letters before it.
func zerosApart(a, b []byte) bool {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] && (a[i] < '0' || a[i] > '9') {
		i++
	}
	return i < min(len(a), len(b)) && a[i] >= '0' && a[i] <= '9' && b[i] >= '0' && b[i] <= '9'
}

// labelLevel compares other text.
func labelLevel(a, b *labelText) Level {
	if a.bag == b.bag && bytes.Equal(a.text, b.text) {
		return Exact
	}
	if len(a.text) <= 4 && a.text[0] <= '9' || len(b.text) <= 4 && b.text[0] <= '9' { // short numbers
		if len(a.text) > 1 && len(b.text) > 1 && edits(a.text, b.text, 1) == 1 {
			return OneOff
		}
		return Differ
	}
	return likeness(a.text, b.text, a.bag, b.bag)
}
