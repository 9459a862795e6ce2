package tdsdouble

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
	"dossier/internal/tdsdouble/wire"
)

// change is one row that a statement changes: its hidden number and its values before and after, in the
// order of the table's columns.
type change struct {
	rid      int64
	old, new []any
}

// write runs the writing part of a statement: atomic by itself, inside the client's transaction when one is
// open. It is not interrupted, for SQLite would undo the whole transaction.
func (s *session) write(ctx context.Context, t *table, work func() error) (err error) {
	if t.temp {
		if s.tran > 0 && !s.physical {
			s.tempLost = true
		}
	} else {
		end, err := s.enterWrite(ctx, false)
		if err != nil {
			return err
		}
		defer func() { err = end(err) }()
		return s.atomically(work)
	}
	return s.atomically(work)
}

func (s *session) atomically(work func() error) error {
	ctx := context.Background()
	name := quote(fmt.Sprintf("tds statement %d", s.depth))
	if err := s.exec(ctx, "SAVEPOINT "+name); err != nil {
		return err
	}
	err := work()
	if err != nil {
		if e := s.exec(ctx, "ROLLBACK TO "+name); e != nil {
			return fmt.Errorf("%w (and the statement could not be undone: %v)", err, e)
		}
	}
	if e := s.exec(ctx, "RELEASE "+name); e != nil && err == nil {
		err = e
	}
	return err
}

func (s *session) insert(ctx context.Context, st *tsql.Insert, out sink) error {
	t, err := s.resolve(st.Target)
	if err != nil {
		return err
	}
	if err := s.allowed("INSERT", t); err != nil {
		return err
	}
	targets, err := s.insertTargets(t, st.Columns, st.Query == nil && len(st.Rows) == 1 && len(st.Rows[0]) == 0)
	if err != nil {
		return err
	}
	b := s.newBinder()
	q, defaults, err := b.insertSource(st, targets)
	if err != nil {
		return err
	}
	if len(q.cols) != len(targets) {
		return value.Errorf(213, 16, 1, "Column name or number of supplied values does not match table definition.")
	}
	return s.write(ctx, t, func() error {
		var changes []change
		n := 0
		add := func(row []any) error {
			full, err := s.newRow(ctx, t, targets, q.cols, row, defaults, n)
			n++
			changes = append(changes, change{new: full})
			return err
		}
		if len(targets) == 0 {
			err = add(nil)
		} else {
			err = s.each(ctx, b, q.sql, q.cols, add)
		}
		if err != nil {
			return err
		}
		return s.finishWrite(ctx, "INSERT", t, changes, nil, st.Output, out)
	})
}

// insertTargets lists the columns that an INSERT fills.
func (s *session) insertTargets(t *table, names []string, defaults bool) ([]*column, error) {
	identityInsert := s.identity != nil && s.identity.id == t.id
	var out []*column
	if names == nil && !defaults {
		for _, c := range t.columns {
			if !c.readOnly() && (c.seed == nil || identityInsert) {
				out = append(out, c)
			}
		}
		if identityInsert {
			return nil, value.Errorf(8101, 16, 1, "An explicit value for the identity column in table '%s' can only be specified when a column list is used and IDENTITY_INSERT is ON.", t.name)
		}
		return out, nil
	}
	for _, n := range names {
		c := t.column(n)
		switch {
		case c == nil:
			return nil, value.Errorf(207, 16, 1, "Invalid column name '%s'.", n)
		case slices.Contains(out, c):
			return nil, value.Errorf(264, 16, 1, "The column name '%s' is specified more than once in the SET clause or column list of an INSERT.", n)
		case c.typ.Kind == value.RowVersion:
			return nil, value.Errorf(273, 16, 1, "Cannot insert an explicit value into a timestamp column. Use INSERT with a column list to exclude the timestamp column, or insert a DEFAULT into the timestamp column.")
		case c.readOnly():
			return nil, value.Errorf(271, 16, 1, "The column \"%s\" cannot be modified because it is either a computed column or is the result of a UNION operator.", n)
		case c.seed != nil && !identityInsert:
			return nil, value.Errorf(544, 16, 1, "Cannot insert explicit value for identity column in table '%s' when IDENTITY_INSERT is set to OFF.", t.name)
		}
		out = append(out, c)
	}
	return out, nil
}

