package tdsdouble_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/golang-sql/civil"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/shopspring/decimal"
)

var columnTypes = []struct {
	decl, literal, want, dbType string
}{
	{"bit", "1", "true", "BIT"},
	{"tinyint", "255", "255", "TINYINT"},
	{"smallint", "-32768", "-32768", "SMALLINT"},
	{"int", "-2147483648", "-2147483648", "INT"},
	{"bigint", "9223372036854775807", "9223372036854775807", "BIGINT"},
	{"decimal(38,10)", "-1234567890123456789012345678.0123456789", "-1234567890123456789012345678.0123456789", "DECIMAL"},
	{"decimal(9,2)", "1.5", "1.50", "DECIMAL"},
	{"numeric(19,0)", "12", "12", "DECIMAL"},
	{"money", "-922337203685477.5808", "-922337203685477.5808", "MONEY"},
	{"smallmoney", "1.25", "1.2500", "SMALLMONEY"},
	{"float", "1.5e300", "1.5e+300", "FLOAT"},
	{"real", "0.5", "0.5", "REAL"},
	{"date", "'0001-01-01'", "0001-01-01T00:00:00", "DATE"},
	{"date", "'9999-12-31'", "9999-12-31T00:00:00", "DATE"},
	{"time(7)", "'23:59:59.9999999'", "0001-01-01T23:59:59.9999999", "TIME"},
	{"time(0)", "'12:13:14.6'", "0001-01-01T12:13:15", "TIME"},
	{"smalldatetime", "'2020-01-02 03:04:31'", "2020-01-02T03:05:00", "SMALLDATETIME"},
	{"datetime", "'1753-01-01 00:00:00.003'", "1753-01-01T00:00:00.003", "DATETIME"},
	{"datetime", "'2020-01-02 03:04:05.999'", "2020-01-02T03:04:06", "DATETIME"},
	{"datetime2(0)", "'2020-01-02 03:04:05.6'", "2020-01-02T03:04:06", "DATETIME2"},
	{"datetime2(3)", "'0001-01-01 00:00:00.123'", "0001-01-01T00:00:00.123", "DATETIME2"},
	{"datetime2", "'9999-12-31 23:59:59.9999999'", "9999-12-31T23:59:59.9999999", "DATETIME2"},
	{"datetimeoffset(7)", "'2020-06-01 12:00:00.1234567 +05:30'", "2020-06-01T12:00:00.1234567+05:30", "DATETIMEOFFSET"},
	{"datetimeoffset(0)", "'2020-06-01 12:00:00 -08:00'", "2020-06-01T12:00:00-08:00", "DATETIMEOFFSET"},
	{"char(5)", "'Zoë'", "Zoë  ", "CHAR"},
	{"varchar(5)", "'a  '", "a  ", "VARCHAR"},
	{"varchar(max)", "'€'", "€", "VARCHAR"},
	{"text", "'a text'", "a text", "TEXT"},
	{"nchar(4)", "N'Ł'", "Ł   ", "NCHAR"},
	{"nvarchar(5)", "N'Ł😀'", "Ł😀", "NVARCHAR"},
	{"nvarchar(max)", "N''", "", "NVARCHAR"},
	{"ntext", "N'Ł'", "Ł", "NTEXT"},
	{"sysname", "N'x'", "x", "NVARCHAR"},
	{"binary(4)", "0x0102", "0x01020000", "BINARY"},
	{"varbinary(4)", "0x0102", "0x0102", "VARBINARY"},
	{"varbinary(max)", "0x", "0x", "VARBINARY"},
	{"image", "0xFF", "0xFF", "IMAGE"},
	{"uniqueidentifier", "'6F9619FF-8B86-D011-B42D-00C04FC964FF'", "0xFF19966F868B11D0B42D00C04FC964FF", "UNIQUEIDENTIFIER"},
}

