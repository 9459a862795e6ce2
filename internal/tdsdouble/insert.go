package tdsdouble

import (
	"context"
	"fmt"
	"slices"
	"time"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

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
