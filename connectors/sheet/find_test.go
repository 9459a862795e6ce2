package sheet

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// connect opens a system whose keys and entities are given in TOML: lines, then tables like [entity.members].
func connect(t testing.TB, dir, lines string) connectors.Connector {
	t.Helper()
	c, err := tryConnect(dir, lines)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func tryConnect(dir, lines string) (connectors.Connector, error) {
	text := "version = 1\n[organisation]\nname = \"The tests\"\nclock = \"england-and-wales\"\n[system.shares]\nkind = \"sheet\"\nowners = [\"The tests\"]\n" +
		strings.ReplaceAll(lines, "[entity.", "[system.shares.entity.")
	register, err := connectors.Parse([]byte(text), []connectors.Kind{Kind()})
	if err != nil {
		return nil, err
	}
	sys, _ := register.System("shares")
	sys.Dir = dir
	return sys.Opens()(context.Background())
}

// found is what a search gave: each record as "place, row: name=value name=value", and its gaps.
type found struct {
	records []string
	gaps    []string
}

func find(t testing.TB, c connectors.Connector, q connectors.Query) found {
	t.Helper()
	var f found
	for r, err := range c.Find(context.Background(), q) {
		var gap *connectors.Gap
		switch {
		case errors.As(err, &gap):
			f.gaps = append(f.gaps, gap.Error())
		case err != nil:
			t.Fatal(err)
		default:
			text := r.Ref.Place + ", " + r.At + ":"
			for i, name := range r.Names {
				if !r.Values[i].IsNull() {
					text += " " + name + "=" + r.Values[i].String()
				}
			}
			f.records = append(f.records, text)
		}
	}
	return f
}

func (f found) check(t *testing.T, records, gaps []string) {
	t.Helper()
	if d := cmp.Diff(records, f.records); d != "" {
		t.Errorf("records (-want +got):\n%s", d)
	}
	if len(gaps) != len(f.gaps) {
		t.Fatalf("gaps: want %d, got %q", len(gaps), f.gaps)
	}
	for i, want := range gaps {
		for _, part := range strings.Split(want, "…") {
			if !strings.Contains(f.gaps[i], part) {
				t.Errorf("gap %d: want %q, got %q", i, want, f.gaps[i])
			}
		}
	}
}

func equal(field string, values ...string) []connectors.Clause {
	return []connectors.Clause{{ask(field, compare.Equal, values...)}}
}

func ask(field string, how compare.How, values ...string) connectors.Term {
	t := connectors.Term{Fields: []string{field}, How: how}
	for _, v := range values {
		t.Values = append(t.Values, []string{v})
	}
	return t
}

const members = `
[entity.members]
sheet = "Members"
[entity.members.fields]
Name = { is = "full_name" }
"E-mail" = { is = "email" }
`

func cell(ref, attrs, content string) string {
	return `<c r="` + ref + `" ` + attrs + `>` + content + `</c>`
}

func TestValuesOfCells(t *testing.T) {
	styles := `<numFmts><numFmt numFmtId="164" formatCode="00000"/><numFmt numFmtId="165" formatCode="dd\ mmm\ yyyy"/>` +
		`<numFmt numFmtId="166" formatCode="&quot;M&quot;0000"/><numFmt numFmtId="167" formatCode="00000\ 000000"/></numFmts>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/><xf numFmtId="166"/><xf numFmtId="167"/></cellXfs>`
	for _, c := range []struct {
		name, cell string
		date1904   bool
		want       string
	}{
		{"whole number", cell("A2", "", "<v>42</v>"), false, "42"},
		{"number with an exponent", cell("A2", "", "<v>1.2345678E7</v>"), false, "12345678"},
		{"number with a useless fraction", cell("A2", "", "<v>1234567.0</v>"), false, "1234567"},
		{"fraction as stored", cell("A2", "", "<v>0.30000000000000004</v>"), false, "0.30000000000000004"},
		{"date", cell("A2", `s="1"`, "<v>22374</v>"), false, "1961-04-03"},
		{"date of the other system", cell("A2", `s="1"`, "<v>20912</v>"), true, "1961-04-03"},
		{"date of a format of the file", cell("A2", `s="4"`, "<v>22374</v>"), false, "1961-04-03"},
		{"date and time", cell("A2", `s="2"`, "<v>44270.212581018517</v>"), false, "2021-03-15T05:06:07"},
		{"time", cell("A2", `s="5"`, "<v>0.5</v>"), false, "12:00:00"},
		{"date before March 1900", cell("A2", `s="1"`, "<v>59</v>"), false, "1900-02-28"},
		{"a day that never was", cell("A2", `s="1"`, "<v>60</v>"), false, "60"},
		{"number that is no date under a date's format", cell("A2", `s="1"`, "<v>-5</v>"), false, "-5"},
		{"date beyond the calendar", cell("A2", `s="1"`, "<v>99999999</v>"), false, "99999999"},
		{"ISO date", cell("A2", `t="d" s="1"`, "<v>1961-04-03T00:00:00Z</v>"), false, "1961-04-03"},
		{"number with zeros in front", cell("A2", `s="3"`, "<v>123</v>"), false, "00123; 123"},
		{"number with zeros that needs none", cell("A2", `s="3"`, "<v>12345</v>"), false, "12345"},
		{"number with a letter in front", cell("A2", `s="6"`, "<v>55</v>"), false, "M0055; 55"},
		{"phone number", cell("A2", `s="7"`, "<v>7700900495</v>"), false, "07700 900495; 7700900495"},
		{"true", cell("A2", `t="b"`, "<v>1</v>"), false, "true"},
		{"false", cell("A2", `t="b"`, "<v>0</v>"), false, "false"},
		{"error", cell("A2", `t="e"`, "<v>#N/A</v>"), false, "#N/A"},
		{"result of a formula", cell("A2", `t="str"`, "<f>B1&amp;C1</f><v>Jane Smith</v>"), false, "Jane Smith"},
		{"number of a formula", cell("A2", "", "<f>1+1</f><v>2</v>"), false, "2"},
		{"rich text without its phonetics", cell("A2", `t="inlineStr"`, "<is><r><t>Ja</t></r><r><rPr><b/></rPr><t>ne</t></r><rPh sb=\"0\" eb=\"1\"><t>jane</t></rPh></is>"), false, "Jane"},
		{"entities and escapes", cell("A2", `t="str"`, "<v>a &amp; b&#xe9;_x000D_c</v>"), false, "a & bé\rc"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			save(t, filepath.Join(dir, "a.xlsx"), rawWorkbook(styles, c.date1904, rawSheet{name: "S", rows: rawRow(1, "Value", "Other") + `<row r="2">` + c.cell + `</row>`}))
			f := find(t, connect(t, dir, "files = [\"a.xlsx\"]\n[entity.s]\nheader = 1"), connectors.Query{Entity: "s"})
			f.check(t, []string{"a.xlsx, row 2: Value=" + c.want}, nil)
		})
	}
}

