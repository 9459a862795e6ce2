package tdsdouble

import (
	"strings"
	"time"

	"dossier/internal/tdsdouble/value"
)

const stampLayout = "2006-01-02 15:04:05.0000000"

func stamp(t time.Time) string { return t.UTC().Truncate(time.Millisecond).Format(stampLayout) }

func collationOf(t value.Type) any {
	if !t.Kind.IsText() {
		return nil
	}
	return t.Collation
}

var actions = map[string]int64{"NO ACTION": 0, "CASCADE": 1, "SET NULL": 2, "SET DEFAULT": 3}

func actionDesc(a string) string { return strings.ReplaceAll(a, " ", "_") }

// perTable collects the rows of a view over the tables of a database.
func perTable(f func(d *database, t *table) [][]any) func(*session, *database) [][]any {
	return func(_ *session, d *database) [][]any {
		var out [][]any
		for _, t := range d.sorted() {
			out = append(out, f(d, t)...)
		}
		return out
	}
}

// perShape does so over its tables and views.
func perShape(f func(d *database, t *table) [][]any) func(*session, *database) [][]any {
	return func(_ *session, d *database) [][]any {
		var out [][]any
		for _, t := range d.shapes() {
			out = append(out, f(d, t)...)
		}
		return out
	}
}

// views are the catalogue views, by lower-case schema.name. The catalogue is locked while rows are made.
var views map[string]view

