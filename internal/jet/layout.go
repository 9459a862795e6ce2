package jet

// layout holds the offsets and sizes that differ between the two page formats: Jet 3 (Access 97) and
// Jet 4, which ACE (Access 2007 and later) kept. Offsets are in bytes; those of a table definition count
// from the first byte of its first page. Source: HACKING.md of mdbtools, checked against files.
type layout struct {
	pageSize int

	password     int // length of the password field in the database header
	headerMasked int // length of the masked part of the database header

	rowCount int // data page: number of row slots, followed by the slots

	tdefRows    int // table definition: number of rows
	tdefType    int // 'N' user table, 'S' system table
	tdefColumns int // number of columns
	tdefLogical int // number of logical indexes
	tdefReal    int // number of index trees
	tdefOwned   int // pointer to the usage map of the table's data pages
	tdefBody    int // first byte after the fixed part

	realHead int // size of an index tree's entry before the columns
	column   int // size of a column's entry
	real     int // size of an index tree's entry after the column names
	logical  int // size of a logical index's entry
	nameLen  int // size of a name's length
	skip     int // unknown bytes that stand before an index tree's columns, and before its flags

	colNumber, colVar, colMisc, colFlags, colExt, colFixed, colSize int // within a column's entry

	cell int // width of a row's counters and offsets: one byte, or two

	indexPrefix int // index page: length of the prefix its entries share
	indexMask   int // first byte of the bitmap of entry ends
	indexFirst  int // first byte of the first entry
	indexNext   int // pointer to the next page of the same level
	indexPrev   int // pointer to the previous page of the same level
	indexTail   int // pointer to the last leaf, not yet in the tree
}

var jet3 = layout{
	pageSize: 2048, password: 20, headerMasked: 126, rowCount: 8,
	tdefRows: 12, tdefType: 20, tdefColumns: 25, tdefLogical: 27, tdefReal: 31, tdefOwned: 35, tdefBody: 43,
	realHead: 8, column: 18, real: 39, logical: 20, nameLen: 1, skip: 0,
	colNumber: 1, colVar: 3, colMisc: 9, colFlags: 13, colExt: -1, colFixed: 14, colSize: 16,
	cell:        1,
	indexPrefix: 20, indexMask: 22, indexFirst: 0xf8, indexPrev: 8, indexNext: 12, indexTail: 16,
}

var jet4 = layout{
	pageSize: 4096, password: 40, headerMasked: 128, rowCount: 12,
	tdefRows: 16, tdefType: 40, tdefColumns: 45, tdefLogical: 47, tdefReal: 51, tdefOwned: 55, tdefBody: 63,
	realHead: 12, column: 25, real: 52, logical: 28, nameLen: 2, skip: 4,
	colNumber: 5, colVar: 7, colMisc: 11, colFlags: 15, colExt: 16, colFixed: 21, colSize: 23,
	cell:        2,
	indexPrefix: 24, indexMask: 27, indexFirst: 0x1e0, indexPrev: 12, indexNext: 16, indexTail: 20,
}

// Page types: the first byte of every page.
const (
	pageHeader = 0x00
	pageData   = 0x01
	pageTable  = 0x02
	pageNode   = 0x03
	pageLeaf   = 0x04
	pageUsage  = 0x05
)

// Flags of a row slot; the other bits are the offset of the row in its page.
const (
	slotHidden  = 0x8000 // alone: the target of an overflow pointer, read through it
	slotPointer = 0x4000 // alone: holds a pointer to the row, which stands elsewhere
	slotDeleted = slotHidden | slotPointer
	slotOffset  = 0x1fff
)
