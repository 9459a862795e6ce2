package tdsdouble_test

import (
	"testing"

	"dossier/internal/tdsdouble"
)

const described = `
CREATE SCHEMA hr;
CREATE TABLE hr.people (
	id bigint IDENTITY(100, 10) NOT NULL, code varchar(10) COLLATE Latin1_General_BIN2 NOT NULL, name nvarchar(50) NULL CONSTRAINT DF_name DEFAULT N'x',
	fee decimal(10,2) NULL, born date NULL, seen datetime2(3) NULL, doc varbinary(max) NULL, note text NULL, shout AS UPPER(name) PERSISTED, v rowversion,
	CONSTRAINT PK_people PRIMARY KEY CLUSTERED (id), CONSTRAINT UQ_code UNIQUE NONCLUSTERED (code));
CREATE TABLE hr.jobs (a int NOT NULL, b int NOT NULL, person bigint NULL, code varchar(10) COLLATE Latin1_General_BIN2 NULL, PRIMARY KEY (a, b DESC),
	CONSTRAINT FK_person FOREIGN KEY (person) REFERENCES hr.people (id) ON DELETE SET NULL ON UPDATE CASCADE, CONSTRAINT FK_code FOREIGN KEY (code) REFERENCES hr.people (code));
CREATE INDEX IX_person ON hr.jobs (person DESC, a) INCLUDE (code);
CREATE NONCLUSTERED INDEX IX_filtered ON hr.jobs (code) WHERE code IS NOT NULL;
CREATE TABLE dbo.heap (n int NULL, valid_from datetime2 GENERATED ALWAYS AS ROW START NOT NULL, valid_to datetime2 GENERATED ALWAYS AS ROW END NOT NULL, PERIOD FOR SYSTEM_TIME (valid_from, valid_to)) WITH (SYSTEM_VERSIONING = ON);
ALTER TABLE dbo.heap ENABLE CHANGE_TRACKING;
`

