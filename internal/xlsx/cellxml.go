package xlsx

import (
	"bytes"
)

// cellXML is one cell as its XML says it, for rewriting: unlike Cell it has the formula.
type cellXML struct {
	row, column int
	style       int
	kind        Kind
	shared      int    // the index of a shared string; -1: none
	raw         []byte // the whole element as it stands, valid until the next one
	tagEnd      int    // where in raw its start tag's ">" or "/>" stands
	tag         string // its name with the prefix
	attrs       []attribute
	formula     *formulaXML
	text        []byte // the value, unescaped; the stored index for a shared string
	hasValue    bool
}

type formulaXML struct {
	kind  string // "", "shared", "array" or "dataTable"
	index string // of a shared formula
	ref   string // the cells of a shared formula, array or data table
	attrs []attribute
	text  []byte
}

// sheetReader goes through the rows of a sheet's part and hands out what it reads as it stands.
type sheetReader struct {
	*scanner
	row    int
	column int // where the next cell stands unless it says otherwise
}

// token reads the next token and returns it as it stands, with the comments and instructions before it.
func (s *sheetReader) token() (tokenKind, []byte, error) {
	s.release()
	s.hold(s.pos)
	kind, err := s.next()
	return kind, s.buf[s.keep:s.pos], err
}

// startRow takes in the start tag of a row that was just read.
func (s *sheetReader) startRow() error {
	s.row++
	s.column = 0
	if v, ok := attr(s.attrs, "r"); ok {
		n, ok := parseUint([]byte(v))
		if !ok || n < 1 || n > maxRows {
			return damaged(s.part, "has a row whose number is out of bounds")
		}
		s.row = n
	}
	return nil
}

// cell reads the rest of the cell whose start tag was just read by token.
func (s *sheetReader) cell(kind tokenKind) (*cellXML, error) {
	var basic Cell
	basic.Column, basic.Kind = s.column, Number
	shared, err := basic.readAttrs(s.attrs)
	if err != nil {
		return nil, damaged(s.part, "%v", err)
	}
	if basic.Column >= maxColumns || basic.Column < s.column {
		return nil, damaged(s.part, "has a cell whose place is out of bounds")
	}
	s.column = basic.Column + 1
	c := &cellXML{row: s.row, column: basic.Column, style: basic.Style, kind: basic.Kind, shared: -1, tag: string(s.full), attrs: parseAttrs(s.attrs)}
	c.tagEnd = s.pos - s.start - len(">")
	before := s.start - s.keep
	if kind == emptyTag {
		c.tagEnd--
	} else if err := s.cellContent(c); err != nil {
		return nil, err
	}
	c.raw = s.buf[s.keep+before : s.pos]
	if shared && c.hasValue && len(c.text) > 0 {
		n, ok := parseUint(bytes.TrimSpace(c.text))
		if !ok {
			return nil, damaged(s.part, "has a cell that names no shared string")
		}
		c.shared = n
	}
	return c, nil
}

// cellContent reads what stands within a cell, without changing it.
func (s *sheetReader) cellContent(c *cellXML) error {
	for {
		kind, err := s.next()
		if err != nil {
			return err
		}
		switch kind {
		case endOfPart:
			return damaged(s.part, "ends early")
		case endTag:
			if string(s.name) != "c" {
				return damaged(s.part, "has a cell that ends with another tag")
			}
			return nil
		case emptyTag:
			if string(s.name) == "f" {
				c.formula = newFormula(s.attrs)
			}
		case startTag:
			switch string(s.name) {
			case "f":
				c.formula = newFormula(s.attrs)
				c.formula.text, err = s.plainText("f")
			case "v":
				c.hasValue = true
				c.text, err = s.plainText("v")
				if c.kind == String {
					c.text = unescapeX(c.text)
				}
			case "is":
				c.hasValue = true
				c.text, err = s.richText()
			default:
				err = s.skip()
			}
			if err != nil {
				return err
			}
		}
	}
}

func newFormula(attrs []byte) *formulaXML {
	f := &formulaXML{attrs: parseAttrs(attrs)}
	f.kind, _ = attr(attrs, "t")
	f.index, _ = attr(attrs, "si")
	f.ref, _ = attr(attrs, "ref")
	return f
}

// plainText reads the character data up to the end tag.
func (s *scanner) plainText(name string) ([]byte, error) {
	var all []byte
	for {
		kind, err := s.next()
		if err != nil {
			return nil, err
		}
		switch kind {
		case endOfPart:
			return nil, damaged(s.part, "ends early")
		case endTag:
			if string(s.name) != name {
				return nil, damaged(s.part, "has a text that ends with another tag")
			}
			return all, nil
		case startTag:
			err = s.skip()
		case cdataToken:
			all = append(all, s.text...)
		case textToken:
			var text []byte
			if text, err = unescape(bytes.Clone(s.text)); err == nil {
				all = append(all, text...)
			} else {
				err = damaged(s.part, "%v", err)
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

// richText reads the text of an inline string, without changing it.
func (s *scanner) richText() ([]byte, error) {
	var all []byte
	for depth := 1; depth > 0; {
		kind, err := s.next()
		if err != nil {
			return nil, err
		}
		switch kind {
		case endOfPart:
			return nil, damaged(s.part, "ends early")
		case endTag:
			depth--
		case startTag:
			switch string(s.name) {
			case "r":
				depth++
			case "t":
				var text []byte
				if text, err = s.plainText("t"); err == nil {
					all = append(all, unescapeX(text)...)
				}
			default:
				err = s.skip()
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}
