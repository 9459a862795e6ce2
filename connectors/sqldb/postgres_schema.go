package sqldb

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// own restricts a query on pg_class c and pg_namespace n to tables and views that are no part of the server itself.
const own = ` c.relkind IN ('r','p','f','v','m') AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog','information_schema')
	AND n.nspname NOT LIKE 'pg!_%' ESCAPE '!' AND has_schema_privilege(n.oid, 'USAGE') `

// schema reads the tables of a database from its catalog.
func (d postgres) schema(ctx context.Context, s *session) (*schema, error) {
	out := &schema{home: "public"}
	tables := map[int64]*table{}
	err := s.query(ctx, "SELECT datcollate FROM pg_database WHERE datname = current_database()", nil,
		func(scan func(...any) error) error { return scan(&out.collation) })
	if err != nil {
		return nil, err
	}
	err = s.query(ctx, `SELECT c.oid::int8, n.nspname, c.relname, c.relkind::text, c.reltuples::int8 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE `+own+`ORDER BY n.nspname <> 'public', n.nspname, c.relname`, nil, func(scan func(...any) error) error {
		t := &table{}
		var oid int64
		var kind string
		if err := scan(&oid, &t.schema, &t.name, &kind, &t.rows); err != nil {
			return err
		}
		t.view = kind == "v" || kind == "m"
		if kind == "v" {
			t.rows = -1
		}
		tables[oid] = t
		out.tables = append(out.tables, t)
		return nil
	})
	for _, read := range []func(context.Context, *session, *schema, map[int64]*table) error{d.columns, d.indexes, d.foreignKeys, d.triggers, d.checks} {
		if err == nil {
			err = read(ctx, s, out, tables)
		}
	}
	return out, err
}

func (postgres) columns(ctx context.Context, s *session, _ *schema, tables map[int64]*table) error {
	encoding := s.link.(pgxLink).conn.PgConn().ParameterStatus("server_encoding")
	return s.query(ctx, `WITH RECURSIVE base AS (
			SELECT oid, oid AS of, typtypmod FROM pg_type WHERE typtype <> 'd'
			UNION ALL SELECT t.oid, b.of, t.typtypmod FROM pg_type t JOIN base b ON t.typbasetype = b.oid WHERE t.typtype = 'd')
		SELECT c.oid::int8, a.attname, format_type(a.atttypid, a.atttypmod), format_type(a.atttypid, NULL), coalesce(e.typname, t.typname)::text, t.typcategory = 'A' AND e.oid IS NOT NULL,
			CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE b.typtypmod END, NOT a.attnotnull,
			a.attidentity <> '' OR a.attgenerated <> '' OR coalesce(pg_get_expr(f.adbin, f.adrelid), '') LIKE 'nextval(%',
			coalesce(l.collname, '')::text, has_column_privilege(c.oid, a.attnum, 'SELECT')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
		JOIN base b ON b.oid = a.atttypid JOIN pg_type t ON t.oid = b.of
		LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
		LEFT JOIN pg_attrdef f ON f.adrelid = c.oid AND f.adnum = a.attnum
		LEFT JOIN pg_collation l ON l.oid = a.attcollation
		WHERE `+own+` AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.oid, a.attnum`, nil, func(scan func(...any) error) error {
		c := &column{charset: encoding}
		var oid int64
		var modifier int
		var readable bool
		err := scan(&oid, &c.column, &c.native, &c.cast, &c.base, &c.list, &modifier, &c.nullable, &c.generated, &c.collation, &readable)
		if err != nil {
			return err
		}
		postgresType(c, modifier)
		t := tables[oid]
		switch {
		case t == nil:
		case readable:
			t.columns = append(t.columns, c)
		default:
			t.hidden = append(t.hidden, c.column)
		}
		return nil
	})
}

// postgresType chooses a column's type by the name of its type, of the type below a domain, or of an array's elements.
func postgresType(c *column, modifier int) {
	switch c.base {
	case "int2":
		c.typ, c.low, c.high = compare.Integer, "-32768", "32767"
	case "int4":
		c.typ, c.low, c.high = compare.Integer, "-2147483648", "2147483647"
	case "int8":
		c.typ, c.low, c.high = compare.Integer, "-9223372036854775808", "9223372036854775807"
	case "oid":
		c.typ, c.low, c.high = compare.Integer, "0", "4294967295"
	case "numeric", "money":
		c.typ = compare.Decimal
	case "float4", "float8":
		c.typ = compare.Float
	case "bool":
		c.typ = compare.Boolean
	case "date":
		c.typ = compare.Day
	case "time":
		c.typ = compare.Clock
	case "timestamp":
		c.typ = compare.DateTime
	case "timestamptz":
		c.typ = compare.Instant
	case "uuid":
		c.typ = compare.GUID
	case "bytea":
		c.typ = compare.Binary
	default: // text, and types that are read as the server writes them: json, enum, inet, interval, range …
		c.typ = compare.Text
	}
	if modifier > 4 && (c.base == "varchar" || c.base == "bpchar") {
		c.length = modifier - 4
	}
	c.padded = c.base == "bpchar"
}

