package tdsdouble_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"
)

// rows renders every result of a query: columns by |, rows by newline, results by a line of dashes.
func rows(q interface {
	Query(string, ...any) (*sql.Rows, error)
}, query string, args ...any) (string, error) {
	rs, err := q.Query(query, args...)
	if err != nil {
		return "", err
	}
	defer rs.Close()
	var out []string
	for {
		cols, err := rs.Columns()
		if err != nil {
			return "", err
		}
		for rs.Next() {
			vals := make([]any, len(cols))
			into := make([]any, len(cols))
			for i := range vals {
				into[i] = &vals[i]
			}
			if err := rs.Scan(into...); err != nil {
				return "", err
			}
			cells := make([]string, len(vals))
			for i, v := range vals {
				cells[i] = show(v)
			}
			out = append(out, strings.Join(cells, "|"))
		}
		if !rs.NextResultSet() {
			break
		}
		out = append(out, "--")
	}
	return strings.Join(out, "\n"), rs.Err()
}

// queryer gives one connection the method of a pool.
type queryer struct{ c *sql.Conn }

func (q queryer) Query(query string, args ...any) (*sql.Rows, error) {
	return q.c.QueryContext(context.Background(), query, args...)
}

func show(v any) string {
	switch x := v.(type) {
	case nil:
		return "NULL"
	case []byte:
		if s := string(x); strings.Trim(s, "0123456789.-") == "" && s != "" {
			return s // a decimal
		}
		return fmt.Sprintf("0x%X", x)
	case time.Time:
		return strings.TrimSuffix(x.Format("2006-01-02T15:04:05.9999999Z07:00"), "Z")
	}
	return fmt.Sprint(v)
}

type queryCase struct {
	name, query string
	args        []any
	want        string
	fails       int32 // error number
}

