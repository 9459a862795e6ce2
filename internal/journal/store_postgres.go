package journal

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"dossier/internal/secret"
)

// postgres keeps a journal in a schema of a PostgreSQL database: the first of the account's search_path.
type postgres struct {
	config   *pgx.ConnConfig
	password secret.Secret
}

func newPostgres(address string, password secret.Secret) (postgres, error) {
	u, err := url.Parse(address)
	if err == nil && !u.Query().Has("sslmode") && !u.Query().Has("host") && u.Host != "" && !local(u.Hostname()) {
		q := u.Query()
		q.Set("sslmode", "verify-full") // without it the driver would go on in the clear where a server asks for that
		u.RawQuery = q.Encode()
		address = u.String()
	}
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return postgres{}, errors.New("the journal cannot be opened: the address of its database is not one of PostgreSQL: write it like postgres://dossier@db01/dossier")
	}
	if !password.IsZero() {
		c.Password = password.Reveal()
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 10 * time.Second
	}
	c.RuntimeParams["application_name"] = "dossier"
	c.RuntimeParams["synchronous_commit"] = "on" // a commit is on the disk before it is answered
	c.RuntimeParams["lock_timeout"] = "30s"
	return postgres{c, password}, nil
}

// local reports whether a host is this computer.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (p postgres) pools() (read, write *sql.DB, err error) {
	looking := p.config.Copy()
	looking.RuntimeParams["default_transaction_read_only"] = "on"
	return stdlib.OpenDB(*looking), stdlib.OpenDB(*p.config), nil
}

// The locks of a journal: the first key says what is locked, the second in which schema of the database.
const (
	takeOpenLock  = `SELECT pg_advisory_lock(7301, hashtext(current_schema()))`
	takeWriteLock = `SELECT pg_advisory_xact_lock(7302, hashtext(current_schema()))`
)

func (p postgres) lock(ctx context.Context) (unlock func(), err error) {
	conn, err := pgx.ConnectConfig(ctx, p.config)
	if err != nil {
		return nil, notOpened(ctx, p.password.Redact(err))
	}
	if _, err := conn.Exec(ctx, takeOpenLock); err != nil {
		return nil, errors.Join(notOpened(ctx, err), conn.Close(context.WithoutCancel(ctx)))
	}
	return func() { conn.Close(context.WithoutCancel(ctx)) }, nil // which frees the lock
}

// alone takes a lock that ends with the change. Whatever the change then reads was committed by those before it.
func (p postgres) alone(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, takeWriteLock)
	return err
}

func (postgres) dialect() goose.Dialect { return goose.DialectPostgres }

func (postgres) numbered() bool { return true }

func (postgres) shared() bool { return true }

func (postgres) schemaTable() string {
	return `SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'goose_db_version'`
}

func (postgres) appendOnly() []string {
	return []string{
		`CREATE OR REPLACE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$`,
		`DROP TRIGGER IF EXISTS log_is_append_only ON log`,
		`CREATE TRIGGER log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log EXECUTE FUNCTION log_is_append_only()`,
	}
}

// scrub writes the tables anew. What the server's own log and its backups hold ends when they do.
func (postgres) scrub(ctx context.Context, db *sql.DB, tables []string) error {
	_, err := db.ExecContext(ctx, `VACUUM (FULL) `+strings.Join(tables, ", "))
	return err
}

// The words of SQLite in migrations, and those of PostgreSQL for the same. Texts compare by their bytes in both.
var inPostgres = []struct {
	word *regexp.Regexp
	is   string
}{
	{regexp.MustCompile(`\bINTEGER\b`), "BIGINT"},
	{regexp.MustCompile(`\bBLOB\b`), "BYTEA"},
	{regexp.MustCompile(`\bTEXT\b`), `TEXT COLLATE "C"`},
	{regexp.MustCompile(`\)\s*STRICT(,\s*WITHOUT ROWID)?;`), ");"},
}

func (postgres) translate(migration []byte) []byte {
	for _, t := range inPostgres {
		migration = t.word.ReplaceAll(migration, []byte(t.is))
	}
	return migration
}
