package normal

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"dossier/connectors/compare"
)

// Name is a first name or a surname made ready for comparing.
type Name struct {
	Whole []byte   // its folded letters without spaces, hyphens and apostrophes: "obrien", "vandenberg", "smythejones"
	Loose []byte   // Whole with spellings that stand for each other made one, see Loose
	Parts [][]byte // the words that count, without particles and titles: "smythe", "jones"; "berg"
}

// Initial reports whether the name is one letter only, of a script where that is no name.
func (n *Name) Initial() bool {
	r, size := utf8.DecodeRune(n.Whole)
	return size > 0 && size == len(n.Whole) && !syllabic(r)
}

// First returns the first word that counts.
func (n *Name) First() []byte {
	if len(n.Parts) == 0 {
		return n.Whole
	}
	return n.Parts[0]
}

// Name makes a first name or a surname ready, from text of any form. Titles before it and honours behind it are
// dropped, as is what stands in brackets. It reports false for a filler, for text without letters and for
// invented names, which have digits or underscores in them: they tell nothing of what a person is called.
func (a *Arena) Name(text []byte) (Name, bool) {
	words, ok := a.wordsOf(text)
	if !ok {
		return Name{}, false
	}
	return a.named(dropTitles(words, 1))
}

// named makes a name of words.
func (a *Arena) named(words [][]byte) (Name, bool) {
	if len(words) == 0 {
		return Name{}, false
	}
	whole := a.letters
	for _, w := range words {
		whole = append(whole, w...)
	}
	n := Name{Whole: a.keep(whole)}
	n.Loose = a.keep(AppendLoose(a.letters, n.Whole))
	if same := bytes.Equal(n.Loose, n.Whole); same {
		n.Loose = n.Whole
	}
	start := len(a.words)
	for i, w := range words {
		if i < len(words)-1 && particles[string(w)] {
			continue
		}
		a.words = append(a.words, w)
	}
	n.Parts = a.words[start:len(a.words):len(a.words)]
	return n, true
}

// wordsOf splits text into its folded words: at spaces, hyphens and stops; apostrophes leave no trace. What
// stands in brackets or quotes is left out. It reports false where the text names nobody.
func (a *Arena) wordsOf(text []byte) ([][]byte, bool) {
	folded := a.keep(compare.AppendFold(a.letters, text))
	if Filler(folded) {
		return nil, false
	}
	first := len(a.words)
	kept, start := 0, 0
	bracket := false
	end := func() {
		if kept > start {
			a.words = append(a.words, folded[start:kept:kept])
		}
		start = kept
	}
	for i := 0; i < len(folded); {
		c := folded[i]
		size := 1
		letter := 'a' <= c && c <= 'z'
		if c >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRune(folded[i:])
			letter = unicode.IsLetter(r) || unicode.Is(unicode.M, r)
		}
		switch {
		case c == '(' || c == '[':
			bracket = true
			end()
		case c == ')' || c == ']':
			bracket = false
		case bracket || c == '\'':
		case '0' <= c && c <= '9' || c == '_' || c == '@':
			a.words = a.words[:first]
			return nil, false
		case letter:
			kept += copy(folded[kept:], folded[i:i+size])
		default:
			end()
		}
		i += size
	}
	end()
	words := a.words[first:len(a.words):len(a.words)]
	return words, len(words) > 0
}

// FullName reads text that holds a whole name, "Dr Jo Ann van den Berg OBE" or "BERG, Jo Ann", into the ways in
// which it can be divided: it appends the likeliest first name and surname first, then those of other divisions of three
// or more words, since "Mary Anne Lloyd Jones" does not say where her surname begins. A name of one word
// is a surname. It reports false where Name would.
func (a *Arena) FullName(given, family []Name, text []byte) ([]Name, []Name, bool) {
	before, after, comma := bytes.Cut(text, []byte{','})
	if comma {
		first, ok1 := a.Name(after)
		last, ok2 := a.Name(before)
		switch {
		case ok1 && ok2 && honours[string(first.Whole)]: // John Smith, OBE
			return a.FullName(given, family, before)
		case ok1 && ok2:
			return append(given, first), append(family, last), true
		}
	}
	words, ok := a.wordsOf(text)
	if !ok {
		return given, family, false
	}
	words = dropTitles(words, 1)
	if len(words) == 1 {
		n, _ := a.named(words)
		return given, append(family, n), true
	}
	split, sure := surnameAt(words)
	add := func(at int) {
		g, _ := a.named(words[:at])
		f, _ := a.named(words[at:])
		given, family = append(given, g), append(family, f)
	}
	add(split)
	if !sure && len(words) <= 5 {
		for at := 1; at < len(words); at++ {
			if at != split {
				add(at)
			}
		}
	}
	return given, family, true
}

