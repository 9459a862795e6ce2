package connectors

import (
	"slices"

	"dossier/connectors/compare"
)

// Catalog is what an account reaches in a system.
type Catalog struct {
	Places []string // every place of the system that could be listed, in a fixed order
	Scope  Scope    // what one Apply is atomic over
	Shapes []Shape  // entities of the register first, then those that it does not name
	Gaps   []Gap    // what could not be described, so that it is not searched, and why
	Closed []Gap    // where nothing may be changed, though all can be searched, and why
}

// Shape returns the shape of an entity.
func (c Catalog) Shape(entity string) (Shape, bool) {
	i := slices.IndexFunc(c.Shapes, func(s Shape) bool { return s.Entity == entity })
	if i < 0 {
		return Shape{}, false
	}
	return c.Shapes[i], true
}

// Scope is what one Apply is atomic over.
type Scope uint8

const (
	PerRecord Scope = iota + 1
	PerPlace
	PerSystem
)

// String returns the scope's name.
func (s Scope) String() string {
	switch s {
	case PerRecord:
		return "record"
	case PerPlace:
		return "place"
	case PerSystem:
		return "system"
	}
	return "unknown"
}

// Shape describes one entity as the system has it.
type Shape struct {
	Entity      string // as the register names it, else the table's own name
	Table       string // the table, sheet, mailbox or folder in the system's own words
	Mapped      bool   // whether the register names it
	Places      []string
	Key         []string // the fields whose values name a record; nil: [digest, ordinal], see RowDigest
	Fields      []Column
	Uniques     [][]string   // the fields of each key and unique index over several
	ForeignKeys []ForeignKey // of this entity, and of entities not in the register that point at it
	Triggers    []Trigger
	History     []History
	Ops         []Op  // what this account may do, as far as the system tells; nil: only read
	Rows        int64 // how many records, as the system estimates; -1: unknown
}

// Column returns the description of a field.
func (s Shape) Column(name string) (Column, bool) {
	i := slices.IndexFunc(s.Fields, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return s.Fields[i], true
}

// Names returns the names of the fields in order.
func (s Shape) Names() []string {
	names := make([]string, len(s.Fields))
	for i, c := range s.Fields {
		names[i] = c.Name
	}
	return names
}

// Column describes one field.
type Column struct {
	Name      string
	Type      compare.Type
	Native    string        // the type in the system's own words: nvarchar(40)
	Length    int           // of text in characters and of binary values in bytes; 0: no limit or none known
	Nullable  bool          // whether it may be NULL
	Unique    bool          // whether a key or unique index holds this field alone
	Generated bool          // computed, identity or row version: the system writes it
	Indexed   bool          // whether Equal on this field alone uses an index
	Search    []compare.How // the comparisons the system can search; others become a Gap
}

// CanSearch reports whether the system can search the field by the comparison.
func (c Column) CanSearch(how compare.How) bool { return slices.Contains(c.Search, how) }

// ForeignKey says that fields of one table point at another.
type ForeignKey struct {
	Name     string
	Table    string // the child, in the system's own words
	Fields   []string
	RefTable string // the parent
	Ref      []string
	OnDelete string // "cascade", "set null", "set default", "restrict" or "no action"
}

// Trigger is code that the system runs by itself when records change.
type Trigger struct {
	Name string
	On   []Op
}

// History is where a system keeps older states of an entity's records by itself, as far as it tells.
type History struct {
	Table string // in the system's own words
	What  string // in words for a person: "the system keeps every earlier state of the table (system versioning)"
}