// insertSource binds VALUES or the query of an INSERT. defaults tells, by row and column, where DEFAULT stands.
func (b *binder) insertSource(st *tsql.Insert, targets []*column) (boundQuery, map[[2]int]bool, error) {
	defaults := map[[2]int]bool{}
	if st.Query != nil {
		q := *st.Query
		q.With = append(slices.Clone(st.With), q.With...)
		out, err := b.query(&q, nil)
		return out, nil, err
	}
	if len(targets) == 0 {
		return boundQuery{}, nil, nil
	}
	v := &tsql.Values{Alias: "v"}
	for i := range targets {
		v.Columns = append(v.Columns, fmt.Sprintf("c%d", i))
	}
	for r, row := range st.Rows {
		if len(row) != len(targets) {
			return boundQuery{}, nil, value.Errorf(213, 16, 1, "Column name or number of supplied values does not match table definition.")
		}
		row = slices.Clone(row)
		for c, x := range row {
			if _, ok := x.(*tsql.DefaultValue); ok {
				defaults[[2]int{r, c}] = true
				row[c] = &tsql.NullLiteral{}
			}
		}
		v.Rows = append(v.Rows, row)
	}
	out, err := b.query(&tsql.Query{Body: &tsql.Select{Items: []tsql.Item{{X: &tsql.Star{}}}, From: []tsql.Source{v}}}, nil)
	return out, defaults, err
}

// newRow makes a whole row of what a statement gives and of the defaults.
func (s *session) newRow(ctx context.Context, t *table, targets []*column, types []outCol, given []any, defaults map[[2]int]bool, n int) ([]any, error) {
	row := make([]any, len(t.columns))
	for i, c := range t.columns {
		at := slices.Index(targets, c)
		var err error
		switch {
		case at >= 0 && !defaults[[2]int{n, at}]:
			if row[i], err = value.Store(given[at], types[at].typ, c.typ, t.fullName(), c.name); err != nil {
				return nil, err
			}
			if v, ok := row[i].(int64); ok && c.seed != nil {
				t.identity.saw(v)
				s.lastID = v
			}
		case c.computed != nil:
			continue
		case c.seed != nil:
			v := t.identity.take()
			row[i], s.lastID = v, v
			if c.typ.Kind.IsExact() {
				row[i] = fmt.Sprint(v)
			}
		case c.typ.Kind == value.RowVersion:
			row[i] = t.nextStamp()
		case c.generated:
			row[i], err = value.Stamp{Time: time.Now().UTC()}.Canonical(c.typ)
		case c.def != nil:
			row[i], err = s.scalar(ctx, c.def, c.typ)
		}
		if err != nil {
			return nil, err
		}
		if row[i] == nil && !c.nullable {
			return nil, value.Errorf(515, 16, 2, "Cannot insert the value NULL into column '%s', table '%s'; column does not allow nulls. INSERT fails.", c.name, t.fullName())
		}
	}
	return row, nil
}

func (t *table) nextStamp() []byte {
	n := t.stamp.take()
	b := make([]byte, 8)
	for i := range b {
		b[i] = byte(n >> (8 * (7 - i)))
	}
	return b
}