func runCases(t *testing.T, db *sql.DB, cases []queryCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := rows(db, c.query, c.args...)
			switch {
			case number(err) != c.fails || c.fails == 0 && err != nil:
				t.Errorf("error %v, want number %d", err, c.fails)
			case got != c.want:
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestSelect(t *testing.T) {
	_, db := start(t)
	runCases(t, db, []queryCase{
		{name: "no table", query: "SELECT 1 AS a, 'x' AS b, N'Ł' AS c, NULL AS d", want: "1|x|Ł|NULL"},
		{name: "best fit of a literal", query: "SELECT 'Ł', 'ж'", want: "L|?"},
		{name: "star", query: "SELECT c.* FROM Claims c", want: "1|1|2021-05-06T07:08:09.123"},
		{name: "two stars", query: "SELECT k.ClaimID, c.Forename FROM Claims k, Candidates AS c WHERE c.CandidateID = k.CandidateID", want: "1|Anna"},
		{name: "left join", query: "SELECT c.Forename, k.ClaimID FROM Candidates c LEFT OUTER JOIN Claims k ON k.CandidateID = c.CandidateID ORDER BY c.CandidateID DESC", want: "Zoë|NULL\nAnna|1"},
		{name: "right join", query: "SELECT k.ClaimID, c.Forename FROM Claims k RIGHT JOIN Candidates c ON k.CandidateID = c.CandidateID ORDER BY 2", want: "1|Anna\nNULL|Zoë"},
		{name: "three parts", query: "SELECT [test].[dbo].[Candidates].[Forename] FROM [test].[dbo].[Candidates] WHERE test.dbo.Candidates.CandidateID = 2", want: "Zoë"},
		{name: "two dots", query: "SELECT COUNT(*) FROM test..Candidates", want: "2"},
		{name: "top", query: "SELECT TOP (1) Forename FROM Candidates ORDER BY CandidateID DESC", want: "Zoë"},
		{name: "top parameter", query: "SELECT TOP (@p1) Forename FROM Candidates ORDER BY CandidateID", args: []any{1}, want: "Anna"},
		{name: "offset", query: "SELECT Forename FROM Candidates ORDER BY CandidateID OFFSET @p1 ROWS FETCH NEXT @p2 ROWS ONLY", args: []any{1, 5}, want: "Zoë"},
		{name: "group", query: "SELECT Active, COUNT(*) AS n, MIN(Forename), MAX(Fee), SUM(Fee) FROM Candidates GROUP BY Active HAVING COUNT(*) > 1", want: "true|2|Anna|12.50|12.50"},
		{name: "group by expression", query: "SELECT LEN(Forename), COUNT(*) FROM Candidates GROUP BY LEN(Forename) ORDER BY LEN(Forename)", want: "3|1\n4|1"},
		{name: "not in group", query: "SELECT Forename, COUNT(*) FROM Candidates GROUP BY Active", fails: 8120},
		{name: "aggregate alone", query: "SELECT Forename, COUNT(*) FROM Candidates", fails: 8120},
		{name: "count distinct folds", query: "SELECT COUNT(DISTINCT v) FROM (VALUES (N'a'), (N'A'), (N'b ')) AS x(v)", want: "2"},
		{name: "distinct folds", query: "SELECT DISTINCT v FROM (VALUES (N'b'), (N'B'), (N'b ')) AS x(v)", want: "b"},
		{name: "exists", query: "SELECT Forename FROM Candidates c WHERE EXISTS (SELECT 1 FROM Claims k WHERE k.CandidateID = c.CandidateID)", want: "Anna"},
		{name: "not exists", query: "SELECT Forename FROM Candidates c WHERE NOT EXISTS (SELECT * FROM Claims k WHERE k.CandidateID = c.CandidateID)", want: "Zoë"},
		{name: "in query", query: "SELECT Forename FROM Candidates WHERE CandidateID IN (SELECT CandidateID FROM Claims)", want: "Anna"},
		{name: "not in with null", query: "SELECT 1 WHERE 1 NOT IN (2, NULL)", want: ""},
		{name: "scalar subquery", query: "SELECT (SELECT MAX(ClaimID) FROM Claims k WHERE k.CandidateID = c.CandidateID) FROM Candidates c ORDER BY c.CandidateID", want: "1\nNULL"},
		{name: "scalar subquery of two", query: "SELECT (SELECT Forename FROM Candidates)", fails: 512},
		{name: "union", query: "SELECT 1 AS n UNION ALL SELECT 2.5 ORDER BY n DESC", want: "2.5\n1.0"},
		{name: "union folds", query: "SELECT COUNT(*) FROM (SELECT 'a' AS x UNION SELECT N'A') AS y", want: "1"},
		{name: "except", query: "SELECT CandidateID FROM Candidates EXCEPT SELECT CandidateID FROM Claims", want: "2"},
		{name: "intersect", query: "SELECT CandidateID FROM Candidates INTERSECT SELECT CandidateID FROM Claims", want: "1"},
		{name: "with", query: "WITH x (n, v) AS (SELECT CandidateID, Forename FROM Candidates), y AS (SELECT n FROM x WHERE n > 1) SELECT x.v FROM x JOIN y ON y.n = x.n", want: "Zoë"},
		{name: "derived", query: "SELECT d.n FROM (SELECT COUNT(*) AS n FROM Candidates) d", want: "2"},
		{name: "derived columns renamed", query: "SELECT d.x FROM (SELECT COUNT(*) FROM Candidates) d(x)", want: "2"},
		{name: "derived without name", query: "SELECT * FROM (SELECT COUNT(*) FROM Candidates) d", fails: 8155},
		{name: "values join", query: "SELECT c.Forename FROM (VALUES (1, 'A1'), (2, 'zz')) AS v(n, no) JOIN Candidates c ON c.CandidateNo = v.no AND c.CandidateID = v.n", want: "Anna"},
		{name: "row number", query: "SELECT CandidateNo, ROW_NUMBER() OVER (PARTITION BY Active ORDER BY CandidateNo DESC) AS r FROM Candidates ORDER BY r", want: "A2|1\nA1|2"},
		{name: "window count", query: "SELECT CandidateNo, COUNT(*) OVER () FROM Candidates ORDER BY 1", want: "A1|2\nA2|2"},
		{name: "string_agg", query: "SELECT STRING_AGG(Forename, N', ') WITHIN GROUP (ORDER BY Forename DESC) FROM Candidates", want: "Zoë, Anna"},
		{name: "order by name of list", query: "SELECT UPPER(Forename) AS Forename FROM Candidates ORDER BY Forename DESC", want: "ZOË\nANNA"},
		{name: "order by expression", query: "SELECT Forename FROM Candidates ORDER BY LEN(Forename)", want: "Zoë\nAnna"},
		{name: "order by position out of range", query: "SELECT Forename FROM Candidates ORDER BY 3", fails: 108},
		{name: "hints", query: "SELECT Forename FROM Candidates AS c WITH (UPDLOCK, HOLDLOCK, ROWLOCK) WHERE c.CandidateID = 1 OPTION (RECOMPILE)", want: "Anna"},
		{name: "nolock", query: "SELECT COUNT(*) FROM Candidates WITH (NOLOCK) JOIN Claims WITH (READPAST) ON 1 = 1", want: "2"},
		{name: "comments", query: "SELECT /* a /* nested */ ' */ 1 -- '\n, 2", want: "1|2"},
		{name: "brackets and quotes", query: `SELECT 'it''s' AS [a]]b], "Forename" FROM Candidates WHERE "CandidateID" = 1`, want: "it's|Anna"},
		{name: "alias with equals", query: "SELECT x = 1, 'y' = 2", fails: 102},
		{name: "two results", query: "SELECT 1; SELECT 2", want: "1\n--\n2"},
		{name: "variables", query: "DECLARE @a int = 2, @b nvarchar(10); SET @b = N'x'; SELECT @b = @b + N'y', @a += 1 WHERE 1 = 1; SELECT @a, @b", fails: 102},
		{name: "select into variables", query: "DECLARE @a int, @b nvarchar(50); SELECT @a = CandidateID, @b = Forename FROM Candidates WHERE CandidateID = 2; SELECT @a, @b", want: "2|Zoë"},
		{name: "if", query: "IF EXISTS (SELECT 1 FROM Candidates WHERE CandidateID = 9) SELECT 'yes' ELSE SELECT 'no'", want: "no"},
		{name: "block", query: "IF 1 = 1 BEGIN SELECT 1; SELECT 2 END", want: "1\n--\n2"},
		{name: "between", query: "SELECT CandidateID FROM Candidates WHERE CandidateID BETWEEN 2 AND 5 AND CandidateID NOT BETWEEN 3 AND 4", want: "2"},
		{name: "case", query: "SELECT CASE WHEN CandidateID = 1 THEN 'one' ELSE N'Ł' END, CASE CandidateNo WHEN 'a2' THEN 1 END FROM Candidates ORDER BY CandidateID", want: "one|NULL\nŁ|1"},
		{name: "iif, nullif, coalesce, isnull", query: "SELECT IIF(1 = 2, 1, 2), NULLIF('a', 'A'), COALESCE(NULL, 3), ISNULL(NULL, 'xyz'), ISNULL(CAST(NULL AS varchar(2)), 'xyz')", want: "2|NULL|3|xyz|xy"},
		{name: "precedence", query: "SELECT 1 + 2 * 3 - 4 / 3 % 2, -2 + 5, ~1, 6 & 3, 6 | 3, 6 ^ 3", want: "6|3|-2|2|7|5"},
		{name: "thousands of ors", query: "SELECT CandidateID FROM Candidates WHERE CandidateID = 1" + strings.Repeat(" OR CandidateID = 2", 3000), want: "1\n2"},
		{name: "and before or", query: "SELECT 1 WHERE 1 = 1 OR 1 = 2 AND 1 = 3", want: "1"},
		{name: "unknown column", query: "SELECT Nope FROM Candidates", fails: 207},
		{name: "unknown table", query: "SELECT 1 FROM Nope", fails: 208},
		{name: "ambiguous", query: "SELECT CandidateID FROM Candidates c JOIN Claims k ON k.CandidateID = c.CandidateID", fails: 209},
		{name: "unbound", query: "SELECT z.CandidateID FROM Candidates c", fails: 4104},
		{name: "alias hides name", query: "SELECT Candidates.CandidateID FROM Candidates c", fails: 4104},
		{name: "syntax", query: "SELECT FROM", fails: 156},
		{name: "unclosed", query: "SELECT 'a", fails: 105},
		{name: "condition as value", query: "SELECT (1 = 1)", fails: 102},
		{name: "value as condition", query: "SELECT 1 WHERE 1", fails: 4145},
	})
}

func TestUnsupported(t *testing.T) {
	_, db := start(t)
	for _, q := range []string{
		"MERGE Candidates USING Claims ON 1 = 1 WHEN MATCHED THEN DELETE;", "SELECT * FROM Candidates FOR XML PATH", "SELECT GEOGRAPHY(1)",
		"SELECT TOP (1) WITH TIES 1 ORDER BY 1", "WHILE 1 = 1 SELECT 1", "DECLARE @t TABLE (a int)", "SELECT 1 FROM Candidates c CROSS APPLY (SELECT 1 AS x) y",
		"SELECT * FROM sys.dm_exec_requests", "SELECT @@DBTS", "SELECT SERVERPROPERTY('Nope')", "CREATE PROCEDURE p AS SELECT 1", "SET ROWCOUNT 5",
		"SELECT Forename COLLATE Japanese_CI_AS FROM Candidates", "SELECT CHOOSE(1, 2, 3)", "WITH x AS (SELECT 1 AS n UNION ALL SELECT n FROM x) SELECT * FROM x",
		"SELECT 1 FROM Candidates WITH (SNAPSHOT)", "SELECT FORMAT(1, 'N')", "SELECT CONVERT(varchar(30), GETDATE(), 131)", "EXEC ('SELECT 1')",
		"SELECT SUM(DISTINCT CandidateID) FROM Candidates", "BEGIN TRY SELECT FORMAT(1, 'N') END TRY BEGIN CATCH SELECT 1 END CATCH",
	} {
		_, err := rows(db, q)
		if err == nil || !strings.Contains(err.Error(), "double: ") {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func TestFunctions(t *testing.T) {
	_, db := start(t)
	runCases(t, db, []queryCase{
		{name: "len", query: "SELECT LEN(N'ab  '), LEN(N'😀'), DATALENGTH(N'ab'), DATALENGTH('ab'), LEN(NULL)", want: "2|2|4|2|NULL"},
		{name: "case and trim", query: "SELECT UPPER('aß'), LOWER(N'ŁÉ'), LTRIM('  a '), RTRIM(' a  '), TRIM(' a ')", want: "Aß|łé|a | a|a"},
		{name: "parts", query: "SELECT LEFT('abc', 2), RIGHT('abc', 2), RIGHT('abc', 9), SUBSTRING('abc', 2, 9), SUBSTRING('abc', 0, 2), STUFF('abcd', 2, 2, 'X')", want: "ab|bc|abc|bc|a|aXd"},
		{name: "parts of binary", query: "SELECT SUBSTRING(0x010203, 2, 9), SUBSTRING(0x010203, 0, 2), SUBSTRING(0x01, 5, 1), SUBSTRING(CAST(0x0102 AS varbinary(max)), 1, 1)", want: "0x0203|0x01|0x|0x01"},
		{name: "left negative", query: "SELECT LEFT('abc', -1)", fails: 537},
		{name: "replace folds", query: "SELECT REPLACE('aAbB', 'A', 'x'), REPLACE(N'aAbB' COLLATE Latin1_General_BIN2, 'A', 'x')", want: "xxbB|axbB"},
		{name: "charindex", query: "SELECT CHARINDEX('B', 'abab'), CHARINDEX('b', 'abab', 3), CHARINDEX('z', 'abab')", want: "2|4|0"},
		{name: "concat", query: "SELECT CONCAT('a', NULL, 1, N'Ł'), CONCAT_WS('-', 'a', NULL, 2), 'a' + NULL, N'a' + 'b'", want: "a1Ł|a-2|NULL|ab"},
		{name: "quotename", query: "SELECT QUOTENAME('a]b'), NCHAR(321), UNICODE(N'Ł'), CHAR(65), ASCII('A'), SPACE(2) + 'x'", want: "[a]]b]|Ł|321|A|65|  x"},
		{name: "numbers", query: "SELECT ABS(-2), ABS(-1.50), CEILING(1.2), FLOOR(-1.2), ROUND(1.256, 2), ISNUMERIC('1e4'), ISNUMERIC('x')", want: "2|1.50|2|-2|1.260|1|0"},
		{name: "decimal arithmetic", query: "SELECT 1.10 + 2.2, 1.5 * 2.25, 10 / 4, 10.0 / 4, CAST(1 AS decimal(10,2)) / 3", want: "3.30|3.375|2|2.500000|0.333333"},
		{name: "zero", query: "SELECT 1 / 0", fails: 8134},
		{name: "overflow", query: "SELECT 2147483647 + 1", fails: 8115},
		{name: "sums", query: "SELECT SUM(v), AVG(v), AVG(v + 0.0) FROM (VALUES (1), (2), (NULL)) AS x(v)", want: "3|1|1.500000"},
		{name: "checksum", query: "SELECT IIF(CHECKSUM(N'ABC') = CHECKSUM(N'abc'), 1, 0), IIF(BINARY_CHECKSUM(N'ABC') = BINARY_CHECKSUM(N'abc'), 1, 0)", want: "1|0"},
		{name: "hashbytes", query: "SELECT HASHBYTES('SHA2_256', 'abc')", want: "0xBA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"},
		{name: "hashbytes of utf-16", query: "SELECT HASHBYTES('MD5', N'abc')", want: "0xCE1473CF80C6B3FDA8E3DFC006ADC315"},
		{name: "dates", query: "SELECT YEAR('2024-02-29'), MONTH(CAST('2024-02-29' AS date)), DATEADD(year, 1, CAST('2024-02-29' AS date)), DATEADD(day, -1, CAST('2024-03-01' AS datetime)), DATEDIFF(day, '2024-02-28', '2024-03-01'), DATEDIFF(year, '2023-12-31', '2024-01-01'), DATEPART(weekday, '2024-02-29')",
			want: "2024|2|2025-02-28T00:00:00|2024-02-29T00:00:00|2|1|5"},
		{name: "convert styles", query: "SELECT CONVERT(varchar(10), CAST('2024-02-29' AS date), 103), CONVERT(date, '29/02/2024', 103), CONVERT(varchar(30), CAST('2024-02-29 13:14:15.678' AS datetime2(3)), 126), CONVERT(varchar(8), CAST('2024-02-29' AS date), 112), CONVERT(varchar(30), CAST('2024-02-09 13:14' AS datetime)), CONVERT(varchar(10), 0x0AFF, 1), CONVERT(varbinary(2), '0AFF', 2)",
			want: "29/02/2024|2024-02-29T00:00:00|2024-02-29T13:14:15.678|20240229|Feb  9 2024  1:14PM|0x0AFF|0x0AFF"},
		{name: "try", query: "SELECT TRY_CONVERT(int, 'x'), TRY_CAST('12' AS int), TRY_CONVERT(date, '2024-02-30'), TRY_CONVERT(decimal(3,1), '1234')", want: "NULL|12|NULL|NULL"},
		{name: "cast cuts text", query: "SELECT CAST('abcdef' AS varchar(3)), CAST(N'aŁ' AS varchar(5)), CAST('ab' AS char(4)) + '|', CAST(123456 AS varchar(3))", want: "abc|aL|ab  ||*"},
		{name: "cast numbers", query: "SELECT CAST('12' AS int), CAST(1.9 AS int), CAST('1.25' AS decimal(4,1)), CAST(2.5 AS float), CAST(1 AS bit), CAST('true' AS bit)", want: "12|1|1.3|2.5|true|true"},
		{name: "cast fails", query: "SELECT CAST('1.5' AS int)", fails: 245},
		{name: "cast overflows", query: "SELECT CAST(300 AS tinyint)", fails: 220},
		{name: "cast text overflows int", query: "SELECT CAST('3000000000' AS int)", fails: 248},
		{name: "cast to decimal overflows", query: "SELECT CAST(1000 AS decimal(3,1))", fails: 8115},
		{name: "cast to date fails", query: "SELECT CAST('2024-13-01' AS date)", fails: 241},
		{name: "cast to guid fails", query: "SELECT CAST('x' AS uniqueidentifier)", fails: 8169},
		{name: "guid", query: "SELECT CAST(CAST('{6f9619ff-8b86-d011-b42d-00c04fc964ff}' AS uniqueidentifier) AS varchar(36))", want: "6F9619FF-8B86-D011-B42D-00C04FC964FF"},
		{name: "money", query: "SELECT CAST('1,234.5' AS money), $2.5 + 1", want: "1234.5000|3.5000"},
		{name: "float text", query: "SELECT CAST(CAST(1234567.0 AS float) AS varchar(30)), CAST(0.1e0 AS nvarchar(30))", want: "1.23457e+006|0.1"},
		{name: "session", query: "SELECT DB_NAME(), SUSER_SNAME(), @@TRANCOUNT, XACT_STATE(), @@LOCK_TIMEOUT", want: "test|sa|0|0|-1"},
		{name: "rowcount", query: "SELECT 1 FROM Candidates; SELECT @@ROWCOUNT", want: "1\n1\n--\n2"},
		{name: "server", query: "SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(20)), SERVERPROPERTY('EngineEdition')", want: "16.0.1000.6|3"},
		{name: "string_split", query: "SELECT value FROM STRING_SPLIT('a,b', ',') ORDER BY value DESC", want: "b\na"},
	})
}
