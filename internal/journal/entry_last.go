package journal

import (
	"context"
	"fmt"
)

// LastEntries returns the last entry that says what was done to each system, by the system's id.
func (j *Journal) LastEntries(ctx context.Context, what string) (map[string]Entry, error) {
	rows, err := j.query(ctx, `SELECT seq, `+rowColumns+` FROM log WHERE seq IN (SELECT max(seq) FROM log WHERE what = ? AND system <> '' GROUP BY system)`, what)
	if err != nil {
		return nil, failed(ctx, err)
	}
	defer rows.Close()
	last := map[string]Entry{}
	for rows.Next() {
		var seq int64
		var r row
		if err := rows.Scan(append([]any{&seq}, r.into()...)...); err != nil {
			return nil, err
		}
		e, err := r.entry(seq)
		if err != nil {
			return nil, fmt.Errorf("entry %d of the log was changed from outside: %w", seq, err)
		}
		last[e.System] = e
	}
	return last, failed(ctx, rows.Err())
}
