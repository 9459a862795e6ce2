package value

import (
	"errors"
	"strings"
	"testing"
)

func mustParse(t testing.TB, decl string) Type {
	t.Helper()
	typ, err := Parse(decl, "SQL_Latin1_General_CP1_CI_AS")
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

func TestParse(t *testing.T) {
	for decl, want := range map[string]string{
		"INT": "int", "varchar": "varchar(1)", "nvarchar(MAX)": "nvarchar(max)", "decimal": "decimal(18,0)", "numeric( 5 , 2 )": "numeric(5,2)",
		"float(24)": "real", "float(53)": "float", "datetime2": "datetime2(7)", "time(0)": "time(0)", "sysname": "nvarchar(128)", "rowversion": "timestamp",
	} {
		if got := mustParse(t, decl).String(); got != want {
			t.Errorf("%s: %s", decl, got)
		}
	}
	for _, decl := range []string{"xml", "varchar(0)", "varchar(8001)", "nvarchar(4001)", "char(max)", "int(4)", "decimal(39,0)", "decimal(5,6)", "time(8)", "varchar(", "varchar(x)", ""} {
		if _, err := Parse(decl, ""); err == nil {
			t.Errorf("%q accepted", decl)
		}
	}
}

func TestCommon(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"varchar(5)", "nvarchar(3)", "nvarchar(5)"}, {"char(5)", "char(5)", "char(5)"}, {"char(5)", "char(6)", "varchar(6)"},
		{"varchar(5)", "int", "int"}, {"int", "bigint", "bigint"}, {"int", "decimal(5,2)", "decimal(12,2)"}, {"decimal(38,10)", "decimal(38,0)", "decimal(38,10)"},
		{"date", "datetime", "datetime"}, {"datetime", "datetime2(0)", "datetime2(3)"}, {"nvarchar(9)", "date", "date"}, {"varbinary(3)", "binary(8)", "varbinary(8)"},
		{"varchar(max)", "varchar(3)", "varchar(max)"}, {"money", "decimal(5,2)", "decimal(19,4)"}, {"bit", "varchar(3)", "bit"},
	} {
		a, b := mustParse(t, c.a), mustParse(t, c.b)
		if got := Common(a, b).String(); got != c.want {
			t.Errorf("%s, %s: %s", c.a, c.b, got)
		}
		if got := Common(b, a).String(); got != c.want {
			t.Errorf("%s, %s: %s", c.b, c.a, got)
		}
	}
}

func TestStore(t *testing.T) {
	for _, c := range []struct {
		from, to string
		v        any
		want     any
		fails    int32
	}{
		{"nvarchar(9)", "varchar(9)", "Łódź ж", "Lódz ?", 0},
		{"nvarchar(9)", "varchar(3)", "abc   ", "abc", 0},
		{"nvarchar(9)", "varchar(3)", "abcd", nil, 2628},
		{"nvarchar(9)", "nvarchar(1)", "😀", nil, 2628},
		{"varbinary(9)", "varbinary(1)", []byte{1, 2}, nil, 8152},
		{"varchar(9)", "varbinary(9)", "x", nil, 257},
		{"int", "date", int64(1), nil, 206},
		{"bigint", "smallint", int64(40000), nil, 220},
		{"varchar(9)", "money", "£1,234.5", "1234.5000", 0},
		{"datetime", "date", "2020-01-02 03:04:05.0000000", "2020-01-02", 0},
		{"date", "smalldatetime", "1899-12-31", nil, 242},
		{"datetimeoffset(7)", "datetime2(0)", "2020-01-01 00:00:00.0000000 60", "2020-01-01 01:00:00.0000000", 0},
		{"nvarchar(40)", "datetimeoffset(0)", "2020-01-01T00:00:00-01:30", "2020-01-01 01:30:00.0000000 -90", 0},
		{"float", "decimal(5,1)", 1.25, "1.3", 0},
		{"varchar(9)", "float", "1e3", 1000.0, 0},
		{"varchar(9)", "float", "0x10", nil, 8114},
		{"varchar(9)", "int", " 7 ", int64(7), 0},
		{"varchar(9)", "int", "", int64(0), 0},
		{"varchar(9)", "decimal(5,2)", "", nil, 8114},
	} {
		got, err := Store(c.v, mustParse(t, c.from), mustParse(t, c.to), "t", "c")
		var e *Error
		errors.As(err, &e)
		if c.fails != 0 && (e == nil || e.Number != c.fails) || c.fails == 0 && (err != nil || got != c.want) {
			t.Errorf("%v from %s to %s: %v, %v", c.v, c.from, c.to, got, err)
		}
	}
}

