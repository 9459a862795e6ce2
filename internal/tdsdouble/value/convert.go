package value

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// Implicit tells whether SQL Server converts from one kind to another without being asked.
func Implicit(from, to Kind) error {
	clash := Errorf(206, 16, 2, "Operand type clash: %s is incompatible with %s", from.Name(), to.Name())
	explicit := Errorf(257, 16, 3, "Implicit conversion from data type %s to %s is not allowed. Use the CONVERT function to run this query.", from.Name(), to.Name())
	switch {
	case from == Null, from == to, from.IsText() && !to.IsBinary(), to == Variant:
		return nil
	case from.IsText() && to.IsBinary():
		return explicit
	case from.IsNumber() && to.IsTime(), from.IsTime() && to.IsNumber():
		if from.IsNumber() && (to == DateTime || to == SmallDateTime) {
			return Unsupported("converting %s to %s", from.Name(), to.Name())
		}
		if to.IsNumber() && (from == DateTime || from == SmallDateTime) {
			return explicit
		}
		return clash
	case from.IsTime() && to.IsTime():
		if from == Date && to == Time || from == Time && to == Date {
			return clash
		}
	case from == UniqueIdentifier && !to.IsText() && !to.IsBinary(), to == UniqueIdentifier && !from.IsText() && !from.IsBinary():
		return clash
	case to == Text || to == NText || to == Image:
		return clash
	case from.IsBinary() && (to.IsTime() || to.IsApprox() || to.IsExact()), from.IsTime() && to.IsBinary():
		return clash
	}
	return nil
}

// Convert makes a value of one type a value of another, as CAST and implicit conversion do. style is the one
// of CONVERT. Text that does not fit is cut, as CAST does; Store refuses it.
func Convert(v any, from, to Type, style int) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch {
	case to.Kind.IsText():
		s, err := toText(v, from, to, style)
		if err != nil {
			return nil, err
		}
		return fitText(s, to), nil
	case to.Kind.IsInteger():
		return toInt(v, from, to)
	case to.Kind.IsExact():
		return toDec(v, from, to)
	case to.Kind.IsApprox():
		return toApprox(v, from, to)
	case to.Kind.IsTime():
		return toTime(v, from, to, style)
	case to.Kind.IsBinary(), to.Kind == Image:
		return toBinary(v, from, to, style)
	case to.Kind == UniqueIdentifier:
		return toGUID(v, from)
	case to.Kind == Variant || to.Kind == Null:
		return v, nil
	}
	return nil, Unsupported("converting %s to %s", from, to)
}

func failed(v any, from, to Type) error {
	return Errorf(245, 16, 1, "Conversion failed when converting the %s value '%v' to data type %s.", from.Kind.Name(), v, to.Kind.Name())
}

func overflow(to Type) error {
	return Errorf(8115, 16, 2, "Arithmetic overflow error converting expression to data type %s.", to.Kind.Name())
}

func fitText(s string, to Type) string {
	if !to.Kind.IsUnicode() {
		b := ToCodePage(s)
		if to.Len != Max && len(b) > to.Len {
			b = b[:to.Len]
		}
		s = FromCodePage(b)
	} else if to.Len != Max {
		s = Cut(s, to.Len)
	}
	if to.Kind == Char || to.Kind == NChar {
		s += strings.Repeat(" ", max(0, to.Len-Units(s)))
	}
	return s
}

func toText(v any, from, to Type, style int) (string, error) {
	room := to.Len
	if room == Max {
		room = math.MaxInt
	}
	switch x := v.(type) {
	case int64:
		s := strconv.FormatInt(x, 10)
		if len(s) > room {
			if to.Kind.IsUnicode() {
				return "", overflow(to)
			}
			return "*", nil
		}
		return s, nil
	case float64:
		s := floatText(x)
		if len(s) > room {
			return "", overflow(to)
		}
		return s, nil
	case []byte:
		switch style {
		case 1:
			return "0x" + strings.ToUpper(hex.EncodeToString(x)), nil
		case 2:
			return strings.ToUpper(hex.EncodeToString(x)), nil
		}
		if to.Kind.IsUnicode() {
			return "", Unsupported("converting binary to %s without style 1 or 2", to)
		}
		return FromCodePage(x), nil
	case string:
		switch {
		case from.Kind == Money || from.Kind == SmallMoney:
			d, _ := ParseDec(x)
			scale := 2
			if style == 2 {
				scale = 4
			}
			return d.Rescale(scale, false).String(), nil
		case from.Kind.IsExact():
			if len(x) > room {
				return "", overflow(to)
			}
			return x, nil
		case from.Kind.IsTime():
			st, err := ParseStamp(x)
			if err != nil {
				return "", err
			}
			return st.written(from, style)
		case from.Kind == UniqueIdentifier && room < 36:
			return "", Errorf(8170, 16, 2, "Insufficient result space to convert uniqueidentifier value to char.")
		}
		return x, nil
	}
	return "", fmt.Errorf("unknown stored value %T", v)
}

