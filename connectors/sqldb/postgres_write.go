package sqldb

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"dossier/connectors/compare"
)

func (postgres) begin() string              { return "BEGIN" }
func (postgres) locked() (hint, end string) { return "", " FOR UPDATE" }
func (postgres) maxChanges() int            { return maxIndexed }
func (postgres) enforces() bool             { return true }

var postgresSpecial = regexp.MustCompile(`^(NaN|-?[Ii]nfinity|\d{4,}-\d\d-\d\d(T[0-9:.+]+Z?)?( BC)?)$`)

// special accepts infinity, what is no number, and days that the calendar of other systems does not reach.
func (postgres) special(c *column, v string) bool {
	switch c.typ {
	case compare.Day, compare.DateTime, compare.Instant, compare.Decimal, compare.Float:
		return postgresSpecial.MatchString(v)
	}
	return false
}

// bindList writes the items as the text of an array.
func (postgres) bindList(items []string) any {
	var b strings.Builder
	b.WriteByte('{')
	for i, item := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(item) + `"`)
	}
	return b.String() + "}"
}

// assign casts from text to the column's own type without its length, which an explicit cast would cut to.
func (postgres) assign(st *statement, c *column, bound any) {
	st.WriteString(st.bound(bound) + "::text")
	if c.cast != "text" {
		st.WriteString("::" + c.cast)
	}
}

func (d postgres) insert(st *statement, rows [][]field, chosen *column) {
	st.values(rows)
	if chosen != nil {
		st.WriteString(" RETURNING " + d.quote(chosen.column) + "::text")
	}
}

func (postgres) run(ctx context.Context, s *session, st *statement) (int64, error) {
	return s.exec(ctx, st.String(), st.args...)
}

func (postgres) chosen(ctx context.Context, s *session, st *statement) (string, error) {
	return returned(ctx, s, st)
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
var (
	postgresTransient = []string{"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300"}
	postgresWords     = map[string]string{
		"25006": "the session may only read", "28P01": "the server refuses the login: check the account and its password",
		"28000": "the server refuses the login: check the account and how it may log in", "3D000": "there is no such database",
		"23505": "another record has the same value in a unique field", "23503": "a record of another table points at it, or it points at one that is not there",
		"23502": "a field cannot be empty", "23514": "a rule of the table forbids it", "22001": "a value is too long for its field",
		"22003": "a value is out of its field's range", "22P02": "a value is none of its field's type", "40P01": "a deadlock",
		"55P03": "another session held a record for too long", "57014": "the query was stopped, or its time was up",
		"428C9": "the system itself fills in a field of it",
	}
)

func (postgres) judge(err error) verdict {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return unknownError(err)
	}
	v := verdict{server: true, raw: e.Error(), transient: slices.Contains(postgresTransient, e.Code), code: e.Code, message: postgresWords[e.Code]}
	if v.message == "" {
		v.message = e.Message
	}
	return v
}
