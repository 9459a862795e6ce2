package compare

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns s as it counts for the Folded, Prefix and Contains comparisons: compatibility forms, case
// and accents do not matter (NFKD, lower case, combining marks of the Latin, Greek, Cyrillic, Hebrew and
// Arabic scripts dropped), letters that Unicode does not decompose become their usual spelling (ł l, ø o,
// ß ss, þ th, æ ae, ı i), digits of every script become 0 to 9, every kind of apostrophe becomes ' and
// every kind of hyphen and dash becomes -, control and format characters are dropped, white space is
// trimmed and each inner run of it becomes one space. Bytes that are no UTF-8 become U+FFFD.
func Fold(s string) string { return string(AppendFold(nil, []byte(s))) }

// AppendFold appends Fold of src to dst.
func AppendFold(dst, src []byte) []byte {
	start, space := len(dst), false
	for _, c := range src {
		if c >= utf8.RuneSelf {
			return appendFoldUnicode(dst[:start], src)
		}
		switch {
		case isASCIISpace(c):
			space = true
			continue
		case c < ' ' || c == 0x7f:
			continue
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == '`':
			c = '\''
		}
		if space && len(dst) > start {
			dst = append(dst, ' ')
		}
		space = false
		dst = append(dst, c)
	}
	return dst
}

func isASCIISpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

func appendFoldUnicode(dst, src []byte) []byte {
	start, space := len(dst), false
	var it norm.Iter
	it.Init(norm.NFKD, src)
	for !it.Done() {
		segment := it.Next()
		for len(segment) > 0 {
			r, n := utf8.DecodeRune(segment)
			segment = segment[n:]
			if unicode.IsSpace(r) {
				space = true
				continue
			}
			if dropped(r) {
				continue
			}
			if space && len(dst) > start {
				dst = append(dst, ' ')
			}
			space = false
			if spelling, ok := spellings[r]; ok {
				dst = append(dst, spelling...)
				continue
			}
			dst = utf8.AppendRune(dst, foldRune(r))
		}
	}
	return dst
}

// dropped reports whether a rune of the decomposed text leaves no trace: controls, format characters
// (joiners, soft hyphens, direction marks) and combining marks of scripts where they only modify.
func dropped(r rune) bool {
	switch {
	case r < ' ' || 0x7f <= r && r < 0xa0:
		return true
	case 0x0300 <= r && r <= 0x036f, 0x1ab0 <= r && r <= 0x1aff, 0x1dc0 <= r && r <= 0x1dff,
		0x20d0 <= r && r <= 0x20ff, 0xfe20 <= r && r <= 0xfe2f, 0x0483 <= r && r <= 0x0489:
		return true
	case 0x0591 <= r && r <= 0x05c7:
		return unicode.Is(unicode.Mn, r)
	case 0x064b <= r && r <= 0x065f, r == 0x0670, r == 0x0640:
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	if unicode.Is(unicode.Nd, r) {
		return '0' + digit(r)
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// digit returns the value of a decimal digit of any script: scripts encode theirs as runs of ten in
// ascending order (Unicode Standard, section 4.6).
func digit(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	return 0
}

// spellings are letters and signs that stay whole under NFKD but that people and keyboards write otherwise.
var spellings = map[rune]string{
	'ł': "l", 'Ł': "l", 'ø': "o", 'Ø': "o", 'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d", 'þ': "th", 'Þ': "th",
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ı': "i", 'ħ': "h", 'Ħ': "h",
	'ŧ': "t", 'Ŧ': "t", 'ŋ': "ng", 'Ŋ': "ng", 'ĸ': "k", 'ɨ': "i", 'ƶ': "z", 'Ƶ': "z", 'ə': "e", 'Ə': "e",
	'ƒ': "f", 'Ƒ': "f", 'ȷ': "j", 'ɖ': "d", 'Ɖ': "d", 'ɓ': "b", 'Ɓ': "b", 'ɗ': "d", 'Ɗ': "d", 'ƙ': "k", 'Ƙ': "k",
	'`': "'", '´': "'", '‘': "'", '’': "'", '‛': "'", 'ʹ': "'", 'ʻ': "'", 'ʼ': "'", 'ʽ': "'", 'ˈ': "'", '′': "'", '՚': "'",
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '―': "-", '−': "-", '⁃': "-", '֊': "-", '־': "-",
	'“': `"`, '”': `"`, '„': `"`, '‟': `"`, '«': `"`, '»': `"`,
}

// Compacted returns the letters and digits of Fold(s).
func Compacted(s string) string { return string(AppendCompacted(nil, []byte(s))) }

// AppendCompacted appends Compacted of src to dst.
func AppendCompacted(dst, src []byte) []byte {
	start := len(dst)
	dst = AppendFold(dst, src)
	kept := start
	for i := start; i < len(dst); {
		if c := dst[i]; c < utf8.RuneSelf {
			if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' {
				dst[kept] = c
				kept++
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(dst[i:])
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) {
			kept += copy(dst[kept:], dst[i:i+n])
		}
		i += n
	}
	return dst[:kept]
}

// OnlyDigits returns the decimal digits of s, of any script, as 0 to 9.
func OnlyDigits(s string) string { return string(AppendDigits(nil, []byte(s))) }

// AppendDigits appends OnlyDigits of src to dst.
func AppendDigits(dst, src []byte) []byte {
	for i := 0; i < len(src); {
		c := src[i]
		if c < utf8.RuneSelf {
			if '0' <= c && c <= '9' {
				dst = append(dst, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(src[i:])
		if unicode.Is(unicode.Nd, r) {
			dst = append(dst, '0'+byte(digit(r)))
		}
		i += n
	}
	return dst
}
