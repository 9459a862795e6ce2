// Package value holds the data types of SQL Server as the double keeps them: their declarations, the
// canonical form of their values inside SQLite, conversions between them, and collations.
//
// The canonical form of a value is one of nil (NULL), int64 (bit and the integers), float64 (real, float),
// string (everything written, and exact numbers, dates, times and GUIDs in one fixed spelling each) and
// []byte (binary). A fixed spelling makes comparison inside SQLite a comparison of text under the collation
// that [Type.Collate] names.
package value

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is a data type without its length, precision or collation.
type Kind uint8

// The kinds, lowest precedence last within the doc of [Kind.rank].
const (
	Null Kind = iota // the type of a bare NULL
	Bit
	TinyInt
	SmallInt
	Int
	BigInt
	Decimal
	Numeric
	Money
	SmallMoney
	Real
	Float
	Date
	Time
	SmallDateTime
	DateTime
	DateTime2
	DateTimeOffset
	Char
	VarChar
	Text
	NChar
	NVarChar
	NText
	Binary
	VarBinary
	Image
	RowVersion
	UniqueIdentifier
	Variant
)

// Max is the length of varchar(max), nvarchar(max) and varbinary(max).
const Max = -1

// Type is a declared type. Len counts characters of nchar and nvarchar, bytes of char, varchar and binary.
type Type struct {
	Kind      Kind
	Len       int
	Prec      uint8
	Scale     uint8
	Collation string
}

type kindInfo struct {
	name string
	id   int // sys.types.system_type_id
	user int // sys.types.user_type_id
	rank int // data type precedence: the higher number wins
	size int // bytes of a fixed-size type
}

// kinds follows sys.types and the documented data type precedence.
var kinds = map[Kind]kindInfo{
	Null:             {"null", 0, 0, 0, 0},
	Binary:           {"binary", 173, 173, 1, 0},
	VarBinary:        {"varbinary", 165, 165, 2, 0},
	Char:             {"char", 175, 175, 3, 0},
	VarChar:          {"varchar", 167, 167, 4, 0},
	NChar:            {"nchar", 239, 239, 5, 0},
	NVarChar:         {"nvarchar", 231, 231, 6, 0},
	UniqueIdentifier: {"uniqueidentifier", 36, 36, 7, 16},
	RowVersion:       {"timestamp", 189, 189, 8, 8},
	Image:            {"image", 34, 34, 9, 16},
	Text:             {"text", 35, 35, 10, 16},
	NText:            {"ntext", 99, 99, 11, 16},
	Bit:              {"bit", 104, 104, 12, 1},
	TinyInt:          {"tinyint", 48, 48, 13, 1},
	SmallInt:         {"smallint", 52, 52, 14, 2},
	Int:              {"int", 56, 56, 15, 4},
	BigInt:           {"bigint", 127, 127, 16, 8},
	SmallMoney:       {"smallmoney", 122, 122, 17, 4},
	Money:            {"money", 60, 60, 18, 8},
	Decimal:          {"decimal", 106, 106, 19, 0},
	Numeric:          {"numeric", 108, 108, 19, 0},
	Real:             {"real", 59, 59, 20, 4},
	Float:            {"float", 62, 62, 21, 8},
	Time:             {"time", 41, 41, 22, 0},
	Date:             {"date", 40, 40, 23, 3},
	SmallDateTime:    {"smalldatetime", 58, 58, 24, 4},
	DateTime:         {"datetime", 61, 61, 25, 8},
	DateTime2:        {"datetime2", 42, 42, 26, 0},
	DateTimeOffset:   {"datetimeoffset", 43, 43, 27, 0},
	Variant:          {"sql_variant", 98, 98, 28, 8016},
}

var byName = func() map[string]Kind {
	m := map[string]Kind{
		"integer": Int, "dec": Decimal, "sysname": NVarChar, "rowversion": RowVersion,
		"character": Char, "nvarchar": NVarChar,
	}
	for k, info := range kinds {
		if k != Null {
			m[info.name] = k
		}
	}
	return m
}()

// Kinds lists every kind that a column can have.
func Kinds() []Kind {
	out := make([]Kind, 0, len(kinds))
	for k := Bit; k <= Variant; k++ {
		out = append(out, k)
	}
	return out
}

// Name is the name in sys.types, "numeric" and "decimal" kept apart.
func (k Kind) Name() string { return kinds[k].name }

// ID is sys.types.system_type_id.
func (k Kind) ID() int { return kinds[k].id }

func (k Kind) rank() int { return kinds[k].rank }

// IsText tells the character types, legacy text and ntext included.
func (k Kind) IsText() bool { return k >= Char && k <= NText }

// IsUnicode tells the character types that hold UTF-16.
func (k Kind) IsUnicode() bool { return k == NChar || k == NVarChar || k == NText }

// IsInteger tells bit and the integer types.
func (k Kind) IsInteger() bool { return k >= Bit && k <= BigInt }

