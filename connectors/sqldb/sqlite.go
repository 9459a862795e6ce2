package sqldb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// sqlite reads SQLite files. A column of SQLite can hold values of any type, so that every comparison also
// asks for the rows whose value is stored as another type than the column declares.
type sqlite struct{}

// sqliteKeys are the register's keys of SQLite files:
//
//	files = ["centre_*.db"]   # names or patterns, from the register's folder
type sqliteKeys struct {
	Files []string `toml:"files"`
}

func setupSQLite(sys *connectors.System) (connectors.Open, error) {
	var keys sqliteKeys
	if err := sys.Decode(&keys); err != nil {
		return nil, err
	}
	if len(keys.Files) == 0 {
		return nil, sys.Problem("files", `is missing: name the files, such as files = ["centre_*.db"]`)
	}
	if err := checkPatterns(sys, "files", keys.Files); err != nil {
		return nil, err
	}
	return func(ctx context.Context) (connectors.Connector, error) {
		s := &system{reg: sys, patterns: keys.Files, make: func(*system) (dialect, error) { return sqlite{}, nil }}
		return s.connect(ctx)
	}, nil
}

// places are the files that the patterns match, named by their base names or, where two are the same, by
// their paths.
func (sqlite) places(_ context.Context, sys *system) ([]*place, error) {
	var paths []string
	for _, pattern := range sys.patterns {
		full := within(sys.reg.Dir, pattern)
		found, err := filepath.Glob(full)
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(full); err == nil && !slices.Contains(found, full) {
			found = append(found, full)
		}
		if len(found) == 0 {
			sys.missing(pattern, "file")
		}
		for _, path := range found {
			if !slices.Contains(paths, path) && !sideFile(path) {
				paths = append(paths, path)
			}
		}
	}
	bases := map[string]int{}
	for _, path := range paths {
		bases[filepath.Base(path)]++
	}
	var places []*place
	for _, path := range paths {
		name := filepath.Base(path)
		if rel, err := filepath.Rel(sys.reg.Dir, path); bases[name] > 1 && err == nil {
			name = filepath.ToSlash(rel)
		}
		places = append(places, &place{name: name, file: path, sys: sys})
	}
	return places, nil
}

// sideFile reports whether SQLite itself keeps the file beside a database.
func sideFile(path string) bool {
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		if strings.HasSuffix(path, suffix) {
			return true
		}
	}
	return false
}

func (sqlite) connect(ctx context.Context, p *place, write bool) (link, error) {
	if _, err := os.Stat(p.file); err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, fmt.Errorf("the file cannot be opened: %w", err)
	}
	options := url.Values{"_dqs": {"0"}, "mode": {"ro"}, "_query_only": {"1"}, "_error_rc": {"1"}}
	options.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", min(p.sys.reg.Timeout.Milliseconds(), 30_000)))
	if interrupted(p.file) {
		options.Set("mode", "rw") // who may only read cannot bring back what was there before
	}
	if write {
		options.Set("mode", "rw")
		options.Set("_query_only", "0")
		options.Add("_pragma", "foreign_keys(1)")
		options.Add("_pragma", "secure_delete(1)")
	}
	path := filepath.ToSlash(p.file)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+options.Encode())
	if err != nil {
		return nil, err
	}
	return dial(ctx, db)
}

// interrupted reports whether a program ended in the middle of a change, this one or another: what was there before is brought back by
// whoever opens the file next and may write to it. SQLite itself finds out whether that program is gone, and reads alone where the
// file may not be written.
func interrupted(file string) bool {
	journal, err := os.Stat(file + "-journal")
	return err == nil && journal.Size() > 0
}

func (sqlite) network() (string, string) { return "", "" }

func (sqlite) settle(context.Context, *session) error { return nil }

// cancel has nothing to do: the driver interrupts a query in this process when its context ends.
func (sqlite) cancel(context.Context, *session) {}

func (sqlite) stream(ctx context.Context, s *session, st *statement, cells []*cell, each func() bool) error {
	rows, err := s.link.(*sqlLink).conn.QueryContext(ctx, st.String(), st.args...)
	if err != nil {
		return err
	}
	return scanRows(rows, cells, each)
}