func init() {
	views = map[string]view{
		"sys.databases": {"name sysname, database_id int, owner_sid varbinary(85), create_date datetime, compatibility_level tinyint, collation_name sysname, user_access tinyint, user_access_desc nvarchar(60), is_read_only bit, state tinyint, state_desc nvarchar(60), snapshot_isolation_state tinyint, is_read_committed_snapshot_on bit, recovery_model tinyint, recovery_model_desc nvarchar(60), is_cdc_enabled bit, is_encrypted bit, source_database_id int",
			func(s *session, _ *database) [][]any {
				var out [][]any
				for _, d := range s.srv.catalog.databases {
					out = append(out, []any{d.name, int64(d.id), []byte{1}, stamp(d.created), int64(160), d.collation, int64(0), "MULTI_USER",
						int64(0), int64(0), "ONLINE", int64(1), int64(1), int64(1), "FULL", int64(0), int64(0), nil})
				}
				return out
			}},
		"sys.schemas": {"name sysname, schema_id int, principal_id int",
			func(_ *session, d *database) [][]any {
				var out [][]any
				for i, n := range d.schemas {
					out = append(out, []any{n, int64(i + 1), int64(1)})
				}
				return out
			}},
		"sys.objects": {"name sysname, object_id int, principal_id int, schema_id int, parent_object_id int, type char(2), type_desc nvarchar(60), create_date datetime, modify_date datetime, is_ms_shipped bit",
			func(_ *session, d *database) [][]any {
				var out [][]any
				for _, o := range d.objects() {
					out = append(out, []any{o.name, int64(o.id), nil, d.schemaID(o.schema), int64(o.parent), (o.kind + " ")[:2], o.desc, stamp(o.created), stamp(o.created), int64(0)})
				}
				return out
			}},
		"sys.tables": {"name sysname, object_id int, principal_id int, schema_id int, parent_object_id int, type char(2), type_desc nvarchar(60), create_date datetime, modify_date datetime, is_ms_shipped bit, lob_data_space_id int, is_replicated bit, is_tracked_by_cdc bit, is_memory_optimized bit, temporal_type tinyint, temporal_type_desc nvarchar(60), history_table_id int, is_external bit, is_filetable bit, is_node bit, is_edge bit, ledger_type tinyint",
			perTable(func(d *database, t *table) [][]any {
				kind, desc := int64(0), "NON_TEMPORAL_TABLE"
				if t.temporal {
					kind, desc = 2, "SYSTEM_VERSIONED_TEMPORAL_TABLE"
				}
				return [][]any{{t.name, int64(t.id), nil, d.schemaID(t.schema), int64(0), "U ", "USER_TABLE", stamp(t.created), stamp(t.created), int64(0), int64(0), int64(0),
					int64(0), int64(0), kind, desc, nil, int64(0), int64(0), int64(0), int64(0), int64(0)}}
			})},
		"sys.views": {"name sysname, object_id int, schema_id int, type char(2), type_desc nvarchar(60), is_ms_shipped bit",
			func(_ *session, d *database) [][]any {
				var out [][]any
				for _, v := range d.shapes()[len(d.tables):] {
					out = append(out, []any{v.name, int64(v.id), d.schemaID(v.schema), "V ", "VIEW", int64(0)})
				}
				return out
			}},
		"sys.columns": {"object_id int, name sysname, column_id int, system_type_id tinyint, user_type_id int, max_length smallint, precision tinyint, scale tinyint, collation_name sysname, is_nullable bit, is_ansi_padded bit, is_rowguidcol bit, is_identity bit, is_computed bit, is_filestream bit, is_xml_document bit, default_object_id int, is_sparse bit, is_column_set bit, generated_always_type tinyint, generated_always_type_desc nvarchar(60), encryption_type int, is_hidden bit, is_masked bit",
			perShape(func(_ *database, t *table) [][]any {
				var out [][]any
				for _, c := range t.columns {
					generated, desc := int64(0), "NOT_APPLICABLE"
					if c.generated {
						generated, desc = 1, "AS_ROW_START"
					}
					encryption := any(nil)
					if c.encrypted {
						encryption = int64(2)
					}
					def := int64(0)
					if c.def != nil {
						def = int64(t.id*1000 + c.id)
					}
					out = append(out, []any{int64(t.id), c.name, int64(c.id), int64(c.typ.Kind.ID()), int64(c.typ.Kind.ID()), int64(c.typ.MaxLength()), int64(c.typ.Precision()),
						int64(c.typ.Scale), collationOf(c.typ), flag(c.nullable), int64(1), int64(0), flag(c.seed != nil), flag(c.computed != nil), int64(0), int64(0), def,
						int64(0), int64(0), generated, desc, encryption, int64(0), flag(c.masked)})
				}
				return out
			})},
		"sys.types": {"name sysname, system_type_id tinyint, user_type_id int, schema_id int, principal_id int, max_length smallint, precision tinyint, scale tinyint, collation_name sysname, is_nullable bit, is_user_defined bit, is_assembly_type bit, default_object_id int, rule_object_id int, is_table_type bit",
			func(s *session, d *database) [][]any {
				var out [][]any
				add := func(name string, t value.Type, user int) {
					out = append(out, []any{name, int64(t.Kind.ID()), int64(user), int64(4), nil, int64(t.MaxLength()), int64(t.Precision()), int64(t.Scale), collationOf(t), int64(1), int64(0), int64(0), int64(0), int64(0), int64(0)})
				}
				for _, k := range value.Kinds() {
					t, err := value.New(k.Name(), nil, d.collation)
					if err != nil {
						continue
					}
					switch k {
					case value.Char, value.VarChar, value.Binary, value.VarBinary:
						t.Len = 8000
					case value.NChar, value.NVarChar:
						t.Len = 4000
					case value.Decimal, value.Numeric:
						t.Prec, t.Scale = 38, 38
					}
					add(k.Name(), t, k.ID())
				}
				add("sysname", value.Type{Kind: value.NVarChar, Len: 128, Collation: s.srv.collation}, 256)
				return out
			}},
		"sys.indexes": {"object_id int, name sysname, index_id int, type tinyint, type_desc nvarchar(60), is_unique bit, data_space_id int, ignore_dup_key bit, is_primary_key bit, is_unique_constraint bit, fill_factor tinyint, is_padded bit, is_disabled bit, is_hypothetical bit, has_filter bit, filter_definition nvarchar(max)",
			perTable(func(_ *database, t *table) [][]any {
				var out [][]any
				if !hasClustered(t) {
					out = append(out, []any{int64(t.id), nil, int64(0), int64(0), "HEAP", int64(0), int64(1), int64(0), int64(0), int64(0), int64(0), int64(0), int64(0), int64(0), int64(0), nil})
				}
				for i, k := range t.keys {
					kind, desc := int64(2), "NONCLUSTERED"
					if k.clustered {
						kind, desc = 1, "CLUSTERED"
					}
					filter := any(nil)
					if k.filtered {
						filter = "(filter)"
					}
					out = append(out, []any{int64(t.id), k.name, indexID(t, i), kind, desc, flag(k.unique), int64(1), int64(0), flag(k.primary), flag(k.declared && !k.primary),
						int64(0), int64(0), int64(0), int64(0), flag(k.filtered), filter})
				}
				return out
			})},
		"sys.index_columns": {"object_id int, index_id int, index_column_id int, column_id int, key_ordinal tinyint, partition_ordinal tinyint, is_descending_key bit, is_included_column bit",
			perTable(func(_ *database, t *table) [][]any {
				var out [][]any
				for i, k := range t.keys {
					for n, c := range k.columns {
						out = append(out, []any{int64(t.id), indexID(t, i), int64(n + 1), int64(t.column(c.Name).id), int64(n + 1), int64(0), flag(c.Desc), int64(0)})
					}
					for n, c := range k.include {
						if col := t.column(c); col != nil {
							out = append(out, []any{int64(t.id), indexID(t, i), int64(len(k.columns) + n + 1), int64(col.id), int64(0), int64(0), int64(0), int64(1)})
						}
					}
				}
				return out
			})},
		"sys.key_constraints": {"name sysname, object_id int, schema_id int, parent_object_id int, type char(2), type_desc nvarchar(60), unique_index_id int, is_system_named bit",
			perTable(func(d *database, t *table) [][]any {
				var out [][]any
				for i, k := range t.keys {
					if !k.declared {
						continue
					}
					kind, desc := "UQ", "UNIQUE_CONSTRAINT"
					if k.primary {
						kind, desc = "PK", "PRIMARY_KEY_CONSTRAINT"
					}
					out = append(out, []any{k.name, int64(k.id), d.schemaID(t.schema), int64(t.id), kind, desc, indexID(t, i), int64(0)})
				}
				return out
			})},
		"sys.foreign_keys": {"name sysname, object_id int, schema_id int, parent_object_id int, type char(2), type_desc nvarchar(60), referenced_object_id int, key_index_id int, is_disabled bit, is_not_for_replication bit, is_not_trusted bit, delete_referential_action tinyint, delete_referential_action_desc nvarchar(60), update_referential_action tinyint, update_referential_action_desc nvarchar(60), is_system_named bit",
			perTable(func(d *database, t *table) [][]any {
				var out [][]any
				for _, f := range t.foreign {
					out = append(out, []any{f.name, int64(f.id), d.schemaID(t.schema), int64(t.id), "F ", "FOREIGN_KEY_CONSTRAINT", int64(f.ref.id), int64(1), int64(0), int64(0), int64(0),
						actions[f.onDelete], actionDesc(f.onDelete), actions[f.onUpdate], actionDesc(f.onUpdate), int64(0)})
				}
				return out
			})},
		"sys.foreign_key_columns": {"constraint_object_id int, constraint_column_id int, parent_object_id int, parent_column_id int, referenced_object_id int, referenced_column_id int",
			perTable(func(_ *database, t *table) [][]any {
				var out [][]any
				for _, f := range t.foreign {
					for i := range f.columns {
						out = append(out, []any{int64(f.id), int64(i + 1), int64(t.id), int64(t.column(f.columns[i]).id), int64(f.ref.id), int64(f.ref.column(f.refCols[i]).id)})
					}
				}
				return out
			})},
		"sys.check_constraints": {"name sysname, object_id int, schema_id int, parent_object_id int, is_disabled bit",
			perTable(func(d *database, t *table) [][]any {
				var out [][]any
				for _, c := range t.checks {
					out = append(out, []any{c.name, int64(c.id), d.schemaID(t.schema), int64(t.id), int64(0)})
				}
				return out
			})},
		"sys.default_constraints": {"name sysname, object_id int, schema_id int, parent_object_id int, parent_column_id int",
			perTable(func(d *database, t *table) [][]any {
				var out [][]any
				for _, c := range t.columns {
					if c.def != nil {
						out = append(out, []any{c.defName, int64(t.id*1000 + c.id), d.schemaID(t.schema), int64(t.id), int64(c.id)})
					}
				}
				return out
			})},
		"sys.triggers": {"name sysname, object_id int, parent_class tinyint, parent_class_desc nvarchar(60), parent_id int, type char(2), type_desc nvarchar(60), create_date datetime, is_ms_shipped bit, is_disabled bit, is_not_for_replication bit, is_instead_of_trigger bit",
			perTable(func(_ *database, t *table) [][]any {
				var out [][]any
				for _, tr := range t.triggers {
					out = append(out, []any{tr.name, int64(tr.id), int64(1), "OBJECT_OR_COLUMN", int64(t.id), "TR", "SQL_TRIGGER", stamp(t.created), int64(0), flag(tr.disabled), int64(0), int64(0)})
				}
				return out
			})},
		"sys.trigger_events": {"object_id int, type int, type_desc nvarchar(60), is_first bit, is_last bit, event_group_type int",
			perTable(func(_ *database, t *table) [][]any {
				kinds := map[string]int64{"INSERT": 1, "UPDATE": 2, "DELETE": 3}
				var out [][]any
				for _, tr := range t.triggers {
					for _, e := range tr.events {
						out = append(out, []any{int64(tr.id), kinds[e], e, int64(0), int64(0), nil})
					}
				}
				return out
			})},
		"sys.computed_columns": {"object_id int, name sysname, column_id int, definition nvarchar(max), is_persisted bit, is_nullable bit",
			perTable(func(_ *database, t *table) [][]any {
				var out [][]any
				for _, c := range t.columns {
					if c.computed != nil {
						out = append(out, []any{int64(t.id), c.name, int64(c.id), c.computedSQL, flag(c.persisted), flag(c.nullable)})
					}
				}
				return out
			})},
		"sys.identity_columns": {"object_id int, name sysname, column_id int, seed_value bigint, increment_value bigint, last_value bigint",
			perTable(func(_ *database, t *table) [][]any {
				c := t.identityColumn()
				if c == nil {
					return nil
				}
				t.identity.mu.Lock()
				defer t.identity.mu.Unlock()
				return [][]any{{int64(t.id), c.name, int64(c.id), c.seed[0], c.seed[1], t.identity.last}}
			})},
		"sys.change_tracking_tables": {"object_id int, is_track_columns_updated_on bit, min_valid_version bigint, begin_version bigint, cleanup_version bigint",
			perTable(func(_ *database, t *table) [][]any {
				if !t.tracked {
					return nil
				}
				return [][]any{{int64(t.id), int64(0), int64(0), int64(0), int64(0)}}
			})},
		"sys.change_tracking_databases": {"database_id int, is_auto_cleanup_on tinyint, retention_period int", none},
		"sys.extended_properties":       {"class tinyint, major_id int, minor_id int, name sysname, value nvarchar(max)", none},
		"sys.partitions": {"partition_id bigint, object_id int, index_id int, partition_number int, rows bigint",
			func(s *session, d *database) [][]any {
				var out [][]any
				for _, t := range d.sorted() {
					n := int64(0)
					if s.conn.QueryRowContext(background, "SELECT count(*) FROM "+t.storage()).Scan(&n) == nil {
						out = append(out, []any{int64(t.id), int64(t.id), flag(hasClustered(t)), int64(1), n})
					}
				}
				return out
			}},
		"information_schema.tables": {"TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, TABLE_TYPE varchar(10)",
			func(_ *session, d *database) [][]any {
				var out [][]any
				for i, t := range d.shapes() {
					kind := "BASE TABLE"
					if i >= len(d.tables) {
						kind = "VIEW"
					}
					out = append(out, []any{d.name, t.schema, t.name, kind})
				}
				return out
			}},
		"information_schema.columns": {"TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, COLUMN_NAME sysname, ORDINAL_POSITION int, COLUMN_DEFAULT nvarchar(4000), IS_NULLABLE varchar(3), DATA_TYPE nvarchar(128), CHARACTER_MAXIMUM_LENGTH int, CHARACTER_OCTET_LENGTH int, NUMERIC_PRECISION tinyint, NUMERIC_SCALE int, DATETIME_PRECISION smallint, CHARACTER_SET_NAME sysname, COLLATION_NAME sysname",
			perShape(infoColumns)},
		"information_schema.table_constraints": {"CONSTRAINT_CATALOG nvarchar(128), CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME sysname, TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, CONSTRAINT_TYPE varchar(11)",
			perTable(func(d *database, t *table) [][]any {
				var out [][]any
				add := func(name, kind string) {
					out = append(out, []any{d.name, t.schema, name, d.name, t.schema, t.name, kind})
				}
				for _, k := range t.keys {
					switch {
					case k.primary:
						add(k.name, "PRIMARY KEY")
					case k.declared:
						add(k.name, "UNIQUE")
					}
				}
				for _, f := range t.foreign {
					add(f.name, "FOREIGN KEY")
				}
				for _, c := range t.checks {
					add(c.name, "CHECK")
				}
				return out
			})},
		"information_schema.key_column_usage": {"CONSTRAINT_CATALOG nvarchar(128), CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME sysname, TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, COLUMN_NAME sysname, ORDINAL_POSITION int",
			perTable(func(d *database, t *table) [][]any {
				var out [][]any
				add := func(name, col string, n int) {
					out = append(out, []any{d.name, t.schema, name, d.name, t.schema, t.name, col, int64(n + 1)})
				}
				for _, k := range t.keys {
					for i, c := range k.columns {
						if k.declared {
							add(k.name, t.column(c.Name).name, i)
						}
					}
				}
				for _, f := range t.foreign {
					for i, c := range f.columns {
						add(f.name, c, i)
					}
				}
				return out
			})},
		"information_schema.referential_constraints": {"CONSTRAINT_CATALOG nvarchar(128), CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME sysname, UNIQUE_CONSTRAINT_CATALOG nvarchar(128), UNIQUE_CONSTRAINT_SCHEMA nvarchar(128), UNIQUE_CONSTRAINT_NAME sysname, MATCH_OPTION varchar(7), UPDATE_RULE varchar(11), DELETE_RULE varchar(11)",
			perTable(func(d *database, t *table) [][]any {
				var out [][]any
				for _, f := range t.foreign {
					unique := any(nil)
					for _, k := range f.ref.keys {
						if k.unique && len(k.columns) == len(f.refCols) && strings.EqualFold(k.columns[0].Name, f.refCols[0]) {
							unique = k.name
						}
					}
					out = append(out, []any{d.name, t.schema, f.name, d.name, f.ref.schema, unique, "SIMPLE", f.onUpdate, f.onDelete})
				}
				return out
			})},
	}
}

