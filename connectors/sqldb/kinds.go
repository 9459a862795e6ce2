// Package sqldb connects databases: Microsoft SQL Server, MySQL and MariaDB, PostgreSQL and SQLite. One
// engine finds and changes records; a dialect a server knows how its SQL is written, how its values
// become canonical text, and how a query is stopped on it.
//
// Every statement binds its values and quotes its identifiers. Reading goes through sessions that the
// server itself refuses to write on where it can (MySQL, PostgreSQL, SQLite).
package sqldb

import (
	"context"
	"fmt"
	"path"

	"dossier/connectors"
	"dossier/internal/secret"
)

// Kinds returns the kinds of databases.
func Kinds() []connectors.Kind {
	return []connectors.Kind{
		{Name: "mssql", Title: "Microsoft SQL Server", Setup: setupSQLServer},
		{Name: "mysql", Title: "MySQL or MariaDB", Setup: onServer(newMySQL, "mysql", "mariadb")},
		{Name: "postgres", Title: "PostgreSQL", Setup: onServer(newPostgres, "postgres", "postgresql")},
		{Name: "sqlite", Title: "SQLite", Setup: setupSQLite},
	}
}

// serverKeys are the register's keys of a system on a database server:
//
//	address   = "mysql://dossier_read@db01:3306/moodle"   # no password in it
//	password  = "env:MOODLE_PASSWORD"
//	write     = { user = "dossier_write", password = "env:MOODLE_WRITE_PASSWORD" }
//	databases = ["centre_*"]                               # where there are several: names or patterns
//	tls       = { ca = "certs/db01.pem" }
type serverKeys struct {
	Address   string     `toml:"address"`
	Password  secret.Ref `toml:"password"`
	Write     *writeKeys `toml:"write"`
	Databases []string   `toml:"databases"`
	TLS       *tlsKeys   `toml:"tls"`
}

// writeKeys name the account that changes are made with; without them the reading account makes them.
type writeKeys struct {
	User     string     `toml:"user"`
	Password secret.Ref `toml:"password"`
}

// account is a user of a database server.
type account struct {
	user     string
	password secret.Secret
}

// onServer returns the set-up of a kind whose address has one of the schemes.
func onServer(newDialect func(*system) (dialect, error), schemes ...string) func(*connectors.System) (connectors.Open, error) {
	return func(sys *connectors.System) (connectors.Open, error) {
		var keys serverKeys
		if err := sys.Decode(&keys); err != nil {
			return nil, err
		}
		to, err := parseAddress(sys, keys.Address, schemes)
		if err != nil {
			return nil, err
		}
		if keys.Write != nil && keys.Write.User == "" {
			return nil, sys.Problem("write.user", `is missing: write = { user = "dossier_write", password = "env:…" }`)
		}
		if len(keys.Databases) == 0 && to.database == "" {
			return nil, sys.Problem("databases", `is missing: name the database in the address, or databases = ["centre_*"]`)
		}
		if len(keys.Databases) == 0 {
			keys.Databases = []string{to.database}
		}
		if err := checkPatterns(sys, "databases", keys.Databases); err != nil {
			return nil, err
		}
		if err := keys.TLS.check(sys); err != nil {
			return nil, err
		}
		return func(ctx context.Context) (connectors.Connector, error) {
			s := &system{reg: sys, make: newDialect, to: to, patterns: keys.Databases, tls: keys.TLS}
			var err error
			if s.read, err = resolve(ctx, sys, to.user, keys.Password); err != nil {
				return nil, err
			}
			s.write = s.read
			if keys.Write != nil {
				if s.write, err = resolve(ctx, sys, keys.Write.User, keys.Write.Password); err != nil {
					return nil, err
				}
			}
			return s.connect(ctx)
		}, nil
	}
}

func resolve(ctx context.Context, sys *connectors.System, user string, ref secret.Ref) (account, error) {
	password, err := ref.Resolve(ctx, sys.Dir)
	return account{user, password}, err
}

func checkPatterns(sys *connectors.System, key string, patterns []string) error {
	for i, p := range patterns {
		if _, err := path.Match(p, ""); err != nil || p == "" {
			return sys.Problem(fmt.Sprintf("%s[%d]", key, i), "is no name or pattern: * stands for any part of a name")
		}
	}
	return nil
}
