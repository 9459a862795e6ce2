package jet

import "encoding/binary"

// The rows of a page in the format of Jet 4 and ACE are decoded column by column: what a column asks for is then asked once
// for the page. What is out of the ordinary is left to decoder.one, which decodes single values in the plain way.

// step decodes one column.
type step struct {
	do       action
	bit      uint8 // the column's number: where its bit stands in a null mask
	value    int   // which of a row's values it makes
	fixed    bool
	start    int // of a fixed value, within the row
	end      int
	variable int // of a variable value, twice its place in the row's offset table
	width    int // least length of a value
	scale    int
}

// action is what a step does with the stored bytes.
type action uint8

const (
	doAsk   action = iota // leave it to decoder.one
	doBit                 // a Boolean in the null mask
	doText                // text in the row
	doMemo                // a memo
	doBytes               // bytes in the row
	doLong                // the rest: numbers and dates by their type
	doMoney
	doDate
	doNumeric
	doGUID
	doScalar
)

// maxStepped is how many columns ever added a table may have for its null masks to fit a word.
const maxStepped = 64

// newSteps makes the steps of columns; it returns nil when their rows are not for steps.
func newSteps(lay *layout, columns []scanColumn) []step {
	if lay.cell != 2 {
		return nil
	}
	steps := make([]step, len(columns))
	for i := range columns {
		c := &columns[i]
		if c.number >= maxStepped {
			return nil
		}
		steps[i] = step{
			do: stepAction(c), bit: uint8(c.number), value: i, fixed: c.fixed, scale: c.Scale, variable: 2 * c.variable,
			width: c.Type.width(), start: lay.cell + c.offset, end: lay.cell + c.offset + c.width,
		}
	}
	return steps
}

func stepAction(c *scanColumn) action {
	switch c.form {
	case formBit:
		return doBit
	case formBytes:
		return doBytes
	case formText:
		if !c.fixed {
			return doText
		}
	case formLong:
		if !c.fixed && !c.Calculated && c.Type == Memo {
			return doMemo
		}
	case formScalar:
		switch c.Type {
		case Long:
			return doLong
		case Currency:
			return doMoney
		case DateTime:
			return doDate
		case Numeric:
			return doNumeric
		case GUID:
			return doGUID
		}
		return doScalar
	}
	return doAsk
}

