package wire

import (
	"math"
	"math/big"
	"slices"
	"time"

	"dossier/internal/tdsdouble/value"
)

// The type tokens of TYPE_INFO.
const (
	tNull       = 0x1F
	tInt1       = 0x30
	tBit        = 0x32
	tInt2       = 0x34
	tInt4       = 0x38
	tDateTim4   = 0x3A
	tFlt4       = 0x3B
	tMoney      = 0x3C
	tDateTime   = 0x3D
	tFlt8       = 0x3E
	tMoney4     = 0x7A
	tInt8       = 0x7F
	tImage      = 0x22
	tText       = 0x23
	tGUID       = 0x24
	tIntN       = 0x26
	tDateN      = 0x28
	tTimeN      = 0x29
	tDateTime2  = 0x2A
	tDTOffset   = 0x2B
	tVariant    = 0x62
	tNText      = 0x63
	tBitN       = 0x68
	tDecimalN   = 0x6A
	tNumericN   = 0x6C
	tFltN       = 0x6D
	tMoneyN     = 0x6E
	tDateTimeN  = 0x6F
	tVarBinary  = 0xA5
	tVarChar    = 0xA7
	tBinary     = 0xAD
	tChar       = 0xAF
	tNVarChar   = 0xE7
	tNChar      = 0xEF
	plpLen      = 0xFFFF
	plpNull     = math.MaxUint64
	plpUnknown  = math.MaxUint64 - 1
	collationN  = 5
	sizeOfMoney = 8
)

// collationBytes is LCID 1033, case-insensitive, sort order 52: SQL_Latin1_General_CP1_CI_AS. The client takes
// the code page from it, and every supported collation has the same one.
var collationBytes = []byte{0x09, 0x04, 0xD0, 0x00, 0x34}

var intSizes = map[value.Kind]byte{value.TinyInt: 1, value.SmallInt: 2, value.Int: 4, value.BigInt: 8}

func (w *Writer) typeInfo(t value.Type, table string) {
	switch t.Kind {
	case value.Null:
		w.bytes(tIntN, 4)
	case value.Bit:
		w.bytes(tBitN, 1)
	case value.TinyInt, value.SmallInt, value.Int, value.BigInt:
		w.bytes(tIntN, intSizes[t.Kind])
	case value.Real:
		w.bytes(tFltN, 4)
	case value.Float:
		w.bytes(tFltN, 8)
	case value.Money:
		w.bytes(tMoneyN, 8)
	case value.SmallMoney:
		w.bytes(tMoneyN, 4)
	case value.Decimal:
		w.bytes(tDecimalN, byte(t.MaxLength()), t.Prec, t.Scale)
	case value.Numeric:
		w.bytes(tNumericN, byte(t.MaxLength()), t.Prec, t.Scale)
	case value.Date:
		w.bytes(tDateN)
	case value.Time:
		w.bytes(tTimeN, t.Scale)
	case value.DateTime2:
		w.bytes(tDateTime2, t.Scale)
	case value.DateTimeOffset:
		w.bytes(tDTOffset, t.Scale)
	case value.DateTime:
		w.bytes(tDateTimeN, 8)
	case value.SmallDateTime:
		w.bytes(tDateTimeN, 4)
	case value.UniqueIdentifier:
		w.bytes(tGUID, 16)
	case value.Char, value.VarChar, value.NChar, value.NVarChar:
		w.bytes(map[value.Kind]byte{value.Char: tChar, value.VarChar: tVarChar, value.NChar: tNChar, value.NVarChar: tNVarChar}[t.Kind])
		w.u16(uint16(t.MaxLength())) // -1 is 0xFFFF: PLP
		w.bytes(collationBytes...)
	case value.Binary, value.RowVersion:
		w.bytes(tBinary)
		w.u16(uint16(t.MaxLength()))
	case value.VarBinary:
		w.bytes(tVarBinary)
		w.u16(uint16(t.MaxLength()))
	case value.Text, value.NText, value.Image:
		w.bytes(map[value.Kind]byte{value.Text: tText, value.NText: tNText, value.Image: tImage}[t.Kind])
		w.u32(math.MaxInt32)
		if t.Kind != value.Image {
			w.bytes(collationBytes...)
		}
		w.bytes(1) // the table's name in one part
		w.shortText(table)
	case value.Variant:
		w.bytes(tVariant)
		w.u32(8009)
	}
}

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

// column is a type as a client declares it, with what its values need to be read.
type column struct {
	t     value.Type
	token byte
	size  int // bytes, plpLen for PLP
}

