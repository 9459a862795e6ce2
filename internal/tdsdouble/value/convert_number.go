package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

func failed(v any, from, to Type) error {
	return Errorf(245, 16, 1, "Conversion failed when converting the %s value '%v' to data type %s.", from.Kind.Name(), v, to.Kind.Name())
}

func overflow(to Type) error {
	return Errorf(8115, 16, 2, "Arithmetic overflow error converting expression to data type %s.", to.Kind.Name())
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
