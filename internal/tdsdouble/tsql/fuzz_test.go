package tsql_test

import (
	"strings"
	"testing"

	"dossier/internal/tdsdouble/tsql"
)

var seeds = []string{
	"SELECT TOP (1) [a]]b], N'it''s' FROM db..t AS x WITH (NOLOCK) WHERE a LIKE '%!_' ESCAPE '!' ORDER BY 1 DESC",
	"WITH c (a) AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM c /* a /* b */ c */ -- d\n",
	"UPDATE TOP (@n) t SET a += 1, b = DEFAULT OUTPUT deleted.*, inserted.a FROM dbo.t AS t LEFT JOIN (VALUES (1, 0xFF)) v(a, b) ON v.a = t.a",
	"DELETE t OUTPUT deleted.id FROM t WITH (ROWLOCK) WHERE EXISTS (SELECT 1 WHERE 1 IN (1, 2)) OPTION (RECOMPILE)",
	"INSERT INTO #t (a, b) VALUES (1, DEFAULT), (-1.5e3, $2.50)",
	"CREATE TABLE dbo.t (id int IDENTITY(1,1) PRIMARY KEY, n nvarchar(max) COLLATE Latin1_General_BIN2 NULL, c AS (a + 1) PERSISTED, CONSTRAINT f FOREIGN KEY (a) REFERENCES x (y) ON DELETE SET NULL)",
	"BEGIN TRY THROW 50000, 'x', 1 END TRY BEGIN CATCH SELECT ERROR_NUMBER(); ROLLBACK END CATCH",
	"SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCK_TIMEOUT -1; DECLARE @a int = 1, @b AS decimal(10, 2)",
	"SELECT CASE WHEN a IS NOT NULL THEN CAST(a AS varchar(10)) ELSE CONVERT(date, b, 103) END, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) FROM t",
	"IF 1 = 1 BEGIN SELECT 1 END ELSE WAITFOR DELAY '00:00:01'",
	"INSERT BULK [#t] ([a] int, [b] nvarchar(10)) WITH (CHECK_CONSTRAINTS,ROWS_PER_BATCH = 5)",
	"EXEC sp_executesql N'SELECT @a', N'@a int', @a = 1", "'", "[", "/*", "0x", "@", "1e", "((((", "\x00", "SELECT 1.2.3",
	strings.Repeat("(", 1000), strings.Repeat("NOT ", 1000), strings.Repeat("SELECT 1 WHERE EXISTS (", 300),
}

func FuzzLex(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		toks, err := tsql.Lex(src)
		if err != nil {
			return
		}
		end := 0
		for _, k := range toks {
			if k.Pos < end || k.End < k.Pos || k.End > len(src) {
				t.Fatalf("token %+v after byte %d of %d", k, end, len(src))
			}
			end = k.End
		}
		if toks[len(toks)-1].Class != tsql.EOF {
			t.Fatal("no end")
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		list, err := tsql.Parse(src)
		if err != nil {
			return
		}
		end := 0
		for _, st := range list {
			at := st.At()
			if at.Start < end || at.End <= at.Start || at.End > len(src) {
				t.Fatalf("statement %T at %+v after byte %d", st, at, end)
			}
			end = at.End
		}
	})
}

func FuzzParseParams(f *testing.F) {
	for _, s := range []string{"@p1 int,@p2 nvarchar(max)", "@a decimal(10, 2) output", "@", "int", "@a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		defs, err := tsql.ParseParams(src)
		if err == nil && len(defs) == 0 && strings.Contains(src, "@") && !strings.Contains(src, "-") && !strings.Contains(src, "/") {
			t.Fatal("parameters lost")
		}
	})
}

func TestLex(t *testing.T) {
	for src, want := range map[string]string{
		"SELECT a":                  "word SELECT,word a",
		"[a]]b].\"c\"\"d\"":         "quoted a]b,symbol .,quoted c\"d",
		"N'Ł''s' 'x'":               "unicode Ł's,text x",
		"N 'x'":                     "word N,text x",
		"@p1 @@ROWCOUNT":            "variable p1,global ROWCOUNT",
		"1 1.5 .5 1e5 1.5E-3 $1 0x": "integer 1,decimal 1.5,decimal .5,float 1e5,float 1.5E-3,money 1,hex ",
		"a<>b!=c<=d":                "word a,symbol <>,word b,symbol !=,word c,symbol <=,word d",
		"a--b\nc/*d/*e*/f*/g":       "word a,word c,word g",
		"'--' '/*'":                 "text --,text /*",
		"'a\nb' c":                  "text a\nb,word c",
		"#t ##t t@$#":               "word #t,word ##t,word t@$#",
		"\u00A0x\uFEFF":             "word x",
	} {
		toks, err := tsql.Lex(src)
		if err != nil {
			t.Errorf("%q: %v", src, err)
			continue
		}
		var got []string
		for _, k := range toks[:len(toks)-1] {
			got = append(got, classNames[k.Class]+" "+k.Text)
		}
		if strings.Join(got, ",") != want {
			t.Errorf("%q: got %q, want %q", src, strings.Join(got, ","), want)
		}
	}
}

var classNames = map[tsql.Class]string{
	tsql.Word: "word", tsql.Quoted: "quoted", tsql.Variable: "variable", tsql.Global: "global", tsql.Integer: "integer", tsql.Decimal: "decimal",
	tsql.Float: "float", tsql.Money: "money", tsql.Text: "text", tsql.Unicode: "unicode", tsql.Hex: "hex", tsql.Symbol: "symbol",
}

func TestParseErrors(t *testing.T) {
	for src, want := range map[string]string{
		"SELECT":                            "mssql 102: Incorrect syntax near the end of the batch.",
		"SELECT 1 FROM":                     "mssql 102",
		"SELECT FROM t":                     "mssql 156: Incorrect syntax near the keyword 'FROM'.",
		"SELECT 1 )":                        "mssql 102: Incorrect syntax near ')'.",
		"SELECT 'a":                         "mssql 105",
		"SELECT /* a":                       "mssql 113",
		"SELECT ?":                          "mssql 102: Incorrect syntax near '?'.",
		"SELECT 1 LIMIT 1":                  "mssql",
		"SELECT `a`":                        "mssql 102",
		"DELETE FROM t LIMIT":               "",
		"MERGE t USING s":                   "mssql 50000: double: the statement MERGE not supported",
		"SELECT []":                         "mssql 1038",
		"SELECT a.b.c.d.e":                  "mssql 102",
		"SELECT 1 WHERE a = ANY (SELECT 1)": "mssql 50000: double: ",
	} {
		if want == "" {
			continue
		}
		_, err := tsql.Parse(src)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v", src, err)
		}
	}
}
