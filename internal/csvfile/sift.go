package csvfile

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// sieve lets a Reader pass over rows that hold none of some texts, without making cells of them. What is read of a
// row beside its cells stays exact: its number, where it ends, and which quotes are stray.
type sieve struct {
	texts   []string
	within  []bool   // whether a column is searched; those beyond are not
	columns int      // rows that reach beyond are read
	needles []needle // a few texts in every form in which they may stand in the file, once its encoding is known
	many    *hashed  // or many
	quote   int64    // where the next quote stands in the decoded text, as far as was searched
	looked  int64    // how far
	until   int64    // rows up to here are split: some of them reach beyond the columns
}

// few is up to how many texts are looked for one by one.
const few = 8

// Sift makes Next pass over rows of which none of the cells in these columns is one of the texts. Rows of more than so many
// cells are read all the same, unless as many narrower ones stand beside them. Sift reports false, and changes nothing, where that cannot
// be done.
func (r *Reader) Sift(texts []string, within []int, columns int) bool {
	s := &sieve{texts: texts, columns: columns}
	for _, text := range texts {
		if text == "" {
			return false
		}
	}
	for _, column := range within {
		for len(s.within) <= column {
			s.within = append(s.within, false)
		}
		s.within[column] = true
	}
	r.sieve = s
	return true
}

// again returns a sieve for the same texts, to be used on other rows.
func (s *sieve) again() *sieve {
	c := &sieve{texts: s.texts, within: s.within, columns: s.columns, many: s.many, needles: slices.Clone(s.needles)}
	for i := range c.needles {
		c.needles[i].at, c.needles[i].found = 0, false
	}
	return c
}

// prepare readies the sieve, once it is known how the file is written.
func (s *sieve) prepare(r *Reader) {
	var forms []string
	for _, text := range s.texts {
		forms = append(forms, r.forms(text)...)
	}
	if len(forms) > few && len(r.delimiter) == 1 {
		s.many = newHashed(forms)
		return
	}
	for _, form := range forms {
		s.needles = append(s.needles, newNeedle(form))
	}
}

// forms returns the forms in which a text may stand between the delimiters of a row: with its quotes doubled, and in Windows-1252.
func (r *Reader) forms(text string) []string {
	forms := []string{text}
	if strings.Contains(text, `"`) {
		forms = append(forms, strings.ReplaceAll(text, `"`, `""`))
	}
	if !r.mixed || isASCII([]byte(text)) {
		return forms
	}
	for _, form := range forms {
		if latin, err := charmap.Windows1252.NewEncoder().String(form); err == nil {
			forms = append(forms, latin)
		}
	}
	return forms
}

// sifted is Next with a sieve.
func (r *Reader) sifted() (*Row, error) {
	s := r.sieve
	if s.needles == nil && s.many == nil {
		s.prepare(r)
	}
	for {
		if r.moved+int64(r.pos) >= s.until {
			if err := r.pass(); err != nil {
				return nil, err
			}
		}
		hit, searched := s.next(r)
		row, err := r.next()
		if err != nil || s.many == nil && (hit < r.to || searched < r.to) || row.Len() > s.columns || s.many != nil && s.manyIn(row) {
			return row, err
		}
	}
}

// manyIn reports whether a row has one of many texts in the columns that are searched.
func (s *sieve) manyIn(row *Row) bool {
	for column, searched := range s.within {
		if searched && s.many.has(row.Cell(column)) {
			return true
		}
	}
	return false
}

// pass goes on to the next row that has a quote or one of the texts.
func (r *Reader) pass() error {
	s := r.sieve
	for {
		at := r.moved + int64(r.pos)
		data := r.buf[r.pos:]
		hit, _ := s.next(r)
		end := int(min(hit-at, s.nextQuote(r)-at, int64(len(data))))
		if last := bytes.LastIndexByte(data[:end], r.lineEnd); last >= 0 {
			rows := bytes.Count(data[:last+1], []byte{r.lineEnd})
			if bytes.Count(data[:last+1], r.delimiter) > (s.columns-1)*rows {
				s.until = at + int64(last) + 1
				return nil
			}
			next := last + 1
			if s.many != nil {
				next, rows = s.candidate(r, data[:last+1])
			}
			r.row.Number += rows
			r.pos += next
			if next <= last {
				return nil
			}
		}
		switch {
		case end < len(data):
			if passed, err := r.passQuoted(); err != nil || !passed {
				return err
			}
		case r.err != nil:
			return nil
		default:
			if err := r.more(); err != nil {
				return err
			}
		}
	}
}

