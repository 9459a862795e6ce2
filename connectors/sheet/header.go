package sheet

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/connectors/compare"
	"dossier/internal/xlsx"
)

// headRows is how many rows from the top a header is looked for in.
const headRows = 50

// header is what names a table's columns.
type header struct {
	row    int      // its number; 0: there is none
	names  []string // of the columns
	known  int      // how many of them the register names
	record bool     // it may as well be a record
	empty  bool     // the row that the register calls the header holds nothing
}

// known are the names of columns that the register gives to an entity.
type known struct {
	spelled map[string]string // folded name → as the register spells it
	first   [256]bool         // the bytes that folded names start with
	longest int
}

func knownNames(names []string) *known {
	k := &known{spelled: map[string]string{}}
	for _, name := range names {
		folded := foldName(name)
		k.spelled[folded] = name
		k.longest = max(k.longest, len(folded))
		if folded != "" {
			k.first[folded[0]] = true
		}
	}
	return k
}

// find returns a column's name as the register spells it. A nil known knows none.
func (k *known) find(text string) (string, bool) {
	if k == nil || text == "" || len(text) > 8*k.longest+64 {
		return "", false
	}
	// Folding keeps ASCII letters and digits but for their case.
	if c := text[0]; '0' <= c && c <= '9' && !k.first[c] || 'a' <= c|0x20 && c|0x20 <= 'z' && !k.first[c|0x20] {
		return "", false
	}
	name, ok := k.spelled[foldName(text)]
	return name, ok
}

// count returns how many different known names are among the cells of a row.
func (k *known) count(cells []string) int {
	var found []string
	for _, c := range cells {
		if name, ok := k.find(c); ok && !contains(found, name) {
			found = append(found, name)
		}
	}
	return len(found)
}

// foldName returns the text by which two names of columns are the same.
func foldName(name string) string { return compare.Fold(cleanName(name)) }

// cleanName returns a column's name without control characters, trimmed, its white space collapsed.
func cleanName(name string) string {
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError || r == '\ufeff'
	}), " ")
}

func contains(all []string, s string) bool {
	for _, a := range all {
		if a == s {
			return true
		}
	}
	return false
}

// findHeader finds the header among the first rows: the configured one; else the row with the most known names; else one
// that looks like a header.
func findHeader(head []line, configured *int64, k *known) header {
	width := 0
	for _, l := range head {
		width = max(width, len(l.values))
	}
	if configured != nil {
		for _, l := range head {
			if int64(l.number) == *configured {
				texts := l.texts()
				return header{row: l.number, names: nameColumns(texts, k), known: k.count(texts)}
			}
		}
		return header{names: nameColumns(make([]string, width), k), empty: *configured > 0}
	}
	best, most := -1, 0
	for i, l := range head {
		if n := k.count(l.texts()); n > most {
			best, most = i, n
		}
	}
	record := false
	if best < 0 {
		if best = guessHeader(head, width); best >= 0 {
			record = !evident(head, best)
		}
	}
	if best < 0 {
		return header{names: nameColumns(make([]string, width), k)}
	}
	return header{row: head[best].number, names: nameColumns(head[best].texts(), k), known: most, record: record}
}

// guessHeader returns the first row that looks like a header, -1 where none does: different short texts, in most of
// the columns, without an @ or the digits of a number or date.
func guessHeader(head []line, width int) int {
	for i, l := range head {
		filled := map[string]bool{}
		likely := true
		for _, text := range l.texts() {
			if text == "" {
				continue
			}
			name := foldName(text)
			likely = likely && looksLikeName(text) && !filled[name]
			filled[name] = true
		}
		if likely && len(filled) > 0 && 5*len(filled) >= 3*width {
			return i
		}
	}
	return -1
}

func looksLikeName(text string) bool {
	letters, digits := 0, 0
	for _, r := range text {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		case r == '@':
			return false
		}
	}
	return letters > 0 && digits < 3 && digits <= letters && utf8.RuneCountInString(text) <= 60
}

// nameWords are words that name columns, and hardly ever are a person's data.
var nameWords = []string{"name", "forename", "surname", "firstname", "lastname", "title", "email", "mail", "phone", "telephone", "mobile",
	"address", "street", "town", "city", "county", "postcode", "zip", "country", "date", "dob", "born", "birth", "id", "no", "number",
	"ref", "reference", "member", "membership", "candidate", "employee", "status", "type", "notes", "comments", "amount", "total"}

// evident reports whether something speaks for the guess: a word that names columns, or a column below whose cells
// are of another kind than its name.
func evident(head []line, at int) bool {
	for _, text := range head[at].texts() {
		words := strings.FieldsFunc(compare.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) })
		for _, w := range words {
			if contains(nameWords, w) {
				return true
			}
		}
	}
	unlike, rows := make([]int, len(head[at].values)), 0
	for _, l := range head[at+1:] {
		rows++
		for i, text := range l.texts() {
			if i < len(unlike) && text != "" && !looksLikeName(text) {
				unlike[i]++
			}
		}
	}
	for i, n := range unlike {
		if rows > 0 && 2*n > rows && !head[at].values[i].IsNull() {
			return true
		}
	}
	return false
}

// nameColumns returns a name for every column of the header: stable, different from every other.
func nameColumns(texts []string, k *known) []string {
	names := make([]string, 0, len(texts))
	taken := map[string]bool{}
	for i, text := range texts {
		base := cleanName(text)
		if base == "" {
			base = columnName(i)
		}
		name := base
		for n := 2; taken[foldName(name)]; n++ {
			name = fmt.Sprintf("%s (%d)", base, n)
		}
		taken[foldName(name)] = true
		if spelled, ok := k.find(name); ok {
			name = spelled
		}
		names = append(names, name)
	}
	return names
}

// columnName returns the name of a column that the header does not name.
func columnName(i int) string { return "column " + xlsx.ColumnName(i) }
