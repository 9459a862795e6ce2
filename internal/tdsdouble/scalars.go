package tdsdouble

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash/fnv"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"dossier/internal/tdsdouble/value"
)

// textFunctions are the string functions; characters are UTF-16 code units, as in nvarchar.
var textFunctions = map[string]scalar{
	"tds_len": strict(1, func(a []any) (any, error) {
		return int64(value.Units(strings.TrimRight(str(a[0]), " "))), nil
	}),
	"tds_datalength": strict(2, func(a []any) (any, error) {
		t, err := cachedType(a[1])
		if err != nil {
			return nil, err
		}
		switch x := a[0].(type) {
		case []byte:
			return int64(len(x)), nil
		case string:
			if t.Kind.IsUnicode() {
				return int64(2 * value.Units(x)), nil
			}
			if t.Kind.IsText() {
				return int64(len(value.ToCodePage(x))), nil
			}
		}
		return int64(t.MaxLength()), nil
	}),
	"tds_lower":   strict(1, func(a []any) (any, error) { return strings.Map(unicode.ToLower, str(a[0])), nil }),
	"tds_upper":   strict(1, func(a []any) (any, error) { return strings.Map(unicode.ToUpper, str(a[0])), nil }),
	"tds_ltrim":   strict(1, func(a []any) (any, error) { return strings.TrimLeft(str(a[0]), " "), nil }),
	"tds_rtrim":   strict(1, func(a []any) (any, error) { return strings.TrimRight(str(a[0]), " "), nil }),
	"tds_trim":    strict(1, func(a []any) (any, error) { return strings.Trim(str(a[0]), " "), nil }),
	"tds_reverse": strict(1, func(a []any) (any, error) { return reversed(str(a[0])), nil }),
	"tds_left": strict(2, func(a []any) (any, error) {
		n, err := length(a[1], "left")
		return value.Cut(str(a[0]), n), err
	}),
	"tds_right": strict(2, func(a []any) (any, error) {
		n, err := length(a[1], "right")
		s := str(a[0])
		return between(s, value.Units(s)-n+1, n), err
	}),
	"tds_substring": strict(3, func(a []any) (any, error) {
		n, err := length(a[2], "substring")
		start, _ := a[1].(int64)
		return between(str(a[0]), int(start), n), err
	}),
	"tds_substring_binary": strict(3, func(a []any) (any, error) {
		n, err := length(a[2], "substring")
		if err != nil {
			return nil, err
		}
		data, _ := a[0].([]byte)
		start, _ := a[1].(int64)
		from, to := max(start, 1)-1, start-1+int64(n)
		from, to = min(from, int64(len(data))), min(to, int64(len(data)))
		return data[from:max(from, to)], nil
	}),
	"tds_replicate": strict(2, func(a []any) (any, error) {
		n, _ := a[1].(int64)
		if n < 0 {
			return nil, nil
		}
		s := str(a[0])
		return strings.Repeat(s, min(int(n), 8000/max(1, len(s)))), nil
	}),
	"tds_stuff": fn(4, func(a []any) (any, error) {
		start, ok1 := a[1].(int64)
		n, ok2 := a[2].(int64)
		s, ok3 := a[0].(string)
		size := int64(value.Units(s))
		if !ok1 || !ok2 || !ok3 || start < 1 || start > size || n < 0 {
			return nil, nil
		}
		return between(s, 1, int(start-1)) + str(a[3]) + between(s, int(start+n), int(size)), nil
	}),
	"tds_translate": strict(3, func(a []any) (any, error) {
		from, to := []rune(str(a[1])), []rune(str(a[2]))
		if len(from) != len(to) {
			return nil, value.Errorf(9828, 16, 1, "The second and third arguments of the TRANSLATE built-in function must contain an equal number of characters.")
		}
		return strings.Map(func(r rune) rune {
			for i, f := range from {
				if f == r {
					return to[i]
				}
			}
			return r
		}, str(a[0])), nil
	}),
	"tds_replace": strict(4, func(a []any) (any, error) {
		c, err := cachedCollation(a[3])
		if err != nil {
			return nil, err
		}
		return replaceAll(c, str(a[0]), str(a[1]), str(a[2])), nil
	}),
	"tds_charindex": strict(4, func(a []any) (any, error) {
		c, err := cachedCollation(a[3])
		if err != nil {
			return nil, err
		}
		start, _ := a[2].(int64)
		return charIndexOf(c, str(a[0]), str(a[1]), int(start)), nil
	}),
	"tds_unicode": strict(1, func(a []any) (any, error) {
		u := utf16.Encode([]rune(str(a[0])))
		if len(u) == 0 {
			return nil, nil
		}
		return int64(u[0]), nil
	}),
	"tds_ascii": strict(1, func(a []any) (any, error) {
		b := value.ToCodePage(str(a[0]))
		if len(b) == 0 {
			return nil, nil
		}
		return int64(b[0]), nil
	}),
	"tds_quotename": strict(1, func(a []any) (any, error) {
		s := str(a[0])
		if value.Units(s) > 128 {
			return nil, nil
		}
		return "[" + strings.ReplaceAll(s, "]", "]]") + "]", nil
	}),
	"tds_nchar": strict(1, func(a []any) (any, error) {
		n, _ := a[0].(int64)
		if n < 0 || n > 0xFFFF {
			return nil, nil
		}
		return string(rune(n)), nil
	}),
	"tds_char": strict(1, func(a []any) (any, error) {
		n, _ := a[0].(int64)
		if n < 0 || n > 255 {
			return nil, nil
		}
		return value.FromCodePage([]byte{byte(n)}), nil
	}),
	"tds_space": strict(1, func(a []any) (any, error) {
		n, _ := a[0].(int64)
		if n < 0 {
			return nil, nil
		}
		return strings.Repeat(" ", int(min(n, 8000))), nil
	}),
	"tds_concat": fn(-1, func(a []any) (any, error) {
		var b strings.Builder
		for _, v := range a {
			b.WriteString(str(v))
		}
		return b.String(), nil
	}),
	"tds_concat_ws": fn(-1, func(a []any) (any, error) {
		var parts []string
		for _, v := range a[1:] {
			if v != nil {
				parts = append(parts, str(v))
			}
		}
		return strings.Join(parts, str(a[0])), nil
	}),
	"tds_isnumeric": fn(1, func(a []any) (any, error) {
		s := strings.TrimSpace(str(a[0]))
		_, ok := value.ParseDec(s)
		if f, err := strconv.ParseFloat(s, 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) && !strings.ContainsAny(s, "xX_") {
			ok = true
		}
		return flag(ok), nil
	}),
}