// target binds what an UPDATE or DELETE changes with its FROM: the relation of the target and the SQL after
// SELECT.
func (b *binder) target(target tsql.Table, from []tsql.Source, with []tsql.CTE, where tsql.Expr) (*relation, string, *scope, error) {
	if len(with) > 0 {
		return nil, "", nil, value.Unsupported("WITH before UPDATE or DELETE")
	}
	sc := &scope{}
	if from == nil {
		from = []tsql.Source{&target}
	}
	var sources []string
	for _, src := range from {
		f, err := b.source(src, sc)
		if err != nil {
			return nil, "", nil, err
		}
		sources = append(sources, f)
	}
	var rel *relation
	o := target.Object
	for _, r := range sc.rels {
		if r.alias != "" && o.Schema == "" && strings.EqualFold(r.alias, o.Name) {
			rel = r
		}
	}
	if rel == nil {
		t, err := b.s.resolve(o)
		if err != nil {
			return nil, "", nil, err
		}
		for _, r := range sc.rels {
			if r.table == t {
				if rel != nil {
					return nil, "", nil, value.Errorf(8154, 16, 1, "The table '%s' is ambiguous.", o.Name)
				}
				rel = r
			}
		}
		if rel == nil { // UPDATE t … FROM others: the target joins every row
			f, err := b.source(&tsql.Table{Object: o}, sc)
			if err != nil {
				return nil, "", nil, err
			}
			sources, rel = append(sources, f), sc.rels[len(sc.rels)-1]
		}
	}
	if rel.table == nil {
		return nil, "", nil, value.Unsupported("changing %s, which is no table", o.Name)
	}
	sql := " FROM " + strings.Join(sources, " CROSS JOIN ")
	if where != nil {
		c, err := b.cond(where, sc)
		if err != nil {
			return nil, "", nil, err
		}
		sql += " WHERE " + c
	}
	return rel, sql, sc, nil
}

// oldRow lists the target's hidden number and columns for a SELECT.
func oldRow(r *relation) (string, []outCol) {
	list := []string{r.sqlite + "." + quote(ridColumn)}
	cols := []outCol{{typ: value.Type{Kind: value.BigInt}}}
	for _, c := range r.table.columns {
		list, cols = append(list, r.sqlite+"."+quote(c.name)), append(cols, outCol{typ: c.typ})
	}
	return strings.Join(list, ", "), cols
}

func (s *session) update(ctx context.Context, st *tsql.Update, out sink) error {
	b := s.newBinder()
	rel, sql, sc, err := b.target(st.Target, st.From, st.With, st.Where)
	if err != nil {
		return err
	}
	t := rel.table
	if err := s.allowed("UPDATE", t); err != nil {
		return err
	}
	list, cols := oldRow(rel)
	width := len(cols)
	var targets []*column
	for _, a := range st.Set {
		c := t.column(a.Column)
		switch {
		case c == nil:
			return value.Errorf(207, 16, 1, "Invalid column name '%s'.", a.Column)
		case slices.Contains(targets, c):
			return value.Errorf(264, 16, 1, "The column name '%s' is specified more than once in the SET clause or column list of an INSERT.", a.Column)
		case c.typ.Kind == value.RowVersion:
			return value.Errorf(272, 16, 1, "Cannot update a timestamp column.")
		case c.readOnly():
			return value.Errorf(271, 16, 1, "The column \"%s\" cannot be modified because it is either a computed column or is the result of a UNION operator.", a.Column)
		case c.seed != nil:
			return value.Errorf(8102, 16, 1, "Cannot update identity column '%s'.", c.name)
		}
		x := a.X
		if a.Op != "=" {
			x = &tsql.Binary{Op: a.Op[:1], L: &tsql.Column{Parts: []string{a.Column}}, R: a.X}
		}
		if _, ok := x.(*tsql.DefaultValue); ok {
			if x = c.def; x == nil {
				x = &tsql.NullLiteral{}
			}
		}
		e, err := b.value(x, sc)
		if err != nil {
			return err
		}
		targets = append(targets, c)
		list, cols = list+", "+e.sql, append(cols, outCol{typ: e.typ})
	}
	limit, err := s.topRows(ctx, st.Top)
	if err != nil {
		return err
	}
	return s.write(ctx, t, func() error {
		var changes []change
		seen := map[int64]bool{}
		err := s.each(ctx, b, "SELECT "+list+sql, cols, func(row []any) error {
			rid := row[0].(int64)
			if seen[rid] || limit >= 0 && len(changes) >= limit {
				return nil
			}
			seen[rid] = true
			ch := change{rid: rid, old: row[1:width:width], new: slices.Clone(row[1:width])}
			for i, c := range targets {
				v, err := value.Store(row[width+i], cols[width+i].typ, c.typ, t.fullName(), c.name)
				if err != nil {
					return err
				}
				if v == nil && !c.nullable {
					return value.Errorf(515, 16, 2, "Cannot insert the value NULL into column '%s', table '%s'; column does not allow nulls. UPDATE fails.", c.name, t.fullName())
				}
				ch.new[slices.Index(t.columns, c)] = v
			}
			for i, c := range t.columns {
				if c.typ.Kind == value.RowVersion {
					ch.new[i] = t.nextStamp()
				}
			}
			changes = append(changes, ch)
			return nil
		})
		if err != nil {
			return err
		}
		return s.finishWrite(ctx, "UPDATE", t, changes, targets, st.Output, out)
	})
}

