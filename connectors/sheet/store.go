package sheet

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"dossier/connectors"
	"dossier/internal/xlsx"
)

// longest is how many characters a cell of a workbook holds, in UTF-16 (Excel's specifications and limits).
const longest = 32_767

// store returns how a cell holds a value: as what it held before where that reads as the same value, and else as text. c is
// the cell as it is, nil where there is none. why tells what cannot be held.
func (w *workbook) store(c *xlsx.Cell, v connectors.Value) (e xlsx.CellEdit, why string) {
	text := v.String()
	switch {
	case v.IsNull():
		return xlsx.CellEdit{Kind: xlsx.Blank}, ""
	case len(text) > longest && len(utf16.Encode([]rune(text))) > longest:
		return e, "would be longer than the 32,767 characters that a cell holds"
	case c == nil:
	case c.Kind == xlsx.Boolean && (text == "true" || text == "false"):
		return xlsx.CellEdit{Kind: xlsx.Boolean, Text: strconv.Itoa(len("false") - len(text))}, ""
	case c.Kind == xlsx.Number || c.Kind == xlsx.Blank:
		if number, ok := w.number(w.book.Format(c.Style), text); ok {
			return xlsx.CellEdit{Kind: xlsx.Number, Text: number}, ""
		}
	}
	return xlsx.CellEdit{Kind: xlsx.String, Text: text}, ""
}

// alike returns cells by which those of a new row are stored: numbers below numbers that have no format of their own.
func (w *workbook) alike(cells []xlsx.Cell) []xlsx.Cell {
	var all []xlsx.Cell
	for _, c := range cells {
		f := w.book.Format(c.Style)
		if _, masked := f.AppendShown(nil, []byte("1")); c.Kind == xlsx.Number && !f.Date && !f.Time && !masked {
			all = append(all, xlsx.Cell{Column: c.Column, Kind: xlsx.Number})
		}
	}
	return all
}

// number returns the number that reads as the text under a format. ok is false where there is none that keeps every digit.
func (w *workbook) number(f xlsx.Format, text string) (number string, ok bool) {
	if f.Date || f.Time {
		for _, first := range []time.Time{day1900, day1904} {
			number, ok = serial(first, text)
			if read, reads := w.book.AppendDate(nil, []byte(number), f); ok && reads && string(read) == text {
				return number, true
			}
		}
		return "", false
	}
	number = text
	if shown, masked := f.AppendShown(nil, []byte(trimZeros(text))); masked {
		number, ok = trimZeros(text), string(shown) == text
		return number, ok && len(number) <= 15
	}
	digits := strings.Trim(strings.TrimPrefix(number, "-"), ".")
	if digits == "" || strings.Trim(digits, "0123456789.") != "" || len(digits) > 15 {
		return "", false
	}
	return number, string(xlsx.AppendDecimal(nil, []byte(number))) == text
}

func trimZeros(digits string) string {
	if trimmed := strings.TrimLeft(digits, "0"); trimmed != "" {
		return trimmed
	}
	return digits
}

// The days before the first ones of the two date systems, as far as Excel counts them right (ECMA-376 part 1, 18.17.4.1).
var (
	day1900 = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	day1904 = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
)

// serial returns the serial number of a date or time of day in canonical text.
func serial(first time.Time, text string) (string, bool) {
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04:05.999", "15:04:05.999"} {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if t.Year() == 0 {
			t = t.AddDate(first.Year(), int(first.Month())-1, first.Day()-1)
		}
		return strconv.FormatFloat(float64(t.Sub(first).Milliseconds())/(24*60*60*1000), 'f', -1, 64), true
	}
	return "", false
}
