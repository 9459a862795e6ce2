package tui

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may stand on one letter. No script needs more; stacks of them
// run over the lines above and below.
const maxMarks = 6

// visible returns text that a terminal shows as it is and cannot be steered by: every character that is not graphic
// (controls, escape, bidirectional and zero-width characters, line separators, private use, unassigned),
// every graphic one that shows nothing, and every byte that is not UTF-8, is written out. C0 controls
// become their pictures (␛), the others their number (‹U+202E›, ‹x9B›). A combining mark without a letter
// before it gets a dotted circle, and marks beyond maxMarks are written out.
//
// It is the only gate: everything drawn on the screen goes through it (see pen.put).
func visible(text string) string {
	i := plainPrefix(text)
	if i == len(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 16)
	// The character before a mark decides about it, so the last plain one is looked at again.
	i = max(0, i-1)
	b.WriteString(text[:i])
	marks := -1 // on the last letter; -1: there is no letter to stand on
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString("‹x")
			b.WriteString(strings.ToUpper(strconv.FormatUint(uint64(text[i]), 16)))
			b.WriteString("›")
			marks = 0
		case r < ' ':
			b.WriteRune('␀' + r)
			marks = 0
		case r == 0x7f:
			b.WriteRune('␡')
			marks = 0
		case !unicode.IsGraphic(r) || showsNothing(r):
			writeNumber(&b, r)
			marks = 0
		case unicode.IsMark(r):
			if marks < 0 {
				b.WriteRune('◌')
				marks = 0
			}
			if marks++; marks > maxMarks {
				writeNumber(&b, r)
				marks = 0
			} else {
				b.WriteRune(r)
			}
		default:
			b.WriteRune(r)
			marks = 0
		}
		i += size
	}
	return b.String()
}

// plainPrefix returns the length of the longest prefix of printable ASCII.
func plainPrefix(text string) int {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return i
		}
	}
	return len(text)
}

// writeNumber writes a character's number as ‹U+200B›.
func writeNumber(b *strings.Builder, r rune) {
	b.WriteString("‹U+")
	n := strings.ToUpper(strconv.FormatInt(int64(r), 16))
	for range 4 - len(n) {
		b.WriteByte('0')
	}
	b.WriteString(n)
	b.WriteString("›")
}

// showsNothing reports whether a graphic character is drawn as nothing: Default_Ignorable_Code_Point of
// the Unicode Standard among the graphic ones.
func showsNothing(r rune) bool {
	switch {
	case r < 0x34f:
		return false
	case r == 0x34f, // combining grapheme joiner
		r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, // Hangul fillers
		r == 0x17b4, r == 0x17b5, // Khmer inherent vowels
		0x180b <= r && r <= 0x180f,   // Mongolian variation selectors
		0xfe00 <= r && r <= 0xfe0f,   // variation selectors
		0xe0000 <= r && r <= 0xe0fff: // variation selectors, tags
		return true
	}
	return false
}