// step decodes the rows of the frames.
func (d *decoder) step(page []byte) error {
	if len(d.frames) == 0 {
		return nil
	}
	for i := range d.steps {
		st := &d.steps[i]
		var err error
		switch {
		case st.do == doBit:
			d.bits(st)
		case st.do == doText:
			err = d.texts(st, page)
		case st.do == doMemo:
			err = d.memos(st, page)
		case st.fixed:
			err = d.fixed(st, page)
		default:
			err = d.variable(st, page)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) bits(st *step) {
	values := d.b.values
	for i := range d.frames {
		f := &d.frames[i]
		text := textFalse
		if f.bits>>st.bit&1 != 0 {
			text = textTrue
		}
		values[f.first+st.value] = Value{String, text}
	}
}

// texts decodes text: packed ASCII, which most of it is, without a copy.
func (d *decoder) texts(st *step, page []byte) error {
	b, bit, variable := d.b, st.bit, st.variable
	values, frames := b.values[st.value:], d.frames
	for i := range frames {
		f := &frames[i]
		v := &values[f.first]
		if f.bits>>bit&1 == 0 {
			*v = Value{}
			continue
		}
		if variable < f.vars {
			at := binary.LittleEndian.Uint32(page[f.table-variable-2:])
			start, end := f.start+int(at>>16), f.start+int(at&0xffff)
			if f.fixed <= start && start <= end && end <= f.end {
				if n := end - start - 2; 0 <= n && n <= 16 && start+18 <= len(page) {
					if binary.LittleEndian.Uint16(page[start:]) == mark &&
						shortASCII(binary.LittleEndian.Uint64(page[start+2:]), binary.LittleEndian.Uint64(page[start+10:]), n) {
						*v = Value{String, page[start+2 : end : end]}
						continue
					}
				} else if markedASCII(page, start, end) {
					*v = Value{String, page[start+2 : end : end]}
					continue
				}
				n := len(b.text)
				b.text = appendShort(b.text, page, start, end)
				*v = Value{String, b.text[n:len(b.text):len(b.text)]}
				continue
			}
		}
		if err := d.ask(page, f, st.value); err != nil {
			return err
		}
	}
	return nil
}

// appendShort appends the text stored in data[start:end], four characters or less of UTF-16 at once.
func appendShort(dst, data []byte, start, end int) []byte {
	n := end - start
	if n <= 8 && n%2 == 0 && start+8 <= len(data) {
		over := 64 - 8*n
		if v := binary.LittleEndian.Uint64(data[start:]) << over >> over; v&wide == 0 {
			at := len(dst)
			return binary.LittleEndian.AppendUint32(dst, uint32(narrow(v)))[:at+n/2]
		}
	}
	return unicodeText.append(dst, data[start:end])
}

func (d *decoder) fixed(st *step, page []byte) error {
	for i := range d.frames {
		f := &d.frames[i]
		if f.bits>>st.bit&1 == 0 {
			d.b.values[f.first+st.value] = Value{}
			continue
		}
		start, end := f.start+st.start, f.start+st.end
		if end <= f.fixed && d.stored(st, &d.b.values[f.first+st.value], page[start:end:end]) {
			continue
		}
		if err := d.ask(page, f, st.value); err != nil {
			return err
		}
	}
	return nil
}

// memos decodes memos: text in the row without a copy, when it is packed ASCII.
func (d *decoder) memos(st *step, page []byte) error {
	b := d.b
	values, c := b.values[st.value:], &d.columns[st.value]
	for i := range d.frames {
		f := &d.frames[i]
		v := &values[f.first]
		if f.bits>>st.bit&1 == 0 {
			*v = Value{}
			continue
		}
		if st.variable < f.vars {
			at := binary.LittleEndian.Uint32(page[f.table-st.variable-2:])
			start, end := f.start+int(at>>16), f.start+int(at&0xffff)
			if f.fixed <= start && start+longHeader <= end && end <= f.end {
				head := binary.LittleEndian.Uint32(page[start:])
				text, stop := start+longHeader, start+longHeader+int(head&longLength)
				if head>>30 == longInline && stop <= end && markedASCII(page, text, stop) {
					*v = Value{String, page[text+2 : stop : stop]}
					continue
				}
				if d.longValue(c, v, page[start:end:end]) == nil {
					if v.Kind == pending {
						b.rows[f.row].pending = true
					}
					continue
				}
			}
		}
		if err := d.ask(page, f, st.value); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) variable(st *step, page []byte) error {
	for i := range d.frames {
		f := &d.frames[i]
		v := &d.b.values[f.first+st.value]
		if f.bits>>st.bit&1 == 0 {
			*v = Value{}
			continue
		}
		if st.variable < f.vars {
			at := binary.LittleEndian.Uint32(page[f.table-st.variable-2:])
			start, end := f.start+int(at>>16), f.start+int(at&0xffff)
			if f.fixed <= start && start+st.width <= end && end <= f.end && d.stored(st, v, page[start:end:end]) {
				continue
			}
		}
		if err := d.ask(page, f, st.value); err != nil {
			return err
		}
	}
	return nil
}

// stored decodes a stored value that is as long as its type asks for. It reports whether it could.
func (d *decoder) stored(st *step, v *Value, raw []byte) bool {
	b := d.b
	text, at := b.text, len(b.text)
	var err error
	switch st.do {
	case doLong:
		text = appendInt(text, int64(int32(binary.LittleEndian.Uint32(raw))))
	case doMoney:
		text = appendMoney(text, binary.LittleEndian.Uint64(raw))
	case doDate:
		text, err = appendDate(text, binary.LittleEndian.Uint64(raw))
	case doNumeric:
		text, err = appendNumeric(text, raw[:17], st.scale)
	case doGUID:
		text = appendGUID(text, raw)
	case doScalar:
		text, err = d.columns[st.value].appendValue(text, raw)
	case doBytes:
		*v = Value{Bytes, raw}
		return true
	default:
		return false
	}
	if err != nil {
		return false
	}
	b.text = text
	*v = Value{String, text[at:len(text):len(text)]}
	return true
}

// ask decodes a value in the plain way.
func (d *decoder) ask(page []byte, f *frame, i int) error {
	if err := d.cells.open(page[f.start:f.end], d.def.variable); err != nil {
		return err
	}
	v := &d.b.values[f.first+i]
	err := d.one(f.row, i, v)
	if v.Kind == pending {
		d.b.rows[f.row].pending = true
	}
	return err
}
