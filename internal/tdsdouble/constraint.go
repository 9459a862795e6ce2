package tdsdouble

import (
	"fmt"
	"slices"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// constrain enters a constraint in the description of a table.
func (s *session) constrain(db *database, t *table, k tsql.Constraint) error {
	id := s.srv.catalog.id()
	name := func(prefix string) string {
		if k.Name != "" {
			return k.Name
		}
		return fmt.Sprintf("%s__%s__%016X", prefix, clip(t.name, 8), id)
	}
	for _, c := range k.Columns {
		if t.column(c.Name) == nil {
			return value.Errorf(1911, 16, 1, "Column name '%s' does not exist in the target table or view.", c.Name)
		}
	}
	switch k.Kind {
	case "PRIMARY KEY", "UNIQUE":
		primary := k.Kind == "PRIMARY KEY"
		prefix := "UQ"
		if primary {
			prefix = "PK"
			for _, c := range k.Columns {
				t.column(c.Name).nullable = false
			}
		}
		t.keys = append(t.keys, key{id: id, name: name(prefix), columns: k.Columns, primary: primary, unique: true, declared: true, clustered: primary})
	case "CHECK":
		t.checks = append(t.checks, check{id: id, name: name("CK"), x: k.Check})
	case "FOREIGN KEY":
		if t.temp {
			return nil // the server skips them too, with a message
		}
		ref := t
		if !strings.EqualFold(k.Ref.Name, t.name) || k.Ref.Schema != "" && !strings.EqualFold(k.Ref.Schema, t.schema) {
			schema := k.Ref.Schema
			if schema == "" {
				schema = "dbo"
			}
			if ref = s.srv.catalog.table(db, schema, k.Ref.Name); ref == nil {
				return value.Errorf(1767, 16, 0, "Foreign key '%s' references invalid table '%s'.", name("FK"), objectName(k.Ref))
			}
		}
		f := foreignKey{id: id, name: name("FK"), ref: ref, refCols: k.RefCols, onDelete: k.OnDelete, onUpdate: k.OnUpdate}
		for _, c := range k.Columns {
			f.columns = append(f.columns, t.column(c.Name).name)
		}
		return s.finishForeignKey(t, f)
	}
	return nil
}

func (s *session) finishForeignKey(t *table, f foreignKey) error {
	if f.refCols == nil {
		for _, k := range f.ref.keys {
			if k.primary {
				for _, c := range k.columns {
					f.refCols = append(f.refCols, c.Name)
				}
			}
		}
	}
	match := slices.ContainsFunc(f.ref.keys, func(k key) bool {
		if !k.unique || k.filtered || len(k.columns) != len(f.refCols) {
			return false
		}
		for i, c := range k.columns {
			if !strings.EqualFold(c.Name, f.refCols[i]) {
				return false
			}
		}
		return true
	})
	if !match || len(f.refCols) != len(f.columns) {
		return value.Errorf(1776, 16, 0, "There are no primary or candidate keys in the referenced table '%s' that match the referencing column list in the foreign key '%s'.", f.ref.name, f.name)
	}
	for i, c := range f.columns {
		from, to := t.column(c), f.ref.column(f.refCols[i])
		if from.typ.Kind != to.typ.Kind || from.typ.Len != to.typ.Len || from.typ.Scale != to.typ.Scale {
			return value.Errorf(1778, 16, 0, "Column '%s.%s' is not the same data type as referencing column '%s.%s' in foreign key '%s'.", f.ref.name, to.name, t.name, from.name, f.name)
		}
		if (f.onDelete == "SET NULL" || f.onUpdate == "SET NULL") && !from.nullable {
			return value.Errorf(1761, 16, 0, "Cannot create the foreign key \"%s\" with the SET NULL referential action, because one or more referencing columns are not nullable.", f.name)
		}
	}
	t.foreign = append(t.foreign, f)
	return nil
}
