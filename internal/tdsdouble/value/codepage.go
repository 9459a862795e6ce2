package value

import (
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// bestFit holds the letters of Windows-1252's best-fit table that do not decompose into a letter of the page.
var bestFit = map[rune]byte{
	'Ł': 'L', 'ł': 'l', 'Đ': 0xD0, 'đ': 'd', 'Ħ': 'H', 'ħ': 'h', 'ı': 'i', 'Ŧ': 'T', 'ŧ': 't', 'Ƶ': 'Z',
	'ƶ': 'z', 'Ɨ': 'I', 'ƀ': 'b', 'ǥ': 'g', 'Ǥ': 'G', '′': '\'', '−': '-', '‐': '-', '‑': '-', '∞': '8',
	'\u2002': ' ', '\u2003': ' ', '\u2009': ' ',
}

// ToCodePage writes text as Windows-1252, the code page of the supported collations, as the server stores it
// in varchar: a letter outside the page becomes its best fit or a question mark (two for a surrogate pair).
func ToCodePage(s string) []byte {
	out := make([]byte, 0, len(s))
	for _, r := range s {
		if b, ok := codePageByte(r); ok {
			out = append(out, b)
			continue
		}
		if utf16.IsSurrogate(r) || r > 0xFFFF {
			out = append(out, '?')
		}
		out = append(out, '?')
	}
	return out
}

func codePageByte(r rune) (byte, bool) {
	if r < 0x80 || r == 0x81 || r == 0x8D || r == 0x8F || r == 0x90 || r == 0x9D {
		return byte(r), true
	}
	if b, ok := charmap.Windows1252.EncodeRune(r); ok {
		return b, true
	}
	if b, ok := bestFit[r]; ok {
		return b, true
	}
	if p := width.LookupRune(r); p.Kind() == width.EastAsianFullwidth {
		return codePageByte(p.Narrow())
	}
	d := []rune(norm.NFD.String(string(r)))
	if len(d) > 1 && d[0] < 0x80 && unicode.Is(unicode.Mn, d[1]) {
		return byte(d[0]), true
	}
	return 0, false
}

// FromCodePage reads Windows-1252; the five bytes that the page leaves open are control characters.
func FromCodePage(b []byte) string {
	out := make([]rune, len(b))
	for i, c := range b {
		switch c {
		case 0x81, 0x8D, 0x8F, 0x90, 0x9D:
			out[i] = rune(c)
		default:
			out[i] = charmap.Windows1252.DecodeByte(c)
		}
	}
	return string(out)
}

// Units counts UTF-16 code units: the characters of nvarchar.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// Cut keeps at most n UTF-16 code units; a pair is never split, so one unit fewer may remain.
func Cut(s string, n int) string {
	for i, r := range s {
		size := 1
		if r > 0xFFFF {
			size = 2
		}
		if n < size {
			return s[:i]
		}
		n -= size
	}
	return s
}
