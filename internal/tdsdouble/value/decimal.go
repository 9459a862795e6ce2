package value

import (
	"math/big"
	"strings"
)

// Dec is an exact number: Unscaled / 10^Scale.
type Dec struct {
	Unscaled *big.Int
	Scale    int
}

var ten = big.NewInt(10)

func pow10(n int) *big.Int { return new(big.Int).Exp(ten, big.NewInt(int64(n)), nil) }

// ParseDec reads [+-]digits[.digits]; anything else is not a number.
func ParseDec(s string) (Dec, bool) {
	s = strings.Trim(s, " ")
	body := strings.TrimLeft(s, "+-")
	if len(s)-len(body) > 1 {
		return Dec{}, false
	}
	whole, frac, _ := strings.Cut(body, ".")
	if whole == "" && frac == "" || !allDigits(whole) || !allDigits(frac) {
		return Dec{}, false
	}
	n, ok := new(big.Int).SetString(whole+frac, 10)
	if !ok {
		return Dec{}, false
	}
	if strings.HasPrefix(s, "-") {
		n.Neg(n)
	}
	return Dec{n, len(frac)}, true
}

func allDigits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// Rescale rounds half away from zero to scale digits, or cuts them off.
func (d Dec) Rescale(scale int, truncate bool) Dec {
	if scale >= d.Scale {
		return Dec{new(big.Int).Mul(d.Unscaled, pow10(scale-d.Scale)), scale}
	}
	div := pow10(d.Scale - scale)
	q, r := new(big.Int).QuoRem(d.Unscaled, div, new(big.Int))
	if !truncate && new(big.Int).Lsh(new(big.Int).Abs(r), 1).Cmp(div) >= 0 {
		q.Add(q, big.NewInt(int64(d.Unscaled.Sign())))
	}
	return Dec{q, scale}
}

// Fits tells whether the digits fit a precision.
func (d Dec) Fits(prec int) bool {
	return new(big.Int).Abs(d.Unscaled).Cmp(pow10(prec)) < 0
}

// Cmp compares by value.
func (d Dec) Cmp(e Dec) int {
	s := max(d.Scale, e.Scale)
	return d.Rescale(s, false).Unscaled.Cmp(e.Rescale(s, false).Unscaled)
}

// String writes every digit of the scale: "-0.50".
func (d Dec) String() string {
	s := new(big.Int).Abs(d.Unscaled).String()
	if len(s) <= d.Scale {
		s = strings.Repeat("0", d.Scale-len(s)+1) + s
	}
	if d.Scale > 0 {
		s = s[:len(s)-d.Scale] + "." + s[len(s)-d.Scale:]
	}
	if d.Unscaled.Sign() < 0 {
		s = "-" + s
	}
	return s
}
