package normal

import (
	"bytes"

	"github.com/nyaruka/phonenumbers"
)

// Phone is a telephone number: its digits without the trunk zero and, where it is written as the region's, the country code.
type Phone []byte

// minPhone is the fewest digits of a phone number: local numbers without their area code have six.
const minPhone = 6

// Region is where phone numbers without a country code are from.
type Region struct {
	name string
	code []byte // the country calling code, "44"
}

// NewRegion returns the region of a two-letter country code, GB where it is empty or unknown.
func NewRegion(name string) Region {
	code := phonenumbers.GetCountryCodeForRegion(name)
	if code == 0 {
		name, code = "GB", 44
	}
	return Region{name, appendInt(nil, code)}
}

func appendInt(dst []byte, n int) []byte {
	if n >= 10 {
		dst = appendInt(dst, n/10)
	}
	return append(dst, byte('0'+n%10))
}

// National returns the digits of a number that a person gave, without country code and trunk zero, by the
// numbering plan of its country.
func (r Region) National(text string) string {
	number, err := phonenumbers.Parse(text, r.name)
	if err == nil {
		return phonenumbers.GetNationalSignificantNumber(number)
	}
	var a Arena
	p, _ := a.Phone([]byte(text), r)
	return string(p)
}

// Phone makes a stored number ready: +44 7700 900495, 07700 900495, (07700) 900-495, 0044 (0) 7700 900495 and 7700900495 are the
// same. An extension behind it is left out. It reports false for fillers: too few digits, one digit over and
// over, digits in order.
func (a *Arena) Phone(text []byte, r Region) (Phone, bool) {
	digits := a.letters
	for _, c := range text {
		if digit(c) {
			digits = append(digits, c)
		} else if (c == 'x' || c == 'X' || c == '#') && len(digits)-len(a.letters) >= minPhone {
			break
		}
	}
	p := a.keep(digits)
	international := bytes.HasPrefix(p, []byte("00"))
	p = bytes.TrimLeft(p, "0")
	if (international || len(p) > 10) && bytes.HasPrefix(p, r.code) {
		p = bytes.TrimLeft(p[len(r.code):], "0")
	}
	return p, len(p) >= minPhone && len(p) <= 18 && !patterned(p)
}

// patterned reports whether digits are all the same but for the first two, or count up or down.
func patterned(p []byte) bool {
	same, up, down := true, true, true
	for i := 1; i < len(p); i++ {
		same = same && (i < 3 || p[i] == p[i-1])
		up = up && (p[i] == p[i-1]+1 || p[i] == '0' && p[i-1] == '9')
		down = down && p[i] == p[i-1]-1
	}
	return same || up || down
}
