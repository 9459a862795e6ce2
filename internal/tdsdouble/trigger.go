package tdsdouble

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
	"dossier/internal/tdsdouble/wire"
)

// withPseudo runs work while the tables inserted and deleted stand for the changes.
func (s *session) withPseudo(ctx context.Context, verb string, t *table, changes []change, work func() error) error {
	if verb != "DELETE" {
		if err := s.reread(ctx, t, changes); err != nil {
			return err
		}
	}
	saved := s.pseudo
	s.pseudo = map[string]*table{}
	defer func() { s.pseudo = saved }()
	for _, name := range []string{"inserted", "deleted"} {
		p := &table{id: t.id, db: t.db, schema: t.schema, temp: true, name: fmt.Sprintf("tds %s %d", name, s.depth), columns: make([]*column, len(t.columns))}
		decls := []string{quote(ridColumn) + " INTEGER"}
		for i, c := range t.columns {
			p.columns[i] = &column{id: c.id, name: c.name, typ: c.typ, nullable: c.nullable}
			decls = append(decls, columnDecl(c))
		}
		var rows [][]any
		for _, ch := range changes {
			vals := ch.new
			if name == "deleted" {
				vals = ch.old
			}
			if vals != nil {
				rows = append(rows, append([]any{ch.rid}, vals...))
			}
		}
		if err := s.makeTemp(ctx, quote(p.name), decls, rows); err != nil {
			return err
		}
		s.pseudo[name] = p
	}
	return work()
}

// reread takes the rows as they are stored now, computed columns included.
func (s *session) reread(ctx context.Context, t *table, changes []change) error {
	at := map[int64]int{}
	for i, ch := range changes {
		at[ch.rid] = i
	}
	rel := &relation{table: t, sqlite: "t"}
	list, cols := oldRow(rel)
	return s.each(ctx, s.newBinder(), "SELECT "+list+" FROM "+t.storage()+" AS t", cols, func(row []any) error {
		if i, ok := at[row[0].(int64)]; ok {
			changes[i].new = row[1:]
		}
		return nil
	})
}

// output answers an OUTPUT clause from inserted and deleted.
func (s *session) output(ctx context.Context, o *tsql.Output, out sink) error {
	if o.Into != nil {
		return value.Unsupported("OUTPUT … INTO")
	}
	b := s.newBinder()
	sc := &scope{}
	var from []string
	for _, name := range []string{"inserted", "deleted"} {
		p := s.pseudo[name]
		r := &relation{alias: name, table: p, sqlite: b.alias(), cols: tableColumns(p)}
		sc.rels = append(sc.rels, r)
		from = append(from, p.storage()+" AS "+r.sqlite)
	}
	q, items, err := b.items(&tsql.Select{Items: o.Items}, sc)
	if err != nil {
		return value.Unsupported("OUTPUT of more than inserted and deleted (%v)", err)
	}
	cols := make([]wire.Column, len(items))
	list := make([]string, len(items))
	for i, it := range items {
		cols[i] = wire.Column{Name: q.cols[i].name, Type: q.cols[i].typ, Nullable: q.cols[i].null}
		list[i] = it.sql
	}
	if err := out.columns(cols); err != nil {
		return err
	}
	rid := quote(ridColumn)
	l, r := sc.rels[0].sqlite, sc.rels[1].sqlite
	query := fmt.Sprintf("SELECT %s FROM %s FULL JOIN %s ON %s.%s = %s.%s ORDER BY coalesce(%s.%s, %s.%s)",
		strings.Join(list, ", "), from[0], from[1], l, rid, r, rid, l, rid, r, rid)
	return s.each(ctx, b, query, q.cols, func(row []any) error { return out.row(cols, row) })
}

// maxNesting is how deep triggers fire triggers.
const maxNesting = 32

// fire runs the triggers; their counts are not answered, their results and errors are.
func (s *session) fire(ctx context.Context, triggers []*trigger, out sink) error {
	if len(triggers) == 0 {
		return nil
	}
	if s.depth++; s.depth > maxNesting {
		return value.Errorf(217, 16, 1, "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit %d).", maxNesting)
	}
	vars, lastID, options := s.vars, s.lastID, s.options
	defer func() {
		s.depth--
		s.vars, s.lastID, s.options = vars, lastID, options
	}()
	s.try++ // an error in a trigger undoes the statement that fired it
	defer func() { s.try-- }()
	for _, tr := range triggers {
		s.vars = map[string]variable{}
		if err := s.statements(ctx, tr.body, uncounted{out}); err != nil {
			return triggerFailed{err}
		}
	}
	return nil
}

// uncounted passes on everything but counts.
type uncounted struct{ sink }

func (uncounted) done(uint16, int64, bool) error { return nil }

// active lists the triggers that an event fires.
func (t *table) active(event string) []*trigger {
	var out []*trigger
	for _, tr := range t.triggers {
		if !tr.disabled && slices.Contains(tr.events, event) {
			out = append(out, tr)
		}
	}
	return out
}
