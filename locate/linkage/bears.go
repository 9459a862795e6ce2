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
