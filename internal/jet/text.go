package jet

import (
	"bufio"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// A charset turns stored text into UTF-8.
type charset interface {
	// append appends the text of src to dst. Bytes that encode nothing become U+FFFD.
	append(dst, src []byte) []byte
	// share returns src, or a part of it, when that already is the text in UTF-8.
	share(src []byte) ([]byte, bool)
	// reader turns a stream of stored bytes into one of UTF-8.
	reader(r io.Reader) io.Reader
}

// unicodeText is the text of Jet 4 and ACE: UTF-16, or, after the mark FF FE, runs of single bytes (the
// characters below U+0100) and of UTF-16 in turn, starting with bytes; a zero byte ends a run.
type unicodeText struct{}

func marked(src []byte) bool { return len(src) >= 2 && src[0] == 0xff && src[1] == 0xfe }

func (unicodeText) share(src []byte) ([]byte, bool) {
	if len(src) == 0 {
		return src, true
	}
	if marked(src) && plainASCII(src[2:]) {
		return src[2:], true
	}
	return nil, false
}

func (unicodeText) append(dst, src []byte) []byte {
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

// appendUTF16 appends UTF-16 text, and returns what follows it: nothing or, in a run, what
// follows the zero byte that ends the run. No character of a run has a zero as its first byte.
func appendUTF16(dst, src []byte, run bool) ([]byte, []byte) {
	for len(src) > 0 {
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

// plainASCII reports whether src holds only the bytes 01 to 7F.
func plainASCII(src []byte) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for len(src) >= 8 {
		if v := binary.LittleEndian.Uint64(src); (v|(v-ones))&tops != 0 {
			return false
		}
		src = src[8:]
	}
	for _, b := range src {
		if b == 0 || b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// bytesText is the text of Jet 3: one code page.
type bytesText struct{ encoding.Encoding }

func (bytesText) share(src []byte) ([]byte, bool) { return src, plainASCII(src) }

func (t bytesText) append(dst, src []byte) []byte {
	if m, ok := t.Encoding.(*charmap.Charmap); ok {
		for _, b := range src {
			dst = utf8.AppendRune(dst, m.DecodeByte(b))
		}
		return dst
	}
	// The decoders of x/text replace what they cannot read and never fail.
	text, _ := t.NewDecoder().Bytes(src)
	return append(dst, text...)
}

// codePage is the charset of a Windows code page; an unknown one is taken for Western European.
func codePage(number uint16) charset {
	pages := map[uint16]encoding.Encoding{
		874: charmap.Windows874, 1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252,
		1253: charmap.Windows1253, 1254: charmap.Windows1254, 1255: charmap.Windows1255, 1256: charmap.Windows1256,
		1257: charmap.Windows1257, 1258: charmap.Windows1258, 932: japanese.ShiftJIS, 936: simplifiedchinese.GBK,
		949: korean.EUCKR, 950: traditionalchinese.Big5, 10000: charmap.Macintosh,
	}
	if e, ok := pages[number]; ok {
		return bytesText{e}
	}
	return bytesText{charmap.Windows1252}
}

func (t bytesText) reader(r io.Reader) io.Reader { return t.NewDecoder().Reader(r) }

func (unicodeText) reader(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	if head, _ := b.Peek(2); marked(head) {
		b.Discard(2)
		return transform.NewReader(b, &unpacker{})
	}
	return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Reader(b)
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
