// Package others finds the names of other people in free text that is about somebody, so that a person may decide whether they are
// taken out before it is handed over. It finds names by what stands around them and by the table of given names; it misses names
// without any such sign, and takes some words for names that are none: it suggests, and decides nothing.
package others

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/connectors/compare"
	"dossier/locate/normal"
)

// Mention is a passage that names somebody else.
type Mention struct {
	From, To int    // its bytes
	Why      string // what it is known by, without a value
}

// Finder knows whom a text is about.
type Finder struct {
	own    map[string]bool // words of what the person is called, folded
	given  []normal.Nickname
	emails map[string]bool // the person's, folded
	not    map[string]bool // words that name the organisation and its systems, folded
}

// New returns a finder for a person, who is called by these names and reached at these addresses, beside words that are no names.
func New(names, emails, not []string) *Finder {
	f := &Finder{own: map[string]bool{}, emails: map[string]bool{}, not: map[string]bool{}}
	for _, name := range names {
		for _, w := range wordsOf(name) {
			f.own[w.folded] = true
			if n := normal.NicknameOf([]byte(w.folded)); n != 0 {
				f.given = append(f.given, n)
			}
		}
	}
	for _, e := range emails {
		f.emails[compare.Fold(e)] = true
	}
	for _, text := range not {
		for _, w := range wordsOf(text) {
			f.not[w.folded] = true
		}
	}
	return f
}

// word is a word of a text.
type word struct {
	from, to int
	text     string
	folded   string
	capital  bool
	starts   bool // a sentence, or a line
	gap      byte // what stands between it and the word before: a space, a comma, or something else
}

var wordForm = regexp.MustCompile(`\p{L}[\p{L}\p{M}'’-]*`)

func wordsOf(text string) []word {
	var list []word
	end := 0
	for _, at := range wordForm.FindAllStringIndex(text, -1) {
		w := word{from: at[0], to: at[1], text: strings.TrimRight(text[at[0]:at[1]], "'’-")}
		w.to = w.from + len(w.text)
		for _, own := range []string{"'s", "’s"} { // Peter's
			w.text = strings.TrimSuffix(w.text, own)
			w.to = w.from + len(w.text)
		}
		first, _ := utf8.DecodeRuneInString(w.text)
		w.capital = unicode.IsUpper(first) || unicode.IsTitle(first)
		w.folded = compare.Fold(w.text)
		between := text[end:at[0]]
		switch trimmed := strings.TrimSpace(between); {
		case len(list) == 0 || strings.ContainsAny(between, ".!?\n:;•"):
			w.starts, w.gap = true, '.'
			if len(list) > 0 && trimmed == "." && !strings.Contains(between, "\n") && (normal.Title(list[len(list)-1].text) || len(list[len(list)-1].text) == 1) {
				w.starts, w.gap = false, ' ' // Dr. Jones, J. Smith
			}
		case trimmed == "":
			w.gap = ' '
		case trimmed == ",":
			w.gap = ','
		default:
			w.gap = '/'
		}
		list = append(list, w)
		end = w.to
		if end < at[1] {
			end = at[1]
		}
	}
	return list
}

// leastWords is how many words free text has: a value of fewer is a name, a code or a label of its own.
const leastWords = 3

// near is how many words may stand between the person's name and words that may be somebody's.
const near = 12

var mailForm = regexp.MustCompile(`[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`)

// In returns the passages of a text that name somebody else, in their order.
func (f *Finder) In(text string) []Mention {
	list := wordsOf(text)
	if len(list) < leastWords {
		return nil
	}
	var found []Mention
	for i := 0; i < len(list); {
		n, why := f.at(list, i)
		if n == 0 {
			i++
			continue
		}
		found = append(found, Mention{list[i].from, list[i+n-1].to, why})
		i += n
	}
	return f.mail(text, found)
}

// mail adds the addresses of other people, and drops what is a part of one.
func (f *Finder) mail(text string, found []Mention) []Mention {
	var all []Mention
	var a normal.Arena
	rest := found
	for _, at := range mailForm.FindAllStringIndex(text, -1) {
		for len(rest) > 0 && rest[0].To <= at[0] {
			all, rest = append(all, rest[0]), rest[1:]
		}
		for len(rest) > 0 && rest[0].From < at[1] {
			rest = rest[1:]
		}
		address := text[at[0]:at[1]]
		if m, ok := a.Mailbox([]byte(address)); ok && !m.Role && !f.emails[compare.Fold(address)] {
			all = append(all, Mention{at[0], at[1], "an e-mail address that is not the person's"})
		}
	}
	return append(all, rest...)
}

