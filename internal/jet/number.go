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
	v := int64(raw)
	if v < 0 {
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

// appendGUID writes a GUID: its first three groups have their least significant byte first.
func appendGUID(dst, raw []byte) []byte {
	const hex = "0123456789abcdef"
	for i, at := range [16]int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15} {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, hex[raw[at]>>4], hex[raw[at]&15])
	}
	return dst
}

func float32at(raw []byte) float64 {
	return float64(math.Float32frombits(binary.LittleEndian.Uint32(raw)))
}

func float64at(raw []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(raw)) }
