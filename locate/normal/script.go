package normal

import (
	"unicode"
	"unicode/utf8"
)

// latin are the letters of the Cyrillic and Greek alphabets as passports and clerks write them in Latin ones, folded: after ICAO Doc 9303,
// part 3, section 6, and ISO 843.
var latin = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'ђ': "d", 'е': "e", 'є': "ie", 'ж': "zh", 'з': "z", 'и': "i", 'і': "i", 'ї': "i", 'ј': "j",
	'к': "k", 'л': "l", 'љ': "lj", 'м': "m", 'н': "n", 'њ': "nj", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'ћ': "c", 'у': "u", 'ф': "f", 'х': "kh",
	'ц': "ts", 'ч': "ch", 'џ': "dz", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia", 'ў': "u", 'ѕ': "dz",
	'α': "a", 'β': "v", 'γ': "g", 'δ': "d", 'ε': "e", 'ζ': "z", 'η': "i", 'θ': "th", 'ι': "i", 'κ': "k", 'λ': "l", 'μ': "m", 'ν': "n", 'ξ': "x", 'ο': "o",
	'π': "p", 'ρ': "r", 'σ': "s", 'ς': "s", 'τ': "t", 'υ': "y", 'φ': "f", 'χ': "ch", 'ψ': "ps", 'ω': "o",
}

// appendLatin appends the first letter of text in the Latin alphabet, as it stands where it has none, and returns its length in text.
func appendLatin(dst, text []byte) ([]byte, int) {
	r, size := utf8.DecodeRune(text)
	if spelt, ok := latin[r]; ok {
		return append(dst, spelt...), size
	}
	return append(dst, text[:size]...), size
}

// Syllabic reports whether the letters of the name are words or syllables each, as in Chinese and Japanese ones.
func (n *Name) Syllabic() bool {
	r, _ := utf8.DecodeRune(n.Whole)
	return r >= 0x2e80 && syllabic(r)
}

// syllabic reports whether a letter is a word or a syllable of its own, so that one alone is a whole name: 王. Korean
// syllables are folded to their letters.
func syllabic(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}
