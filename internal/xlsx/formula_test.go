package xlsx

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReferencesOfFormulas(t *testing.T) {
	for formula, want := range map[string][]string{
		"A1":                                     {"A1"},
		"SUM(A1:B2,$C$3)":                        {"A1:B2", "$C$3"},
		"LOG10(A1)+ATAN2(B1,C1)":                 {"A1", "B1", "C1"},
		`"A1"&A2&"say ""B1"""`:                   {"A2"},
		"Sheet2!A1+'My Sheet'!B2:C3":             {"Sheet2!A1", "My Sheet!B2:C3"},
		"'It''s'!A1":                             {"It's!A1"},
		"Jan:Mar!A1+'Jan:Mar 2'!B2":              {"Jan:Mar!A1", "Jan:Mar 2!B2"},
		"[1]Sheet1!A1+'[2]Other'!B2+[1]!Name":    {"[]Sheet1!A1", "[2]Other!B2"},
		"Table1[[#This Row],[A1]]+Table1[B2]+C3": {"C3"},
		"SUM(A:A,$B:$C,1:1,$2:$3)":               {"A:A", "$B:$C", "1:1", "$2:$3"},
		"A1:INDEX(B:B,3)":                        {"A1", "B:B"},
		"INDEX(A:A,1):B2":                        {"A:A", "B2"},
		"TRUE+Rate+XFE1+ABCD1+A0+A1048577":       nil,
		"XFD1048576":                             {"XFD1048576"},
		"#REF!+A1+#N/A+Sheet1!#REF!":             {"A1"},
		"1E5+2.5+A1%":                            {"A1"},
		"A1#+@B2":                                {"A1", "B2"},
		"{1,2;3,4}*A1":                           {"A1"},
		"_xlfn.XLOOKUP(A1,B:B,C:C)":              {"A1", "B:B", "C:C"},
		"a1+b$2":                                 {"A1", "B$2"},
		"IF(A1>B1,C1,\"\")":                      {"A1", "B1", "C1"},
		"A1 B2,C3:D4":                            {"A1", "B2", "C3:D4"},
		"Größe+A1":                               {"A1"},
		"'":                                      nil,
		"A1:":                                    {"A1"},
		"[":                                      nil,
	} {
		var got []string
		references([]byte(formula), func(r reference) {
			text := string(r.append(nil))
			if r.sheet != "" {
				text = r.sheet + "!" + text
			}
			got = append(got, text)
		})
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", formula, d)
		}
	}
}

func TestFormulasThroughDeletedRows(t *testing.T) {
	maps := map[string]*rowMap{"S": newRowMap(map[int]bool{3: true, 4: true, 8: true})}
	for _, c := range []struct {
		formula       string
		rows, columns int
		want          string
	}{
		{"A1+A5+A9", 0, 0, "A1+A3+A6"},
		{"A3", 0, 0, "#REF!"},
		{"SUM(A1:A10)", 0, 0, "SUM(A1:A7)"},
		{"SUM(A3:A4)", 0, 0, "SUM(#REF!)"},
		{"SUM(A3:A5)", 0, 0, "SUM(A3:A3)"},
		{"SUM(A2:A4)", 0, 0, "SUM(A2:A2)"},
		{"SUM(A:A)+SUM(3:5)", 0, 0, "SUM(A:A)+SUM(3:3)"},
		{"SUM(A2:A1048576)", 0, 0, "SUM(A2:A1048576)"},
		{"Other!A5+S!A5+'s'!A5", 0, 0, "Other!A5+S!A3+'s'!A5"},
		{"A1+$A$5", 4, 1, "B3+$A$3"},
		{"[1]S!A5", 0, 0, "[1]S!A5"},
		{`"A5"&A5`, 0, 0, `"A5"&A3`},
	} {
		got := formulaChange{sheet: "S", rows: c.rows, columns: c.columns, maps: func(s string) *rowMap { return maps[s] }}.apply([]byte(c.formula))
		if string(got) != c.want {
			t.Errorf("%s is %s, want %s", c.formula, got, c.want)
		}
	}
}

func FuzzFormula(f *testing.F) {
	f.Add("SUM(A1:B2)+'x'!C3&\"q\"")
	f.Add("[1]a:b!$A$1#REF!T[[x]]")
	m := newRowMap(map[int]bool{2: true})
	f.Fuzz(func(t *testing.T, formula string) {
		same := formulaChange{sheet: "S", maps: func(string) *rowMap { return nil }}.apply([]byte(formula))
		again := formulaChange{sheet: "S", maps: func(string) *rowMap { return nil }}.apply(same)
		if string(same) != string(again) {
			t.Errorf("%q is %q and then %q", formula, same, again)
		}
		formulaChange{sheet: "S", rows: 1, columns: -1, maps: func(string) *rowMap { return m }}.apply([]byte(formula))
	})
}