func TestBothFormsOfANumberAreFound(t *testing.T) {
	dir := t.TempDir()
	styles := `<numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>`
	save(t, filepath.Join(dir, "a.xlsx"), rawWorkbook(styles, false, rawSheet{name: "S", rows: rawRow(1, "Number") + `<row r="2">` + cell("A2", `s="1"`, "<v>123</v>") + `</row>`}))
	c := connect(t, dir, "files = [\"a.xlsx\"]\n[entity.s]\nheader = 1\nkey = [\"Number\"]")
	for _, value := range []string{"00123", "123"} {
		if f := find(t, c, connectors.Query{Entity: "s", Any: equal("Number", value)}); len(f.records) != 1 {
			t.Errorf("%s: %d records", value, len(f.records))
		}
	}
}

func TestFormulasWithoutAResultAreAGap(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.xlsx"), rawWorkbook("", false, rawSheet{name: "S",
		rows: rawRow(1, "Name") + `<row r="2">` + cell("A2", "", "<f>B2</f>") + `</row><row r="3">` + cell("A3", "", "<f>B3</f><v></v>") + `</row>`}))
	find(t, connect(t, dir, "files = [\"a.xlsx\"]\n[entity.s]\nheader = 1"), connectors.Query{Entity: "s"}).check(t, nil,
		[]string{"a.xlsx / s: …2 of its cells hold a formula without a stored result"})
}

