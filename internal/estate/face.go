package estate

import (
	"strings"
	"time"
)

// asks says what one kind of record wants to know of a person and how careful its writers are.
type asks struct {
	born, mail, phone, home bool // whether it has a place for each
	anchored                bool // it carries an id of the person, so that anything else may be wrong
	ascii, capitals         bool // an old system's letters
	past                    int  // percent written before a change of name, home or mailbox
	care                    int  // percent without any slip
	enough                  int  // what must stay recognisable (see drawFace); 0: 12
}

// face is a person as one record has them.
type face struct {
	title, given, family string
	former               string    // where a form asks for it
	born                 time.Time // zero: not recorded
	mail, phone          string    // "" : not recorded
	home                 address
	classes              classes
}

// face decides how one record has the person. It draws until what is left can still be recognised, first with the slips that
// the record's writers make, then without. It reports false where the record has no place for enough of this person.
func (p *person) face(d dice, a asks) (face, bool) {
	if a.enough == 0 {
		a.enough = 12
	}
	for i := range 24 {
		if i == 12 {
			a.past, a.care = 0, 100
		}
		if f, weight := p.drawFace(d, a); a.anchored || weight >= a.enough {
			return f, true
		}
	}
	return face{}, false
}

// drawFace draws one face and weighs, in half points, what of the person can still be recognised in it:
// a name in full 3 or 4, mistyped or shortened 2 or 3, a birth date 6, a mailbox of one's own 6, a shared one, a phone
// or a postcode 3.
func (p *person) drawFace(d dice, a asks) (face, int) {
	f := face{title: p.title, given: p.given, family: p.family, home: p.home}
	weight := 0
	past := d.percent(a.past)
	familyWeight, givenWeight := 4, 3
	if past && p.former != "" {
		f.family = p.former
		f.classes.add(FormerName)
		if familyWeight = 0; p.states {
			familyWeight = 4
		}
		if f.title == "Mrs" {
			f.title = "Miss"
		}
	} else {
		f.former = p.former
	}
	if !d.percent(a.care) {
		familyWeight, givenWeight = f.slip(p, d, a, familyWeight, givenWeight)
	} else if p.knownAs != "" && d.one(3) {
		f.given = p.knownAs
		f.classes.add(Nickname)
		givenWeight = 2
	}
	weight += familyWeight + givenWeight
	if a.born {
		weight += f.birth(p, d, a)
	}
	if a.home {
		if past && p.before != (address{}) {
			f.home = p.before
			f.classes.add(OldAddress)
		} else {
			weight += 3
		}
		if d.one(9) {
			f.home.postcode = strings.ToLower(strings.ReplaceAll(f.home.postcode, " ", ""))
		}
	} else {
		f.home = address{}
	}
	if a.mail {
		weight += f.mailbox(p, d, past)
	}
	if a.phone && !d.one(6) {
		f.phone = p.phone
		if p.phone2 != "" && d.one(2) {
			f.phone = p.phone2
		} else if f.phone != "" {
			weight += 3
		}
		f.phone = phoneText(d, f.phone)
	}
	f.write(p, d, a)
	return f, weight
}

// slip spoils the names in one way, and returns what they are still worth.
func (f *face) slip(p *person, d dice, a asks, familyWeight, givenWeight int) (int, int) {
	switch d.IntN(12) {
	case 0, 1:
		if wrong := mistype(d, f.family); wrong != f.family {
			f.family = wrong
			f.classes.add(Typo)
			familyWeight = min(familyWeight, 3)
		}
	case 2:
		if wrong := mistype(d, f.given); wrong != f.given {
			f.given = wrong
			f.classes.add(Typo)
			givenWeight = 2
		}
	case 3, 4:
		if p.knownAs != "" {
			f.given = p.knownAs
			f.classes.add(Nickname)
			givenWeight = 2
		}
	case 5:
		if len(p.kin) == 0 {
			f.given = initial(d, f.given)
			f.classes.add(Initial)
			givenWeight = 1
		}
	case 6:
		f.given, f.family = f.family, f.given
		f.classes.add(SwappedNames)
		givenWeight = 2
	case 7, 8:
		if variants := nameVariants(f.family); len(variants) > 0 {
			f.family = pick(d, variants)
			f.classes.add(NameVariant)
			familyWeight = min(familyWeight, 3)
		}
	case 9:
		f.given, f.family = spaced(d, f.given), spaced(d, f.family)
		f.classes.add(Spaces)
	case 10:
		if !a.ascii && f.given+f.family != ascii(f.given+f.family) {
			f.given, f.family = decompose(f.given), decompose(f.family)
			f.classes.add(Decomposed)
		}
	case 11:
		if !a.ascii && d.one(3) {
			f.given, f.family = fullWidth(f.given), fullWidth(f.family)
			f.classes.add(FullWidth)
		} else {
			f.family = strings.ToUpper(f.family)
			f.classes.add(UpperCase)
		}
	}
	return familyWeight, givenWeight
}

// birth fills in the birth date, right or wrong, and returns what it is worth.
func (f *face) birth(p *person, d dice, a asks) int {
	if p.undated {
		f.classes.add(BirthMissing)
		return 0
	}
	f.born = p.born
	if d.percent(a.care) {
		return 6
	}
	switch d.IntN(8) {
	case 0, 1:
		f.born = time.Time{}
		f.classes.add(BirthMissing)
		return 0
	case 2:
		f.born = pick(d, []time.Time{isoDay("1900-01-01"), isoDay("1970-01-01"), isoDay("1901-01-01")})
		f.classes.add(BirthPlaceholder)
		return 0
	case 3:
		if wrong, ok := transposed(p.born); ok {
			f.born = wrong
			f.classes.add(BirthTransposed)
			return 4
		}
	case 4:
		f.born = digitSlip(d, p.born)
		f.classes.add(BirthSlip)
		return 4
	}
	return 6
}

// mailbox fills in a mailbox and returns what it is worth.
func (f *face) mailbox(p *person, d dice, past bool) int {
	if p.mail == "" || d.one(9) {
		return 0
	}
	f.mail = p.mail
	if past && len(p.mails) > 1 && !p.demo { // the demo subject's own mailbox stands in ProDrive and on the websites only
		f.mail = p.mails[0]
		if f.mail == p.mail {
			f.mail = p.mails[1]
		}
		f.classes.add(OldEmail)
	}
	if d.one(7) {
		f.mail = mailVariant(d, f.mail)
		f.classes.add(EmailVariant)
	}
	switch {
	case f.classes.has(OldEmail) && !p.member:
		return 0
	case p.classes.has(SharedEmail):
		return 3
	}
	return 6
}

// write brings the names into the letters of the system.
func (f *face) write(p *person, d dice, a asks) {
	plain := ascii(f.given+f.family) == f.given+f.family
	if !plain && !f.classes.has(FullWidth) && !f.classes.has(Decomposed) && (a.ascii || d.one(3)) {
		f.given, f.family = ascii(f.given), ascii(german(d, f.family))
		f.classes.add(Transliterated)
	}
	if a.capitals {
		f.given, f.family = strings.ToUpper(f.given), strings.ToUpper(f.family)
		f.classes.add(UpperCase)
	}
}

// german writes umlauts out, one time in two.
func german(d dice, s string) string {
	if d.one(2) {
		return strings.NewReplacer("ü", "ue", "ö", "oe", "ä", "ae", "Ü", "Ue", "Ö", "Oe").Replace(s)
	}
	return s
}
