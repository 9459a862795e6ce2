package xlsx

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// estate returns a workbook with everything that can refer to rows or repeat what they hold: 30 people in a table, of whom
// the one in row 7 is to be removed.
func estate(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(f.SetSheetName("Sheet1", "Members"))
	for _, name := range []string{"Sums", "List", "Pivot"} {
		_, err := f.NewSheet(name)
		must(err)
	}
	must(f.SetSheetRow("Members", "A1", &[]any{"Number", "Name", "E-mail", "Born", "Paid", "Double"}))
	date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	must(err)
	for i := 2; i <= 31; i++ {
		name, mail := fmt.Sprintf("Person %d Family%d", i, i*7), fmt.Sprintf("person%d@example.org", i)
		if i == 7 {
			name, mail = "Featherstonehaugh", "f.haugh@example.org"
		}
		must(f.SetSheetRow("Members", fmt.Sprintf("A%d", i), &[]any{1000 + i, name, mail, 22000 + i, 10 * (i % 3)}))
		must(f.SetCellStyle("Members", fmt.Sprintf("D%d", i), fmt.Sprintf("D%d", i), date))
		must(f.SetCellFormula("Members", fmt.Sprintf("F%d", i), fmt.Sprintf("E%d*2", i)))
		must(f.SetCellHyperLink("Members", fmt.Sprintf("C%d", i), "mailto:"+mail, "External"))
	}
	must(f.AddTable("Members", &excelize.Table{Range: "A1:F31", Name: "People"}))
	must(f.SetConditionalFormat("Members", "E2:E31", []excelize.ConditionalFormatOptions{{Type: "formula", Criteria: "$E2>10", Format: &date}}))
	dv := excelize.NewDataValidation(true)
	dv.SetSqref("E7:E7 E10:E20")
	must(dv.SetRange(0, 100, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween))
	must(f.AddDataValidation("Members", dv))
	must(f.AddComment("Members", excelize.Comment{Cell: "B7", Author: "Clerk", Text: "Featherstonehaugh rang on Monday"}))
	must(f.AddComment("Members", excelize.Comment{Cell: "B9", Author: "Clerk", Text: "no longer at the address"}))
	must(f.MergeCell("Members", "H5", "H9"))
	must(f.MergeCell("Members", "I20", "J21"))
	must(f.SetCellFormula("Sums", "A1", "SUM(Members!E2:E31)"))
	must(f.SetCellFormula("Sums", "A2", "Members!B9"))
	must(f.SetCellFormula("Sums", "A3", "VLOOKUP(1010,Members!$A$2:$C$31,3,FALSE)"))
	must(f.SetCellFormula("Sums", "A4", "COUNTA(Members!B:B)"))
	must(f.SetDefinedName(&excelize.DefinedName{Name: "Everybody", RefersTo: "Members!$A$2:$F$31"}))
	must(f.SetDefinedName(&excelize.DefinedName{Name: "Chosen", RefersTo: "Members!$B$12"}))
	must(f.AddChart("Sums", "D2", &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{Name: "Members!$E$1", Categories: "Members!$B$2:$B$31", Values: "Members!$E$2:$E$31"}}}))
	must(f.AddPivotTable(&excelize.PivotTableOptions{DataRange: "Members!A1:E31", PivotTableRange: "Pivot!A3:D40",
		Rows: []excelize.PivotTableField{{Data: "Name"}}, Data: []excelize.PivotTableField{{Data: "Paid", Subtotal: "Sum"}}}))
	must(f.SetDocProps(&excelize.DocProperties{Title: "Members with Featherstonehaugh", Creator: "Office"}))
	for i := 1; i <= 5; i++ {
		must(f.SetCellStr("List", fmt.Sprintf("A%d", i), []string{"", "Name", "Featherstonehaug", "Jones", "Khan", "Smith"}[i]))
	}
	must(f.AutoFilter("List", "A1:A5", []excelize.AutoFilterOptions{{Column: "A", Expression: "x == Jones"}}))
	return write(t, f)
}

