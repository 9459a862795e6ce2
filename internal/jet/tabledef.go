package jet

import (
	"encoding/binary"
	"fmt"
)

// definition is a table's definition as its pages hold it.
type definition struct {
	page     uint32
	rows     uint32 // rows the table says it has
	system   bool
	columns  []Column // in the order the designer shows them
	trees    []indexTree
	indexes  []Index
	owned    pointer // usage map of the data pages
	spare    pointer // usage map of those with room left
	long     []longMaps
	size     int  // bytes of the definition on all its pages
	variable bool // whether rows have variable values
}

// indexTree is one B-tree; several logical indexes may share it.
type indexTree struct {
	columns []IndexColumn
	owned   pointer // usage map of its pages
	root    uint32
	unique  bool
	flags   byte
}

// Index is a logical index of a table.
type Index struct {
	Name        string
	Columns     []IndexColumn
	Unique      bool
	Primary     bool
	Required    bool // no column may be NULL
	IgnoreNulls bool // rows whose columns are all NULL are left out
	Foreign     *ForeignKey
}

// IndexColumn is one column of an index.
type IndexColumn struct {
	Name       string
	Descending bool
	number     int
}

// ForeignKey is the other end of an index that enforces a relationship.
type ForeignKey struct {
	Table          string // the other table; empty when it is not in the catalogue
	Parent         bool   // this index is the one that is pointed at
	CascadeUpdates bool
	CascadeDeletes bool
	page           uint32 // of the other table's definition
}

const (
	indexUnique      = 0x01
	indexIgnoreNulls = 0x02
	indexRequired    = 0x08

	logicalPrimary = 1
	logicalForeign = 2

	maxDefinition = 1 << 20 // 255 columns and 32 indexes with the longest names need 60 KB
)

// cursor reads a table definition from front to back; a read past its end sets short.
type cursor struct {
	data  []byte
	at    int
	short bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || c.at+n > len(c.data) {
		c.short = true
		return make([]byte, max(n, 4))
	}
	b := c.data[c.at : c.at+n]
	c.at += n
	return b
}

func (c *cursor) uint16() int    { return int(binary.LittleEndian.Uint16(c.take(2))) }
func (c *cursor) uint32() uint32 { return binary.LittleEndian.Uint32(c.take(4)) }
func (c *cursor) byte() byte     { return c.take(1)[0] }

// name reads a length and a name.
func (c *cursor) name(lay *layout, text *charset) string {
	n := int(c.take(1)[0])
	if lay.nameLen == 2 {
		n |= int(c.take(1)[0]) << 8
	}
	if c.short || c.at+n > len(c.data) {
		c.short = true
		return ""
	}
	return string(text.append(nil, c.take(n)))
}

// readDefinition reads the table definition that starts on a page.
func (db *DB) readDefinition(w *window, first uint32) (*definition, error) {
	data, err := db.definitionBytes(w, first)
	if err != nil {
		return nil, err
	}
	lay := db.lay
	if len(data) < lay.tdefBody {
		return nil, fault("the table definition is cut short")
	}
	def := &definition{
		page:     first,
		rows:     binary.LittleEndian.Uint32(data[lay.tdefRows:]),
		system:   data[lay.tdefType] == 'S',
		owned:    pointerAt(data[lay.tdefOwned:]),
		spare:    pointerAt(data[lay.tdefOwned+4:]),
		variable: binary.LittleEndian.Uint16(data[lay.tdefColumns-2:]) > 0,
	}
	columns := int(binary.LittleEndian.Uint16(data[lay.tdefColumns:]))
	logical := int(binary.LittleEndian.Uint32(data[lay.tdefLogical:]))
	trees := int(binary.LittleEndian.Uint32(data[lay.tdefReal:]))
	if trees < 0 || logical < 0 ||
		lay.tdefBody+trees*(lay.realHead+lay.real)+columns*lay.column+logical*lay.logical > len(data) {
		return nil, fault("the table definition is cut short")
	}
	c := &cursor{data: data, at: lay.tdefBody + trees*lay.realHead}
	db.readColumns(c, def, columns)
	names := make(map[int]string, columns)
	for _, col := range def.columns {
		names[col.number] = col.Name
	}
	for range trees {
		def.trees = append(def.trees, readTree(c, lay, names))
	}
	if err := db.readIndexes(c, def, logical); err != nil {
		return nil, err
	}
	if c.short {
		return nil, fault("the table definition is cut short")
	}
	def.long, def.size = readLongMaps(c), c.at
	return def, nil
}

// longMaps are the usage maps of the pages with the long values of one column.
type longMaps struct {
	number       int
	owned, spare pointer
}

