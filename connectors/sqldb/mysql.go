package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"dossier/connectors/compare"
)

// mariadb is the dialect of MySQL and MariaDB.
type mariadb struct {
	config *mysql.Config // with neither account nor database
}

func newMySQL(s *system) (dialect, error) {
	c := mysql.NewConfig()
	c.Net, c.Addr = "tcp", s.to.hostPort("3306")
	if socket := s.to.options.Get("socket"); socket != "" {
		c.Net, c.Addr = "unix", socket
	}
	c.ClientFoundRows = true
	c.Logger = &mysql.NopLogger{}
	c.Timeout = 10 * time.Second
	var err error
	if c.TLS, err = s.tls.config(s.reg.Dir, s.to); err != nil {
		return nil, err
	}
	return mariadb{c}, nil
}

func (d mariadb) database(ctx context.Context, a account, name string) (link, error) {
	c := d.config.Clone()
	c.User, c.Passwd, c.DBName = a.user, a.password.Reveal(), name
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return nil, err
	}
	return dial(ctx, sql.OpenDB(connector))
}

// places lists the databases that the account sees, but for the server's own.
func (d mariadb) places(ctx context.Context, sys *system) ([]*place, error) {
	l, err := d.database(ctx, sys.read, "")
	if err != nil {
		return nil, err
	}
	defer l.close()
	var names []string
	err = l.query(ctx, "SHOW DATABASES", nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		if !slices.Contains([]string{"information_schema", "mysql", "performance_schema", "sys"}, name) {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return sys.matching(names, "database"), nil
}

func (d mariadb) connect(ctx context.Context, p *place, write bool) (link, error) {
	if write {
		return d.database(ctx, p.sys.write, p.name)
	}
	return d.database(ctx, p.sys.read, p.name)
}

func (d mariadb) network() (string, string) { return d.config.Net, d.config.Addr }

func (d mariadb) settle(ctx context.Context, s *session) error {
	var version string
	err := s.query(ctx, "SELECT CONNECTION_ID(), VERSION()", nil, func(scan func(...any) error) error { return scan(&s.id, &version) })
	if err != nil {
		return err
	}
	timeout := s.place.sys.reg.Timeout.Duration
	setup := []string{"SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'"}
	if s.write {
		setup = append(setup, fmt.Sprintf("SET SESSION innodb_lock_wait_timeout = %d", max(1, int(min(timeout, 50*time.Second).Seconds()))),
			"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
	} else {
		setup = append(setup, "SET SESSION TRANSACTION READ ONLY")
	}
	for _, text := range setup {
		if _, err := s.exec(ctx, text); err != nil {
			return err
		}
	}
	limit := fmt.Sprintf("SET SESSION max_execution_time = %d", timeout.Milliseconds())
	if strings.Contains(version, "MariaDB") {
		limit = fmt.Sprintf("SET SESSION max_statement_time = %f", timeout.Seconds())
	}
	if _, err := s.exec(ctx, limit); err != nil && d.judge(err).code != "1193" { // old servers have no such limit
		return err
	}
	return nil
}

// cancel stops the query from another connection: closing one's own does not, the server only notices when
// it next writes to it.
func (d mariadb) cancel(ctx context.Context, s *session) {
	if s.id == 0 {
		return
	}
	l, err := d.connect(ctx, s.place, s.write)
	if err != nil {
		return
	}
	defer l.close()
	_, _ = l.exec(ctx, "KILL QUERY "+strconv.FormatInt(s.id, 10))
}

func (mariadb) stream(ctx context.Context, s *session, st *statement, cells []*cell, each func() bool) error {
	prepared, err := s.link.(*sqlLink).prepare(ctx, st.String())
	if err != nil {
		return err
	}
	rows, err := prepared.QueryContext(ctx, st.args...)
	if err != nil {
		return err
	}
	return scanRows(rows, cells, each)
}

func (mariadb) quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
func (mariadb) param(int) string         { return "?" }
func (mariadb) maxParams() int           { return 60_000 } // of 65,535

func (mariadb) selected(c *column, quoted string) string {
	if c.typ == compare.Stream {
		return "CONCAT(LENGTH(" + quoted + "),':',SHA2(" + quoted + ",256))"
	}
	return quoted
}

func (mariadb) decode(x *cell, src any) error {
	var err error
	switch {
	case x.c.typ == compare.Text:
		return x.setText(src)
	case x.c.typ == compare.Stream:
		return x.setStream(src)
	case x.c.base == "bit":
		return x.setBits(src)
	case x.c.base == "float":
		return x.setFloat(src, 32)
	case x.c.base == "double":
		return x.setFloat(src, 64)
	case x.c.typ == compare.Binary:
		if x.buf, err = appendText(x.buf, src); err != nil {
			return err
		}
		raw := slices.Clone(x.buf)
		x.buf = x.buf[:0]
		x.setHex(raw)
		return nil
	}
	if x.buf, err = appendText(x.buf, src); err != nil {
		return err
	}
	switch x.c.typ {
	case compare.DateTime, compare.Instant:
		if len(x.buf) > 10 {
			x.buf[10] = 'T'
		}
		x.buf = trimFraction(x.buf)
		if x.c.typ == compare.Instant {
			x.buf = append(x.buf, 'Z')
		}
	case compare.Clock:
		x.buf = trimFraction(x.buf)
	}
	x.text()
	return nil
}

// setBits sets the value of a bit column: a boolean where it has one bit, else a number.
func (x *cell) setBits(src any) error {
	b, ok := src.([]byte)
	if !ok || len(b) > 8 {
		return fmt.Errorf("the driver gave a %T", src)
	}
	var n uint64
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	if x.c.typ == compare.Boolean {
		x.buf = strconv.AppendBool(x.buf, n != 0)
	} else {
		x.buf = strconv.AppendUint(x.buf, n, 10)
	}
	x.text()
	return nil
}

func (mariadb) bind(c *column, v string) (any, bool) {
	switch c.typ {
	case compare.Integer:
		if !inRange(c, v) {
			return nil, false
		}
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return n, true
		}
		n, err := strconv.ParseUint(v, 10, 64)
		return n, err == nil
	case compare.Decimal:
		return v, fraction(v) <= c.scale
	case compare.Boolean:
		return int64(len("false") - len(v)), true
	case compare.Binary:
		return decodeHex(v), true
	case compare.DateTime, compare.Instant:
		return strings.TrimSuffix(strings.Replace(v, "T", " ", 1), "Z"), true
	}
	return v, true
}

func (d mariadb) among(st *statement, expr string, c *column, values []any) {
	cast := func(any) (string, string) { return "", "" }
	switch {
	case c == nil:
	case c.typ == compare.Decimal: // as text it would be compared as a floating point number
		cast = func(any) (string, string) { return "CAST(", fmt.Sprintf(" AS DECIMAL(65,%d))", c.scale) }
	case c.typ == compare.Text && c.charset != "" && c.charset != "utf8mb4":
		// The server refuses to compare with characters that the column's charset lacks. They become ?.
		cast = func(v any) (string, string) {
			if isASCII(v.(string)) {
				return "", ""
			}
			return "CONVERT(", " USING " + c.charset + ") COLLATE " + c.collation
		}
	}
	if !slices.ContainsFunc(values, func(v any) bool { before, _ := cast(v); return before != "" }) {
		st.list(expr, values)
		return
	}
	st.WriteString(expr + " IN (")
	st.each(len(values), func(i int) {
		before, behind := cast(values[i])
		st.WriteString(before + st.bound(values[i]) + behind)
	})
	st.WriteByte(')')
}

func (d mariadb) between(st *statement, expr string, c *column, from, to string) {
	low, _ := d.bind(c, from)
	st.WriteString("(" + expr + " >= " + st.bound(low))
	if to != "" {
		high, _ := d.bind(c, to)
		st.WriteString(" AND " + expr + " < " + st.bound(high))
	}
	st.WriteByte(')')
}

// plain compares in ASCII, so that no collation has a say; other characters become ? there, and the row is strange.
func (mariadb) plain(_ *column, quoted string) string {
	return "LOWER(CONVERT(TRIM(" + quoted + ") USING ascii)) COLLATE ascii_bin"
}

func (mariadb) strange(_ *column, quoted, class string, runs bool) string {
	if runs {
		class += "|  "
	}
	return "CONVERT(TRIM(" + quoted + ") USING utf8mb4) COLLATE utf8mb4_bin REGEXP '" + class + "'"
}

func (mariadb) otherwise(*column, string) string { return "" }

func (mariadb) piece(quoted string, offset, length int64) (string, string) {
	return "LENGTH(" + quoted + ")", fmt.Sprintf("SUBSTRING(%s, %d, %d)", quoted, offset, length)
}

func (mariadb) double(param string) string { return param }

func (mariadb) like(expr, param string) string { return expr + " LIKE " + param + " ESCAPE '!'" }
