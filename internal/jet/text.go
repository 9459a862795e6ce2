package jet

import (
	"bufio"
	"encoding/binary"
	"io"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// charset is how text is stored. Jet 3 has one code page. Jet 4 and ACE have UTF-16, or, after the
// mark FF FE, runs of single bytes (the characters below U+0100) and of UTF-16 in turn, starting with
// bytes; a zero byte ends a run.
type charset struct {
	page encoding.Encoding // nil: Jet 4 and ACE
}

var unicodeText = &charset{}

// mark is what packed text starts with, as a number.
const mark = 0xfeff

func marked(src []byte) bool { return len(src) >= 2 && binary.LittleEndian.Uint16(src) == mark }

// share returns the part of data[start:end] that already is the text in UTF-8, when it is.
func (t *charset) share(data []byte, start, end int) ([]byte, bool) {
	if t.page == nil {
		if start == end {
			return data[start:end:end], true
		}
		if !markedASCII(data, start, end) {
			return nil, false
		}
		return data[start+2 : end : end], true
	}
	return data[start:end:end], plainASCII(data, start, end)
}

// markedASCII reports whether data[start:end] is the mark and a run of nothing but ASCII.
func markedASCII(data []byte, start, end int) bool {
	if end-start < 2 || binary.LittleEndian.Uint16(data[start:]) != mark {
		return false
	}
	return plainASCII(data, start+2, end)
}

// append appends the text of src in UTF-8. Bytes that encode nothing become U+FFFD.
func (t *charset) append(dst, src []byte) []byte {
	if t.page != nil {
		if plainASCII(src, 0, len(src)) {
			return append(dst, src...)
		}
		// The decoders of code pages replace what they cannot read and do not fail.
		text, _ := t.page.NewDecoder().Bytes(src)
		return append(dst, text...)
	}
	if !marked(src) {
		dst, _ = appendUTF16(dst, src, false)
		return dst
	}
	src = src[2:]
	for bytes := true; len(src) > 0; bytes = !bytes {
		if !bytes {
			dst, src = appendUTF16(dst, src, true)
			continue
		}
		end := 0
		for end < len(src) && src[end] != 0 {
			end++
		}
		dst = appendLatin1(dst, src[:end])
		src = src[min(end+1, len(src)):]
	}
	return dst
}

// reader turns a stream of stored text into UTF-8.
func (t *charset) reader(r io.Reader) io.Reader {
	if t.page != nil {
		return t.page.NewDecoder().Reader(r)
	}
	b := bufio.NewReader(r)
	if head, _ := b.Peek(2); marked(head) {
		b.Discard(2)
		return transform.NewReader(b, &unpacker{})
	}
	return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Reader(b)
}

// appendUTF16 appends UTF-16 text, and returns what follows it: nothing or, in a run, what
// follows the zero byte that ends the run. No character of a run has a zero as its first byte.
func appendUTF16(dst, src []byte, run bool) ([]byte, []byte) {
	for len(src) > 0 {
		if len(src) >= 16 && !run && binary.LittleEndian.Uint64(src)&wide == 0 {
			n := len(src)
			if dst, src = appendNarrow(dst, src); len(src) < n {
				continue
			}
		}
		if run && src[0] == 0 {
			return dst, src[1:]
		}
		if len(src) == 1 {
			return utf8.AppendRune(dst, utf8.RuneError), nil
		}
		u := rune(binary.LittleEndian.Uint16(src))
		src = src[2:]
		if u < utf8.RuneSelf {
			dst = append(dst, byte(u))
			continue
		}
		if utf16.IsSurrogate(u) {
			pair := rune(utf8.RuneError)
			if len(src) >= 2 {
				pair = utf16.DecodeRune(u, rune(binary.LittleEndian.Uint16(src)))
			}
			if u = pair; u != utf8.RuneError {
				src = src[2:]
			}
		}
		dst = utf8.AppendRune(dst, u)
	}
	return dst, nil
}

// wide are the bits of four UTF-16 characters of which ASCII has none.
const wide = 0xff80ff80ff80ff80

// appendNarrow appends the ASCII that src, UTF-16, starts with, as far as it goes in eights, or to the end, and
// returns the rest.
func appendNarrow(dst, src []byte) ([]byte, []byte) {
	at, chars := len(dst), len(src)/2
	dst = slices.Grow(dst, chars)[:at+chars]
	left, out := src, dst[at:]
	for len(left) >= 32 && len(out) >= 16 {
		a, b := binary.LittleEndian.Uint64(left), binary.LittleEndian.Uint64(left[8:])
		if (a|b)&wide != 0 {
			break
		}
		binary.LittleEndian.PutUint64(out, narrow(a)|narrow(b)<<32)
		a, b = binary.LittleEndian.Uint64(left[16:]), binary.LittleEndian.Uint64(left[24:])
		if (a|b)&wide != 0 {
			left, out = left[16:], out[8:]
			break
		}
		binary.LittleEndian.PutUint64(out[8:], narrow(a)|narrow(b)<<32)
		left, out = left[32:], out[16:]
	}
	for len(left) >= 16 && len(out) >= 8 {
		a, b := binary.LittleEndian.Uint64(left), binary.LittleEndian.Uint64(left[8:])
		if (a|b)&wide != 0 {
			break
		}
		binary.LittleEndian.PutUint64(out, narrow(a)|narrow(b)<<32)
		left, out = left[16:], out[8:]
	}
	if n := len(src); len(left) < 16 && n >= 16 && n%2 == 0 { // the last characters, with some before them once more
		a, b := binary.LittleEndian.Uint64(src[n-16:]), binary.LittleEndian.Uint64(src[n-8:])
		if (a|b)&wide == 0 {
			binary.LittleEndian.PutUint64(dst[at+chars-8:], narrow(a)|narrow(b)<<32)
			return dst, nil
		}
	}
	return dst[:at+chars-len(out)], left
}

// narrow packs four UTF-16 characters of ASCII into the four lowest bytes.
func narrow(v uint64) uint64 {
	v = (v | v>>8) & 0x0000ffff0000ffff
	return uint64(uint32(v | v>>16))
}

func appendLatin1(dst, src []byte) []byte {
	for _, b := range src {
		if b < utf8.RuneSelf {
			dst = append(dst, b)
		} else {
			dst = append(dst, 0xc0|b>>6, 0x80|b&0x3f)
		}
	}
	return dst
}

// Bytes looked at eight at a time: v has one that is zero or beyond ASCII when v|(v-ones) has one of the tops.
const ones, tops = 0x0101010101010101, 0x8080808080808080

// shortASCII reports whether the first n of the 16 bytes of a and b are from 01 to 7F.
func shortASCII(a, b uint64, n int) bool {
	over, under := uint(max(64-8*n, 0)), uint(min(128-8*n, 64)) // the rest is shifted out, and ones in
	a = a<<over | ones>>(64-over)
	b = b<<under | ones>>(64-under)
	return (a|(a-ones)|b|(b-ones))&tops == 0
}

// plainASCII reports whether data[start:end] holds only the bytes 01 to 7F.
func plainASCII(data []byte, start, end int) bool {
	n := end - start
	switch {
	case n <= 16 && start+16 <= len(data):
		return shortASCII(binary.LittleEndian.Uint64(data[start:]), binary.LittleEndian.Uint64(data[start+8:]), n)
	case n >= 16: // bytes in the middle may be seen twice
		a, b := binary.LittleEndian.Uint64(data[start:]), binary.LittleEndian.Uint64(data[start+8:])
		seen := a | (a - ones) | b | (b - ones)
		a, b = binary.LittleEndian.Uint64(data[end-16:]), binary.LittleEndian.Uint64(data[end-8:])
		seen |= a | (a - ones) | b | (b - ones)
		for at := start + 16; at < end-16; at += 8 {
			a = binary.LittleEndian.Uint64(data[at:])
			seen |= a | (a - ones)
		}
		return seen&tops == 0
	}
	for _, b := range data[start:end] {
		if b == 0 || b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// unpacker turns what follows the mark into UTF-8, piece by piece.
type unpacker struct{ run bool }

func (u *unpacker) Reset() { u.run = false }

func (u *unpacker) Transform(dst, src []byte, atEOF bool) (wrote, read int, err error) {
	for read < len(src) {
		if wrote+utf8.UTFMax > len(dst) {
			return wrote, read, transform.ErrShortDst
		}
		rest := src[read:]
		if rest[0] == 0 {
			u.run = !u.run
			read++
			continue
		}
		if !u.run {
			wrote = len(appendLatin1(dst[:wrote], rest[:1]))
			read++
			continue
		}
		size := 2
		if len(rest) >= 2 && rest[1]&0xfc == 0xd8 { // the first half of a pair
			size = 4
		}
		if len(rest) < size {
			if !atEOF {
				return wrote, read, transform.ErrShortSrc
			}
			size = min(len(rest), 2)
		}
		if size == 4 && rest[3]&0xfc != 0xdc {
			size = 2
		}
		text, _ := appendUTF16(dst[:wrote], rest[:size], false)
		wrote, read = len(text), read+size
	}
	return wrote, read, nil
}