func none(*session, *database) [][]any { return nil }

func hasClustered(t *table) bool {
	for _, k := range t.keys {
		if k.clustered {
			return true
		}
	}
	return false
}

// indexID numbers the clustered index 1 and the others from 2 on.
func indexID(t *table, at int) int64 {
	n := int64(1)
	for i, k := range t.keys {
		if k.clustered {
			if i == at {
				return 1
			}
			continue
		}
		n++
		if i == at {
			return n
		}
	}
	return 0
}

func infoColumns(d *database, t *table) [][]any {
	var out [][]any
	for i, c := range t.columns {
		k := c.typ.Kind
		yes := "NO"
		if c.nullable {
			yes = "YES"
		}
		var chars, octets, prec, scale, fraction, set any
		switch {
		case k.IsText() || k.IsBinary() && k != value.RowVersion || k == value.Image:
			chars, octets = int64(c.typ.Len), int64(c.typ.MaxLength())
			if k.IsLegacy() {
				chars, octets = int64(2147483647), int64(2147483647)
			}
		case k.IsInteger() && k != value.Bit:
			prec, scale = int64(c.typ.Precision()), int64(0)
		case k.IsExact():
			prec, scale = int64(c.typ.Prec), int64(c.typ.Scale)
		case k.IsApprox():
			prec = int64(c.typ.Precision())
		case k == value.Date, k == value.SmallDateTime:
			fraction = int64(0)
		case k == value.DateTime:
			fraction = int64(3)
		case k.IsTime():
			fraction = int64(c.typ.Scale)
		}
		if k.IsUnicode() {
			set = "UNICODE"
		} else if k.IsText() {
			set = "iso_1"
		}
		out = append(out, []any{d.name, t.schema, t.name, c.name, int64(i + 1), nil, yes, k.Name(), chars, octets, prec, scale, fraction, set, collationOf(c.typ)})
	}
	return out
}
