package csvfile

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// encoded is how a file's bytes stand for its text.
type encoded struct {
	is   Encoding // Detect and UTF8 stand for themselves
	mark int      // the length of the byte order mark
}

func (e encoded) order() binary.ByteOrder {
	if e.is == UTF16BE {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// length returns how many bytes stand for so many of the decoded text, in UTF-8.
func (e encoded) length(raw []byte, decoded int) int {
	at := 0
	switch e.is {
	case UTF16LE, UTF16BE:
		for decoded > 0 && at < len(raw) {
			r, n := e.unit(raw[at:])
			at, decoded = at+n, decoded-utf8.RuneLen(r)
		}
	case Windows1252:
		for decoded > 0 && at < len(raw) {
			decoded -= utf8.RuneLen(charmap.Windows1252.DecodeByte(raw[at]))
			at++
		}
	default:
		at = decoded
	}
	return at
}

// unit returns the first character of UTF-16 text and how many bytes it takes.
func (e encoded) unit(raw []byte) (rune, int) {
	if len(raw) < 2 {
		return utf8.RuneError, len(raw)
	}
	r := rune(e.order().Uint16(raw))
	if !utf16.IsSurrogate(r) {
		return r, 2
	}
	if len(raw) >= 4 {
		if pair := utf16.DecodeRune(r, rune(e.order().Uint16(raw[2:]))); pair != utf8.RuneError {
			return pair, 4
		}
	}
	return utf8.RuneError, 2
}

// decode returns the text of a few bytes.
func (e encoded) decode(raw []byte) []byte {
	var text []byte
	switch e.is {
	case UTF16LE, UTF16BE:
		for len(raw) > 0 {
			r, n := e.unit(raw)
			text, raw = utf8.AppendRune(text, r), raw[n:]
		}
	case Windows1252:
		text = appendDecoded(nil, raw)
	default:
		text = raw
	}
	return text
}

// append appends a text in the encoding.
func (e encoded) append(dst []byte, text string) ([]byte, error) {
	switch e.is {
	case UTF16LE, UTF16BE:
		for _, unit := range utf16.Encode([]rune(text)) {
			var b [2]byte
			e.order().PutUint16(b[:], unit)
			dst = append(dst, b[:]...)
		}
		return dst, nil
	case Windows1252:
		for _, r := range text {
			b, ok := charmap.Windows1252.EncodeRune(r)
			if !ok {
				return nil, ErrEncoding
			}
			dst = append(dst, b)
		}
		return dst, nil
	}
	return append(dst, text...), nil
}

// textOf returns a text of the file's own, such as its delimiter, in its encoding.
func (e encoded) textOf(text string) []byte {
	b, _ := e.append(nil, text)
	return b
}

// inUTF8 returns a line that is not valid UTF-8 as what it is in Windows-1252.
func (r *Reader) inUTF8(line []byte) []byte {
	if !r.mixed || utf8.Valid(line) {
		return line
	}
	r.text = appendDecoded(r.text[:0], line)
	return r.text
}

// cellsInUTF8 does so for a row that was split already.
func (r *Reader) cellsInUTF8() {
	r.text = r.text[:0]
	for i, c := range r.row.cells {
		from := len(r.text)
		r.text = appendDecoded(r.text, c)
		r.row.cells[i] = r.text[from:len(r.text):len(r.text)]
	}
}

func appendDecoded(dst, text []byte) []byte {
	for _, b := range text {
		dst = utf8.AppendRune(dst, charmap.Windows1252.DecodeByte(b))
	}
	return dst
}
