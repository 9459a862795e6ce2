package sqldb

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// finder carries one query to one place.
type finder struct {
	place  *place
	entity *entity
	query  connectors.Query
	send   func(connectors.Record, error) bool

	cells  []*cell // every column that is read
	fields []int   // the cells of the record's fields
	key    []int   // the cells of the key
	record connectors.Record
	keys   strings.Builder
	wanted map[string]bool // the keys asked for by Refs
	seen   map[string]bool // the keys yielded, where several statements can yield the same record
	equals map[string]int  // records without a key: how often a digest has been seen
}

func (f *finder) run(ctx context.Context) error {
	f.prepare()
	statements, err := f.statements()
	if err != nil {
		return err
	}
	if len(statements) > 1 && f.entity.key != nil {
		f.seen = map[string]bool{}
	}
	for _, st := range statements {
		if more, err := f.stream(ctx, st); err != nil || !more {
			return err
		}
	}
	return nil
}

// stream runs one statement. It returns false when the caller wants no more.
func (f *finder) stream(ctx context.Context, st *statement) (bool, error) {
	s, err := f.place.take(ctx, false)
	if err != nil {
		return false, err
	}
	queryCtx, cancel := context.WithCancel(ctx)
	defer cancel()
	more := true
	err = f.place.sys.d.stream(queryCtx, s, st, f.cells, func() bool {
		if more = f.yield(); !more {
			cancel()
		}
		return more
	})
	switch {
	case !more:
		s.abandon()
		return false, nil
	case ctx.Err() != nil:
		s.abandon()
	case err != nil && !f.place.sys.d.judge(err).server:
		s.abandon()
		err = fmt.Errorf("the server did not answer to the end: %w", err)
	default: // the session stands between statements, even after the server refused one
		f.place.put(s)
	}
	return true, err
}

// prepare chooses the columns to read.
func (f *finder) prepare() {
	e, d := f.entity, f.place.sys.d
	cellOf := map[*column]int{}
	read := func(c *column) int {
		i, ok := cellOf[c]
		if !ok {
			i = len(f.cells)
			cellOf[c] = i
			f.cells = append(f.cells, &cell{c: c, d: d})
		}
		return i
	}
	var names []string
	for _, c := range e.columns {
		if f.query.Fields == nil || slices.Contains(f.query.Fields, c.name) {
			names = append(names, c.name)
			f.fields = append(f.fields, read(c))
		}
	}
	for _, c := range e.key {
		f.key = append(f.key, read(c))
	}
	if e.key == nil { // the digest is over every field
		for _, c := range e.columns {
			read(c)
		}
		f.equals = map[string]int{}
	}
	f.record.Ref = connectors.Ref{System: f.place.sys.reg.ID, Place: f.place.name, Entity: e.name, Key: make([]string, max(len(f.key), 0))}
	f.record.Fields = connectors.Fields{Names: names, Values: make([]connectors.Value, len(names))}
}

// statements writes the statements that answer the query.
func (f *finder) statements() ([]*statement, error) {
	q, e, d := f.query, f.entity, f.place.sys.d
	if q.Refs != nil {
		return f.byRefs()
	}
	if len(q.Any) == 0 {
		return []*statement{f.selectWhere(nil)}, nil
	}
	var out []*statement
	parts := split(e, q.Any, d.maxParams())
	if len(parts) > 1 && e.key == nil { // the ordinal among equals counts within one reading
		return []*statement{f.selectWhere(nil)}, nil
	}
	for _, clauses := range parts {
		out = append(out, f.selectWhere(clauses))
	}
	return out, nil
}

// byRefs asks for exactly the records named, by their keys.
func (f *finder) byRefs() ([]*statement, error) {
	e := f.entity
	f.wanted = map[string]bool{}
	term := connectors.Term{How: compare.Equal}
	for _, c := range e.key {
		term.Fields = append(term.Fields, c.name)
	}
	for _, r := range f.query.Refs {
		if r.Place != f.place.name || r.Entity != e.name {
			continue
		}
		if id := joinKey(r.Key); !f.wanted[id] {
			f.wanted[id] = true
			term.Values = append(term.Values, r.Key)
		}
		if e.key != nil && len(r.Key) != len(e.key) {
			return nil, fmt.Errorf("a record of %s is named by %d values, its key has %d", e.name, len(r.Key), len(e.key))
		}
	}
	switch {
	case len(f.wanted) == 0:
		return nil, nil
	case e.key == nil:
		return []*statement{f.selectWhere(nil)}, nil
	}
	var out []*statement
	for _, clauses := range split(e, []connectors.Clause{{term}}, f.place.sys.d.maxParams()) {
		out = append(out, f.selectWhere(clauses))
	}
	return out, nil
}

