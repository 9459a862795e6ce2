package tdsdouble

import (
	"errors"
	"math/rand"
	"strings"
	"testing"

	"dossier/internal/tdsdouble/value"
)

// TestGeneratedQueries runs random queries over a column of every type: each is answered, refused as the server
// would, or refused as unsupported, and never fails inside.
func TestGeneratedQueries(t *testing.T) {
	s, err := start(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	s.Exec(t, "test", `CREATE TABLE t (i int, bi bigint, b bit, d decimal(9,3), m money, f float, r real, dt datetime, d2 datetime2(3), da date, ti time,
		dto datetimeoffset, c char(5), v varchar(10), n nvarchar(10), nm nvarchar(max), g uniqueidentifier, vb varbinary(5), x text, sd smalldatetime);
		INSERT t VALUES (1, 2, 1, 1.5, 2.5, 3.5, 4.5, '2020-01-02', '2020-01-02', '2020-01-02', '10:11', '2020-01-02', 'a', '12', '12', N'q', NEWID(), 0x01, 'x', '2020-01-02');
		INSERT t (i) VALUES (NULL)`)
	g := generator{rand.New(rand.NewSource(1))}
	answered := 0
	for range 1000 {
		q := g.query()
		_, err := s.query("test", q)
		var e *value.Error
		switch {
		case err == nil:
			answered++
		case !errors.As(err, &e):
			t.Fatalf("%s: %v", q, err)
		case e.Number == 50000 && !strings.HasSuffix(e.Message, " not supported"):
			t.Fatalf("%s: %v", q, e)
		}
	}
	if answered < 100 {
		t.Errorf("only %d of the queries could be answered", answered)
	}
}

// generator writes queries; the deeper an expression may go, the longer.
type generator struct{ r *rand.Rand }

func (g generator) pick(words string) string {
	list := strings.Fields(words)
	return list[g.r.Intn(len(list))]
}

func (g generator) query() string {
	e := g.expr(2)
	switch g.r.Intn(6) {
	case 0:
		return "SELECT DISTINCT " + e + " AS a FROM t ORDER BY a"
	case 1:
		return "SELECT " + e + " AS a FROM t " + g.pick("UNION EXCEPT INTERSECT") + " SELECT " + g.expr(2) + " FROM t"
	case 2:
		return "SELECT " + e + " AS a, COUNT(*) FROM t GROUP BY " + e
	case 3:
		return "SELECT MAX(a) FROM (SELECT " + e + " AS a FROM t) x WHERE a = " + g.pick("1 'a' NULL")
	}
	return "SELECT " + g.expr(3) + " AS a FROM t WHERE " + g.cond(2)
}

func (g generator) expr(depth int) string {
	if depth == 0 {
		return g.pick("i bi b d m f r dt d2 da ti dto c v n nm g vb x sd 1 1.5 1e0 'a' N'b' NULL '2020-01-01' 0x01 '5'")
	}
	sub := func() string { return g.expr(depth - 1) }
	types := "int bigint bit decimal(5,2) money float real datetime datetime2 date time datetimeoffset char(4) varchar(9) nvarchar(20) nvarchar(max) uniqueidentifier varbinary(9) smallint tinyint smalldatetime"
	switch g.r.Intn(14) {
	case 0:
		return "(" + sub() + " " + g.pick("+ - * / % &") + " " + sub() + ")"
	case 1:
		return g.pick("CAST TRY_CAST") + "(" + sub() + " AS " + g.pick(types) + ")"
	case 2:
		return "CASE WHEN " + g.cond(depth-1) + " THEN " + sub() + " ELSE " + sub() + " END"
	case 3:
		return g.pick("COALESCE ISNULL NULLIF LEFT RIGHT REPLICATE CHARINDEX CONCAT ROUND") + "(" + sub() + ", " + sub() + ")"
	case 4:
		return g.pick("LEN UPPER LOWER LTRIM ABS FLOOR YEAR DATALENGTH REVERSE ISNUMERIC CHECKSUM UNICODE TRIM") + "(" + sub() + ")"
	case 5:
		return "(SELECT " + g.pick("MAX MIN COUNT SUM AVG") + "(" + sub() + ") FROM t z)"
	case 6:
		return g.pick("SUBSTRING REPLACE STUFF") + "(" + sub() + ", " + sub() + ", " + sub() + ")"
	case 7:
		return sub() + " COLLATE Latin1_General_" + g.pick("BIN2 CI_AI")
	case 8:
		return "-" + sub()
	case 9:
		return "DATEADD(day, 1, " + sub() + ")"
	}
	return g.expr(0)
}

func (g generator) cond(depth int) string {
	if depth == 0 {
		return g.expr(0) + " = " + g.expr(0)
	}
	sub := func() string { return g.expr(depth - 1) }
	switch g.r.Intn(8) {
	case 0:
		return "(" + g.cond(depth-1) + " " + g.pick("AND OR") + " " + g.cond(depth-1) + ")"
	case 1:
		return "NOT " + g.cond(depth-1)
	case 2:
		return sub() + " LIKE " + sub()
	case 3:
		return sub() + " IN (" + sub() + ", " + g.expr(0) + ")"
	case 4:
		return sub() + " IS NULL"
	case 5:
		return sub() + " IN (SELECT " + g.expr(0) + " FROM t z)"
	case 6:
		return sub() + " BETWEEN " + sub() + " AND " + g.expr(0)
	}
	return sub() + " " + g.pick("= < <>") + " " + sub()
}
