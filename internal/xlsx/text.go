package xlsx

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

var (
	errReference = errors.New("has a reference that XML does not define")
	errUTF8      = errors.New("holds bytes that are no text")
)

// unescape resolves the references of character data or an attribute, and the line ends as XML 1.0 section
// 2.11 asks for. It works in place: what it returns is a prefix of b.
func unescape(b []byte) ([]byte, error) {
	i, wide := plain(b)
	if wide && !utf8.Valid(b) {
		return nil, errUTF8
	}
	if i == len(b) {
		return b, nil
	}
	out := i
	for i < len(b) {
		switch c := b[i]; c {
		case '&':
			r, n := resolve(b[i:])
			if n == 0 {
				return nil, errReference
			}
			out += utf8.EncodeRune(b[out:out+n], r)
			i += n
		case '\r':
			b[out] = '\n'
			out++
			i++
			if i < len(b) && b[i] == '\n' {
				i++
			}
		default:
			b[out] = c
			out++
			i++
		}
	}
	return b[:out], nil
}

// plain returns how many bytes of b need no unescaping, and whether any byte of b is beyond ASCII.
func plain(b []byte) (n int, wide bool) {
	n = len(b)
	for i, c := range b {
		if c >= utf8.RuneSelf {
			wide = true
		} else if n == len(b) && (c == '&' || c == '\r') {
			n = i
		}
	}
	return n, wide
}

// resolve reads a reference such as &amp; or &#x1F600; and returns its length, 0 where it is none. No
// reference is shorter than the UTF-8 of what it stands for.
func resolve(b []byte) (rune, int) {
	end := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if end < 0 {
		return 0, 0
	}
	switch name := string(b[1:end]); name {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "quot":
		return '"', end + 1
	case "apos":
		return '\'', end + 1
	default:
		if len(name) < 2 || name[0] != '#' {
			return 0, 0
		}
		digits, base := name[1:], 10
		if digits[0] == 'x' {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
			return 0, 0
		}
		return rune(n), end + 1
	}
}

// unescapeX resolves the escapes _xHHHH_ of ST_Xstring (ECMA-376 part 1, 22.9.2.19), in which a workbook writes
// the characters that XML cannot hold. Two escapes that are a surrogate pair are one character. It works in place.
func unescapeX(b []byte) []byte {
	i := bytes.Index(b, []byte("_x"))
	if i < 0 {
		return b
	}
	out := i
	for i < len(b) {
		u, ok := escapeX(b[i:])
		if !ok {
			b[out] = b[i]
			out++
			i++
			continue
		}
		i += lenX
		r := rune(u)
		if utf16.IsSurrogate(r) {
			low, ok := escapeX(b[i:])
			if r = utf16.DecodeRune(r, rune(low)); ok && r != utf8.RuneError {
				i += lenX
			}
		}
		out += utf8.EncodeRune(b[out:out+utf8.UTFMax], r)
	}
	return b[:out]
}

const lenX = len("_xHHHH_")

// escapeX reads the escape that b starts with.
func escapeX(b []byte) (uint16, bool) {
	if len(b) < lenX || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	var u uint16
	for _, c := range b[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		u = u<<4 | uint16(c)
	}
	return u, true
}

// escapeXString writes the characters that XML cannot hold as ST_Xstring does, and what looks like such an escape so that it
// stays what it is.
func escapeXString(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		if _, like := escapeX([]byte(s[i:min(len(s), i+lenX)])); like {
			b = append(b, "_x005F"...)
		}
		if c < ' ' && c != '\t' && c != '\n' {
			b = fmt.Appendf(b, "_x%04X_", c)
			continue
		}
		b = append(b, c)
	}
	return string(b)
}
