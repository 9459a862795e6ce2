package wire

import (
	"math"
	"math/big"
	"slices"
	"time"

	"dossier/internal/tdsdouble/value"
)

// value writes one value of a row. v is canonical for t.
func (w *Writer) value(t value.Type, v any) {
	if t.Kind == value.Variant {
		w.variant(v)
		return
	}
	if t.Kind.IsLegacy() {
		if v == nil {
			w.bytes(0)
			return
		}
		b := valueBytes(t, v)
		w.bytes(16)
		w.bytes(make([]byte, 16+8)...) // text pointer and timestamp
		w.u32(uint32(len(b)))
		w.bytes(b...)
		return
	}
	long := t.Kind.IsText() || t.Kind.IsBinary()
	switch {
	case v == nil && long && t.Len == value.Max:
		w.u64(plpNull)
	case v == nil && long:
		w.u16(math.MaxUint16)
	case v == nil:
		w.bytes(0)
	case long && t.Len == value.Max:
		b := valueBytes(t, v)
		w.u64(uint64(len(b)))
		if len(b) > 0 {
			w.u32(uint32(len(b)))
			w.bytes(b...)
		}
		w.u32(0)
	case long:
		b := valueBytes(t, v)
		w.u16(uint16(len(b)))
		w.bytes(b...)
	default:
		b := valueBytes(t, v)
		w.bytes(byte(len(b)))
		w.bytes(b...)
	}
}

// variant writes a sql_variant of nvarchar or int, all that the server's own functions return.
func (w *Writer) variant(v any) {
	switch x := v.(type) {
	case nil:
		w.u32(0)
	case int64:
		w.u32(2 + 4)
		w.bytes(tInt4, 0)
		w.u32(uint32(x))
	case string:
		b := value.UTF16Bytes(x)
		w.u32(uint32(2 + 7 + len(b)))
		w.bytes(tNVarChar, 7)
		w.bytes(collationBytes...)
		w.u16(uint16(max(len(b), 2)))
		w.bytes(b...)
	}
}

// valueBytes is the wire form of a value that is not NULL, without its length.
func valueBytes(t value.Type, v any) []byte {
	switch x := v.(type) {
	case int64:
		switch t.Kind {
		case value.Bit, value.TinyInt:
			return []byte{byte(x)}
		case value.SmallInt:
			return le.AppendUint16(nil, uint16(x))
		case value.Int, value.Null:
			return le.AppendUint32(nil, uint32(x))
		}
		return le.AppendUint64(nil, uint64(x))
	case float64:
		if t.Kind == value.Real {
			return le.AppendUint32(nil, math.Float32bits(float32(x)))
		}
		return le.AppendUint64(nil, math.Float64bits(x))
	case []byte:
		return x
	case string:
		switch {
		case t.Kind.IsUnicode():
			return value.UTF16Bytes(x)
		case t.Kind.IsText():
			return value.ToCodePage(x)
		case t.Kind == value.UniqueIdentifier:
			b, _ := value.GUIDBytes(x)
			return b
		case t.Kind.IsExact():
			return decimalBytes(t, x)
		case t.Kind.IsTime():
			return timeBytes(t, x)
		}
	}
	return nil
}

func decimalBytes(t value.Type, s string) []byte {
	d, _ := value.ParseDec(s)
	n := d.Rescale(int(t.Scale), false).Unscaled
	switch t.Kind {
	case value.SmallMoney:
		return le.AppendUint32(nil, uint32(int32(n.Int64())))
	case value.Money:
		u := uint64(n.Int64())
		return le.AppendUint32(le.AppendUint32(nil, uint32(u>>32)), uint32(u))
	}
	b := make([]byte, t.MaxLength())
	if n.Sign() >= 0 {
		b[0] = 1
	}
	new(big.Int).Abs(n).FillBytes(b[1:])
	slices.Reverse(b[1:])
	return b
}

var (
	dayOne    = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	dayOne900 = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
)

func daysSince(epoch, t time.Time) int {
	return int((t.Unix() - epoch.Unix()) / 86400)
}

func scaled(t value.Type, d time.Duration) []byte {
	size := 5
	switch {
	case t.Scale <= 2:
		size = 3
	case t.Scale <= 4:
		size = 4
	}
	n := int64(d)
	for range 9 - int(t.Scale) {
		n /= 10
	}
	return le.AppendUint64(nil, uint64(n))[:size]
}

func timeBytes(t value.Type, s string) []byte {
	st, err := value.ParseStamp(s)
	if err != nil {
		return nil
	}
	at := st.Time
	if t.Kind == value.DateTimeOffset {
		at = at.Add(-time.Duration(st.Offset) * time.Minute)
	}
	midnight := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	clock := at.Sub(midnight)
	date := le.AppendUint32(nil, uint32(daysSince(dayOne, midnight)))[:3]
	switch t.Kind {
	case value.Date:
		return date
	case value.Time:
		return scaled(t, clock)
	case value.DateTime2:
		return append(scaled(t, clock), date...)
	case value.DateTimeOffset:
		return le.AppendUint16(append(scaled(t, clock), date...), uint16(int16(st.Offset)))
	case value.SmallDateTime:
		b := le.AppendUint16(nil, uint16(daysSince(dayOne900, midnight)))
		return le.AppendUint16(b, uint16(clock/time.Minute))
	}
	b := le.AppendUint32(nil, uint32(int32(daysSince(dayOne900, midnight))))
	return le.AppendUint32(b, uint32(value.Ticks(clock)))
}
