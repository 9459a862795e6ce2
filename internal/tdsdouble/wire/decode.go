package wire

import (
	"math"
	"math/big"
	"slices"
	"time"

	"dossier/internal/tdsdouble/value"
)

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
	date := func(p []byte) time.Time {
		return dayOne.AddDate(0, 0, int(p[0])|int(p[1])<<8|int(p[2])<<16)
	}
	clock, ok := time.Duration(0), true
	switch {
	case t.Kind == value.Date && n == 3:
		st.Time = date(b)
	case t.Kind == value.Time:
		clock, ok = clockFrom(t, b)
		st.Time = dayOne900.Add(clock)
	case t.Kind == value.DateTime2 && n > 3:
		clock, ok = clockFrom(t, b[:n-3])
		st.Time = date(b[n-3:]).Add(clock)
	case t.Kind == value.DateTimeOffset && n > 5:
		clock, ok = clockFrom(t, b[:n-5])
		st.Offset = int(int16(le.Uint16(b[n-2:])))
		st.Time = date(b[n-5 : n-2]).Add(clock).Add(time.Duration(st.Offset) * time.Minute)
		ok = ok && st.Offset >= -14*60 && st.Offset <= 14*60
	case t.Kind == value.DateTime && n == 8:
		days, ticks := int32(le.Uint32(b)), le.Uint32(b[4:])
		st.Time = dayOne900.AddDate(0, 0, int(days)).Add(value.TickDuration(int64(ticks)))
		ok = days >= -53690 && days <= 2958463 && ticks < 300*24*60*60
	case t.Kind == value.SmallDateTime && n == 4:
		minutes := le.Uint16(b[2:])
		st.Time = dayOne900.AddDate(0, 0, int(le.Uint16(b))).Add(time.Duration(minutes) * time.Minute)
		ok = minutes < 24*60
	default:
		ok = false
	}
	if !ok {
		return nil, false
	}
	s, err := st.Canonical(t)
	return s, err == nil
}

// clockFrom reads a time of day in units of its scale.
func clockFrom(t value.Type, b []byte) (time.Duration, bool) {
	if len(b) < 3 || len(b) > 5 {
		return 0, false
	}
	var n int64
	for i := len(b) - 1; i >= 0; i-- {
		n = n<<8 | int64(b[i])
	}
	unit := time.Second
	for range t.Scale {
		unit /= 10
	}
	return time.Duration(n) * unit, n < int64(24*time.Hour/unit)
}
