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
// in the columns that are searched, and how many rows stand before it; the end of rows for none.
func (s *sieve) candidate(r *Reader, rows []byte) (at, before int) {
	delimiter, lineEnd := uint64(r.delimiter[0])*ones, uint64(r.lineEnd)*ones
	cell, column := 0, 0 // where the current cell starts, and its column
	var rest [64]byte
	for from := 0; from < len(rows); from += 64 {
		chunk := &rest
		if from+64 <= len(rows) {
			chunk = (*[64]byte)(rows[from:])
		} else {
			rest = [64]byte{}
			copy(rest[:], rows[from:])
		}
		ends, delimiters := places(chunk, lineEnd), places(chunk, delimiter)
		for left := ^uint64(0); ; {
			marks := ends & left
			if column < len(s.within) {
				marks |= delimiters & left
			}
			if marks == 0 {
				break
			}
			bit := bits.TrailingZeros64(marks)
			left = ^uint64(1) << bit // behind it
			text := rows[cell : from+bit]
			cell = from + bit + 1
			over := ends>>bit&1 != 0
			if column < len(s.within) && s.within[column] {
				if over {
					text = r.trimCR(text)
				}
				if s.many.lengths[uint8(len(text))] && s.many.has(text) {
					return at, before
				}
			}
			column++
			if over {
				at, column = cell, 0
				before++
			}
		}
	}
	return at, before
}

const ones = 0x0101010101010101

// places returns a bit for each byte of a chunk that is the one that eight stand for.
func places(chunk *[64]byte, eight uint64) (mask uint64) {
	for i := 0; i < 64; i += 8 {
		x := binary.LittleEndian.Uint64(chunk[i:i+8]) ^ eight
		const low = 0x7f * ones
		zero := ^(((x & low) + low) | x | low) // the highest bit of each byte that is zero in x
		mask |= zero >> 7 * 0x0102040810204080 >> 56 << i
	}
	return mask
}
