package sqldb

import (
	"fmt"
	"strings"

	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
)

var sqliteDefiner = definer{
	types: func(f connectortest.Field, _ bool) string {
		switch f.Type {
		case compare.Integer:
			return "INTEGER"
		case compare.Float:
			return "REAL"
		case compare.Boolean:
			return "BOOLEAN"
		case compare.Binary:
			return "BLOB"
		}
		if f.Length > 0 {
			return fmt.Sprintf("VARCHAR(%d)", f.Length)
		}
		return "TEXT"
	},
	identity: "INTEGER PRIMARY KEY AUTOINCREMENT",
	dump: func(f connectortest.Field, quoted string) string {
		if f.Type == compare.Binary {
			return "CASE WHEN " + quoted + " IS NOT NULL THEN '0x' || lower(hex(" + quoted + ")) END"
		}
		return quoted
	},
	value: func(f connectortest.Field, v string) any {
		switch f.Type {
		case compare.Boolean:
			return v == "true"
		case compare.Binary:
			return decodeHex(v)
		}
		return v
	},
	tables: "SELECT name FROM sqlite_schema WHERE type = 'table'",
	before: []string{"PRAGMA foreign_keys = 0"},
	after:  []string{"PRAGMA foreign_keys = 1"},
	lock:   func([]string) []string { return []string{"BEGIN EXCLUSIVE"} },
	unlock: "ROLLBACK",
	lacks: map[connectortest.Ability]string{
		connectortest.OfType(compare.Decimal):  "SQLite keeps decimals as floating point numbers",
		connectortest.OfType(compare.Day):      "SQLite has no type for dates: they are text",
		connectortest.OfType(compare.Clock):    "SQLite has no type for times: they are text",
		connectortest.OfType(compare.DateTime): "SQLite has no type for times: they are text",
		connectortest.OfType(compare.Instant):  "SQLite has no type for times: they are text",
		connectortest.OfType(compare.GUID):     "SQLite has no type for GUIDs: they are text",
		connectortest.WrongSecret:              "a file has no password",
		connectortest.CutOff:                   "a file is read in this process: there is no connection",
		connectortest.LostReply:                "a file is written in this process: there is no reply to lose",
	},
}

var mysqlDefiner = definer{
	types: func(f connectortest.Field, _ bool) string {
		switch f.Type {
		case compare.Integer:
			return "BIGINT"
		case compare.Decimal:
			return "DECIMAL(24,4)"
		case compare.Float:
			return "DOUBLE"
		case compare.Boolean:
			return "BIT(1)"
		case compare.Day:
			return "DATE"
		case compare.Clock:
			return "TIME(3)"
		case compare.DateTime:
			return "DATETIME(3)"
		case compare.Instant:
			return "TIMESTAMP(3)"
		case compare.GUID:
			return "UUID"
		case compare.Binary:
			return "VARBINARY(64)"
		}
		if f.Length > 0 {
			return fmt.Sprintf("VARCHAR(%d) CHARACTER SET utf8mb4", f.Length)
		}
		return "LONGTEXT CHARACTER SET utf8mb4"
	},
	identity: "BIGINT AUTO_INCREMENT",
	dump: func(f connectortest.Field, quoted string) string {
		switch f.Type {
		case compare.Binary:
			return "CONCAT('0x', LOWER(HEX(" + quoted + ")))"
		case compare.DateTime, compare.Instant:
			return "DATE_FORMAT(" + quoted + ", '%Y-%m-%dT%H:%i:%s.%f')"
		case compare.Boolean:
			return quoted + " + 0"
		}
		return quoted
	},
	value: func(f connectortest.Field, v string) any {
		switch f.Type {
		case compare.Boolean:
			return v == "true"
		case compare.Binary:
			return decodeHex(v)
		case compare.Instant:
			return strings.TrimSuffix(v, "Z")
		}
		return v
	},
	tables: "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
	before: []string{"SET SESSION foreign_key_checks = 0, time_zone = '+00:00'"},
	after:  []string{"SET SESSION foreign_key_checks = 1"},
	lock:   lockMySQL,
	unlock: "UNLOCK TABLES",
}
