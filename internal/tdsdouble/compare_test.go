package tdsdouble_test

import (
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
)

const texts = `
CREATE TABLE t (id int NOT NULL PRIMARY KEY, n nvarchar(40), v varchar(40), c char(5), b nvarchar(40) COLLATE Latin1_General_BIN2, w nvarchar(40) COLLATE Latin1_General_CI_AI, x nvarchar(40) COLLATE Latin1_General_CI_AS, note text, m nvarchar(max));
INSERT t VALUES
 (1, N'Smith', 'Smith', 'Smith', N'Smith', N'Smith', N'Smith', 'Smith', N'Smith'),
 (2, N'smith  ', 'smith  ', 'smi', N'smith  ', N'smith  ', N'smith  ', NULL, NULL),
 (3, N'Zoë', 'Zoë', 'Zoë', N'Zoë', N'Zoë', N'Zoë', 'Zoë', N'Zoë'),
 (4, N'Łukasz', N'Łukasz', N'Łuk', N'Łukasz', N'Łukasz', N'Łukasz', NULL, NULL),
 (5, N'Straße', 'Straße', 'Str', N'Straße', N'Straße', N'Straße', NULL, NULL),
 (6, N'😀', '😀', NULL, N'😀', N'😀', N'😀', NULL, NULL),
 (7, N'', '', '', N'', N'', N'', NULL, NULL),
 (8, N'100%', '100%', '100%', N'100%', N'100%', N'100%', NULL, NULL),
 (9, N'a_b[c]', 'a_b[c]', 'a_b[c', N'a_b[c]', N'a_b[c]', N'a_b[c]', NULL, NULL),
 (10, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE nums (id int PRIMARY KEY, code varchar(10), d date, dt datetime, amount decimal(9,2), g uniqueidentifier);
INSERT nums VALUES (1, '007', '2024-02-29', '2024-02-29 10:11:12.123', 7.00, '6F9619FF-8B86-D011-B42D-00C04FC964FF');
`

