package jet

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// encode returns the stored form of a value given in its canonical text. The text of a memo is encoded the same; where it
// goes is the row's affair. An error tells why the column cannot hold the value, without telling the value.
func (c *Column) encode(text string) ([]byte, error) {
	switch c.Type {
	case Text:
		if n := len(utf16.Encode([]rune(text))); c.Size > 0 && n > c.Size {
			return nil, fmt.Errorf("the text has %d characters, the column holds %d", n, c.Size)
		}
		return c.encodeText(text)
	case Memo:
		return c.encodeText(text)
	case Byte:
		n, err := strconv.ParseUint(text, 10, 8)
		return []byte{byte(n)}, plainly(err)
	case Integer:
		n, err := strconv.ParseInt(text, 10, 16)
		return binary.LittleEndian.AppendUint16(nil, uint16(n)), plainly(err)
	case Long:
		n, err := strconv.ParseInt(text, 10, 32)
		return binary.LittleEndian.AppendUint32(nil, uint32(n)), plainly(err)
	case BigInt:
		n, err := strconv.ParseInt(text, 10, 64)
		return binary.LittleEndian.AppendUint64(nil, uint64(n)), plainly(err)
	case Single:
		f, err := strconv.ParseFloat(text, 32)
		return binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(f))), plainly(err)
	case Double:
		f, err := strconv.ParseFloat(text, 64)
		return binary.LittleEndian.AppendUint64(nil, math.Float64bits(f)), plainly(err)
	case Currency:
		n, err := scaled(text, 4)
		if err != nil {
			return nil, err
		}
		if !n.IsInt64() {
			return nil, fault("the number is outside the column's range")
		}
		return binary.LittleEndian.AppendUint64(nil, uint64(n.Int64())), nil
	case Numeric:
		return c.encodeNumeric(text)
	case DateTime:
		return encodeDate(text)
	case GUID:
		return encodeGUID(text)
	}
	return nil, fmt.Errorf("columns of type %s cannot be rewritten", c.Type)
}

// plainly keeps the value out of the error of a parser.
func plainly(err error) error {
	if err != nil {
		return fault("the value is not one that the column's type can hold")
	}
	return nil
}

// encodeText packs text that is worth it and that the column allows to be packed.
func (c *Column) encodeText(text string) ([]byte, error) {
	if c.text.page != nil {
		raw, err := c.text.page.NewEncoder().String(text)
		if err != nil {
			return nil, fault("the text has characters that the code page of the database lacks")
		}
		return []byte(raw), nil
	}
	units := utf16.Encode([]rune(text))
	packed := []byte{0xff, 0xfe}
	for _, u := range units {
		if u == 0 || u > 0xff {
			packed = nil
			break
		}
		packed = append(packed, byte(u))
	}
	if c.compress && packed != nil && len(units) > 2 && len(units) <= 1024 {
		return packed, nil
	}
	var raw []byte
	for _, u := range units {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	if marked(raw) {
		return nil, fault("the text begins with a byte order mark")
	}
	return raw, nil
}

// scaled returns a plain decimal times 10^scale, which must be whole.
func scaled(text string, scale int) (*big.Int, error) {
	whole, part, _ := strings.Cut(text, ".")
	if digits := strings.TrimLeft(whole+part, "-"); digits == "" || strings.Trim(digits, "0123456789") != "" || strings.Contains(part, "-") {
		return nil, fault("the value is not a plain decimal")
	}
	if len(part) > scale {
		if strings.Trim(part[scale:], "0") != "" {
			return nil, fault("the number has more decimals than the column holds")
		}
		part = part[:scale]
	}
	n, ok := new(big.Int).SetString(whole+part+strings.Repeat("0", scale-len(part)), 10)
	if !ok {
		return nil, fault("the value is not a plain decimal")
	}
	return n, nil
}

func (c *Column) encodeNumeric(text string) ([]byte, error) {
	n, err := scaled(text, c.Scale)
	if err != nil {
		return nil, err
	}
	raw := make([]byte, 17)
	if n.Sign() < 0 {
		raw[0] = 0x80
		n.Neg(n)
	}
	if digits := len(n.String()); c.precision > 0 && digits > c.precision || n.BitLen() > 128 {
		return nil, fault("the number is outside the column's range")
	}
	n.FillBytes(raw[1:])
	for i := 1; i < 17; i += 4 {
		binary.LittleEndian.PutUint32(raw[i:], binary.BigEndian.Uint32(raw[i:]))
	}
	return raw, nil
}

func encodeDate(text string) ([]byte, error) {
	t, err := time.Parse("2006-01-02T15:04:05", text)
	if err != nil {
		if t, err = time.Parse(time.DateOnly, text); err != nil {
			return nil, fault("the value is not a date in ISO form")
		}
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()
	seconds := t.Unix() - start
	days, rest := seconds/86400, seconds%86400
	if rest < 0 {
		days, rest = days-1, rest+86400
	}
	if days < firstDay || days > lastDay {
		return nil, fault("the date is outside the years 100 to 9999")
	}
	part := (float64(rest) + float64(t.Nanosecond())/1e9) / 86400
	v := float64(days) + part
	if days < 0 {
		v = float64(days) - part
	}
	return binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)), nil
}

func encodeGUID(text string) ([]byte, error) {
	raw, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || len(raw) != 16 || len(text) != 36 {
		return nil, fault("the value is not a GUID")
	}
	raw[0], raw[1], raw[2], raw[3] = raw[3], raw[2], raw[1], raw[0]
	raw[4], raw[5] = raw[5], raw[4]
	raw[6], raw[7] = raw[7], raw[6]
	return raw, nil
}
