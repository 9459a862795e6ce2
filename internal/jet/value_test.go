package jet

import (
	"encoding/binary"
	"encoding/hex"
	"io"
	"math"
	"strings"
	"testing"
)

func TestNumbers(t *testing.T) {
	numeric := func(negative bool, hi, lo uint64) []byte {
		words := make([]byte, 17)
		if negative {
			words[0] = 0x80
		}
		for i, w := range []uint32{uint32(hi >> 32), uint32(hi), uint32(lo >> 32), uint32(lo)} {
			binary.LittleEndian.PutUint32(words[1+4*i:], w)
		}
		return words
	}
	le := func(v uint64) []byte { return binary.LittleEndian.AppendUint64(nil, v) }
	single := func(f float32) []byte { return binary.LittleEndian.AppendUint32(nil, math.Float32bits(f)) }
	double := func(f float64) []byte { return le(math.Float64bits(f)) }
	for _, c := range []struct {
		name string
		col  Column
		raw  []byte
		want string
	}{
		{"byte is unsigned", Column{Type: Byte}, []byte{200}, "200"},
		{"integer", Column{Type: Integer}, []byte{0xff, 0xff}, "-1"},
		{"long", Column{Type: Long}, []byte{0, 0, 0, 0x80}, "-2147483648"},
		{"big integer", Column{Type: BigInt}, le(1 << 63), "-9223372036854775808"},
		{"money", Column{Type: Currency}, le(546500), "54.65"},
		{"money below zero", Column{Type: Currency}, le(math.MaxUint64), "-0.0001"},
		{"whole money", Column{Type: Currency}, le(1000000), "100"},
		{"money with a zero inside", Column{Type: Currency}, le(10500), "1.05"},
		{"least money", Column{Type: Currency}, le(1 << 63), "-922337203685477.5808"},
		{"no money", Column{Type: Currency}, le(0), "0"},
		{"numeric", Column{Type: Numeric, Scale: 2}, numeric(false, 0, 8745), "87.45"},
		{"numeric below one", Column{Type: Numeric, Scale: 6}, numeric(true, 0, 12), "-0.000012"},
		{"numeric without decimals", Column{Type: Numeric}, numeric(false, 0, 100), "100"},
		{"numeric of 28 digits", Column{Type: Numeric, Scale: 28}, numeric(false, 542101086, 4477988020393345023), "0.9999999999999999999999999999"},
		{"numeric minus zero", Column{Type: Numeric, Scale: 2}, numeric(true, 0, 0), "0"},
		{"single", Column{Type: Single}, single(0.1), "0.1"},
		{"double", Column{Type: Double}, double(0.1), "0.1"},
		{"double of 17 digits", Column{Type: Double}, double(0.30000000000000004), "0.30000000000000004"},
		{"large double", Column{Type: Double}, double(1e21), "1000000000000000000000"},
		{"double minus zero", Column{Type: Double}, double(math.Copysign(0, -1)), "0"},
		{"GUID", Column{Type: GUID}, []byte{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 0xff}, "00010203-0405-0607-0809-0a0b0c0d0eff"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.col.appendValue([]byte("before "), c.raw)
			if err != nil || string(got) != "before "+c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
			if _, err := c.col.appendValue(nil, c.raw[:len(c.raw)-1]); err == nil {
				t.Error("a value that is cut short was read")
			}
		})
	}
}

