package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"dossier/internal/logproof"
)

// Proof shows that an entry stands in the log, to somebody who has nothing but the log's key.
type Proof = logproof.Proof

// ErrNoEntry says that the log has no entry of the number.
var ErrNoEntry = errors.New("the log has no such entry")

// ProveEntry returns the proof of an entry.
func (j *Journal) ProveEntry(ctx context.Context, seq int64) (Proof, error) {
	s, err := j.prove(ctx, `WHERE seq = ?`, seq)
	if err == nil && len(s.Entries) == 0 {
		err = fmt.Errorf("%d: %w", seq, ErrNoEntry)
	}
	if err != nil {
		return Proof{}, err
	}
	return Proof{Included: s.Entries[0], Checkpoint: s.Checkpoint}, nil
}

// ProveRequest returns every entry of the log about a request, with the proof that it stands there.
func (j *Journal) ProveRequest(ctx context.Context, id string) (logproof.Slice, error) {
	return j.prove(ctx, `WHERE request = ? ORDER BY seq`, id)
}

// prove returns the entries that a condition names with their proofs, once it has checked them itself.
func (j *Journal) prove(ctx context.Context, which string, args ...any) (logproof.Slice, error) {
	s := logproof.Slice{Key: j.log.verifier}
	err := j.view(ctx, func(at asker) error {
		rows, err := at.query(ctx, `SELECT seq, `+rowColumns+` FROM log `+which, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var seq int64
			var r row
			if err := rows.Scan(append([]any{&seq}, r.into()...)...); err != nil {
				return err
			}
			e, err := r.entry(seq)
			if err != nil {
				return err
			}
			s.Entries = append(s.Entries, logproof.Included{Entry: e})
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil || len(s.Entries) == 0 {
			return err
		}
		var size int64
		if err := at.row(ctx, `SELECT size, note FROM checkpoint`).Scan(&size, &s.Checkpoint); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		tree := hashes{ctx, at, map[int64]tlog.Hash{}}
		for i := range s.Entries {
			if s.Entries[i].Path, err = tlog.ProveRecord(size, s.Entries[i].Entry.Seq-1, tree); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(s.Entries) == 0 {
		return s, failed(ctx, err)
	}
	c, err := logproof.Open([]byte(s.Checkpoint), s.Key)
	for i := 0; err == nil && i < len(s.Entries); i++ {
		err = s.Entries[i].In(c)
	}
	if err != nil {
		err = fmt.Errorf("%w: dossier log verify says what is wrong", err)
	}
	return s, err
}
