package connectors

import (
	"encoding/binary"
	"fmt"

	"dossier/connectors/compare"
)

// Filter checks records against a query by the definitions of package compare. Connectors that read
// everything use it to yield only what was asked for; callers of every connector check with it what was
// yielded. It is safe for use by several goroutines.
type Filter struct {
	entity  string
	places  map[string]bool
	refs    map[string]struct{}
	clauses [][]term
}

// term is a compiled Term: a matcher for one field, or for a tuple either the joined keys of every searched
// tuple or, for comparisons without keys, a matcher a field for each of them.
type term struct {
	fields []string
	types  []compare.Type
	how    compare.How
	one    *compare.Matcher
	joined map[string]struct{}
	tuples [][]*compare.Matcher
}

// NewFilter compiles the query for records of the shape. The error names a field that the shape lacks or a
// tuple of the wrong length; Searchable takes such terms out first.
func NewFilter(shape Shape, q Query) (*Filter, error) {
	f := &Filter{entity: q.Entity}
	if q.Places != nil {
		f.places = map[string]bool{}
		for _, p := range q.Places {
			f.places[p] = true
		}
	}
	if q.Refs != nil {
		f.refs = make(map[string]struct{}, len(q.Refs))
		for _, r := range q.Refs {
			f.refs[r.ID()] = struct{}{}
		}
		return f, nil
	}
	for _, c := range q.Any {
		clause := make([]term, len(c))
		for i, t := range c {
			compiled, err := compileTerm(shape, t)
			if err != nil {
				return nil, err
			}
			clause[i] = compiled
		}
		f.clauses = append(f.clauses, clause)
	}
	return f, nil
}

func compileTerm(shape Shape, t Term) (term, error) {
	c := term{fields: t.Fields, how: t.How, types: make([]compare.Type, len(t.Fields))}
	if len(t.Fields) == 0 {
		return c, fmt.Errorf("a term of the query on %s names no field", shape.Entity)
	}
	for i, name := range t.Fields {
		column, ok := shape.Column(name)
		if !ok {
			return c, fmt.Errorf("%s has no field %s", shape.Entity, name)
		}
		c.types[i] = column.Type
	}
	for _, tuple := range t.Values {
		if len(tuple) != len(t.Fields) {
			return c, fmt.Errorf("a term on %s compares %d fields with %d values", shape.Entity, len(t.Fields), len(tuple))
		}
	}
	switch {
	case len(t.Fields) == 1:
		values := make([]string, len(t.Values))
		for i, tuple := range t.Values {
			values[i] = tuple[0]
		}
		c.one = compare.Compile(t.How, c.types[0], values)
	case t.How == compare.Equal || t.How == compare.Folded || t.How == compare.Compact:
		c.joined = make(map[string]struct{}, len(t.Values))
		for _, tuple := range t.Values {
			key, ok := []byte(nil), true
			for i := 0; i < len(tuple) && ok; i++ {
				key, ok = c.appendJoined(key, i, []byte(tuple[i]))
			}
			if ok {
				c.joined[string(key)] = struct{}{}
			}
		}
	default:
		for _, tuple := range t.Values {
			matchers := make([]*compare.Matcher, len(tuple))
			for i, v := range tuple {
				matchers[i] = compare.Compile(t.How, c.types[i], []string{v})
			}
			c.tuples = append(c.tuples, matchers)
		}
	}
	return c, nil
}

// appendJoined appends the key of the field at position i behind its length.
func (t *term) appendJoined(dst []byte, i int, v []byte) ([]byte, bool) {
	var buf [128]byte
	key, ok := compare.AppendKey(buf[:0], t.how, t.types[i], v)
	dst = binary.AppendUvarint(dst, uint64(len(key)))
	return append(dst, key...), ok
}

// Match reports whether the query asks for the record.
func (f *Filter) Match(r Record) bool {
	if r.Ref.Entity != f.entity || f.places != nil && !f.places[r.Ref.Place] {
		return false
	}
	if f.refs != nil {
		_, ok := f.refs[r.Ref.ID()]
		return ok
	}
	return len(f.clauses) == 0 || f.MatchFields(r.Fields)
}

// MatchFields reports whether any clause of the query holds for the fields.
func (f *Filter) MatchFields(fields Fields) bool {
	for _, clause := range f.clauses {
		if holds(clause, fields) {
			return true
		}
	}
	return false
}

func holds(clause []term, fields Fields) bool {
	for i := range clause {
		if !clause[i].holds(fields) {
			return false
		}
	}
	return true
}

func (t *term) holds(fields Fields) bool {
	switch {
	case t.one != nil:
		return matchValue(t.one, fields.Get(t.fields[0]))
	case t.joined != nil:
		var buf [256]byte
		key, ok := buf[:0], true
		for i, name := range t.fields {
			v := fields.Get(name)
			if !v.IsText() {
				return false
			}
			if key, ok = t.appendJoined(key, i, v.Bytes()); !ok {
				return false
			}
		}
		_, ok = t.joined[string(key)]
		return ok
	}
	for _, matchers := range t.tuples {
		all := true
		for i, m := range matchers {
			all = all && matchValue(m, fields.Get(t.fields[i]))
		}
		if all {
			return true
		}
	}
	return false
}

// matchValue matches text, or any text of a list; NULL and streams answer to nothing.
func matchValue(m *compare.Matcher, v Value) bool {
	if v.IsText() {
		return m.Match(v.Bytes())
	}
	for _, item := range v.Items() {
		if m.Match([]byte(item)) {
			return true
		}
	}
	return false
}

// Searchable splits a query into what a system can search and the gaps for what it cannot: a clause with a
// term on a field that the shape lacks, or that the field cannot be searched by, is left out whole.
// Where nothing is left to ask for, ok is false: the query without clauses would mean every record.
func Searchable(shape Shape, q Query) (rest Query, gaps []Gap, ok bool) {
	rest = q
	if q.Refs != nil || len(q.Any) == 0 {
		return rest, nil, true
	}
	rest.Any = nil
	for _, clause := range q.Any {
		searchable := true
		for _, t := range clause {
			for _, name := range t.Fields {
				column, exists := shape.Column(name)
				switch {
				case !exists:
					gaps = append(gaps, Gap{Entity: shape.Entity, Field: name, Why: "there is no such field"})
				case !column.CanSearch(t.How):
					gaps = append(gaps, Gap{Entity: shape.Entity, Field: name,
						Why: fmt.Sprintf("a field of type %s cannot be searched by %s", column.Native, t.How)})
				default:
					continue
				}
				searchable = false
			}
		}
		if searchable {
			rest.Any = append(rest.Any, clause)
		}
	}
	return rest, gaps, len(rest.Any) > 0
}