func (sqlite) quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
func (sqlite) param(int) string         { return "?" }

// maxParams is half of what SQLite takes (32,766): text is bound as text and as its bytes.
func (sqlite) maxParams() int { return 15_000 }

// selected hides the declared type from the driver, which would turn dates into times of its own.
func (sqlite) selected(_ *column, quoted string) string { return "+" + quoted }

func (sqlite) decode(x *cell, src any) error {
	switch x.c.typ {
	case compare.Binary:
		b, ok := src.([]byte)
		if !ok {
			var err error
			if b, err = appendText(nil, src); err != nil {
				return err
			}
		}
		if len(b) <= maxBinary {
			x.setHex(b)
			return nil
		}
		x.value = connectors.Stream(int64(len(b)), sha256.Sum256(b))
		return nil
	case compare.Boolean:
		if n, ok := src.(int64); ok && (n == 0 || n == 1) {
			src = n == 1
		}
	}
	return x.setText(src)
}

func (sqlite) bind(c *column, v string) (any, bool) {
	switch c.typ {
	case compare.Binary:
		return decodeHex(v), true
	case compare.Boolean:
		return int64(len("false") - len(v)), true
	}
	return v, true
}

func (d sqlite) among(st *statement, expr string, c *column, values []any) {
	if c == nil {
		st.list(expr, values)
		return
	}
	st.WriteByte('(')
	st.list(expr, values)
	switch {
	case c.typ == compare.Text:
		st.WriteString(" OR ")
		st.list(expr, asBytes(values))
		d.legacy(st, expr, values)
		if c.base == "" {
			st.WriteString(" OR typeof(" + expr + ") IN ('integer','real')")
		}
	case c.typ == compare.Boolean:
		st.WriteString(" OR typeof(" + expr + ")='text'")
	}
	st.WriteByte(')')
}

// asBytes returns texts as SQLite finds them where a program stored them as blobs.
func asBytes(values []any) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = []byte(v.(string))
	}
	return out
}

// legacy also asks for texts that were stored in Windows-1252 instead of UTF-8, as setText reads them.
func (d sqlite) legacy(st *statement, expr string, values []any) {
	for _, v := range values {
		s := v.(string)
		if isASCII(s) {
			continue
		}
		if b, err := charmap.Windows1252.NewEncoder().Bytes([]byte(s)); err == nil {
			st.WriteString(" OR " + expr + " = CAST(" + st.bound(b) + " AS TEXT) OR " + expr + " = " + st.bound(b))
		}
	}
}

func (sqlite) between(st *statement, expr string, _ *column, from, to string) {
	st.WriteString("(" + expr + " >= " + st.bound(from))
	if to != "" {
		st.WriteString(" AND " + expr + " < " + st.bound(to))
	}
	st.WriteByte(')')
}

func (sqlite) plain(_ *column, quoted string) string { return "lower(trim(" + quoted + "))" }

// strange also finds texts with a NUL, where SQLite's own functions stop reading.
func (sqlite) strange(_ *column, quoted, class string, runs bool) string {
	expr := "length(" + quoted + ")<>length(CAST(" + quoted + " AS BLOB)) OR " + quoted + " GLOB '*" + class + "*'"
	if runs {
		expr += " OR trim(" + quoted + ") GLOB '*  *'"
	}
	return "(" + expr + ")"
}

func (sqlite) otherwise(c *column, quoted string) string {
	if c.typ == compare.Integer {
		return "typeof(" + quoted + ") NOT IN ('integer','null')"
	}
	return "typeof(" + quoted + ") IN ('text','blob')"
}

func (sqlite) piece(quoted string, offset, length int64) (string, string) {
	blob := "CAST(" + quoted + " AS BLOB)"
	return "length(" + blob + ")", fmt.Sprintf("substr(%s, %d, %d)", blob, offset, length)
}

func (sqlite) double(param string) string { return param }

func (sqlite) like(expr, param string) string { return expr + " LIKE " + param + " ESCAPE '!'" }
