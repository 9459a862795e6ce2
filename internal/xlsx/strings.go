package xlsx

import (
	"context"
	"encoding/binary"
	"errors"
)

// Shared strings are kept as one run of bytes, each behind its length, with the place of every eighth: a million strings
// cost a megabyte beside their text. What goes beyond memoryLimit lies in an encrypted temporary file.

const (
	stringsGroup = 8
	memoryLimit  = 24 << 20
)

// Strings are the shared strings of a workbook.
type Strings struct {
	count  int
	places []uint64 // of every eighth string, in text and then in the file behind it
	text   []byte
	limit  int
	rest   *spill // nil: all is in text
}

var errNoString = errors.New("xlsx: no such shared string")

// Strings returns the workbook's shared strings, which are read once.
func (w *Workbook) Strings(ctx context.Context) (*Strings, error) {
	w.stringsOnce.Lock()
	defer w.stringsOnce.Unlock()
	if w.strings != nil {
		return w.strings, nil
	}
	all := &Strings{limit: w.memory}
	if w.stringsPart != "" {
		if err := all.read(ctx, w.parts, w.stringsPart); err != nil {
			all.close()
			return nil, err
		}
	}
	w.strings = all
	return all, nil
}

// Len returns how many shared strings there are.
func (t *Strings) Len() int { return t.count }

func (t *Strings) close() error {
	if t.rest == nil {
		return nil
	}
	return t.rest.close()
}

// add appends a string.
func (t *Strings) add(s []byte) error {
	var length [binary.MaxVarintLen64]byte
	head := length[:binary.PutUvarint(length[:], uint64(len(s)))]
	if t.rest == nil && len(t.text)+len(head)+len(s) > t.limit {
		var err error
		if t.rest, err = newSpill(); err != nil {
			return err
		}
	}
	if t.count%stringsGroup == 0 {
		place := uint64(len(t.text))
		if t.rest != nil {
			place += t.rest.size
		}
		t.places = append(t.places, place)
	}
	t.count++
	if t.rest == nil {
		t.text = append(append(t.text, head...), s...)
		return nil
	}
	return errors.Join(t.rest.write(head), t.rest.write(s))
}

// lookup looks strings up for the reader of one sheet.
type lookup struct {
	*Strings
	window window
	copied []byte // strings of the file that the current row refers to
}

// at returns one shared string, which is valid until the next row.
func (l *lookup) at(i int) ([]byte, error) {
	if i < 0 || i >= l.count {
		return nil, errNoString
	}
	place := l.places[i/stringsGroup]
	for skip := i % stringsGroup; ; skip-- {
		if place >= uint64(len(l.text)) {
			text, err := l.window.find(l.rest, place-uint64(len(l.text)), skip)
			from := len(l.copied)
			l.copied = append(l.copied, text...)
			return l.copied[from:len(l.copied):len(l.copied)], err
		}
		length, n := binary.Uvarint(l.text[place:])
		from := place + uint64(n)
		if skip == 0 {
			return l.text[from : from+length : from+length], nil
		}
		place = from + length
	}
}

// each calls do for every string in order, until it returns false.
func (t *Strings) each(do func(i int, text []byte) bool) error {
	place := uint64(0)
	for i := range t.count {
		if place >= uint64(len(t.text)) {
			return t.eachSpilt(i, do)
		}
		length, n := binary.Uvarint(t.text[place:])
		from := place + uint64(n)
		place = from + length
		if !do(i, t.text[from:place]) {
			return nil
		}
	}
	return nil
}

// eachSpilt does so from the first string in the file on.
func (t *Strings) eachSpilt(first int, do func(i int, text []byte) bool) error {
	var w window
	place := uint64(0)
	for i := first; i < t.count; i++ {
		text, err := w.find(t.rest, place, 0)
		if err != nil {
			return err
		}
		place += uint64(len(binary.AppendUvarint(nil, uint64(len(text))))) + uint64(len(text))
		if !do(i, text) {
			return nil
		}
	}
	return nil
}

func (t *Strings) read(ctx context.Context, all parts, name string) error {
	text, err := all.open(ctx, name)
	if err != nil {
		return err
	}
	defer text.Close()
	t.text = make([]byte, 0, min(text.size, int64(t.limit)))
	s, ended := newScanner(text, name, 128<<10), false
	for {
		for ok := true; ok; {
			if ok, err = t.fastItem(s); err != nil {
				return err
			}
		}
		kind, err := s.next()
		if err != nil {
			return err
		}
		switch {
		case kind == endOfPart && ended:
			return t.finish()
		case kind == endOfPart:
			return damaged(name, "ends early")
		case string(s.name) == "sst":
			ended = kind != startTag
		case kind == emptyTag && string(s.name) == "si":
			err = t.add(nil)
		case kind == startTag && string(s.name) == "si":
			s.hold(s.start)
			var item span
			if err = s.runs(&item); err == nil {
				err = t.add(s.buf[s.keep+item.from : s.keep+item.to])
			}
			s.release()
		}
		if err != nil {
			return err
		}
	}
}

func (t *Strings) finish() error {
	if t.rest == nil {
		return nil
	}
	return t.rest.flush()
}

const (
	openItem      = "<si><t>"
	openItemSpace = `<si><t xml:space="preserve">`
	endItem       = "</t></si>"
)

// fastItem reads an item that is written as nearly all are; see fastCell.
func (t *Strings) fastItem(s *scanner) (bool, error) {
	b := s.buf[s.pos:]
	var text fastText
	end, ok := text.find(b, 0, openItem, openItemSpace, endItem)
	if !ok {
		return false, nil
	}
	if text.marked != 0 {
		if err := text.unescape(b, true); err != nil {
			return false, damaged(s.part, "%v", err)
		}
	}
	s.pos += end
	return true, t.add(b[text.from:text.to])
}
