package journal

import "context"

// LastEntries returns the last entry that says what was done to each system, by the system's id.
func (j *Journal) LastEntries(ctx context.Context, what string) (map[string]Entry, error) {
	rows, err := j.query(ctx, `SELECT seq, `+rowColumns+` FROM log WHERE seq IN (SELECT max(seq) FROM log WHERE what = ? AND system <> '' GROUP BY system)`, what)
	if err != nil {
		return nil, failed(ctx, err)
	}
	all, err := entriesOf(rows)
	last := make(map[string]Entry, len(all))
	for _, e := range all {
		last[e.System] = e
	}
	return last, failed(ctx, err)
}
