package normal

import "dossier/connectors/compare"

// Arena holds the letters and words of normal forms, so that making thousands of them allocates nothing once it
// has grown. What was made from an arena is valid until its Reset. It serves one goroutine.
type Arena struct {
	letters []byte
	words   [][]byte
}

// Reset empties the arena.
func (a *Arena) Reset() {
	a.letters = a.letters[:0]
	a.words = a.words[:0]
}

// Another returns an empty arena with room for as much as a holds.
func (a *Arena) Another() Arena {
	return Arena{letters: make([]byte, 0, len(a.letters)), words: make([][]byte, 0, len(a.words))}
}

// keep returns what make appends to the arena's letters. It may return nothing, to keep none.
func (a *Arena) keep(grown []byte) []byte {
	start := len(a.letters)
	a.letters = grown
	return grown[start:len(grown):len(grown)]
}

// Copy returns a copy of text in the arena.
func (a *Arena) Copy(text []byte) []byte { return a.keep(append(a.letters, text...)) }

// Compact returns the folded letters and digits of text; see compare.Compacted.
func (a *Arena) Compact(text []byte) []byte {
	return a.keep(compare.AppendCompacted(a.letters, text))
}
