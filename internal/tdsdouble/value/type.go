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
