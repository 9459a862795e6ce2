package tdsdouble

import (
	"context"
	"slices"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// copy makes a description to alter; what counts on is shared.
func (t *table) copy() *table {
	n := *t
	n.columns, n.keys, n.foreign = slices.Clone(t.columns), slices.Clone(t.keys), slices.Clone(t.foreign)
	n.checks, n.triggers = slices.Clone(t.checks), slices.Clone(t.triggers)
	return &n
}

// alterTable changes a description and moves the rows into a table made after it.
func (s *session) alterTable(ctx context.Context, st *tsql.AlterTable) error {
	t, err := s.resolve(st.Table)
	if err != nil {
		return err
	}
	if t.temp {
		return value.Unsupported("ALTER TABLE of a temporary table")
	}
	return s.defining(ctx, func(db *database) error {
		n := t.copy()
		switch {
		case st.Trigger != "":
			for i, tr := range n.triggers {
				if strings.EqualFold(tr.name, st.Trigger) {
					c := *tr
					c.disabled = !st.Enable
					n.triggers[i] = &c
				}
			}
			s.srv.catalog.list(db, n)
			return nil
		case st.ChangeTracking != nil:
			n.tracked = *st.ChangeTracking
			s.srv.catalog.list(db, n)
			return nil
		}
		if err := s.redescribe(db, n, st); err != nil {
			return err
		}
		if err := s.rebuild(ctx, t, n); err != nil {
			return err
		}
		s.srv.catalog.list(db, n)
		return nil
	}, st.Table)
}

func (s *session) redescribe(db *database, n *table, st *tsql.AlterTable) error {
	for _, d := range st.Columns {
		c, err := s.describe(db, n, d)
		if err != nil {
			return err
		}
		if !c.nullable && c.def == nil && c.seed == nil {
			return value.Errorf(4901, 16, 1, "ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT definition specified. Column '%s' cannot be added.", c.name)
		}
		if c.seed != nil {
			return value.Unsupported("adding an identity column")
		}
		n.columns = append(n.columns, c)
		for _, k := range d.Constraints {
			if err := s.constrain(db, n, k); err != nil {
				return err
			}
		}
	}
	for _, k := range st.Constraints {
		if err := s.constrain(db, n, k); err != nil {
			return err
		}
	}
	for _, name := range st.DropColumns {
		i := slices.IndexFunc(n.columns, func(c *column) bool { return strings.EqualFold(c.name, name) })
		if i < 0 {
			return value.Errorf(4924, 16, 1, "ALTER TABLE DROP COLUMN failed because column '%s' does not exist in table '%s'.", name, n.name)
		}
		n.columns = slices.Delete(n.columns, i, i+1)
	}
	for _, name := range st.DropNames {
		before := len(n.keys) + len(n.foreign) + len(n.checks)
		n.keys = slices.DeleteFunc(n.keys, func(k key) bool { return strings.EqualFold(k.name, name) })
		n.foreign = slices.DeleteFunc(n.foreign, func(k foreignKey) bool { return strings.EqualFold(k.name, name) })
		n.checks = slices.DeleteFunc(n.checks, func(k check) bool { return strings.EqualFold(k.name, name) })
		if before == len(n.keys)+len(n.foreign)+len(n.checks) {
			return value.Errorf(3728, 16, 1, "'%s' is not a constraint.", name)
		}
	}
	return nil
}

// rebuild copies the rows of one description into another of the same name.
func (s *session) rebuild(ctx context.Context, from, to *table) error {
	holders, _ := s.srv.catalog.referencing(s.srv.catalog.database(from.db), from)
	if len(holders) > 0 {
		return value.Unsupported("ALTER TABLE of a table that foreign keys reference")
	}
	old := quote("tds old " + from.fullName())
	for _, q := range []string{"ALTER TABLE " + from.storage() + " RENAME TO " + old} {
		if err := s.exec(ctx, q); err != nil {
			return err
		}
	}
	for _, k := range from.keys {
		for _, suffix := range []string{"", nullsIndex} {
			if err := s.exec(ctx, "DROP INDEX IF EXISTS "+quote(from.indexName(k.name)+suffix)); err != nil {
				return err
			}
		}
	}
	if err := s.materialise(ctx, to); err != nil {
		return err
	}
	names, list := []string{quote(ridColumn)}, []string{quote(ridColumn)}
	for _, c := range to.columns {
		switch {
		case c.computed != nil:
			continue
		case from.column(c.name) != nil:
			list = append(list, quote(c.name))
		case c.def != nil && !c.nullable:
			v, err := s.scalar(ctx, c.def, c.typ)
			if err != nil {
				return err
			}
			list = append(list, inlineValue(v))
		default:
			list = append(list, "NULL")
		}
		names = append(names, quote(c.name))
	}
	if err := s.exec(ctx, "INSERT INTO "+to.storage()+" ("+strings.Join(names, ", ")+") SELECT "+strings.Join(list, ", ")+" FROM main."+old); err != nil {
		return s.violation(ctx, err, "ALTER TABLE", to, nil)
	}
	return s.exec(ctx, "DROP TABLE main."+old)
}
