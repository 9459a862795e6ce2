package others

import (
	"slices"
	"unicode/utf8"

	"dossier/locate/normal"
)

// Name is somebody's name that is known already, such as one that was taken out of a text, to be found where it stands in another
// order, with words between, or in fields of its own.
type Name struct {
	words []string // in its order, folded, without titles and particles
	own   []bool   // whether the person goes by the word too
}

const (
	leastLetters = 2 // of a word of a name: initials stand for anybody
	mostWords    = 6 // of a name
	mostBetween  = 2 // words that may stand between two words of a name
)

// NameOf returns the name that a text is, false where it is none of somebody else: two words or more with capital letters, beside
// titles, initials and particles.
func (f *Finder) NameOf(text string) (Name, bool) {
	var n Name
	others := 0
	list := wordsOf(text)
	for i, w := range list {
		switch {
		case i > 0 && w.gap != ' ' && w.gap != ',' && !normal.Title(list[i-1].text):
			return Name{}, false
		case normal.Title(w.text) || particle[w.folded] || utf8.RuneCountInString(w.text) < leastLetters:
			continue
		case !w.capital:
			return Name{}, false
		}
		own := f.own[w.folded]
		n.words, n.own = append(n.words, w.folded), append(n.own, own)
		if !own {
			others++
		}
	}
	return n, len(n.words) > 1 && len(n.words) <= mostWords && others > 0
}

// word returns which word of the name a word is, -1 for none, and whether the person does not go by it.
func (n Name) word(folded string) (at int, others bool) {
	at = slices.Index(n.words, folded)
	return at, at >= 0 && !n.own[at]
}

// Part returns which word of the name a value is and nothing else, -1 for none, and whether it is one that the person does not go by.
func (n Name) Part(value string) (at int, others bool) {
	list := wordsOf(value)
	if len(list) != 1 || list[0].text != value {
		return -1, false
	}
	return n.word(list[0].folded)
}

// In returns the passages of a text in which words of the name stand together, in whatever order and with up to two words between, but
// for the name as it is; with alone also where one of them stands by itself.
func (n Name) In(text string, alone bool) []Mention {
	list := wordsOf(text)
	var found []Mention
	for i := 0; i < len(list); {
		first, others := n.word(list[i].folded)
		if first < 0 {
			i++
			continue
		}
		seen, last := []int{first}, i
		inOrder := first == 0
		for j := i + 1; j < len(list) && j-last <= mostBetween+1 && !list[j].starts; j++ {
			at, more := n.word(list[j].folded)
			if at < 0 || slices.Contains(seen, at) {
				continue
			}
			inOrder = inOrder && at == len(seen) && j == last+1 && list[j].gap == ' '
			seen, last, others = append(seen, at), j, others || more
		}
		switch {
		case !others || len(seen) == 1 && !alone || inOrder && len(seen) == len(n.words):
		case len(seen) == 1:
			found = append(found, Mention{list[i].from, list[i].to, "a part of a name that is taken out"})
		default:
			found = append(found, Mention{list[i].from, list[last].to, "the words of a name that is taken out"})
		}
		i = last + 1
	}
	return found
}