func TestCatalog(t *testing.T) {
	srv := tdsdouble.Start(t, tdsdouble.Options{Databases: []string{"main", "other"}, Users: map[string]string{"sa": "x", "reader": "y"},
		Deny: map[string][]string{"reader": append(tdsdouble.ReadOnly(), "SELECT ON main.hr.jobs")}})
	srv.Exec(t, "main", described)
	srv.Exec(t, "main", "CREATE TRIGGER hr.tr ON hr.jobs AFTER INSERT, DELETE AS SELECT 1")
	srv.Exec(t, "main", "INSERT hr.people (code) VALUES ('a')")
	runCases(t, open(t, srv, "sa", "main"), []queryCase{
		{name: "databases", query: "SELECT name, state_desc, collation_name FROM sys.databases WHERE database_id > 2 ORDER BY name", want: "main|ONLINE|SQL_Latin1_General_CP1_CI_AS\nother|ONLINE|SQL_Latin1_General_CP1_CI_AS"},
		{name: "tables", query: "SELECT s.name, t.name, t.temporal_type, t.is_ms_shipped FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id ORDER BY 1, 2", want: "dbo|heap|2|false\nhr|jobs|0|false\nhr|people|0|false"},
		{name: "columns", query: `SELECT c.name, ty.name, c.max_length, c.precision, c.scale, c.collation_name, c.is_nullable, c.is_identity, c.is_computed
			FROM sys.columns AS c JOIN sys.types AS ty ON ty.user_type_id = c.user_type_id WHERE c.object_id = OBJECT_ID(N'hr.people') ORDER BY c.column_id`,
			want: `id|bigint|8|19|0|NULL|false|true|false
code|varchar|10|0|0|Latin1_General_BIN2|false|false|false
name|nvarchar|100|0|0|SQL_Latin1_General_CP1_CI_AS|true|false|false
fee|decimal|9|10|2|NULL|true|false|false
born|date|3|10|0|NULL|true|false|false
seen|datetime2|7|23|3|NULL|true|false|false
doc|varbinary|-1|0|0|NULL|true|false|false
note|text|16|0|0|SQL_Latin1_General_CP1_CI_AS|true|false|false
shout|nvarchar|100|0|0|SQL_Latin1_General_CP1_CI_AS|true|false|true
v|timestamp|8|0|0|NULL|false|false|false`},
		{name: "indexes", query: `SELECT OBJECT_NAME(i.object_id), i.name, i.type_desc, i.is_unique, i.is_primary_key, i.is_unique_constraint, i.has_filter, COL_NAME(ic.object_id, ic.column_id), ic.key_ordinal, ic.is_descending_key, ic.is_included_column
			FROM sys.indexes i LEFT JOIN sys.index_columns ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id WHERE i.name NOT LIKE 'PK[_][_]%' OR i.name IS NULL ORDER BY i.object_id, i.index_id, ic.index_column_id`,
			want: `people|PK_people|CLUSTERED|true|true|false|false|id|1|false|false
people|UQ_code|NONCLUSTERED|true|false|true|false|code|1|false|false
jobs|IX_person|NONCLUSTERED|false|false|false|false|person|1|true|false
jobs|IX_person|NONCLUSTERED|false|false|false|false|a|2|false|false
jobs|IX_person|NONCLUSTERED|false|false|false|false|code|0|false|true
jobs|IX_filtered|NONCLUSTERED|false|false|false|true|code|1|false|false
heap|NULL|HEAP|false|false|false|false|NULL|NULL|NULL|NULL`},
		{name: "key constraints", query: "SELECT k.name, k.type, t.name FROM sys.key_constraints k JOIN sys.tables t ON t.object_id = k.parent_object_id WHERE t.name = 'people' ORDER BY 1", want: "PK_people|PK|people\nUQ_code|UQ|people"},
		{name: "foreign keys", query: `SELECT f.name, OBJECT_SCHEMA_NAME(f.referenced_object_id), OBJECT_NAME(f.referenced_object_id), f.delete_referential_action_desc, f.update_referential_action, pc.name, rc.name
			FROM sys.foreign_keys f JOIN sys.foreign_key_columns k ON k.constraint_object_id = f.object_id
			JOIN sys.columns pc ON pc.object_id = k.parent_object_id AND pc.column_id = k.parent_column_id
			JOIN sys.columns rc ON rc.object_id = k.referenced_object_id AND rc.column_id = k.referenced_column_id ORDER BY f.name`,
			want: "FK_code|hr|people|NO_ACTION|0|code|code\nFK_person|hr|people|SET_NULL|1|person|id"},
		{name: "triggers", query: "SELECT t.name, OBJECT_NAME(t.parent_id), t.is_disabled, e.type_desc FROM sys.triggers t JOIN sys.trigger_events e ON e.object_id = t.object_id ORDER BY 4", want: "tr|jobs|false|DELETE\ntr|jobs|false|INSERT"},
		{name: "computed", query: "SELECT name, definition, is_persisted FROM sys.computed_columns", want: "shout|(UPPER(name))|true"},
		{name: "identity", query: "SELECT name, seed_value, increment_value, last_value FROM sys.identity_columns", want: "id|100|10|100"},
		{name: "change tracking", query: "SELECT OBJECT_NAME(object_id) FROM sys.change_tracking_tables", want: "heap"},
		{name: "generated", query: "SELECT name FROM sys.columns WHERE generated_always_type <> 0", want: "valid_from\nvalid_to"},
		{name: "rows", query: "SELECT SUM(rows) FROM sys.partitions WHERE object_id = OBJECT_ID('hr.people') AND index_id IN (0, 1)", want: "1"},
		{name: "information schema", query: "SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, IS_NULLABLE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'hr' AND TABLE_NAME = 'people' AND ORDINAL_POSITION BETWEEN 2 AND 7 ORDER BY ORDINAL_POSITION",
			want: "code|varchar|10|NULL|NULL|NULL|NO\nname|nvarchar|50|NULL|NULL|NULL|YES\nfee|decimal|NULL|10|2|NULL|YES\nborn|date|NULL|NULL|NULL|0|YES\nseen|datetime2|NULL|NULL|NULL|3|YES\ndoc|varbinary|-1|NULL|NULL|NULL|YES"},
		{name: "information schema keys", query: "SELECT c.CONSTRAINT_TYPE, k.COLUMN_NAME FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS c JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE k ON k.CONSTRAINT_NAME = c.CONSTRAINT_NAME WHERE c.TABLE_NAME = 'jobs' ORDER BY 1, k.ORDINAL_POSITION", want: "FOREIGN KEY|person\nFOREIGN KEY|code\nPRIMARY KEY|a\nPRIMARY KEY|b"},
		{name: "information schema tables", query: "SELECT TABLE_NAME FROM main.INFORMATION_SCHEMA.TABLES WHERE TABLE_TYPE = 'BASE TABLE' ORDER BY 1", want: "heap\njobs\npeople"},
		{name: "of another database", query: "SELECT COUNT(*) FROM other.sys.tables", want: "0"},
		{name: "ids", query: "SELECT OBJECT_ID('nope'), OBJECT_ID('hr.people', 'V'), IIF(OBJECT_ID('[main].[hr].[people]', 'U') = OBJECT_ID('hr.people'), 1, 0), SCHEMA_NAME(SCHEMA_ID('hr')), TYPE_NAME(231), DB_ID('nope')", want: "NULL|NULL|1|hr|nvarchar|NULL"},
		{name: "permissions of the owner", query: "SELECT HAS_PERMS_BY_NAME('hr.jobs', 'OBJECT', 'DELETE'), HAS_PERMS_BY_NAME('hr.nope', 'OBJECT', 'SELECT'), HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CONNECT')", want: "1|NULL|1"},
		{name: "version", query: "SELECT LEFT(@@VERSION, 20)", want: "Microsoft SQL Server"},
	})
	srv.Exec(t, "main", "INSERT hr.people (code) VALUES ('b')")
	runCases(t, open(t, srv, "sa", "main"), []queryCase{
		{name: "rows later", query: "SELECT SUM(rows), (SELECT last_value FROM sys.identity_columns) FROM sys.partitions WHERE object_id = OBJECT_ID('hr.people')", want: "2|110"},
		{name: "rows on the same connection", query: "INSERT hr.people (code) VALUES ('c'); SELECT SUM(rows) FROM sys.partitions", want: "3"},
	})
	runCases(t, open(t, srv, "reader", "main"), []queryCase{
		{name: "permissions of a reader", query: "SELECT t.name, HAS_PERMS_BY_NAME(QUOTENAME(s.name) + '.' + QUOTENAME(t.name), 'OBJECT', 'SELECT'), HAS_PERMS_BY_NAME(QUOTENAME(s.name) + '.' + QUOTENAME(t.name), 'OBJECT', 'UPDATE') FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id ORDER BY 1", want: "heap|1|0\njobs|0|0\npeople|1|0"},
		{name: "fn_my_permissions", query: "SELECT permission_name FROM fn_my_permissions('hr.people', 'OBJECT') ORDER BY 1", want: "REFERENCES\nSELECT\nVIEW DEFINITION"},
		{name: "denied table", query: "SELECT * FROM hr.jobs", fails: 229},
		{name: "denied write", query: "UPDATE hr.people SET name = N'y'", fails: 229},
		{name: "roles", query: "SELECT IS_MEMBER('db_datareader'), IS_MEMBER('db_datawriter'), IS_SRVROLEMEMBER('sysadmin')", want: "1|0|0"},
		{name: "grant by a reader", query: "GRANT SELECT ON hr.jobs TO reader", fails: 4613},
	})
	srv.Exec(t, "main", "GRANT SELECT ON hr.jobs TO reader; DENY SELECT ON hr.people TO reader")
	runCases(t, open(t, srv, "reader", "main"), []queryCase{
		{name: "granted later", query: "SELECT COUNT(*) FROM hr.jobs", want: "0"},
		{name: "denied later", query: "SELECT COUNT(*) FROM hr.people", fails: 229},
	})
}

