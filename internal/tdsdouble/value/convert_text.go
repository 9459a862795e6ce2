package value

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
)

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
		s, err := floatText(x, style)
		if err != nil {
			return "", err
		}
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
		case 0:
		default:
			return "", Unsupported("CONVERT style %d of binary", style)
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

// floatText writes a float in a style of CONVERT: 0 has six digits and exponents from 1e+006 on, 1 to 3 have
// eight, sixteen and seventeen digits and always an exponent.
func floatText(f float64, style int) (string, error) {
	var s string
	switch style {
	case 0:
		s = strconv.FormatFloat(f, 'g', 6, 64)
	case 1:
		s = strconv.FormatFloat(f, 'e', 7, 64)
	case 2:
		s = strconv.FormatFloat(f, 'e', 15, 64)
	case 3:
		s = strconv.FormatFloat(f, 'e', 16, 64)
	default:
		return "", Unsupported("CONVERT style %d of a float", style)
	}
	mantissa, exp, ok := strings.Cut(s, "e")
	if !ok {
		return s, nil
	}
	n, _ := strconv.Atoi(exp)
	sign := '+'
	if n < 0 {
		sign, n = '-', -n
	}
	return fmt.Sprintf("%se%c%03d", mantissa, sign, n), nil
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
