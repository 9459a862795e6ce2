package jet

import (
	"bytes"
	"encoding/binary"
	"slices"
)

var textTrue, textFalse = []byte("true"), []byte("false")

func boolValue(b bool) Value {
	if b {
		return Value{Kind: String, Bytes: textTrue}
	}
	return Value{Kind: String, Bytes: textFalse}
}

// pending is the kind of a value that is left to the caller's goroutine; its bytes are those stored in the row.
const pending Kind = 0xff

// decode adds a row to the batch.
func (d *decoder) decode(id RowID, data []byte) error {
	if err := d.cells.open(data, d.def.variable); err != nil {
		return err
	}
	row, first := d.add(id, data)
	for i := range d.columns {
		v := &d.b.values[first+i]
		if err := d.one(row, i, v); err != nil {
			return err
		}
		if v.Kind == pending {
			d.b.rows[row].pending = true
		}
	}
	return nil
}

// add adds a row whose values are still to be decoded to the batch. It returns its place there, and that of
// its first value.
func (d *decoder) add(id RowID, data []byte) (row, first int) {
	b := d.b
	row, first = len(b.rows), len(b.values)
	b.rows = append(b.rows, batchRow{id: id, data: data})
	if cap(b.values)-first < len(d.columns) {
		b.values = slices.Grow(b.values, len(d.columns))
	}
	b.values = b.values[:first+len(d.columns)]
	return row, first
}

// one decodes one value of a row of the batch, which the cells hold. What damage it finds costs that value.
func (d *decoder) one(row, i int, v *Value) error {
	b, cells, c := d.b, &d.cells, &d.columns[i]
	has := cells.has(c.number)
	if c.form == formBit {
		*v = boolValue(has)
		return nil
	}
	*v = Value{}
	if !has {
		return nil
	}
	start, end, err := cells.find(c)
	if err == nil && start >= 0 {
		switch c.form {
		case formText:
			*v = Value{String, b.textOf(c, cells.data, start, end)}
		case formScalar:
			at := len(b.text)
			var text []byte
			if text, err = c.appendValue(b.text, cells.data[start:end]); err == nil {
				b.text = text
				*v = Value{String, text[at:len(text):len(text)]}
			}
		default:
			err = d.value(c, v, cells.data[start:end:end])
		}
	}
	f, ok := err.(fault)
	if !ok {
		return err
	}
	*v = Value{Kind: Unreadable}
	id := b.rows[row].id
	d.lose(row, DamageError{Page: id.Page, Row: id.Slot, Column: c.Name, Why: string(f)})
	return nil
}

// textOf returns the text stored in data[start:end], itself when it is in UTF-8 already.
func (b *batch) textOf(c *scanColumn, data []byte, start, end int) []byte {
	if text, ok := c.text.share(data, start, end); ok {
		return text
	}
	at := len(b.text)
	b.text = c.text.append(b.text, data[start:end])
	return b.text[at:len(b.text):len(b.text)]
}

// value decodes a value that is neither plain text nor of fixed length.
func (d *decoder) value(c *scanColumn, v *Value, raw []byte) error {
	switch c.form {
	case formLong:
		return d.longValue(c, v, raw)
	case formComplex:
		*v = Value{Kind: pending, Bytes: raw}
	case formResult:
		return d.result(c, v, unwrap(raw))
	default:
		*v = Value{Kind: Bytes, Bytes: raw}
	}
	return nil
}

// result decodes the result of a calculated column; an empty one is NULL unless it is text.
func (d *decoder) result(c *scanColumn, v *Value, raw []byte) (err error) {
	text := d.b.text
	start := len(text)
	switch {
	case c.Type == Boolean:
		*v = boolValue(len(raw) > 0 && raw[0] != 0)
		return nil
	case c.Type.binary():
		*v = Value{Kind: Bytes, Bytes: raw}
		return nil
	case len(raw) == 0 && c.Type != Text:
		return nil
	case c.Type == Numeric:
		text, err = appendCalculatedNumeric(text, raw)
	default:
		text, err = c.appendValue(text, raw)
	}
	if err != nil {
		return err
	}
	d.b.text = text
	*v = Value{Kind: String, Bytes: text[start:len(text):len(text)]}
	return nil
}

