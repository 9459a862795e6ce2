package tdsdouble

import (
	"context"
	"fmt"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// nullsIndex ends the name of the second index of a unique key over nullable columns: in SQL Server two NULLs
// are duplicates.
const nullsIndex = " nulls"

func (t *table) indexName(key string) string { return t.db + "." + t.schema + "." + t.name + "." + key }

// columnDecl is the column in SQLite's terms, without constraints.
func columnDecl(c *column) string {
	decl := quote(c.name) + " " + c.typ.Affinity()
	if coll := c.typ.Collate(); coll != "" {
		decl += " COLLATE " + quote(coll)
	}
	return decl
}

// bareAlias is how a column of a definition is written before its table has an alias.
const bareAlias = `"tds self".`

// materialise makes the SQLite table and its indexes from the description.
func (s *session) materialise(ctx context.Context, t *table) error {
	defs := []string{quote(ridColumn) + " INTEGER PRIMARY KEY"}
	rel := &relation{table: t, object: tsql.Object{Name: t.name}, sqlite: strings.TrimSuffix(bareAlias, "."), cols: tableColumns(t)}
	b := &binder{s: s, inline: true}
	for _, c := range t.columns {
		d := columnDecl(c)
		if c.computed != nil {
			e, err := b.value(c.computed, &scope{rels: []*relation{rel}})
			if err != nil {
				return err
			}
			d += " GENERATED ALWAYS AS (" + strings.ReplaceAll(e.sql, bareAlias, "") + ") STORED"
		} else if !c.nullable {
			d += " NOT NULL"
		}
		defs = append(defs, d)
	}
	for _, k := range t.checks {
		cond, err := b.cond(k.x, &scope{rels: []*relation{rel}})
		if err != nil {
			return err
		}
		defs = append(defs, "CONSTRAINT "+quote(k.name)+" CHECK ("+strings.ReplaceAll(cond, bareAlias, "")+")")
	}
	for _, f := range t.foreign {
		cols, refs := make([]string, len(f.columns)), make([]string, len(f.columns))
		for i := range f.columns {
			cols[i], refs[i] = quote(f.columns[i]), quote(f.refCols[i])
		}
		defs = append(defs, fmt.Sprintf("FOREIGN KEY (%s) REFERENCES %s (%s) ON DELETE %s ON UPDATE %s",
			strings.Join(cols, ", "), strings.TrimPrefix(f.ref.storage(), "main."), strings.Join(refs, ", "), f.onDelete, f.onUpdate))
	}
	if t.temp { // SQLite may have brought one back with a rollback
		if err := s.exec(ctx, "DROP TABLE IF EXISTS "+t.storage()); err != nil {
			return err
		}
	}
	if err := s.exec(ctx, "CREATE TABLE "+t.storage()+" ("+strings.Join(defs, ", ")+")"); err != nil {
		return err
	}
	for _, k := range t.keys {
		if err := s.materialiseIndex(ctx, t, k); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) materialiseIndex(ctx context.Context, t *table, k key) error {
	if k.filtered {
		return nil // remembered for the catalogue; it serves no look-up here
	}
	schema, on := "main.", strings.TrimPrefix(t.storage(), "main.")
	if t.temp {
		schema, on = "temp.", strings.TrimPrefix(t.storage(), "temp.")
	}
	var cols, nulls []string
	for _, c := range k.columns {
		col := t.column(c.Name)
		if col == nil {
			return value.Errorf(1911, 16, 1, "Column name '%s' does not exist in the target table or view.", c.Name)
		}
		if col.typ.Kind.IsLegacy() || col.typ.Len == value.Max {
			return value.Errorf(1919, 16, 1, "Column '%s' in table '%s' is of a type that is invalid for use as a key column in an index.", col.name, t.name)
		}
		dir := ""
		if c.Desc {
			dir = " DESC"
		}
		cols = append(cols, quote(col.name)+dir)
		e := "ifnull(" + quote(col.name) + ", x'00')"
		if coll := col.typ.Collate(); coll != "" {
			e += " COLLATE " + quote(coll)
		}
		if col.nullable {
			nulls = append(nulls, e)
		}
	}
	unique := ""
	if k.unique {
		unique = "UNIQUE "
	}
	if err := s.exec(ctx, "CREATE "+unique+"INDEX "+schema+quote(t.indexName(k.name))+" ON "+on+" ("+strings.Join(cols, ", ")+")"); err != nil {
		return s.violation(ctx, err, "CREATE INDEX", t, nil)
	}
	if !k.unique || nulls == nil {
		return nil
	}
	all := nulls
	for _, c := range k.columns {
		if col := t.column(c.Name); !col.nullable {
			all = append(all, quote(col.name))
		}
	}
	err := s.exec(ctx, "CREATE UNIQUE INDEX "+schema+quote(t.indexName(k.name)+nullsIndex)+" ON "+on+" ("+strings.Join(all, ", ")+")")
	return s.violation(ctx, err, "CREATE INDEX", t, nil)
}
