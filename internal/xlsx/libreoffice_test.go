package xlsx

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// asCSV makes LibreOffice write every sheet to a file of its own, name-sheet.csv: numbers as they are stored, not as they are shown.
const asCSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"

// libreOffice converts files in one go, and returns what was written by its name.
func libreOffice(t *testing.T, to string, files map[string][]byte) map[string][]byte {
	t.Helper()
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("LibreOffice is not installed: run scripts/needs")
		}
		t.Skip("NOT TESTED: LibreOffice is not installed: run scripts/needs")
	}
	in, out := t.TempDir(), t.TempDir()
	args := []string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", to, "--outdir", out}
	for name, content := range files {
		path := filepath.Join(in, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	slices.Sort(args[6:])
	if text, err := exec.CommandContext(t.Context(), soffice, args...).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, text)
	}
	written, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, e := range written {
		content, err := os.ReadFile(filepath.Join(out, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = content
	}
	return all
}

// flat is a spreadsheet as LibreOffice's own flat format writes it, with the day from which it counts dates.
func flat(origin string) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" ` +
		`xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" ` +
		`xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">` +
		`<office:meta><dc:creator>Ann Bell</dc:creator></office:meta><office:automatic-styles><style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>` +
		`<number:date-style style:name="D1"><number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>` +
		`<style:style style:name="C1" style:family="table-cell" style:data-style-name="D1"/></office:automatic-styles><office:body><office:spreadsheet>` +
		`<table:calculation-settings><table:null-date table:date-value="` + origin + `"/></table:calculation-settings><table:table table:name="People">`)
	row := func(cells ...string) {
		b.WriteString("<table:table-row>" + strings.Join(cells, "") + "</table:table-row>")
	}
	text := func(s string) string {
		return `<table:table-cell office:value-type="string"><text:p>` + s + `</text:p></table:table-cell>`
	}
	day := func(s string) string {
		return `<table:table-cell table:style-name="C1" office:value-type="date" office:date-value="` + s + `"><text:p>` + s + `</text:p></table:table-cell>`
	}
	row(text("Name"), text("Born"), text("Fee"), text("Double"), text("Member"))
	row(text("Smith &amp; Sons"), day("1961-04-03"), `<table:table-cell office:value-type="float" office:value="12.5"/>`,
		`<table:table-cell table:formula="of:=[.C2]*2" office:value-type="float" office:value="25"/>`, `<table:table-cell office:value-type="boolean" office:boolean-value="true"/>`)
	row(text(`Ja<text:span text:style-name="T1">ne</text:span> Łódź`), day("2024-02-29"), `<table:table-cell office:value-type="float" office:value="1234567890123"/>`,
		`<table:table-cell table:formula="of:=&quot;a&quot;&amp;[.A2]" office:value-type="string" office:string-value="aSmith &amp; Sons"/>`)
	row(`<table:table-cell office:value-type="string"><office:annotation><dc:creator>Clerk</dc:creator><text:p>rang on Monday</text:p></office:annotation><text:p>two</text:p><text:p>lines</text:p></table:table-cell>`,
		day("1904-01-05"), `<table:table-cell office:value-type="string"><text:p><text:a xlink:href="mailto:j@example.org">write</text:a></text:p></table:table-cell>`)
	row()
	row(text("_x0041_"), `<table:table-cell/>`, `<table:table-cell office:value-type="float" office:value="-0.001"/>`)
	b.WriteString(`</table:table><table:table table:name="Other"><table:table-row>` + text("x") + `</table:table-row></table:table></office:spreadsheet></office:body></office:document>`)
	return []byte(b.String())
}

func TestWorkbooksMadeByLibreOffice(t *testing.T) {
	made := libreOffice(t, "xlsx", map[string][]byte{"from1900.fods": flat("1899-12-30"), "from1904.fods": flat("1904-01-01"),
		"list.csv": []byte("Name,Note\nSmith,\"two\nlines\"\n\"O'Brien\",00123\n")})
	if len(made) != 3 {
		t.Fatalf("%d files were made", len(made))
	}
	for name, file := range made {
		t.Run(name, func(t *testing.T) { sameAsExcelize(t, file) })
	}
	for _, name := range []string{"from1900.xlsx", "from1904.xlsx"} {
		w := open(t, made[name])
		if w.date1904 != strings.Contains(name, "1904") {
			t.Errorf("%s: dates count from 1904: %t", name, w.date1904)
		}
		rows, err := grid(w, w.Sheets[0])
		if err != nil {
			t.Fatal(err)
		}
		var born []string
		for _, row := range rows[1:4] {
			day, _ := w.AppendDate(nil, []byte(row[1]), Format{Date: true})
			born = append(born, string(day))
			row[1] = ""
		}
		if d := cmp.Diff([]string{"1961-04-03", "2024-02-29", "1904-01-05"}, born); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		want := [][]string{{"Name", "Born", "Fee", "Double", "Member"}, {"Smith & Sons", "", "12.5", "25", "1"}, {"Jane Łódź", "", "1234567890123", "aSmith & Sons"},
			{"two\nlines", "", "write"}, nil, {"_x0041_", "", "-0.001"}}
		if d := cmp.Diff(want, rows); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		comments, err := w.Comments(t.Context(), w.Sheets[0])
		if err != nil || len(comments) != 1 || comments[0].Row != 4 || !strings.Contains(comments[0].Text, "rang on Monday") {
			t.Errorf("%s: comments %+v, %v", name, comments, err)
		}
		behind, err := w.Behind(t.Context(), w.Sheets[0])
		if err != nil || len(behind.Links) != 1 || behind.Links[0].Target != "mailto:j@example.org" {
			t.Errorf("%s: links %+v, %v", name, behind.Links, err)
		}
		after, report := rewriteWorkbook(t, made[name], Edit{Sheet: "People", Delete: []int{4}})
		mustNotHold(t, after, "lines", "j@example.org", "rang on", "Clerk")
		sameAsExcelize(t, after)
		if len(report.Blanked)+len(report.Remains) > 0 {
			t.Errorf("%s: %+v", name, report)
		}
	}
}