// longValue loads a memo or OLE value when it is short enough for a batch; otherwise it is left pending.
func (d *decoder) longValue(c *scanColumn, v *Value, raw []byte) error {
	if len(raw) == 0 {
		return d.loaded(c, v, raw)
	}
	long, err := d.db.parseLong(raw)
	if err != nil {
		return err
	}
	switch {
	case d.streams && c.Type == OLE:
		*v = Value{Kind: pending, Bytes: raw}
		return nil
	case long.form == longInline:
		return d.loaded(c, v, long.inline[:long.size])
	case long.form == longChain || long.size > int64(d.db.maxValue) || len(d.b.stored)+len(d.b.text) > maxBatch:
		*v = Value{Kind: pending, Bytes: raw}
		return nil
	}
	return d.load(c, v, long)
}

// load reads a long value that stands on other pages.
func (d *decoder) load(c *scanColumn, v *Value, long longRef) (err error) {
	b := d.b
	if long.form == longSingle && c.Type == Memo && !c.Calculated {
		part, err := long.next(d.far, long.size)
		if err != nil {
			return err
		}
		start := len(b.text)
		b.text = c.text.append(b.text, part)
		*v = Value{Kind: String, Bytes: b.text[start:len(b.text):len(b.text)]}
		return nil
	}
	start := len(b.stored)
	if b.stored, err = long.load(d.far, b.stored); err != nil {
		return err
	}
	return d.loaded(c, v, b.stored[start:len(b.stored):len(b.stored)])
}

// loaded hands out the stored bytes of a long value.
func (d *decoder) loaded(c *scanColumn, v *Value, value []byte) error {
	if c.Calculated {
		value = unwrap(value)
	}
	if c.Type == OLE {
		*v = Value{Kind: Bytes, Bytes: value}
		return nil
	}
	*v = Value{Kind: String, Bytes: d.b.textOf(c, value, 0, len(value))}
	return nil
}

// complete decodes the pending values of the row that is about to be yielded.
func (s *scan) complete() error {
	d := s.own
	d.start(&s.spare)
	for i := range s.row.Values {
		v := &s.row.Values[i]
		if v.Kind != pending {
			continue
		}
		c, raw := &s.columns[i], v.Bytes
		*v = Value{}
		var err error
		if c.Type == Complex {
			err = s.complexValue(i, raw)
		} else {
			err = d.completeLong(i, raw)
		}
		if f, ok := err.(fault); ok {
			*v = Value{Kind: Unreadable}
			err = s.tell(&DamageError{Table: s.table.Name, Page: s.row.ID.Page, Row: s.row.ID.Slot, Column: c.Name, Why: string(f)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) completeLong(i int, raw []byte) error {
	c := &d.columns[i]
	long, err := d.db.parseLong(raw)
	if err != nil {
		return err
	}
	if d.streams && c.Type == OLE || long.form != longInline && long.size > int64(d.db.maxValue) {
		d.addMore(i, Stream, more{long: d.stream(c, long)})
		return nil
	}
	return d.load(c, &d.row.Values[i], long)
}

// addMore hands out a value that has more to it than bytes.
func (s *scan) addMore(i int, kind Kind, m more) {
	s.row.Values[i] = Value{Kind: kind}
	if s.row.more == nil {
		s.row.more = make(map[int]*more)
	}
	s.row.more[i] = &m
}

// stream keeps what it takes to open a long value of the current row when the row is gone.
func (s *scan) stream(c *scanColumn, long longRef) *longValue {
	long.inline = bytes.Clone(long.inline)
	v := &longValue{
		longRef: long, db: s.db, result: c.Calculated,
		where: DamageError{Table: s.table.Name, Page: s.row.ID.Page, Row: s.row.ID.Slot, Column: c.Name},
	}
	if c.Type == Memo {
		v.text = c.text
	}
	return v
}

// complexValue lists the entries of a complex column.
func (s *scan) complexValue(i int, raw []byte) error {
	if len(raw) < 4 {
		return fault("a value that is cut short")
	}
	items, err := s.columns[i].entries.of(binary.LittleEndian.Uint32(raw))
	if err != nil {
		return err
	}
	s.addMore(i, List, more{items: items})
	return nil
}
