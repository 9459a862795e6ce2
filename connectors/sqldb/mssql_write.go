package sqldb

import (
	"context"
	"errors"
	"slices"
	"strconv"

	mssql "github.com/microsoft/go-mssqldb"

	"dossier/connectors/compare"
)

func (*sqlServer) begin() string { return "BEGIN TRANSACTION" }

// locked keeps the rows, and the gaps where new ones could appear, until the transaction ends.
func (*sqlServer) locked() (hint, end string) { return " WITH (UPDLOCK, HOLDLOCK, ROWLOCK)", "" }

// maxChanges stays far below the 5,000 locks of one statement at which the server locks the whole table instead.
func (*sqlServer) maxChanges() int { return 500 }

func (*sqlServer) enforces() bool               { return true }
func (*sqlServer) special(*column, string) bool { return false }
func (*sqlServer) bindList([]string) any        { return nil }

// assign writes NULL as a word: as a parameter it would be text, which binary columns do not take.
func (*sqlServer) assign(st *statement, c *column, bound any) {
	switch {
	case bound == nil:
		st.WriteString("NULL")
	case c.typ == compare.Decimal:
		st.WriteString("CAST(" + st.bound(bound) + " AS " + c.cast + ")")
	default:
		st.arg(bound)
	}
}

func (*sqlServer) insert(st *statement, rows [][]field, chosen *column) {
	st.values(rows)
	if chosen != nil {
		st.WriteString("; SELECT CONVERT(nvarchar(40), SCOPE_IDENTITY())")
	}
}

func (*sqlServer) chosen(ctx context.Context, s *session, st *statement) (string, error) {
	return returned(ctx, s, st)
}

// run asks for the statement's own count: the driver would add what triggers report.
func (*sqlServer) run(ctx context.Context, s *session, st *statement) (int64, error) {
	var n int64
	err := s.query(ctx, st.String()+"; SELECT @@ROWCOUNT", st.args, func(scan func(...any) error) error { return scan(&n) })
	return n, err
}

// https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors
var (
	mssqlTransient = []int32{1205, 1222, 3960, 40197, 40501, 40613, 49918, 49919, 49920, 10928, 10929}
	mssqlWords     = map[int32]string{
		229: "the account may not do this to the table", 230: "the account may not do this to a field", 262: "the account may not do this in the database",
		297: "the account may not do this", 300: "the account may not do this", 4060: "the account may not enter the database",
		18456: "the server refuses the login: check the account and its password", 18452: "the server refuses the login",
		916: "the account may not enter the database", 3906: "the database may only be read", 3908: "the database may only be read",
		2627: "another record has the same value in a unique field", 2601: "another record has the same value in a unique field",
		547: "records of another table point at it, it points at one that is not there, or a rule of the table forbids it",
		515: "a field cannot be empty", 8152: "a value is too long for its field", 2628: "a value is too long for its field",
		220: "a value is out of its field's range", 8115: "a value is out of its field's range", 245: "a value is none of its field's type",
		8114: "a value is none of its field's type", 241: "a value is no date", 242: "a date is out of its field's range",
		544: "the system itself chooses the values of a field", 271: "the system itself computes a field", 272: "the system itself writes a field",
		1205: "a deadlock", 1222: "another session held a record for too long", 3930: "the transaction was ended by an earlier error",
	}
)

func (*sqlServer) judge(err error) verdict {
	var e mssql.Error
	if !errors.As(err, &e) {
		return unknownError(err)
	}
	raw := e.Error()
	for _, first := range e.All { // the cause comes first, what followed from it after
		if mssqlWords[first.Number] != "" {
			e = first
			break
		}
	}
	v := verdict{server: true, raw: raw, transient: slices.Contains(mssqlTransient, e.Number), code: strconv.Itoa(int(e.Number)), message: mssqlWords[e.Number]}
	if v.message == "" {
		v.message = e.Message
	}
	return v
}
