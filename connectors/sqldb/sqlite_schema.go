package sqldb

import (
	"context"
	"database/sql"
	"os"
	"regexp"
	"strconv"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// schema reads the tables of a file from its own catalog.
func (d sqlite) schema(ctx context.Context, s *session) (*schema, error) {
	out := &schema{collation: "BINARY"}
	err := s.query(ctx, `SELECT l.name, l.type, coalesce(s.sql, '') FROM pragma_table_list l LEFT JOIN sqlite_schema s ON s.name = l.name AND s.type = 'table'
		WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND l.type IN ('table', 'view', 'virtual') ORDER BY l.name`, nil, func(scan func(...any) error) error {
		t := &table{rows: -1}
		var kind, create string
		if err := scan(&t.name, &kind, &create); err != nil {
			return err
		}
		t.view = kind == "view"
		if kind == "table" {
			t.checks = checksIn(create)
		}
		out.tables = append(out.tables, t)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, t := range out.tables {
		for _, read := range []func(context.Context, *session, *table) error{d.columns, d.indexes, d.estimate} {
			if err := read(ctx, s, t); err != nil {
				return nil, err
			}
		}
	}
	for _, t := range out.tables {
		if err := d.foreignKeys(ctx, s, out, t); err != nil {
			return nil, err
		}
	}
	return out, d.triggers(ctx, s, out)
}

// grants allows what the file's permissions allow.
func (sqlite) grants(_ context.Context, s *session, out *schema) error {
	f, err := os.OpenFile(s.place.file, os.O_RDWR, 0)
	may := err == nil && f.Close() == nil
	for _, t := range out.tables {
		out.allow("", t.name, [3]bool{may && !t.view, may && !t.view, may && !t.view})
	}
	return nil
}

func (sqlite) columns(ctx context.Context, s *session, t *table) error {
	type part struct {
		at   int
		name string
	}
	var keys []part
	err := s.query(ctx, `SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(?)`, []any{t.name}, func(scan func(...any) error) error {
		c := &column{}
		var notNull, pk, hidden int
		if err := scan(&c.column, &c.native, &notNull, &pk, &hidden); err != nil || hidden == 1 {
			return err
		}
		c.nullable = notNull == 0 && pk == 0
		c.generated = hidden == 2 || hidden == 3
		sqliteType(c)
		if c.typ.Numeric() {
			c.cast = c.base
		}
		t.columns = append(t.columns, c)
		if pk > 0 {
			keys = append(keys, part{pk, c.column})
		}
		return nil
	})
	if err != nil || len(keys) == 0 {
		return err
	}
	t.primary = make([]string, len(keys))
	for _, k := range keys {
		t.primary[k.at-1] = k.name
	}
	t.index(t.primary, true)
	if first := t.column(t.primary[0]); len(keys) == 1 && strings.EqualFold(first.native, "INTEGER") {
		first.generated = true // the row id, which SQLite chooses
	}
	return nil
}

var sqliteLength = regexp.MustCompile(`\(\s*(\d+)`)

// sqliteType chooses a column's type by its declaration (https://www.sqlite.org/datatype3.html, 3.1). Dates
// and times are text: SQLite has no type for them, and programs write them in every form.
func sqliteType(c *column) {
	declared := strings.ToUpper(c.native)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(declared, w) {
				return true
			}
		}
		return false
	}
	c.base = "NUMERIC"
	c.typ = compare.Text
	if m := sqliteLength.FindStringSubmatch(declared); m != nil {
		c.length, _ = strconv.Atoi(m[1])
	}
	switch {
	case declared == "":
		c.base = ""
	case has("INT"):
		c.base, c.typ, c.length = "INTEGER", compare.Integer, 0
	case has("CHAR", "CLOB", "TEXT"):
		c.base = "TEXT"
	case has("BLOB", "BINARY"):
		c.base, c.typ = "BLOB", compare.Binary
	case has("REAL", "FLOA", "DOUB"):
		c.base, c.typ, c.length = "REAL", compare.Float, 0
	case has("BOOL"):
		c.typ = compare.Boolean
	case has("DEC", "NUM", "MONEY"):
		c.typ, c.length = compare.Decimal, 0
	}
}

func (sqlite) indexes(ctx context.Context, s *session, t *table) error {
	type index struct {
		unique  bool
		columns []string
	}
	var order []string
	found := map[string]*index{}
	err := s.query(ctx, `SELECT l.name, l."unique", i.name FROM pragma_index_list(?) l, pragma_index_xinfo(l.name) i
		WHERE i.key = 1 AND l.partial = 0 ORDER BY l.seq, i.seqno`, []any{t.name}, func(scan func(...any) error) error {
		var name string
		var unique bool
		var column sql.NullString // NULL: an expression
		if err := scan(&name, &unique, &column); err != nil {
			return err
		}
		if found[name] == nil {
			found[name] = &index{unique: unique}
			order = append(order, name)
		}
		found[name].columns = append(found[name].columns, column.String)
		return nil
	})
	for _, name := range order {
		t.index(found[name].columns, found[name].unique)
	}
	return err
}

func (sqlite) foreignKeys(ctx context.Context, s *session, out *schema, t *table) error {
	found := map[int]*connectors.ForeignKey{}
	parents := map[int]*table{}
	var order []int
	err := s.query(ctx, `SELECT id, "table", "from", coalesce("to", ''), on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq`,
		[]any{t.name}, func(scan func(...any) error) error {
			var id int
			var parent, from, to, onDelete string
			if err := scan(&id, &parent, &from, &to, &onDelete); err != nil {
				return err
			}
			if found[id] == nil {
				found[id] = &connectors.ForeignKey{OnDelete: strings.ToLower(onDelete)}
				parents[id] = out.find(parent)
				order = append(order, id)
			}
			fk, of := found[id], parents[id]
			if at := len(fk.Ref); to == "" && of != nil && at < len(of.primary) {
				to = of.primary[at]
			}
			fk.Fields, fk.Ref = append(fk.Fields, from), append(fk.Ref, to)
			return nil
		})
	for _, id := range order {
		if parents[id] != nil {
			out.refer(t, parents[id], *found[id])
		}
	}
	return err
}

// estimate takes the highest row id for the number of rows: to count them would read the whole file.
func (d sqlite) estimate(ctx context.Context, s *session, t *table) error {
	if t.view {
		return nil
	}
	_ = s.query(ctx, "SELECT coalesce(max(rowid), 0) FROM "+t.quoted(d), nil, func(scan func(...any) error) error { return scan(&t.rows) })
	return ctx.Err()
}

var triggerEvent = regexp.MustCompile(`(?i)\b(DELETE|INSERT|UPDATE)\b`)

func (sqlite) triggers(ctx context.Context, s *session, out *schema) error {
	return s.query(ctx, `SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'trigger'`, nil, func(scan func(...any) error) error {
		var name, on, text string
		if err := scan(&name, &on, &text); err != nil {
			return err
		}
		if i := strings.Index(text, name); i >= 0 {
			text = text[i+len(name):]
		}
		ops := map[string]connectors.Op{"DELETE": connectors.Delete, "INSERT": connectors.Insert, "UPDATE": connectors.Update}
		op := ops[strings.ToUpper(triggerEvent.FindString(text))]
		if t := out.find(on); t != nil {
			t.trigger = append(t.trigger, connectors.Trigger{Name: name, On: []connectors.Op{op}})
			if op != connectors.Insert {
				t.copied(name, text)
			}
		}
		return nil
	})
}
