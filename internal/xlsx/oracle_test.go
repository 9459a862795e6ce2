package xlsx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// grid reads a sheet into rows of stored text, as excelize's GetRows gives them with RawCellValue.
func grid(w *Workbook, sheet Sheet) ([][]string, error) {
	rows, err := w.Rows(context.Background(), sheet)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all [][]string
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		var cells []string
		for i, c := range row.Cells {
			text, err := row.Text(i)
			if err != nil {
				return all, err
			}
			if len(text) == 0 && !c.Formula {
				continue
			}
			for len(cells) <= c.Column {
				cells = append(cells, "")
			}
			cells[c.Column] = string(text)
		}
		if len(cells) == 0 {
			continue
		}
		for len(all) < row.Number {
			all = append(all, nil)
		}
		all[row.Number-1] = cells
	}
}

func open(t testing.TB, file []byte) *Workbook {
	t.Helper()
	w, err := Open(context.Background(), bytes.NewReader(file), int64(len(file)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func write(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sameAsExcelize checks that every sheet reads as excelize reads it.
func sameAsExcelize(t *testing.T, file []byte) {
	t.Helper()
	w := open(t, file)
	f, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var names []string
	for _, s := range w.Sheets {
		names = append(names, s.Name)
		if !s.Cells {
			continue
		}
		got, err := grid(w, s)
		if err != nil {
			t.Fatal(err)
		}
		want, err := f.GetRows(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("sheet %s (-excelize +this):\n%s", s.Name, d)
		}
	}
	if d := cmp.Diff(f.GetSheetList(), names); d != "" {
		t.Errorf("sheets (-excelize +this):\n%s", d)
	}
}

func set(t testing.TB, f *excelize.File, sheet, cell string, v any) {
	t.Helper()
	if err := f.SetCellValue(sheet, cell, v); err != nil {
		t.Fatal(err)
	}
}

var awkward = []string{"", " lead and trail ", "a\nb", "tab\there", "Łódź ß ı Æ", "e\u0301", "👩‍👩‍👧", "שלום", "a & b < c > d",
	`"quoted" 'single'`, "_x0041_", "_x005F_x0041_", "=1+1", "0042", "1E5", "TRUE", "ﬀ", "\u00a0nbsp", "]]>", "&amp;"}

func TestGeneratedWorkbooksReadAsExcelizeReadsThem(t *testing.T) {
	f := excelize.NewFile()
	for i, text := range awkward {
		set(t, f, "Sheet1", fmt.Sprintf("A%d", i+1), text)
	}
	set(t, f, "Sheet1", "C2", 12.5)
	set(t, f, "Sheet1", "C3", int64(12345678901234567))
	set(t, f, "Sheet1", "C4", true)
	set(t, f, "Sheet1", "C5", time.Date(2021, 3, 4, 5, 6, 7, 0, time.UTC))
	set(t, f, "Sheet1", "C6", 1.5e300)
	set(t, f, "Sheet1", "XFD40", "the last column")
	if err := f.SetCellFormula("Sheet1", "D2", "1+1"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellRichText("Sheet1", "E2", []excelize.RichTextRun{{Text: "bold ", Font: &excelize.Font{Bold: true}}, {Text: " and plain"}}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Second & third", "Hidden", "Empty"} {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
	}
	set(t, f, "Second & third", "B7", "here")
	set(t, f, "Hidden", "A1", "still here")
	if err := f.SetSheetVisible("Hidden", false); err != nil {
		t.Fatal(err)
	}
	stream, err := f.NewStreamWriter("Empty") // inline strings
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range awkward {
		if err := stream.SetRow(fmt.Sprintf("A%d", i+1), []any{i, text, 0.25, nil, text == "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := stream.Flush(); err != nil {
		t.Fatal(err)
	}
	sameAsExcelize(t, write(t, f))
}

func TestRandomWorkbooksReadAsExcelizeReadsThem(t *testing.T) {
	for seed := range uint64(20) {
		dice := rand.New(rand.NewPCG(seed, 1))
		f := excelize.NewFile()
		for range 200 {
			cell, _ := excelize.CoordinatesToCellName(1+dice.IntN(30), 1+dice.IntN(60))
			switch dice.IntN(4) {
			case 0:
				set(t, f, "Sheet1", cell, dice.Float64()*1e6)
			case 1:
				set(t, f, "Sheet1", cell, dice.IntN(1e9))
			case 2:
				set(t, f, "Sheet1", cell, dice.IntN(2) == 0)
			default:
				set(t, f, "Sheet1", cell, awkward[dice.IntN(len(awkward))]+awkward[dice.IntN(len(awkward))])
			}
		}
		sameAsExcelize(t, write(t, f))
	}
}

func TestLargeSheetCrossesEveryBuffer(t *testing.T) {
	f := excelize.NewFile()
	stream, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 9_000 {
		if err := stream.SetRow(fmt.Sprintf("A%d", i+1), []any{i, "name & " + awkward[i%len(awkward)], i * i, "street", 0.5}); err != nil {
			t.Fatal(err)
		}
	}
	if err := stream.Flush(); err != nil {
		t.Fatal(err)
	}
	sameAsExcelize(t, write(t, f))
}

func TestCutShortAnywhereIsAnError(t *testing.T) {
	f := excelize.NewFile()
	for i := range 50 {
		set(t, f, "Sheet1", fmt.Sprintf("A%d", i+1), fmt.Sprint("text ", i))
	}
	whole := write(t, f)
	for n := 0; n < len(whole); n += 97 {
		cut := whole[:n]
		w, err := Open(context.Background(), bytes.NewReader(cut), int64(len(cut)), Options{})
		if err == nil {
			_, err = grid(w, w.Sheets[0])
		}
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNotWorkbook) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}
