package journal

import "context"

// EntryPage is a part of the log, read from its end.
type EntryPage struct {
	Upto    int64   // the number of the newest entry that is counted: what is logged later is not
	Total   int     // how many there are up to it
	Entries []Entry // the newest first
}

// EntriesBack returns n entries of the log of a request, or of the whole log where the id is empty, the newest first, and leaves out as
// many as skip says. With the Upto of an earlier page, what was logged since is not counted; 0 counts everything.
func (j *Journal) EntriesBack(ctx context.Context, id string, upto int64, skip, n int) (EntryPage, error) {
	p := EntryPage{Upto: upto}
	err := j.view(ctx, func(at asker) error {
		if upto == 0 {
			if err := at.row(ctx, `SELECT COALESCE(max(seq), 0) FROM log WHERE ? = '' OR request = ?`, id, id).Scan(&p.Upto); err != nil {
				return err
			}
		}
		which, args := `seq > ? AND seq <= ? ORDER BY seq DESC`, []any{p.Upto - int64(skip+n), p.Upto - int64(skip)} // of the whole log no number is missing
		p.Total = int(p.Upto)
		if id != "" {
			which, args = `request = ? AND seq <= ? ORDER BY seq DESC LIMIT ? OFFSET ?`, []any{id, p.Upto, n, skip}
			if err := at.row(ctx, `SELECT count(*) FROM log WHERE request = ? AND seq <= ?`, id, p.Upto).Scan(&p.Total); err != nil {
				return err
			}
		}
		rows, err := at.query(ctx, `SELECT seq, `+rowColumns+` FROM log WHERE `+which, args...)
		if err != nil {
			return err
		}
		p.Entries, err = entriesOf(rows)
		return err
	})
	return p, err
}
