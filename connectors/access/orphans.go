package access

import (
	"fmt"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/internal/jet"
)

// orphans denies deletes of records that others still belong to by a relationship that Access enforces: Access itself would
// refuse, or take the others along.
func (e *editing) orphans() error {
	deletes := false
	for _, rows := range e.erased {
		deletes = deletes || len(rows) > 0
	}
	if !deletes {
		return nil
	}
	relations, err := e.db.Relationships()
	if err != nil {
		return err
	}
	for _, r := range relations {
		if !r.Enforced {
			continue
		}
		for table, rows := range e.erased {
			if strings.EqualFold(table, r.Parent) && len(rows) > 0 {
				if err := e.orphansOf(r, table, rows); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (e *editing) orphansOf(r jet.Relationship, table string, rows map[jet.RowID]int) error {
	parent, err := e.db.Table(table)
	if err != nil {
		return err
	}
	parents := map[string][]int{} // the changes that delete the records with these values
	for id, change := range rows {
		row, err := parent.Row(id, r.ParentColumns...)
		if err != nil {
			return err
		}
		if key, ok := tuple(row); ok {
			parents[key] = append(parents[key], change)
		}
	}
	child, err := e.db.Table(r.Child)
	if err != nil {
		return err
	}
	for row, err := range child.Rows(r.ChildColumns...) {
		if err != nil {
			return err
		}
		if _, goes := e.erased[child.Name][row.ID]; goes {
			continue
		}
		key, ok := tuple(row)
		if !ok {
			continue
		}
		for _, change := range parents[key] {
			e.outcomes[change] = connectors.Outcome{Result: connectors.Denied, Record: e.changes[change].Record,
				Why: fmt.Sprintf("records of %s belong to it, by a relationship that Access enforces, and are not planned to go with it", r.Child)}
		}
	}
	return nil
}

// tuple returns a text that is equal for values that Access takes for the same, and false where one of them is NULL.
func tuple(row *jet.Row) (string, bool) {
	var key []byte
	for _, v := range row.Values {
		if v.IsNull() {
			return "", false
		}
		key = refKey(key, compare.Fold(string(v.Bytes)))
	}
	return string(key), true
}
