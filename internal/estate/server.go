package estate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	_ "github.com/microsoft/go-mssqldb" // the driver sqlserver
)

// FillSQL makes the databases of the named systems (every SQL system when none is named) on a server and fills them with
// the estate's rows, in the server's own types. Their names are those of the SQLite files behind Options.Prefix; a database that exists is dropped first. The URL is that of the server without a
// database, for an account that may create databases: mysql://user:password@host:port, mysql://user@localhost?socket=/path,
// postgres://user@host/postgres or sqlserver://user:password@host:port.
func FillSQL(ctx context.Context, server string, o Options, systems ...string) error {
	if err := o.settle(); err != nil {
		return err
	}
	for _, db := range newWorld(o).databases {
		if len(systems) > 0 && !slices.Contains(systems, db.system) {
			continue
		}
		if err := fillServer(ctx, server, o.Prefix+db.name, db); err != nil {
			return fmt.Errorf("the database %s of the estate cannot be filled: %w", db.name, err)
		}
	}
	return nil
}

func fillServer(ctx context.Context, server, database string, data *database) (err error) {
	d, admin, end, err := openServer(ctx, server, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	name := d.quote(database)
	create := "CREATE DATABASE " + name
	if d.name == "mysql" {
		create += " CHARACTER SET utf8mb4"
	}
	for _, s := range []string{"DROP DATABASE IF EXISTS " + name, create} {
		if err := admin(ctx, s); err != nil {
			return err
		}
	}
	_, run, endFill, err := openServer(ctx, server, database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, endFill()) }()
	return d.fill(ctx, run, data)
}

// openServer opens a connection to a database of the server, or to the one that the URL names, and how to end it.
func openServer(ctx context.Context, server, database string) (d dialect, run runs, end func() error, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return d, nil, nil, errors.New("the server's address is no URL")
	}
	var db *sql.DB
	switch u.Scheme {
	case "mysql":
		c := mysql.NewConfig()
		c.User, c.DBName, c.Net, c.Addr = u.User.Username(), database, "tcp", u.Host
		c.Passwd, _ = u.User.Password()
		if socket := u.Query().Get("socket"); socket != "" {
			c.Net, c.Addr = "unix", socket
		}
		connector, err := mysql.NewConnector(c)
		if err != nil {
			return d, nil, nil, err
		}
		d, db = mysqlDialect, sql.OpenDB(connector)
	case "postgres", "postgresql":
		return openPostgres(ctx, u, database)
	case "sqlserver":
		if database != "" {
			q := u.Query()
			q.Set("database", database)
			u.RawQuery = q.Encode()
		}
		if db, err = sql.Open("sqlserver", u.String()); err != nil {
			return d, nil, nil, err
		}
		d = mssqlDialect
	default:
		return d, nil, nil, fmt.Errorf("%q is no kind of server: write mysql, postgres or sqlserver", u.Scheme)
	}
	return d, oneConnection(db), db.Close, nil
}

func openPostgres(ctx context.Context, u *url.URL, database string) (dialect, runs, func() error, error) {
	if database != "" {
		u.Path = "/" + database
	}
	conn, err := pgx.Connect(ctx, u.String())
	if err != nil {
		return dialect{}, nil, nil, err
	}
	run := func(ctx context.Context, statement string, args ...any) error {
		_, err := conn.Exec(ctx, statement, args...)
		return err
	}
	return postgresDialect, run, func() error { return conn.Close(context.WithoutCancel(ctx)) }, nil
}
