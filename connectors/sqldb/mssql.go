package sqldb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/golang-sql/civil"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
)

// sqlServer is the dialect of Microsoft SQL Server and Azure SQL Database, from SQL Server 2008 on; checksums of
// long binary values need SQL Server 2016.
type sqlServer struct {
	config  msdsn.Config // with neither account nor database
	version string       // as places found it: 16.0.4085.2
}

// setupSQLServer takes one key more than other servers: tested, what `dossier connector test` printed once
// the conformance suite had passed on a scratch database of the server.
func setupSQLServer(sys *connectors.System) (connectors.Open, error) {
	var keys struct {
		Tested string `toml:"tested"`
	}
	if err := sys.Decode(&keys); err != nil {
		return nil, err
	}
	return onServer(func(s *system) (dialect, error) {
		s.tested = keys.Tested
		return newSQLServer(s)
	}, "sqlserver", "mssql")(sys)
}

// Tested returns what the register's key tested must say for writes on a SQL Server of the version
// (16.0.4085.2) to be allowed: it changes with the release of the server and with the version of the suite,
// and not with the server's updates.
func Tested(version, suite string) string {
	release := strings.Join(strings.SplitN(version, ".", 3)[:min(2, strings.Count(version, ".")+1)], ".")
	sum := sha256.Sum256([]byte("mssql " + release + " suite " + suite))
	return "mssql-" + release + "-" + suite + "-" + hex.EncodeToString(sum[:6])
}

func newSQLServer(s *system) (dialect, error) {
	text := "sqlserver://" + s.to.hostPort("1433")
	if s.to.instance != "" {
		text = "sqlserver://" + s.to.host + "/" + s.to.instance
	}
	c, err := msdsn.Parse(text + "?encrypt=disable&dial+timeout=10&app+name=dossier")
	if err != nil {
		return nil, fmt.Errorf("the address cannot be used: %w", err)
	}
	c.TLSConfig, err = s.tls.config(s.reg.Dir, s.to)
	if err != nil {
		return nil, err
	}
	if c.TLSConfig != nil {
		c.Encryption, c.HostInCertificateProvided = msdsn.EncryptionRequired, true
	}
	return &sqlServer{config: c}, nil
}

func (d *sqlServer) database(ctx context.Context, a account, name string) (link, error) {
	c := d.config
	c.User, c.Password, c.Database = a.user, a.password.Reveal(), name
	return dial(ctx, sql.OpenDB(mssql.NewConnectorConfig(c)))
}

