package xlsx

import (
	"bytes"
	"strconv"
	"strings"
)

// Format is what a number format makes of a number, as far as a search needs it: whether it is a date, a
// time or a length of time, and how digits stand in it where it makes an identifier of the number
// (00000, 00000 000000, "M"0000). The zero Format is General.
type Format struct {
	Date    bool // it shows years, months or days
	Time    bool // it shows hours, minutes or seconds
	Elapsed bool // its hours, minutes or seconds count on beyond 24 or 60

	masks []mask
}

// mask is one section of a format that shows whole numbers digit by digit.
type mask struct {
	op    string // "": any other number; else a condition on the number: "<=" 9999999
	bound float64
	items []maskItem
	whole int // how many digits have a place
}

// maskItem is either literal text or a place for a digit.
type maskItem struct {
	literal string
	digit   byte // '0', '#' or '?'; 0: literal
}

// formatOf returns the format with that id: one of the file's own, or built in (ECMA-376 part 1, 18.8.30, and
// its lists for East Asian and Thai systems, where the same ids are dates and times too).
func formatOf(id string, codes map[string]string) Format {
	if code, ok := codes[id]; ok {
		return parseFormat(code)
	}
	n, err := strconv.Atoi(id)
	if err != nil {
		return Format{}
	}
	switch {
	case n >= 14 && n <= 17, n >= 27 && n <= 31, n == 36, n >= 50 && n <= 54, n == 57, n == 58, n >= 71 && n <= 75:
		return Format{Date: true}
	case n == 22, n == 81:
		return Format{Date: true, Time: true}
	case n == 46, n == 79:
		return Format{Time: true, Elapsed: true}
	case n >= 18 && n <= 21, n >= 32 && n <= 35, n >= 45 && n <= 47, n == 55, n == 56, n >= 76 && n <= 80:
		return Format{Time: true}
	}
	return Format{}
}

// parseFormat reads a number format's code (ECMA-376 part 1, 18.8.31).
func parseFormat(code string) Format {
	var f Format
	sections := splitSections(code)
	for i, section := range sections {
		tokens, condition := lex(section)
		if i == 0 || condition != "" {
			f.Date = f.Date || hasDate(tokens)
			f.Time = f.Time || hasTime(tokens)
		}
		for _, t := range tokens {
			f.Elapsed = f.Elapsed || t.kind == elapsed
		}
		// Without conditions the second section is for negative numbers, the third for zero, the fourth for text.
		if i > 0 && condition == "" && (i > 1 || !strings.HasPrefix(sections[0], "[")) {
			continue
		}
		if m, ok := maskOf(tokens, condition); ok {
			f.masks = append(f.masks, m)
		}
	}
	if f.Elapsed {
		f.Date, f.Time = false, true
	}
	if f.Date || f.Time {
		f.masks = nil
	}
	return f
}

// splitSections splits at the semicolons that stand neither in quotes nor behind a backslash.
func splitSections(code string) []string {
	var all []string
	from, quoted := 0, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && !quoted:
			i++
		case c == ';' && !quoted:
			all = append(all, code[from:i])
			from = i + 1
		}
	}
	return append(all, code[min(from, len(code)):])
}

type formatToken struct {
	kind formatKind
	text string
}

type formatKind uint8

const (
	literal  formatKind = iota
	digit               // 0 # ?
	dateUnit            // y d e g b, or m
	timeUnit            // h s, AM/PM
	elapsed             // [h] [m] [s]
	other               // everything that makes a number something else than a row of digits
)

// lex splits a section into its tokens, and returns its condition, such as "<=9999999".
func lex(section string) (tokens []formatToken, condition string) {
	add := func(kind formatKind, text string) { tokens = append(tokens, formatToken{kind, text}) }
	for i := 0; i < len(section); {
		rest := section[i:]
		switch c := rest[0]; c {
		case '"':
			end := strings.IndexByte(rest[1:], '"')
			if end < 0 {
				end = len(rest) - 1
			}
			add(literal, rest[1:1+end])
			i += end + 2
		case '\\', '_', '*':
			n := min(len(rest), 1+runeLen(rest[1:]))
			if c == '\\' {
				add(literal, rest[1:n])
			}
			i += n
		case '[':
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				add(other, rest)
				return tokens, condition
			}
			inner := strings.ToLower(rest[1:end])
			switch {
			case inner != "" && strings.Trim(inner, inner[:1]) == "" && strings.Contains("hms", inner[:1]):
				add(elapsed, inner)
			case inner != "" && strings.Contains("<>=", inner[:1]):
				condition = inner
			case strings.HasPrefix(inner, "$") && !strings.HasPrefix(inner, "$-"):
				add(other, inner) // a currency
			}
			i += end + 1
		default:
			n := lexPlain(rest, add)
			i += n
		}
	}
	return tokens, condition
}

