package wire

import (
	"math"

	"dossier/internal/tdsdouble/value"
)

// The type tokens of TYPE_INFO.
const (
	tNull       = 0x1F
	tInt1       = 0x30
	tBit        = 0x32
	tInt2       = 0x34
	tInt4       = 0x38
	tDateTim4   = 0x3A
	tFlt4       = 0x3B
	tMoney      = 0x3C
	tDateTime   = 0x3D
	tFlt8       = 0x3E
	tMoney4     = 0x7A
	tInt8       = 0x7F
	tImage      = 0x22
	tText       = 0x23
	tGUID       = 0x24
	tIntN       = 0x26
	tDateN      = 0x28
	tTimeN      = 0x29
	tDateTime2  = 0x2A
	tDTOffset   = 0x2B
	tVariant    = 0x62
	tNText      = 0x63
	tBitN       = 0x68
	tDecimalN   = 0x6A
	tNumericN   = 0x6C
	tFltN       = 0x6D
	tMoneyN     = 0x6E
	tDateTimeN  = 0x6F
	tVarBinary  = 0xA5
	tVarChar    = 0xA7
	tBinary     = 0xAD
	tChar       = 0xAF
	tNVarChar   = 0xE7
	tNChar      = 0xEF
	plpLen      = 0xFFFF
	plpNull     = math.MaxUint64
	plpUnknown  = math.MaxUint64 - 1
	collationN  = 5
	sizeOfMoney = 8
)

// collationBytes is LCID 1033, case-insensitive, sort order 52: SQL_Latin1_General_CP1_CI_AS. The client takes
// the code page from it, and every supported collation has the same one.
var collationBytes = []byte{0x09, 0x04, 0xD0, 0x00, 0x34}

var intSizes = map[value.Kind]byte{value.TinyInt: 1, value.SmallInt: 2, value.Int: 4, value.BigInt: 8}

func (w *Writer) typeInfo(t value.Type, table string) {
	switch t.Kind {
	case value.Null:
		w.bytes(tIntN, 4)
	case value.Bit:
		w.bytes(tBitN, 1)
	case value.TinyInt, value.SmallInt, value.Int, value.BigInt:
		w.bytes(tIntN, intSizes[t.Kind])
	case value.Real:
		w.bytes(tFltN, 4)
	case value.Float:
		w.bytes(tFltN, 8)
	case value.Money:
		w.bytes(tMoneyN, 8)
	case value.SmallMoney:
		w.bytes(tMoneyN, 4)
	case value.Decimal:
		w.bytes(tDecimalN, byte(t.MaxLength()), t.Prec, t.Scale)
	case value.Numeric:
		w.bytes(tNumericN, byte(t.MaxLength()), t.Prec, t.Scale)
	case value.Date:
		w.bytes(tDateN)
	case value.Time:
		w.bytes(tTimeN, t.Scale)
	case value.DateTime2:
		w.bytes(tDateTime2, t.Scale)
	case value.DateTimeOffset:
		w.bytes(tDTOffset, t.Scale)
	case value.DateTime:
		w.bytes(tDateTimeN, 8)
	case value.SmallDateTime:
		w.bytes(tDateTimeN, 4)
	case value.UniqueIdentifier:
		w.bytes(tGUID, 16)
	case value.Char, value.VarChar, value.NChar, value.NVarChar:
		w.bytes(map[value.Kind]byte{value.Char: tChar, value.VarChar: tVarChar, value.NChar: tNChar, value.NVarChar: tNVarChar}[t.Kind])
		w.u16(uint16(t.MaxLength())) // -1 is 0xFFFF: PLP
		w.bytes(collationBytes...)
	case value.Binary, value.RowVersion:
		w.bytes(tBinary)
		w.u16(uint16(t.MaxLength()))
	case value.VarBinary:
		w.bytes(tVarBinary)
		w.u16(uint16(t.MaxLength()))
	case value.Text, value.NText, value.Image:
		w.bytes(map[value.Kind]byte{value.Text: tText, value.NText: tNText, value.Image: tImage}[t.Kind])
		w.u32(math.MaxInt32)
		if t.Kind != value.Image {
			w.bytes(collationBytes...)
		}
		w.bytes(1) // the table's name in one part
		w.shortText(table)
	case value.Variant:
		w.bytes(tVariant)
		w.u32(8009)
	}
}
