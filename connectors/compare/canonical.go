package compare

import (
	"bytes"
	"strings"
	"time"
)

// Canonical returns the canonical text of a searched value for a field of the type, and false where no
// value of the type can be what is searched: such a value matches nothing, which is no gap. Numbers may be
// written with leading or trailing zeros (0012.50 is 12.5) but not with an exponent; an integer field holds
// 12.0 and not 12.5. A day is also midnight of a DateTime. Instants become UTC.
func Canonical(t Type, value string) (string, bool) {
	b, ok := appendCanonical(nil, t, []byte(value))
	return string(b), ok
}

func appendCanonical(dst []byte, t Type, v []byte) ([]byte, bool) {
	switch t {
	case Text:
		return append(dst, v...), true
	case Integer, Decimal, Float:
		start := len(dst)
		dst, ok := appendNumber(dst, v)
		return dst, ok && (t != Integer || bytes.IndexByte(dst[start:], '.') < 0)
	case Boolean:
		for _, b := range []string{"true", "false"} {
			if strings.EqualFold(string(v), b) {
				return append(dst, b...), true
			}
		}
	case Day:
		if at, ok := parseTime(v, "2006-01-02T15:04:05", "2006-01-02"); ok && at.Equal(at.Truncate(24*time.Hour)) {
			return at.AppendFormat(dst, "2006-01-02"), true
		}
	case Clock:
		if at, ok := parseTime(v, "15:04:05", "15:04"); ok {
			return at.AppendFormat(dst, "15:04:05.999999999"), true
		}
	case DateTime:
		if at, ok := parseTime(v, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02"); ok {
			return at.AppendFormat(dst, "2006-01-02T15:04:05.999999999"), true
		}
	case Instant:
		if at, ok := parseTime(v, time.RFC3339Nano); ok {
			return at.UTC().AppendFormat(dst, "2006-01-02T15:04:05.999999999Z07:00"), true
		}
	case GUID:
		return appendGUID(dst, v)
	case Binary:
		return appendHex(dst, v)
	}
	return dst, false
}

func parseTime(v []byte, layouts ...string) (time.Time, bool) {
	for _, layout := range layouts {
		if at, err := time.Parse(layout, string(v)); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// appendNumber appends a plain decimal number without a plus sign, leading and trailing zeros: -12.5, 0.
func appendNumber(dst, v []byte) ([]byte, bool) {
	v = bytes.TrimSpace(v)
	negative := len(v) > 0 && v[0] == '-'
	if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
		v = v[1:]
	}
	whole, fraction, point := bytes.Cut(v, []byte{'.'})
	if len(whole)+len(fraction) == 0 || point && len(fraction) == 0 || !allDigits(whole) || !allDigits(fraction) {
		return dst, false
	}
	whole = bytes.TrimLeft(whole, "0")
	fraction = bytes.TrimRight(fraction, "0")
	if negative && len(whole)+len(fraction) > 0 {
		dst = append(dst, '-')
	}
	if len(whole) == 0 {
		dst = append(dst, '0')
	}
	dst = append(dst, whole...)
	if len(fraction) > 0 {
		dst = append(append(dst, '.'), fraction...)
	}
	return dst, true
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// appendGUID appends a GUID in lower case with hyphens, read with or without braces and hyphens.
func appendGUID(dst, v []byte) ([]byte, bool) {
	if len(v) >= 2 && v[0] == '{' && v[len(v)-1] == '}' {
		v = v[1 : len(v)-1]
	}
	hyphens := len(v) == 36
	if !hyphens && len(v) != 32 {
		return dst, false
	}
	digits := 0
	for i, c := range v {
		if hyphens && (i == 8 || i == 13 || i == 18 || i == 23) {
			if c != '-' {
				return dst, false
			}
			continue
		}
		if digits == 8 || digits == 12 || digits == 16 || digits == 20 {
			dst = append(dst, '-')
		}
		h, ok := lowerHex(c)
		if !ok {
			return dst, false
		}
		dst = append(dst, h)
		digits++
	}
	return dst, true
}

func appendHex(dst, v []byte) ([]byte, bool) {
	if len(v) < 2 || len(v)%2 != 0 || v[0] != '0' || v[1] != 'x' && v[1] != 'X' {
		return dst, false
	}
	dst = append(dst, "0x"...)
	for _, c := range v[2:] {
		h, ok := lowerHex(c)
		if !ok {
			return dst, false
		}
		dst = append(dst, h)
	}
	return dst, true
}

func lowerHex(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9', 'a' <= c && c <= 'f':
		return c, true
	case 'A' <= c && c <= 'F':
		return c + 'a' - 'A', true
	}
	return 0, false
}