func TestMergedCellsCountInEveryRow(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.xlsx"), rawWorkbook("", false, rawSheet{name: "S",
		rows:   rawRow(1, "Name", "Course") + rawRow(2, "Smith", "Welding") + rawRow(3, "", "Painting") + rawRow(4, "", "Driving") + rawRow(6, "Jones", "Welding"),
		behind: `<mergeCells count="1"><mergeCell ref="A2:A5"/></mergeCells>`}))
	c := connect(t, dir, "files = [\"a.xlsx\"]\n[entity.s]\nheader = 1")
	find(t, c, connectors.Query{Entity: "s", Any: equal("Name", "Smith")}).check(t, []string{
		"a.xlsx, row 2: Name=Smith Course=Welding", "a.xlsx, row 3: Name=Smith Course=Painting", "a.xlsx, row 4: Name=Smith Course=Driving"}, nil)
}

func TestMergedCellsOfALargeSheet(t *testing.T) {
	const rows = 20_000
	var text strings.Builder
	text.WriteString(rawRow(1, "Name", "Course", "Note"))
	for i := 2; i <= rows; i++ {
		name := "Somebody"
		if i == 15_000 {
			name = "Smith"
		} else if i > 15_000 && i < 15_003 || i%5 != 0 {
			name = ""
		}
		text.WriteString(rawRow(i, name, "Welding", strings.Repeat("note ", 30)))
	}
	for _, c := range []struct {
		name, merges string
		smiths, all  int // of those named Smith, and of all
	}{
		{"none", "", 1, rows - 1},
		{"within rows", `<mergeCell ref="A1:B1"/>`, 1, rows - 1},
		{"over rows", `<mergeCell ref="A15000:A15002"/>`, 3, rows - 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			save(t, filepath.Join(dir, "a.xlsx"), rawWorkbook("", false, rawSheet{name: "S", rows: text.String(), behind: "<mergeCells>" + c.merges + "</mergeCells>"}))
			src := connect(t, dir, "files = [\"a.xlsx\"]\n[entity.s]\nheader = 1")
			smiths := find(t, src, connectors.Query{Entity: "s", Any: equal("Name", "Smith")})
			if len(smiths.records) != c.smiths || len(smiths.gaps) != 0 {
				t.Errorf("%.200q", smiths)
			}
			all := find(t, src, connectors.Query{Entity: "s"})
			if len(all.records) != c.all || len(all.gaps) != 0 || !strings.HasPrefix(all.records[c.all-1], "a.xlsx, row 20000: ") {
				t.Errorf("%d records, %q", len(all.records), all.gaps)
			}
		})
	}
}

func TestHiddenThingsAreSearched(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.xlsx"), rawWorkbook("", false,
		rawSheet{name: "Front", rows: rawRow(1, "Name")},
		rawSheet{name: "Members", hidden: true, rows: rawRow(1, "Name", "E-mail") + strings.Replace(rawRow(2, "Smith", "s@example.org"), "<row ", `<row hidden="1" `, 1)}))
	find(t, connect(t, dir, "files = [\"a.xlsx\"]"+members), connectors.Query{Entity: "members", Any: equal("E-mail", "s@example.org")}).check(t,
		[]string{`a.xlsx, sheet "Members", row 2: Name=Smith E-mail=s@example.org`}, nil)
}

func TestHeaderAnywhere(t *testing.T) {
	rows := [][]string{{"Members of the branch"}, {"printed 3 May"}, {}, {"No", "NAME ", "e-Mail", "", "Name"}, {"1", "Smith", "s@example.org", "x", "y"}}
	want := []string{", row 1: No=Members of the branch", ", row 2: No=printed 3 May", ", row 5: No=1 Name=Smith E-mail=s@example.org column D=x Name (2)=y"}
	dir := t.TempDir()
	var sheet, text strings.Builder
	for i, row := range rows {
		sheet.WriteString(rawRow(i+1, row...))
		text.WriteString(strings.Join(row, ";") + "\r\n")
	}
	save(t, filepath.Join(dir, "a.xlsx"), rawWorkbook("", false, rawSheet{name: "Members", rows: sheet.String()}))
	save(t, filepath.Join(dir, "a.csv"), []byte(text.String()))
	for _, place := range []string{"a.xlsx", "a.csv"} {
		var records []string
		for _, w := range want {
			records = append(records, place+w)
		}
		c := connect(t, dir, "files = [\""+place+"\"]"+members)
		find(t, c, connectors.Query{Entity: "members"}).check(t, records, nil)
		find(t, c, connectors.Query{Entity: "members", Any: equal("Name", "Smith")}).check(t, records[2:], nil)
	}
}