func TestAlter(t *testing.T) {
	srv, db := start(t)
	srv.Exec(t, "test", family)
	c := connection(t, db)
	if got := script(c,
		"ALTER TABLE children ADD born date NULL, kind varchar(5) NOT NULL CONSTRAINT DF_kind DEFAULT 'k'",
		"ALTER TABLE children ADD CONSTRAINT UQ_kind UNIQUE (kind)",
		"SELECT * FROM children ORDER BY id",
		"ALTER TABLE children DROP COLUMN born",
		"ALTER TABLE children DROP CONSTRAINT FK_parent",
		"INSERT children (parent) VALUES (99); SELECT id, parent FROM children WHERE parent = 99",
		"ALTER TABLE children ADD CONSTRAINT FK_again FOREIGN KEY (parent) REFERENCES nope (id)",
		"ALTER TABLE parents ADD x int",
		"DROP TABLE parents", "DROP TABLE holders", "DROP TABLE nope",
	); got != "; !2627; 10|1|x|NULL|k 15|1|y|NULL|k 20|2|z|NULL|k; ; ; 25|99; !1767; !50000; !3726; ; !3701" {
		t.Errorf("got %s", got)
	}
}

func TestViews(t *testing.T) {
	srv := tdsdouble.Start(t, tdsdouble.Options{Databases: []string{"main", "other"}, Users: map[string]string{"sa": "x", "reader": "y"},
		Deny: map[string][]string{"reader": {"SELECT ON main.dbo.Candidates", "UNMASK"}}})
	srv.Exec(t, "main", schema)
	srv.Exec(t, "main", "CREATE TABLE secrets (id int PRIMARY KEY, pin varchar(4) MASKED WITH (FUNCTION = 'partial(0,\"x\",1)'), card varchar(20) ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = k, ENCRYPTION_TYPE = DETERMINISTIC, ALGORITHM = 'A'))")
	srv.Exec(t, "main", "CREATE VIEW dbo.names (id, [full]) AS SELECT CandidateID, Forename + N' ' + Surname FROM Candidates")
	runCases(t, open(t, srv, "reader", "other"), []queryCase{
		{name: "through the view", query: "SELECT n.[full], k.ClaimID FROM main.dbo.names n LEFT JOIN main.dbo.Claims k ON k.CandidateID = n.id ORDER BY n.id", want: "Anna Łukaszewicz|1\nZoë Smith|NULL"},
		{name: "not the table", query: "SELECT * FROM main.dbo.Candidates", fails: 229},
		{name: "listed", query: "SELECT v.name, c.name, c.max_length FROM main.sys.views v JOIN main.sys.columns c ON c.object_id = v.object_id ORDER BY c.column_id", want: "names|id|4\nnames|full|202"},
		{name: "in the information schema", query: "SELECT TABLE_NAME FROM main.INFORMATION_SCHEMA.TABLES WHERE TABLE_TYPE = 'VIEW'", want: "names"},
		{name: "permission", query: "SELECT HAS_PERMS_BY_NAME('main.dbo.names', 'OBJECT', 'SELECT'), HAS_PERMS_BY_NAME('main.dbo.Candidates', 'OBJECT', 'SELECT')", want: "1|0"},
		{name: "written", query: "UPDATE main.dbo.names SET [full] = N'x'", fails: 50000},
		{name: "masked and encrypted are listed", query: "SELECT name, is_masked, encryption_type, HAS_PERMS_BY_NAME('main', 'DATABASE', 'UNMASK') FROM main.sys.columns WHERE object_id = OBJECT_ID('main.dbo.secrets') ORDER BY column_id", want: "id|false|NULL|0\npin|true|NULL|0\ncard|false|2|0"},
		{name: "masked is not read", query: "SELECT pin FROM main.dbo.secrets", fails: 50000},
	})
	if got := script(connection(t, open(t, srv, "sa", "main")),
		"CREATE VIEW names AS SELECT 1 AS x", "CREATE OR ALTER VIEW names AS SELECT CandidateID FROM Candidates WHERE CandidateID > 1", "SELECT * FROM names", "SELECT pin FROM secrets",
		"CREATE VIEW o AS SELECT CandidateID FROM Candidates ORDER BY 1", "DROP VIEW names", "SELECT * FROM names", "DROP VIEW names"); got != "!2714; ; 2; ; !1033; ; !208; !3701" {
		t.Errorf("got %s", got)
	}
}
