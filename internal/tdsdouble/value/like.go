package value

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// likeItem is one element of a LIKE pattern.
type likeItem struct {
	kind   byte // '=' literal, '_' one character, '%' any run, '[' one of a set
	key    string
	not    bool
	ranges [][2]string // keys; a single character is a range of one
}

// Pattern is a compiled LIKE pattern.
type Pattern struct {
	c     Collation
	items []likeItem
	never bool
}

// Pattern compiles a LIKE pattern under the collation: %, _, [set], [^set] and the escape character. Trailing
// spaces of the pattern count. An escape longer than one character is error 506.
func (c Collation) Pattern(pattern, escape string) (Pattern, error) {
	esc := []rune(escape)
	if len(esc) > 1 {
		return Pattern{}, Errorf(506, 16, 1, "The invalid escape character \"%s\" was specified in a LIKE predicate.", escape)
	}
	items, ok := c.compileLike(pattern, esc)
	return Pattern{c, items, !ok}, nil
}

// Matches tells whether text is like the pattern.
func (p Pattern) Matches(text string) bool {
	if p.never {
		return false
	}
	var keys []string
	for _, ch := range clusters(text) {
		if k := p.c.element(ch); k != "" {
			keys = append(keys, k)
		}
	}
	return match(keys, p.items)
}

// compileLike reports false for a pattern that nothing matches: one that ends in the middle of a set or
// right after the escape.
func (c Collation) compileLike(pattern string, esc []rune) ([]likeItem, bool) {
	var items []likeItem
	chars := clusters(pattern)
	isEscape := func(s string) bool { return len(esc) == 1 && s == string(esc) }
	for i := 0; i < len(chars); i++ {
		ch := chars[i]
		switch {
		case isEscape(ch):
			i++
			if i == len(chars) {
				return nil, false
			}
			items = append(items, likeItem{kind: '=', key: c.element(chars[i])})
		case ch == "%":
			items = append(items, likeItem{kind: '%'})
		case ch == "_":
			items = append(items, likeItem{kind: '_'})
		case ch == "[":
			item := likeItem{kind: '['}
			i++
			if i < len(chars) && chars[i] == "^" {
				item.not = true
				i++
			}
			for start := i; ; i++ {
				if i >= len(chars) {
					return nil, false
				}
				if chars[i] == "]" && i > start {
					break
				}
				if isEscape(chars[i]) && i+1 < len(chars) {
					i++
				}
				lo := c.element(chars[i])
				hi := lo
				if i+2 < len(chars) && chars[i+1] == "-" && chars[i+2] != "]" {
					hi = c.element(chars[i+2])
					i += 2
				}
				item.ranges = append(item.ranges, [2]string{lo, hi})
			}
			items = append(items, item)
		default:
			if key := c.element(ch); key != "" {
				items = append(items, likeItem{kind: '=', key: key})
			}
		}
	}
	return items, true
}

// clusters cuts text into characters, each with the combining marks after it, wildcards always alone.
func clusters(s string) []string {
	if isASCII(s) {
		out := make([]string, len(s))
		for i := range out {
			out[i] = s[i : i+1]
		}
		return out
	}
	var out []string
	for _, r := range norm.NFC.String(s) {
		if unicode.Is(unicode.Mn, r) && len(out) > 0 && !strings.ContainsAny(out[len(out)-1], "%_[]^") {
			out[len(out)-1] += string(r)
			continue
		}
		out = append(out, string(r))
	}
	return out
}

func (it likeItem) accepts(key string) bool {
	switch it.kind {
	case '=':
		return key == it.key
	case '_':
		return true
	}
	for _, r := range it.ranges {
		if key >= r[0] && key <= r[1] {
			return !it.not
		}
	}
	return it.not
}

// match backtracks to the last % only, which suffices for patterns of this kind.
func match(text []string, items []likeItem) bool {
	t, p, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(items) && items[p].kind == '%':
			star, mark = p, t
			p++
		case p < len(items) && items[p].accepts(text[t]):
			t++
			p++
		case star >= 0:
			mark++
			t, p = mark, star+1
		default:
			return false
		}
	}
	for p < len(items) && items[p].kind == '%' {
		p++
	}
	return p == len(items)
}
