package sheet

import (
	"path/filepath"
	"testing"

	"dossier/connectors"
	"dossier/internal/xlsx"
)

// Values are stored as what the cell held where that reads as the same value, whatever the date system.
func TestHowCellsAreGivenValues(t *testing.T) {
	const formats = `<numFmts><numFmt numFmtId="164" formatCode="00000"/><numFmt numFmtId="165" formatCode="&quot;M&quot;0000"/></numFmts>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs>`
	const general, day, moment, padded, member, clock = 0, 1, 2, 3, 4, 5
	for _, c := range []struct {
		name     string
		date1904 bool
		kind     xlsx.Kind
		style    int
		text     string
		want     xlsx.CellEdit
	}{
		{"a text", false, xlsx.String, general, "12", xlsx.CellEdit{Kind: xlsx.String, Text: "12"}},
		{"a number", false, xlsx.Number, general, "-12.5", xlsx.CellEdit{Kind: xlsx.Number, Text: "-12.5"}},
		{"a number with a zero in front", false, xlsx.Number, general, "0712", xlsx.CellEdit{Kind: xlsx.String, Text: "0712"}},
		{"a number that loses digits", false, xlsx.Number, general, "12345678901234567", xlsx.CellEdit{Kind: xlsx.String, Text: "12345678901234567"}},
		{"a text for a number", false, xlsx.Number, general, "none", xlsx.CellEdit{Kind: xlsx.String, Text: "none"}},
		{"a date", false, xlsx.Number, day, "1961-04-03", xlsx.CellEdit{Kind: xlsx.Number, Text: "22374"}},
		{"a date of the other system", true, xlsx.Number, day, "1961-04-03", xlsx.CellEdit{Kind: xlsx.Number, Text: "20912"}},
		{"a date in an empty cell", false, xlsx.Blank, day, "1961-04-03", xlsx.CellEdit{Kind: xlsx.Number, Text: "22374"}},
		{"a date in words", false, xlsx.Number, day, "3 April 1961", xlsx.CellEdit{Kind: xlsx.String, Text: "3 April 1961"}},
		{"a date before there were any", false, xlsx.Number, day, "1850-01-01", xlsx.CellEdit{Kind: xlsx.String, Text: "1850-01-01"}},
		{"a moment", false, xlsx.Number, moment, "1961-04-03T12:00:00", xlsx.CellEdit{Kind: xlsx.Number, Text: "22374.5"}},
		{"a time of day", false, xlsx.Number, clock, "06:00:00", xlsx.CellEdit{Kind: xlsx.Number, Text: "0.25"}},
		{"a number of fixed length", false, xlsx.Number, padded, "00042", xlsx.CellEdit{Kind: xlsx.Number, Text: "42"}},
		{"one that is too short", false, xlsx.Number, padded, "042", xlsx.CellEdit{Kind: xlsx.String, Text: "042"}},
		{"a number with a letter", false, xlsx.Number, member, "M0042", xlsx.CellEdit{Kind: xlsx.String, Text: "M0042"}},
		{"true", false, xlsx.Boolean, general, "true", xlsx.CellEdit{Kind: xlsx.Boolean, Text: "1"}},
		{"maybe", false, xlsx.Boolean, general, "maybe", xlsx.CellEdit{Kind: xlsx.String, Text: "maybe"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			save(t, filepath.Join(dir, "a.xlsx"), rawWorkbook(formats, c.date1904, rawSheet{name: "S", rows: rawRow(1, "Name")}))
			s := connect(t, dir, "files = [\"*\"]\n").(*source)
			h, err := s.openFile(t.Context(), file{"a.xlsx", filepath.Join(dir, "a.xlsx")}, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer h.Close()
			got, why := h.book.(*workbook).store(&xlsx.Cell{Kind: c.kind, Style: c.style}, connectors.Text(c.text))
			if got != c.want || why != "" {
				t.Errorf("%+v %s", got, why)
			}
		})
	}
}
