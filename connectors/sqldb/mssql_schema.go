package sqldb

import (
	"context"
	"fmt"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// schema reads the tables of a database from its catalog, by views that SQL Server 2008 has too.
func (d *sqlServer) schema(ctx context.Context, s *session) (*schema, error) {
	out := &schema{home: "dbo"}
	err := s.query(ctx, "SELECT CONVERT(nvarchar(128), DATABASEPROPERTYEX(DB_NAME(), 'Collation'))", nil,
		func(scan func(...any) error) error { return scan(&out.collation) })
	tables := map[int64]*table{}
	for i, text := range []string{"SELECT object_id, SCHEMA_NAME(schema_id), name FROM sys.tables WHERE is_ms_shipped = 0 ORDER BY SCHEMA_NAME(schema_id), name",
		"SELECT object_id, SCHEMA_NAME(schema_id), name FROM sys.views WHERE is_ms_shipped = 0 ORDER BY SCHEMA_NAME(schema_id), name"} {
		if err == nil {
			err = s.query(ctx, text, nil, func(scan func(...any) error) error {
				t := &table{view: i == 1, rows: -1}
				var id int64
				if err := scan(&id, &t.schema, &t.name); err != nil {
					return err
				}
				tables[id] = t
				out.tables = append(out.tables, t)
				return nil
			})
		}
	}
	for _, read := range []func(context.Context, *session, *schema, map[int64]*table) error{d.columns, d.withheld, d.indexes, d.foreignKeys, d.triggers, d.estimates, d.history} {
		if err == nil {
			err = read(ctx, s, out, tables)
		}
	}
	return out, err
}

func (*sqlServer) columns(ctx context.Context, s *session, _ *schema, tables map[int64]*table) error {
	return s.query(ctx, `SELECT c.object_id, c.name, b.name, c.max_length, c.precision, c.scale, COALESCE(c.collation_name, ''), c.is_nullable, c.is_identity, c.is_computed
		FROM sys.columns c JOIN sys.types b ON b.user_type_id = CASE WHEN c.system_type_id = 240 THEN c.user_type_id ELSE c.system_type_id END
		ORDER BY c.object_id, c.column_id`, nil, func(scan func(...any) error) error {
		c := &column{}
		var id int64
		var length, precision int
		var identity, computed bool
		if err := scan(&id, &c.column, &c.base, &length, &precision, &c.scale, &c.collation, &c.nullable, &identity, &computed); err != nil {
			return err
		}
		mssqlType(c, length, precision)
		c.generated = identity || computed || c.base == "timestamp"
		if t := tables[id]; t != nil {
			t.columns = append(t.columns, c)
		}
		return nil
	})
}

// mssqlType chooses a column's type. The length is in bytes, -1 for (max). Of decimals, the column's length becomes
// the number of digits before the point.
func mssqlType(c *column, length, precision int) {
	c.native = c.base
	sized := func(n int) {
		c.length = max(n, 0)
		c.native = c.base + "(max)"
		if n > 0 {
			c.native = fmt.Sprintf("%s(%d)", c.base, n)
		}
	}
	switch c.base {
	case "tinyint":
		c.typ, c.low, c.high = compare.Integer, "0", "255"
	case "smallint":
		c.typ, c.low, c.high = compare.Integer, "-32768", "32767"
	case "int":
		c.typ, c.low, c.high = compare.Integer, "-2147483648", "2147483647"
	case "bigint":
		c.typ, c.low, c.high = compare.Integer, "-9223372036854775808", "9223372036854775807"
	case "bit":
		c.typ = compare.Boolean
	case "decimal", "numeric":
		c.native = fmt.Sprintf("%s(%d,%d)", c.base, precision, c.scale)
		c.typ, c.cast, c.digits = compare.Decimal, c.native, precision-c.scale
	case "money":
		c.typ, c.cast, c.digits, c.scale = compare.Decimal, "money", 14, 4
	case "smallmoney":
		c.typ, c.cast, c.digits, c.scale = compare.Decimal, "smallmoney", 5, 4
	case "float", "real":
		c.typ = compare.Float
	case "date":
		c.typ = compare.Day
	case "time":
		c.typ, c.native = compare.Clock, fmt.Sprintf("time(%d)", c.scale)
	case "datetime2":
		c.typ, c.native = compare.DateTime, fmt.Sprintf("datetime2(%d)", c.scale)
	case "datetime", "smalldatetime":
		c.typ = compare.DateTime
	case "datetimeoffset":
		c.typ, c.native = compare.Instant, fmt.Sprintf("datetimeoffset(%d)", c.scale)
	case "uniqueidentifier":
		c.typ = compare.GUID
	case "timestamp":
		c.typ, c.length = compare.Binary, 8
	case "binary", "varbinary":
		sized(length)
		c.typ = compare.Stream
		if length > 0 && length <= maxBinary {
			c.typ = compare.Binary
		}
	case "image":
		c.typ = compare.Stream
	case "char", "varchar":
		sized(length)
		c.typ, c.padded = compare.Text, c.base == "char"
	case "nchar", "nvarchar", "sysname":
		if length > 0 {
			length /= 2
		}
		sized(length)
		c.typ, c.padded = compare.Text, c.base == "nchar"
	case "text", "ntext":
		c.typ = compare.Text
	default: // xml, sql_variant, hierarchyid, geography, geometry: as the server writes them
		c.typ, c.cast = compare.Text, "convert"
	}
}

// withheld takes out the columns whose values come masked or encrypted: to search them would find nothing, in
// silence. They are known from SQL Server 2016 on.
func (d *sqlServer) withheld(ctx context.Context, s *session, _ *schema, tables map[int64]*table) error {
	major, _, _ := strings.Cut(d.version, ".")
	if len(major) < 2 || major < "13" {
		return nil
	}
	return s.query(ctx, `SELECT object_id, name FROM sys.columns WHERE encryption_type IS NOT NULL
		OR is_masked = 1 AND COALESCE(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'UNMASK'), 0) = 0`, nil, func(scan func(...any) error) error {
		var id int64
		var name string
		if err := scan(&id, &name); err != nil {
			return err
		}
		if t := tables[id]; t != nil {
			t.hide(name)
		}
		return nil
	})
}

func (*sqlServer) indexes(ctx context.Context, s *session, _ *schema, tables map[int64]*table) error {
	type index struct{ object, id int64 }
	var last index
	var unique, primary bool
	var names []string
	flush := func() {
		t := tables[last.object]
		if t == nil || len(names) == 0 {
			return
		}
		if primary {
			t.primary = names
		}
		t.index(names, unique)
	}
	err := s.query(ctx, `SELECT i.object_id, i.index_id, i.is_unique, i.is_primary_key, c.name FROM sys.indexes i
		JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id
		JOIN sys.columns c ON c.object_id = k.object_id AND c.column_id = k.column_id
		WHERE i.type IN (1, 2) AND i.is_disabled = 0 AND i.has_filter = 0 AND k.key_ordinal > 0
		ORDER BY i.object_id, i.index_id, k.key_ordinal`, nil, func(scan func(...any) error) error {
		var at index
		var u, p bool
		var name string
		if err := scan(&at.object, &at.id, &u, &p, &name); err != nil {
			return err
		}
		if at != last {
			flush()
			last, unique, primary, names = at, u, p, nil
		}
		names = append(names, name)
		return nil
	})
	flush()
	return err
}

func (*sqlServer) foreignKeys(ctx context.Context, s *session, out *schema, tables map[int64]*table) error {
	var last, child, parent int64
	var fk connectors.ForeignKey
	flush := func() {
		if tables[child] != nil && tables[parent] != nil {
			out.refer(tables[child], tables[parent], fk)
		}
	}
	err := s.query(ctx, `SELECT f.object_id, f.name, f.parent_object_id, f.referenced_object_id, f.delete_referential_action_desc, c.name, r.name
		FROM sys.foreign_keys f JOIN sys.foreign_key_columns k ON k.constraint_object_id = f.object_id
		JOIN sys.columns c ON c.object_id = k.parent_object_id AND c.column_id = k.parent_column_id
		JOIN sys.columns r ON r.object_id = k.referenced_object_id AND r.column_id = k.referenced_column_id
		WHERE f.is_disabled = 0 ORDER BY f.object_id, k.constraint_column_id`, nil, func(scan func(...any) error) error {
		var id, of, to int64
		var name, rule, from, ref string
		if err := scan(&id, &name, &of, &to, &rule, &from, &ref); err != nil {
			return err
		}
		if id != last {
			flush()
			last, child, parent = id, of, to
			fk = connectors.ForeignKey{Name: name, OnDelete: strings.ToLower(strings.ReplaceAll(rule, "_", " "))}
		}
		fk.Fields, fk.Ref = append(fk.Fields, from), append(fk.Ref, ref)
		return nil
	})
	flush()
	return err
}

func (*sqlServer) triggers(ctx context.Context, s *session, _ *schema, tables map[int64]*table) error {
	ops := map[string]connectors.Op{"DELETE": connectors.Delete, "INSERT": connectors.Insert, "UPDATE": connectors.Update}
	return s.query(ctx, `SELECT t.parent_id, t.name, e.type_desc FROM sys.triggers t JOIN sys.trigger_events e ON e.object_id = t.object_id
		WHERE t.parent_class = 1 AND t.is_disabled = 0 ORDER BY t.parent_id, t.name, e.type_desc`, nil, func(scan func(...any) error) error {
		var id int64
		var name, event string
		if err := scan(&id, &name, &event); err != nil {
			return err
		}
		if t := tables[id]; t != nil {
			t.trigger = append(t.trigger, connectors.Trigger{Name: name, On: []connectors.Op{ops[event]}})
		}
		return nil
	})
}

func (*sqlServer) estimates(ctx context.Context, s *session, _ *schema, tables map[int64]*table) error {
	return s.query(ctx, "SELECT object_id, SUM(rows) FROM sys.partitions WHERE index_id IN (0, 1) GROUP BY object_id", nil, func(scan func(...any) error) error {
		var id, rows int64
		if err := scan(&id, &rows); err != nil {
			return err
		}
		if t := tables[id]; t != nil {
			t.rows = rows
		}
		return nil
	})
}

func (*sqlServer) grants(ctx context.Context, s *session, out *schema) error {
	return s.query(ctx, `SELECT SCHEMA_NAME(schema_id), name,
			COALESCE(HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(schema_id)) + '.' + QUOTENAME(name), 'OBJECT', 'UPDATE'), 0),
			COALESCE(HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(schema_id)) + '.' + QUOTENAME(name), 'OBJECT', 'INSERT'), 0),
			COALESCE(HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(schema_id)) + '.' + QUOTENAME(name), 'OBJECT', 'DELETE'), 0)
		FROM sys.tables WHERE is_ms_shipped = 0`, nil, func(scan func(...any) error) error {
		var namespace, name string
		var may [3]int
		if err := scan(&namespace, &name, &may[0], &may[1], &may[2]); err != nil {
			return err
		}
		if s.place.sys.readOnly == "" {
			out.allow(namespace, name, [3]bool{may[0] == 1, may[1] == 1, may[2] == 1})
		}
		return nil
	})
}
