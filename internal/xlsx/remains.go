package xlsx

import (
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"
)

// telling reports whether a text says something of its own wherever it stands: a name or a number, not "1" or "yes".
func telling(text string) bool {
	letters, digits := 0, 0
	for _, r := range text {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		}
	}
	return letters > 0 && utf8.RuneCountInString(text) >= 4 || digits >= 6
}

// findTelling gathers the lengths of the removed contents that tell of a person wherever they stand.
func (r *rewriting) findTelling() {
	for text := range r.removed {
		if telling(text) && !slices.Contains(r.telling, len(text)) {
			r.telling = append(r.telling, len(text))
		}
	}
	slices.Sort(r.telling)
}

// tells reports whether a telling removed content stands anywhere in a text.
func (r *rewriting) tells(text string) bool {
	for _, n := range r.telling {
		for i := 0; i+n <= len(text); i++ {
			if part := text[i : i+n]; r.removed[part] && telling(part) {
				return true
			}
		}
	}
	return false
}

// remain reports a part that may still hold removed contents.
func (r *rewriting) remain(part, why string) {
	if r.final {
		r.report.Remains = append(r.report.Remains, fmt.Sprintf("%s: %s", part, why))
	}
}

// remains looks at what an element still says. It takes nothing out.
func (v *visitor) remains(_, n *node) bool {
	told := v.tells(n.content())
	for _, a := range n.attrs {
		told = told || v.tells(n.attr(a.name))
	}
	if told {
		v.remain(v.part, "a text in it holds a removed value among other words")
	}
	return true
}
