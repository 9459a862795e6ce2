package sqldb

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"

	"github.com/go-sql-driver/mysql"

	"dossier/connectors/compare"
)

func (mariadb) begin() string              { return "START TRANSACTION" }
func (mariadb) locked() (hint, end string) { return "", " FOR UPDATE" }
func (mariadb) maxChanges() int            { return maxIndexed }
func (mariadb) enforces() bool             { return true }
func (mariadb) bindList([]string) any      { return nil }

var zeroDate = regexp.MustCompile(`^\d{4}-(00-\d\d|\d\d-00)(T00:00:00Z?)?$`)

// special accepts dates with a month or day of zero.
func (mariadb) special(c *column, v string) bool {
	return (c.typ == compare.Day || c.typ == compare.DateTime || c.typ == compare.Instant) && zeroDate.MatchString(v)
}

func (mariadb) assign(st *statement, _ *column, bound any) { st.arg(bound) }

func (mariadb) insert(st *statement, rows [][]field, _ *column) { st.values(rows) }

func (mariadb) run(ctx context.Context, s *session, st *statement) (int64, error) {
	prepared, err := s.link.(*sqlLink).prepare(ctx, st.String())
	if err != nil {
		return 0, err
	}
	r, err := prepared.ExecContext(ctx, st.args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (mariadb) chosen(ctx context.Context, s *session, st *statement) (string, error) {
	if _, err := s.exec(ctx, st.String(), st.args...); err != nil {
		return "", err
	}
	return returned(ctx, s, &statement{Buffer: *bytes.NewBufferString("SELECT LAST_INSERT_ID()")})
}

// https://mariadb.com/kb/en/mariadb-error-code-reference/
var (
	mysqlTransient = []uint16{1205, 1213, 1020, 3572}
	mysqlWords     = map[uint16]string{
		1044: "the account may not use this database", 1045: "the server refuses the login: check the account and its password",
		1142: "the account may not do this to the table", 1143: "the account may not do this to a field", 1227: "the account lacks a privilege",
		1792: "the session may only read", 1290: "the server runs read-only", 1836: "the server runs read-only",
		1062: "another record has the same value in a unique field", 1451: "records of another table point at it", 1452: "it points at a record that is not there",
		1048: "a field cannot be empty", 1364: "a field that cannot be empty is missing", 1406: "a value is too long for its field",
		1264: "a value is out of its field's range", 1366: "a value has characters that its field cannot hold", 1292: "a value is none of its field's type",
		4025: "a rule of the table forbids it", 3819: "a rule of the table forbids it", 1205: "another session held a record for too long", 1213: "a deadlock",
		1969: "the time for a statement was up", 3024: "the time for a statement was up", 1317: "the query was stopped on the server",
	}
)

func (mariadb) judge(err error) verdict {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return unknownError(err)
	}
	v := verdict{server: true, raw: e.Error(), transient: slices.Contains(mysqlTransient, e.Number), code: strconv.Itoa(int(e.Number)), message: mysqlWords[e.Number]}
	if v.message == "" {
		v.message = e.Message
	}
	return v
}
