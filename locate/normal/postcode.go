package normal

import (
	"bytes"
	"unicode/utf8"

	"dossier/connectors/compare"
)

// Postcode is a postal code.
type Postcode struct {
	Code    []byte // its folded letters and digits: "ls69it"
	Outward int    // how many of them name the post town's district, in a British one; else 0
}

// Sector returns the part of a British postcode that some 3,000 homes share, "ls69", else nil.
func (p *Postcode) Sector() []byte {
	if p.Outward == 0 {
		return nil
	}
	return p.Code[:p.Outward+1]
}

// District returns the first half of a British postcode, "ls6", else nil.
func (p *Postcode) District() []byte {
	if p.Outward == 0 {
		return nil
	}
	return p.Code[:p.Outward]
}

// Postcode makes a postcode ready. In a British one, letters and digits that are mistaken for each other are
// put right by where they stand: "LS6 9lT" and "L56 9IT" are read as people write them, "SW1A OAA" as 0AA. It reports false
// for fillers, ZZ99 (no home in Britain) among them.
func (a *Arena) Postcode(text []byte) (Postcode, bool) {
	code := a.keep(compare.AppendCompacted(a.letters, text))
	if len(code) < 3 || len(code) > 12 || Filler(code) || bytes.HasPrefix(code, []byte("zz99")) {
		return Postcode{}, false
	}
	if outward := british(code); outward > 0 {
		return Postcode{code, outward}, true
	}
	return Postcode{Code: code}, bytes.ContainsAny(code, "0123456789")
}

// british puts a British postcode right and returns the length of its first half, or 0 where the code is none.
// Royal Mail, "Programmer's guide to the PAF": A9, A99, AA9, AA99, A9A or AA9A, then 9AA.
func british(code []byte) int {
	n := len(code)
	if n < 5 || n > 7 {
		return 0
	}
	outward := n - 3
	if !letter(code[0]) || !digitLike(code[outward]) || !letterLike(code[outward+1]) || !letterLike(code[outward+2]) {
		return 0
	}
	digits := 0
	for i := 1; i < outward; i++ {
		c := code[i]
		switch {
		case c >= '0' && c <= '9':
			digits++
		case !letter(c), i == 2 && !digit(code[1]) && outward == 3: // AAA
			return 0
		}
	}
	if digits == 0 {
		return 0
	}
	code[outward] = asDigit(code[outward])
	code[outward+1], code[outward+2] = asLetter(code[outward+1]), asLetter(code[outward+2])
	return outward
}

func letter(c byte) bool     { return 'a' <= c && c <= 'z' }
func digit(c byte) bool      { return '0' <= c && c <= '9' }
func digitLike(c byte) bool  { return digit(c) || c == 'o' || c == 'i' || c == 'l' }
func letterLike(c byte) bool { return letter(c) || c == '0' || c == '1' }

func asDigit(c byte) byte {
	switch c {
	case 'o':
		return '0'
	case 'i', 'l':
		return '1'
	}
	return c
}

func asLetter(c byte) byte {
	switch c {
	case '0':
		return 'o'
	case '1':
		return 'i'
	}
	return c
}

// PostcodeIn makes the British postcode ready that stands at the end of an address, and reports false where
// there is none.
func (a *Arena) PostcodeIn(address []byte) (Postcode, bool) {
	text := bytes.TrimRight(address, " .,;\r\n\t")
	if !inward(text) {
		return Postcode{}, false
	}
	words := 0
	for i := len(text) - 1; i >= 0 && words < 3; i-- {
		if c := text[i]; c == ' ' || c == ',' || c == '\n' || c == '\t' || i == 0 {
			words++
			start := i + 1
			if i == 0 {
				start = 0
			}
			if p, ok := a.Postcode(text[start:]); ok && p.Outward > 0 {
				return p, true
			}
		}
	}
	return Postcode{}, false
}

// inward reports whether text can end with the second half of a British postcode, at a glance.
func inward(text []byte) bool {
	seen := 0
	for i := len(text) - 1; i >= 0; i-- {
		c := text[i] | 0x20
		switch {
		case c >= utf8.RuneSelf:
			return true
		case text[i] == ' ':
		case seen == 2:
			return digitLike(c)
		case !letterLike(c):
			return false
		default:
			seen++
		}
	}
	return false
}
