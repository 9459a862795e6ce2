package jet

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// A complex column holds a number; the entries stand in a hidden table (the flat table), in rows that repeat the number. A second
// hidden table (the type table) has no rows: its columns tell which of the flat table's are the entry's.
// MSysComplexColumns joins the three.

// Item is one entry of a complex column.
type Item struct {
	ID    RowID  // its row in the hidden table
	Value Value  // the value, or the earlier text of a memo; of a file a Stream: see Open
	Name  string // of a file
	Type  string // of a file: its extension
	URL   string // of a file that is linked instead of held
	Time  string // of a file, its own; of an earlier text, when it was written

	content *longValue
}

// Open returns a reader of the value: of a file, its content. Where the database is damaged its error is a
// *DamageError.
func (it Item) Open() (io.Reader, error) {
	switch {
	case it.content != nil:
		return it.content.open(), nil
	case it.Value.Kind == Unreadable:
		return nil, fmt.Errorf("open: %s", it.Value)
	}
	return bytes.NewReader(it.Value.Bytes), nil
}

const complexTable = "MSysComplexColumns"

// complexColumn is a row of MSysComplexColumns: pages of definitions.
type complexColumn struct{ owner, flat, kind uint32 }

// bare returns the table whose definition stands on a page, without properties: what the reader
// itself needs of hidden tables. Asking for nothing else keeps a hostile file from making it wait for itself.
func (db *DB) bare(page uint32) (*Table, error) {
	def, err := db.readDefinition(db.window(), page)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: db.nameOf(page), db: db, system: true, page: page}
	t.load.Do(func() { t.def = def })
	return t, nil
}

// complexColumns reads MSysComplexColumns once.
func (db *DB) complexColumns() (map[uint32]complexColumn, error) {
	db.complexLoad.Do(func() { db.complex, db.complexErr = db.readComplex() })
	return db.complex, db.complexErr
}

func (db *DB) readComplex() (map[uint32]complexColumn, error) {
	known, err := db.Table(complexTable)
	if err != nil {
		return nil, fault("the table " + complexTable + " is missing")
	}
	t, err := db.bare(known.page)
	if err != nil {
		return nil, err
	}
	names := []string{"ComplexID", "ConceptualTableID", "FlatTableID", "ComplexTypeObjectID"}
	if !t.def.allLong(names) {
		return nil, fault("the table " + complexTable + " is not as it should be")
	}
	columns := make(map[uint32]complexColumn)
	for row, err := range t.Rows(names...) {
		if lasting(err) {
			continue // a column that is missing here is told when it is asked for
		}
		if err != nil {
			return nil, err
		}
		var ids [4]uint32
		for i := range ids {
			n, _ := strconv.ParseInt(row.Values[i].String(), 10, 64)
			ids[i] = uint32(n)
		}
		columns[ids[0]] = complexColumn{ids[1] & objectPageMask, ids[2] & objectPageMask, ids[3] & objectPageMask}
	}
	return columns, nil
}

func (def *definition) allLong(names []string) bool {
	for _, name := range names {
		i, err := def.column(name)
		if err != nil || def.columns[i].Type != Long || def.columns[i].Calculated {
			return false
		}
	}
	return true
}

// complexKind tells the kind of a complex column from the columns of its type table.
func (t *Table) complexKind(c *Column) ComplexKind {
	columns, err := t.db.complexColumns()
	if err != nil {
		return UnknownComplex
	}
	info, ok := columns[c.complexID]
	if !ok || info.owner != t.page {
		return UnknownComplex
	}
	def, err := t.db.readDefinition(t.db.window(), info.kind)
	if err != nil {
		return UnknownComplex
	}
	count := make(map[Type]int)
	for _, c := range def.columns {
		count[c.Type]++
	}
	switch {
	case count[Complex] > 0:
		return UnknownComplex
	case len(def.columns) == 1 && count[Memo]+count[OLE] == 0:
		return MultiValue
	case count[OLE] == 1 && count[Text] >= 2 && count[DateTime] >= 1:
		return Attachments
	case count[Memo] == 1 && count[DateTime] == 1:
		return VersionHistory
	}
	return UnknownComplex
}