// topRows evaluates TOP (n) of an UPDATE or DELETE, -1 without one.
func (s *session) topRows(ctx context.Context, top tsql.Expr) (int, error) {
	if top == nil {
		return -1, nil
	}
	v, err := s.scalar(ctx, top, value.Type{Kind: value.BigInt})
	n, ok := v.(int64)
	if err == nil && (!ok || n < 0) {
		err = value.Errorf(1014, 15, 1, "A TOP or FETCH clause contains an invalid value.")
	}
	return int(n), err
}

func (s *session) delete(ctx context.Context, st *tsql.Delete, out sink) error {
	b := s.newBinder()
	rel, sql, _, err := b.target(st.Target, st.From, st.With, st.Where)
	if err != nil {
		return err
	}
	t := rel.table
	if err := s.allowed("DELETE", t); err != nil {
		return err
	}
	if err := s.checkCascades(t); err != nil {
		return err
	}
	list, cols := oldRow(rel)
	limit, err := s.topRows(ctx, st.Top)
	if err != nil {
		return err
	}
	return s.write(ctx, t, func() error {
		var changes []change
		seen := map[int64]bool{}
		err := s.each(ctx, b, "SELECT "+list+sql, cols, func(row []any) error {
			rid := row[0].(int64)
			if !seen[rid] && (limit < 0 || len(changes) < limit) {
				seen[rid] = true
				changes = append(changes, change{rid: rid, old: row[1:]})
			}
			return nil
		})
		if err != nil {
			return err
		}
		return s.finishWrite(ctx, "DELETE", t, changes, nil, st.Output, out)
	})
}

// checkCascades refuses a delete whose cascade would reach a table with triggers: SQLite would not fire them.
func (s *session) checkCascades(t *table) error {
	if t.temp {
		return nil
	}
	keys, holders := s.srv.catalog.referencing(s.srv.catalog.database(t.db), t)
	for i, f := range keys {
		if f.onDelete != "NO ACTION" && len(holders[i].active("DELETE"))+len(holders[i].active("UPDATE")) > 0 {
			return value.Unsupported("a cascade into %s, which has triggers,", holders[i].name)
		}
	}
	return nil
}