// floatText is the default spelling: six digits, exponents from 1e+006 on.
func floatText(f float64) string {
	s := strconv.FormatFloat(f, 'g', 6, 64)
	mantissa, exp, ok := strings.Cut(s, "e")
	if !ok {
		return s
	}
	n, _ := strconv.Atoi(exp)
	sign := '+'
	if n < 0 {
		sign, n = '-', -n
	}
	return fmt.Sprintf("%se%c%03d", mantissa, sign, n)
}

var intRange = map[Kind][2]int64{
	TinyInt: {0, 255}, SmallInt: {math.MinInt16, math.MaxInt16}, Int: {math.MinInt32, math.MaxInt32},
	BigInt: {math.MinInt64, math.MaxInt64},
}

func toInt(v any, from, to Type) (any, error) {
	var n int64
	switch x := v.(type) {
	case int64:
		n = x
	case float64:
		if to.Kind == Bit {
			return flag(x != 0), nil
		}
		if math.IsNaN(x) || x >= math.MaxInt64 || x <= math.MinInt64 {
			return nil, overflow(to)
		}
		n = int64(x)
	case []byte:
		for _, b := range x[max(0, len(x)-8):] {
			n = n<<8 | int64(b)
		}
		if to.Kind == Int {
			n = int64(int32(n))
		}
	case string:
		switch {
		case from.Kind.IsTime() || from.Kind == UniqueIdentifier:
			return nil, Errorf(529, 16, 2, "Explicit conversion from data type %s to %s is not allowed.", from.Kind.Name(), to.Kind.Name())
		case from.Kind.IsExact():
			d, _ := ParseDec(x)
			if to.Kind == Bit {
				return flag(d.Unscaled.Sign() != 0), nil
			}
			d = d.Rescale(0, from.Kind != Money && from.Kind != SmallMoney)
			if !d.Unscaled.IsInt64() {
				return nil, overflow(to)
			}
			n = d.Unscaled.Int64()
		default:
			t := strings.TrimSpace(x)
			if to.Kind == Bit {
				switch strings.ToLower(t) {
				case "true":
					return int64(1), nil
				case "false":
					return int64(0), nil
				}
			}
			if t == "" {
				return int64(0), nil
			}
			d, ok := ParseDec(t)
			if !ok || strings.Contains(t, ".") {
				if to.Kind == BigInt {
					return nil, Errorf(8114, 16, 5, "Error converting data type %s to %s.", from.Kind.Name(), to.Kind.Name())
				}
				return nil, failed(x, from, to)
			}
			lim, bounded := intRange[to.Kind]
			if !d.Unscaled.IsInt64() || bounded && (d.Unscaled.Int64() < lim[0] || d.Unscaled.Int64() > lim[1]) {
				switch to.Kind {
				case BigInt:
					return nil, overflow(to)
				case Int:
					return nil, Errorf(248, 16, 1, "The conversion of the %s value '%s' overflowed an int column.", from.Kind.Name(), x)
				}
				return nil, Errorf(244, 16, 2, "The conversion of the %s value '%s' overflowed an INT%d column. Use a larger integer column.", from.Kind.Name(), x, kinds[to.Kind].size)
			}
			n = d.Unscaled.Int64()
		}
	}
	if to.Kind == Bit {
		return flag(n != 0), nil
	}
	if lim := intRange[to.Kind]; n < lim[0] || n > lim[1] {
		if from.Kind.IsInteger() && to.Kind != BigInt {
			return nil, Errorf(220, 16, 1, "Arithmetic overflow error for data type %s, value = %d.", to.Kind.Name(), n)
		}
		return nil, overflow(to)
	}
	return n, nil
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func toDec(v any, from, to Type) (any, error) {
	bad := func() error {
		return Errorf(8114, 16, 5, "Error converting data type %s to %s.", from.Kind.Name(), to.Kind.Name())
	}
	var d Dec
	switch x := v.(type) {
	case int64:
		d = Dec{big.NewInt(x), 0}
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, overflow(to)
		}
		d, _ = ParseDec(strconv.FormatFloat(x, 'f', int(to.Scale)+1, 64))
	case string:
		if from.Kind.IsTime() || from.Kind == UniqueIdentifier {
			return nil, Errorf(529, 16, 2, "Explicit conversion from data type %s to %s is not allowed.", from.Kind.Name(), to.Kind.Name())
		}
		s := x
		if to.Kind == Money || to.Kind == SmallMoney {
			s = strings.ReplaceAll(strings.NewReplacer("£", "", "$", "", "€", "").Replace(strings.TrimSpace(s)), ",", "")
			if s == "" {
				s = "0"
			}
		}
		var ok bool
		if d, ok = ParseDec(s); !ok {
			if to.Kind == Money || to.Kind == SmallMoney {
				return nil, Errorf(235, 16, 0, "Cannot convert a %s value to %s. The %s value has incorrect syntax.", from.Kind.Name(), to.Kind.Name(), from.Kind.Name())
			}
			return nil, bad()
		}
	default:
		return nil, bad()
	}
	d = d.Rescale(int(to.Scale), false)
	if !d.Fits(int(to.Prec)) {
		return nil, Errorf(8115, 16, 8, "Arithmetic overflow error converting %s to data type %s.", from.Kind.Name(), to.Kind.Name())
	}
	return d.String(), nil
}

