package xlsx

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// sieve lets Rows pass over rows whose bytes show that no cell holds any of a few texts, without taking them apart. What could hide a
// text from a look at the bytes (references to characters, character data sections, comments, escapes, runs of rich text) makes a row
// be read, and so does a formula without a stored result; elements that divide a text, of which the format does not know, do not. A
// number is never seen: a text that may be that of a number, a date or a boolean cannot be sifted for.
type sieve struct {
	texts   []needle
	shared  [][]byte // the indexes of the shared strings that are one of texts, in digits
	escaped bool     // XML has another way to write a character of the texts
	columns int      // rows that reach beyond are read
	wanted  func(row int) bool
}

// maxSifted is for how many texts and shared strings a sieve is faster than reading every row.
const maxSifted = 8

// Sift makes Next pass over rows of which no cell holds exactly one of the texts. Rows that reach beyond so many columns are read, and
// those for which wanted, unless it is nil, returns true. Sift reports false, and changes nothing, where that cannot be done.
func (r *Rows) Sift(texts []string, columns int, wanted func(row int) bool) bool {
	s := &sieve{columns: columns, wanted: wanted}
	if r.done || len(texts) > maxSifted || r.book.Lettered() {
		return false
	}
	for _, text := range texts {
		if !siftable(text) {
			return false
		}
		s.escaped = s.escaped || bytes.ContainsAny([]byte(text), `<>&"'`)
		s.texts = append(s.texts, newNeedle(text))
	}
	all, err := r.book.Strings(r.ctx)
	if err != nil {
		return false // whoever needs a shared string meets the error
	}
	indexes, ok := all.find(texts, maxSifted)
	if !ok {
		return false
	}
	for _, i := range indexes {
		s.shared = append(s.shared, strconv.AppendInt(nil, int64(i), 10))
	}
	r.sieve = s
	return true
}

// siftable reports whether a text can be looked for as it is: it holds a letter that no number, date or boolean has, and nothing that XML
// changes or cannot hold.
func siftable(text string) bool {
	letter := false
	for _, c := range text {
		if c < ' ' || c == unicode.ReplacementChar {
			return false
		}
		letter = letter || c == '@' || unicode.IsLetter(c) && !strings.ContainsRune("TtEeZz", c)
	}
	return letter && text != "true" && text != "false" && len(text) > 1
}

// Lettered reports whether a number format of the workbook puts letters into numbers.
func (w *Workbook) Lettered() bool {
	for _, f := range w.formats {
		for _, m := range f.masks {
			for _, item := range m.items {
				if bytes.ContainsFunc([]byte(item.literal), func(c rune) bool { return unicode.IsLetter(c) || c == '@' }) {
					return true
				}
			}
		}
	}
	return false
}

// find returns the indexes of the strings that are one of the texts; false where there are more than so many.
func (t *Strings) find(texts []string, most int) ([]int, bool) {
	var found []int
	err := t.each(func(i int, text []byte) bool {
		if slices.ContainsFunc(texts, func(wanted string) bool { return string(text) == wanted }) {
			found = append(found, i)
		}
		return len(found) <= most
	})
	return found, err == nil && len(found) <= most
}

const openRow = `<row r="`

// sift moves past the rows that hold nothing of what is looked for. It stops where a row has to be read, or looks unlike a row.
func (r *Rows) sift() error {
	s := r.scan
	for {
		for s.pos < len(s.buf) && space(s.buf[s.pos]) {
			s.pos++
		}
		number, end, err := r.wholeRow()
		if err != nil || end == 0 {
			return err
		}
		if r.sieve.wanted != nil && r.sieve.wanted(number) || r.sieve.holds(s.buf[s.pos:s.pos+end]) {
			return nil
		}
		s.pos += end
		r.row.Number = number
	}
}

// wholeRow returns the number and the length of the row that comes next, once all of it is in memory; 0 where it is not written in the
// usual way.
func (r *Rows) wholeRow() (number, end int, err error) {
	s := r.scan
	for from := 0; ; {
		b := s.buf[s.pos:]
		if len(b) >= len(openRow) && !bytes.HasPrefix(b, []byte(openRow)) || len(b) > maxToken/2 {
			return 0, 0, nil
		}
		n, more := rowEnd(b, from)
		if !more {
			return rowNumber(b), n, nil
		}
		from = max(0, len(b)-len(endRow))
		if _, ok, err := s.more(s.pos); err != nil || !ok {
			return 0, 0, err
		}
	}
}

const endRow = "</row>"