// finishWrite stores the changes in one statement of SQLite, so that keys are checked as a whole, then fires
// triggers and answers OUTPUT and the count.
func (s *session) finishWrite(ctx context.Context, verb string, t *table, changes []change, targets []*column, output *tsql.Output, out sink) error {
	quiet := context.Background()
	if len(changes) > 0 {
		if err := s.store(quiet, verb, t, changes, targets); err != nil {
			return s.violation(quiet, err, verb, t, changes)
		}
	}
	triggers := t.active(verb)
	if output != nil && output.Into == nil && len(triggers) > 0 {
		return value.Errorf(334, 16, 1, "The target table '%s' of the DML statement cannot have any enabled triggers if the statement contains an OUTPUT clause without INTO clause.", t.name)
	}
	command := map[string]uint16{"INSERT": cmdInsert, "UPDATE": cmdUpdate, "DELETE": cmdDelete}[verb]
	n := int64(len(changes))
	if output != nil || len(triggers) > 0 {
		err := s.withPseudo(quiet, verb, t, changes, func() error {
			if output != nil {
				if err := s.output(ctx, output, out); err != nil {
					return err
				}
			}
			return s.fire(ctx, triggers, out)
		})
		if err != nil {
			return err
		}
	}
	s.rows = n
	return out.done(command, n, !s.noCount)
}

// store writes the changes; new rows get their hidden numbers.
func (s *session) store(ctx context.Context, verb string, t *table, changes []change, targets []*column) error {
	written := t.columns
	if verb == "UPDATE" {
		written = targets
		for _, c := range t.columns {
			if c.typ.Kind == value.RowVersion {
				written = append(slices.Clone(written), c)
			}
		}
	}
	var cols []*column
	for _, c := range written {
		if c.computed == nil {
			cols = append(cols, c)
		}
	}
	if verb == "DELETE" {
		cols = nil
	}
	rows := make([][]any, len(changes))
	if verb == "INSERT" {
		last := int64(0)
		if err := s.conn.QueryRowContext(ctx, "SELECT coalesce(max("+quote(ridColumn)+"), 0) FROM "+t.storage()).Scan(&last); err != nil {
			return err
		}
		for i := range changes {
			changes[i].rid = last + int64(i) + 1
		}
	}
	for i, ch := range changes {
		rows[i] = []any{ch.rid}
		for _, c := range cols {
			rows[i] = append(rows[i], ch.new[slices.Index(t.columns, c)])
		}
	}
	stage := quote(fmt.Sprintf("tds stage %d", s.depth))
	names := []string{quote(ridColumn)}
	for _, c := range cols {
		names = append(names, quote(c.name))
	}
	if err := s.makeTemp(ctx, stage, names, rows); err != nil {
		return err
	}
	var q string
	switch verb {
	case "INSERT":
		list := strings.Join(names, ", ")
		q = "INSERT INTO " + t.storage() + " (" + list + ") SELECT " + list + " FROM temp." + stage + " ORDER BY 1"
	case "UPDATE":
		set := make([]string, len(cols))
		for i, c := range cols {
			set[i] = quote(c.name) + " = s." + quote(c.name)
		}
		q = "UPDATE " + t.storage() + " AS t SET " + strings.Join(set, ", ") + " FROM temp." + stage + " AS s WHERE s." + quote(ridColumn) + " = t." + quote(ridColumn)
	case "DELETE":
		q = "DELETE FROM " + t.storage() + " WHERE " + quote(ridColumn) + " IN (SELECT " + quote(ridColumn) + " FROM temp." + stage + ")"
	}
	return s.exec(ctx, q)
}

// makeTemp makes a temporary table of SQLite and fills it, many rows a statement.
func (s *session) makeTemp(ctx context.Context, name string, cols []string, rows [][]any) error {
	if err := s.exec(ctx, "DROP TABLE IF EXISTS temp."+name); err != nil {
		return err
	}
	if err := s.exec(ctx, "CREATE TABLE temp."+name+" ("+strings.Join(cols, ", ")+")"); err != nil {
		return err
	}
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(cols)), ", ") + ")"
	chunk := max(1, 2000/len(cols))
	for part := range slices.Chunk(rows, chunk) {
		args := make([]any, 0, len(part)*len(cols))
		for _, r := range part {
			args = append(args, r...)
		}
		q := "INSERT INTO temp." + name + " VALUES " + strings.TrimSuffix(strings.Repeat(one+", ", len(part)), ", ")
		if err := s.exec(ctx, q, args...); err != nil {
			return err
		}
	}
	return nil
}

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
			return err
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
