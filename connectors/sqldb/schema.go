package sqldb

import (
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// schema is what one database or file holds.
type schema struct {
	home      string // the schema that a table's bare name means: dbo, public; "" where there are no schemas
	tables    []*table
	collation string // the database's own
}

// table is a table or view of a database.
type table struct {
	schema   string // "" where the database has none
	name     string
	view     bool
	columns  []*column
	hidden   []string   // columns that the account may not read
	primary  []string   // the columns of the primary key, else of a unique index without NULL; nil: none
	uniques  [][]string // columns of unique indexes, the primary key among them
	foreign  []connectors.ForeignKey
	children []reference // tables that point at this one
	trigger  []connectors.Trigger
	checks   []check
	history  []connectors.History
	ops      []connectors.Op
	rows     int64 // as the server estimates; -1: unknown
}

// reference is a foreign key of a child that points at a table.
type reference struct {
	child    *table // nil: the account cannot see it
	label    string
	from, to []string
}

// column is a field of a table.
type column struct {
	name      string // as records name it: the register's spelling
	column    string // as the database spells it
	native    string // the type in the database's own words
	typ       compare.Type
	base      string // the type's bare name, by which the dialect tells how to read and bind it
	cast      string // the type that values are cast to, as the dialect needs it
	list      bool   // an array: its values are lists of typ
	length    int    // of text in characters, of binary in bytes; 0: none known
	low, high string // the range of an integer type as decimal numbers; "": not limited
	digits    int    // SQL Server: digits before the point that a decimal type keeps
	scale     int    // digits after the point that a decimal type keeps; -1: not limited
	padded    bool   // char(n): spaces behind the text are not part of it
	charset   string // MySQL and PostgreSQL: of text
	collation string
	nullable  bool
	unique    bool
	generated bool
	indexed   bool
}

// label returns the table's name in the system's own words, which the register can write too.
func (s *schema) label(t *table) string {
	if t.schema == "" || t.schema == s.home {
		return t.name
	}
	return t.schema + "." + t.name
}

// find returns the table that the register means by name, qualified or not, written exactly or, where only
// one answers, in other case.
func (s *schema) find(name string) *table {
	for _, equal := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		var found []*table
		for _, t := range s.tables {
			if equal(t.schema+"."+t.name, name) || t.schema == s.home && equal(t.name, name) {
				found = append(found, t)
			}
		}
		if len(found) == 1 {
			return found[0]
		}
	}
	return nil
}

func (t *table) column(name string) *column {
	for _, equal := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		var found []*column
		for _, c := range t.columns {
			if equal(c.column, name) {
				found = append(found, c)
			}
		}
		if len(found) == 1 {
			return found[0]
		}
	}
	return nil
}

// refer notes that the child's foreign key points at the parent, at both of them. A child that the account
// cannot see is nil; the foreign key then holds its name.
func (s *schema) refer(child, parent *table, fk connectors.ForeignKey) {
	fk.RefTable = s.label(parent)
	if child != nil {
		fk.Table = s.label(child)
		child.foreign = append(child.foreign, fk)
	}
	if parent != child {
		parent.foreign = append(parent.foreign, fk)
	}
	parent.children = append(parent.children, reference{child, fk.Table, fk.Fields, fk.Ref})
}

// allow notes what the account that writes may do to a table: update, insert, delete.
func (s *schema) allow(namespace, name string, may [3]bool) {
	for _, t := range s.tables {
		if t.schema != namespace || t.name != name {
			continue
		}
		t.ops = nil
		for i, op := range []connectors.Op{connectors.Update, connectors.Insert, connectors.Delete} {
			if may[i] {
				t.ops = append(t.ops, op)
			}
		}
	}
}

// index notes an index on the columns in order.
func (t *table) index(columns []string, unique bool) {
	if len(columns) == 0 {
		return
	}
	if first := t.column(columns[0]); first != nil {
		first.indexed = true
		if unique && len(columns) == 1 {
			first.unique = true
		}
	}
	if unique {
		t.uniques = append(t.uniques, columns)
	}
}

// hide takes out a column that cannot be read.
func (t *table) hide(name string) {
	t.columns = slices.DeleteFunc(t.columns, func(c *column) bool { return c.column == name })
	t.hidden = append(t.hidden, name)
}