// entries finds the entries of a complex column by the number that a row holds.
type entries struct {
	kind ComplexKind
	lost fault      // why the entries cannot be read, when they cannot
	refs []entryRef // sorted by key
	scan *scan
}

type entryRef struct {
	key uint32
	at  pointer
}

// readEntries notes where the entries of a complex column stand: eight bytes for each.
func (t *Table) readEntries(c *Column) (*entries, error) {
	e := &entries{kind: c.Complex}
	err := e.find(t.db, c.complexID)
	if errors.As(err, &e.lost) {
		return e, nil
	}
	return e, err
}

func (e *entries) find(db *DB, id uint32) error {
	if e.kind == UnknownComplex {
		return fault("the entries of the column are of an unknown kind")
	}
	columns, err := db.complexColumns()
	if err != nil {
		return err
	}
	info := columns[id]
	flat, err := db.bare(info.flat)
	if err != nil {
		return err
	}
	kind, err := db.readDefinition(db.window(), info.kind)
	if err != nil {
		return err
	}
	key := ""
	for _, c := range flat.def.columns {
		if _, err := kind.column(c.Name); err != nil && c.Type == Long && !c.AutoNumber {
			key = c.Name
		}
	}
	if key == "" {
		return fault("the hidden table of the entries has no key")
	}
	for row, err := range flat.Rows(key) {
		if lasting(err) {
			// what is left could pass for the whole list
			return fault("the entries of the column cannot be read in full: " + why(err))
		}
		if err != nil {
			return err
		}
		if raw := row.Stored(0); len(raw) == 4 {
			e.refs = append(e.refs, entryRef{binary.LittleEndian.Uint32(raw), row.ID.pointer()})
		}
	}
	slices.SortFunc(e.refs, func(a, b entryRef) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.at, b.at))
	})
	var names []string
	for _, c := range kind.columns {
		if c.Type == Complex {
			return fault("the entries of the column are complex themselves")
		}
		names = append(names, c.Name)
	}
	e.scan, err = flat.scan(names)
	if errors.Is(err, ErrNoColumn) {
		return fault("the hidden table of the entries lacks a column")
	}
	if err != nil {
		return err
	}
	e.scan.streams = true
	return nil
}

// of returns the entries with a key.
func (e *entries) of(key uint32) ([]Item, error) {
	if e.lost != "" {
		return nil, e.lost
	}
	from, _ := slices.BinarySearchFunc(e.refs, key, func(r entryRef, key uint32) int { return cmp.Compare(r.key, key) })
	var items []Item
	for _, ref := range e.refs[from:] {
		if ref.key != key {
			break
		}
		row, err := e.scan.fetch(RowID{ref.at.page(), ref.at.slot()})
		if err != nil {
			return nil, fault("an entry of the column is lost: " + why(err))
		}
		items = append(items, e.item(row))
	}
	return items, nil
}

func (e *entries) item(row *Row) Item {
	it := Item{ID: row.ID}
	texts := 0
	for i, v := range row.Values {
		switch c := e.scan.columns[i]; {
		case e.kind == MultiValue, e.kind == VersionHistory && c.Type == Memo:
			it.Value = v.clone()
			if v.Kind == Stream {
				it.content = row.more[i].long
			}
		case c.Type == DateTime:
			it.Time = v.String()
		case c.Type == OLE && v.Kind == Stream:
			it.Value, it.content = v, row.more[i].long
			it.content.wrapped = true
		case c.Type == Memo:
			it.URL = v.String()
		case c.Type == Text:
			// FileName comes before FileType in every file seen; the names decide where they are there
			if texts++; equalName(c.Name, "FileType") || texts == 2 && !equalName(c.Name, "FileName") {
				it.Type = v.String()
			} else {
				it.Name = v.String()
			}
		}
	}
	return it
}

// clone returns a value that outlives its row.
func (v Value) clone() Value {
	v.Bytes = bytes.Clone(v.Bytes)
	return v
}