// typeInfo reads a TYPE_INFO. collation goes to the character types: the client's own is not kept.
func (d *decoder) typeInfo(collation string) column {
	c := column{token: d.u8()}
	kind := func(k value.Kind) { c.t.Kind = k }
	switch c.token {
	case tNull:
	case tBit:
		kind(value.Bit)
	case tInt1:
		kind(value.TinyInt)
	case tInt2:
		kind(value.SmallInt)
	case tInt4:
		kind(value.Int)
	case tInt8:
		kind(value.BigInt)
	case tFlt4:
		kind(value.Real)
	case tFlt8:
		kind(value.Float)
	case tDateTime:
		kind(value.DateTime)
	case tDateTim4:
		kind(value.SmallDateTime)
	case tIntN, tBitN, tFltN, tMoneyN, tDateTimeN, tGUID:
		c.size = int(d.u8())
		k, ok := sizedKinds[[2]byte{c.token, byte(c.size)}]
		if !ok {
			d.fail("type 0x%02X of %d bytes", c.token, c.size)
		}
		kind(k)
		c.t, _ = value.New(k.Name(), nil, "")
	case tDecimalN, tNumericN:
		c.size = int(d.u8())
		p, s := int(d.u8()), int(d.u8())
		name := value.Decimal.Name()
		if c.token == tNumericN {
			name = value.Numeric.Name()
		}
		var err error
		if c.t, err = value.New(name, []int{p, s}, ""); err != nil {
			d.fail("decimal(%d,%d)", p, s)
		}
	case tDateN:
		kind(value.Date)
	case tTimeN, tDateTime2, tDTOffset:
		kind(map[byte]value.Kind{tTimeN: value.Time, tDateTime2: value.DateTime2, tDTOffset: value.DateTimeOffset}[c.token])
		if c.t.Scale = d.u8(); c.t.Scale > 7 {
			d.fail("time of scale %d", c.t.Scale)
		}
	case tNVarChar, tNChar, tVarChar, tChar, tVarBinary, tBinary:
		kind(map[byte]value.Kind{tNVarChar: value.NVarChar, tNChar: value.NChar, tVarChar: value.VarChar, tChar: value.Char,
			tVarBinary: value.VarBinary, tBinary: value.Binary}[c.token])
		c.size = int(d.u16())
		c.t.Len = c.size
		if c.t.Kind.IsUnicode() {
			c.t.Len /= 2
		}
		if c.size == plpLen {
			c.t.Len = value.Max
		}
		if c.t.Len == 0 {
			c.t.Len = 1 // an empty string is declared with no length at all
		}
		if c.t.Kind.IsText() {
			d.take(collationN)
			c.t.Collation = collation
		}
	default:
		d.fail("double: parameter type 0x%02X not supported", c.token)
	}
	return c
}

var sizedKinds = map[[2]byte]value.Kind{
	{tIntN, 1}: value.TinyInt, {tIntN, 2}: value.SmallInt, {tIntN, 4}: value.Int, {tIntN, 8}: value.BigInt,
	{tBitN, 1}: value.Bit, {tFltN, 4}: value.Real, {tFltN, 8}: value.Float, {tMoneyN, 4}: value.SmallMoney,
	{tMoneyN, 8}: value.Money, {tDateTimeN, 4}: value.SmallDateTime, {tDateTimeN, 8}: value.DateTime, {tGUID, 16}: value.UniqueIdentifier,
	{tGUID, 0}: value.UniqueIdentifier,
}

// value reads one value in canonical form.
func (d *decoder) value(c column) any {
	if c.token == tNull {
		return nil
	}
	var b []byte
	switch c.token {
	case tBit, tInt1, tInt2, tInt4, tInt8, tFlt4, tFlt8, tDateTime, tDateTim4:
		b = d.take(map[byte]int{tBit: 1, tInt1: 1, tInt2: 2, tInt4: 4, tInt8: 8, tFlt4: 4, tFlt8: 8, tDateTime: 8, tDateTim4: 4}[c.token])
	case tNVarChar, tNChar, tVarChar, tChar, tVarBinary, tBinary:
		if c.size == plpLen {
			var null bool
			if b, null = d.plp(); null {
				return nil
			}
			break
		}
		n := d.u16()
		if n == math.MaxUint16 {
			return nil
		}
		b = d.take(int(n))
	default:
		n := int(d.u8())
		if n == 0 {
			return nil
		}
		if c.size > 0 && n > c.size || n < c.size && c.token != tDecimalN && c.token != tNumericN {
			d.fail("value of %d bytes for type %s", n, c.t)
		}
		b = d.take(n)
	}
	if d.err != nil {
		return nil
	}
	v, ok := fromBytes(c.t, b)
	if !ok {
		d.fail("malformed value of type %s", c.t)
		return nil
	}
	return v
}