// places lists the databases that the account may enter, but for the server's own, and decides whether they may be written.
func (d *sqlServer) places(ctx context.Context, sys *system) ([]*place, error) {
	l, err := d.database(ctx, sys.read, sys.to.database)
	if err != nil {
		return nil, err
	}
	defer l.close()
	err = l.query(ctx, "SELECT CONVERT(nvarchar(128), SERVERPROPERTY('ProductVersion'))", nil, func(scan func(...any) error) error { return scan(&d.version) })
	if err != nil {
		return nil, err
	}
	if want := Tested(d.version, connectortest.Version); sys.tested != want && !sys.scratch {
		sys.readOnly = fmt.Sprintf("writing to this SQL Server is off: run \"dossier connector test %s\" against a scratch database of it, "+
			"and write the line that it prints into the register", sys.reg.ID)
	}
	var names []string
	err = l.query(ctx, "SELECT name FROM sys.databases WHERE state = 0 AND HAS_DBACCESS(name) = 1 ORDER BY name", nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		if !slices.Contains([]string{"master", "tempdb", "model", "msdb"}, name) {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return sys.matching(names, "database"), nil
}

func (d *sqlServer) connect(ctx context.Context, p *place, write bool) (link, error) {
	if write {
		return d.database(ctx, p.sys.write, p.name)
	}
	return d.database(ctx, p.sys.read, p.name)
}

func (d *sqlServer) network() (string, string) {
	return "tcp", net.JoinHostPort(d.config.Host, strconv.FormatUint(d.config.Port, 10))
}

// settle makes an error undo the whole transaction. SQL Server has no sessions that only read: that is left to
// the account.
func (*sqlServer) settle(ctx context.Context, s *session) error {
	timeout := s.place.sys.reg.Timeout.Milliseconds()
	if s.write {
		timeout = min(timeout, 50_000)
	}
	_, err := s.exec(ctx, fmt.Sprintf("SET XACT_ABORT ON; SET LOCK_TIMEOUT %d; SET TEXTSIZE 2147483647", timeout))
	return err
}

// cancel has nothing to do: the driver sends the server an attention when the context ends.
func (*sqlServer) cancel(context.Context, *session) {}

func (*sqlServer) stream(ctx context.Context, s *session, st *statement, cells []*cell, each func() bool) error {
	rows, err := s.link.(*sqlLink).conn.QueryContext(ctx, st.String(), st.args...)
	if err != nil {
		return err
	}
	return scanRows(rows, cells, each)
}

func (*sqlServer) quote(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" }
func (*sqlServer) param(n int) string       { return "@p" + strconv.Itoa(n) }
func (*sqlServer) maxParams() int           { return 2000 } // of 2,100

func (*sqlServer) selected(c *column, quoted string) string {
	switch {
	case c.typ == compare.Stream:
		if c.base == "image" {
			quoted = "CONVERT(varbinary(max), " + quoted + ")"
		}
		return "CONVERT(varchar(20), DATALENGTH(" + quoted + ")) + ':' + CONVERT(varchar(64), HASHBYTES('SHA2_256', " + quoted + "), 2)"
	case c.cast == "convert": // types that the driver has no value for
		return "CONVERT(nvarchar(max), " + quoted + ")"
	}
	return quoted
}

func (*sqlServer) decode(x *cell, src any) error {
	switch v := src.(type) {
	case time.Time:
		x.setTime(v)
		return nil
	case []byte:
		switch x.c.typ {
		case compare.GUID:
			var id mssql.UniqueIdentifier
			if err := id.Scan(v); err != nil {
				return err
			}
			x.buf = append(x.buf, strings.ToLower(id.String())...)
			x.text()
			return nil
		case compare.Binary:
			x.setHex(v)
			return nil
		}
	}
	switch {
	case x.c.typ == compare.Text:
		return x.setText(src)
	case x.c.typ == compare.Stream:
		return x.setStream(src)
	case x.c.base == "real":
		return x.setFloat(src, 32)
	case x.c.typ == compare.Float:
		return x.setFloat(src, 64)
	}
	var err error
	x.buf, err = appendText(x.buf, src)
	x.text()
	return err
}

// bind binds by the column's own type, so that the server converts neither side and uses the column's index.
// ASCII text for a varchar column goes as varchar: as nvarchar it would convert the column.
func (*sqlServer) bind(c *column, v string) (any, bool) {
	switch c.typ {
	case compare.Text:
		return mssqlText(c, v), true
	case compare.Integer:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || !inRange(c, v) {
			return nil, false
		}
		switch c.base {
		case "int":
			return int32(n), true
		case "smallint", "tinyint":
			return int16(n), true
		}
		return n, true
	case compare.Decimal:
		whole := strings.TrimPrefix(v, "-")
		if f := fraction(v); f > 0 {
			whole = whole[:len(whole)-f-1]
		}
		if fraction(v) > c.scale || len(whole) > c.digits && whole != "0" {
			return nil, false
		}
		return mssql.VarChar(v), true
	case compare.Float:
		f, err := strconv.ParseFloat(v, 64)
		return f, err == nil
	case compare.Boolean:
		return v == "true", true
	case compare.GUID:
		var id mssql.UniqueIdentifier
		err := id.Scan(v)
		return id, err == nil
	case compare.Binary:
		return decodeHex(v), true
	}
	return mssqlTime(c, v)
}

func mssqlText(c *column, v string) any {
	if c == nil || strings.HasPrefix(c.base, "n") || c.base == "xml" || c.base == "sql_variant" || !isASCII(v) {
		return v
	}
	if len(v) > 8000 {
		return mssql.VarCharMax(v)
	}
	return mssql.VarChar(v)
}

// mssqlTime binds dates and times. A datetime column is compared with a datetime where it can hold the
// value: with a datetime2 the server would convert the column.
func mssqlTime(c *column, v string) (any, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02", "15:04:05"} {
		t, err := time.Parse(layout, v)
		if err != nil {
			continue
		}
		switch {
		case c.typ == compare.Day:
			return civil.DateOf(t), true
		case c.typ == compare.Clock:
			return civil.TimeOf(t), true
		case c.typ == compare.Instant:
			return mssql.DateTimeOffset(t), true
		case c.base == "datetime" && t.Year() >= 1753:
			return mssql.DateTime1(t), true
		}
		return civil.DateTimeOf(t), true
	}
	return nil, false
}

func (d *sqlServer) among(st *statement, expr string, c *column, values []any) {
	switch {
	case c == nil:
		st.list(expr, values)
	case c.typ == compare.Text:
		d.amongTexts(st, expr, c, values)
	case c.typ == compare.Decimal:
		st.WriteString(expr + " IN (")
		for i, v := range values {
			if i > 0 {
				st.WriteByte(',')
			}
			st.WriteString("CAST(" + st.bound(v) + " AS " + c.cast + ")")
		}
		st.WriteByte(')')
	default:
		st.list(expr, values)
	}
}

// amongTexts keeps varchar and nvarchar parameters apart, so that only the second kind converts the column.
func (d *sqlServer) amongTexts(st *statement, expr string, c *column, values []any) {
	if c.cast == "convert" || c.base == "text" || c.base == "ntext" {
		expr = "CONVERT(nvarchar(max), " + expr + ")"
	}
	var narrow, wide []any
	for _, v := range values {
		switch v.(type) {
		case mssql.VarChar, mssql.VarCharMax:
			narrow = append(narrow, v)
		default:
			wide = append(wide, v)
		}
	}
	if len(narrow) == 0 || len(wide) == 0 {
		st.list(expr, values)
		return
	}
	st.WriteByte('(')
	st.list(expr, narrow)
	st.WriteString(" OR ")
	st.list(expr, wide)
	st.WriteByte(')')
}

func (d *sqlServer) between(st *statement, expr string, c *column, from, to string) {
	low, _ := d.bind(c, from)
	st.WriteString("(" + expr + " >= " + st.bound(low))
	if to != "" {
		high, _ := d.bind(c, to)
		st.WriteString(" AND " + expr + " < " + st.bound(high))
	}
	st.WriteByte(')')
}

const binary2 = " COLLATE Latin1_General_BIN2"

// wide returns the column's text as nvarchar: the code page of another collation would change it before it is
// looked at.
func (*sqlServer) wide(c *column, quoted string) string {
	switch {
	case c.base == "money" || c.base == "smallmoney":
		return "CONVERT(nvarchar(60), " + quoted + ", 2)"
	case c.typ != compare.Text || c.length > 0:
		return "CONVERT(nvarchar(4000), " + quoted + ")"
	}
	return "CONVERT(nvarchar(max), " + quoted + ")"
}

func (d *sqlServer) plain(c *column, quoted string) string {
	return "LOWER(LTRIM(RTRIM(" + d.wide(c, quoted) + "))" + binary2 + ")"
}

func (d *sqlServer) strange(c *column, quoted, class string, runs bool) string {
	wide := d.wide(c, quoted)
	expr := wide + binary2 + " LIKE N'%" + class + "%'"
	if runs {
		expr += " OR LTRIM(RTRIM(" + wide + "))" + binary2 + " LIKE N'%  %'"
	}
	return "(" + expr + ")"
}

func (*sqlServer) otherwise(*column, string) string { return "" }

func (*sqlServer) like(expr, param string) string { return expr + " LIKE " + param + " ESCAPE N'!'" }

func (*sqlServer) piece(quoted string, offset, length int64) (string, string) {
	quoted = "CONVERT(varbinary(max), " + quoted + ")"
	return "CONVERT(bigint, DATALENGTH(" + quoted + "))", fmt.Sprintf("SUBSTRING(%s, %d, %d)", quoted, offset, length)
}

func (*sqlServer) double(param string) string { return param }
