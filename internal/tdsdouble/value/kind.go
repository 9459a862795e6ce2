package value

// Kind is a data type without its length, precision or collation.
type Kind uint8

// The kinds; each family stands together.
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
