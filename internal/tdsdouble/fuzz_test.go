package tdsdouble

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"dossier/internal/tdsdouble/value"
)

// FuzzRun runs batches: whatever they are, the session survives, leaves no lock, and answers in its own words.
func FuzzRun(f *testing.F) {
	for _, s := range []string{
		"SELECT TOP (2) a.n, COUNT(*) OVER (PARTITION BY a.s) FROM t a LEFT JOIN t b ON b.n = a.n + 1 WHERE a.s LIKE N'%[a-c]_' OR a.n IN (1, NULL) ORDER BY a.s DESC",
		"UPDATE t SET n += 1, s = s + CAST(n AS nvarchar(9)) OUTPUT deleted.n, inserted.s WHERE d BETWEEN '2020-01-01' AND GETDATE()",
		"INSERT t (n, s, d) SELECT n * 10, NULL, DATEADD(month, 1, d) FROM t UNION SELECT 5, 'x', NULL",
		"BEGIN TRAN; DELETE TOP (1) FROM t; SAVE TRAN a; DELETE t; ROLLBACK TRAN a; COMMIT",
		"DECLARE @a decimal(9, 2) = 1.5; SELECT @a / 3, @a * 1e2, CASE WHEN @a > 1 THEN 'x' END, CHECKSUM(@a), CONVERT(varchar(9), @a)",
		"CREATE TABLE #x (a int IDENTITY PRIMARY KEY, b AS (a * 2), c varchar(3) DEFAULT 'x' CHECK (c <> 'y')); INSERT #x DEFAULT VALUES; SELECT * FROM #x",
		"WITH c AS (SELECT n FROM t) SELECT s, SUM(t.n) FROM t JOIN c ON c.n = t.n GROUP BY s HAVING MAX(t.n) > 0",
		"SELECT c.name, OBJECT_NAME(c.object_id), TYPE_NAME(c.user_type_id) FROM sys.columns c WHERE EXISTS (SELECT 1 FROM sys.tables t WHERE t.object_id = c.object_id)",
		"BEGIN TRY SELECT 1 / 0 END TRY BEGIN CATCH SELECT ERROR_MESSAGE(); THROW END CATCH",
		"SELECT * INTO #y FROM t; ALTER TABLE t ADD z int NULL; SELECT (SELECT n FROM t), REPLACE(s, N'a', N'') FROM t",
	} {
		f.Add(s)
	}
	s, err := start(f.TempDir(), Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.stop)
	const prepare = "DROP TABLE IF EXISTS t; CREATE TABLE t (n int NOT NULL, s nvarchar(20) NULL, d datetime NULL); INSERT t VALUES (1, N'ab', '2020-02-03'), (2, N'ÅC', NULL)"
	f.Fuzz(func(t *testing.T, batch string) {
		if strings.Contains(strings.ToUpper(batch), "CREATE") && !strings.Contains(batch, "#") {
			return // what it makes would outlive it
		}
		if _, err := s.query("test", prepare); err != nil {
			t.Skip(err) // a table of another batch holds on to t
		}
		ctx, cancel := context.WithTimeout(background, 2*time.Second)
		defer cancel()
		ses, err := s.newSession(ctx, "sa", s.catalog.database("test"))
		if err != nil {
			t.Fatal(err)
		}
		var out collector
		err = ses.run(ctx, batch, &out)
		ses.close()
		if err != nil && ctx.Err() == nil {
			t.Fatalf("%v", err)
		}
		var e *value.Error
		if errors.As(out.err, &e) && (strings.Contains(e.Message, "SQL logic error") || strings.Contains(e.Message, "syntax error")) {
			t.Fatalf("SQLite refuses what the double made of it: %v", e)
		}
		if len(s.writer) != 0 {
			t.Fatal("the write lock is still held")
		}
	})
}