func toApprox(v any, from, to Type) (any, error) {
	var f float64
	switch x := v.(type) {
	case int64:
		f = float64(x)
	case float64:
		f = x
	case string:
		if from.Kind.IsTime() || from.Kind == UniqueIdentifier {
			return nil, Errorf(529, 16, 2, "Explicit conversion from data type %s to %s is not allowed.", from.Kind.Name(), to.Kind.Name())
		}
		t := strings.TrimSpace(x)
		if t == "" {
			return 0.0, nil
		}
		var err error
		if f, err = strconv.ParseFloat(t, 64); err != nil || strings.ContainsAny(t, "xXpP_nN") {
			return nil, Errorf(8114, 16, 5, "Error converting data type %s to %s.", from.Kind.Name(), to.Kind.Name())
		}
	default:
		return nil, Errorf(529, 16, 2, "Explicit conversion from data type %s to %s is not allowed.", from.Kind.Name(), to.Kind.Name())
	}
	if to.Kind == Real {
		if math.Abs(f) > math.MaxFloat32 {
			return nil, overflow(to)
		}
		f = float64(float32(f))
	}
	return f, nil
}

func toTime(v any, from, to Type, style int) (any, error) {
	s, ok := v.(string)
	if !ok {
		return nil, Unsupported("converting %s to %s", from, to)
	}
	if from.Kind.IsText() {
		st, ok := parseWritten(s, style)
		if !ok {
			if to.Kind == SmallDateTime {
				return nil, Errorf(295, 16, 3, "Conversion failed when converting character string to smalldatetime data type.")
			}
			return nil, Errorf(241, 16, 1, "Conversion failed when converting date and/or time from character string.")
		}
		return st.Canonical(to)
	}
	if !from.Kind.IsTime() {
		return nil, Errorf(529, 16, 2, "Explicit conversion from data type %s to %s is not allowed.", from.Kind.Name(), to.Kind.Name())
	}
	st, err := ParseStamp(s)
	if err != nil {
		return nil, err
	}
	if from.Kind == Time && to.Kind != Time {
		st.Time = time.Date(1900, 1, 1, st.Time.Hour(), st.Time.Minute(), st.Time.Second(), st.Time.Nanosecond(), time.UTC)
	}
	if from.Kind == DateTime && to.Kind != SmallDateTime {
		day := st.Time.Truncate(24 * time.Hour)
		ticks := Ticks(st.Time.Sub(day)) // a third of a millisecond comes back
		st.Time = day.Add(time.Duration(ticks*int64(time.Second)/300 + 50).Truncate(100))
	}
	return st.Canonical(to)
}

