package linkage

import (
	"bytes"

	"dossier/connectors"
)

// Bears reports whether a record holds an id, a mailbox or a phone number of the subject's, whatever else it says: it may be about
// somebody else, and holds something of the subject's all the same. Not counted are mailboxes and phone numbers that, as training found, an
// office has.
func (m *Model) Bears(s *Subject, e *Entry) bool {
	both := s.filled & e.filled
	for i := range m.kinds {
		k := &m.kinds[i]
		if k.strength == connectors.Weak || both&(1<<i) == 0 {
			continue
		}
		for a := range s.count(k) {
			for b := range e.count(k) {
				if !s.crowd[i][a] && bytes.Equal(s.term(k, a), e.term(k, b)) {
					return true
				}
			}
		}
	}
	return false
}

// OfAnother reports whether a record whose comparison is whole shares no more with the subject than a phone number, and names somebody else by
// first name, surname and birth date: numbers are given out again, and homes share them.
func (m *Model) OfAnother(c *Comparison) bool {
	for i := range m.kinds {
		if k := &m.kinds[i]; k.strength != connectors.Weak && k.measure != phone && c.levels[i] != Missing && c.levels[i] <= Variant {
			return false
		}
	}
	return c.levels[given] == Differ && c.levels[family] == Differ && c.levels[birth] == Differ
}
