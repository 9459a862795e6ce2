package jet

import (
	"bytes"
	"encoding/binary"
)

// value decodes the value of the current row in column i.
func (s *scan) value(i int) error {
	c := &s.columns[i]
	v := &s.row.Values[i]
	s.row.stored[i] = nil
	has := s.cells.has(c.number)
	if c.Type == Boolean && !c.Calculated {
		*v = Value{Kind: String, Bytes: boolText(has)}
		return nil
	}
	*v = Value{}
	if !has {
		return nil
	}
	var raw []byte
	var err error
	if c.fixed {
		raw, err = s.cells.fixedValue(c.offset, c.width)
	} else {
		var ok bool
		if raw, ok, err = s.cells.variableValue(c.variable); !ok {
			return err
		}
	}
	if err != nil {
		return err
	}
	s.row.stored[i] = raw
	switch {
	case c.Type == Text, c.Type.binary():
		if c.Calculated {
			raw = unwrap(raw)
		}
		s.plain(c, v, raw)
		return nil
	case c.Type == Memo, c.Type == OLE:
		return s.longValue(i, raw)
	case c.Type == Complex:
		return s.complexValue(c, v, raw)
	}
	if c.Calculated {
		return s.result(c, v, unwrap(raw))
	}
	return s.append(v, c.appendValue, raw)
}

var textTrue, textFalse = []byte("true"), []byte("false")

func boolText(b bool) []byte {
	if b {
		return textTrue
	}
	return textFalse
}

// append decodes raw behind the text of the row.
func (s *scan) append(v *Value, decode func(dst, raw []byte) ([]byte, error), raw []byte) error {
	start := len(s.text)
	text, err := decode(s.text, raw)
	if err != nil {
		return err
	}
	s.text = text
	*v = Value{Kind: String, Bytes: text[start:len(text):len(text)]}
	return nil
}

// plain hands out bytes, or text that stands complete.
func (s *scan) plain(c *scanColumn, v *Value, raw []byte) {
	if c.Type == OLE || c.Type.binary() {
		*v = Value{Kind: Bytes, Bytes: raw}
		return
	}
	text, ok := c.text.share(raw)
	if !ok {
		start := len(s.text)
		s.text = c.text.append(s.text, raw)
		text = s.text[start:len(s.text):len(s.text)]
	}
	*v = Value{Kind: String, Bytes: text}
}

// result decodes the result of a calculated column; an empty one is NULL.
func (s *scan) result(c *scanColumn, v *Value, raw []byte) error {
	switch {
	case len(raw) == 0:
		if c.Type == Boolean {
			*v = Value{Kind: String, Bytes: textFalse}
		}
		return nil
	case c.Type == Boolean:
		*v = Value{Kind: String, Bytes: boolText(raw[0] != 0)}
		return nil
	case c.Type == Numeric:
		return s.append(v, appendCalculatedNumeric, raw)
	}
	return s.append(v, c.appendValue, raw)
}

// longValue loads a memo or OLE value, or leaves it as a stream when it is longer than is loaded.
func (s *scan) longValue(i int, raw []byte) error {
	c, v := &s.columns[i], &s.row.Values[i]
	if len(raw) == 0 {
		s.plain(c, v, raw)
		return nil
	}
	long, err := s.db.parseLong(raw)
	if err != nil {
		return err
	}
	if s.streams && c.Type == OLE || long.form != formInline && long.size > int64(s.db.maxValue) {
		long.inline = bytes.Clone(long.inline)
		long.result = c.Calculated
		if c.Type == Memo {
			long.text = c.text
		}
		long.where = DamageError{Table: s.table.Name, Page: s.row.ID.Page, Row: s.row.ID.Slot, Column: c.Name}
		*v = Value{Kind: Stream, long: &long}
		return nil
	}
	value := long.inline
	if long.form == formInline {
		value = value[:long.size]
	} else {
		start := len(s.stored)
		if s.stored, err = long.load(s.far, s.stored); err != nil {
			return err
		}
		value = s.stored[start:len(s.stored):len(s.stored)]
	}
	if c.Calculated {
		value = unwrap(value)
	}
	s.plain(c, v, value)
	return nil
}

// complexValue lists the entries of a complex column.
func (s *scan) complexValue(c *scanColumn, v *Value, raw []byte) error {
	if len(raw) < 4 {
		return fault("a value that is cut short")
	}
	items, err := c.entries.of(binary.LittleEndian.Uint32(raw))
	if err != nil {
		return err
	}
	*v = Value{Kind: List, items: items}
	return nil
}
