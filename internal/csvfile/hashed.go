package csvfile

import (
	"encoding/binary"
	"math/bits"
)

// hashed is a set of many texts, with a sketch of it that lets most cells go after a look at their length and a few of their bytes.
type hashed struct {
	all     map[string]struct{}
	lengths [256]bool // by the lower byte of the length
	sketch  []uint64  // a bit a hash
	shift   int
}

func newHashed(texts []string) *hashed {
	h := &hashed{all: make(map[string]struct{}, len(texts))}
	size := max(10, bits.Len(uint(32*len(texts)))) // of the sketch in bits, as a power of two: one in thirty is set
	h.sketch, h.shift = make([]uint64, 1<<size/64), 64-size
	for _, text := range texts {
		h.all[text] = struct{}{}
		h.lengths[len(text)&0xff] = true
		bit := hashOf([]byte(text)) >> h.shift
		h.sketch[bit/64] |= 1 << (bit % 64)
	}
	return h
}

func (h *hashed) has(cell []byte) bool {
	if !h.lengths[len(cell)&0xff] {
		return false
	}
	bit := hashOf(cell) >> h.shift
	if h.sketch[bit/64]&(1<<(bit%64)) == 0 {
		return false
	}
	_, ok := h.all[string(cell)]
	return ok
}

// hashOf mixes the first, the middle and the last bytes of a text.
func hashOf(b []byte) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2⁶⁴ divided by the golden ratio
	n := len(b)
	var first, last uint64
	switch {
	case n >= 8:
		first, last = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
		if n > 16 {
			first ^= binary.LittleEndian.Uint64(b[n/2-4:]) * odd
		}
	case n >= 4:
		first, last = uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	case n > 0:
		first, last = uint64(b[0]), uint64(b[n/2])<<8|uint64(b[n-1])
	}
	x := (first^bits.RotateLeft64(last, 32))*odd + uint64(n)
	return (x ^ x>>29) * odd
}

// candidate looks at whole rows without quotes, one behind the other, and returns where the first of them starts that has one of the texts
// in the columns that are searched, and how many rows stand before it; the end of rows for none. It looks for delimiters and line ends
// in eight bytes at a time.
func (s *sieve) candidate(r *Reader, rows []byte) (at, before int) {
	delimiter, lineEnd := uint64(r.delimiter[0])*ones, uint64(r.lineEnd)*ones
	cell, column := 0, 0 // where the current cell starts, and its column
	var buf [8]byte
	for i := 0; i < len(rows); i += 8 {
		var word uint64
		if i+8 <= len(rows) {
			word = binary.LittleEndian.Uint64(rows[i:])
		} else {
			buf = [8]byte{}
			copy(buf[:], rows[i:])
			word = binary.LittleEndian.Uint64(buf[:])
		}
		for marks := zeroBytes(word^delimiter) | zeroBytes(word^lineEnd); marks != 0; marks &= marks - 1 {
			end := i + bits.TrailingZeros64(marks)/8
			ends := rows[end] == r.lineEnd
			if column < len(s.within) && s.within[column] {
				text := rows[cell:end]
				if ends {
					text = r.trimCR(text)
				}
				if s.many.has(text) {
					return at, before
				}
			}
			cell = end + 1
			column++
			if ends {
				at, column = cell, 0
				before++
			}
		}
	}
	return at, before
}

const ones = 0x0101010101010101

// zeroBytes returns a word with the highest bit set of each byte that is zero in x.
func zeroBytes(x uint64) uint64 {
	const low = 0x7f * ones
	return ^(((x & low) + low) | x | low)
}
