package estate

import "strconv"

// database is one database of a system: a file of SQLite, or a database on a server.
type database struct {
	system string
	name   string
	tables []*table
	after  map[string][]string // dialect to statements that follow the data: triggers
}

// table is one table with its rows.
type table struct {
	name    string
	entity  string // as the register names it; "" : nothing personal, in the register's ignore list
	columns []column
	key     []string
	foreign []foreign
	indexes [][]string
	rows    []row
}

// column is one column; its type is one of the logical types below, which each dialect writes in its own.
type column struct {
	name string
	kind columnKind
	size int  // of text: characters; of decimals: digits before the point and two after it
	must bool // NOT NULL
}

type columnKind uint8

const (
	number columnKind = iota // int
	code                     // varchar: ids, codes and other plain ASCII
	name                     // nvarchar: anything that people are called
	memo                     // text without limit
	day                      // date, "2006-01-02"
	moment                   // datetime, "2006-01-02 15:04:05"
	epoch                    // seconds since 1970
	money                    // decimal with two places, "12.50"
	flag                     // bit
	guid                     // uniqueidentifier
	blob                     // bytes
)

// foreign is a foreign key.
type foreign struct {
	column, table, ref string
	onDelete           string // CASCADE, SET NULL or NO ACTION
}

// row is one row. Values are int, string, bool, []byte or nil.
type row struct {
	values   []any
	about    *person // nil: nobody
	classes  classes
	mentions []*person
}

func (t *table) position(column string) int {
	for i, c := range t.columns {
		if c.name == column {
			return i
		}
	}
	panic("estate: table " + t.name + " has no column " + column)
}

// add appends a row about a person.
func (t *table) add(p *person, c classes, values ...any) *row {
	if len(values) != len(t.columns) {
		panic("estate: a row of " + t.name + " has " + strconv.Itoa(len(values)) + " values")
	}
	t.rows = append(t.rows, row{values: values, about: p, classes: c})
	return &t.rows[len(t.rows)-1]
}

// keyOf returns the key of a row in canonical text.
func (t *table) keyOf(r row) []string {
	var key []string
	for _, k := range t.key {
		switch v := r.values[t.position(k)].(type) {
		case int:
			key = append(key, strconv.Itoa(v))
		case string:
			key = append(key, v)
		default:
			panic("estate: the key of " + t.name + " is neither a number nor text")
		}
	}
	return key
}

func col(n string, k columnKind, size ...int) column {
	c := column{name: n, kind: k}
	if len(size) > 0 {
		c.size = size[0]
	}
	return c
}

// must makes columns NOT NULL.
func must(columns ...column) []column {
	for i := range columns {
		columns[i].must = true
	}
	return columns
}

// orNull turns an empty text into NULL.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// lookup is a table of codes and meanings, which holds nothing personal.
func lookup(title, key, text string, meanings ...string) *table {
	t := &table{name: title, columns: must(col(key, number), col(text, name, 80)), key: []string{key}}
	for i, m := range meanings {
		t.add(nil, nil, i+1, m)
	}
	return t
}
