package sqldb

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// cell receives one column of the rows of a query, into a buffer that it uses again for the next row.
type cell struct {
	c     *column
	d     dialect
	value connectors.Value
	buf   []byte
}

// Scan implements sql.Scanner.
func (x *cell) Scan(src any) error {
	if src == nil {
		x.value = connectors.Null
		return nil
	}
	x.buf = x.buf[:0]
	if err := x.d.decode(x, src); err != nil {
		return fmt.Errorf("field %s of type %s: %w", x.c.name, x.c.native, err)
	}
	return nil
}

// text sets the cell's value to what has been written into its buffer.
func (x *cell) text() { x.value = connectors.Bytes(x.buf) }

// appendText appends a driver's value as text.
func appendText(dst []byte, src any) ([]byte, error) {
	switch v := src.(type) {
	case []byte:
		return append(dst, v...), nil
	case string:
		return append(dst, v...), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case int32:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case uint64:
		return strconv.AppendUint(dst, v, 10), nil
	case float64:
		return strconv.AppendFloat(dst, v, 'f', -1, 64), nil
	case float32:
		return strconv.AppendFloat(dst, float64(v), 'f', -1, 32), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	}
	return dst, fmt.Errorf("the driver gave a %T", src)
}

// setText sets the value to text as people wrote it: without the padding of char(n), and read as
// Windows-1252 where it is no UTF-8.
func (x *cell) setText(src any) error {
	var err error
	if x.buf, err = appendText(x.buf, src); err != nil {
		return err
	}
	if x.c.padded {
		x.buf = bytes.TrimRight(x.buf, " ")
	}
	if !utf8.Valid(x.buf) {
		x.buf = appendWindows1252(nil, x.buf)
	}
	x.text()
	return nil
}

func appendWindows1252(dst, src []byte) []byte {
	for _, c := range src {
		r := charmap.Windows1252.DecodeByte(c)
		if r == utf8.RuneError {
			r = rune(c)
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// setFloat sets the value to the shortest text of a floating point number, reading text with an exponent.
func (x *cell) setFloat(src any, bits int) error {
	switch v := src.(type) {
	case float64:
		x.buf = strconv.AppendFloat(x.buf, v, 'f', -1, bits)
	default:
		var err error
		if x.buf, err = appendText(x.buf, src); err != nil {
			return err
		}
		f, err := strconv.ParseFloat(string(x.buf), bits)
		if err != nil {
			return errors.New("is no number")
		}
		x.buf = strconv.AppendFloat(x.buf[:0], f, 'f', -1, bits)
	}
	x.text()
	return nil
}

// setHex sets the value to binary canonical text.
func (x *cell) setHex(b []byte) {
	x.buf = hex.AppendEncode(append(x.buf, "0x"...), b)
	x.text()
}

// setStream sets the value to a stream, from text written SIZE:SHA256.
func (x *cell) setStream(src any) error {
	var err error
	if x.buf, err = appendText(x.buf, src); err != nil {
		return err
	}
	size, sum, _ := bytes.Cut(x.buf, []byte{':'})
	n, err := strconv.ParseInt(string(size), 10, 64)
	var digest [32]byte
	if m, e := hex.Decode(digest[:], sum); err != nil || e != nil || m != len(digest) {
		return errors.New("the server gave no size and checksum")
	}
	x.value = connectors.Stream(n, digest)
	return nil
}

// setTime sets the value to canonical text of the column's type from a time in UTC or with its own offset.
func (x *cell) setTime(t time.Time) {
	layout := map[compare.Type]string{compare.Day: "2006-01-02", compare.Clock: "15:04:05.999999999",
		compare.DateTime: "2006-01-02T15:04:05.999999999", compare.Instant: "2006-01-02T15:04:05.999999999Z07:00"}[x.c.typ]
	x.buf = t.AppendFormat(x.buf, layout)
	x.text()
}

// trimFraction takes the zeros at the end of a fraction of a second off: 15:04:05.500000 is 15:04:05.5.
func trimFraction(b []byte) []byte {
	if bytes.IndexByte(b, '.') < 0 {
		return b
	}
	return bytes.TrimRight(bytes.TrimRight(b, "0"), ".")
}