// rowEnd returns where the row that b starts with ends, 0 where a run of rich text ends first. It asks for more where neither is seen.
func rowEnd(b []byte, from int) (end int, more bool) {
	for i := min(max(from, len(openRow)), len(b)); ; {
		n := bytes.Index(b[i:], []byte("/r"))
		if n < 0 || len(b)-i-n < len("/row>") {
			return 0, true
		}
		i += n + len("/r")
		if b[i-len("</r")] == '<' {
			if string(b[i:i+len("ow>")]) == "ow>" {
				return i + len("ow>"), false
			}
			return 0, false
		}
	}
}

// rowNumber returns the number of a row, 0 where it has none of its own or no cells.
func rowNumber(b []byte) int {
	digits := b[len(openRow):]
	n := bytes.IndexByte(digits, '"')
	if n < 0 {
		return 0
	}
	number, _ := parseUint(digits[:n])
	return number
}

// holds reports whether a row may hold what is looked for, or has to be read for another reason.
func (s *sieve) holds(row []byte) bool {
	tag := bytes.IndexByte(row, '>')
	if rowNumber(row) == 0 || row[tag-1] == '/' {
		return true
	}
	cells := row[tag+1 : len(row)-len(endRow)]
	if s.hidden(cells) || s.reaches(cells) {
		return true
	}
	for i := range s.texts {
		if s.texts[i].within(cells) {
			return true
		}
	}
	for _, digits := range s.shared {
		if refersTo(cells, digits) {
			return true
		}
	}
	return false
}

// hidden reports whether a text may stand in the cells otherwise than as it is, or a formula has no result.
func (s *sieve) hidden(cells []byte) bool {
	switch {
	case follows(cells, '<', '!'), follows(cells, '<', '?'), follows(cells, '&', '#'), s.escaped && bytes.IndexByte(cells, '&') >= 0:
		return true
	case bytes.IndexByte(cells, '_') >= 0 && bytes.Contains(cells, []byte("_x")):
		return true
	}
	return follows(cells, '<', 'f') && contains(cells, "</f></c>", "/></c>", "<v></v>", "<v/>")
}

// needle is a text that is looked for by its rarest byte.
type needle struct {
	text []byte
	rare int
}

// common are bytes in the order in which a sheet's part has most of them, every other one being rarer.
const common = "\"<>=/ct0123456789vrsiean olhdumpgyfwbk.ABCDEFGHI"

func newNeedle(text string) needle {
	n := needle{text: []byte(text)}
	for i := range n.text {
		if rarity(n.text[i]) > rarity(n.text[n.rare]) {
			n.rare = i
		}
	}
	return n
}

func rarity(c byte) int {
	if i := strings.IndexByte(common, c); i >= 0 {
		return i
	}
	return len(common)
}

// within reports whether the text stands anywhere in b.
func (n *needle) within(b []byte) bool {
	for i := n.rare; i < len(b); i++ {
		at := bytes.IndexByte(b[i:], n.text[n.rare])
		if at < 0 {
			return false
		}
		i += at
		if bytes.HasPrefix(b[i-n.rare:], n.text) {
			return true
		}
	}
	return false
}

func contains(b []byte, any ...string) bool {
	return slices.ContainsFunc(any, func(s string) bool { return bytes.Contains(b, []byte(s)) })
}

// follows reports whether a character, which is rare, stands right behind another one anywhere.
func follows(b []byte, first, rare byte) bool {
	for {
		n := bytes.IndexByte(b, rare)
		if n < 0 {
			return false
		}
		if n > 0 && b[n-1] == first {
			return true
		}
		b = b[n+1:]
	}
}

// reaches reports whether the last cell may stand beyond the columns.
func (s *sieve) reaches(cells []byte) bool {
	last := bytes.LastIndex(cells, []byte("<c"))
	if last < 0 {
		return false
	}
	ref, ok := bytes.CutPrefix(cells[last:], []byte(`<c r="`))
	column, known := columnOf(ref)
	return !ok || !known || column >= s.columns
}

// refersTo reports whether digits stand anywhere as a number of their own, zeros in front aside.
func refersTo(cells, digits []byte) bool {
	for i := 0; ; {
		n := bytes.Index(cells[i:], digits)
		if n < 0 {
			return false
		}
		from, to := i+n, i+n+len(digits)
		for from > 0 && cells[from-1] == '0' {
			from--
		}
		if (from == 0 || !isDigit(cells[from-1])) && (to == len(cells) || !isDigit(cells[to])) {
			return true
		}
		i += n + 1
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