func (d *decoder) plp() (b []byte, null bool) {
	switch d.u64() {
	case plpNull:
		return nil, true
	case plpUnknown:
	}
	for {
		n := d.u32()
		if n == 0 || d.err != nil {
			return b, false
		}
		b = append(b, d.take(int(n))...)
	}
}

func fromBytes(t value.Type, b []byte) (any, bool) {
	n := len(b)
	switch {
	case t.Kind.IsUnicode():
		return value.FromUTF16(b), n%2 == 0
	case t.Kind.IsText():
		return value.FromCodePage(b), true
	case t.Kind.IsBinary():
		return append([]byte{}, b...), true
	case t.Kind == value.UniqueIdentifier:
		if n != 16 {
			return nil, false
		}
		return value.GUIDString(b), true
	case t.Kind.IsInteger():
		return intFrom(t, b)
	case t.Kind.IsApprox():
		switch n {
		case 4:
			return float64(math.Float32frombits(le.Uint32(b))), true
		case 8:
			return math.Float64frombits(le.Uint64(b)), true
		}
		return nil, false
	case t.Kind.IsExact():
		return decimalFrom(t, b)
	case t.Kind.IsTime():
		return timeFrom(t, b)
	}
	return nil, false
}

func intFrom(t value.Type, b []byte) (any, bool) {
	switch len(b) {
	case 1:
		if t.Kind == value.Bit && b[0] > 1 {
			return int64(1), true
		}
		return int64(b[0]), true
	case 2:
		return int64(int16(le.Uint16(b))), true
	case 4:
		return int64(int32(le.Uint32(b))), true
	case 8:
		return int64(le.Uint64(b)), true
	}
	return nil, false
}

func decimalFrom(t value.Type, b []byte) (any, bool) {
	var n *big.Int
	switch {
	case t.Kind == value.Money && len(b) == sizeOfMoney:
		n = big.NewInt(int64(uint64(le.Uint32(b))<<32 | uint64(le.Uint32(b[4:]))))
	case t.Kind == value.SmallMoney && len(b) == 4:
		n = big.NewInt(int64(int32(le.Uint32(b))))
	case (t.Kind == value.Decimal || t.Kind == value.Numeric) && len(b) >= 5 && len(b) <= 17:
		digits := slices.Clone(b[1:])
		slices.Reverse(digits)
		n = new(big.Int).SetBytes(digits)
		if b[0] == 0 {
			n.Neg(n)
		}
	default:
		return nil, false
	}
	d := value.Dec{Unscaled: n, Scale: int(t.Scale)}
	return d.String(), d.Fits(int(t.Prec))
}

func timeFrom(t value.Type, b []byte) (any, bool) {
	n := len(b)
	var st value.Stamp
	clockSize := func(rest int) bool {
		return n-rest >= 3 && n-rest <= 5
	}
	clock := func(p []byte) time.Duration {
		var v int64
		for i := len(p) - 1; i >= 0; i-- {
			v = v<<8 | int64(p[i])
		}
		for range 9 - int(t.Scale) {
			v *= 10
		}
		return time.Duration(v)
	}
	date := func(p []byte) time.Time {
		return dayOne.AddDate(0, 0, int(p[0])|int(p[1])<<8|int(p[2])<<16)
	}
	switch {
	case t.Kind == value.Date && n == 3:
		st.Time = date(b)
	case t.Kind == value.Time && clockSize(0):
		st.Time = dayOne900.Add(clock(b))
		if st.Time.Day() != 1 {
			return nil, false
		}
	case t.Kind == value.DateTime2 && clockSize(3):
		st.Time = date(b[n-3:]).Add(clock(b[:n-3]))
	case t.Kind == value.DateTimeOffset && clockSize(5):
		st.Offset = int(int16(le.Uint16(b[n-2:])))
		st.Time = date(b[n-5 : n-2]).Add(clock(b[:n-5])).Add(time.Duration(st.Offset) * time.Minute)
	case t.Kind == value.DateTime && n == 8:
		days := int32(le.Uint32(b))
		if days < -53690 || days > 2958463 {
			return nil, false
		}
		st.Time = dayOne900.AddDate(0, 0, int(days)).Add(value.TickDuration(int64(le.Uint32(b[4:]))))
	case t.Kind == value.SmallDateTime && n == 4:
		st.Time = dayOne900.AddDate(0, 0, int(le.Uint16(b))).Add(time.Duration(le.Uint16(b[2:])) * time.Minute)
	default:
		return nil, false
	}
	s, err := st.Canonical(t)
	return s, err == nil
}
