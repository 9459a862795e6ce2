package access

import (
	"fmt"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/internal/jet"
)

// view is a table of one file as records show it.
type view struct {
	*jet.Table
	ref    connectors.Ref // without a key
	shape  connectors.Shape
	fields []field          // in the order of shape.Fields
	key    []int            // the fields of the key; nil: records are named by digest and ordinal
	unique bool             // no two records have the same key
	gaps   []connectors.Gap // what of the table cannot be described
}

// field is one field of a record: a column, or a part of one.
type field struct {
	jet.Column
	part part
	typ  compare.Type
}

// part tells which part of an attachment column a field is.
type part uint8

const (
	whole part = iota
	fileNames
	fileData
)

// view returns a table as the records of an entity show it. mapped is nil for tables outside the register.
func (db *database) view(entity string, t *jet.Table, mapped *connectors.Entity) (*view, error) {
	columns, err := t.Columns()
	if err != nil {
		return nil, &connectors.Gap{Place: db.place, Entity: entity, Why: err.Error()}
	}
	indexes, err := t.Indexes()
	if err != nil {
		return nil, &connectors.Gap{Place: db.place, Entity: entity, Why: err.Error()}
	}
	v := &view{Table: t, ref: connectors.Ref{System: db.source.system.ID, Place: db.place, Entity: entity},
		shape: connectors.Shape{Entity: entity, Table: t.Name, Mapped: mapped != nil, Places: []string{db.place}, Rows: -1}}
	for _, c := range columns {
		v.addColumn(c, indexes)
	}
	if rows, err := t.Count(); err == nil {
		v.shape.Rows = int64(rows)
	}
	if db.source.keys.Writable {
		v.shape.Ops = []connectors.Op{connectors.Update, connectors.Delete}
	}
	if mapped != nil && len(mapped.Key) > 0 {
		err = v.setKey(mapped.Key)
	} else if i := slices.IndexFunc(indexes, func(x jet.Index) bool { return x.Primary }); i >= 0 {
		err = v.setKey(namesOf(indexes[i]))
	}
	v.unique = slices.ContainsFunc(indexes, func(x jet.Index) bool {
		return x.Unique && !slices.ContainsFunc(namesOf(x), func(name string) bool { return !slices.Contains(v.shape.Key, name) })
	})
	return v, err
}

func namesOf(x jet.Index) []string {
	names := make([]string, len(x.Columns))
	for i, c := range x.Columns {
		names[i] = c.Name
	}
	return names
}

func (v *view) setKey(names []string) error {
	for _, name := range names {
		i := slices.Index(v.shape.Names(), name)
		if i < 0 {
			return &connectors.Gap{Place: v.ref.Place, Entity: v.shape.Entity, Field: name, Why: "there is no such field, which the register names as part of the key"}
		}
		v.key = append(v.key, i)
	}
	v.shape.Key = names
	return nil
}

func (v *view) addColumn(c jet.Column, indexes []jet.Index) {
	column := connectors.Column{Name: c.Name, Type: typeOf(c), Native: native(c), Length: c.Size, Search: compare.Hows,
		Nullable: !c.Required && c.Type != jet.Boolean, Generated: c.AutoNumber || c.Calculated}
	if column.Type == compare.Stream {
		column.Search = nil
	}
	for _, x := range indexes {
		if len(x.Columns) == 1 && x.Columns[0].Name == c.Name {
			column.Unique = column.Unique || x.Unique
			column.Nullable = column.Nullable && !x.Primary && !x.Required
		}
	}
	switch {
	case c.Complex == jet.UnknownComplex:
		v.gaps = append(v.gaps, connectors.Gap{Place: v.ref.Place, Entity: v.shape.Entity, Field: c.Name,
			Why: "the entries of the column are in a form that is not known"})
		return
	case c.Complex == jet.Attachments:
		column.Generated = true
		names, data := column, column
		names.Name, names.Native = c.Name+".FileName", "Attachment names"
		data.Name, data.Type, data.Search = c.Name+".FileData", compare.Stream, nil
		v.shape.Fields = append(v.shape.Fields, names, data)
		v.fields = append(v.fields, field{c, fileNames, names.Type}, field{c, fileData, data.Type})
		return
	case c.Type == jet.Complex:
		column.Generated = true
	}
	v.shape.Fields = append(v.shape.Fields, column)
	v.fields = append(v.fields, field{c, whole, column.Type})
}

// typeOf returns the type of a column's values. Of what holds several values it is the type of each: their text.
func typeOf(c jet.Column) compare.Type {
	switch c.Type {
	case jet.Byte, jet.Integer, jet.Long, jet.BigInt:
		return compare.Integer
	case jet.Currency, jet.Numeric:
		return compare.Decimal
	case jet.Single, jet.Double:
		return compare.Float
	case jet.Boolean:
		return compare.Boolean
	case jet.DateTime, jet.DateExtended:
		return compare.DateTime
	case jet.GUID:
		return compare.GUID
	case jet.OLE:
		return compare.Stream
	case jet.Text, jet.Memo, jet.Complex:
		return compare.Text
	}
	return compare.Binary
}

// native writes a column's type as the designer of Access does.
func native(c jet.Column) string {
	name := map[jet.Type]string{jet.Boolean: "Yes/No", jet.Integer: "Integer", jet.Long: "Long Integer", jet.DateTime: "Date/Time",
		jet.DateExtended: "Date/Time Extended", jet.Memo: "Long Text", jet.BigInt: "Large Number", jet.GUID: "Replication ID", jet.OLE: "OLE Object"}[c.Type]
	switch {
	case c.Type == jet.Complex:
		name = map[jet.ComplexKind]string{jet.MultiValue: "Multiple values", jet.Attachments: "Attachment", jet.VersionHistory: "Version history"}[c.Complex]
	case c.Type == jet.Numeric:
		name = fmt.Sprintf("Decimal(%d decimals)", c.Scale)
	case c.Type == jet.Text || c.Type == jet.Binary:
		name = fmt.Sprintf("%s(%d)", c.Type, c.Size)
	case c.Rich:
		name = "Rich Text"
	case c.Hyperlink:
		name = "Hyperlink"
	case name == "":
		name = c.Type.String()
	}
	if c.Calculated {
		name += ", calculated"
	}
	return name
}

// find returns the position of a field, -1 where there is none.
func (v *view) find(name string) int {
	return slices.IndexFunc(v.shape.Fields, func(c connectors.Column) bool { return c.Name == name })
}

// all returns the positions of every field.
func (v *view) all() []int {
	all := make([]int, len(v.fields))
	for i := range all {
		all[i] = i
	}
	return all
}

// complex reports whether any of the fields is a complex column, which costs a look at all of its entries for each time that
// rows are asked for.
func (v *view) complex(fields []int) bool {
	return slices.ContainsFunc(fields, func(i int) bool { return v.fields[i].Type == jet.Complex })
}
