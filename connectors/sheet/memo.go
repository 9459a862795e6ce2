package sheet

import "dossier/connectors/compare"

// memo remembers which shared strings of a workbook answer to a matcher: each is looked at once, however many cells
// refer to it.
type memo struct {
	known, yes []uint64 // a bit a string
}

func (w *workbook) memo(m *compare.Matcher) *memo {
	if w.memos[m] == nil {
		w.memos[m] = &memo{}
	}
	return w.memos[m]
}

func (m *memo) get(i int) (yes, known bool) {
	word, bit := i/64, uint64(1)<<(i%64)
	if word >= len(m.known) || m.known[word]&bit == 0 {
		return false, false
	}
	return m.yes[word]&bit != 0, true
}

// set remembers an answer. i is the index of a string that there is.
func (m *memo) set(i int, yes bool) {
	word, bit := i/64, uint64(1)<<(i%64)
	if missing := word + 1 - len(m.known); missing > 0 {
		m.known = append(m.known, make([]uint64, missing)...)
		m.yes = append(m.yes, make([]uint64, missing)...)
	}
	m.known[word] |= bit
	if yes {
		m.yes[word] |= bit
	}
}