func TestConfiguredHeaders(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.csv"), []byte("x,y\nName,E-mail\nSmith,s@example.org\n"))
	for _, c := range []struct {
		name, header string
		records      []string
		gaps         []string
	}{
		{"the row", "2", []string{"a.csv, row 1: Name=x E-mail=y", "a.csv, row 3: Name=Smith E-mail=s@example.org"}, nil},
		{"none", "0", []string{"a.csv, row 1: column A=x column B=y", "a.csv, row 2: column A=Name column B=E-mail", "a.csv, row 3: column A=Smith column B=s@example.org"}, nil},
		{"an empty row", "9", []string{"a.csv, row 1: column A=x column B=y", "a.csv, row 2: column A=Name column B=E-mail", "a.csv, row 3: column A=Smith column B=s@example.org"},
			[]string{"a.csv / list: …the row that the register calls its header is empty"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := connect(t, dir, "files = [\"a.csv\"]\n[entity.list]\nheader = "+c.header)
			find(t, src, connectors.Query{Entity: "list"}).check(t, c.records, c.gaps)
		})
	}
}

func TestGuessedHeaders(t *testing.T) {
	for _, c := range []struct {
		name, text string
		records    []string
	}{
		{"a word that names columns", "Surname,Town\nSmith,York\n", []string{"list.csv, row 2: Surname=Smith Town=York"}},
		{"columns of another kind below", "Who,When\nSmith,1961-04-03\nJones,1962-01-01\n", []string{"list.csv, row 2: Who=Smith When=1961-04-03", "list.csv, row 3: Who=Jones When=1962-01-01"}},
		{"nothing but text is a record too", "Smith,York\nJones,Leeds\n", []string{"list.csv, row 1: Smith=Smith York=York", "list.csv, row 2: Smith=Jones York=Leeds"}},
		{"data from the first row", "Smith,s@example.org\nJones,j@example.org\n", []string{"list.csv, row 1: column A=Smith column B=s@example.org", "list.csv, row 2: column A=Jones column B=j@example.org"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			save(t, filepath.Join(dir, "list.csv"), []byte(c.text))
			find(t, connect(t, dir, "files = [\"*.csv\"]"), connectors.Query{Entity: "list"}).check(t, c.records, nil)
		})
	}
}

func TestWhichSheetsAnEntityTakes(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.xlsx"), rawWorkbook("", false,
		rawSheet{name: "Members 2023", rows: rawRow(1, "Name", "E-mail") + rawRow(2, "Smith", "s@example.org")},
		rawSheet{name: "Members 2024", rows: rawRow(1, "Name", "E-mail") + rawRow(2, "Smith", "s@example.org")},
		rawSheet{name: "Notes", rows: rawRow(1, "Date", "Note") + rawRow(2, "1/2/2024", "Smith rang")}))
	both := []string{`a.xlsx, sheet "Members 2023", row 2: Name=Smith E-mail=s@example.org`, `a.xlsx, sheet "Members 2024", row 2: Name=Smith E-mail=s@example.org`}
	fields := "\n[entity.people.fields]\n\"E-mail\" = { is = \"email\" }"
	for _, c := range []struct {
		name, entity string
		records      []string
		gaps         []string
	}{
		{"by its table's name", "[entity.people]\ntable = \"members 2024\"" + fields, both[1:], nil},
		{"by a pattern", "[entity.people]\nsheet = \"MEMBERS*\"" + fields, both, nil},
		{"by its columns", "[entity.people]" + fields, both, nil},
		{"none of the name", "[entity.people]\nsheet = \"Staff\"" + fields, nil, []string{"has no sheet of the name"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := connect(t, dir, "files = [\"a.xlsx\"]\n"+c.entity)
			find(t, src, connectors.Query{Entity: "people"}).check(t, c.records, c.gaps)
			find(t, src, connectors.Query{Entity: "Notes"}).check(t, []string{`a.xlsx, sheet "Notes", row 2: Date=1/2/2024 Note=Smith rang`}, nil)
		})
	}
	src := connect(t, dir, "files = [\"a.xlsx\"]\n[entity.people]"+fields)
	catalog, err := src.Describe(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range catalog.Shapes {
		names = append(names, s.Entity)
	}
	if d := cmp.Diff([]string{"people", "Notes"}, names); d != "" {
		t.Error(d)
	}
}

