package export

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// needle is the text of a redaction in every form in which it may stand in what leaves.
type needle struct {
	of      *Redaction
	plain   *regexp.Regexp // as it is read: in any case, composed or decomposed, with any space between its words
	coded   *regexp.Regexp // in a form of machines: escaped for JSON, HTML and addresses, or as base64 or hexadecimal
	encoded [][]byte       // in encodings that are no UTF-8, as it is written, in small and in capital letters
	read    []string       // what plain is made of
	machine []string       // what coded is made of
	short   bool           // so short that it counts as a word of its own only
	least   int            // the fewest bytes that can hold it
}

const (
	leastSigns  = 3 // letters and digits of a text that is looked for everywhere
	leastDigits = 4 // digits of one that has no letters
	shortSigns  = 4 // letters and digits up to which a text is a word of its own
	leastCoded  = 5 // signs of a text that is looked for in the forms of machines: shorter ones stand in them by chance
)

// newNeedle returns what looks for a redaction's text everywhere, nil where it is too short for that.
func newNeedle(r *Redaction) *needle {
	letters, digits := 0, 0
	for _, c := range r.Text {
		switch {
		case unicode.IsDigit(c):
			digits++
		case unicode.IsLetter(c):
			letters++
		}
	}
	if signs := letters + digits; signs < leastSigns || letters == 0 && digits < leastDigits {
		return nil
	}
	n := passageNeedle(r)
	n.short = letters+digits <= shortSigns
	return n
}

// passageNeedle returns what looks for a redaction's text in its own field.
func passageNeedle(r *Redaction) *needle {
	text := strings.TrimSpace(r.Text)
	if !utf8.ValidString(text) { // it stands in values that are no UTF-8 either
		return &needle{of: r, plain: patternOf(nil, false), coded: patternOf(nil, false), encoded: [][]byte{[]byte(text)}}
	}
	read := []string{text, norm.NFC.String(text), norm.NFD.String(text), asDay(text)}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		read = append(read, t.Format("02/01/2006"), t.Format("2/1/2006"), t.Format("02.01.2006"), t.Format("20060102"), t.Format("2 Jan 2006"))
	}
	n := &needle{of: r, plain: patternOf(read, true), coded: patternOf(nil, false), read: read}
	n.least = len(text) / 4 // composed, and with single spaces, it is no shorter than that
	if len([]rune(text)) < leastCoded {
		return n
	}
	n.machine = machineForms(text)
	n.coded = patternOf(n.machine, false)
	for _, s := range []string{text, strings.ToLower(text), strings.ToUpper(text)} {
		units := utf16.Encode([]rune(s))
		var little, big []byte
		for _, u := range units {
			little, big = append(little, byte(u), byte(u>>8)), append(big, byte(u>>8), byte(u))
		}
		n.encoded = append(n.encoded, little, big)
		for _, page := range []*charmap.Charmap{charmap.Windows1252, charmap.ISO8859_15, charmap.CodePage850} {
			if b, err := page.NewEncoder().Bytes([]byte(s)); err == nil && !bytes.Equal(b, []byte(s)) {
				n.encoded = append(n.encoded, b)
			}
		}
	}
	return n
}

// patternOf returns a pattern that matches any of the texts in any case, and with anyspace whatever space stands between words; one
// that matches nothing where there are none.
func patternOf(texts []string, anyspace bool) *regexp.Regexp {
	var alternatives []string
	for _, t := range texts {
		p := regexp.QuoteMeta(t)
		if anyspace {
			var words []string
			for _, w := range strings.Fields(t) {
				words = append(words, regexp.QuoteMeta(w))
			}
			p = strings.Join(words, `[\s\p{Z}]+`)
		}
		if p != "" && !slices.Contains(alternatives, p) {
			alternatives = append(alternatives, p)
		}
	}
	if alternatives == nil {
		return regexp.MustCompile(`[^\x00-\x{10FFFF}]`)
	}
	return regexp.MustCompile(`(?i)(?:` + strings.Join(alternatives, "|") + `)`)
}

// machineForms returns the text as programs write it.
func machineForms(text string) []string {
	var json, entities, decimals strings.Builder
	for _, r := range text {
		if r < 0x80 && r != '"' && r != '\\' && r >= ' ' {
			json.WriteRune(r)
			entities.WriteString(html.EscapeString(string(r)))
			decimals.WriteString(html.EscapeString(string(r)))
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&json, `\u%04x`, u)
		}
		fmt.Fprintf(&entities, "&#x%x;", r)
		fmt.Fprintf(&decimals, "&#%d;", r)
	}
	quoted := strings.NewReplacer("%", "=").Replace(strings.ReplaceAll(url.PathEscape(text), "%20", " "))
	escaped := appendString(nil, text)
	forms := []string{
		json.String(), entities.String(), decimals.String(), html.EscapeString(text), url.QueryEscape(text), url.PathEscape(text), quoted,
		string(escaped[1 : len(escaped)-1]), strings.ReplaceAll(text, `"`, `""`), hex.EncodeToString([]byte(text)),
		strings.ReplaceAll(text, " ", "_"), strings.ReplaceAll(text, " ", "."), strings.ReplaceAll(text, " ", "-"), strings.ReplaceAll(text, " ", ""),
	}
	for _, written := range []string{text, strings.ToLower(text), strings.ToUpper(text)} {
		for skip := range 3 { // where it stands in the bytes that are encoded decides what it looks like
			b := append(make([]byte, skip), written...)
			whole := len(b) / 3 * 3
			first := (skip*8 + 5) / 6 // signs that depend on what stands before it
			if s := base64.StdEncoding.EncodeToString(b[:whole]); len(s)-first >= leastCoded {
				forms = append(forms, s[first:], strings.NewReplacer("+", "-", "/", "_").Replace(s[first:]))
			}
		}
	}
	return slices.DeleteFunc(forms, func(f string) bool { return f == text || len(f) < leastCoded })
}
