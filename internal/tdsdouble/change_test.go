package tdsdouble_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
)

const family = `
CREATE TABLE parents (id int NOT NULL PRIMARY KEY, code varchar(5) NULL UNIQUE, name nvarchar(5) NOT NULL DEFAULT N'new', born date,
	twice AS (id * 2) PERSISTED, CONSTRAINT CK_id CHECK (id < 1000));
CREATE TABLE children (id int IDENTITY(10, 5) PRIMARY KEY, parent int NULL CONSTRAINT FK_parent REFERENCES parents(id) ON DELETE CASCADE, note varchar(10));
CREATE TABLE holders (id int PRIMARY KEY, parent int NOT NULL, CONSTRAINT FK_holder FOREIGN KEY (parent) REFERENCES parents (id));
CREATE UNIQUE INDEX UX_note ON children (note);
INSERT parents (id, code, name, born) VALUES (1, 'a', N'one', '2000-01-01'), (2, 'b', N'two', NULL), (3, NULL, N'three', NULL);
INSERT children (parent, note) VALUES (1, 'x'), (1, 'y'), (2, 'z');
INSERT holders VALUES (1, 3);
`

func TestChanges(t *testing.T) {
	const dump = "SELECT id, code, name, born, twice FROM parents ORDER BY id; SELECT * FROM children ORDER BY id"
	const initial = "1|a|one|2000-01-01T00:00:00|2\n2|b|two|NULL|4\n3|NULL|three|NULL|6\n--\n10|1|x\n15|1|y\n20|2|z"
	for _, c := range []struct {
		name, query string
		args        []any
		answer      string
		after       string // of the dump; "" for unchanged
		fails       int32
	}{
		{name: "insert", query: "INSERT INTO parents (id, born) VALUES (@p1, @p2)", args: []any{4, "2001-02-03"},
			after: "1|a|one|2000-01-01T00:00:00|2\n2|b|two|NULL|4\n3|NULL|three|NULL|6\n4|", fails: 2627},
		{name: "insert output", query: "INSERT INTO children (parent, note) OUTPUT inserted.id, inserted.note AS n VALUES (3, 'q'), (NULL, 'r')", answer: "25|q\n30|r",
			after: strings.Replace(initial, "20|2|z", "20|2|z\n25|3|q\n30|NULL|r", 1)},
		{name: "insert default", query: "INSERT parents (id, code, name) VALUES (5, 'e', DEFAULT)", after: strings.Replace(initial, "|6\n--", "|6\n5|e|new|NULL|10\n--", 1)},
		{name: "insert select", query: "INSERT INTO children (parent) SELECT id FROM parents WHERE id = 3", after: initial + "\n25|3|NULL"},
		{name: "insert null", query: "INSERT parents (id, name) VALUES (9, NULL)", fails: 515},
		{name: "insert duplicate key", query: "INSERT parents (id, code) VALUES (1, 'zz')", fails: 2627},
		{name: "insert duplicate unique", query: "INSERT parents (id, code) VALUES (9, 'A ')", fails: 2627},
		{name: "insert second null", query: "INSERT parents (id) VALUES (9)", fails: 2627},
		{name: "insert duplicate index", query: "INSERT children (parent, note) VALUES (1, 'X')", fails: 2601},
		{name: "insert orphan", query: "INSERT children (parent) VALUES (99)", fails: 547},
		{name: "insert against check", query: "INSERT parents (id, code) VALUES (1000, 'q')", fails: 547},
		{name: "insert too long", query: "INSERT parents (id, name) VALUES (9, N'123456')", fails: 2628},
		{name: "insert trailing spaces are cut", query: "INSERT parents (id, code, name) VALUES (9, 'q', N'12345  ')", after: strings.Replace(initial, "|6\n--", "|6\n9|q|12345|NULL|18\n--", 1)},
		{name: "insert identity", query: "INSERT children (id, parent) VALUES (1, 1)", fails: 544},
		{name: "insert computed", query: "INSERT parents (id, twice) VALUES (9, 1)", fails: 271},
		{name: "insert too few", query: "INSERT holders VALUES (1)", fails: 213},
		{name: "insert unknown column", query: "INSERT holders (nope) VALUES (1)", fails: 207},
		{name: "insert bad number", query: "INSERT holders VALUES ('x', 1)", fails: 245},
		{name: "update", query: "UPDATE parents SET name = N'x', born = @p1 WHERE code = @p2", args: []any{"1999-01-02", mssql.VarChar("A")},
			after: strings.Replace(initial, "one|2000-01-01", "x|1999-01-02", 1)},
		{name: "update output", query: "UPDATE parents SET name = N'x', id = id + 10 OUTPUT deleted.name, inserted.name, inserted.twice, deleted.id WHERE id = 2", fails: 547},
		{name: "update output values", query: "UPDATE parents SET name = name + N'!' OUTPUT deleted.name, inserted.name, inserted.twice WHERE id <= 2", answer: "one|one!|2\ntwo|two!|4",
			after: strings.NewReplacer("one", "one!", "two", "two!").Replace(initial)},
		{name: "update from join", query: "UPDATE c SET note = p.name FROM children AS c INNER JOIN parents AS p ON p.id = c.parent WHERE p.code = 'b'", after: strings.Replace(initial, "20|2|z", "20|2|two", 1)},
		{name: "update from, target joined by where", query: "UPDATE children SET note = p.code FROM parents p WHERE p.id = children.parent AND p.id = 2", after: strings.Replace(initial, "20|2|z", "20|2|b", 1)},
		{name: "update top", query: "UPDATE TOP (1) children SET parent = NULL", after: strings.Replace(initial, "10|1|x", "10|NULL|x", 1)},
		{name: "update compound", query: "UPDATE parents SET name += N'*' WHERE id = 1", after: strings.Replace(initial, "one", "one*", 1)},
		{name: "update to null", query: "UPDATE parents SET name = NULL", fails: 515},
		{name: "update too long", query: "UPDATE parents SET name = @p1", args: []any{"123456"}, fails: 2628},
		{name: "update that moves a key along", query: "UPDATE parents SET code = CASE code WHEN 'a' THEN 'b' ELSE 'a' END WHERE code IS NOT NULL", fails: 50000},
		{name: "update to duplicates", query: "UPDATE parents SET code = 'same'", fails: 2627},
		{name: "update identity", query: "UPDATE children SET id = 1", fails: 8102},
		{name: "update to default", query: "UPDATE parents SET name = DEFAULT WHERE id = 1", after: strings.Replace(initial, "one", "new", 1)},
		{name: "delete cascades", query: "DELETE FROM parents WHERE id = 1", after: "2|b|two|NULL|4\n3|NULL|three|NULL|6\n--\n20|2|z"},
		{name: "delete held", query: "DELETE FROM parents WHERE id = 3", fails: 547},
		{name: "delete output", query: "DELETE FROM children OUTPUT deleted.* WHERE parent = 2", answer: "20|2|z", after: strings.Replace(initial, "\n20|2|z", "", 1)},
		{name: "delete join", query: "DELETE c FROM children c JOIN parents p ON p.id = c.parent WHERE p.name = N'ONE'", after: "1|a|one|2000-01-01T00:00:00|2\n2|b|two|NULL|4\n3|NULL|three|NULL|6\n--\n20|2|z"},
		{name: "delete top", query: "DELETE TOP (@p1) FROM children WITH (ROWLOCK) WHERE id > @p2", args: []any{2, 0}, after: strings.Replace(initial, "10|1|x\n15|1|y\n", "", 1)},
		{name: "truncate referenced", query: "TRUNCATE TABLE parents", fails: 4712},
		{name: "truncate", query: "TRUNCATE TABLE children", after: "1|a|one|2000-01-01T00:00:00|2\n2|b|two|NULL|4\n3|NULL|three|NULL|6\n--"},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv, db := start(t)
			srv.Exec(t, "test", family)
			got, err := rows(db, c.query, c.args...)
			if number(err) != c.fails && !(c.name == "insert" && number(err) == 2627) {
				t.Fatalf("error %v, want %d", err, c.fails)
			}
			if got != c.answer {
				t.Errorf("answered\n%s\nwant\n%s", got, c.answer)
			}
			want := c.after
			if want == "" || c.fails != 0 {
				want = initial
			}
			if got, err := rows(db, dump); err != nil || got != want {
				t.Errorf("after (%v)\n%s\nwant\n%s", err, got, want)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	srv, db := start(t)
	srv.Exec(t, "test", family)
	for query, want := range map[string]string{
		"INSERT parents (id, code) VALUES (1, 'zz')":    "Cannot insert duplicate key in object 'dbo.parents'. The duplicate key value is (1).",
		"INSERT children (parent, note) VALUES (1,'x')": "with unique index 'UX_note'. The duplicate key value is (x).",
		"INSERT children (parent) VALUES (99)":          `The INSERT statement conflicted with the FOREIGN KEY constraint "FK_parent". The conflict occurred in database "test", table "dbo.parents", column 'id'.`,
		"DELETE parents WHERE id = 3":                   `The DELETE statement conflicted with the REFERENCE constraint "FK_holder". The conflict occurred in database "test", table "dbo.holders", column 'parent'.`,
		"INSERT parents (id, code) VALUES (1000, 'q')":  `The INSERT statement conflicted with the CHECK constraint "CK_id".`,
		"UPDATE parents SET name = N'123456'":           "String or binary data would be truncated in table 'test.dbo.parents', column 'name'. Truncated value: '12345'.",
		"UPDATE parents SET name = NULL":                "Cannot insert the value NULL into column 'name', table 'test.dbo.parents'; column does not allow nulls. UPDATE fails.",
		"SELECT 1\nFROM nope":                           "Invalid object name 'nope'.",
		"SELECT 1 WHERE 'x' = 1":                        "Conversion failed when converting the varchar value 'x' to data type int.",
	} {
		_, err := db.Exec(query)
		var e mssql.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, want) {
			t.Errorf("%s: %v", query, err)
		}
		if strings.Contains(query, "\n") && e.LineNo != 2 {
			t.Errorf("line %d", e.LineNo)
		}
	}
}

func TestRowCounts(t *testing.T) {
	srv, db := start(t)
	srv.Exec(t, "test", family)
	for _, c := range []struct {
		query string
		want  int64
	}{
		{"UPDATE children SET note = note", 3},
		{"SET NOCOUNT ON; UPDATE children SET note = note", 0},
		{"UPDATE children SET note = note WHERE id = 10; DELETE holders", 2},
		{"UPDATE children SET note = note WHERE 1 = 2", 0},
		{"DELETE FROM parents WHERE id = 1", 1}, // cascades are not counted
		{"DECLARE @x int = 5; UPDATE children SET note = NULL WHERE id=@x", 0},
	} {
		res, err := db.Exec(c.query)
		if err != nil {
			t.Fatalf("%s: %v", c.query, err)
		}
		if n, _ := res.RowsAffected(); n != c.want {
			t.Errorf("%s: %d rows, want %d", c.query, n, c.want)
		}
		if _, err := db.Exec("SET NOCOUNT OFF"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTemporaryTables(t *testing.T) {
	_, db := start(t)
	ctx := context.Background()
	a, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	exec := func(c *sql.Conn, q string) error {
		_, err := c.ExecContext(ctx, q)
		return err
	}
	if err := exec(a, "CREATE TABLE #t (v nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY); INSERT #t VALUES (N'a'), (N'A')"); err != nil {
		t.Fatal(err)
	}
	if err := exec(b, "SELECT * FROM #t"); number(err) != 208 {
		t.Errorf("seen by another session: %v", err)
	}
	if err := exec(a, "CREATE TABLE #t (v int)"); number(err) != 2714 {
		t.Errorf("made twice: %v", err)
	}
	if got, err := rows(queryer{a}, "SELECT Forename AS f, CandidateID, DOB INTO #c FROM Candidates; SELECT f, DOB FROM #c JOIN #t ON 1 = 1 ORDER BY CandidateID; SELECT OBJECT_ID('tempdb..#nope')"); err != nil ||
		got != "Anna|1990-02-03T00:00:00\nAnna|1990-02-03T00:00:00\nZoë|NULL\nZoë|NULL\n--\nNULL" {
		t.Errorf("%s %v", got, err)
	}
	if err := exec(a, "DROP TABLE #t; DROP TABLE IF EXISTS #nope; SELECT 1 FROM #t"); number(err) != 208 {
		t.Errorf("after the drop: %v", err)
	}
	if _, err := a.ExecContext(ctx, "CREATE TABLE #p (n int); INSERT #p VALUES (@p1); SET NOCOUNT ON", 1); err != nil {
		t.Error(err)
	}
	if err := exec(a, "SELECT * FROM #p"); number(err) != 208 {
		t.Errorf("a table made by a call with parameters outlived it: %v", err)
	}
	_ = a.Close() // back to the pool, which resets the session
	for range 3 {
		if _, err := rows(db, "SELECT * FROM #c"); number(err) != 208 {
			t.Errorf("after a reset: %v", err)
		}
	}
}

func TestTriggers(t *testing.T) {
	srv, db := start(t)
	srv.Exec(t, "test", "CREATE TABLE log (id int IDENTITY, what varchar(20), n int)")
	srv.Exec(t, "test", "CREATE TRIGGER tr ON Candidates AFTER UPDATE, DELETE AS SET NOCOUNT ON; INSERT log (what, n) SELECT i.CandidateNo, d.CandidateID FROM deleted d LEFT JOIN inserted i ON i.CandidateID = d.CandidateID")
	srv.Exec(t, "test", "CREATE TRIGGER stop ON Claims AFTER INSERT AS IF EXISTS (SELECT 1 FROM inserted WHERE CandidateID = 2) THROW 50001, 'no', 1")
	if res, err := db.Exec("UPDATE Candidates SET Forename = N'x'"); err != nil {
		t.Fatal(err)
	} else if n, _ := res.RowsAffected(); n != 2 {
		t.Errorf("%d rows", n)
	}
	if _, err := db.Exec("INSERT Claims (CandidateID) VALUES (2)"); number(err) != 50001 {
		t.Errorf("trigger's error: %v", err)
	}
	if _, err := db.Exec("UPDATE Candidates SET Forename = N'y' OUTPUT inserted.Forename"); number(err) != 334 {
		t.Errorf("OUTPUT with a trigger: %v", err)
	}
	if got, err := rows(db, "SELECT what, n FROM log ORDER BY id; SELECT COUNT(*) FROM Claims WHERE CandidateID = 2; SELECT name, is_disabled FROM sys.triggers ORDER BY name"); err != nil || got != "A1|1\nA2|2\n--\n0\n--\nstop|false\ntr|false" {
		t.Errorf("%s %v", got, err)
	}
	srv.Exec(t, "test", "DISABLE TRIGGER stop ON Claims")
	if _, err := db.Exec("INSERT Claims (CandidateID) VALUES (2)"); err != nil {
		t.Error(err)
	}
	srv.Exec(t, "test", "ENABLE TRIGGER stop ON Claims")
	srv.Exec(t, "test", "CREATE TRIGGER odd ON Candidates AFTER INSERT AS IF @@TRANCOUNT = 0 SELECT 1 ELSE ROLLBACK")
	if got := script(connection(t, db), "BEGIN TRAN; DELETE Claims WHERE ClaimID = 1", "INSERT Claims (CandidateID) VALUES (2); SELECT 'not here'", "SELECT @@TRANCOUNT, COUNT(*) FROM Claims WHERE ClaimID = 1",
		"BEGIN TRAN; BEGIN TRY INSERT Claims (CandidateID) VALUES (2) END TRY BEGIN CATCH SELECT XACT_STATE() END CATCH", "SELECT @@TRANCOUNT", "INSERT Candidates (CandidateNo) VALUES ('x')"); got != "; !50001; 0|1; -1 !3998; 0; !50000" {
		t.Errorf("errors in triggers: %s", got)
	}
}
