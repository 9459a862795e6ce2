package value

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// The SQLite collations of types that are stored as text but do not compare as text.
const (
	DecimalOrder = "tds_decimal"
	GUIDOrder    = "tds_guid"
	InstantOrder = "tds_instant"
)

// codePageSuffix marks the SQLite collation of varchar: under the SQL_ collations, varchar follows other
// rules than nvarchar.
const codePageSuffix = ":varchar"

// Collation is a SQL Server collation. It follows the documented rules of equality (case, accents, width,
// trailing spaces, characters without weight); the order of unequal strings is plain, by base letter, then
// accents, then case, and does not skip hyphens as Windows does.
type Collation struct {
	Name       string
	Binary     bool // _BIN, _BIN2: code units, trailing spaces still ignored
	FoldCase   bool // _CI
	FoldAccent bool // _AI
	codePage   bool // varchar under a SQL_ collation: no expansions, no ignored characters
	weightless bool // version 80: supplementary characters have no weight, so they equal nothing at all
}

var collationNames = []string{
	"SQL_Latin1_General_CP1_CI_AS", "SQL_Latin1_General_CP1_CS_AS", "SQL_Latin1_General_CP1_CI_AI",
	"Latin1_General_CI_AS", "Latin1_General_CS_AS", "Latin1_General_CI_AI", "Latin1_General_CS_AI",
	"Latin1_General_BIN", "Latin1_General_BIN2",
	"Latin1_General_100_CI_AS", "Latin1_General_100_CS_AS", "Latin1_General_100_CI_AI",
	"Latin1_General_100_CS_AI", "Latin1_General_100_BIN2",
	"Latin1_General_100_CI_AS_SC", "Latin1_General_100_CI_AI_SC",
}

// FindCollation looks a collation up by its name, in any case.
func FindCollation(name string) (Collation, bool) {
	base, codePage := strings.CutSuffix(name, codePageSuffix)
	for _, n := range collationNames {
		if !strings.EqualFold(n, base) {
			continue
		}
		return Collation{
			Name:       n,
			Binary:     strings.Contains(n, "_BIN"),
			FoldCase:   strings.Contains(n, "_CI"),
			FoldAccent: strings.Contains(n, "_AI"),
			codePage:   codePage && strings.HasPrefix(n, "SQL_"),
			weightless: !strings.Contains(n, "_100_"),
		}, true
	}
	return Collation{}, false
}

// Orders returns every comparison that SQLite needs, by the name that [Type.Collate] gives.
func Orders() map[string]func(a, b string) int {
	m := map[string]func(a, b string) int{
		DecimalOrder: compareDecimals,
		GUIDOrder:    func(a, b string) int { return bytes.Compare(guidOrder(a), guidOrder(b)) },
		InstantOrder: func(a, b string) int { return strings.Compare(instant(a), instant(b)) },
	}
	for _, n := range collationNames {
		for _, name := range []string{n, n + codePageSuffix} {
			c, _ := FindCollation(name)
			m[name] = c.Compare
		}
	}
	return m
}

// Compare orders two strings; 0 is equality in the sense of the = operator.
func (c Collation) Compare(a, b string) int {
	if a == b {
		return 0
	}
	if c.Binary {
		return slices.Compare(utf16.Encode([]rune(strings.TrimRight(a, " "))), utf16.Encode([]rune(strings.TrimRight(b, " "))))
	}
	return strings.Compare(c.Key(a), c.Key(b))
}

// Key is equal for strings that the = operator finds equal.
func (c Collation) Key(s string) string {
	s = strings.TrimRight(s, " ")
	if c.Binary {
		return s
	}
	if isASCII(s) && !strings.Contains(s, "\x00") {
		low := strings.ToLower(s)
		if c.FoldCase {
			return low + "\x01"
		}
		return low + "\x01\x01" + swapCase(s)
	}
	base, accents, cased := c.weights(s)
	return c.join(strings.TrimRight(base, " "), accents, cased)
}

// Stretch is equal for pieces of text that a search finds equal, trailing spaces regarded; empty for text
// without weight.
func (c Collation) Stretch(s string) string { return c.element(s) }

