package linkage

import (
	"bytes"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// Subject is a person made ready to be compared with records. It only grows, and is read by several goroutines only
// while nobody adds to it.
type Subject struct {
	Entry
	model  *Model
	reader *Reader
	refs   [][]int    // by kind: which Add each value came from
	exact  [][]bitset // by kind: what exact agreement with each value tells, where its frequency is known
	most   []float32  // by kind: the most that it can tell against a stranger; 0 where nothing is known
	crowd  [][]bool   // by kind: which values so many people hold that they point at nobody
	added  int
}

// NewSubject returns a subject of whom nothing is known.
func (m *Model) NewSubject() *Subject {
	s := &Subject{model: m, reader: m.NewReader(), refs: make([][]int, len(m.kinds)), exact: make([][]bitset, len(m.kinds)), most: make([]float32, len(m.kinds)), crowd: make([][]bool, len(m.kinds))}
	s.reader.Begin()
	return s
}

// Add takes in a value of the subject's, and returns its number, from 0. A value that tells nothing has a number too.
func (s *Subject) Add(f Field, text string) int {
	id := s.added
	s.added++
	s.reader.Add(f, compare.Text, []byte(text))
	s.take(id)
	return id
}

// take makes what the reader has read the subject's.
func (s *Subject) take(id int) {
	s.Entry = *s.reader.Entry()
	for i := range s.model.kinds {
		k := &s.model.kinds[i]
		for j := len(s.refs[i]); j < s.count(k); j++ {
			s.refs[i] = append(s.refs[i], id)
			if s.model.terms == nil {
				s.crowd[i] = append(s.crowd[i], false)
				continue
			}
			s.crowd[i] = append(s.crowd[i], k.strength == connectors.Shareable && s.model.terms.several(k, s.Entry.term(k, j)))
			b := s.model.bits[i][Exact]
			w := s.model.weights[i][Exact]
			if share, ok := s.model.terms.share(k, s.Entry.term(k, j), w.U); ok && k.strength != connectors.Strong {
				b = bitsOf(k, Exact, Odds{w.M, min(share, w.M)})
			}
			s.exact[i] = append(s.exact[i], b)
		}
		if s.count(k) > 0 {
			s.most[i] = s.atMost(i)
		}
	}
}

// atMost returns the most that a kind can tell against a stranger.
func (s *Subject) atMost(i int) float32 {
	most := float32(0)
	for _, b := range s.model.bits[i] {
		most = max(most, b[stranger])
	}
	for _, b := range s.exact[i] {
		most = max(most, b[stranger])
	}
	return most
}

// term returns the text by which a value of a kind is counted.
func (e *Entry) term(k *kind, at int) []byte {
	switch k.measure {
	case given:
		return e.given[at].First()
	case family:
		return e.family[at].Whole
	case birth:
		b := e.births[at]
		if len(b.Days) == 0 {
			return nil
		}
		var text [8]byte
		for i, d := 7, b.Days[0]; i >= 0; i, d = i-1, d/10 {
			text[i] = byte('0' + d%10)
		}
		return append([]byte(nil), text[:]...)
	case postcode:
		return e.postcodes[at].Code
	case address:
		return append(append([]byte(nil), e.addresses[at].Number...), e.addresses[at].Street...)
	case email:
		return e.mailboxes[at].Same
	case phone:
		return e.phones[at].digits
	case number:
		return e.numbers[k.slot][at].Text
	case label:
		return e.labels[k.slot][at].text
	}
	return nil
}

// Source returns the number of the Add that brought the value which came closest in evidence.
func (s *Subject) Source(e Evidence) int { return s.refs[e.kind][e.value] }

// Learn is Add for a value that was found in one of the subject's records; it reports whether the value is new.
func (s *Subject) Learn(f Field, text string) bool {
	if s.known(f, text) {
		return false
	}
	s.Add(f, text)
	return true
}

// known reports whether text is in normal form what is known already, or tells nothing.
func (s *Subject) known(f Field, text string) bool {
	r := s.model.NewReader()
	r.Add(f, compare.Text, []byte(text))
	e := r.Entry()
	if e.filled == 0 {
		return true
	}
	for i := range s.model.kinds {
		k := &s.model.kinds[i]
		for at := range e.count(k) {
			term := e.term(k, at)
			same := false
			for j := range s.count(k) {
				same = same || bytes.Equal(term, s.term(k, j))
			}
			if !same {
				return false
			}
		}
	}
	return true
}
