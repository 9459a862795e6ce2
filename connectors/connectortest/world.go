package connectortest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// world is what a system must hold, in the suite's own memory: the truth that connectors are measured by.
type world struct {
	limits  Limits
	data    Dataset
	byID    map[string]connectors.Record
	ordered map[string][]string // entity → IDs, in the order of the rows
}

func newWorld(limits Limits, data Dataset) *world {
	w := &world{limits: limits}
	for _, e := range data.Entities {
		e.Rows = slices.Clone(e.Rows)
		w.data.Entities = append(w.data.Entities, e)
	}
	w.index()
	return w
}

// index names every record.
func (w *world) index() {
	w.byID, w.ordered = map[string]connectors.Record{}, map[string][]string{}
	for i := range w.data.Entities {
		e := &w.data.Entities[i]
		names := e.Names()
		equals := map[string]int{}
		for _, row := range e.Rows {
			fields := connectors.Fields{Names: names, Values: row.Cells}
			ref := connectors.Ref{System: w.limits.System, Place: row.Place, Entity: e.Name}
			if e.Key == nil {
				digest := connectors.RowDigest(fields)
				equals[row.Place+digest]++
				ref.Key = []string{digest, strconv.Itoa(equals[row.Place+digest])}
			}
			for _, k := range e.Key {
				ref.Key = append(ref.Key, fields.Get(k).String())
			}
			w.byID[ref.ID()] = connectors.Record{Ref: ref, Fields: fields}
			w.ordered[e.Name] = append(w.ordered[e.Name], ref.ID())
		}
	}
}

// records returns the records of an entity in the order of the rows.
func (w *world) records(entity string) []connectors.Record {
	records := make([]connectors.Record, len(w.ordered[entity]))
	for i, id := range w.ordered[entity] {
		records[i] = w.byID[id]
	}
	return records
}

// shape returns the entity as the dataset has it, searchable by everything.
func (w *world) shape(entity string) connectors.Shape {
	e, ok := w.data.Entity(entity)
	if !ok {
		return connectors.Shape{Entity: entity}
	}
	shape := connectors.Shape{Entity: e.Name, Table: e.Name, Places: w.limits.Places, Key: e.Key}
	for _, f := range e.Fields {
		shape.Fields = append(shape.Fields, connectors.Column{Name: f.Name, Type: f.Type, Search: compare.Hows})
	}
	return shape
}

// valid checks one yielded record, whether it was asked for or comes on top: that it exists, where it was
// asked for, as it is.
func (w *world) valid(r connectors.Record, q connectors.Query) error {
	switch {
	case r.Ref.System != w.limits.System || r.Ref.Entity != q.Entity:
		return violated("a record of %s/%s was yielded for %s/%s", r.Ref.System, r.Ref.Entity, w.limits.System, q.Entity)
	case !slices.Contains(w.limits.Places, r.Ref.Place):
		return violated("a record was yielded from the place %q, which is none", r.Ref.Place)
	case q.Places != nil && !slices.Contains(q.Places, r.Ref.Place):
		return violated("a record was yielded from the place %q, which was not asked for", r.Ref.Place)
	case len(r.Names) != len(r.Values):
		return violated("%s has %d names for %d values", r.Ref, len(r.Names), len(r.Values))
	}
	truth, ok := w.byID[r.Ref.ID()]
	if !ok {
		return violated("%s was yielded, which no record is named", shortened([]string{r.Ref.String()}))
	}
	wanted := q.Fields
	if wanted == nil {
		wanted = truth.Names
	}
	for _, name := range wanted {
		if truth.Has(name) && !r.Has(name) {
			return violated("%s was yielded without the field %q, which was asked for", r.Ref, name)
		}
	}
	for i, name := range r.Names {
		switch {
		case slices.Contains(r.Names[:i], name):
			return violated("%s was yielded with the field %q twice", r.Ref, name)
		case !slices.Contains(wanted, name) || !truth.Has(name):
			return violated("%s was yielded with the field %q, which was not asked for", r.Ref, name)
		case !w.equalValues(r.Ref.Entity, name, r.Values[i], truth.Get(name)):
			return violated("%s, field %q: %s was yielded for %s", r.Ref, name, shown(r.Values[i]), shown(truth.Get(name)))
		}
	}
	return nil
}

// equalValues compares a yielded value with the truth; long binary values are yielded as streams.
func (w *world) equalValues(entity, field string, got, want connectors.Value) bool {
	if !got.IsStream() || !want.IsText() {
		return got.Equal(want)
	}
	if column, _ := w.shape(entity).Column(field); column.Type != compare.Stream {
		return false
	}
	content := contentOf(want)
	return got.Equal(connectors.Stream(int64(len(content)), sha256.Sum256(content)))
}

// contentOf returns the bytes that the canonical text of a binary value stands for.
func contentOf(v connectors.Value) []byte {
	content, err := hex.DecodeString(strings.TrimPrefix(v.String(), "0x"))
	if err != nil {
		panic("connectortest: a dataset has a binary value that is none")
	}
	return content
}