// element is the key of one character with its marks, as LIKE compares it; empty for one without weight.
func (c Collation) element(s string) string {
	if c.Binary {
		return s
	}
	if len(s) == 1 && s[0] > 0 && s[0] < 0x80 && c.FoldCase {
		return asciiElements[s[0]]
	}
	base, accents, cased := c.weights(s)
	if base == "" && accents == "" {
		return ""
	}
	return c.join(base, accents, cased)
}

// asciiElements are the keys of single ASCII characters under every collation that folds case.
var asciiElements = func() (keys [0x80]string) {
	for i := range keys {
		keys[i] = strings.ToLower(string(rune(i))) + "\x01"
	}
	return keys
}()

func (c Collation) join(base, accents, cased string) string {
	key := base + "\x01" + accents
	if !c.FoldCase {
		key += "\x01" + cased
	}
	return key
}

// weights splits text into what tells letters, accents and cases apart; accents is empty where none is.
func (c Collation) weights(s string) (letters, marks, cases string) {
	if !c.codePage {
		s = width.Fold.String(s)
	}
	var base, accents, cased strings.Builder
	marked := false
	for _, r := range norm.NFD.String(s) {
		switch {
		case !c.codePage && ignorable(r), c.weightless && r > 0xFFFF:
			continue
		case unicode.Is(unicode.Mn, r):
			if !c.FoldAccent {
				accents.WriteRune(r)
				marked = true
			}
			continue
		}
		letter := string(r)
		if e, ok := expansions[r]; ok && !c.codePage {
			letter = e
		} else if p, ok := stroked[r]; ok {
			letter = p
			if !c.FoldAccent {
				accents.WriteRune(unicode.ToLower(r))
				marked = true
			}
		}
		base.WriteString(strings.ToLower(letter))
		accents.WriteByte(2)
		cased.WriteString(swapCase(letter))
	}
	if marked {
		marks = accents.String()
	}
	return base.String(), marks, cased.String()
}

// expansions are the letters that Windows collations compare as two.
var expansions = map[rune]string{
	'ß': "ss", 'ẞ': "SS", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'þ': "th", 'Þ': "TH",
}

// stroked are the letters that differ from a base letter by a stroke, which counts as an accent.
var stroked = map[rune]string{
	'ł': "l", 'Ł': "L", 'ø': "o", 'Ø': "O", 'đ': "d", 'Đ': "D", 'ħ': "h", 'Ħ': "H", 'ŧ': "t", 'Ŧ': "T",
}

// ignorable characters have no weight in a Windows collation.
func ignorable(r rune) bool {
	switch r {
	case 0, '\u00AD', '\u200B', '\u200C', '\u200D', '\u200E', '\u200F', '\u2060', '\uFEFF', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E':
		return true
	}
	return false
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// swapCase makes lower case sort before upper case.
func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

func compareDecimals(a, b string) int {
	if a == b {
		return 0
	}
	x, okX := ParseDec(a)
	y, okY := ParseDec(b)
	if !okX || !okY {
		return strings.Compare(a, b)
	}
	return x.Cmp(y)
}

// guidOrder arranges the bytes of a GUID as SQL Server compares them: the last six first.
func guidOrder(s string) []byte {
	b, err := GUIDBytes(s)
	if err != nil {
		return []byte(s)
	}
	return slices.Concat(b[10:16], b[8:10], b[6:8], b[4:6], b[0:4])
}

// GUIDBytes is the wire form of a GUID: the first three groups little endian.
func GUIDBytes(s string) ([]byte, error) {
	b, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(b) != 16 || len(s) != 36 {
		return nil, Errorf(8169, 16, 2, "Conversion failed when converting from a character string to uniqueidentifier.")
	}
	slices.Reverse(b[0:4])
	slices.Reverse(b[4:6])
	slices.Reverse(b[6:8])
	return b, nil
}

// GUIDString is the canonical spelling of a GUID's 16 wire bytes.
func GUIDString(wire []byte) string {
	b := slices.Clone(wire)
	slices.Reverse(b[0:4])
	slices.Reverse(b[4:6])
	slices.Reverse(b[6:8])
	h := strings.ToUpper(hex.EncodeToString(b))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// instant is the UTC part of a canonical datetimeoffset, all that its comparison regards.
func instant(s string) string { return s[:min(len(s), instantLen)] }