func TestCollations(t *testing.T) {
	for _, c := range []struct {
		collation, a, b string
		equal           bool
	}{
		{"SQL_Latin1_General_CP1_CI_AS", "Straße", "STRASSE", true},
		{"SQL_Latin1_General_CP1_CI_AS" + codePageSuffix, "Straße", "STRASSE", false},
		{"Latin1_General_CI_AS" + codePageSuffix, "Straße", "STRASSE", true},
		{"Latin1_General_CI_AS", "😀", "", true},
		{"Latin1_General_100_CI_AS", "😀", "", false},
		{"Latin1_General_CI_AS", "Æ", "ae", true},
		{"Latin1_General_CI_AS", "ł", "l", false},
		{"Latin1_General_CI_AI", "ł", "l", true},
		{"Latin1_General_CS_AS", "a", "A", false},
		{"Latin1_General_CS_AS", "a ", "a", true},
		{"Latin1_General_BIN2", "é", "e\u0301", false},
		{"Latin1_General_CI_AS", "a\u200B ", "a", true},
		{"Latin1_General_CI_AS", " a", "a", false},
		{"Latin1_General_CI_AS", "\ta", "a", false},
		{"Latin1_General_CI_AS", "i", "ı", false},
	} {
		k, ok := FindCollation(c.collation)
		if !ok {
			t.Fatal(c.collation)
		}
		if got := k.Compare(c.a, c.b) == 0; got != c.equal {
			t.Errorf("%s: %q = %q is %v", c.collation, c.a, c.b, got)
		}
	}
}

func FuzzCollation(f *testing.F) {
	f.Add("Straße", "STRASSE ", "strasse")
	f.Add("e\u0301", "é", "E")
	f.Add("a\x00", "a\u00AD ", "\xff")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for _, name := range collationNames {
			k, _ := FindCollation(name)
			if k.Compare(a, b) != -k.Compare(b, a) {
				t.Fatalf("%s: %q and %q have no order", name, a, b)
			}
			if k.Compare(a, a+" ") != 0 {
				t.Fatalf("%s: a space after %q counts", name, a)
			}
			if k.Compare(a, b) <= 0 && k.Compare(b, c) <= 0 && k.Compare(a, c) > 0 {
				t.Fatalf("%s: %q, %q, %q go round", name, a, b, c)
			}
			for _, r := range a {
				base, accents, cased := k.weights(string(r))
				if want := k.join(base, accents, cased); !k.Binary && base+accents != "" && k.element(string(r)) != want {
					t.Fatalf("%s: the key of %q", name, r)
				}
			}
			if !k.Binary && (k.Compare(a, b) == 0) != (k.Key(a) == k.Key(b)) {
				t.Fatalf("%s: keys of %q and %q", name, a, b)
			}
		}
	})
}

func FuzzLike(f *testing.F) {
	f.Add("abc", "a%[b-c]_", "")
	f.Add("50%", "%!%", "!")
	f.Add("]", "[]]", "[")
	f.Fuzz(func(t *testing.T, text, pattern, escape string) {
		k, _ := FindCollation("Latin1_General_CI_AS")
		p, err := k.Pattern(pattern, escape)
		if err != nil {
			if len([]rune(escape)) < 2 {
				t.Fatal(err)
			}
			return
		}
		p.Matches(text)
		if all, _ := k.Pattern("%", ""); !all.Matches(text) {
			t.Fatalf("%q is not like %%", text)
		}
	})
}

func FuzzConvert(f *testing.F) {
	f.Add("2020-01-02T03:04:05.678+01:00", uint8(DateTimeOffset), 126)
	f.Add("12.5", uint8(Decimal), 0)
	f.Add("29/02/2020", uint8(Date), 103)
	f.Add("0x0a", uint8(VarBinary), 1)
	f.Add("6F9619FF-8B86-D011-B42D-00C04FC964FF", uint8(UniqueIdentifier), 0)
	f.Fuzz(func(t *testing.T, s string, kind uint8, style int) {
		to, err := New(Kind(kind).Name(), nil, "Latin1_General_CI_AS")
		if err != nil {
			return
		}
		from := Type{Kind: NVarChar, Len: Max}
		v, err := Convert(s, from, to, style)
		if err != nil || to.Kind.IsApprox() || to.Kind == Money || to.Kind == SmallMoney || to.Kind == DateTime && style != 0 {
			return
		}
		text, err := Convert(v, to, from, 126)
		if err != nil {
			if strings.Contains(err.Error(), "double:") {
				return
			}
			t.Fatalf("%v does not become text: %v", v, err)
		}
		if to.Kind.IsBinary() || to.Kind == Image {
			return
		}
		if back, err := Convert(text, from, to, 126); err != nil || back != v {
			t.Fatalf("%q became %v, %v, %v (%v)", s, v, text, back, err)
		}
	})
}
