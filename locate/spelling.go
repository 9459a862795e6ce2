package locate

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"

	"dossier/connectors/compare"
	"dossier/locate/normal"
)

// spellings returns how an id, code or mailbox may stand in a field that is compared by its letters and digits, the value as it is known
// first: in capitals and small letters, without spaces, a postcode with its space, a number without the letters and zeros before
// it, a National Insurance number with any suffix or none.
func spellings(k known) []string {
	list := []string{k.value}
	add := func(text string) { list = append(list, text, strings.ToUpper(text), strings.ToLower(text)) }
	add(k.value)
	if k.kind.How != compare.Compact {
		return list
	}
	var a normal.Arena
	text := []byte(k.value)
	add(compare.Compacted(k.value))
	if k.kind.Name == "postcode" {
		if p, ok := a.Postcode(text); ok && p.Outward > 0 {
			add(string(p.Code))
			add(string(p.District()) + " " + string(p.Code[p.Outward:]))
		}
		return list
	}
	if k.kind.Name == "national_insurance_number" {
		if n, ok := a.Insurance(text); ok {
			for _, suffix := range []string{"", "a", "b", "c", "d"} {
				add(string(n) + suffix)
			}
		}
		return list
	}
	if id, ok := a.ID(text); ok && len(id.Core) >= shortestCore {
		add(string(id.Core))
		add(strings.TrimLeftFunc(string(id.Text), func(c rune) bool { return c < '0' || c > '9' }))
	}
	return list
}

// shortestCore is the fewest digits of an id that are looked for without the letters before them.
const shortestCore = 4

// mailboxForms returns how a mailbox may be written.
func mailboxForms(k known) []string {
	var a normal.Arena
	m, ok := a.Mailbox([]byte(k.value))
	if !ok {
		return []string{k.value}
	}
	return []string{string(m.Plain), string(m.Same)}
}

// taggedForms returns how a mailbox with a plus tag begins.
func taggedForms(k known) []string {
	var a normal.Arena
	m, ok := a.Mailbox([]byte(k.value))
	if !ok {
		return nil
	}
	return []string{string(m.LocalPart()) + "+"}
}

// birthdays returns the days that a birth date can be read as, and those with day and month swapped.
func birthdays(k known) []string {
	var list []string
	for _, day := range compare.Dates(k.text, compare.Text) {
		list = append(list, day)
		if swapped := day[:5] + day[8:10] + "-" + day[5:7]; realDay(swapped) {
			list = append(list, swapped)
		}
	}
	return list
}

// nearDays returns the days of the birth year, and those that differ from the birth date in one digit or in two neighbours that are swapped.
func nearDays(k known) []string {
	born, err := time.Parse(time.DateOnly, k.value)
	if err != nil {
		return nil
	}
	var list []string
	for d := time.Date(born.Year(), 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == born.Year(); d = d.AddDate(0, 0, 1) {
		list = append(list, d.Format(time.DateOnly))
	}
	take := func(day []byte) {
		if d := string(day); realDay(d) {
			list = append(list, d)
		}
	}
	for i := range k.value {
		if k.value[i] == '-' {
			continue
		}
		for digit := byte('0'); digit <= '9'; digit++ {
			slip := []byte(k.value)
			slip[i] = digit
			take(slip)
		}
		if next := i + 1; next < len(k.value) {
			if k.value[next] == '-' {
				next++
			}
			swap := []byte(k.value)
			swap[i], swap[next] = swap[next], swap[i]
			take(swap)
		}
	}
	return list
}

func realDay(text string) bool {
	d, err := time.Parse(time.DateOnly, text)
	return err == nil && d.Year() > 1850 && d.Year() < 2100
}

// stems returns the beginnings and ends of a surname and its parts, and of the ways in which it may be heard. Whoever mistypes a
// name seldom does at both ends.
func stems(k known) []string {
	var a normal.Arena
	n, ok := a.Name([]byte(k.text))
	if !ok {
		return nil
	}
	var list []string
	for _, word := range append([][]byte{n.Whole, n.Loose}, n.Parts...) {
		list = append(list, ends(word)...)
		for _, heard := range soundsLike(word) {
			list = append(list, ends(heard)...)
		}
	}
	return list
}

// ends returns the first and the last four letters of a word, three of a short one.
func ends(word []byte) []string {
	letters := []rune(string(word))
	n := 4
	if len(letters) < 6 {
		n = 3
	}
	if len(letters) <= n {
		return []string{string(letters)}
	}
	return []string{string(letters[:n]), string(letters[len(letters)-n:])}
}

// initials returns the first letter of a surname and of its parts.
func initials(k known) []string {
	var a normal.Arena
	n, ok := a.Name([]byte(k.text))
	if !ok {
		return nil
	}
	var list []string
	for _, word := range append([][]byte{n.Whole}, n.Parts...) {
		_, size := utf8.DecodeRune(word)
		list = append(list, string(word[:size]))
	}
	return list
}

// splitStems parts the stems that may stand anywhere in a name from those so short that they only count at its beginning.
func splitStems(stems []string) (anywhere, first []string) {
	for _, s := range stems {
		if utf8.RuneCountInString(s) < 3 {
			first = append(first, s)
		} else {
			anywhere = append(anywhere, s)
		}
	}
	return anywhere, first
}

// soundsLike returns a word with each spelling that is heard like another replaced by it, one at a time.
func soundsLike(word []byte) [][]byte {
	var list [][]byte
	for _, pair := range soundAlikes {
		for i, old := range pair {
			if bytes.Contains(word, []byte(old)) {
				list = append(list, bytes.Replace(word, []byte(old), []byte(pair[1-i]), 1))
			}
		}
	}
	return list
}

// soundAlikes are letters of surnames that are taken for each other over the telephone.
var soundAlikes = [][2]string{{"ph", "f"}, {"ck", "k"}, {"c", "k"}, {"ei", "ie"}, {"ey", "ay"}, {"ay", "ai"}, {"ea", "ee"}, {"ie", "y"}, {"i", "y"},
	{"wr", "r"}, {"kn", "n"}, {"wh", "w"}, {"oo", "u"}, {"au", "aw"}, {"sch", "sh"}, {"th", "t"}, {"s", "z"}}