// passQuoted passes over the next row where it has none of a few texts. It reports whether it did.
func (r *Reader) passQuoted() (bool, error) {
	s := r.sieve
	hit, _ := s.next(r)
	if s.many != nil || hit == r.moved+int64(r.pos) {
		return false, nil
	}
	line, follows, err := r.extent()
	if err != nil || !follows {
		return false, err
	}
	hit, searched := s.next(r)
	end := r.moved + int64(r.pos+line)
	if hit < end || searched < end || bytes.Count(r.buf[r.pos:r.pos+line], r.delimiter) >= s.columns {
		return false, nil
	}
	r.row.Number++
	r.advance(line)
	return true, nil
}

// next returns where the next of the texts stands from the reader's place on, in the decoded text, and how far that is known.
func (s *sieve) next(r *Reader) (at, searched int64) {
	end := r.moved + int64(len(r.buf))
	at, searched = end, end
	for i := range s.needles {
		n := &s.needles[i]
		from := r.moved + int64(r.pos)
		if !n.found || n.at < from {
			n.look(r, max(from, n.at))
		}
		if n.found {
			at = min(at, n.at)
		} else {
			searched = min(searched, n.at)
		}
	}
	return at, searched
}

// nextQuote returns where the next quote stands in the decoded text, the end of what was read for none.
func (s *sieve) nextQuote(r *Reader) int64 {
	end, from := r.moved+int64(len(r.buf)), r.moved+int64(r.pos)
	if s.quote >= from && s.quote < s.looked {
		return s.quote
	}
	from = max(from, s.looked)
	s.looked, s.quote = end, end
	if i := bytes.IndexByte(r.buf[from-r.moved:], '"'); i >= 0 {
		s.quote = from + int64(i)
		s.looked = s.quote + 1
	}
	return s.quote
}

// needle is a text that is searched for. Its last two bytes decide how far a search may move on (Horspool's algorithm with pairs of
// bytes).
type needle struct {
	text  []byte
	skips *[1 << pairBits]uint8 // nil: the text is too short for it
	at    int64                 // where the text stands next, or up to where it does not
	found bool
}

const (
	pairBits   = 12
	leastPairs = 5 // bytes of a text from which on skipping is the faster
)

func pair(a, b byte) uint { return (uint(a)<<5 ^ uint(b)) & (1<<pairBits - 1) }

func newNeedle(text string) needle {
	n := needle{text: []byte(text)}
	if len(text) < leastPairs {
		return n
	}
	n.skips = new([1 << pairBits]uint8)
	last := len(text) - 1
	for i := range n.skips {
		n.skips[i] = uint8(min(last, 255))
	}
	for i := 1; i <= last; i++ {
		n.skips[pair(text[i-1], text[i])] = uint8(min(last-i, 255))
	}
	return n
}

// look searches what the reader has read, from a place in the decoded text on.
func (n *needle) look(r *Reader, from int64) {
	i := n.index(r.buf[from-r.moved:])
	if n.found = i >= 0; n.found {
		n.at = from + int64(i)
	} else {
		n.at = max(from, r.moved+int64(len(r.buf)-len(n.text)+1))
	}
}

func (n *needle) index(b []byte) int {
	if n.skips == nil {
		return bytes.Index(b, n.text)
	}
	for i := len(n.text) - 1; i < len(b); {
		skip := n.skips[pair(b[i-1], b[i])]
		if skip > 0 {
			i += int(skip)
			continue
		}
		if at := i + 1 - len(n.text); bytes.Equal(b[at:i+1], n.text) {
			return at
		}
		i++
	}
	return -1
}
