package xlsx

import (
	"context"
	"errors"
)

// Strings are the shared strings of a workbook: one text, and where in it each string ends.
type Strings struct {
	text []byte
	ends []int
}

var errNoString = errors.New("xlsx: no such shared string")

// Strings returns the workbook's shared strings, which are read once.
func (w *Workbook) Strings(ctx context.Context) (*Strings, error) {
	w.stringsOnce.Lock()
	defer w.stringsOnce.Unlock()
	if w.strings != nil {
		return w.strings, nil
	}
	all := &Strings{}
	if w.stringsPart != "" {
		if err := all.read(ctx, w.parts, w.stringsPart); err != nil {
			return nil, err
		}
	}
	w.strings = all
	return all, nil
}

// Len returns how many shared strings there are.
func (t *Strings) Len() int { return len(t.ends) }

// At returns one shared string. It must not be changed.
func (t *Strings) At(i int) ([]byte, error) {
	if i < 0 || i >= len(t.ends) {
		return nil, errNoString
	}
	from := 0
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.text[from:t.ends[i]:t.ends[i]], nil
}

func (t *Strings) read(ctx context.Context, all parts, name string) error {
	text, err := all.open(ctx, name)
	if err != nil {
		return err
	}
	defer text.Close()
	s, ended := newScanner(text, name, 128<<10), false
	for {
		kind, err := s.next()
		if err != nil {
			return err
		}
		switch {
		case kind == endOfPart && ended:
			return nil
		case kind == endOfPart:
			return damaged(name, "ends early")
		case string(s.name) == "sst":
			ended = kind != startTag
		case kind == emptyTag && string(s.name) == "si":
			t.ends = append(t.ends, len(t.text))
		case kind == startTag && string(s.name) == "si":
			s.hold(s.start)
			var item span
			if err := s.runs(&item); err != nil {
				return err
			}
			t.text = append(t.text, s.buf[s.keep+item.from:s.keep+item.to]...)
			t.ends = append(t.ends, len(t.text))
			s.release()
		}
	}
}