func TestCompare(t *testing.T) {
	srv, db := start(t)
	srv.Exec(t, "test", texts)
	ids := func(where string) string { return "SELECT id FROM t WHERE " + where + " ORDER BY id" }
	runCases(t, db, []queryCase{
		{name: "case and trailing spaces", query: ids("n = @p1"), args: []any{"SMITH"}, want: "1\n2"},
		{name: "leading spaces count", query: ids("n = N' Smith'"), want: ""},
		{name: "accents count", query: ids("n = N'Zoe'"), want: ""},
		{name: "decomposed equals composed", query: ids("n = @p1"), args: []any{"Zoe\u0308"}, want: "3"},
		{name: "full width equals narrow", query: ids("n = @p1"), args: []any{"Ｓmith"}, want: "1\n2"},
		{name: "accents folded", query: ids("w = N'zoe'"), want: "3"},
		{name: "accents folded by COLLATE", query: ids("n COLLATE Latin1_General_CI_AI = N'zoe'"), want: "3"},
		{name: "sharp s of nvarchar", query: ids("n = N'strasse'"), want: "5"},
		{name: "sharp s of varchar under SQL collation", query: ids("v = 'strasse'"), want: ""},
		{name: "letter outside the code page", query: ids("v = @p1"), args: []any{"Łukasz"}, want: ""},
		{name: "and its best fit", query: ids("v = @p1"), args: []any{mssql.VarChar("Lukasz")}, want: "4"},
		{name: "emoji have no weight", query: ids("n = @p1"), args: []any{"🎈"}, want: "6\n7"},
		{name: "nul has no weight", query: ids("n = @p1"), args: []any{"Smi\x00th"}, want: "1\n2"},
		{name: "binary is exact but for spaces", query: ids("b = N'smith'"), want: "2"},
		{name: "binary order", query: ids("b < N'T' AND b <> N''"), want: "1\n5\n8"},
		{name: "char is padded", query: ids("c = 'smi'"), want: "2"},
		{name: "greater", query: ids("n > N'straße'"), want: "3"},
		{name: "not equal skips null", query: ids("n <> N'smith'"), want: "3\n4\n5\n6\n7\n8\n9"},
		{name: "in list", query: ids("n IN (N'zoë', N'SMITH', @p1)"), args: []any{"100%"}, want: "1\n2\n3\n8"},
		{name: "not in list", query: ids("n NOT IN (N'zoë', N'smith', N'')"), want: "4\n5\n8\n9"},
		{name: "is null", query: ids("n IS NULL"), want: "10"},
		{name: "like", query: ids("n LIKE N'SM%'"), want: "1\n2"},
		{name: "like counts trailing spaces", query: ids("n LIKE N'%h'"), want: "1"},
		{name: "like one character", query: ids("n LIKE N'Zo_'"), want: "3"},
		{name: "like escape", query: ids("n LIKE N'%!%%' ESCAPE N'!'"), want: "8"},
		{name: "like class", query: ids("n LIKE N'[k-m]%'"), want: "4"},
		{name: "like class of one", query: ids("n LIKE N'%[%]'"), want: "8"},
		{name: "like bracket", query: ids("n LIKE N'a[_]b[[]%'"), want: "9"},
		{name: "like not class", query: ids("n LIKE N'[^s]%' AND n LIKE N'%[^ẞ]'"), want: "3\n4\n8\n9"},
		{name: "like binary", query: ids("b LIKE N's%'"), want: "2"},
		{name: "not like", query: ids("n NOT LIKE N'%[a-z]%'"), want: "6\n7\n8"},
		{name: "like bad escape", query: ids("n LIKE N'x' ESCAPE N'!!'"), fails: 506},
		{name: "like on text", query: ids("note LIKE '%mit%'"), want: "1"},
		{name: "equals on text", query: ids("note = 'Smith'"), fails: 402},
		{name: "in on text", query: ids("note IN ('Smith')"), fails: 402},
		{name: "order by text", query: "SELECT note FROM t ORDER BY note", fails: 306},
		{name: "max", query: ids("m = N'smith'"), want: "1"},
		{name: "collations clash", query: ids("b = w"), fails: 468},
		{name: "explicit wins", query: ids("b COLLATE Latin1_General_CI_AI = w AND id < 4"), want: "1\n2\n3"},
		{name: "unknown collation for number", query: ids("id COLLATE Latin1_General_BIN2 = 1"), fails: 447},
		{name: "number makes text a number", query: "SELECT id FROM nums WHERE code = 7", want: "1"},
		{name: "text that is no number", query: ids("v = 0"), fails: 245},
		{name: "bigint against text", query: ids("n = @p1"), args: []any{5}, fails: 8114},
		{name: "int against text", query: ids("n = @p1"), args: []any{int32(5)}, fails: 245},
		{name: "text against a number", query: "SELECT id FROM nums WHERE id = @p1", args: []any{"1 "}, want: "1"},
		{name: "text that is none against a number", query: "SELECT id FROM nums WHERE id = @p1", args: []any{"one"}, fails: 245},
		{name: "text against a decimal", query: "SELECT id FROM nums WHERE amount = @p1", args: []any{"7"}, want: "1"},
		{name: "text that is none against a decimal", query: "SELECT id FROM nums WHERE amount = @p1", args: []any{"x"}, fails: 8114},
		{name: "decimal by value", query: "SELECT id FROM nums WHERE amount = 7 AND amount < 7.001 AND amount > 6.9e0", want: "1"},
		{name: "text against a date", query: "SELECT id FROM nums WHERE d = @p1", args: []any{"2024-02-29"}, want: "1"},
		{name: "text that is none against a date", query: "SELECT id FROM nums WHERE d = @p1", args: []any{"2024-02-30"}, fails: 241},
		{name: "number against a date", query: "SELECT id FROM nums WHERE d = 1", fails: 206},
		{name: "datetime as text", query: "SELECT id FROM nums WHERE dt = '2024-02-29 10:11:12.123'", want: "1"},
		{name: "datetime against datetime2 misses", query: "SELECT id FROM nums WHERE dt = CAST('2024-02-29 10:11:12.123' AS datetime2(7))", want: ""},
		{name: "text against a guid", query: "SELECT id FROM nums WHERE g = @p1", args: []any{"6f9619ff-8b86-d011-b42d-00c04fc964ff"}, want: "1"},
		{name: "text that is none against a guid", query: "SELECT id FROM nums WHERE g = @p1", args: []any{"x"}, fails: 8169},
		{name: "quotes stay data", query: ids("n = @p1 OR n = N'''; DROP TABLE t --'"), args: []any{"' OR 1=1 --"}, want: ""},
	})
}

func TestConvertedColumns(t *testing.T) {
	srv, db := start(t)
	for _, c := range []struct {
		name, query string
		arg         any
		want        int
	}{
		{"nvarchar parameter on a varchar column", "SELECT 1 FROM Candidates WHERE CandidateNo = @p1", "A1", 1},
		{"varchar parameter on a varchar column", "SELECT 1 FROM Candidates WHERE CandidateNo = @p1", mssql.VarChar("A1"), 0},
		{"bigint parameter on an int column", "SELECT 1 FROM Candidates WHERE CandidateID = @p1", 1, 0},
		{"nvarchar parameter on an int column", "SELECT 1 FROM Candidates WHERE CandidateID = @p1", "1", 0},
		{"datetime2 parameter on a datetime column", "SELECT 1 FROM Candidates WHERE Changed = @p1", mssql.NVarCharMax("2020-01-01"), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv.Forget()
			if _, err := rows(db, c.query, c.arg); err != nil {
				t.Fatal(err)
			}
			if got := srv.Statements()[0].Converted; len(got) != c.want {
				t.Errorf("converted %q", got)
			}
		})
	}
}
