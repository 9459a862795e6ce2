package estate

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// dialect is how one kind of server writes tables.
type dialect struct {
	name   string // as in triggers' maps: sqlite, mysql, postgres, mssql
	quote  func(string) string
	types  func(column) string
	bind   func(n int) string // the nth parameter, from 1
	params int                // at most in one statement
	moment string             // what stands between a day and a time
	begin  string             // starts a transaction
}

var sqliteDialect = dialect{name: "sqlite", begin: "BEGIN", quote: doubleQuoted, params: 900, moment: " ", bind: question,
	types: func(c column) string {
		return [...]string{number: "INTEGER", code: "VARCHAR(%)", name: "NVARCHAR(%)", memo: "TEXT", day: "DATE", moment: "DATETIME",
			epoch: "INTEGER", money: "DECIMAL(%,2)", flag: "BOOLEAN", guid: "CHAR(36)", blob: "BLOB"}[c.kind]
	}}

var mysqlDialect = dialect{name: "mysql", begin: "BEGIN", params: 8000, moment: " ", bind: question,
	quote: func(s string) string { return "`" + s + "`" },
	types: func(c column) string {
		return [...]string{number: "INT", code: "VARCHAR(%)", name: "VARCHAR(%)", memo: "MEDIUMTEXT", day: "DATE", moment: "DATETIME",
			epoch: "BIGINT", money: "DECIMAL(%,2)", flag: "TINYINT(1)", guid: "CHAR(36)", blob: "MEDIUMBLOB"}[c.kind]
	}}

var postgresDialect = dialect{name: "postgres", begin: "BEGIN", quote: doubleQuoted, params: 8000, moment: " ",
	bind: func(n int) string { return "$" + strconv.Itoa(n) },
	types: func(c column) string {
		return [...]string{number: "integer", code: "varchar(%)", name: "varchar(%)", memo: "text", day: "date", moment: "timestamp",
			epoch: "bigint", money: "numeric(%,2)", flag: "boolean", guid: "uuid", blob: "bytea"}[c.kind]
	}}

var mssqlDialect = dialect{name: "mssql", begin: "BEGIN TRANSACTION", params: 2000, moment: "T",
	quote: func(s string) string { return "[" + s + "]" },
	bind:  func(n int) string { return "@p" + strconv.Itoa(n) },
	types: func(c column) string {
		return [...]string{number: "int", code: "varchar(%)", name: "nvarchar(%)", memo: "nvarchar(max)", day: "date", moment: "datetime",
			epoch: "bigint", money: "decimal(%,2)", flag: "bit", guid: "uniqueidentifier", blob: "varbinary(max)"}[c.kind]
	}}

func question(int) string { return "?" }

func doubleQuoted(s string) string { return `"` + s + `"` }

// createTable returns the statements that make a table and its indexes.
func (d dialect) createTable(t *table) []string {
	var parts []string
	for _, c := range t.columns {
		def := d.quote(c.name) + " " + strings.ReplaceAll(d.types(c), "%", strconv.Itoa(c.size))
		if c.must {
			def += " NOT NULL"
		}
		parts = append(parts, def)
	}
	parts = append(parts, "PRIMARY KEY ("+d.list(t.key)+")")
	for _, f := range t.foreign {
		parts = append(parts, fmt.Sprintf("FOREIGN KEY (%s) REFERENCES %s (%s) ON DELETE %s",
			d.quote(f.column), d.quote(f.table), d.quote(f.ref), f.onDelete))
	}
	statements := []string{"CREATE TABLE " + d.quote(t.name) + " (" + strings.Join(parts, ", ") + ")"}
	for _, columns := range t.indexes {
		statements = append(statements, fmt.Sprintf("CREATE INDEX %s ON %s (%s)",
			d.quote("ix_"+t.name+"_"+columns[0]), d.quote(t.name), d.list(columns)))
	}
	return statements
}

func (d dialect) list(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = d.quote(n)
	}
	return strings.Join(quoted, ", ")
}

// runs is a connection that statements are run on, one after the other.
type runs func(ctx context.Context, statement string, args ...any) error

// fill makes the tables of a database and their rows, in one transaction where the server allows it.
func (d dialect) fill(ctx context.Context, run runs, data *database) error {
	if err := run(ctx, d.begin); err != nil {
		return err
	}
	for _, t := range data.tables {
		for _, s := range d.createTable(t) {
			if err := run(ctx, s); err != nil {
				return fmt.Errorf("table %s: %w", t.name, err)
			}
		}
		if err := d.insert(ctx, run, t); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	for _, s := range data.after[d.name] {
		if err := run(ctx, s); err != nil {
			return fmt.Errorf("trigger: %w", err)
		}
	}
	return run(ctx, "COMMIT")
}

// insert writes the rows of a table, many in one statement.
func (d dialect) insert(ctx context.Context, run runs, t *table) error {
	many := min(100, d.params/len(t.columns))
	text := d.insertText(t, many)
	args := make([]any, 0, many*len(t.columns))
	for part := range slices.Chunk(t.rows, many) {
		args = args[:0]
		for _, r := range part {
			for i, v := range r.values {
				args = append(args, d.value(t.columns[i], v))
			}
		}
		if len(part) < many {
			text = d.insertText(t, len(part))
		}
		if err := run(ctx, text, args...); err != nil {
			return err
		}
	}
	return nil
}

func (d dialect) insertText(t *table, rows int) string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	var b strings.Builder
	b.WriteString("INSERT INTO " + d.quote(t.name) + " (" + d.list(names) + ") VALUES ")
	n := 0
	for r := range rows {
		if r > 0 {
			b.WriteString(", ")
		}
		before := "("
		for range names {
			n++
			b.WriteString(before + d.bind(n))
			before = ", "
		}
		b.WriteByte(')')
	}
	return b.String()
}

// value returns what the driver is given for a value of a column.
func (d dialect) value(c column, v any) any {
	if s, ok := v.(string); ok && c.kind == moment && d.moment != " " {
		return strings.Replace(s, " ", d.moment, 1)
	}
	if v == nil && c.kind == blob {
		return []byte(nil) // SQL Server turns a NULL of text into no bytes
	}
	return v
}
