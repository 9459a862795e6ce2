package tdsdouble

import (
	"context"
	"slices"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
	"dossier/internal/tdsdouble/wire"
)

// bulkTarget finds the table of a bulk load and checks its columns.
func (s *session) bulkTarget(st *tsql.InsertBulk) (*table, error) {
	t, err := s.resolve(st.Table)
	if err != nil {
		return nil, err
	}
	if err := s.allowed("INSERT", t); err != nil {
		return nil, err
	}
	for _, c := range st.Columns {
		if t.column(c.Name) == nil {
			return nil, value.Errorf(207, 16, 1, "Invalid column name '%s'.", c.Name)
		}
	}
	if len(t.active("INSERT")) > 0 {
		return nil, value.Unsupported("a bulk load into a table with triggers")
	}
	return t, nil
}

// bulkLoad inserts the rows that follow an INSERT BULK.
func (s *session) bulkLoad(ctx context.Context, b wire.Bulk, out sink) error {
	st := s.bulk
	s.bulk = nil
	if st == nil {
		return value.Errorf(4022, 16, 1, "Bulk load data was expected but not sent. The batch will be terminated.")
	}
	t, err := s.bulkTarget(st)
	if err != nil {
		return err
	}
	if len(b.Types) != len(st.Columns) {
		return value.Errorf(4816, 16, 1, "Invalid column type from bcp client for colid %d.", len(st.Columns))
	}
	var targets []*column
	types := make([]outCol, len(b.Types))
	for i, c := range st.Columns {
		targets = append(targets, t.column(c.Name))
		types[i] = outCol{typ: b.Types[i]}
	}
	if slices.ContainsFunc(targets, (*column).readOnly) {
		return value.Unsupported("a bulk load into a computed column")
	}
	return s.write(ctx, t, func() error {
		changes := make([]change, 0, len(b.Rows))
		for i, row := range b.Rows {
			full, err := s.newRow(ctx, t, targets, types, row, nil, i)
			if err != nil {
				return err
			}
			changes = append(changes, change{new: full})
		}
		return s.finishWrite(ctx, "INSERT", t, changes, nil, nil, out)
	})
}