// readLongMaps reads the list that ends a table definition; old files have none.
func readLongMaps(c *cursor) []longMaps {
	var maps []longMaps
	for {
		m := longMaps{c.uint16(), pointer(c.uint32()), pointer(c.uint32())}
		if c.short || m.number == 0xffff {
			return maps
		}
		maps = append(maps, m)
	}
}

// definitionBytes joins the pages of a table definition: the first whole, the others without their header.
func (db *DB) definitionBytes(w *window, first uint32) ([]byte, error) {
	var data []byte
	for n := first; n != 0; {
		page, err := w.page(n, 0)
		if err != nil {
			return nil, err
		}
		if page[0] != pageTable {
			return nil, fault("the table definition is not where it should be")
		}
		part := page
		if n != first {
			part = page[8:]
		}
		if data = append(data, part...); len(data) > maxDefinition {
			return nil, fault("the table definition has no end")
		}
		n = binary.LittleEndian.Uint32(page[4:])
	}
	return data, nil
}

func (db *DB) readColumns(c *cursor, def *definition, count int) {
	lay := db.lay
	for range count {
		b := c.take(lay.column)
		if c.short {
			return
		}
		at := func(o int) int { return int(binary.LittleEndian.Uint16(b[o:])) }
		flags := b[lay.colFlags]
		col := Column{
			Type:       Type(b[0]),
			AutoNumber: flags&(columnAutoLong|columnAutoGUID) != 0,
			number:     at(lay.colNumber),
			fixed:      flags&columnFixed != 0,
			offset:     at(lay.colFixed),
			variable:   at(lay.colVar),
			stored:     at(lay.colSize),
			text:       db.text,
		}
		switch col.Type {
		case Text, Binary:
			col.Size = col.stored
			if col.Type == Text && lay == &jet4 {
				col.Size /= 2
			}
		case Numeric:
			col.precision, col.Scale = int(b[11]), int(b[12])
		case Memo:
			col.Hyperlink = flags&columnHyperlink != 0
		case Complex:
			col.complexID = binary.LittleEndian.Uint32(b[lay.colMisc:])
			col.Complex = UnknownComplex
			col.AutoNumber = false
		}
		if lay.colExt >= 0 {
			col.Calculated = b[lay.colExt]&columnCalculated == columnCalculated
			col.compress = b[lay.colExt]&columnCompressed != 0
		}
		if lay == &jet3 && (col.Type == Text || col.Type == Memo) {
			if n := at(11); n != 0 {
				col.text = codePage(uint16(n))
			}
		}
		def.columns = append(def.columns, col)
	}
	for i := range def.columns {
		def.columns[i].Name = c.name(lay, db.text)
	}
}

func readTree(c *cursor, lay *layout, names map[int]string) indexTree {
	var tree indexTree
	c.take(lay.skip)
	for range 10 {
		number, order := c.uint16(), c.byte()
		if number != 0xffff {
			tree.columns = append(tree.columns, IndexColumn{names[number], order&1 == 0, number})
		}
	}
	tree.owned = pointer(c.uint32())
	tree.root = c.uint32()
	c.take(lay.skip)
	tree.flags = c.byte()
	if lay == &jet4 {
		c.take(5)
	}
	return tree
}

func (db *DB) readIndexes(c *cursor, def *definition, count int) error {
	lay := db.lay
	for range count {
		c.take(lay.skip)
		c.uint32() // number
		data := int(c.uint32())
		side := c.byte()
		other := int32(c.uint32())
		table := c.uint32()
		updates, deletes, kind := c.byte(), c.byte(), c.byte()
		if lay == &jet4 {
			c.take(4)
		}
		if c.short || data < 0 || data >= len(def.trees) {
			return fault("an index of the table has no tree")
		}
		tree := &def.trees[data]
		index := Index{
			Columns:     tree.columns,
			Unique:      tree.flags&indexUnique != 0 || kind == logicalPrimary,
			Primary:     kind == logicalPrimary,
			Required:    tree.flags&indexRequired != 0,
			IgnoreNulls: tree.flags&indexIgnoreNulls != 0,
		}
		tree.unique = tree.unique || index.Unique
		if kind == logicalForeign && other != -1 {
			index.Foreign = &ForeignKey{
				Parent: side == 1, CascadeUpdates: updates&1 != 0, CascadeDeletes: deletes&1 != 0, page: table,
			}
		}
		def.indexes = append(def.indexes, index)
	}
	for i := range def.indexes {
		def.indexes[i].Name = c.name(lay, db.text)
	}
	return nil
}

// column finds a column by its name, in any case of letters.
func (def *definition) column(name string) (int, error) {
	for i := range def.columns {
		if equalName(def.columns[i].Name, name) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%w: %q", ErrNoColumn, name)
}
