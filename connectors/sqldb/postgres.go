package sqldb

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"golang.org/x/text/encoding/charmap"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// postgres is the dialect of PostgreSQL. Every value is read in the server's own text form.
type postgres struct {
	config *pgx.ConnConfig // with neither account nor database
}

func newPostgres(s *system) (dialect, error) {
	c, err := pgx.ParseConfig("postgres://dossier@localhost/?sslmode=disable&connect_timeout=10&application_name=dossier")
	if err != nil {
		return nil, err
	}
	port := "5432"
	if s.to.port != "" {
		port = s.to.port
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("the port %s is no number", port)
	}
	c.Host, c.Port, c.Fallbacks = s.to.host, uint16(n), nil
	if socket := s.to.options.Get("socket"); socket != "" {
		c.Host = socket
	}
	if c.TLSConfig, err = s.tls.config(s.reg.Dir, s.to); err != nil {
		return nil, err
	}
	c.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: time.Second}
	}
	return postgres{c}, nil
}

func (d postgres) database(ctx context.Context, a account, name string) (link, error) {
	c := d.config.Copy()
	c.User, c.Password, c.Database = a.user, a.password.Reveal(), name
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return nil, err
	}
	return pgxLink{conn}, nil
}

// places lists the databases that the account may connect to.
func (d postgres) places(ctx context.Context, sys *system) ([]*place, error) {
	first := sys.to.database
	if first == "" {
		first = "postgres"
	}
	l, err := d.database(ctx, sys.read, first)
	if err != nil {
		return nil, err
	}
	defer l.close()
	var names []string
	err = l.query(ctx, `SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate
		AND has_database_privilege(datname, 'CONNECT') ORDER BY datname`, nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		names = append(names, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return sys.matching(names, "database"), nil
}

func (d postgres) connect(ctx context.Context, p *place, write bool) (link, error) {
	if write {
		return d.database(ctx, p.sys.write, p.name)
	}
	return d.database(ctx, p.sys.read, p.name)
}

func (d postgres) network() (string, string) {
	port := strconv.Itoa(int(d.config.Port))
	if strings.HasPrefix(d.config.Host, "/") {
		return "unix", d.config.Host + "/.s.PGSQL." + port
	}
	return "tcp", net.JoinHostPort(d.config.Host, port)
}

// settle makes values come in their ISO forms, and a policy that would hide rows an error.
func (postgres) settle(ctx context.Context, s *session) error {
	version := s.link.(pgxLink).conn.PgConn().ParameterStatus("server_version")
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err == nil && n < 12 {
		return fmt.Errorf("this is PostgreSQL %s, and only PostgreSQL 12 and later can be read", version)
	}
	timeout := s.place.sys.reg.Timeout.Milliseconds()
	setup := fmt.Sprintf(`SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex';
		SET extra_float_digits = 3; SET row_security = off; SET statement_timeout = %d`, timeout)
	if s.write {
		setup += fmt.Sprintf("; SET lock_timeout = %d; SET idle_in_transaction_session_timeout = %d", min(timeout, 50_000), timeout)
	} else {
		setup += "; SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
	}
	_, err := s.exec(ctx, setup)
	return err
}

// cancel has nothing to do: the driver sends the server a cancel request when the context ends.
func (postgres) cancel(context.Context, *session) {}

func (d postgres) stream(ctx context.Context, s *session, st *statement, cells []*cell, each func() bool) error {
	rows, err := s.link.(pgxLink).conn.Query(ctx, st.String(), append([]any{pgx.QueryResultFormats{pgx.TextFormatCode}}, st.args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		for i, raw := range rows.RawValues()[:len(cells)] {
			if err := d.fill(cells[i], raw); err != nil {
				return err
			}
		}
		if !each() {
			return nil
		}
	}
	return rows.Err()
}

func (d postgres) fill(x *cell, raw []byte) error {
	if raw == nil {
		x.value = connectors.Null
		return nil
	}
	x.buf = append(x.buf[:0], raw...)
	if err := d.read(x); err != nil {
		return fmt.Errorf("field %s of type %s: %w", x.c.name, x.c.native, err)
	}
	return nil
}

func (d postgres) decode(x *cell, src any) error {
	var err error
	if x.buf, err = appendText(x.buf, src); err != nil {
		return err
	}
	return d.read(x)
}

// read turns the server's text in the cell's buffer into its value.
func (postgres) read(x *cell) error {
	if x.c.list {
		items, err := parseArray(x.buf)
		if err != nil {
			return err
		}
		for i, item := range items {
			items[i] = string(postgresText(x.c, []byte(item)))
		}
		x.value = connectors.List(items...)
		return nil
	}
	if x.c.base == "bytea" {
		if bytes.IndexByte(x.buf, ':') >= 0 {
			raw := slices.Clone(x.buf)
			x.buf = x.buf[:0]
			return x.setStream(raw)
		}
		x.buf = append([]byte("0x"), x.buf...)
	}
	x.buf = postgresText(x.c, x.buf)
	if x.c.typ == compare.Text && !utf8.Valid(x.buf) {
		x.buf = appendWindows1252(nil, x.buf)
	}
	x.text()
	return nil
}

// postgresText turns the server's text of a value of the column's type into canonical text, in place.
// Values that have no canonical form, such as infinity and days before Christ, stay as the server writes them.
func postgresText(c *column, b []byte) []byte {
	switch c.typ {
	case compare.Text:
		if c.padded {
			b = bytes.TrimRight(b, " ")
		}
	case compare.Float:
		bits := 64
		if c.base == "float4" {
			bits = 32
		}
		if f, err := strconv.ParseFloat(string(b), bits); err == nil && f-f == 0 {
			b = strconv.AppendFloat(b[:0], f, 'f', -1, bits)
		}
	case compare.Boolean:
		if len(b) == 1 {
			b = strconv.AppendBool(b[:0], b[0] == 't')
		}
	case compare.DateTime, compare.Instant:
		if i := bytes.IndexByte(b, ' '); i > 0 {
			b[i] = 'T'
		}
		if c.typ == compare.Instant && bytes.HasSuffix(b, []byte("+00")) {
			b = append(b[:len(b)-3], 'Z')
		}
	}
	return b
}

// postgresEncodings are the encodings of databases that lack most characters.
// https://www.postgresql.org/docs/current/multibyte.html
var postgresEncodings = map[string]*charmap.Charmap{
	"LATIN1": charmap.ISO8859_1, "LATIN2": charmap.ISO8859_2, "LATIN3": charmap.ISO8859_3, "LATIN4": charmap.ISO8859_4, "LATIN5": charmap.ISO8859_9,
	"LATIN6": charmap.ISO8859_10, "LATIN7": charmap.ISO8859_13, "LATIN8": charmap.ISO8859_14, "LATIN9": charmap.ISO8859_15, "LATIN10": charmap.ISO8859_16,
	"ISO_8859_5": charmap.ISO8859_5, "ISO_8859_6": charmap.ISO8859_6, "ISO_8859_7": charmap.ISO8859_7, "ISO_8859_8": charmap.ISO8859_8,
	"KOI8R": charmap.KOI8R, "KOI8U": charmap.KOI8U, "WIN866": charmap.CodePage866, "WIN874": charmap.Windows874, "WIN1250": charmap.Windows1250,
	"WIN1251": charmap.Windows1251, "WIN1252": charmap.Windows1252, "WIN1253": charmap.Windows1253, "WIN1254": charmap.Windows1254,
	"WIN1255": charmap.Windows1255, "WIN1256": charmap.Windows1256, "WIN1257": charmap.Windows1257, "WIN1258": charmap.Windows1258,
}

// maxDigits is less than the digits that a numeric can have: 131,072 before the point.
const maxDigits = 100_000

func (postgres) quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
func (postgres) param(n int) string       { return "$" + strconv.Itoa(n) }
func (postgres) maxParams() int           { return 60_000 } // of 65,535

func (postgres) selected(c *column, quoted string) string {
	switch {
	case c.list:
	case c.base == "bytea":
		return fmt.Sprintf("CASE WHEN octet_length(%[1]s) <= %[2]d THEN encode(%[1]s, 'hex') ELSE octet_length(%[1]s) || ':' || encode(sha256(%[1]s), 'hex') END",
			quoted, maxBinary)
	case c.base == "money":
		return quoted + "::numeric"
	}
	return quoted
}

func (postgres) bind(c *column, v string) (any, bool) {
	switch c.typ {
	case compare.Text:
		if encoding, ok := postgresEncodings[c.charset]; ok && !isASCII(v) {
			if _, err := encoding.NewEncoder().String(v); err != nil {
				return nil, false // the server would refuse the whole query
			}
		}
		return v, utf8.ValidString(v) && strings.IndexByte(v, 0) < 0
	case compare.Integer:
		return v, inRange(c, v)
	case compare.Decimal:
		return v, len(v) < maxDigits
	case compare.Binary:
		return `\x` + v[2:], true
	}
	return v, true
}

// among binds all values as one array, cast to the column's type so that its index serves.
func (postgres) among(st *statement, expr string, c *column, values []any) {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.(string)
	}
	cast := ""
	switch {
	case c == nil:
	case c.base == "money":
		expr, cast = expr+"::numeric", "::numeric[]"
	case c.typ != compare.Text || c.base == "bpchar" || c.base == "citext":
		cast = "::" + c.base + "[]"
	default:
		expr = written(c, expr)
	}
	st.WriteString(expr + " = ANY(" + st.bound(texts) + "::text[]" + cast + ")")
}

func (postgres) between(st *statement, expr string, c *column, from, to string) {
	st.WriteString("(" + expr + " >= " + st.bound(from) + "::text::" + c.base)
	if to != "" {
		st.WriteString(" AND " + expr + " < " + st.bound(to) + "::text::" + c.base)
	}
	st.WriteByte(')')
}

// written returns the text of a value as the server writes it, which a cast to text is not for every type.
func written(c *column, quoted string) string {
	switch c.base {
	case "text", "varchar", "name":
		return quoted
	case "bpchar", "citext":
		return quoted + "::text"
	case "money":
		return quoted + "::numeric::text"
	}
	return "format('%s', " + quoted + ")"
}

// plain compares in the C collation, whose lower() knows ASCII only: the row is strange where that is not enough.
func (postgres) plain(c *column, quoted string) string {
	return "lower(btrim(" + written(c, quoted) + ` COLLATE "C"))`
}

func (postgres) strange(c *column, quoted, class string, runs bool) string {
	if runs {
		class += "|  "
	}
	return "btrim(" + written(c, quoted) + ` COLLATE "C") ~ '` + class + `'`
}

func (postgres) otherwise(*column, string) string { return "" }

func (postgres) like(expr, param string) string { return expr + " LIKE " + param + " ESCAPE '!'" }

func (postgres) piece(quoted string, offset, length int64) (string, string) {
	return "octet_length(" + quoted + ")::int8", fmt.Sprintf("substring(%s FROM %d FOR %d)", quoted, offset, length)
}

func (postgres) double(param string) string { return param + "::float8" }

// parseArray splits the text of an array: {a,"b c",NULL}, of any number of dimensions, read row by row. An element that is
// NULL becomes the text NULL.
func parseArray(b []byte) ([]string, error) {
	if i := bytes.IndexByte(b, '='); len(b) > 0 && b[0] == '[' && i > 0 { // [2:3]={…}: other bounds than usual
		b = b[i+1:]
	}
	if len(b) < 2 || b[0] != '{' {
		return nil, fmt.Errorf("an array does not start with {")
	}
	items := []string{}
	depth, expect := 0, true // expect: an element may start here
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '{':
			depth++
			expect = true
			i++
		case c == '}':
			depth--
			expect = false
			i++
			if depth == 0 && i < len(b) {
				return nil, fmt.Errorf("an array goes on behind its end")
			}
		case c == ',':
			expect = true
			i++
		case !expect || depth == 0:
			return nil, fmt.Errorf("an array has no comma between two elements")
		case c == '"':
			var item []byte
			for i++; ; i++ {
				if i < len(b) && b[i] == '\\' {
					i++
				} else if i < len(b) && b[i] == '"' {
					break
				}
				if i >= len(b) {
					return nil, fmt.Errorf("an array ends within quotes")
				}
				item = append(item, b[i])
			}
			i++
			items, expect = append(items, string(item)), false
		default:
			start := i
			for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != '{' && b[i] != '"' {
				i++
			}
			items, expect = append(items, string(b[start:i])), false
		}
	}
	if depth != 0 {
		return nil, fmt.Errorf("an array does not end")
	}
	return items, nil
}
