package sqldb

import (
	"bytes"
	"context"
	"strings"
)

// dialect is what sets one database server apart from another. Its methods that return SQL take
// identifiers that are quoted already and never a value: values are bound.
type dialect interface {
	server
	catalog
	reading
	searching
	writing

	quote(name string) string
	param(n int) string
	maxParams() int // in one statement
}

// server is how a dialect reaches a server, and what it makes of its errors.
type server interface {
	// places lists the databases or files of the system that can be seen; the system notes those that cannot.
	places(ctx context.Context, sys *system) ([]*place, error)
	// connect opens a connection to a place with the account that reads or the one that writes.
	connect(ctx context.Context, p *place, write bool) (link, error)
	// network returns the network and address of the server; empty for files.
	network() (network, address string)
	// settle makes a fresh session one that reads only, or one that writes.
	settle(ctx context.Context, s *session) error
	// cancel ends on the server what an abandoned session still does.
	cancel(ctx context.Context, s *session)
	// judge says what an error means.
	judge(err error) verdict
}

// catalog is how a dialect learns what a place holds.
type catalog interface {
	// schema reads the tables of the place.
	schema(ctx context.Context, s *session) (*schema, error)
	// grants notes what the account of a session that writes may do to the tables.
	grants(ctx context.Context, s *session, to *schema) error
}

// reading is how values become canonical text.
type reading interface {
	// stream runs a query and calls each with the cells filled for every row, until it returns false.
	stream(ctx context.Context, s *session, st *statement, cells []*cell, each func() bool) error
	// selected returns the expression to be read for a column, which decode understands.
	selected(c *column, quoted string) string
	// decode sets the cell to the canonical text of what the driver gave for selected.
	decode(c *cell, src any) error
	// piece returns the size in bytes of a binary column, and as many bytes from an offset that starts at 1.
	piece(quoted string, offset, length int64) (size, piece string)
}

// searching is how a dialect writes conditions.
type searching interface {
	// bind returns canonical text as it is bound to be compared with the column or written to it, or false where the
	// column cannot hold it.
	bind(c *column, canonical string) (any, bool)
	// among writes that the expression is one of the values: bound for the column, or strings where c is nil.
	among(st *statement, expr string, c *column, values []any)
	// between writes that from <= expression < to, both canonical text of the column's type; to may be empty.
	between(st *statement, expr string, c *column, from, to string)
	// plain returns the text of a column in lower case without spaces at its ends, compared by code point.
	// It must be right for ASCII only.
	plain(c *column, quoted string) string
	// strange returns whether the text holds a character of the class, written as a regular expression, or two
	// spaces in a row if runs is set.
	strange(c *column, quoted, class string, runs bool) string
	// otherwise returns whether a column of numbers holds something else all the same, "" where it cannot.
	otherwise(c *column, quoted string) string
	// like returns whether the plain expression matches the bound pattern, in which ! escapes.
	like(expr, param string) string
	// double returns the placeholder of a bound float64 as the widest floating point number.
	double(param string) string
}

// writing is how a dialect changes records.
type writing interface {
	// begin starts a transaction that writes.
	begin() string
	// locked returns what a SELECT that locks its rows has behind the table and at its end.
	locked() (hint, end string)
	maxChanges() int // records changed by one statement
	// enforces reports whether the length of a text column is kept by the server.
	enforces() bool
	// special reports whether the column can hold a text that has no canonical form, such as infinity.
	special(c *column, v string) bool
	// bindList returns the items of a list as they are written.
	bindList(items []string) any
	// assign writes a bound value that is written to a column.
	assign(st *statement, c *column, bound any)
	// insert writes what follows INSERT INTO table; chosen is the key column that the server fills in, nil for none.
	insert(st *statement, rows [][]field, chosen *column)
	// chosen runs such an insert and returns the key.
	chosen(ctx context.Context, s *session, st *statement) (string, error)
	// run runs a statement that changes records and returns how many it matched.
	run(ctx context.Context, s *session, st *statement) (int64, error)
}

// statement is SQL text that is being written, with its bound values.
type statement struct {
	bytes.Buffer
	d    dialect
	args []any

	qualifier string // stands before columns that terms name
}

// arg binds a value and writes its placeholder.
func (st *statement) arg(v any) { st.WriteString(st.bound(v)) }

// bound binds a value and returns its placeholder.
func (st *statement) bound(v any) string {
	st.args = append(st.args, v)
	return st.d.param(len(st.args))
}

// list writes that the expression is one of the values. Lists are filled up to a power of two with their
// last value, so that a server sees few different statements.
func (st *statement) list(expr string, values []any) {
	if len(values) == 0 {
		st.WriteString("1=0")
		return
	}
	st.WriteString(expr)
	if len(values) == 1 {
		st.WriteString(" = ")
		st.arg(values[0])
		return
	}
	st.WriteString(" IN (")
	for i := range roundUp(len(values)) {
		if i > 0 {
			st.WriteByte(',')
		}
		st.arg(values[min(i, len(values)-1)])
	}
	st.WriteByte(')')
}

// values writes (columns) VALUES (bound values), (…).
func (st *statement) values(rows [][]field) {
	st.WriteString(" (")
	st.each(len(rows[0]), func(i int) { st.WriteString(st.d.quote(rows[0][i].c.column)) })
	st.WriteString(") VALUES ")
	st.each(len(rows), func(n int) {
		st.WriteByte('(')
		st.each(len(rows[n]), func(i int) { st.d.assign(st, rows[n][i].c, rows[n][i].bound) })
		st.WriteByte(')')
	})
}

// each writes n parts with commas between them.
func (st *statement) each(n int, write func(i int)) {
	for i := range n {
		if i > 0 {
			st.WriteString(", ")
		}
		write(i)
	}
}

// roundUp returns the next power of two; lists that are long anyway stay as they are.
func roundUp(n int) int {
	if n > maxIndexed {
		return n
	}
	p := 1
	for p < n {
		p *= 2
	}
	return p
}

// escapeLike writes the characters that mean something in a LIKE pattern behind a !.
var escapeLike = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_", "[", "![")

func anyOf(values []string) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// inRange reports whether the canonical integer lies in the column's range.
func inRange(c *column, v string) bool {
	return (c.low == "" || compareIntegers(v, c.low) >= 0) && (c.high == "" || compareIntegers(v, c.high) <= 0)
}

// compareIntegers compares canonical integers of any length.
func compareIntegers(a, b string) int {
	an, bn := strings.HasPrefix(a, "-"), strings.HasPrefix(b, "-")
	switch {
	case an && !bn:
		return -1
	case bn && !an:
		return 1
	case an:
		return compareIntegers(b[1:], a[1:])
	case len(a) != len(b):
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
