package act

import (
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// relation says that records of one entity belong to records of another: by the register, or by a foreign key that the system
// enforces.
type relation struct {
	child, parent string   // the entities as shapes name them; child "": the account cannot see the table
	table         string   // the child's table in the system's own words
	from, to      []string // fields of the child and of the parent
	enforced      bool     // the system refuses to delete the parent, or changes its children with it
	onDelete      string   // enforced: what it does
	mapped        bool     // the register names the child
	told          bool     // the register says that the child belongs to the parent
}

// relationsOf returns how the entities of a system belong together.
func relationsOf(s *connectors.System, catalog connectors.Catalog) []relation {
	var all []relation
	add := func(r relation) {
		i := slices.IndexFunc(all, func(o relation) bool {
			return o.child == r.child && o.table == r.table && o.parent == r.parent && pairs(o) == pairs(r)
		})
		if i < 0 {
			all = append(all, r)
		} else if r.enforced { // the register's come before
			all[i].enforced, all[i].onDelete = true, r.onDelete
		}
	}
	for _, e := range s.Entities {
		shape, ok := catalog.Shape(e.Name)
		if !ok || e.Parent == nil {
			continue
		}
		r := relation{child: e.Name, parent: e.Parent.Entity, table: shape.Table, mapped: true, told: true}
		for _, from := range shape.Names() {
			if to := e.Parent.On[from]; to != "" {
				r.from, r.to = append(r.from, from), append(r.to, to)
			}
		}
		if len(r.from) == len(e.Parent.On) {
			add(r)
		}
	}
	byTable := func(table string) (connectors.Shape, bool) {
		i := slices.IndexFunc(catalog.Shapes, func(s connectors.Shape) bool { return s.Table == table })
		if i < 0 {
			return connectors.Shape{}, false
		}
		return catalog.Shapes[i], true
	}
	for _, shape := range catalog.Shapes {
		for _, fk := range shape.ForeignKeys {
			parent, ok := byTable(fk.RefTable)
			if !ok {
				continue
			}
			child, seen := byTable(fk.Table)
			r := relation{child: child.Entity, parent: parent.Entity, table: fk.Table, enforced: true, onDelete: fk.OnDelete, mapped: seen && child.Mapped,
				from: spelled(child, fk.Fields), to: spelled(parent, fk.Ref)}
			add(r)
		}
	}
	return all
}

// spelled returns fields of a foreign key as the shape spells them.
func spelled(s connectors.Shape, fields []string) []string {
	out := slices.Clone(fields)
	for i, name := range out {
		for _, c := range s.Fields {
			if strings.EqualFold(c.Name, name) {
				out[i] = c.Name
			}
		}
	}
	return out
}

// pairs returns a text that is equal for relations by the same fields.
func pairs(r relation) string {
	list := make([]string, len(r.from))
	for i := range r.from {
		list[i] = r.from[i] + "\x00" + r.to[min(i, len(r.to)-1)]
	}
	slices.Sort(list)
	return strings.Join(list, "\x01")
}

// tuple returns the values of fields by which records belong together, false where one of them holds none.
func tuple(f connectors.Fields, names []string) ([]string, bool) {
	values := make([]string, len(names))
	for i, name := range names {
		v := f.Get(name)
		if !v.IsText() || len(v.Bytes()) == 0 {
			return nil, false
		}
		values[i] = v.String()
	}
	return values, true
}

// tupleKey names a tuple whatever way its values are written: 7 and 7.0, A1 and "a1".
func tupleKey(values []string) string {
	parts := make([]string, len(values))
	for i, v := range values {
		if n, ok := compare.Canonical(compare.Decimal, v); ok {
			v = n
		}
		parts[i] = compare.Fold(v)
	}
	return strings.Join(parts, "\x00")
}

// ranks orders the entities of a system: children before what they belong to, and else as the catalog has them.
func ranks(catalog connectors.Catalog, relations []relation) map[string]int {
	rank := map[string]int{}
	var visit func(entity string, path []string)
	visit = func(entity string, path []string) {
		if _, done := rank[entity]; done || slices.Contains(path, entity) {
			return
		}
		path = append(path, entity)
		for _, r := range relations {
			if r.parent == entity && r.child != "" {
				visit(r.child, path)
			}
		}
		rank[entity] = len(rank)
	}
	for _, shape := range catalog.Shapes {
		visit(shape.Entity, nil)
	}
	return rank
}
