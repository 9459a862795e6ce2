package xlsx

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// Nearly every cell of nearly every workbook is written in one of a few ways:
//
//	<c r="A1" s="2" t="s"><v>123</v></c>
//	<c r="A1" t="inlineStr"><is><t>text</t></is></c>
//	<c r="A1" s="2"/>
//
// fastCell reads these without taking them apart into tokens. It leaves everything else, and every error, to
// readCell: it returns false then, and has changed nothing.

const (
	lenV      = len("<v>")
	lenEndV   = len("</v></c>")
	openIs    = "<is><t>"
	openSpace = `<is><t xml:space="preserve">`
	endIs     = "</t></is></c>"
)

var endV = binary.LittleEndian.Uint64([]byte("</v></c>"))

func (r *Rows) fastCell(column *int) bool {
	s := r.scan
	b := s.buf[s.pos:]
	if len(b) < 64 || b[0] != '<' || b[1] != 'c' || b[2] != ' ' {
		return false
	}
	c := Cell{Column: *column, Kind: Number, Shared: -1}
	i, shared, ok := c.fastAttrs(b)
	if !ok || c.Column < *column || c.Column >= maxColumns {
		return false
	}
	switch {
	case b[i] == '/':
		if b[i+1] != '>' {
			return false
		}
		c.Kind = Blank
		i += 2
	case len(b)-i < 32:
		return false
	case b[i+1] == '<' && b[i+2] == 'v' && b[i+3] == '>':
		if i, ok = c.fastValue(b, i+1+lenV, shared); !ok {
			return false
		}
	case b[i+1] == '<' && b[i+2] == 'i' && c.Kind == String && !shared:
		if i, ok = c.fastInline(b, i+1); !ok {
			return false
		}
	default:
		return false
	}
	base := s.pos - s.keep
	c.from += base
	c.to += base
	s.pos += i
	*column = c.Column + 1
	r.row.Cells = append(r.row.Cells, c)
	return true
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
func (c *Cell) fastValue(b []byte, i int, shared bool) (end int, ok bool) {
	from := i
	if shared {
		n := 0
		for i < len(b) && '0' <= b[i] && b[i] <= '9' && i-from < 9 {
			n = n*10 + int(b[i]-'0')
			i++
		}
		if i == from {
			return 0, false
		}
		c.Shared = n
	} else if i, ok = fastText(b, i); !ok || i == from {
		return 0, false
	}
	if len(b)-i < lenEndV || binary.LittleEndian.Uint64(b[i:]) != endV {
		return 0, false
	}
	c.from, c.to = from, i
	return i + lenEndV, true
}

// fastInline reads the inline string that starts at i and the tags behind it.
func (c *Cell) fastInline(b []byte, i int) (end int, ok bool) {
	switch {
	case bytes.HasPrefix(b[i:], []byte(openIs)):
		i += len(openIs)
	case bytes.HasPrefix(b[i:], []byte(openSpace)):
		i += len(openSpace)
	default:
		return 0, false
	}
	from := i
	if i, ok = fastText(b, i); !ok || !bytes.HasPrefix(b[i:], []byte(endIs)) {
		return 0, false
	}
	c.from, c.to = from, i
	return i + len(endIs), true
}

// special are the bytes that end or complicate a text.
var special = [256]bool{'<': true, '&': true, '\r': true, '_': true}

// fastText returns where the text that starts at i ends, unless there is something in it to be unescaped.
func fastText(b []byte, i int) (end int, ok bool) {
	from, wide := i, byte(0)
	for i < len(b) {
		c := b[i]
		if special[c] {
			if c == '<' {
				return i, wide < utf8.RuneSelf || utf8.Valid(b[from:i])
			}
			if c != '_' || i+1 >= len(b) || b[i+1] == 'x' {
				return 0, false
			}
		}
		wide |= c
		i++
	}
	return 0, false
}