// TestLibreOfficeReadsWhatWeReadAndWrite compares, cell by cell, workbooks as this package reads them with LibreOffice: those of every kind that
// tests make, and those that were rewritten.
func TestLibreOfficeReadsWhatWeReadAndWrite(t *testing.T) {
	files := map[string][]byte{"estate.xlsx": estate(t)}
	strict := plainParts(`<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1"><v>2.5</v></c></row><row r="3"><c r="B3" t="inlineStr"><is><r><t>Ja</t></r><r><t>ne</t></r></is></c></row>`)
	for name := range strict {
		strict[name] = strings.NewReplacer(mainNS, strictNS, "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships").Replace(strict[name])
	}
	files["strict.xlsx"] = pack(t, strict)
	f := excelize.NewFile()
	for i, text := range awkward {
		if !strings.Contains(text, "_x") { // LibreOffice reads such escapes where there are none
			set(t, f, "Sheet1", fmt.Sprintf("A%d", i+1), text)
		}
	}
	set(t, f, "Sheet1", "C2", 12.5)
	set(t, f, "Sheet1", "C3", 1.5e10)
	files["awkward.xlsx"] = write(t, f)

	edits := map[string][]Edit{
		"deleted": {{Sheet: "Members", Delete: []int{7, 8}}, {Sheet: "List", Delete: []int{2}}},
		"blanked": {{Sheet: "Members", Blank: []int{7}, Delete: []int{12}}},
		"set":     {{Sheet: "Members", Set: []CellEdit{{Row: 8, Column: 1, Kind: String, Text: "Jane <Doe> & Co"}, {Row: 8, Column: 4, Kind: Number, Text: "5"}, {Row: 40, Column: 2, Kind: String, Text: "new"}}}},
	}
	for name, e := range edits {
		after, _ := rewriteWorkbook(t, files["estate.xlsx"], e...)
		files[name+".xlsx"] = after
	}
	made := libreOffice(t, asCSV, files)
	for name, file := range files {
		w := open(t, file)
		for _, sheet := range w.Sheets {
			csvName := strings.TrimSuffix(name, ".xlsx") + "-" + sheet.Name + ".csv"
			text, ok := made[csvName]
			if !ok {
				t.Errorf("LibreOffice wrote no %s", csvName)
				continue
			}
			if sheet.Name != "Pivot" { // LibreOffice fills pivot tables again
				sameAsCSV(t, csvName, w, sheet, text)
			}
		}
	}
	// Rows 7 and 8 are gone: the formulas that LibreOffice works out anew mean the cells that they meant.
	for name, want := range map[string][][]string{
		"deleted-Sums.csv":  {{"270"}, {"Person 9 Family63"}, {"person10@example.org"}, {"29"}},
		"deleted-Pivot.csv": {{"Person 9 Family63", "0"}},
	} {
		got, err := csv.NewReader(bytes.NewReader(made[name])).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if name == "deleted-Pivot.csv" { // filled again
			if bytes.Contains(made[name], []byte("Featherstone")) || !slices.ContainsFunc(got, func(row []string) bool { return slices.Equal(row, want[0]) }) {
				t.Errorf("%s: %q", name, got)
			}
		} else if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	members, err := csv.NewReader(bytes.NewReader(made["deleted-Members.csv"])).ReadAll()
	if err != nil || len(members) != 29 {
		t.Fatalf("%d rows, %v", len(members), err)
	}
	for _, row := range members[1:] {
		if paid, _ := strconv.Atoi(row[4]); row[5] != strconv.Itoa(2*paid) {
			t.Errorf("the formula of %s gives %s, and %s was paid", row[1], row[5], row[4])
		}
	}
}

// sameAsCSV compares the cells of a sheet but for those with a formula, which LibreOffice works out anew.
func sameAsCSV(t *testing.T, name string, w *Workbook, sheet Sheet, text []byte) {
	t.Helper()
	in := csv.NewReader(bytes.NewReader(text))
	in.FieldsPerRecord = -1
	theirs, err := in.ReadAll()
	if err != nil {
		t.Fatal(name, err)
	}
	rows, err := w.Rows(t.Context(), sheet)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for row, err := rows.Next(); err == nil; row, err = rows.Next() {
		for i, c := range row.Cells {
			content, err := row.Text(i)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if row.Number <= len(theirs) && c.Column < len(theirs[row.Number-1]) {
				got = theirs[row.Number-1][c.Column]
				theirs[row.Number-1][c.Column] = ""
			}
			if c.Formula || string(content) == got || c.Kind == Number && sameNumber(string(content), got) {
				continue
			}
			if f := w.Format(c.Style); f.Date {
				day, _ := w.AppendDate(nil, content, f)
				if at, err := time.Parse(time.DateOnly, string(day)); err == nil && at.Format("01/02/2006") == got {
					continue
				}
			}
			t.Errorf("%s: %s%d is %q, and LibreOffice reads %q", name, ColumnName(c.Column), row.Number, content, got)
		}
	}
	for i, row := range theirs {
		for column, got := range row {
			if got != "" {
				t.Errorf("%s: LibreOffice reads %q in %s%d, where there is nothing", name, got, ColumnName(column), i+1)
			}
		}
	}
}

func sameNumber(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && math.Abs(x-y) <= 1e-9*math.Abs(x)
}
