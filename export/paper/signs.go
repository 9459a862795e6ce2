package paper

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"codeberg.org/go-fonts/dejavu/dejavusansbold"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// typefaces reads the two typefaces once, to know which characters they have.
var typefaces = sync.OnceValues(func() ([]*sfnt.Font, error) {
	var faces []*sfnt.Font
	for _, ttf := range [][]byte{dejavusans.TTF, dejavusansbold.TTF} {
		f, err := sfnt.Parse(ttf)
		if err != nil {
			return nil, fmt.Errorf("the typeface of PDF documents cannot be read: %w", err)
		}
		faces = append(faces, f)
	}
	return faces, nil
})

// unset are scripts that run from right to left or join their letters, which the layout here does not do.
var unset = []*unicode.RangeTable{
	unicode.Arabic, unicode.Hebrew, unicode.Nko, unicode.Syriac, unicode.Thaana, unicode.Lao, unicode.Thai, unicode.Tifinagh,
}

// plain returns a text as it can be set: composed, with line breaks as \n, and each character that cannot be set as its number.
func (d *Doc) plain(text string) string {
	if ascii(text) {
		return text
	}
	var b strings.Builder
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ", "\u00AD", "").Replace(norm.NFC.String(text))
	for _, r := range text {
		if r == '\n' || d.has(r) {
			b.WriteRune(r)
			continue
		}
		d.lacking[r] = struct{}{}
		fmt.Fprintf(&b, "[U+%04X]", r)
	}
	return b.String()
}

// ascii reports whether a text is made of what every typeface has.
func ascii(text string) bool {
	for i := range len(text) {
		if c := text[i]; c != '\n' && (c < ' ' || c > '~') {
			return false
		}
	}
	return true
}

// has reports whether a character can be set.
func (d *Doc) has(r rune) bool {
	if r > 0xFFFF || unicode.Is(unicode.Co, r) || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.In(r, unset...) {
		return false
	}
	faces, err := typefaces()
	if err != nil {
		d.pdf.SetError(err)
		return true
	}
	for _, f := range faces {
		if i, err := f.GlyphIndex(nil, r); err != nil || i == 0 {
			return false
		}
	}
	return true
}

// lacked adds the note on characters that were written as numbers.
func (d *Doc) lacked() {
	if len(d.lacking) == 0 {
		return
	}
	first := slices.Min(slices.Collect(maps.Keys(d.lacking)))
	text := fmt.Sprintf("Some characters cannot be printed here, %d different ones. Each stands as its number in the Unicode standard, such as [U+%04X].",
		len(d.lacking), first)
	if len(d.lacking) == 1 {
		text = fmt.Sprintf("One character cannot be printed here. It stands as its number in the Unicode standard: [U+%04X].", first)
	}
	if d.about.Where != "" {
		text += " You find the text as it is held in " + d.about.Where + "."
	}
	d.Heading(2, "Characters that stand as numbers")
	d.Para(text)
}