// IsExact tells decimal, numeric and the money types.
func (k Kind) IsExact() bool { return k >= Decimal && k <= SmallMoney }

// IsApprox tells real and float.
func (k Kind) IsApprox() bool { return k == Real || k == Float }

// IsNumber tells every numeric type.
func (k Kind) IsNumber() bool { return k >= Bit && k <= Float }

// IsTime tells every date and time type.
func (k Kind) IsTime() bool { return k >= Date && k <= DateTimeOffset }

// IsBinary tells the byte types.
func (k Kind) IsBinary() bool { return k >= Binary && k <= RowVersion }

// IsLegacy tells text, ntext and image, which no comparison but LIKE and IS NULL accepts.
func (k Kind) IsLegacy() bool { return k == Text || k == NText || k == Image }

// New makes a type from the name and the numbers written after it, with the defaults of a declaration:
// varchar is varchar(1), decimal is decimal(18,0), datetime2 is datetime2(7). collation is the one of the
// database, kept for character types only.
func New(name string, args []int, collation string) (Type, error) {
	kind, ok := byName[strings.ToLower(name)]
	if !ok {
		return Type{}, fmt.Errorf("double: data type %s not supported", name)
	}
	t := Type{Kind: kind}
	if kind.IsText() {
		t.Collation = collation
	}
	arg := func(i, def int) int {
		if i < len(args) {
			return args[i]
		}
		return def
	}
	allowed := 0
	switch kind {
	case Char, NChar, Binary, VarChar, NVarChar, VarBinary:
		allowed = 1
		t.Len = arg(0, 1)
		if strings.EqualFold(name, "sysname") {
			allowed, t.Len = 0, 128
		}
		limit := 8000
		if kind.IsUnicode() {
			limit = 4000
		}
		variable := kind == VarChar || kind == NVarChar || kind == VarBinary
		if t.Len != Max && (t.Len < 1 || t.Len > limit) || t.Len == Max && !variable {
			return Type{}, Errorf(131, 15, 3, "The size (%d) given to the type '%s' exceeds the maximum allowed for any data type (%d).", t.Len, name, limit)
		}
	case Text, NText, Image:
		t.Len = Max
	case Decimal, Numeric:
		allowed = 2
		p, s := arg(0, 18), arg(1, 0)
		if p < 1 || p > 38 || s < 0 || s > p {
			return Type{}, Errorf(1002, 15, 1, "Line 1: Specified scale %d is invalid.", s)
		}
		t.Prec, t.Scale = uint8(p), uint8(s)
	case Money:
		t.Prec, t.Scale = 19, 4
	case SmallMoney:
		t.Prec, t.Scale = 10, 4
	case Float:
		allowed = 1
		if n := arg(0, 53); n < 1 || n > 53 {
			return Type{}, Errorf(2750, 16, 1, "Column or parameter #0: Specified column precision %d is greater than the maximum precision of 53.", n)
		} else if n <= 24 {
			t.Kind = Real
		}
	case Time, DateTime2, DateTimeOffset:
		allowed = 1
		s := arg(0, 7)
		if s < 0 || s > 7 {
			return Type{}, Errorf(1002, 15, 1, "Line 1: Specified scale %d is invalid.", s)
		}
		t.Scale = uint8(s)
	}
	if len(args) > allowed {
		return Type{}, Errorf(2716, 16, 1, "Column, parameter, or variable #0: Cannot specify a column width on data type %s.", name)
	}
	return t, nil
}

// Parse reads a declaration such as "nvarchar(max)" or "decimal(10, 2)".
func Parse(decl, collation string) (Type, error) {
	name, rest, found := strings.Cut(strings.TrimSpace(decl), "(")
	var args []int
	if found {
		inner, ok := strings.CutSuffix(strings.TrimSpace(rest), ")")
		if !ok {
			return Type{}, fmt.Errorf("double: type declaration %q not supported", decl)
		}
		for _, a := range strings.Split(inner, ",") {
			a = strings.TrimSpace(a)
			if strings.EqualFold(a, "max") {
				args = append(args, Max)
				continue
			}
			n, err := strconv.Atoi(a)
			if err != nil {
				return Type{}, fmt.Errorf("double: type declaration %q not supported", decl)
			}
			args = append(args, n)
		}
	}
	return New(strings.TrimSpace(name), args, collation)
}

// String is the declaration, as sp_executesql carries it.
func (t Type) String() string {
	name := t.Kind.Name()
	switch t.Kind {
	case Char, NChar, Binary, VarChar, NVarChar, VarBinary:
		if t.Len == Max {
			return name + "(max)"
		}
		return fmt.Sprintf("%s(%d)", name, t.Len)
	case Decimal, Numeric:
		return fmt.Sprintf("%s(%d,%d)", name, t.Prec, t.Scale)
	case Time, DateTime2, DateTimeOffset:
		return fmt.Sprintf("%s(%d)", name, t.Scale)
	}
	return name
}

