package xlsx

import (
	"bytes"
	"encoding/binary"
)

// Nearly every cell of nearly every workbook is written in one of a few ways:
//
//	<c r="A1" s="2" t="s"><v>123</v></c>
//	<c r="A1" t="inlineStr"><is><t>text</t></is></c>
//	<c r="A1" s="2"/>
//
// fastCell reads these without taking them apart into tokens. It leaves everything else to readCell: it returns
// false then, and has changed nothing.

const (
	lenV      = len("<v>")
	lenEndV   = len("</v></c>")
	openIs    = "<is><t>"
	openSpace = `<is><t xml:space="preserve">`
	endIs     = "</t></is></c>"
)

var endV = binary.LittleEndian.Uint64([]byte("</v></c>"))

func (r *Rows) fastCell(column *int) (bool, error) {
	s := r.scan
	b := s.buf[s.pos:]
	if len(b) < 64 || b[0] != '<' || b[1] != 'c' || b[2] != ' ' {
		return false, nil
	}
	c := Cell{Column: *column, Kind: Number, Shared: -1}
	i, shared, ok := c.fastAttrs(b)
	if !ok || c.Column < *column || c.Column >= maxColumns {
		return false, nil
	}
	var text fastText
	switch {
	case b[i] == '/':
		if b[i+1] != '>' {
			return false, nil
		}
		c.Kind = Blank
		i += 2
	case len(b)-i < 32:
		return false, nil
	case b[i+1] == '<' && b[i+2] == 'v' && b[i+3] == '>':
		if i, ok = c.fastValue(b, i+1+lenV, shared, &text); !ok {
			return false, nil
		}
	case b[i+1] == '<' && b[i+2] == 'i' && c.Kind == String && !shared:
		if i, ok = text.find(b, i+1, openIs, openSpace, endIs); !ok {
			return false, nil
		}
	default:
		return false, nil
	}
	if text.marked != 0 {
		if err := text.unescape(b, c.Kind == String); err != nil {
			return false, damaged(s.part, "%v", err)
		}
	}
	base := s.pos - s.keep
	c.from, c.to = text.from+base, text.to+base
	s.pos += i
	*column = c.Column + 1
	r.row.Cells = append(r.row.Cells, c)
	return true, nil
}

// fastAttrs reads the attributes of a cell that b starts with. It returns where its ">" or "/>" stands.
func (c *Cell) fastAttrs(b []byte) (end int, shared, ok bool) {
	for i := len("<c "); i+16 < len(b); {
		switch b[i] {
		case ' ':
			i++
			continue
		case '>', '/':
			return i, shared, true
		}
		if b[i+1] != '=' || b[i+2] != '"' {
			return 0, false, false
		}
		name := b[i]
		i += 3
		switch name {
		case 'r':
			n := 0
			for 'A' <= b[i] && b[i] <= 'Z' && n <= maxColumns && i+2 < len(b) {
				n = n*26 + int(b[i]-'A') + 1
				i++
			}
			if n == 0 || n > maxColumns {
				return 0, false, false
			}
			c.Column = n - 1
			for '0' <= b[i] && b[i] <= '9' && i+2 < len(b) {
				i++
			}
		case 's':
			n := 0
			for '0' <= b[i] && b[i] <= '9' && n < 1<<24 && i+2 < len(b) {
				n = n*10 + int(b[i]-'0')
				i++
			}
			c.Style = n
		case 't':
			switch {
			case b[i] == 's' && b[i+1] == '"':
				c.Kind, shared = String, true
				i++
			case b[i] == 'n' && b[i+1] == '"':
				c.Kind, shared = Number, false
				i++
			case b[i] == 's' && b[i+1] == 't' && b[i+2] == 'r':
				c.Kind, shared = String, false
				i += 3
			case bytes.HasPrefix(b[i:], []byte("inlineStr")):
				c.Kind, shared = String, false
				i += len("inlineStr")
			default:
				return 0, false, false
			}
		default:
			return 0, false, false
		}
		if b[i] != '"' {
			return 0, false, false
		}
		i++
	}
	return 0, false, false
}

// fastValue reads the value that starts at i and the tags behind it.
func (c *Cell) fastValue(b []byte, i int, shared bool, text *fastText) (end int, ok bool) {
	if shared {
		from, n := i, 0
		for i < len(b) && '0' <= b[i] && b[i] <= '9' && i-from < 9 {
			n = n*10 + int(b[i]-'0')
			i++
		}
		if i == from {
			return 0, false
		}
		c.Shared = n
	} else if i, ok = text.scan(b, i); !ok || text.from == text.to {
		return 0, false
	}
	if len(b)-i < lenEndV || binary.LittleEndian.Uint64(b[i:]) != endV {
		return 0, false
	}
	return i + lenEndV, true
}

// fastText is a text that was found in front of an end tag.
type fastText struct {
	from, to int
	marked   byte // what it may hold: the bits of marks
}

// The marks of the bytes of a text: '<' ends it, the others ask for a closer look.
const (
	markEnd  = 1 << iota
	markMore // & and the carriage return
	markX    // the underscore, with which the escapes of unescapeX start
	markWide // beyond ASCII
)

var marks = func() (m [256]byte) {
	for c := 0x80; c < 0x100; c++ {
		m[c] = markWide
	}
	m['<'], m['&'], m['\r'], m['_'] = markEnd, markMore, markMore, markX
	return m
}()

// scan finds the end of the text that starts at i.
func (t *fastText) scan(b []byte, i int) (end int, ok bool) {
	from, marked := i, byte(0)
	for ; i < len(b); i++ {
		if m := marks[b[i]]; m != 0 {
			if m == markEnd {
				*t = fastText{from, i, marked}
				return i, true
			}
			marked |= m
		}
	}
	return 0, false
}

// find reads the text between an opening, written in one of two ways, and an end.
func (t *fastText) find(b []byte, i int, open, other, end string) (int, bool) {
	switch {
	case bytes.HasPrefix(b[i:], []byte(open)):
		i += len(open)
	case bytes.HasPrefix(b[i:], []byte(other)):
		i += len(other)
	default:
		return 0, false
	}
	i, ok := t.scan(b, i)
	if !ok || !bytes.HasPrefix(b[i:], []byte(end)) {
		return 0, false
	}
	return i + len(end), true
}

// unescape resolves what the text holds, in place.
func (t *fastText) unescape(b []byte, escapes bool) error {
	text, err := b[t.from:t.to], error(nil)
	if t.marked&(markMore|markWide) != 0 {
		if text, err = unescape(text); err != nil {
			return err
		}
	}
	if escapes && t.marked&markX != 0 {
		text = unescapeX(text)
	}
	t.to = t.from + len(text)
	return nil
}
