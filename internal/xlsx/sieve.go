package xlsx

import (
	"bytes"
	"slices"
	"strconv"
	"unicode"
)

// sieve lets Rows pass over rows whose bytes show that no cell holds any of a few texts, without taking them apart. What could hide a
// text from a look at the bytes (references to characters, character data sections, comments, escapes, runs of rich text) makes a row
// be read, and so does a formula without a stored result. A number is never seen: a text that may be that of a number, a date
// or a boolean cannot be sifted for.
type sieve struct {
	texts   [][]byte
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
		s.texts = append(s.texts, []byte(text))
	}
	all, err := r.book.Strings(r.ctx)
	if err != nil {
		return false // whoever needs a shared string meets the error
	}
	indexes, ok := all.find(s.texts, maxSifted)
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
		letter = letter || unicode.IsLetter(c) || c == '@'
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
func (t *Strings) find(texts [][]byte, most int) ([]int, bool) {
	var found []int
	err := t.each(func(i int, text []byte) bool {
		if slices.ContainsFunc(texts, func(wanted []byte) bool { return bytes.Equal(text, wanted) }) {
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
		if n := rowEnd(b, from); n > 0 {
			return rowNumber(b), n, nil
		}
		from = max(0, len(b)-len(endRow))
		if _, ok, err := s.more(s.pos); err != nil || !ok {
			return 0, 0, err
		}
	}
}

const endRow = "</row>"

// rowEnd returns where the row that b starts with ends, 0 where that is not seen. It looks for the w, which is rarer than what stands around it.
func rowEnd(b []byte, from int) int {
	for i := min(max(from, len(openRow)), len(b)); ; {
		n := bytes.IndexByte(b[i:], 'w')
		if n < 0 {
			return 0
		}
		i += n + 1
		if i < len(b) && b[i] == '>' && bytes.HasPrefix(b[i-len("</row"):], []byte(endRow)) {
			return i + 1
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
	for _, text := range s.texts {
		if bytes.Contains(cells, text) {
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
	case follows(cells, '<', '!'), follows(cells, '<', '?'), bytes.IndexByte(cells, '_') >= 0 && bytes.Contains(cells, []byte("_x")):
		return true
	case bytes.IndexByte(cells, '&') >= 0 && (s.escaped || bytes.Contains(cells, []byte("&#"))):
		return true
	case follows(cells, '<', 'f') && contains(cells, "</f></c>", "/></c>", "<v></v>", "<v/>"):
		return true
	}
	return contains(cells, "<is") && contains(cells, "<r", "</t><t")
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
