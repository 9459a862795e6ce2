package jet

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"sync"
)

// catalogPage is where the definition of the catalogue, the table MSysObjects, always stands.
const catalogPage = 2

// Types of the objects in the catalogue, and flags.
const (
	objectTable    = "1"
	objectODBC     = "4"
	objectLinked   = "6"
	flagSystem     = 0x80000002 // either bit
	flagHidden     = 0x08
	maxProperties  = 16 << 20
	objectPageMask = 0xffffff
)

// Table is a table of a database.
type Table struct {
	Name   string
	Hidden bool

	db     *DB
	system bool
	page   uint32 // of its definition
	entry  RowID  // its row in the catalogue

	load  sync.Once
	def   *definition
	props Properties
	warn  *DamageError // why the properties could not be read
	err   error
}

// Link is a table that stands in another database.
type Link struct {
	Name     string // its name here
	Database string // path of an Access file; empty for ODBC
	Connect  string // connection string of other sources, without passwords
	Table    string // its name there
}

var secretPart = regexp.MustCompile(`(?i)\b(pwd|password)\s*=[^;]*`)

// readCatalog reads the tables and links from MSysObjects.
func (db *DB) readCatalog() error {
	db.catalog = &Table{Name: "MSysObjects", db: db, system: true, page: catalogPage}
	def, err := db.readDefinition(db.window(), catalogPage)
	if err != nil {
		return damageAt(err, DamageError{Table: db.catalog.Name, Page: catalogPage, Row: -1})
	}
	db.catalog.load.Do(func() { db.catalog.def = def })

	columns := []string{"Id", "Name", "Type", "Flags", "Database", "ForeignName", "Connect"}
	for row, err := range db.catalog.Rows(columns...) {
		if err != nil {
			if !lasting(err) {
				return err
			}
			db.damage = append(db.damage, err)
			continue
		}
		db.catalogRow(row)
	}
	return nil
}

func (db *DB) catalogRow(row *Row) {
	id, _ := strconv.ParseInt(row.Values[0].String(), 10, 64)
	flags, _ := strconv.ParseInt(row.Values[3].String(), 10, 64)
	name := row.Values[1].String()
	switch row.Values[2].String() {
	case objectTable:
		t := &Table{db: db, page: uint32(id) & objectPageMask}
		if t.page == catalogPage {
			t = db.catalog
		}
		t.Name, t.entry = name, row.ID
		t.system, t.Hidden = flags&flagSystem != 0, flags&flagHidden != 0
		db.tables = append(db.tables, t)
	case objectODBC, objectLinked:
		db.shadows = append(db.shadows, &Table{Name: name, db: db, entry: row.ID, page: uint32(id) & objectPageMask})
		db.links = append(db.links, Link{
			Name: name, Database: row.Values[4].String(), Table: row.Values[5].String(),
			Connect: secretPart.ReplaceAllString(row.Values[6].String(), "$1=…"),
		})
	}
}

func (db *DB) listTables(system bool) []*Table {
	var list []*Table
	for _, t := range db.tables {
		if t.system == system {
			list = append(list, t)
		}
	}
	return list
}

// nameOf is the name of the table whose definition stands on a page.
func (db *DB) nameOf(page uint32) string {
	for _, t := range db.tables {
		if t.page == page {
			return t.Name
		}
	}
	return ""
}

// lasting reports whether a sequence goes on after an error.
func lasting(err error) bool {
	var damage *DamageError
	var changed *ChangedError
	return errors.As(err, &damage) || errors.As(err, &changed)
}

// damageAt turns a fault into a DamageError that tells where it was; other errors stay.
func damageAt(err error, where DamageError) error {
	var f fault
	if errors.As(err, &f) {
		where.Why = string(f)
		return &where
	}
	return err
}

// definition reads the table's definition once.
func (t *Table) definition() (*definition, error) {
	t.load.Do(func() {
		w := t.db.window()
		def, err := t.db.readDefinition(w, t.page)
		if err != nil {
			t.err = damageAt(err, DamageError{Table: t.Name, Page: t.page, Row: -1})
			return
		}
		t.def = def
		t.readProperties()
		for _, x := range def.indexes {
			if x.Foreign != nil {
				x.Foreign.Table = t.db.nameOf(x.Foreign.page)
			}
		}
		for i := range def.columns {
			if def.columns[i].Type == Complex {
				def.columns[i].Complex = t.complexKind(&def.columns[i])
			}
		}
	})
	return t.def, t.err
}

// readProperties reads the properties of the table and its columns from its row in the catalogue.
func (t *Table) readProperties() {
	sets, err := t.loadProperties()
	if err != nil {
		t.warn = &DamageError{
			Table: t.Name, Page: t.entry.Page, Row: t.entry.Slot, Column: "LvProp",
			Why: "the properties of the table and its columns are lost: " + why(err),
		}
	}
	t.props = sets[""]
	for i := range t.def.columns {
		c := &t.def.columns[i]
		c.Properties = sets[c.Name]
		c.Required = c.Properties.Get("Required") == "true"
		c.Rich = c.Type == Memo && c.Properties.Get("TextFormat") == "1"
		if !c.Calculated {
			continue
		}
		if n, err := strconv.ParseUint(c.Properties.Get("ResultType"), 10, 8); err == nil {
			c.Type = Type(n)
		}
	}
}

func (t *Table) loadProperties() (map[string]Properties, error) {
	row, err := t.db.catalog.Row(t.entry, "LvProp")
	if err != nil {
		return nil, err
	}
	r, err := row.Open(0)
	if err != nil {
		return nil, err
	}
	block, err := io.ReadAll(io.LimitReader(r, maxProperties))
	if err != nil {
		return nil, err
	}
	return t.db.parseProperties(block)
}

// System reports whether Access keeps the table for itself.
func (t *Table) System() bool { return t.system }

// Columns returns the columns in the order the designer shows them. The error is a *DamageError when
// the table's definition cannot be read.
func (t *Table) Columns() ([]Column, error) {
	def, err := t.definition()
	if err != nil {
		return nil, err
	}
	return append([]Column(nil), def.columns...), nil
}

// Indexes returns the indexes, those that enforce relationships included.
func (t *Table) Indexes() ([]Index, error) {
	def, err := t.definition()
	if err != nil {
		return nil, err
	}
	return append([]Index(nil), def.indexes...), nil
}

// Properties returns the properties of the table itself.
func (t *Table) Properties() (Properties, error) {
	if _, err := t.definition(); err != nil {
		return nil, err
	}
	if t.warn != nil {
		return t.props, t.warn
	}
	return t.props, nil
}

// Count returns how many rows the table's definition says it has.
func (t *Table) Count() (int, error) {
	def, err := t.definition()
	if err != nil {
		return 0, err
	}
	return int(def.rows), nil
}

// RowID names a row by where it stands. It holds until the row is deleted or the file compacted.
type RowID struct {
	Page uint32
	Slot int
}

func (id RowID) String() string { return fmt.Sprintf("%d:%d", id.Page, id.Slot) }

func (id RowID) pointer() pointer { return pointer(id.Page<<8 | uint32(id.Slot)) }