// MaxLength is sys.columns.max_length: bytes, -1 for max types.
func (t Type) MaxLength() int {
	switch t.Kind {
	case NChar, NVarChar:
		if t.Len != Max {
			return 2 * t.Len
		}
		return -1
	case Char, VarChar, Binary, VarBinary:
		return t.Len
	case Decimal, Numeric:
		return decimalSize(t.Prec)
	case Time:
		return timeSize(t.Scale)
	case DateTime2:
		return timeSize(t.Scale) + 3
	case DateTimeOffset:
		return timeSize(t.Scale) + 5
	}
	return kinds[t.Kind].size
}

// Precision is sys.columns.precision.
func (t Type) Precision() int {
	switch t.Kind {
	case Bit:
		return 1
	case TinyInt:
		return 3
	case SmallInt:
		return 5
	case Int:
		return 10
	case BigInt:
		return 19
	case Decimal, Numeric, Money, SmallMoney:
		return int(t.Prec)
	case Real:
		return 24
	case Float:
		return 53
	case Date:
		return 10
	case SmallDateTime:
		return 16
	case DateTime:
		return 23
	case Time:
		return 8 + fraction(t.Scale)
	case DateTime2:
		return 19 + fraction(t.Scale)
	case DateTimeOffset:
		return 26 + fraction(t.Scale)
	}
	return 0
}

func fraction(scale uint8) int {
	if scale == 0 {
		return 0
	}
	return 1 + int(scale)
}

func timeSize(scale uint8) int {
	switch {
	case scale <= 2:
		return 3
	case scale <= 4:
		return 4
	}
	return 5
}

func decimalSize(prec uint8) int {
	switch {
	case prec <= 9:
		return 5
	case prec <= 19:
		return 9
	case prec <= 28:
		return 13
	}
	return 17
}

// Affinity is the SQLite type that stores the canonical form unchanged.
func (t Type) Affinity() string {
	switch {
	case t.Kind.IsInteger():
		return "INTEGER"
	case t.Kind.IsApprox():
		return "REAL"
	case t.Kind.IsBinary(), t.Kind == Image:
		return "BLOB"
	}
	return "TEXT"
}

// Collate names the SQLite collation under which two canonical values of this type compare, empty for
// SQLite's own comparison.
func (t Type) Collate() string {
	switch {
	case t.Kind.IsText():
		if !t.Kind.IsUnicode() {
			return t.Collation + codePageSuffix
		}
		return t.Collation
	case t.Kind.IsExact():
		return DecimalOrder
	case t.Kind == UniqueIdentifier:
		return GUIDOrder
	case t.Kind == DateTimeOffset:
		return InstantOrder
	}
	return ""
}

// Common is the type to which two operands are converted before they are compared or combined, by data
// type precedence, wide enough for both.
func Common(a, b Type) Type {
	if a.Kind == Null {
		return b
	}
	if b.Kind == Null {
		return a
	}
	hi, lo := a, b
	if lo.Kind.rank() > hi.Kind.rank() {
		hi, lo = lo, hi
	}
	switch {
	case hi.Kind.IsText() && lo.Kind.IsText():
		hi.Len = widest(hi.Len, lo.Len)
		if hi.Kind == Char || hi.Kind == NChar {
			if a.Kind != b.Kind || a.Len != b.Len {
				hi.Kind++ // char and varchar make varchar
			}
		}
	case hi.Kind.IsText() && lo.Kind.IsBinary(), hi.Kind.IsBinary() && lo.Kind.IsBinary():
		hi.Len = widest(hi.Len, lo.Len)
	case hi.Kind.IsExact() && hi.Kind != Money && hi.Kind != SmallMoney && lo.Kind.IsNumber():
		lp, ls := lo.Digits()
		whole := max(int(hi.Prec)-int(hi.Scale), lp-ls)
		scale := max(int(hi.Scale), ls)
		prec := min(38, whole+scale)
		hi.Prec, hi.Scale = uint8(prec), uint8(min(scale, prec))
	case hi.Kind.IsTime():
		hi.Scale = max(hi.Scale, lo.fractionalScale())
		if hi.Kind == DateTime || hi.Kind == SmallDateTime || hi.Kind == Date {
			hi.Scale = 0
		}
	}
	return hi
}

func widest(a, b int) int {
	if a == Max || b == Max {
		return Max
	}
	return max(a, b)
}

// Digits is the precision and scale of a number seen as a decimal.
func (t Type) Digits() (prec, scale int) {
	switch t.Kind {
	case Bit:
		return 1, 0
	case TinyInt:
		return 3, 0
	case SmallInt:
		return 5, 0
	case Int:
		return 10, 0
	case BigInt:
		return 19, 0
	}
	return int(t.Prec), int(t.Scale)
}

func (t Type) fractionalScale() uint8 {
	switch t.Kind {
	case Time, DateTime2, DateTimeOffset:
		return t.Scale
	case DateTime:
		return 3
	}
	return 0
}
