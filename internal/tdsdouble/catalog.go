package tdsdouble

import (
	"slices"
	"strings"
	"sync"
	"time"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// ridColumn is the hidden column by which the double finds a row again, whatever its keys are.
const ridColumn = "tds rid"

// catalog is what the server remembers of every definition. Tables never change once they are listed: an
// ALTER lists a new one, so a reader may keep what it looked up.
type catalog struct {
	mu        sync.RWMutex
	databases []*database
	nextID    int
	version   int // rises with every definition
}

type database struct {
	id        int
	name      string
	collation string
	schemas   []string
	tables    map[string]*table // by lower-case schema.name
	views     map[string]*userView
	created   time.Time
}

type table struct {
	id       int
	db       string
	schema   string
	name     string
	temp     bool
	columns  []*column
	keys     []key
	foreign  []foreignKey
	checks   []check
	triggers []*trigger
	temporal bool
	tracked  bool
	identity *identity
	stamp    *identity // of a rowversion column
	created  time.Time
}

// userView is a view that CREATE VIEW made; shape describes its columns as of then.
type userView struct {
	shape   *table
	columns []string
	query   *tsql.Query
}

// identity hands out the values of an identity column; they are never given back.
type identity struct {
	mu        sync.Mutex
	next      int64
	increment int64
	last      any
}

func (i *identity) take() int64 {
	i.mu.Lock()
	defer i.mu.Unlock()
	n := i.next
	i.next += i.increment
	i.last = n
	return n
}

// saw makes room after a value that was written by hand.
func (i *identity) saw(n int64) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if (i.increment > 0) == (n >= i.next) {
		i.next = n + i.increment
		i.last = n
	}
}

type column struct {
	id          int
	name        string
	typ         value.Type
	nullable    bool
	seed        *[2]int64 // of an identity column
	def         tsql.Expr
	defName     string
	computed    tsql.Expr
	computedSQL string
	persisted   bool
	generated   bool
	masked      bool
	encrypted   bool
}

// readOnly tells a column that no statement may write.
func (c *column) readOnly() bool {
	return c.computed != nil || c.generated || c.typ.Kind == value.RowVersion
}

// key is a primary key, a unique constraint or an index.
type key struct {
	id        int // object id of a constraint, 0 for a plain index
	name      string
	columns   []tsql.IndexColumn
	include   []string
	primary   bool
	unique    bool
	declared  bool // as a constraint
	clustered bool
	filtered  bool
}

type foreignKey struct {
	id       int
	name     string
	columns  []string
	ref      *table
	refCols  []string
	onDelete string
	onUpdate string
}

type check struct {
	id   int
	name string
	x    tsql.Expr
}

type trigger struct {
	id       int
	name     string
	events   []string
	body     []tsql.Statement
	disabled bool
}

// storage is the quoted name under which SQLite keeps the table.
func (t *table) storage() string {
	if t.temp {
		return "temp." + quote(t.name)
	}
	return "main." + quote(t.db+"."+t.schema+"."+t.name)
}

func (t *table) column(name string) *column {
	for _, c := range t.columns {
		if strings.EqualFold(c.name, name) {
			return c
		}
	}
	return nil
}

func (t *table) identityColumn() *column {
	for _, c := range t.columns {
		if c.seed != nil {
			return c
		}
	}
	return nil
}

func (t *table) fullName() string { return t.db + "." + t.schema + "." + t.name }

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func tableKey(schema, name string) string { return strings.ToLower(schema + "." + name) }

// id gives the next object id.
func (c *catalog) id() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nextID++
	return 100000 + c.nextID
}

// database finds a database by name; nil when there is none.
func (c *catalog) database(name string) *database {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, d := range c.databases {
		if strings.EqualFold(d.name, name) {
			return d
		}
	}
	return nil
}

func (c *catalog) addDatabase(name, collation string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.databases = append(c.databases, &database{
		id: len(c.databases) + 1, name: name, collation: collation, tables: map[string]*table{}, views: map[string]*userView{},
		schemas: []string{"dbo", "guest", "INFORMATION_SCHEMA", "sys"}, created: time.Now(),
	})
	c.version++
}

func (c *catalog) table(d *database, schema, name string) *table {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return d.tables[tableKey(schema, name)]
}

func (c *catalog) view(d *database, schema, name string) *userView {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return d.views[tableKey(schema, name)]
}

// list enters a table, in place of an older one of its name.
func (c *catalog) list(d *database, t *table) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d.tables[tableKey(t.schema, t.name)] = t
	c.version++
	for _, other := range d.tables {
		for i := range other.foreign {
			if other.foreign[i].ref.id == t.id {
				other.foreign[i].ref = t
			}
		}
	}
}

func (c *catalog) drop(d *database, t *table) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(d.tables, tableKey(t.schema, t.name))
	c.version++
}

// sorted lists a database's tables in the order they were made.
func (d *database) sorted() []*table {
	out := make([]*table, 0, len(d.tables))
	for _, t := range d.tables {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *table) int { return a.id - b.id })
	return out
}

// shapes lists everything of a database that has columns: its tables, then its views.
func (d *database) shapes() []*table {
	out := d.sorted()
	n := len(out)
	for _, v := range d.views {
		out = append(out, v.shape)
	}
	slices.SortFunc(out[n:], func(a, b *table) int { return a.id - b.id })
	return out
}

// referencing lists the foreign keys that point at a table, with the tables that hold them.
func (c *catalog) referencing(d *database, t *table) (keys []foreignKey, holders []*table) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, other := range d.sorted() {
		for _, f := range other.foreign {
			if f.ref.id == t.id {
				keys, holders = append(keys, f), append(holders, other)
			}
		}
	}
	return keys, holders
}
