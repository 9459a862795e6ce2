package sqldb

import (
	"context"
	"errors"
	"slices"

	"dossier/connectors"
)

// cleaner is a dialect whose database keeps what records held in places of its own until it is told to let go of it.
type cleaner interface {
	// clean takes what the records of these tables held out of those places, as the last part of the transaction.
	clean(ctx context.Context, s *session, tables []string) error
	// settled does what can only be done once the transaction is committed. It says what is left, "" for nothing.
	settled(ctx context.Context, s *session) string
}

// clean lets the database let go of what the changed records held. remains says where it could not.
func (t *transaction) clean(ctx context.Context) (remains string, err error) {
	c, ok := t.place.sys.d.(cleaner)
	if !ok {
		return "", nil
	}
	var tables []string
	for _, i := range t.own {
		if name := t.steps[i].entity.table.name; !t.decided(i) && t.changes[i].Op != connectors.Insert && !slices.Contains(tables, name) {
			tables = append(tables, name)
		}
	}
	if len(tables) == 0 {
		return "", nil
	}
	if err = c.clean(ctx, t.session, tables); errors.Is(err, errOddPage) {
		return "what the records held may still stand in unused bytes of the file: " + err.Error(), nil
	}
	return "", err
}

// clean makes a SQLite file hold nothing but what its tables hold. With secure_delete, SQLite overwrites what is deleted now. But the file's
// unused bytes also hold copies of records from before: in pages that were freed, in the gaps of pages whose cells were moved when
// a neighbour grew, behind the ends of long values, wherever a program without secure_delete was at work. All of them are
// overwritten with zeros, which the format gives no meaning; and the samples that ANALYZE took of the changed tables go. That reads the
// whole file once a call, at some 200 MB a second; the first time, it may write most of it.
func (sqlite) clean(ctx context.Context, s *session, tables []string) error {
	for _, samples := range []string{"sqlite_stat4", "sqlite_stat3"} {
		there := false
		err := s.query(ctx, "SELECT 1 FROM sqlite_schema WHERE name = ?", []any{samples}, func(func(...any) error) error { there = true; return nil })
		if err != nil {
			return err
		}
		for _, table := range tables {
			if !there {
				break
			}
			if _, err := s.exec(ctx, "DELETE FROM "+samples+" WHERE tbl = ? COLLATE NOCASE", table); err != nil {
				return err
			}
		}
	}
	return cleanPages(ctx, s.link.(*sqlLink))
}

// cleanPages cleans the pages by the table sqlite_dbpage, as part of the transaction.
func cleanPages(ctx context.Context, l *sqlLink) error {
	c := &cleaning{}
	read, err := l.prepare(ctx, "SELECT data FROM sqlite_dbpage WHERE pgno = ?")
	if err != nil {
		return err
	}
	c.read = func(n uint32) (page []byte, err error) { return page, read.QueryRowContext(ctx, n).Scan(&page) }
	c.store = func(n uint32, page []byte) error {
		_, err := l.exec(ctx, "UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?", page, n)
		return err
	}
	if err := l.query(ctx, "PRAGMA page_count", nil, func(scan func(...any) error) error { return scan(&c.count) }); err != nil {
		return err
	}
	var roots []uint32
	err = l.query(ctx, "SELECT rootpage FROM sqlite_schema WHERE rootpage > 1", nil, func(scan func(...any) error) error {
		var root uint32
		err := scan(&root)
		roots = append(roots, root)
		return err
	})
	if err != nil {
		return err
	}
	return c.run(roots)
}

// settled empties the write-ahead log, which holds the pages as they were after every transaction since it was last emptied.
func (d sqlite) settled(ctx context.Context, s *session) string {
	const left = "what the records held may still stand in the write-ahead log beside the file, which could not be emptied: "
	busy := int64(0)
	err := s.query(ctx, "PRAGMA wal_checkpoint(TRUNCATE)", nil, func(scan func(...any) error) error {
		return scan(&busy, new(any), new(any))
	})
	switch {
	case err != nil:
		return left + d.judge(err).String()
	case busy != 0:
		return left + "another program is reading. It is emptied by the next change, or when the last program closes the file"
	}
	return ""
}
