package estate

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// write writes the workbook below the folder of the estate.
func (b *workbook) write(dir string) error {
	f := excelize.NewFile()
	defer f.Close()
	dateStyle, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		return err
	}
	for i, s := range b.sheets {
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.name)
		} else {
			_, err = f.NewSheet(s.name)
		}
		if err != nil {
			return err
		}
		if err := s.write(f, dateStyle); err != nil {
			return fmt.Errorf("sheet %s: %w", s.name, err)
		}
		if s.hidden {
			if err := f.SetSheetVisible(s.name, false); err != nil {
				return err
			}
		}
	}
	path := filepath.Join(dir, filepath.FromSlash(b.place()))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return f.SaveAs(path)
}

func (s *sheet) write(f *excelize.File, dateStyle int) error {
	out, err := f.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	for i, h := range s.header {
		if h == s.unseen {
			if err := out.SetColVisible(i+1, i+1, false); err != nil {
				return err
			}
		}
	}
	for i, line := range s.above {
		row := i + 1
		if err := out.SetRow(cellName(1, row), []any{line}); err != nil {
			return err
		}
		if line != "" {
			if err := out.MergeCell(cellName(1, row), cellName(len(s.header), row)); err != nil {
				return err
			}
		}
	}
	header := make([]any, len(s.header))
	for i, h := range s.header {
		header[i] = h
	}
	if err := out.SetRow(cellName(1, s.headerRow()), header); err != nil {
		return err
	}
	for _, r := range s.rows {
		if err := out.SetRow(cellName(1, r.row), cells(r.cells, r.row, dateStyle), excelize.RowOpts{Hidden: r.hidden}); err != nil {
			return err
		}
	}
	if s.totals != nil {
		row := s.headerRow() + len(s.rows) + 1
		if err := out.SetRow(cellName(1, row), cells(s.totals, row, dateStyle)); err != nil {
			return err
		}
	}
	if err := s.merge(out); err != nil {
		return err
	}
	return out.Flush()
}

// merge joins each cell of the merged column with the empty ones below it.
func (s *sheet) merge(out *excelize.StreamWriter) error {
	for i, h := range s.header {
		if h != s.merged {
			continue
		}
		for start := 0; start < len(s.rows); {
			end := start + 1
			for end < len(s.rows) && s.rows[end].cells[i] == nil {
				end++
			}
			if end-start > 1 {
				if err := out.MergeCell(cellName(i+1, s.rows[start].row), cellName(i+1, s.rows[end-1].row)); err != nil {
					return err
				}
			}
			start = end
		}
	}
	return nil
}

func cells(values []any, row, dateStyle int) []any {
	out := make([]any, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case dated:
			out[i] = excelize.Cell{StyleID: dateStyle, Value: serial(time.Time(v))}
		case formula:
			out[i] = excelize.Cell{Formula: strings.ReplaceAll(v.text, "{row}", strconv.Itoa(row)), Value: v.value}
		default:
			out[i] = v
		}
	}
	return out
}

func cellName(column, row int) string {
	return string(rune('A'+column-1)) + strconv.Itoa(row)
}