func TestColumnTypes(t *testing.T) {
	srv, db := start(t)
	for _, c := range columnTypes {
		t.Run(c.decl+" "+c.literal, func(t *testing.T) {
			srv.Exec(t, "test", "DROP TABLE IF EXISTS x; CREATE TABLE x (id int PRIMARY KEY, v "+c.decl+" NULL); INSERT x VALUES (1, "+c.literal+"), (2, NULL)")
			rs, err := db.Query("SELECT v FROM x ORDER BY id")
			if err != nil {
				t.Fatal(err)
			}
			defer rs.Close()
			types, err := rs.ColumnTypes()
			if err != nil {
				t.Fatal(err)
			}
			if got := types[0].DatabaseTypeName(); got != c.dbType {
				t.Errorf("type %s, want %s", got, c.dbType)
			}
			if nullable, _ := types[0].Nullable(); !nullable {
				t.Error("not nullable")
			}
			var got []string
			for rs.Next() {
				var v any
				if err := rs.Scan(&v); err != nil {
					t.Fatal(err)
				}
				got = append(got, show(v))
			}
			if strings.Join(got, ",") != c.want+",NULL" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestParameterTypes(t *testing.T) {
	srv, db := start(t)
	at := time.Date(2020, 6, 1, 12, 13, 14, 123456700, time.FixedZone("", 5*3600+1800))
	for _, c := range []struct {
		name     string
		arg      any
		declared string
		want     string
	}{
		{"string", "Ł", "nvarchar(1)", "Ł"},
		{"empty string", "", "nvarchar(max)", ""},
		{"long string", strings.Repeat("é", 5000), "nvarchar(max)", strings.Repeat("é", 5000)},
		{"nul", "a\x00b", "nvarchar(3)", "a\x00b"},
		{"varchar", mssql.VarChar("abc"), "varchar(3)", "abc"},
		{"nchar", mssql.NChar("Ł"), "nchar(1)", "Ł"},
		{"varchar(max)", mssql.VarCharMax("abc"), "varchar(max)", "abc"},
		{"nvarchar(max)", mssql.NVarCharMax("Ł"), "nvarchar(max)", "Ł"},
		{"int", 5, "bigint", "5"},
		{"int32", int32(-5), "int", "-5"},
		{"int16", int16(5), "smallint", "5"},
		{"byte", byte(5), "tinyint", "5"},
		{"bool", true, "bit", "true"},
		{"float", 1.5, "float", "1.5"},
		{"decimal", decimal.RequireFromString("-12.3400"), "nvarchar(6)", "-12.34"},
		{"bytes", []byte{1, 2}, "varbinary(2)", "0x0102"},
		{"no bytes", []byte{}, "varbinary(max)", "0x"},
		{"long bytes", make([]byte, 9000), "varbinary(max)", "0x" + strings.Repeat("00", 9000)},
		{"time", at, "datetimeoffset(7)", "2020-06-01T12:13:14.1234567+05:30"},
		{"datetime", mssql.DateTime1(at.UTC()), "datetime", "2020-06-01T06:43:14.123"},
		{"date", civil.Date{Year: 2020, Month: 6, Day: 1}, "date", "2020-06-01T00:00:00"},
		{"civil time", civil.Time{Hour: 1, Minute: 2, Second: 3}, "time(7)", "0001-01-01T01:02:03"},
		{"civil datetime", civil.DateTime{Date: civil.Date{Year: 2020, Month: 6, Day: 1}}, "datetime2(7)", "2020-06-01T00:00:00"},
		{"guid", mssql.UniqueIdentifier{1, 2, 3, 4, 5}, "uniqueidentifier", "0x04030201000500000000000000000000"},
		{"null", nil, "nvarchar(1)", "NULL"},
		{"null int", sql.NullInt64{}, "bigint", "NULL"},
		{"null string", sql.NullString{}, "nvarchar(4000)", "NULL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv.Forget()
			got, err := rows(db, "SELECT @p1", c.arg)
			if err != nil {
				t.Fatal(err)
			}
			if st := srv.Statements()[0]; st.Params[0].Type != c.declared {
				t.Errorf("declared %s, want %s", st.Params[0].Type, c.declared)
			}
			if got != c.want {
				t.Errorf("got %.80q", got)
			}
		})
	}
}

func TestBulkTypes(t *testing.T) {
	_, db := start(t)
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	at := time.Date(2020, 1, 2, 3, 4, 5, 123000000, time.UTC)
	cols := []struct {
		decl string
		v    any
		want string
	}{
		{"int NOT NULL", 1, "1"}, {"bigint", int64(2), "2"}, {"bit", true, "true"}, {"float", 1.5, "1.5"}, {"decimal(10,2)", "1.25", "1.25"},
		{"nvarchar(10)", "Ł", "Ł"}, {"nvarchar(max)", "Ł", "Ł"}, {"varchar(10)", "a", "a"}, {"varbinary(4)", []byte{1}, "0x01"}, {"date", at, "2020-01-02T00:00:00"},
		{"datetime", at, "2020-01-02T03:04:05.123"}, {"datetime2(3)", at, "2020-01-02T03:04:05.123"}, {"datetimeoffset", at, "2020-01-02T03:04:05.123"},
		{"time", at, "0001-01-01T03:04:05.123"}, {"nvarchar(5) COLLATE Latin1_General_BIN2", nil, "NULL"}, {"uniqueidentifier", nil, "NULL"}, {"money", "2.5", "2.5000"},
	}
	var defs, names, want []string
	var vals []any
	for i, k := range cols {
		n := "c" + string(rune('a'+i))
		defs, names, want, vals = append(defs, n+" "+k.decl), append(names, n), append(want, k.want), append(vals, k.v)
	}
	if _, err := c.ExecContext(t.Context(), "CREATE TABLE #b ("+strings.Join(defs, ", ")+")"); err != nil {
		t.Fatal(err)
	}
	st, err := c.PrepareContext(t.Context(), mssql.CopyIn("#b", mssql.BulkOptions{KeepNulls: true}, names...))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if _, err := st.ExecContext(t.Context(), vals...); err != nil {
		t.Fatal(err)
	}
	if _, err := st.ExecContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := rows(queryer{c}, "SELECT * FROM #b")
	if err != nil || got != strings.Join(want, "|") {
		t.Errorf("got\n%s\nwant\n%s\n%v", got, strings.Join(want, "|"), err)
	}
}