func toBinary(v any, from, to Type, style int) (any, error) {
	var b []byte
	switch x := v.(type) {
	case []byte:
		b = x
	case int64:
		size := max(1, kinds[from.Kind].size)
		for i := size - 1; i >= 0; i-- {
			b = append(b, byte(x>>(8*i)))
		}
		if to.Len != Max && len(b) > to.Len {
			b = b[len(b)-to.Len:]
		}
	case string:
		switch {
		case from.Kind == UniqueIdentifier:
			var err error
			if b, err = GUIDBytes(x); err != nil {
				return nil, err
			}
		case from.Kind.IsText() && (style == 1 || style == 2):
			h := x
			if style == 1 {
				var ok bool
				if h, ok = strings.CutPrefix(x, "0x"); !ok {
					return nil, Errorf(8114, 16, 5, "Error converting data type %s to %s.", from.Kind.Name(), to.Kind.Name())
				}
			}
			var err error
			if b, err = hex.DecodeString(h); err != nil {
				return nil, Errorf(8114, 16, 5, "Error converting data type %s to %s.", from.Kind.Name(), to.Kind.Name())
			}
		case from.Kind.IsUnicode():
			b = UTF16Bytes(x)
		case from.Kind.IsText():
			b = ToCodePage(x)
		default:
			return nil, Unsupported("converting %s to %s", from, to)
		}
	default:
		return nil, Unsupported("converting %s to %s", from, to)
	}
	if to.Len != Max && to.Len > 0 && len(b) > to.Len {
		b = b[:to.Len]
	}
	if to.Kind == Binary {
		b = append(append([]byte{}, b...), make([]byte, max(0, to.Len-len(b)))...)
	}
	if b == nil {
		b = []byte{}
	}
	return b, nil
}

func toGUID(v any, from Type) (any, error) {
	switch x := v.(type) {
	case []byte:
		if len(x) == 16 {
			return GUIDString(x), nil
		}
	case string:
		if from.Kind == UniqueIdentifier {
			return x, nil
		}
		s := x
		if strings.HasPrefix(s, "{") {
			s = strings.TrimPrefix(s, "{")
			s, _, _ = strings.Cut(s, "}")
		}
		s = Cut(s, 36)
		if _, err := GUIDBytes(s); err != nil || strings.Count(s, "-") != 4 {
			return nil, Errorf(8169, 16, 2, "Conversion failed when converting from a character string to uniqueidentifier.")
		}
		return strings.ToUpper(s), nil
	}
	return nil, Errorf(529, 16, 2, "Explicit conversion from data type %s to uniqueidentifier is not allowed.", from.Kind.Name())
}

// Store converts a value for a column: what does not fit is error 2628 (or 8152 for binary), never cut,
// except trailing spaces.
func Store(v any, from, to Type, table, column string) (any, error) {
	if err := Implicit(from.Kind, to.Kind); err != nil && v != nil && !(from.Kind.IsText() && to.Kind.IsLegacy()) && !(from.Kind.IsBinary() && to.Kind == Image) {
		return nil, err
	}
	out, err := Convert(v, from, to, 0)
	if err != nil || v == nil || to.Len == Max || to.Len == 0 {
		return out, err
	}
	long := false
	switch x := v.(type) {
	case []byte:
		if long = len(x) > to.Len; long {
			return nil, Errorf(8152, 16, 30, "String or binary data would be truncated.")
		}
	case string:
		if from.Kind.IsText() {
			trimmed := strings.TrimRight(x, " ")
			long = to.Kind.IsUnicode() && Units(trimmed) > to.Len || !to.Kind.IsUnicode() && len(ToCodePage(trimmed)) > to.Len
		}
	}
	if long && to.Kind.IsText() {
		return nil, Errorf(2628, 16, 1, "String or binary data would be truncated in table '%s', column '%s'. Truncated value: '%s'.", table, column, out)
	}
	return out, nil
}

// UTF16Bytes is text in UTF-16, little endian.
func UTF16Bytes(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for _, r := range s {
		if r > 0xFFFF {
			r -= 0x10000
			hi, lo := 0xD800+r>>10, 0xDC00+r&0x3FF
			b = append(b, byte(hi), byte(hi>>8), byte(lo), byte(lo>>8))
			continue
		}
		b = append(b, byte(r), byte(r>>8))
	}
	return b
}

// FromUTF16 reads UTF-16, little endian; half a pair becomes U+FFFD and an odd last byte is dropped.
func FromUTF16(b []byte) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
	}
	return string(utf16.Decode(u))
}