func rewriteWorkbook(t testing.TB, file []byte, edits ...Edit) ([]byte, *Report) {
	t.Helper()
	w := open(t, file)
	defer w.Close()
	var out bytes.Buffer
	report, err := w.Rewrite(context.Background(), &out, edits)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), report
}

// mustNotHold checks that no part of the unzipped workbook holds any of the texts.
func mustNotHold(t testing.TB, file []byte, texts ...string) {
	t.Helper()
	for name, text := range unzip(t, file) {
		for _, s := range texts {
			if strings.Contains(text, s) {
				t.Errorf("%s still holds %q", name, s)
			}
		}
	}
}

func unzip(t testing.TB, file []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(b)
		if strings.HasSuffix(f.Name, ".xml") && (!wellFormed(string(b)) || strings.Count(string(b), "<?xml") > 1) {
			t.Errorf("%s is not well-formed", f.Name)
		}
	}
	return all
}

func TestRemovingAPerson(t *testing.T) {
	before := estate(t)
	after, report := rewriteWorkbook(t, before, Edit{Sheet: "Members", Delete: []int{7}})
	mustNotHold(t, after, "Featherstonehaugh", "f.haugh", "22007", ">1007<")
	if len(report.Blanked) != 0 || len(report.Remains) != 0 {
		t.Errorf("%+v", report)
	}
	old, _ := excelize.OpenReader(bytes.NewReader(before), excelize.Options{RawCellValue: true})
	f, err := excelize.OpenReader(bytes.NewReader(after), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, sheet := range old.GetSheetList() {
		want, err := old.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if sheet == "Members" {
			want = append(want[:6:6], want[7:]...)
		}
		got, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", sheet, d)
		}
	}
	for cell, want := range map[string]string{"Members!F6": "E6*2", "Members!F7": "E7*2", "Members!F30": "E30*2", "Sums!A1": "SUM(Members!E2:E30)",
		"Sums!A2": "Members!B8", "Sums!A3": "VLOOKUP(1010,Members!$A$2:$C$30,3,FALSE)", "Sums!A4": "COUNTA(Members!B:B)"} {
		sheet, place, _ := strings.Cut(cell, "!")
		if got, err := f.GetCellFormula(sheet, place); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", cell, got, want, err)
		}
	}
	var names []string
	for _, n := range f.GetDefinedName() {
		names = append(names, n.Name+"="+n.RefersTo)
	}
	if d := cmp.Diff([]string{"Everybody=Members!$A$2:$F$30", "Chosen=Members!$B$11"}, names[:2]); d != "" {
		t.Error(d)
	}
	merges, err := f.GetMergeCells("Members")
	if err != nil || len(merges) != 2 || merges[0].GetStartAxis() != "H5" || merges[0].GetEndAxis() != "H8" || merges[1].GetStartAxis() != "I19" || merges[1].GetEndAxis() != "J20" {
		t.Errorf("merged cells: %v, %v", merges, err)
	}
	comments, err := f.GetComments("Members")
	if err != nil || len(comments) != 1 || comments[0].Cell != "B8" {
		t.Errorf("comments: %+v, %v", comments, err)
	}
	tables, err := f.GetTables("Members")
	if err != nil || len(tables) != 1 || tables[0].Range != "A1:F30" {
		t.Errorf("tables: %+v, %v", tables, err)
	}
	if ok, link, _ := f.GetCellHyperLink("Members", "C7"); !ok || link != "mailto:person8@example.org" {
		t.Errorf("link: %t %s", ok, link)
	}
	rules, err := f.GetConditionalFormats("Members")
	if err != nil || len(rules) != 1 || rules["E2:E30"] == nil {
		t.Errorf("rules: %v, %v", rules, err)
	}
	checks, err := f.GetDataValidations("Members")
	if err != nil || len(checks) != 1 || checks[0].Sqref != "E9:E19" {
		t.Errorf("validations: %+v, %v", checks, err)
	}
	if pivots, err := f.GetPivotTables("Pivot"); err != nil || len(pivots) != 1 || !strings.HasSuffix(pivots[0].DataRange, "A1:E30") {
		t.Errorf("pivot tables: %+v, %v", pivots, err)
	}
}

