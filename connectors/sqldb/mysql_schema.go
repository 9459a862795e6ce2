package sqldb

import (
	"context"
	"database/sql"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// schema reads the tables of a database from information_schema.
func (d mariadb) schema(ctx context.Context, s *session) (*schema, error) {
	out := &schema{}
	tables := map[string]*table{}
	err := s.query(ctx, "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = DATABASE()", nil,
		func(scan func(...any) error) error { return scan(&out.collation) })
	if err != nil {
		return nil, err
	}
	err = s.query(ctx, `SELECT table_name, table_type, table_rows FROM information_schema.tables
		WHERE table_schema = DATABASE() AND table_type <> 'SEQUENCE' ORDER BY table_name`, nil, func(scan func(...any) error) error {
		t := &table{rows: -1}
		var kind string
		var rows sql.NullInt64
		if err := scan(&t.name, &kind, &rows); err != nil {
			return err
		}
		t.view = strings.Contains(kind, "VIEW")
		if kind == "SYSTEM VERSIONED" {
			t.keeps(t.name, versioned)
		}
		if rows.Valid {
			t.rows = rows.Int64
		}
		tables[t.name] = t
		out.tables = append(out.tables, t)
		return nil
	})
	for _, read := range []func(context.Context, *session, *schema, map[string]*table) error{d.columns, d.indexes, d.foreignKeys, d.triggers, d.checks} {
		if err == nil {
			err = read(ctx, s, out, tables)
		}
	}
	return out, err
}

func (mariadb) columns(ctx context.Context, s *session, _ *schema, tables map[string]*table) error {
	return s.query(ctx, `SELECT table_name, column_name, data_type, column_type, coalesce(character_maximum_length, 0), coalesce(numeric_precision, 0),
		coalesce(numeric_scale, 0), is_nullable, extra, coalesce(character_set_name, ''), coalesce(collation_name, '') FROM information_schema.columns
		WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`, nil, func(scan func(...any) error) error {
		c := &column{}
		var name, nullable, extra string
		var length, precision uint64
		if err := scan(&name, &c.column, &c.base, &c.native, &length, &precision, &c.scale, &nullable, &extra, &c.charset, &c.collation); err != nil {
			return err
		}
		c.nullable = nullable == "YES"
		extra = strings.ToLower(extra)
		c.generated = strings.Contains(extra, "auto_increment") || strings.Contains(extra, "generated") && !strings.Contains(extra, "default_generated") ||
			strings.Contains(extra, "virtual") || strings.Contains(extra, "persistent") || strings.Contains(extra, "on update")
		mysqlType(c, length, precision)
		if t := tables[name]; t != nil {
			t.columns = append(t.columns, c)
		}
		return nil
	})
}

var mysqlRanges = map[string][3]string{ // lowest, highest, highest unsigned
	"tinyint": {"-128", "127", "255"}, "smallint": {"-32768", "32767", "65535"}, "mediumint": {"-8388608", "8388607", "16777215"},
	"int": {"-2147483648", "2147483647", "4294967295"}, "bigint": {"-9223372036854775808", "9223372036854775807", "18446744073709551615"},
	"year": {"0", "2155", "2155"},
}

func mysqlType(c *column, length, precision uint64) {
	switch c.base {
	case "tinyint", "smallint", "mediumint", "int", "bigint", "year":
		c.typ = compare.Integer
		r := mysqlRanges[c.base]
		c.low, c.high = r[0], r[1]
		if strings.Contains(c.native, "unsigned") {
			c.low, c.high = "0", r[2]
		}
	case "bit":
		c.typ = compare.Boolean
		if precision > 1 {
			c.typ, c.low = compare.Integer, "0"
		}
	case "decimal":
		c.typ = compare.Decimal
	case "float", "double":
		c.typ = compare.Float
	case "date":
		c.typ = compare.Day
	case "time":
		c.typ = compare.Clock
	case "datetime":
		c.typ = compare.DateTime
	case "timestamp":
		c.typ = compare.Instant
	case "uuid":
		c.typ = compare.GUID
	case "binary", "varbinary":
		c.typ, c.length = compare.Stream, int(length)
		if length <= maxBinary {
			c.typ = compare.Binary
		}
	case "char", "varchar", "enum", "set":
		c.typ, c.length, c.padded = compare.Text, int(length), c.base == "char"
	case "tinytext", "text", "mediumtext": // their length is in bytes, of which a character takes up to four
		c.typ, c.length = compare.Text, int(length/4)
	case "longtext", "json", "inet4", "inet6":
		c.typ = compare.Text
	default: // blobs and geometry
		c.typ = compare.Stream
	}
}

func (mariadb) indexes(ctx context.Context, s *session, _ *schema, tables map[string]*table) error {
	var t *table
	var name string
	var unique bool
	var columns []string
	flush := func() {
		if t == nil || len(columns) == 0 {
			return
		}
		if name == "PRIMARY" {
			t.primary = columns
		}
		t.index(columns, unique)
	}
	err := s.query(ctx, `SELECT table_name, index_name, non_unique, coalesce(column_name, ''), coalesce(sub_part, 0), index_type FROM information_schema.statistics
		WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index`, nil, func(scan func(...any) error) error {
		var of, index, column, kind string
		var nonUnique, part int
		if err := scan(&of, &index, &nonUnique, &column, &part, &kind); err != nil {
			return err
		}
		if tables[of] != t || index != name {
			flush()
			t, name, unique, columns = tables[of], index, nonUnique == 0, nil
		}
		if kind != "FULLTEXT" && kind != "SPATIAL" {
			unique = unique && part == 0
			columns = append(columns, column)
		}
		return nil
	})
	flush()
	return err
}

// foreignKeys reads those of tables in other databases too, where they point at one of this.
func (mariadb) foreignKeys(ctx context.Context, s *session, out *schema, tables map[string]*table) error {
	var last [3]string
	var child, parent *table
	var fk connectors.ForeignKey
	flush := func() {
		if child != nil && parent != nil {
			out.refer(child, parent, fk)
		}
	}
	err := s.query(ctx, `SELECT k.constraint_name, IF(k.table_schema = DATABASE(), '', k.table_schema), k.table_name, k.column_name,
			k.referenced_table_name, k.referenced_column_name, r.delete_rule
		FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
		ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
		WHERE k.referenced_table_schema = DATABASE() ORDER BY k.table_schema, k.table_name, k.constraint_name, k.ordinal_position`,
		nil, func(scan func(...any) error) error {
			var name, database, tableName, from, of, to, rule string
			if err := scan(&name, &database, &tableName, &from, &of, &to, &rule); err != nil {
				return err
			}
			if id := [3]string{database, tableName, name}; id != last {
				flush()
				last, child, parent = id, tables[tableName], tables[of]
				if database != "" {
					child = &table{schema: database, name: tableName}
				}
				fk = connectors.ForeignKey{Name: name, OnDelete: strings.ToLower(rule)}
			}
			fk.Fields, fk.Ref = append(fk.Fields, from), append(fk.Ref, to)
			return nil
		})
	flush()
	return err
}

func (mariadb) triggers(ctx context.Context, s *session, _ *schema, tables map[string]*table) error {
	ops := map[string]connectors.Op{"DELETE": connectors.Delete, "INSERT": connectors.Insert, "UPDATE": connectors.Update}
	return s.query(ctx, `SELECT trigger_name, event_object_table, event_manipulation, action_statement FROM information_schema.triggers
		WHERE trigger_schema = DATABASE()`, nil, func(scan func(...any) error) error {
		var name, on, event, body string
		if err := scan(&name, &on, &event, &body); err != nil {
			return err
		}
		if t := tables[on]; t != nil {
			t.trigger = append(t.trigger, connectors.Trigger{Name: name, On: []connectors.Op{ops[event]}})
			if event != "INSERT" {
				t.copied(name, body)
			}
		}
		return nil
	})
}

// checks reads the CHECK constraints, where the server tells whose they are: MariaDB does, and MySQL only by names that MariaDB uses twice.
func (mariadb) checks(ctx context.Context, s *session, _ *schema, tables map[string]*table) error {
	var told int
	err := s.query(ctx, `SELECT count(*) FROM information_schema.columns WHERE table_schema = 'information_schema' AND table_name = 'CHECK_CONSTRAINTS' AND column_name = 'TABLE_NAME'`,
		nil, func(scan func(...any) error) error { return scan(&told) })
	if err != nil || told == 0 {
		return err
	}
	return s.query(ctx, `SELECT table_name, constraint_name, check_clause FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() ORDER BY table_name, constraint_name`,
		nil, func(scan func(...any) error) error {
			var of string
			var k check
			if err := scan(&of, &k.name, &k.rule); err != nil {
				return err
			}
			if t := tables[of]; t != nil {
				t.checks = append(t.checks, k)
			}
			return nil
		})
}

// grants reads the grants on the server, the database and the table. Roles that are active count as
// information_schema shows them.
func (mariadb) grants(ctx context.Context, s *session, out *schema) error {
	at := map[string]int{"UPDATE": 0, "INSERT": 1, "DELETE": 2}
	var everywhere [3]bool
	tables := map[string][3]bool{}
	err := s.query(ctx, `SELECT privilege_type, '' FROM information_schema.user_privileges
		UNION SELECT privilege_type, '' FROM information_schema.schema_privileges WHERE DATABASE() LIKE table_schema
		UNION SELECT privilege_type, table_name FROM information_schema.table_privileges WHERE table_schema = DATABASE()`, nil, func(scan func(...any) error) error {
		var privilege, on string
		if err := scan(&privilege, &on); err != nil {
			return err
		}
		i, ok := at[privilege]
		switch {
		case !ok:
		case on == "":
			everywhere[i] = true
		default:
			may := tables[on]
			may[i] = true
			tables[on] = may
		}
		return nil
	})
	for _, t := range out.tables {
		may := tables[t.name]
		for i := range may {
			may[i] = (may[i] || everywhere[i]) && !t.view
		}
		out.allow("", t.name, may)
	}
	return err
}