var otherFunctions = map[string]scalar{
	"tds_abs": strict(3, func(a []any) (any, error) { return sign(a, func(neg bool) bool { return neg }) }),
	"tds_ceiling": strict(3, func(a []any) (any, error) {
		return whole(a, math.Ceil, func(d value.Dec) bool { return d.Unscaled.Sign() > 0 })
	}),
	"tds_floor": strict(3, func(a []any) (any, error) {
		return whole(a, math.Floor, func(d value.Dec) bool { return d.Unscaled.Sign() < 0 })
	}),
	"tds_round": strict(3, func(a []any) (any, error) {
		t, err := cachedType(a[2])
		if err != nil {
			return nil, err
		}
		n, _ := a[1].(int64)
		switch x := a[0].(type) {
		case float64:
			p := math.Pow(10, float64(n))
			return math.Round(x*p) / p, nil
		case string:
			d, _ := value.ParseDec(x)
			if n < 0 {
				return nil, value.Unsupported("ROUND to the left of the point")
			}
			return d.Rescale(min(int(n), int(t.Scale)), false).Rescale(int(t.Scale), false).String(), nil
		}
		if n < 0 {
			return nil, value.Unsupported("ROUND to the left of the point")
		}
		return a[0], nil
	}),
	"tds_checksum":        fn(-1, func(a []any) (any, error) { return checksumOf(a, true) }),
	"tds_binary_checksum": fn(-1, func(a []any) (any, error) { return checksumOf(a, false) }),
	"tds_hashbytes": strict(3, func(a []any) (any, error) {
		t, err := cachedType(a[2])
		if err != nil {
			return nil, err
		}
		data, _ := a[1].([]byte)
		if s, ok := a[1].(string); ok {
			if data = value.ToCodePage(s); t.Kind.IsUnicode() {
				data = value.UTF16Bytes(s)
			}
		}
		switch strings.ToUpper(str(a[0])) {
		case "SHA2_256":
			h := sha256.Sum256(data)
			return h[:], nil
		case "SHA2_512":
			h := sha512.Sum512(data)
			return h[:], nil
		case "SHA1", "SHA":
			h := sha1.Sum(data)
			return h[:], nil
		case "MD5":
			h := md5.Sum(data)
			return h[:], nil
		}
		return nil, nil
	}),
	"tds_datepart": strict(2, func(a []any) (any, error) {
		s, err := value.ParseStamp(str(a[1]))
		if err != nil {
			return nil, err
		}
		return partOf(str(a[0]), s.Time)
	}),
	"tds_dateadd":  strict(4, dateAdd),
	"tds_datediff": strict(3, dateDiff),
}

