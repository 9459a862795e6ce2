package sqldb

import (
	"context"
	"errors"
	"strconv"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"dossier/connectors/compare"
)

func (sqlite) begin() string                    { return "BEGIN IMMEDIATE" }
func (sqlite) locked() (hint, end string)       { return "", "" } // the whole file is locked already
func (sqlite) maxChanges() int                  { return maxIndexed }
func (sqlite) enforces() bool                   { return false }
func (sqlite) special(c *column, _ string) bool { return c.typ == compare.Text }
func (sqlite) bindList([]string) any            { return nil }

func (sqlite) assign(st *statement, _ *column, bound any) { st.arg(bound) }

func (d sqlite) insert(st *statement, rows [][]field, chosen *column) {
	st.values(rows)
	if chosen != nil {
		st.WriteString(" RETURNING " + d.quote(chosen.column))
	}
}

func (sqlite) run(ctx context.Context, s *session, st *statement) (int64, error) {
	return s.exec(ctx, st.String(), st.args...)
}

func (sqlite) chosen(ctx context.Context, s *session, st *statement) (string, error) {
	return returned(ctx, s, st)
}

// returned runs an insert that returns the key of its record.
func returned(ctx context.Context, s *session, st *statement) (string, error) {
	var key any
	err := s.query(ctx, st.String(), st.args, func(scan func(...any) error) error { return scan(&key) })
	if err != nil {
		return "", err
	}
	text, err := appendText(nil, key)
	return string(text), err
}

func (sqlite) judge(err error) verdict {
	var e *driver.Error
	if !errors.As(err, &e) {
		return unknownError(err)
	}
	primary := e.Code() & 0xff
	v := verdict{server: true, raw: e.Error(), code: strconv.Itoa(e.Code()), message: driver.ErrorCodeString[primary]}
	switch primary {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		v.transient, v.message = true, "another program holds the file"
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_AUTH:
		v.message = "the file may only be read"
	case lib.SQLITE_CONSTRAINT:
		v.message = "a rule of the table forbids it: a unique, foreign or check constraint, or NOT NULL"
	}
	return v
}
