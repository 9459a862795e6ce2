package jet

import "fmt"

// Type is the type of a column as Access names it.
type Type uint8

// The types, with the codes that stand in the file. Their values are handed out as canonical text
// except where noted.
const (
	Boolean      Type = 0x01 // true or false, never NULL
	Byte         Type = 0x02 // 0 to 255
	Integer      Type = 0x03 // 16 bits
	Long         Type = 0x04 // 32 bits
	Currency     Type = 0x05 // an exact decimal
	Single       Type = 0x06 // the shortest decimal that reads back as the same 32-bit float
	Double       Type = 0x07 // the same of 64 bits
	DateTime     Type = 0x08 // 2006-01-02, or 2006-01-02T15:04:05 with the milliseconds if there are some
	Binary       Type = 0x09 // bytes
	Text         Type = 0x0a
	OLE          Type = 0x0b // bytes
	Memo         Type = 0x0c // text; HTML when Column.Rich
	GUID         Type = 0x0f // lower case, hyphenated, without braces
	Numeric      Type = 0x10 // an exact decimal
	Complex      Type = 0x12 // a list: see Column.Complex
	BigInt       Type = 0x13 // 64 bits
	DateExtended Type = 0x14 // as DateTime, to the ten-millionth of a second
)

// binary reports whether values are handed out as bytes: so are those of types that are not known.
func (t Type) binary() bool {
	return t == Binary || t != Boolean && t != Text && t != OLE && t != Memo && t.width() == 0
}

func (t Type) String() string {
	names := map[Type]string{
		Boolean: "Boolean", Byte: "Byte", Integer: "Integer", Long: "Long", Currency: "Currency", Single: "Single",
		Double: "Double", DateTime: "DateTime", Binary: "Binary", Text: "Text", OLE: "OLE", Memo: "Memo",
		GUID: "GUID", Numeric: "Numeric", Complex: "Complex", BigInt: "BigInt", DateExtended: "DateExtended",
	}
	if s, ok := names[t]; ok {
		return s
	}
	return fmt.Sprintf("Type(%#x)", uint8(t))
}

// width is the length of a value of fixed length, zero for the others.
func (t Type) width() int {
	switch t {
	case Byte:
		return 1
	case Integer:
		return 2
	case Long, Single, Complex:
		return 4
	case Currency, Double, DateTime, BigInt:
		return 8
	case GUID:
		return 16
	case Numeric:
		return 17
	case DateExtended:
		return 42
	}
	return 0
}

// ComplexKind tells what the entries of a complex column are.
type ComplexKind uint8

const (
	NotComplex     ComplexKind = iota
	MultiValue                 // several values chosen from a list
	Attachments                // files
	VersionHistory             // what a memo held before, and when
	UnknownComplex             // entries in a form that is not known: they are counted, not read
)

// Column describes a column of a table.
type Column struct {
	Name       string
	Type       Type // of a calculated column, the type of its result
	Size       int  // longest text in characters, longest binary value in bytes; otherwise zero
	Scale      int  // decimals of a Numeric
	Required   bool
	AutoNumber bool
	Calculated bool
	Hyperlink  bool        // a Memo that holds display#address#place
	Rich       bool        // a Memo that holds HTML
	Complex    ComplexKind // what the entries of a Complex column are
	Properties Properties  // Caption, Description, ValidationRule, Expression and others, as Access names them

	number    int // bit in a row's null mask; grows with each column ever added
	fixed     bool
	offset    int // of a fixed value in the fixed part of a row
	variable  int // of a variable value, its place in the row's offset table
	stored    int // bytes of a fixed value
	text      *charset
	compress  bool // text may be packed
	precision int  // digits of a Numeric
	complexID uint32
}

// Flags of a column's definition.
const (
	columnFixed      = 0x01
	columnAutoLong   = 0x04
	columnAutoGUID   = 0x40
	columnHyperlink  = 0x80
	columnCompressed = 0x01 // in the second byte of flags
	columnCalculated = 0xc0 // likewise
)