// surnameAt returns where the surname begins: surely at the first particle behind the first word, else likely at the last word.
func surnameAt(words [][]byte) (at int, sure bool) {
	for i := 1; i < len(words)-1; i++ {
		if particles[string(words[i])] {
			return i, true
		}
	}
	return len(words) - 1, len(words) == 2
}

// dropTitles leaves out the titles before a name and the honours behind it, as long as so many words remain.
func dropTitles(words [][]byte, remain int) [][]byte {
	for len(words) > remain && titles[string(words[0])] {
		words = words[1:]
	}
	for len(words) > remain+1 && honours[string(words[len(words)-1])] {
		words = words[:len(words)-1]
	}
	return words
}

// AppendLoose appends the letters of a folded whole name with the spellings that stand for each other made one:
// an umlaut or its like written out or not (müller, mueller, muller; søren, soeren; åkesson, aakesson), Mac and Mc,
// Saint and St, and Cyrillic and Greek letters written in Latin ones. Names that are equal like this are likely but not surely the same: joe and jo are too.
func AppendLoose(dst, whole []byte) []byte {
	switch {
	case len(whole) > 6 && bytes.HasPrefix(whole, []byte("mac")):
		dst, whole = append(dst, "mc"...), whole[3:]
	case len(whole) > 7 && bytes.HasPrefix(whole, []byte("saint")):
		dst, whole = append(dst, "st"...), whole[5:]
	}
	start := len(dst)
	for i := 0; i < len(whole); i++ {
		c := whole[i]
		if c >= utf8.RuneSelf {
			var size int
			dst, size = appendLatin(dst, whole[i:])
			i += size - 1
			continue
		}
		dst = append(dst, c)
		if i+1 < len(whole) && (c == 'a' && (whole[i+1] == 'e' || whole[i+1] == 'a') || (c == 'o' || c == 'u') && whole[i+1] == 'e') {
			i++
		}
	}
	if len(dst) == start { // nothing but signs that are not heard
		dst = append(dst, whole...)
	}
	return dst
}

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

var (
	// particles belong to the surname behind them, and are often left out or written together with it.
	particles = set("van", "von", "vom", "zu", "zum", "zur", "der", "den", "ter", "ten", "te", "de", "del", "della", "dello", "degli", "di", "da", "do",
		"dos", "das", "du", "des", "la", "las", "le", "les", "lo", "los", "el", "al", "bin", "binti", "bint", "ibn", "abu", "ap", "ab", "ferch", "ni", "nic",
		"ui", "mac", "mc", "o", "af", "av", "st", "san", "santa", "saint", "y")

	titles = set("mr", "mrs", "ms", "miss", "mx", "mstr", "master", "messrs", "dr", "doctor", "prof", "professor", "sir", "dame", "lord", "lady", "rev", "revd",
		"reverend", "canon", "fr", "rabbi", "imam", "capt", "captain", "col", "colonel", "maj", "lt", "lieut", "sgt", "cpl", "pte", "cllr", "councillor", "hon",
		"madam", "mme", "mlle", "monsieur", "herr", "frau", "fraulein", "sig", "signor", "signora", "sra", "srta", "eng", "ing", "dipl", "the")

	honours = set("jr", "jnr", "junior", "sr", "snr", "senior", "ii", "iii", "iv", "esq", "esquire", "obe", "mbe", "cbe", "kbe", "dbe", "bem", "phd", "dphil", "md", "mba",
		"msc", "bsc", "meng", "beng", "llb", "llm", "ceng", "ieng", "qc", "kc", "jp", "dl", "mp", "msp", "rn", "frcs", "frcp", "fimi", "mimi", "amimi", "limi",
		"acca", "fca", "aca", "deceased", "decd", "retd")
)

// Title reports whether a word stands before names and is none: Dr, Mrs, Sir.
func Title(word string) bool {
	return titles[string(bytes.Trim(compare.AppendFold(nil, []byte(word)), "."))]
}