// shown writes a value for errors of the suite.
func shown(v connectors.Value) string {
	if v.IsNull() {
		return "NULL"
	}
	text := strconv.QuoteToASCII(v.String())
	if len(text) > 80 {
		return text[:80] + "…"
	}
	return text
}

// answers returns the IDs of the records that the query asks for.
func (w *world) answers(q connectors.Query) (map[string]bool, error) {
	filter, err := connectors.NewFilter(w.shape(q.Entity), q)
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, id := range w.ordered[q.Entity] {
		if filter.Match(w.byID[id]) {
			ids[id] = true
		}
	}
	return ids, nil
}

// same compares what was yielded, after the caller's check, with a scan of everything. Records in a
// place named in lost need not be there.
func (w *world) same(yielded []connectors.Record, q connectors.Query, lost []string) error {
	want, err := w.answers(q)
	if err != nil {
		return err
	}
	filter, err := connectors.NewFilter(w.shape(q.Entity), q)
	if err != nil {
		return err
	}
	times := map[string]int{}
	for _, r := range yielded {
		id := r.Ref.ID()
		times[id]++
		if times[id] > 1 && len(q.Any) == 0 {
			return violated("%s was yielded twice", r.Ref)
		}
		if filter.Match(r) != want[id] {
			return violated("%s as it was yielded is not judged as the record itself is: was a field that is searched left out?", r.Ref)
		}
	}
	var missing []string
	for _, id := range w.ordered[q.Entity] {
		if want[id] && times[id] == 0 && !slices.Contains(lost, w.byID[id].Ref.Place) {
			missing = append(missing, shortened([]string{w.byID[id].Ref.String()})+w.hint(id, q))
		}
	}
	if len(missing) > 0 {
		return violated("%d of %d records are missing in silence: %s", len(missing), len(want), strings.Join(missing[:min(3, len(missing))], ", "))
	}
	return nil
}

// hint shows what a missing record holds in the first field that was searched.
func (w *world) hint(id string, q connectors.Query) string {
	for _, clause := range q.Any {
		for _, t := range clause {
			return fmt.Sprintf(" (%s %s)", t.Fields[0], shown(w.byID[id].Get(t.Fields[0])))
		}
	}
	return ""
}

// row returns the row of a record.
func (w *world) row(ref connectors.Ref) (*Entity, int) {
	e, ok := w.data.Entity(ref.Entity)
	if !ok {
		return nil, -1
	}
	for i, id := range w.ordered[ref.Entity] {
		if id == ref.ID() {
			return e, i
		}
	}
	return e, -1
}

// make carries out a change in the suite's memory, as the system must carry it out.
func (w *world) make(changes ...connectors.Change) {
	for _, c := range changes {
		e, i := w.row(c.Record)
		switch c.Op {
		case connectors.Update:
			cells := slices.Clone(e.Rows[i].Cells)
			w.set(e, cells, c.After)
			e.Rows[i].Cells = cells
		case connectors.Insert:
			cells := make([]connectors.Value, len(e.Fields))
			w.set(e, cells, c.After)
			e.Rows = append(e.Rows, Row{c.Record.Place, cells})
			w.index()
		case connectors.Delete:
			e.Rows = slices.Delete(e.Rows, i, i+1)
			w.index()
		}
	}
	w.index()
}

func (w *world) set(e *Entity, cells []connectors.Value, after connectors.Fields) {
	for i, f := range e.Fields {
		if after.Has(f.Name) {
			cells[i] = after.Get(f.Name)
		}
	}
}

// compare compares a snapshot with the world: the same rows, in any order.
func (w *world) compare(s Snapshot) error {
	for _, e := range w.data.Entities {
		balance := map[string]int{} // how many more of a row there are than there should be
		for _, r := range s.Rows[e.Name] {
			balance[r.id()]++
		}
		for _, r := range e.Rows {
			balance[r.id()]--
		}
		for _, r := range e.Rows {
			if balance[r.id()] < 0 {
				return fmt.Errorf("%s no longer holds the row %s", e.Name, r)
			}
		}
		for _, r := range s.Rows[e.Name] {
			if balance[r.id()] > 0 {
				return fmt.Errorf("%s holds the row %s, which it should not", e.Name, r)
			}
		}
	}
	return nil
}

// id returns a text that is equal for equal rows and for no others: NULL, "" and any text are told apart.
func (r Row) id() string {
	var b []byte
	b = append(binary.AppendUvarint(b, uint64(len(r.Place))), r.Place...)
	for _, v := range r.Cells {
		if v.IsNull() {
			b = append(b, 0)
			continue
		}
		text := v.Bytes()
		b = append(binary.AppendUvarint(append(b, 1), uint64(len(text))), text...)
	}
	return string(b)
}

// String writes the row for errors of the suite.
func (r Row) String() string {
	cells := make([]string, len(r.Cells))
	for i, v := range r.Cells {
		cells[i] = shown(v)
	}
	return r.Place + ": " + strings.Join(cells, ", ")
}