// at returns how many words from the i-th on name somebody else, and what they are known by.
func (f *Finder) at(list []word, i int) (n int, why string) {
	w := list[i]
	if !w.capital || f.nothing(w) && !normal.Title(w.text) {
		return 0, ""
	}
	if normal.Title(w.text) && !strings.EqualFold(w.text, "the") {
		if n := f.name(list, i+1); n > 0 && !f.allOwn(list[i+1:i+1+n]) {
			return n + 1, "a name behind a title"
		}
		return 0, ""
	}
	n = f.name(list, i)
	if n == 0 || f.allOwn(list[i:i+n]) {
		return 0, ""
	}
	given := normal.NicknameOf([]byte(w.folded)) != 0
	before, behind := "", ""
	if i > 0 && (w.gap == ' ' || w.gap == ',') {
		before = list[i-1].folded
	}
	if i+n < len(list) && list[i+n].gap == ' ' {
		behind = list[i+n].folded
	}
	switch {
	case relations[before]:
		return n, "somebody whom the person has to do with"
	case given && n > 1:
		return n, "a first name and a surname"
	case given && ordinary[w.folded] && (w.starts || !f.beside(list, i)):
		return 0, ""
	case given && f.own[w.folded]:
		return 0, ""
	case given:
		return n, "a first name"
	case i+n < len(list) && list[i+n].gap == ',' && list[i+n].capital && normal.NicknameOf([]byte(list[i+n].folded)) != 0 && !f.own[list[i+n].folded] && !f.own[w.folded]:
		return n + 1, "a surname and a first name"
	case n > 1 && !w.starts && (dealings[before] || deeds[behind]):
		return n, "two names together"
	case n > 1 && f.beside(list, i):
		return n, "two words with capitals near the person's name"
	case n == 1 && !w.starts && f.own[before] && list[i].gap == ' ':
		return 0, "" // the person's own second name
	case n == 1 && !w.starts && dealings[before] && (deeds[behind] || f.beside(list, i)):
		return n, "a word with a capital near the person's name"
	}
	return 0, ""
}

// name returns how many words from the i-th on can be one name: words with capitals and the particles between them.
func (f *Finder) name(list []word, i int) int {
	n := 0
	for j := i; j < len(list) && j < i+4; j++ {
		w := list[j]
		if j > i && w.gap != ' ' {
			break
		}
		switch {
		case w.capital && !f.nothing(w):
			n = j - i + 1
		case j > i && particle[w.folded] && j+1 < len(list):
		default:
			return n
		}
	}
	return n
}

var particle = words(`van von der den de del della di da du la le bin ibn al ap`)

// nothing reports whether a word with a capital names nobody.
func (f *Finder) nothing(w word) bool {
	return things[w.folded] && !ordinary[w.folded] || f.not[w.folded] || len(w.text) > 3 && strings.ToUpper(w.text) == w.text && normal.NicknameOf([]byte(w.folded)) == 0 && !f.own[w.folded] ||
		bytes.ContainsAny([]byte(w.text), "0123456789")
}

// allOwn reports whether the words are all of the person's own name.
func (f *Finder) allOwn(list []word) bool {
	for _, w := range list {
		if f.own[w.folded] || particle[w.folded] {
			continue
		}
		n := normal.NicknameOf([]byte(w.folded))
		same := false
		for _, given := range f.given {
			same = same || n.SamePerson(given)
		}
		if !same && !(len(w.folded) == 1 && f.initial(w.folded)) {
			return false
		}
	}
	return true
}

func (f *Finder) initial(letter string) bool {
	for own := range f.own {
		if strings.HasPrefix(own, letter) {
			return true
		}
	}
	return false
}

// beside reports whether the person is named near the i-th word.
func (f *Finder) beside(list []word, i int) bool {
	for j := max(0, i-near); j < min(len(list), i+near); j++ {
		if j != i && list[j].capital && f.own[list[j].folded] {
			return true
		}
	}
	return false
}
