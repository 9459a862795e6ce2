package evaluate

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate/linkage"
)

// Memory is every record of a register's systems, read once and made ready for comparing, so that thousands of people can be searched
// for. It holds what is compared, and not the records.
type Memory struct {
	register *connectors.Register
	model    *linkage.Model
	judged   []*remembered            // records that tell anything of a person
	holders  map[string][]*remembered // by key: see linkage.Model.Keys
	records  int
	gaps     []string // what could not be read
}

// remembered is one record and what it tells.
type remembered struct {
	ref      connectors.Ref
	entry    *linkage.Entry
	bare     bool // it has place for no more than a name
	tells    []told
	children []*remembered
}

// told is a value that a search follows.
type told struct {
	field  linkage.Field
	text   string
	strong bool
	name   bool
}

// Remember reads every record of every system that is not worked by people and holds the organisation's own data. What could
// not be read is a gap.
func Remember(ctx context.Context, register *connectors.Register, model *linkage.Model) (*Memory, error) {
	m := &Memory{register: register, model: model, holders: map[string][]*remembered{}}
	reader := model.NewReader()
	for _, sys := range register.Systems {
		if sys.Manual() || sys.Processor() {
			continue
		}
		if err := m.readSystem(ctx, sys, reader); err != nil {
			m.gaps = append(m.gaps, sys.Title+" was not read to its end: "+err.Error())
		}
	}
	return m, ctx.Err()
}

// Entries returns what the records of all systems tell of people, for training.
func (m *Memory) Entries() []*linkage.Entry {
	entries := make([]*linkage.Entry, len(m.judged))
	for i, r := range m.judged {
		entries[i] = r.entry
	}
	return entries
}

// Gaps tells what could not be read.
func (m *Memory) Gaps() []string { return m.gaps }

// Records returns how many records were read.
func (m *Memory) Records() int { return m.records }

func (m *Memory) readSystem(ctx context.Context, sys *connectors.System, reader *linkage.Reader) error {
	conn, err := sys.Opens()(ctx)
	if err != nil {
		return err
	}
	catalog, err := conn.Describe(ctx)
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	f := family{parents: map[string]*remembered{}}
	for _, e := range sys.Entities {
		shape, ok := catalog.Shape(e.Name)
		if !ok {
			m.gaps = append(m.gaps, sys.Title+" has no "+e.Table)
			continue
		}
		if err := m.readEntity(ctx, conn, sys, e, shape, reader, &f); err != nil {
			return errors.Join(err, conn.Close())
		}
	}
	f.join()
	return conn.Close()
}

// family finds the parents of records.
type family struct {
	parents map[string]*remembered // by the child's entity, the place and the key that children name
	orphans []orphan
}

type orphan struct {
	child  *remembered
	parent string
}

func (f *family) join() {
	for _, o := range f.orphans {
		if p := f.parents[o.parent]; p != nil {
			p.children = append(p.children, o.child)
		}
	}
}

func (m *Memory) readEntity(ctx context.Context, conn connectors.Connector, sys *connectors.System, e *connectors.Entity, shape connectors.Shape,
	reader *linkage.Reader, f *family) error {
	var children []*connectors.Entity
	wanted := slices.Clone(shape.Key)
	for _, child := range sys.Entities {
		if child.Parent != nil && child.Parent.Entity == e.Name {
			children = append(children, child)
			wanted = append(wanted, slices.Collect(maps.Values(child.Parent.On))...)
		}
	}
	if e.Parent != nil {
		wanted = append(wanted, slices.Collect(maps.Keys(e.Parent.On))...)
	}
	bare := true
	for _, field := range e.Fields {
		if field.Is != "" {
			wanted = append(wanted, field.Name)
		}
		bare = bare && field.Is != "birth_date" && field.Is != "postcode" && field.Is != "address"
	}
	slices.Sort(wanted)
	wanted = slices.DeleteFunc(slices.Compact(wanted), func(name string) bool { _, ok := shape.Column(name); return !ok })
	for rec, err := range conn.Find(ctx, connectors.Query{Entity: e.Name, Fields: wanted}) {
		var gap *connectors.Gap
		if errors.As(err, &gap) {
			m.gaps = append(m.gaps, sys.Title+": "+gap.Error())
			continue
		}
		if err != nil {
			return err
		}
		r := &remembered{ref: rec.Clone().Ref, bare: bare}
		reader.Begin()
		for _, field := range e.Fields {
			m.take(r, reader, shape, field, rec)
		}
		r.entry = reader.Detach()
		m.records++
		if r.entry.Tells() {
			m.judged = append(m.judged, r)
			m.model.Keys(r.entry, func(key []byte) { m.holders[string(key)] = append(m.holders[string(key)], r) })
		}
		for _, child := range children {
			f.parents[link(child, rec, func(own string) string { return child.Parent.On[own] })] = r
		}
		if e.Parent != nil {
			f.orphans = append(f.orphans, orphan{r, link(e, rec, func(own string) string { return own })})
		}
	}
	return nil
}

// take takes in what a field of a record tells.
func (m *Memory) take(r *remembered, reader *linkage.Reader, shape connectors.Shape, f *connectors.Field, rec connectors.Record) {
	field, compared := m.model.Field(f.Is)
	column, has := shape.Column(f.Name)
	kind, known := m.register.Identifier(f.Is)
	if !compared || !has || !known {
		return
	}
	value := rec.Get(f.Name)
	texts := value.Items()
	if value.IsText() {
		texts = []string{value.String()}
	}
	name := f.Is == "family_name" || f.Is == "former_name"
	for _, text := range texts {
		reader.Add(field, column.Type, []byte(text))
		if kind.Strength != connectors.Weak || name {
			r.tells = append(r.tells, told{field: field, text: text, strong: kind.Strength == connectors.Strong, name: name})
		}
	}
}

// link names what joins a child to its parent. column tells the record's column for a column of the child's.
func link(child *connectors.Entity, r connectors.Record, column func(own string) string) string {
	parts := []string{child.Name, r.Ref.Place}
	for _, own := range slices.Sorted(maps.Keys(child.Parent.On)) {
		parts = append(parts, compare.Fold(r.Get(column(own)).String()))
	}
	return strings.Join(parts, "\x00")
}
