package export

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// visible returns text as it can be shown: control characters, bytes that are no text and characters
// that hide or turn round what stands beside them become marks that can be seen. Both ways to end a line are one.
func visible(s string) string {
	clean := true
	for _, r := range s {
		if hidden(r) || r == utf8.RuneError {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, "⟦byte %02X⟧", s[0])
		case r < ' ' && hidden(r):
			b.WriteRune('␀' + r)
		case hidden(r):
			fmt.Fprintf(&b, "⟦U+%04X⟧", r)
		default:
			b.WriteRune(r)
		}
		s = s[n:]
	}
	return b.String()
}

// Line returns text of any origin as one line that is safe to be shown: what visible marks, line feeds and tabs are marked.
func Line(s string) string { return visible(lineMarks.Replace(s)) }

var lineMarks = strings.NewReplacer("\n", "␊", "\t", "␉")

// shown returns a name that the register does not vouch for as a line of bearable length.
func shown(name string) string {
	if r := []rune(name); len(r) > 200 {
		name = string(r[:200]) + "…"
	}
	return Line(name)
}

// hidden reports whether a character does something unseen to the text around it: control characters but
// tab and line feed, bidirectional controls (Unicode Bidi_Control), separators of lines, marks without width, and tags.
func hidden(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r >= ' ' && r < 0x7F:
		return false
	case r < 0x0600:
		return unicode.IsControl(r)
	}
	return unicode.Is(unicode.Bidi_Control, r) || r == 0x200B || r >= 0x2028 && r <= 0x2029 || r >= 0x2060 && r <= 0x206F ||
		r == 0xFEFF || r >= 0xFFF9 && r <= 0xFFFB || r >= 0xE0000 && r <= 0xE007F
}

// placeName returns a place as it is told to a person: the last part of its name, without the folders or
// the server before it.
func placeName(place string) string {
	place = strings.TrimRight(place, `/\`)
	return place[strings.LastIndexAny(place, `/\`)+1:]
}

// sentence returns the text with a capital and a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[n:]
	if strings.ContainsRune(".!?", rune(s[len(s)-1])) {
		return s
	}
	return s + "."
}

// list returns the items as a person says them: a, b and c.
func list(items []string) string {
	switch n := len(items); n {
	case 0:
		return ""
	case 1:
		return items[0]
	default:
		return strings.Join(items[:n-1], ", ") + " and " + items[n-1]
	}
}

// count returns a number with its word: "1 record", "3 records".
func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// day returns a date as a person writes it.
func day(t time.Time) string { return t.Format("2 January 2006") }

// asDay returns a value that is a date or a time in its canonical form as a person writes it, and any other as it is. Midnight without
// a zone is what systems make of a day.
func asDay(value string) string {
	if len(value) < len(time.DateOnly) || value[4] != '-' {
		return value
	}
	if t, err := time.Parse(time.DateOnly, value); err == nil {
		return day(t)
	}
	for _, form := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(form, value); err == nil && t.Equal(t.Truncate(24*time.Hour)) {
			return day(t)
		} else if err == nil {
			return day(t) + ", " + t.Format("15:04:05.999999999")
		}
		if t, err := time.Parse(form+"Z07:00", value); err == nil {
			return day(t) + ", " + t.Format("15:04:05.999999999 ") + zone(t)
		}
	}
	return value
}

// zone returns how far a time is from UTC.
func zone(t time.Time) string {
	if _, offset := t.Zone(); offset == 0 {
		return "UTC"
	}
	return t.Format("UTC-07:00")
}

// moment returns a time as a person writes it.
func moment(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04") + " UTC" }

// wrap breaks text into lines of at most width characters, the first after the prefix first and the others
// after as many spaces. A word longer than a line is broken.
func wrap(prefix, text string, width int) string {
	var b strings.Builder
	b.WriteString(prefix)
	indent := utf8.RuneCountInString(prefix)
	at, fresh := indent, true
	for _, word := range words(text, width-indent) {
		n := utf8.RuneCountInString(word)
		if !fresh && at+1+n > width {
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at, fresh = indent, true
		}
		if !fresh {
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at, fresh = at+n, false
	}
	b.WriteByte('\n')
	return b.String()
}

// words returns the words of a text, in pieces of at most width characters.
func words(text string, width int) []string {
	var pieces []string
	for _, word := range strings.Fields(text) {
		r := []rune(word)
		for len(r) > width {
			pieces, r = append(pieces, string(r[:width])), r[width:]
		}
		pieces = append(pieces, string(r))
	}
	return pieces
}