// selectWhere writes the SELECT of the finder's columns for rows where one of the clauses holds.
func (f *finder) selectWhere(clauses []connectors.Clause) *statement {
	return f.selectFrom(clauses, false)
}

func (f *finder) selectFrom(clauses []connectors.Clause, lock bool) *statement {
	d := f.place.sys.d
	st := &statement{d: d}
	st.WriteString("SELECT ")
	if len(f.cells) == 0 {
		st.WriteByte('1')
	}
	for i, x := range f.cells {
		if i > 0 {
			st.WriteString(", ")
		}
		st.WriteString(d.selected(x.c, d.quote(x.c.column)))
	}
	st.WriteString(" FROM ")
	st.WriteString(f.entity.table.quoted(d))
	hint, end := "", ""
	if lock {
		hint, end = d.locked()
	}
	st.WriteString(hint)
	for i, clause := range clauses {
		if i == 0 {
			st.WriteString(" WHERE ")
		} else {
			st.WriteString(" OR ")
		}
		st.clause(f.entity, clause)
	}
	st.WriteString(end)
	return st
}

// clause writes that every term of the clause may hold.
func (st *statement) clause(e *entity, clause connectors.Clause) {
	if len(clause) == 0 {
		st.WriteString("1=1")
		return
	}
	st.WriteByte('(')
	for i, t := range clause {
		if i > 0 {
			st.WriteString(" AND ")
		}
		st.term(e, t)
	}
	st.WriteByte(')')
}

func (t *table) quoted(d dialect) string {
	if t.schema == "" {
		return d.quote(t.name)
	}
	return d.quote(t.schema) + "." + d.quote(t.name)
}

// yield sends the record in the cells. It returns false when the caller wants no more.
func (f *finder) yield() bool {
	f.fill()
	if f.wanted != nil && !f.wanted[joinKey(f.record.Ref.Key)] {
		return true
	}
	if f.seen != nil {
		id := joinKey(f.record.Ref.Key)
		if f.seen[id] {
			return true
		}
		f.seen[id] = true
	}
	return f.send(f.record, nil)
}

// fill makes the record of the cells.
func (f *finder) fill() {
	for i, at := range f.fields {
		f.record.Fields.Values[i] = f.cells[at].value
	}
	if f.entity.key == nil {
		f.nameByDigest()
	} else {
		f.nameByKey()
	}
}

// nameByKey writes the key into a builder that many records share, so that naming a row costs no
// allocation of its own and the key stays valid when the record is kept.
func (f *finder) nameByKey() {
	for i, at := range f.key {
		text := f.cells[at].value.Bytes()
		if f.keys.Cap()-f.keys.Len() < len(text) {
			f.keys = strings.Builder{}
			f.keys.Grow(max(4096, len(text)))
		}
		start := f.keys.Len()
		f.keys.Write(text)
		f.record.Ref.Key[i] = f.keys.String()[start:]
	}
}

func (f *finder) nameByDigest() {
	all := connectors.Fields{Names: make([]string, len(f.cells)), Values: make([]connectors.Value, len(f.cells))}
	for i, x := range f.cells {
		all.Names[i], all.Values[i] = x.c.name, x.value
	}
	digest := connectors.RowDigest(all)
	f.equals[digest]++
	f.record.Ref.Key = []string{digest, strconv.Itoa(f.equals[digest])}
}

// joinKey returns a text that is equal for equal keys only.
func joinKey(key []string) string {
	if len(key) == 1 {
		return key[0]
	}
	var b []byte
	for _, k := range key {
		b = append(append(strconv.AppendInt(b, int64(len(k)), 10), ':'), k...)
	}
	return string(b)
}
