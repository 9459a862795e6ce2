package jet

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
)

// appendFloat writes v, of 32 or 64 bits, in the shortest plain decimal that reads back as v.
func appendFloat(dst []byte, v float64, size int) []byte {
	if v == 0 {
		return append(dst, '0') // also for the negative zero
	}
	return strconv.AppendFloat(dst, v, 'f', -1, size)
}

// appendMoney writes a Currency value: a signed integer of ten-thousandths.
func appendMoney(dst []byte, raw uint64) []byte {
	if int64(raw) < 0 {
		dst = append(dst, '-')
		raw = -raw
	}
	return appendScaled(dst, 0, raw, 4)
}

// appendNumeric writes a Numeric value: a sign byte, then four 32-bit words, the most significant first,
// each with its least significant byte first; scale is the number of decimals.
func appendNumeric(dst, raw []byte, scale int) ([]byte, error) {
	if len(raw) != 17 || scale > 38 {
		return dst, fault("a number that is not 17 bytes long")
	}
	word := func(i int) uint64 { return uint64(binary.LittleEndian.Uint32(raw[1+4*i:])) }
	return appendSigned(dst, raw[0] != 0, word(0)<<32|word(1), word(2)<<32|word(3), scale), nil
}

// appendCalculatedNumeric writes the Numeric result of a calculated column, which carries its own scale:
// length, scale, sign, then as many 32-bit words as needed, the least significant word of each pair first.
func appendCalculatedNumeric(dst, raw []byte) ([]byte, error) {
	if len(raw) < 4 {
		return dst, fault("a calculated number that is cut short")
	}
	n := int(binary.LittleEndian.Uint16(raw)) - 2
	scale, negative, words := int(raw[2]), raw[3] != 0, raw[4:]
	if n < 0 || n > len(words) {
		n = len(words)
	}
	n = min(n, 16) / 4
	if scale > 38 {
		return dst, fault("a calculated number with too many decimals")
	}
	word := func(i int) uint64 { return uint64(binary.LittleEndian.Uint32(words[4*i:])) }
	var hi, lo uint64
	switch n {
	case 1:
		lo = word(0)
	case 2:
		lo = word(1)<<32 | word(0)
	case 3:
		hi, lo = word(0), word(2)<<32|word(1)
	case 4:
		hi, lo = word(1)<<32|word(0), word(3)<<32|word(2)
	}
	return appendSigned(dst, negative, hi, lo, scale), nil
}

func appendSigned(dst []byte, negative bool, hi, lo uint64, scale int) []byte {
	if negative && hi|lo != 0 {
		dst = append(dst, '-')
	}
	return appendScaled(dst, hi, lo, scale)
}

// appendScaled writes the 128-bit integer hi·2⁶⁴+lo divided by 10^scale, without trailing zeros after the point.
func appendScaled(dst []byte, hi, lo uint64, scale int) []byte {
	if hi == 0 {
		switch scale { // a division by a constant costs a tenth
		case 0:
			return appendUint(dst, lo)
		case 2:
			return appendDecimals(appendUint(dst, lo/100), int(lo%100*100))
		case 4:
			return appendDecimals(appendUint(dst, lo/10000), int(lo%10000))
		}
	}
	var buf [40]byte
	at := len(buf)
	for hi|lo != 0 || len(buf)-at <= scale {
		var digit uint64
		if hi == 0 {
			lo, digit = lo/10, lo%10
		} else {
			var carry uint64
			hi, carry = hi/10, hi%10
			lo, digit = bits.Div64(carry, lo, 10)
		}
		at--
		buf[at] = byte('0' + digit)
	}
	point, end := len(buf)-scale, len(buf)
	for end > point && buf[end-1] == '0' {
		end--
	}
	dst = append(dst, buf[at:point]...)
	if end > point {
		dst = append(dst, '.')
		dst = append(dst, buf[point:end]...)
	}
	return dst
}

// appendDecimals writes a number of ten-thousandths behind the point, without trailing zeros.
func appendDecimals(dst []byte, part int) []byte {
	if part == 0 {
		return dst
	}
	high, low := digits[part/100], digits[part%100]
	dst = append(dst, '.', high[0], high[1], low[0], low[1])
	for dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

func appendInt(dst []byte, v int64) []byte {
	if v < 0 {
		return appendUint(append(dst, '-'), -uint64(v))
	}
	return appendUint(dst, uint64(v))
}

// appendUint writes numbers of up to eight digits, which most are, without a branch for each.
func appendUint(dst []byte, v uint64) []byte {
	if v >= 100_000_000 {
		return strconv.AppendUint(dst, v, 10)
	}
	high, low := v/10000, v%10000
	text := fourDigits(high) | fourDigits(low)<<32
	zeros := bits.TrailingZeros64((text^zeroDigits)|1<<56) / 8 // all but the last digit may be left out
	dst = binary.LittleEndian.AppendUint64(dst, text>>(8*zeros))
	return dst[:len(dst)-zeros]
}

// zeroDigits are eight zeros as text.
const zeroDigits = 0x3030303030303030

// fourDigits is v < 10000 as text, the first digit in the lowest byte.
func fourDigits(v uint64) uint64 {
	high, low := digits[v/100], digits[v%100]
	return uint64(high[0]) | uint64(high[1])<<8 | uint64(low[0])<<16 | uint64(low[1])<<24
}

func putTwo(dst []byte, n int) { *(*[2]byte)(dst) = digits[n] }

// digits are the numbers from 00 to 99, pairs those from 00 to ff.
var (
	digits [100][2]byte
	pairs  [256][2]byte
)

func init() {
	for i := range digits {
		digits[i] = [2]byte{byte('0' + i/10), byte('0' + i%10)}
	}
	const hex = "0123456789abcdef"
	for i := range pairs {
		pairs[i] = [2]byte{hex[i>>4], hex[i&15]}
	}
}

// appendGUID writes a GUID: its first three groups have their least significant byte first.
func appendGUID(dst, raw []byte) []byte {
	b := (*[16]byte)(raw)
	dst = append(dst, "00000000-0000-0000-0000-000000000000"...)
	text := (*[36]byte)(dst[len(dst)-36:])
	*(*[2]byte)(text[0:]) = pairs[b[3]]
	*(*[2]byte)(text[2:]) = pairs[b[2]]
	*(*[2]byte)(text[4:]) = pairs[b[1]]
	*(*[2]byte)(text[6:]) = pairs[b[0]]
	*(*[2]byte)(text[9:]) = pairs[b[5]]
	*(*[2]byte)(text[11:]) = pairs[b[4]]
	*(*[2]byte)(text[14:]) = pairs[b[7]]
	*(*[2]byte)(text[16:]) = pairs[b[6]]
	*(*[2]byte)(text[19:]) = pairs[b[8]]
	*(*[2]byte)(text[21:]) = pairs[b[9]]
	for i, v := range b[10:] {
		*(*[2]byte)(text[24+2*i:]) = pairs[v]
	}
	return dst
}

func float32at(raw []byte) float64 {
	return float64(math.Float32frombits(binary.LittleEndian.Uint32(raw)))
}

func float64at(raw []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(raw)) }
