package xlsx

import (
	"io"
	"regexp"
	"slices"
	"testing"
)

// rowsWith returns the numbers of the rows of which a cell holds exactly a text, and of all rows that were read. Where the sheet is damaged
// it returns those before.
func rowsWith(t *testing.T, w *Workbook, text string, sift bool) (with, read []int, err error) {
	t.Helper()
	rows, err := w.Rows(t.Context(), w.Sheets[0])
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	if sift && !rows.Sift([]string{text}, 100, nil) {
		t.Skip("not a text that is sifted for")
	}
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return with, read, nil
		}
		if err != nil {
			return with, read, err
		}
		read = append(read, row.Number)
		for i, c := range row.Cells {
			got, err := row.Text(i)
			if err != nil {
				return with, read, err
			}
			if c.Kind != Blank && string(got) == text {
				with = append(with, row.Number)
				break
			}
		}
	}
}

func TestSiftedRowsAreNotRead(t *testing.T) {
	w := open(t, pack(t, plainParts(`<row r="1"><c r="A1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>0</v></c></row>`+
		`<row r="3" ht="12"><c r="A3"><v>10</v></c></row><row r="4"><c r="A4" t="str"><v>zero point</v></c></row><row r="5"><c r="CX5"><v>1</v></c></row>`)))
	with, read, err := rowsWith(t, w, "zero", true)
	// The first row is read before its sheet is known to be one; the fourth holds the text among others; the last reaches beyond the columns.
	if err != nil || !slices.Equal(with, []int{2}) || !slices.Equal(read, []int{1, 2, 4, 5}) {
		t.Errorf("%d of %d, %v", with, read, err)
	}
}

// divided is a text that elements divide of which the format does not know.
var divided = regexp.MustCompile(`<(v|t)(\s[^>]*)?>[^<]*<[^/!?]|</t>\s*<[^/r!?]`)

// FuzzSift checks that every row with a text is read whatever way it is written in.
func FuzzSift(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="inlineStr"><is><t>Smith</t></is></c></row><row r="2"><c r="A2" t="s"><v>0</v></c></row>`, "Smith")
	f.Add(`<row r="1"><c r="A1" t="str"><v>x</v></c></row><row r="2"><c r="A2" t="s"><v>00</v></c></row><row r="3"/><row r="4"><c t="s"><v> 1</v></c></row>`, "zero")
	f.Add(`<row r="1"><c/></row><row r="2"><c r="A2" t="inlineStr"><is><r><t>o</t></r><r><t>ne </t></r></is></c></row><row><c t="str"><v>&#111;ne </v></c></row>`, "one ")
	f.Add(`<row r="1"><c r="A1" t="str"><v>a_x0062_c</v></c></row><row r="2"><c r="A2" t="str"><v><![CDATA[abc</row>]]></v></c></row>`, "abc")
	f.Fuzz(func(t *testing.T, rows, text string) {
		parts := plainParts(`<row r="1"><c r="A1" t="str"><v>head</v></c></row>` + rows)
		if !wellFormed(parts["xl/worksheets/sheet1.xml"]) || divided.MatchString(rows) {
			return
		}
		file := pack(t, parts)
		want, _, err := rowsWith(t, open(t, file), text, false)
		if err != nil {
			return
		}
		got, _, err := rowsWith(t, open(t, file), text, true)
		if err != nil || !slices.Equal(want, got) {
			t.Fatalf("%s\n%q stands in rows %d, found in %d, %v", rows, text, want, got, err)
		}
	})
}