// freeFunctions give another answer at every call.
var freeFunctions = map[string]scalar{
	"tds_session": fn(-1, ask),
	"tds_newid": fn(0, func([]any) (any, error) {
		b := make([]byte, 16)
		if _, err := rand.Read(b); err != nil {
			return nil, err
		}
		b[7], b[8] = b[7]&0x0F|0x40, b[8]&0x3F|0x80
		return value.GUIDString(b), nil
	}),
}

func length(v any, name string) (int, error) {
	n, _ := v.(int64)
	if n < 0 {
		return 0, value.Errorf(537, 16, 2, "Invalid length parameter passed to the %s function.", strings.ToUpper(name))
	}
	return int(min(n, math.MaxInt32)), nil
}

// between takes n code units from the start-th on, counting from one; a start before the text eats into n.
func between(s string, start, n int) string {
	if start < 1 {
		n += start - 1
		start = 1
	}
	u := utf16.Encode([]rune(s))
	if n <= 0 || start > len(u) {
		return ""
	}
	u = u[start-1:]
	return string(utf16.Decode(u[:min(n, len(u))]))
}

func reversed(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

// findText looks for needle from the i-th character on: a stretch of the text that the collation finds equal.
// It returns the stretch in runes, -1 when there is none.
func findText(c value.Collation, text, needle []rune, from int) (start, end int) {
	if len(needle) == 0 {
		return -1, -1
	}
	want := c.Stretch(string(needle))
	for i := from; i < len(text); i++ {
		for j := i + 1; j <= len(text) && j-i <= 2*len(needle)+1; j++ {
			if c.Stretch(string(text[i:j])) == want {
				return i, j
			}
		}
	}
	return -1, -1
}

func replaceAll(c value.Collation, s, old, new string) string {
	text, needle := []rune(s), []rune(old)
	var out []rune
	at := 0
	for {
		i, j := findText(c, text, needle, at)
		if i < 0 {
			return string(append(out, text[at:]...))
		}
		out = append(append(out, text[at:i]...), []rune(new)...)
		at = j
	}
}

func charIndexOf(c value.Collation, needle, s string, start int) int64 {
	text := []rune(s)
	from, units := 0, 1
	for from < len(text) && units < start {
		units += len(utf16.Encode(text[from : from+1]))
		from++
	}
	i, _ := findText(c, text, []rune(needle), from)
	if i < 0 {
		return 0
	}
	return int64(value.Units(string(text[:i]))) + 1
}

func sign(a []any, flip func(negative bool) bool) (any, error) {
	switch x := a[0].(type) {
	case int64:
		if flip(x < 0) {
			return arith("-", int64(0), x, mustType(a[1]))
		}
	case float64:
		if flip(x < 0) {
			return -x, nil
		}
	case string:
		if flip(strings.HasPrefix(x, "-")) {
			return strings.TrimPrefix(x, "-"), nil
		}
	}
	return a[0], nil
}

func mustType(decl any) value.Type {
	t, err := cachedType(decl)
	if err != nil {
		return intType
	}
	return t
}

// whole rounds to an integer: floats by f, decimals away from zero when up says so and a fraction is lost.
func whole(a []any, f func(float64) float64, up func(value.Dec) bool) (any, error) {
	switch x := a[0].(type) {
	case float64:
		return f(x), nil
	case string:
		d, _ := value.ParseDec(x)
		t := mustType(a[2])
		cut := d.Rescale(0, true)
		if cut.Cmp(d) != 0 && up(d) {
			step := int64(1)
			if d.Unscaled.Sign() < 0 {
				step = -1
			}
			cut.Unscaled.Add(cut.Unscaled, intOf(step))
		}
		return cut.Rescale(int(t.Scale), false).String(), nil
	}
	return a[0], nil
}

// checksumOf sums pairs of a value and the collation that folds it. The numbers are not those of SQL Server;
// equal values have equal sums, which is all that is documented.
func checksumOf(a []any, fold bool) (any, error) {
	h := fnv.New32a()
	for i := 0; i+1 < len(a); i += 2 {
		v := a[i]
		if s, ok := v.(string); ok && a[i+1] != "" && fold {
			c, err := cachedCollation(a[i+1])
			if err != nil {
				return nil, err
			}
			v = c.Key(s)
		}
		fmt.Fprintf(h, "%T|%v|", v, v)
	}
	return int64(int32(h.Sum32())), nil
}

func init() {
	for _, m := range []map[string]scalar{textFunctions, otherFunctions} {
		for name, f := range m {
			scalarFunctions[name] = f
		}
	}
}