// chooseKey takes the shortest unique index without NULL as the key of a table that has no primary one.
func (t *table) chooseKey() {
	if t.primary != nil {
		return
	}
	for _, columns := range t.uniques {
		nullable := slices.ContainsFunc(columns, func(name string) bool {
			c := t.column(name)
			return c == nil || c.nullable
		})
		if !nullable && (t.primary == nil || len(columns) < len(t.primary)) {
			t.primary = columns
		}
	}
}

// entity is a table as the register sees it, in one place.
type entity struct {
	name     string
	table    *table
	mapped   bool
	columns  []*column // in the order of the table
	accepted []string  // triggers that the register lets run
	key      []*column // nil: records are named by digest and ordinal
	shape    connectors.Shape
}

func (e *entity) column(name string) *column {
	i := slices.IndexFunc(e.columns, func(c *column) bool { return c.name == name })
	if i < 0 {
		return nil
	}
	return e.columns[i]
}

// newEntity looks at a table with the register's eyes; reg is nil for a table that it does not name. The
// error is a gap: the table lacks a field of the key.
func newEntity(name string, t *table, reg *connectors.Entity, s *schema, d dialect) (*entity, error) {
	e := &entity{name: name, table: t, mapped: reg != nil}
	keys := t.primary
	for _, c := range t.columns {
		own := *c
		own.name = c.column
		e.columns = append(e.columns, &own)
	}
	if reg != nil {
		for _, f := range append(fieldNames(reg), reg.Key...) {
			if c := t.column(f); c != nil {
				e.columns[slices.Index(t.columns, c)].name = f
			}
		}
		if reg.Key != nil {
			keys = reg.Key
		}
	}
	for _, k := range keys {
		c := t.column(k)
		if c == nil {
			return nil, &connectors.Gap{Entity: name, Field: k, Why: "the table has no such field, so its records cannot be named"}
		}
		e.key = append(e.key, e.columns[slices.Index(t.columns, c)])
	}
	e.shape = e.describe(s, d)
	return e, nil
}

// hidden returns a gap for every field that the account may not read.
func (e *entity) hidden(place string) []connectors.Gap {
	gaps := make([]connectors.Gap, len(e.table.hidden))
	for i, name := range e.table.hidden {
		gaps[i] = connectors.Gap{Place: place, Entity: e.name, Field: name, Why: "the account cannot read its values"}
	}
	return gaps
}

func fieldNames(reg *connectors.Entity) []string {
	names := make([]string, len(reg.Fields))
	for i, f := range reg.Fields {
		names[i] = f.Name
	}
	return names
}

func (e *entity) describe(s *schema, d dialect) connectors.Shape {
	shape := connectors.Shape{Entity: e.name, Table: s.label(e.table), Mapped: e.mapped,
		ForeignKeys: e.table.foreign, Triggers: e.table.trigger, History: e.table.history, Rows: e.table.rows}
	for _, c := range e.key {
		shape.Key = append(shape.Key, c.name)
	}
	for _, c := range e.columns {
		shape.Fields = append(shape.Fields, connectors.Column{Name: c.name, Type: c.typ, Native: c.native, Length: c.length,
			Nullable: c.nullable, Unique: c.unique, Generated: c.generated, Indexed: c.indexed, Search: searches(c)})
	}
	for _, columns := range e.table.uniques {
		var names []string
		for _, c := range e.columns {
			if slices.Contains(columns, c.column) {
				names = append(names, c.name)
			}
		}
		known := slices.ContainsFunc(shape.Uniques, func(of []string) bool { return slices.Equal(of, names) })
		if len(columns) > 1 && len(names) == len(columns) && !known {
			shape.Uniques = append(shape.Uniques, names)
		}
	}
	return shape
}

// searches lists the comparisons by which a column can be searched.
func searches(c *column) []compare.How {
	switch c.typ {
	case compare.Text, compare.Integer, compare.Decimal, compare.Float:
		return compare.Hows
	case compare.Boolean:
		return []compare.How{compare.Equal, compare.Folded, compare.Compact, compare.Prefix, compare.Contains}
	case compare.GUID:
		return []compare.How{compare.Equal, compare.Folded, compare.Compact}
	case compare.Day, compare.DateTime, compare.Instant:
		return []compare.How{compare.Equal, compare.Date}
	case compare.Clock, compare.Binary:
		return []compare.How{compare.Equal}
	}
	return nil
}