func TestCalculatedNumerics(t *testing.T) {
	for _, c := range []struct{ name, raw, want string }{
		{"one word", "0600" + "02" + "80" + "29220000", "-87.45"},
		{"two words", "0a00" + "00" + "00" + "0000000001000000", "4294967296"},
		{"three words", "0e00" + "00" + "00" + "01000000" + "0000000000000000", "18446744073709551616"},
		{"four words", "1200" + "01" + "00" + "0000000000000000" + "0a00000000000000", "1"},
		{"nothing", "0200" + "00" + "00", "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw, _ := hex.DecodeString(c.raw)
			if got, err := appendCalculatedNumeric(nil, raw); err != nil || string(got) != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct {
		name string
		days float64
		want string
	}{
		{"first day", 0, "1899-12-30"},
		{"a time alone", 0.25, "1899-12-30T06:00:00"},
		{"a day of the unix age", 25569, "1970-01-01"},
		{"a second", 43831 + 1/86400.0, "2020-01-01T00:00:01"},
		{"the last second", 43831 - 1/86400.0, "2019-12-31T23:59:59"},
		{"leap day", 36585, "2000-02-29"},
		{"no leap day in 1900", 61, "1900-03-01"},
		{"milliseconds", 43831 + 0.5/86400, "2020-01-01T00:00:00.5"},
		{"rounds up to midnight", 43831 - 0.0004/86400, "2020-01-01"},
		{"the day before the first", -1, "1899-12-29"},
		{"before the first, time counts forward", -1.25, "1899-12-29T06:00:00"},
		{"just before the first day", -0.25, "1899-12-30T06:00:00"},
		{"an old date", -115858, "1582-10-15"},
		{"first of all", -657434, "0100-01-01"},
		{"last of all", 2958465, "9999-12-31"},
		{"last moment", 2958465.999988426, "9999-12-31T23:59:59"},
		{"too late", 2958466, ""},
		{"too early", -657435, ""},
		{"not a number", math.NaN(), ""},
		{"without end", math.Inf(1), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := appendDate(nil, math.Float64bits(c.days))
			if (err != nil) != (c.want == "") || string(got) != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestExtendedDates(t *testing.T) {
	for _, c := range []struct{ name, raw, want string }{
		{"a moment", "0000000000000737954:0000000819123456789:7\x00", "2021-06-14T22:45:12.3456789"},
		{"midnight", "0000000000000737954:0000000000000000000:7\x00", "2021-06-14"},
		{"first day", "0000000000000000000:0000000000000000000:7\x00", "0001-01-01"},
		{"last day", "0000000000003652058:0000000863999999999:7\x00", "9999-12-31T23:59:59.9999999"},
		{"too late", "0000000000003652059:0000000000000000000:7\x00", ""},
		{"more than a day", "0000000000000000000:0000000864000000000:7\x00", ""},
		{"not a digit", "00000000000007379x4:0000000819123456789:7\x00", ""},
		{"without a colon", "0000000000000737954;0000000819123456789:7\x00", ""},
		{"far too large", "9999999999999999999:9999999999999999999:7\x00", ""},
		{"cut short", "0000000000000737954:", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := appendExtendedDate(nil, []byte(c.raw))
			if (err != nil) != (c.want == "") || string(got) != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		name string
		text *charset
		raw  string
		want string
	}{
		{"empty", unicodeText, "", ""},
		{"UTF-16", unicodeText, "A\x00\x41\x01", "AŁ"},
		{"UTF-16 of ASCII in fours", unicodeText, "F\x00a\x00t\x00i\x00m\x00a\x00", "Fatima"},
		{"packed", unicodeText, "\xff\xfeBegum", "Begum"},
		{"packed and empty", unicodeText, "\xff\xfe", ""},
		{"packed Latin 1", unicodeText, "\xff\xfeZo\xeb", "Zoë"},
		{"a run inside", unicodeText, "\xff\xfea\x00\x41\x01\x00b", "aŁb"},
		{"ASCII inside a run", unicodeText, "\xff\xfe\x00\x41\x01A\x00\x42\x01\x00z", "ŁAłz"},
		{"ends in a run", unicodeText, "\xff\xfea\x00\x41\x01", "aŁ"},
		{"pair of surrogates", unicodeText, "\x3d\xd8\x00\xde!\x00", "😀!"},
		{"pair inside a run", unicodeText, "\xff\xfea\x00\x3d\xd8\x01\xde\x00b", "a😁b"},
		{"half a pair", unicodeText, "\x3d\xd8a\x00", "\ufffda"},
		{"an odd byte", unicodeText, "a\x00b", "a\ufffd"},
		{"right to left", unicodeText, "\xe9\x05\xd5\x05", "\u05e9\u05d5"},
		{"code page", codePage(1252), "Zo\xeb \x80", "Zoë €"},
		{"Cyrillic code page", codePage(1251), "\xcc\xe8\xf0", "Мир"},
		{"Japanese code page", codePage(932), "\x8a\xbf\x8e\x9a", "漢字"},
		{"unknown code page", codePage(7), "\xeb", "ë"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(c.text.append(nil, []byte(c.raw))); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if shared, ok := c.text.share([]byte(c.raw), 0, len(c.raw)); ok && string(shared) != c.want {
				t.Errorf("shared %q, want %q", shared, c.want)
			}
			var b strings.Builder
			if _, err := io.Copy(&b, c.text.reader(strings.NewReader(c.raw))); err != nil || b.String() != c.want {
				t.Errorf("streamed %q, %v; want %q", b.String(), err, c.want)
			}
		})
	}
}

// Keys sort as their values do, false after true.
func TestKeysOfBooleans(t *testing.T) {
	c := Column{Type: Boolean}
	for _, k := range []struct {
		raw        byte
		descending bool
		want       string
	}{{0, false, "7f00"}, {0xff, false, "7fff"}, {0, true, "80ff"}, {0xff, true, "8000"}} {
		got, err := c.keyPart([]byte{k.raw}, k.descending, nil)
		if err != nil || hex.EncodeToString(got) != k.want {
			t.Errorf("%x, descending %t: %x, %v; want %s", k.raw, k.descending, got, err, k.want)
		}
	}
}
