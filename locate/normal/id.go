package normal

import (
	"bytes"

	"dossier/connectors/compare"
)

// ID is a number or code that was given to one person.
type ID struct {
	Text []byte // its folded letters and digits: "c000123"
	Core []byte // its digits without what stands before them and without leading zeros, "123"; Text where it has none
}

// ID makes an id ready. It reports false for fillers: all zeros, all nines, "n/a".
func (a *Arena) ID(text []byte) (ID, bool) {
	id := ID{Text: a.keep(compare.AppendCompacted(a.letters, text))}
	if len(id.Text) == 0 || len(id.Text) > 1 && Filler(id.Text) && !oneDigit(id.Text) {
		return ID{}, false
	}
	first := bytes.IndexAny(id.Text, "0123456789")
	if first < 0 {
		id.Core = id.Text
		return id, !Filler(id.Text)
	}
	core := bytes.TrimLeft(id.Text[first:], "0")
	if len(core) == 0 || len(core) >= 4 && len(bytes.Trim(core, "9")) == 0 {
		return ID{}, false
	}
	id.Core = core
	return id, true
}

// oneDigit reports whether the text is a digit over and over: 111 can be an id, "xxx" cannot.
func oneDigit(text []byte) bool { return digit(text[0]) }