func TestPartsThatDoNotChangeAreCopiedAsTheyAre(t *testing.T) {
	before := estate(t)
	after, _ := rewriteWorkbook(t, before, Edit{Sheet: "Members", Delete: []int{7}})
	raw := func(file []byte, name string) []byte {
		z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			if f.Name == name {
				r, err := f.OpenRaw()
				if err != nil {
					t.Fatal(err)
				}
				b, err := io.ReadAll(r)
				if err != nil {
					t.Fatal(err)
				}
				return b
			}
		}
		return nil
	}
	for _, name := range []string{"xl/styles.xml", "xl/theme/theme1.xml"} {
		if b := raw(before, name); len(b) == 0 || !bytes.Equal(b, raw(after, name)) {
			t.Errorf("%s is another one", name)
		}
	}
}

func TestRowsThatSomethingNeedsAreBlanked(t *testing.T) {
	before := estate(t)
	after, report := rewriteWorkbook(t, before, Edit{Sheet: "Members", Delete: []int{1, 9, 12, 7}})
	var got []string
	for _, b := range report.Blanked {
		got = append(got, fmt.Sprint(b.Sheet, " ", b.Row))
	}
	if d := cmp.Diff([]string{"Members 1", "Members 9", "Members 12"}, got); d != "" {
		t.Error(d)
	}
	w := open(t, after)
	rows, err := grid(w, w.Sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 30 || rows[0] != nil || rows[7] != nil || rows[10] != nil || rows[6][0] != "1008" {
		t.Errorf("%q", rows)
	}
	mustNotHold(t, after, "Person 9 ", "Person 12 ", "person9@", "Featherstonehaugh", "no longer at")
}

func TestSettingAndBlankingCells(t *testing.T) {
	before := estate(t)
	after, report := rewriteWorkbook(t, before, Edit{Sheet: "Members", Blank: []int{7}, Set: []CellEdit{
		{Row: 8, Column: 1, Kind: String, Text: "Jane <Doe> & _x0041_\a"}, {Row: 8, Column: 4, Kind: Number, Text: "5"}, {Row: 8, Column: 7, Kind: Boolean, Text: "1"},
		{Row: 40, Column: 2, Kind: String, Text: "new"}, {Row: 9, Column: 1, Kind: Blank}}})
	if len(report.Blanked) != 0 || len(report.Remains) != 0 {
		t.Errorf("%+v", report)
	}
	mustNotHold(t, after, "Featherstonehaugh", "Person 8 ", "Person 9 ")
	w := open(t, after)
	rows, err := grid(w, w.Sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"1008", "Jane <Doe> & _x0041_\a", "person8@example.org", "22008", "5", "", "", "1"}
	if d := cmp.Diff(want, rows[7]); d != "" {
		t.Error(d)
	}
	if rows[6] != nil || rows[8][1] != "" || rows[39][2] != "new" || rows[9][1] != "Person 10 Family70" {
		t.Errorf("%q", rows)
	}
	if _, err := excelize.OpenReader(bytes.NewReader(after)); err != nil {
		t.Error(err)
	}
}

func TestEditsThatCannotBe(t *testing.T) {
	w := open(t, pack(t, plainParts(`<row r="1"><c r="A1"><v>1</v></c></row>`)))
	for name, e := range map[string]Edit{
		"no such sheet":      {Sheet: "Nowhere", Delete: []int{1}},
		"no such row":        {Sheet: "Sheet1", Delete: []int{0}},
		"deleted and kept":   {Sheet: "Sheet1", Delete: []int{1}, Blank: []int{1}},
		"cell out of bounds": {Sheet: "Sheet1", Set: []CellEdit{{Row: 1, Column: maxColumns}}},
	} {
		if _, err := w.Rewrite(context.Background(), io.Discard, []Edit{e}); !errors.Is(err, ErrCannotRewrite) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