// words are what more than one letter stands for. Standard is how some programs write General.
var words = map[string]formatKind{"general": other, "standard": other, "am/pm": timeUnit, "a/p": timeUnit}

// lexPlain reads one token outside quotes and brackets, and returns its length.
func lexPlain(rest string, add func(formatKind, string)) int {
	lower := strings.ToLower(rest)
	for word, kind := range words {
		if strings.HasPrefix(lower, word) {
			add(kind, word)
			return len(word)
		}
	}
	switch c := lower[0]; c {
	case '0', '#', '?':
		add(digit, rest[:1])
	case 'e':
		if len(rest) > 1 && (rest[1] == '+' || rest[1] == '-') {
			add(other, rest[:2])
			return 2
		}
		add(dateUnit, "e")
	case 'y', 'd', 'g', 'b', 'm':
		add(dateUnit, string(c))
	case 'h', 's':
		add(timeUnit, string(c))
	case ' ', '-', '(', ')', ':', '/', '+', '\'':
		add(literal, rest[:1])
	default:
		n := runeLen(rest)
		add(other, rest[:n])
		return n
	}
	return 1
}

func runeLen(s string) int {
	for i := range s {
		if i > 0 {
			return i
		}
	}
	return len(s)
}

// hasDate reports whether a section shows a date: "m" is a month unless it stands next to hours or seconds.
func hasDate(tokens []formatToken) bool {
	for i, t := range tokens {
		if t.kind == dateUnit && (t.text != "m" || !minutes(tokens, i)) {
			return true
		}
	}
	return false
}

func hasTime(tokens []formatToken) bool {
	for _, t := range tokens {
		if t.kind == timeUnit {
			return true
		}
	}
	return false
}

// minutes reports whether the "m" at i follows hours or precedes seconds.
func minutes(tokens []formatToken, i int) bool {
	for j := i - 1; j >= 0; j-- {
		if k := tokens[j].kind; k == timeUnit || k == elapsed {
			return tokens[j].text == "h" || tokens[j].kind == elapsed
		} else if k == dateUnit && tokens[j].text != "m" {
			break
		}
	}
	for j := i + 1; j < len(tokens); j++ {
		if k := tokens[j].kind; k == timeUnit {
			return tokens[j].text == "s"
		} else if k == dateUnit && tokens[j].text != "m" {
			break
		}
	}
	return false
}

// maskOf returns the section as a mask, unless it shows anything but digits and literal text.
func maskOf(tokens []formatToken, condition string) (mask, bool) {
	var m mask
	for _, t := range tokens {
		switch t.kind {
		case digit:
			m.items = append(m.items, maskItem{digit: t.text[0]})
			m.whole++
		case literal:
			m.items = append(m.items, maskItem{literal: t.text})
		default:
			return m, false
		}
	}
	if condition != "" {
		m.op = strings.TrimRight(condition, "0123456789.+-")
		bound, err := strconv.ParseFloat(condition[len(m.op):], 64)
		if err != nil {
			return m, false
		}
		m.bound = bound
	}
	return m, m.whole > 0
}

func (m mask) holds(v float64) bool {
	switch m.op {
	case "":
		return true
	case "<":
		return v < m.bound
	case "<=":
		return v <= m.bound
	case ">":
		return v > m.bound
	case ">=":
		return v >= m.bound
	case "=":
		return v == m.bound
	case "<>":
		return v != m.bound
	}
	return false
}

// AppendShown appends how the format shows a whole number given by its digits, where it makes an identifier
// of it. It returns false where the format shows the digits as they are stored, or something else than an identifier.
func (f Format) AppendShown(dst, digits []byte) ([]byte, bool) {
	if len(f.masks) == 0 || len(digits) == 0 {
		return dst, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return dst, false
		}
	}
	v, _ := strconv.ParseFloat(string(digits), 64)
	for _, m := range f.masks {
		if m.holds(v) {
			return m.append(dst, digits)
		}
	}
	return dst, false
}

func (m mask) append(dst, digits []byte) ([]byte, bool) {
	from, places, at := len(dst), m.whole, 0
	seen := false
	for _, item := range m.items {
		if item.digit == 0 {
			dst = append(dst, item.literal...)
			continue
		}
		if !seen && len(digits) > m.whole { // the first place takes what has no place of its own
			at = len(digits) - m.whole
			dst = append(dst, digits[:at]...)
		}
		seen = true
		if missing := places - (len(digits) - at); missing <= 0 {
			dst = append(dst, digits[at])
			at++
		} else if item.digit == '0' {
			dst = append(dst, '0')
		}
		places--
	}
	shown := bytes.TrimSpace(dst[from:])
	dst = append(dst[:from], shown...)
	return dst, !bytes.Equal(shown, digits)
}