func TestFilesOfAnEntity(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "members.csv"), []byte("Name,Mail\nSmith,s@example.org\n"))
	save(t, filepath.Join(dir, "list.txt"), []byte("Mail^Name\ns@example.org^Sm\xefth\n"))
	src := connect(t, dir, `files = ["members.csv"]
[entity.members.fields]
Name = {}
[entity.mailing]
files = ["*.txt"]
delimiter = "^"
encoding = "windows-1252"
[entity.mailing.fields]
Mail = {}
`)
	find(t, src, connectors.Query{Entity: "members"}).check(t, []string{"members.csv, row 2: Name=Smith Mail=s@example.org"}, nil)
	find(t, src, connectors.Query{Entity: "mailing"}).check(t, []string{"list.txt, row 2: Mail=s@example.org Name=Smïth"}, nil)
}

func TestEqualRowsAndKeys(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.csv"), []byte("No,Name\n1,Smith\n2,Smith\n2,Smith\n,Nobody\n1,Jones\n"))
	key := func(lines string, q connectors.Query) (keys [][]string, gaps int) {
		for r, err := range connect(t, dir, "files = [\"a.csv\"]\n[entity.list]\n"+lines).Find(context.Background(), q) {
			if err != nil {
				gaps++
				continue
			}
			keys = append(keys, r.Ref.Key)
		}
		return keys, gaps
	}
	all, gaps := key("header = 1", connectors.Query{Entity: "list"})
	if len(all) != 5 || gaps != 0 || all[1][0] != all[2][0] || all[1][1] != "1" || all[2][1] != "2" {
		t.Errorf("%q, %d gaps", all, gaps)
	}
	some, _ := key("header = 1", connectors.Query{Entity: "list", Any: equal("No", "2")})
	if d := cmp.Diff(all[1:3], some); d != "" {
		t.Error(d)
	}
	third := connectors.Ref{System: "shares", Place: "a.csv", Entity: "list", Key: all[2]}
	one, _ := key("header = 1", connectors.Query{Entity: "list", Refs: []connectors.Ref{third}})
	if d := cmp.Diff(all[2:3], one); d != "" {
		t.Error(d)
	}
	keyed, gaps := key("key = [\"No\"]", connectors.Query{Entity: "list"})
	if gaps != 1 || len(keyed) != 5 || keyed[0][0] != "1" || len(keyed[3]) != 2 {
		t.Errorf("%q, %d gaps", keyed, gaps)
	}
}

func TestRowsWiderThanTheHeader(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.csv"), []byte("Name,Town\nSmith,York,s@example.org\nJones,Leeds\nKhan,Hull,,\n"))
	find(t, connect(t, dir, "files = [\"a.csv\"]\n[entity.list.fields]\nName = {}"), connectors.Query{Entity: "list"}).check(t,
		[]string{"a.csv, row 2: Name=Smith Town=York column C=s@example.org", "a.csv, row 3: Name=Jones Town=Leeds", "a.csv, row 4: Name=Khan Town=Hull"},
		[]string{"1 of its rows have more cells"})
}

func TestStrayQuotesAreAGap(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.csv"), []byte("Name,Town\n\"Smith,York\nJones,Leeds\n"))
	find(t, connect(t, dir, "files = [\"a.csv\"]\n[entity.list.fields]\nName = {}"), connectors.Query{Entity: "list", Any: []connectors.Clause{{ask("Name", compare.Contains, "smith")}}}).check(t,
		[]string{"a.csv, row 2: Name=\"Smith Town=York"}, []string{"1 of its quotes"})
}
