package tdsdouble

import (
	"fmt"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// binder turns T-SQL syntax into SQLite's SQL: it resolves names, gives every expression its type and writes
// the conversions that SQL Server makes in silence.
type binder struct {
	s       *session
	args    []any
	known   map[string]string // constants already bound
	inline  bool              // constants are written into the text: definitions take no parameters
	aliases int
	grouped map[string]bool // what a grouped query may name outside aggregates; nil when not grouped
	inAgg   bool
	locks   bool // a hint asks for locks that last to the end of the transaction
	nowait  bool
	views   []viewKey
}

// bound is an expression in SQLite's SQL with its T-SQL type.
type bound struct {
	sql    string
	typ    value.Type
	null   bool // may be NULL
	pred   bool // a predicate, not a value
	level  level
	digits int       // of a whole number written out
	col    *column   // a plain reference to a column
	rel    *relation // and where it stands
}

// level is how firmly an expression holds its collation.
type level uint8

const (
	coercible level = iota // constants, variables
	implicit               // columns
	explicit               // COLLATE
)

// relation is one source of rows in scope.
type relation struct {
	alias  string // as T-SQL names it
	object tsql.Object
	table  *table // nil for queries and views
	sqlite string // its alias in the SQL
	cols   []outCol
}

// outCol is a column of a relation or of a result.
type outCol struct {
	name     string
	typ      value.Type
	null     bool
	identity bool
	computed bool
	level    level
	col      *column
}

// scope is what an expression can name, inner relations before outer ones.
type scope struct {
	parent *scope
	rels   []*relation
	ctes   []cte
}

type cte struct {
	name     string
	cols     []outCol
	defining bool
}

func (s *scope) cte(name string) *cte {
	for ; s != nil; s = s.parent {
		for i := len(s.ctes) - 1; i >= 0; i-- {
			if strings.EqualFold(s.ctes[i].name, name) {
				return &s.ctes[i]
			}
		}
	}
	return nil
}

func (b *binder) alias() string {
	b.aliases++
	return fmt.Sprintf("t%d", b.aliases)
}

// constant binds a canonical value, once for equal ones.
func (b *binder) constant(v any) string {
	if b.inline {
		return inlineValue(v)
	}
	key := fmt.Sprintf("%T %v", v, v)
	if n, ok := b.known[key]; ok {
		return n
	}
	b.args = append(b.args, v)
	n := fmt.Sprintf("?%d", len(b.args))
	if b.known == nil {
		b.known = map[string]string{}
	}
	b.known[key] = n
	return n
}

func inlineValue(v any) string {
	switch x := v.(type) {
	case nil:
		return "NULL"
	case string:
		return "'" + strings.ReplaceAll(x, "'", "''") + "'"
	case []byte:
		return fmt.Sprintf("x'%x'", x)
	case float64:
		return fmt.Sprintf("%e", x)
	}
	return fmt.Sprint(v)
}

// text writes a string into the SQL itself: names of types and collations, never data.
func text(s string) string { return inlineValue(s) }

func (r *relation) column(name string) (outCol, bool) {
	for _, c := range r.cols {
		if strings.EqualFold(c.name, name) {
			return c, true
		}
	}
	return outCol{}, false
}

// named tells whether a qualifier of one to three parts names the relation.
func (r *relation) named(parts []string) bool {
	last := parts[len(parts)-1]
	if r.alias != "" {
		return len(parts) == 1 && strings.EqualFold(last, r.alias)
	}
	if !strings.EqualFold(last, r.object.Name) {
		return false
	}
	if len(parts) >= 2 && r.table != nil && !strings.EqualFold(parts[len(parts)-2], r.table.schema) {
		return false
	}
	return len(parts) < 3 || r.table != nil && strings.EqualFold(parts[len(parts)-3], r.table.db)
}

func (b *binder) columnRef(c *tsql.Column, sc *scope) (bound, error) {
	name, qualifier := c.Parts[len(c.Parts)-1], c.Parts[:len(c.Parts)-1]
	for s := sc; s != nil; s = s.parent {
		var found *relation
		var col outCol
		for _, r := range s.rels {
			if len(qualifier) > 0 && !r.named(qualifier) {
				continue
			}
			k, ok := r.column(name)
			if !ok {
				continue
			}
			if found != nil {
				return bound{}, errLine(c.Line, 209, 1, "Ambiguous column name '%s'.", name)
			}
			found, col = r, k
		}
		if found == nil {
			continue
		}
		if col.col != nil && (col.col.encrypted || col.col.masked && !b.s.system && b.s.srv.denies(b.s.user, "UNMASK", "")) {
			return bound{}, value.Unsupported("reading the masked or encrypted column %s", name)
		}
		e := bound{sql: found.sqlite + "." + quote(col.name), typ: col.typ, null: col.null, level: col.level, col: col.col, rel: found}
		if b.grouped != nil && !b.inAgg && s == sc && !b.grouped[e.sql] {
			return bound{}, errLine(c.Line, 8120, 1, "Column '%s' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.", strings.Join(c.Parts, "."))
		}
		return e, nil
	}
	if len(qualifier) > 0 {
		return bound{}, errLine(c.Line, 4104, 1, "The multi-part identifier \"%s\" could not be bound.", strings.Join(c.Parts, "."))
	}
	return bound{}, errLine(c.Line, 207, 1, "Invalid column name '%s'.", name)
}

func errLine(line int, number int32, state uint8, format string, args ...any) *value.Error {
	e := value.Errorf(number, 16, state, format, args...)
	e.Line = int32(max(line, 1))
	return e
}

// common finds the type under which operands meet, the collation included.
func common(xs ...bound) (value.Type, level, error) {
	var t value.Type
	lv := coercible
	var coll string
	for _, x := range xs {
		if err := variantClash(t, x.typ); err != nil {
			return t, lv, err
		}
		t = value.Common(t, x.typ)
		if !x.typ.Kind.IsText() {
			continue
		}
		switch {
		case coll == "" || x.level > lv:
			coll, lv = x.typ.Collation, x.level
		case x.level == lv && lv > coercible && !strings.EqualFold(coll, x.typ.Collation):
			return t, lv, value.Errorf(468, 16, 9, "Cannot resolve the collation conflict between \"%s\" and \"%s\" in the equal to operation.", x.typ.Collation, coll)
		}
	}
	if t.Kind.IsText() {
		t.Collation = coll
	}
	return t, lv, nil
}

func variantClash(a, b value.Type) error {
	if a.Kind == value.Variant || b.Kind == value.Variant {
		return value.Unsupported("an operator on sql_variant")
	}
	return nil
}

// align makes an operand one of type to for a comparison. Kinds that share a canonical form stay as they are.
func (b *binder) align(x bound, to value.Type) (bound, error) {
	from := x.typ
	if err := value.Implicit(from.Kind, to.Kind); err != nil {
		return x, err
	}
	if x.col != nil && from.Kind != to.Kind && x.rel != nil && x.rel.table != nil && !sameFamily(from, to) {
		b.s.noteConversion(x, to)
	}
	out := x
	out.typ = to
	switch {
	case from.Kind == value.Null:
		return out, nil
	case from.Kind.IsInteger() && to.Kind.IsInteger(), from.Kind.IsText() && to.Kind.IsText(), from.Kind == to.Kind,
		from.Kind.IsExact() && to.Kind.IsExact(), from.Kind.IsApprox() && to.Kind.IsApprox(), from.Kind.IsBinary() && to.Kind.IsBinary():
		return out, nil
	case from.Kind.IsInteger() && to.Kind.IsApprox():
		out.sql = "CAST(" + x.sql + " AS REAL)"
		return out, nil
	}
	if to.Kind.IsExact() && from.Kind.IsInteger() {
		out.sql = "CAST(" + x.sql + " AS TEXT)"
		return out, nil
	}
	out.sql = convertSQL(x.sql, from, to, "0", false)
	return out, nil
}

// sameFamily tells kinds whose conversion keeps an index useful: the integers, and narrow types that widen.
func sameFamily(from, to value.Type) bool {
	return from.Kind.IsInteger() && to.Kind.IsInteger() || from.Kind.IsUnicode() && to.Kind.IsUnicode() ||
		from.Kind.IsText() && to.Kind.IsText() && from.Kind.IsUnicode() == to.Kind.IsUnicode() ||
		from.Kind.IsExact() && to.Kind.IsExact() || from.Kind.IsBinary() && to.Kind.IsBinary()
}

// convertSQL calls the registered conversion.
func convertSQL(sql string, from, to value.Type, style string, try bool) string {
	name := "tds_convert"
	if try {
		name = "tds_try_convert"
	}
	return fmt.Sprintf("%s(%s, %s, %s, %s)", name, sql, text(from.String()), text(to.String()), style)
}

// collated writes an operand with the collation of its type.
func collated(x bound) string {
	if c := x.typ.Collate(); c != "" {
		return x.sql + " COLLATE " + quote(c)
	}
	return x.sql
}
