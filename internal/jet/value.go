package jet

import "encoding/binary"

// Kind tells in what form a value is handed out.
type Kind uint8

const (
	Null       Kind = iota
	String          // text in UTF-8: the value in its canonical form
	Bytes           // a binary value as it is
	List            // the entries of a complex column: see Row.Items
	Stream          // a memo or OLE value longer than Options.MaxValue: see Row.Open
	Unreadable      // lost to damage, which Rows told of before the row
)

// Value is one value of a row.
type Value struct {
	Kind  Kind
	Bytes []byte // String: the text; Bytes: the value; otherwise nil
}

// IsNull reports whether the value is NULL.
func (v Value) IsNull() bool { return v.Kind == Null }

// String returns a copy of the text; what is not text is told by its kind.
func (v Value) String() string {
	switch v.Kind {
	case String, Bytes:
		return string(v.Bytes)
	case Null:
		return ""
	case List:
		return "(list)"
	case Stream:
		return "(long value)"
	}
	return "(unreadable)"
}

// appendValue appends the text of a stored value of any type but Boolean, Binary, OLE, Memo and Complex.
func (c *Column) appendValue(dst, raw []byte) ([]byte, error) {
	if c.Type == Text {
		return c.text.append(dst, raw), nil
	}
	if w := c.Type.width(); len(raw) < w {
		return dst, fault("a value that is cut short")
	}
	switch c.Type {
	case Byte:
		return appendUint(dst, uint64(raw[0])), nil
	case Integer:
		return appendInt(dst, int64(int16(binary.LittleEndian.Uint16(raw)))), nil
	case Long:
		return appendInt(dst, int64(int32(binary.LittleEndian.Uint32(raw)))), nil
	case BigInt:
		return appendInt(dst, int64(binary.LittleEndian.Uint64(raw))), nil
	case Currency:
		return appendMoney(dst, binary.LittleEndian.Uint64(raw)), nil
	case Single:
		return appendFloat(dst, float32at(raw), 32), nil
	case Double:
		return appendFloat(dst, float64at(raw), 64), nil
	case DateTime:
		return appendDate(dst, binary.LittleEndian.Uint64(raw))
	case DateExtended:
		return appendExtendedDate(dst, raw)
	case GUID:
		return appendGUID(dst, raw), nil
	case Numeric:
		return appendNumeric(dst, raw[:17], c.Scale)
	}
	return dst, fault("a value of an unknown type")
}

// Stored in front of the result of a calculated column: 16 unknown bytes and the result's length.
const calculatedHeader = 20

// unwrap returns the result that a calculated column stored.
func unwrap(raw []byte) []byte {
	if len(raw) < calculatedHeader {
		return raw
	}
	n := uint64(binary.LittleEndian.Uint32(raw[calculatedHeader-4:]))
	raw = raw[calculatedHeader:]
	return raw[:min(n, uint64(len(raw)))]
}
