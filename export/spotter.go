package export

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// spotter finds in one pass which needles may stand in a text, of however many: it looks for a piece of three bytes of every form of
// every needle, and where one stands, for the literal that it was taken from. What it finds the needles themselves are asked about;
// what it does not find stands in no form there.
type spotter struct {
	bits   [1 << 10]uint64 // a bit for what a piece hashes to
	pieces map[uint32][]literal
	always []*needle // with a form in which nothing can be looked for ahead
	all    []*needle
}

// literal is what has to stand in a text in which a form of a needle stands, in small letters as far as they are ASCII: a word, and
// what stands before and behind the space around it.
type literal struct {
	of            int // the needle
	text          string
	at            int // where the piece stands in it
	before, after string
}

const (
	pieceSize   = 3
	maxLiteral  = 24 // bytes of a literal
	maxSpelling = 32 // ways in which a literal can be written, beside ASCII letters in either case
)

func newSpotter(needles []*needle) *spotter {
	s := &spotter{pieces: map[uint32][]literal{}, all: needles}
	for i, n := range needles {
		found := true
		for _, form := range n.read {
			found = s.addWords(i, strings.Fields(form)) && found
		}
		for _, form := range n.machine {
			found = s.addWords(i, []string{form}) && found
		}
		for _, form := range n.encoded {
			found = s.keep(literal{of: i, text: string(lowered(form))}) && found
		}
		if !found {
			s.always = append(s.always, n)
		}
	}
	return s
}

// addWords notes the longest of the words of a form, and reports whether it could.
func (s *spotter) addWords(needle int, words []string) bool {
	best := -1
	for i, w := range words {
		// a byte that is no UTF-8 is read like the sign that stands for one
		if !strings.ContainsRune(w, utf8.RuneError) && (best < 0 || len(w) > len(words[best])) {
			best = i
		}
	}
	if best < 0 {
		return false
	}
	l := literal{of: needle}
	if best > 0 {
		l.before = plainEnd(words[best-1])
	}
	if best < len(words)-1 {
		l.after = plainBeginning(words[best+1])
	}
	return s.add(l, words[best])
}

// plainEnd and plainBeginning return the last and the first letters of a word as far as each is written in one way but for the case of
// ASCII letters.
func plainEnd(word string) string {
	i := len(word)
	for i > 0 && onlyASCII(word[i-1]) {
		i--
	}
	return string(lowered([]byte(word[i:])))
}

func plainBeginning(word string) string {
	i := 0
	for i < len(word) && onlyASCII(word[i]) {
		i++
	}
	return string(lowered([]byte(word[:i])))
}

// onlyASCII reports whether a byte is a letter that no other sign than an ASCII letter stands for: k and s have one more.
func onlyASCII(c byte) bool { return c < utf8.RuneSelf && small[c] != 'k' && small[c] != 's' }

// add notes a literal with a text in every way in which that is written where case does not matter, and reports whether it could.
func (s *spotter) add(l literal, text string) bool {
	spellings := []string{""}
	for _, r := range text {
		var more []string
		for _, way := range waysOf(r) {
			for _, before := range spellings {
				more = append(more, before+way)
			}
		}
		if len(more) > maxSpelling || len(more[0]) > maxLiteral {
			l.after = "" // which does not stand behind the beginning of a word
			break
		}
		spellings = more
	}
	ok := true
	for _, spelling := range spellings {
		l.text = spelling
		ok = s.keep(l) && ok
	}
	return ok
}

// waysOf returns how a letter is written where case does not matter, as regular expressions of Go understand it; ASCII letters in small
// ones alone.
func waysOf(r rune) []string {
	ways := []string{string(lowered([]byte(string(r))))}
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		if way := string(lowered([]byte(string(other)))); !slices.Contains(ways, way) {
			ways = append(ways, way)
		}
	}
	return ways
}

// keep notes a literal by its rarest piece, and reports whether it is long enough to have one.
func (s *spotter) keep(l literal) bool {
	text, at := l.text, 0
	if len(text) < pieceSize {
		return false
	}
	for i := range len(text) - pieceSize + 1 {
		if rareness(text[i:i+pieceSize]) > rareness(text[at:at+pieceSize]) {
			at = i
		}
	}
	piece := uint32(text[at])<<16 | uint32(text[at+1])<<8 | uint32(text[at+2])
	l.at = at
	if !slices.Contains(s.pieces[piece], l) {
		s.pieces[piece] = append(s.pieces[piece], l)
	}
	h := hashOf(piece)
	s.bits[h>>6] |= 1 << (h & 63)
	return true
}

// rareness says how seldom a piece can be expected in names, texts and the package's own markup.
func rareness(piece string) int {
	const usual = " etaoinsrhldcumfpgwybv,.\"<>/=-:k0123456789" // the most usual first
	sum := 0
	for _, c := range []byte(piece) {
		i := strings.IndexByte(usual, c)
		if i < 0 {
			i = len(usual)
		}
		sum += i
	}
	return sum
}

func hashOf(piece uint32) uint32 { return piece * 0x9E3779B1 >> 16 }

// small are the bytes with ASCII letters made small.
var small = func() (table [256]byte) {
	for i := range table {
		table[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			table[i] += 'a' - 'A'
		}
	}
	return table
}()

func lowered(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = small[c]
	}
	return out
}

// mayStand returns the needles that may stand in a text, in their order; nil where none does.
func mayStand[T string | []byte](s *spotter, text T) []*needle {
	var found []bool
	piece := uint32(0)
	for i := range len(text) {
		piece = (piece<<8 | uint32(small[text[i]])) & 0xFFFFFF
		h := hashOf(piece)
		if s.bits[h>>6]&(1<<(h&63)) == 0 || i < pieceSize-1 {
			continue
		}
		for _, l := range s.pieces[piece] {
			if start := i - pieceSize + 1 - l.at; start >= 0 && (found == nil || !found[l.of]) && standsAt(text, start, &l) {
				if found == nil {
					found = make([]bool, len(s.all))
				}
				found[l.of] = true
			}
		}
	}
	if found == nil {
		return s.always
	}
	var list []*needle
	for i, n := range s.all {
		if found[i] || slices.Contains(s.always, n) {
			list = append(list, n)
		}
	}
	return list
}

// standsAt reports whether a literal stands at a place of a text, with what stands before and behind it.
func standsAt[T string | []byte](text T, at int, l *literal) bool {
	end := at + len(l.text)
	if !begins(text[at:], l.text) {
		return false
	}
	if l.before != "" {
		for at > 0 && spaced(text[at-1]) {
			at--
		}
		if at < len(l.before) || !begins(text[at-len(l.before):], l.before) {
			return false
		}
	}
	if l.after != "" {
		for end < len(text) && spaced(text[end]) {
			end++
		}
		return begins(text[end:], l.after)
	}
	return true
}

// spaced reports whether a byte can be of a space.
func spaced(c byte) bool { return c <= ' ' || c >= utf8.RuneSelf }

// begins reports whether a text begins with a literal, but for the case of ASCII letters.
func begins[T string | []byte](text T, literal string) bool {
	if len(text) < len(literal) {
		return false
	}
	for i := range len(literal) {
		if small[text[i]] != literal[i] {
			return false
		}
	}
	return true
}
