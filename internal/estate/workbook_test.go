package estate

import (
	"fmt"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// checkWorkbook reads a workbook with another library's eyes.
func checkWorkbook(t *testing.T, path string, b *workbook) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, s := range b.sheets {
		rows, err := f.GetRows(s.name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(rows[s.headerRow()-1]); got != fmt.Sprint(s.header) {
			t.Errorf("%s, %s: row %d is %s, want the header", b.file, s.name, s.headerRow(), got)
		}
		if visible, err := f.GetSheetVisible(s.name); err != nil || visible == s.hidden {
			t.Errorf("%s, %s: visible is %v (%v)", b.file, s.name, visible, err)
		}
		for _, r := range s.rows {
			for i, cell := range r.cells {
				want := cell
				switch c := cell.(type) {
				case nil:
					want = ""
				case dated:
					want = serial(time.Time(c))
					if shown, _ := f.GetCellValue(s.name, cellName(i+1, r.row)); shown != time.Time(c).Format("01-02-06") {
						t.Errorf("%s, %s: %s is shown as %q, want a date", b.file, s.name, cellName(i+1, r.row), shown)
					}
				case formula:
					want = c.value
					if text, _ := f.GetCellFormula(s.name, cellName(i+1, r.row)); text == "" {
						t.Errorf("%s, %s: %s is no formula", b.file, s.name, cellName(i+1, r.row))
					}
				}
				got := ""
				if row := rows[r.row-1]; i < len(row) {
					got = row[i]
				}
				if got != fmt.Sprint(want) {
					t.Errorf("%s, %s: %s is %q, want %v", b.file, s.name, cellName(i+1, r.row), got, want)
				}
			}
			if visible, _ := f.GetRowVisible(s.name, r.row); visible == r.hidden {
				t.Errorf("%s, %s: row %d has visible %v", b.file, s.name, r.row, visible)
			}
		}
		for i, h := range s.header {
			if visible, _ := f.GetColVisible(s.name, string(rune('A'+i))); visible == (h == s.unseen) {
				t.Errorf("%s, %s: column %s has visible %v", b.file, s.name, h, visible)
			}
		}
		if merged, err := f.GetMergeCells(s.name); err != nil || (len(merged) == 0) != (len(s.above) == 0) {
			t.Errorf("%s, %s: %d merged cells (%v)", b.file, s.name, len(merged), err)
		}
	}
}