func (postgres) indexes(ctx context.Context, s *session, _ *schema, tables map[int64]*table) error {
	return s.query(ctx, `SELECT c.oid::int8, i.indisunique, i.indisprimary,
			(SELECT string_agg(coalesce(a.attname, ''), E'\x01' ORDER BY k.n) FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, n)
			LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum WHERE k.n <= i.indnkeyatts)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indrelid = c.oid
		JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
		WHERE `+own+` AND i.indpred IS NULL AND i.indisvalid AND m.amname IN ('btree','hash') ORDER BY c.oid, i.indexrelid`, nil, func(scan func(...any) error) error {
		var oid int64
		var unique, primary bool
		var names string
		if err := scan(&oid, &unique, &primary, &names); err != nil {
			return err
		}
		t := tables[oid]
		if t == nil {
			return nil
		}
		columns := strings.Split(names, "\x01")
		if primary {
			t.primary = columns
		}
		t.index(columns, unique && !slices.Contains(columns, ""))
		return nil
	})
}

// checks reads the CHECK constraints of tables; those of domains are found out when a value is written.
func (postgres) checks(ctx context.Context, s *session, _ *schema, tables map[int64]*table) error {
	return s.query(ctx, `SELECT conrelid::int8, conname, pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0 ORDER BY conrelid, conname`,
		nil, func(scan func(...any) error) error {
			var oid int64
			var k check
			if err := scan(&oid, &k.name, &k.rule); err != nil {
				return err
			}
			if t := tables[oid]; t != nil {
				t.checks = append(t.checks, k)
			}
			return nil
		})
}

func (d postgres) foreignKeys(ctx context.Context, s *session, out *schema, tables map[int64]*table) error {
	rules := map[string]string{"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
	return s.query(ctx, `SELECT k.conname, k.conrelid::int8, k.conrelid::regclass::text, k.confrelid::int8, k.confdeltype::text,
			(SELECT string_agg(a.attname, E'\x01' ORDER BY u.n) FROM unnest(k.conkey) WITH ORDINALITY AS u(attnum, n) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum),
			(SELECT string_agg(a.attname, E'\x01' ORDER BY u.n) FROM unnest(k.confkey) WITH ORDINALITY AS u(attnum, n) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum)
		FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.conrelid, k.conname`, nil, func(scan func(...any) error) error {
		var name, label, rule, from, to string
		var child, parent int64
		if err := scan(&name, &child, &label, &parent, &rule, &from, &to); err != nil {
			return err
		}
		fk := connectors.ForeignKey{Name: name, Table: label, OnDelete: rules[rule], Fields: strings.Split(from, "\x01"), Ref: strings.Split(to, "\x01")}
		if tables[parent] != nil {
			out.refer(tables[child], tables[parent], fk)
		}
		return nil
	})
}

// triggers reads triggers, and rules, which do as much.
func (postgres) triggers(ctx context.Context, s *session, _ *schema, tables map[int64]*table) error {
	return s.query(ctx, `SELECT tgrelid::int8, tgname::text, tgtype::int4 & 4 <> 0, tgtype::int4 & 8 <> 0, tgtype::int4 & 16 <> 0, p.prosrc FROM pg_trigger
			JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal AND tgenabled <> 'D'
		UNION ALL SELECT ev_class::int8, rulename::text, ev_type = '3', ev_type = '4', ev_type = '2', pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_type <> '1' AND ev_enabled <> 'D'`,
		nil, func(scan func(...any) error) error {
			var oid int64
			var name, body string
			var on [3]sql.NullBool
			if err := scan(&oid, &name, &on[0], &on[1], &on[2], &body); err != nil {
				return err
			}
			trigger := connectors.Trigger{Name: name}
			for i, op := range []connectors.Op{connectors.Insert, connectors.Delete, connectors.Update} {
				if on[i].Bool {
					trigger.On = append(trigger.On, op)
				}
			}
			if t := tables[oid]; t != nil {
				t.trigger = append(t.trigger, trigger)
				if on[1].Bool || on[2].Bool {
					t.copied(name, body)
				}
			}
			return nil
		})
}

func (postgres) grants(ctx context.Context, s *session, out *schema) error {
	return s.query(ctx, `SELECT n.nspname, c.relname, has_table_privilege(c.oid, 'UPDATE') OR has_any_column_privilege(c.oid, 'UPDATE'),
			has_table_privilege(c.oid, 'INSERT'), has_table_privilege(c.oid, 'DELETE')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE `+own+` AND c.relkind IN ('r','p')`, nil, func(scan func(...any) error) error {
		var namespace, name string
		var may [3]bool
		if err := scan(&namespace, &name, &may[0], &may[1], &may[2]); err != nil {
			return err
		}
		out.allow(namespace, name, may)
		return nil
	})
}
