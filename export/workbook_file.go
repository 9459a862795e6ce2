package export

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of a worksheet (Excel specifications and limits): rows, and UTF-16 units in a cell.
const (
	sheetRows = 1 << 20
	cellUnits = 32767
)

// workbook writes an Office Open XML workbook (ECMA-376) whose cells are texts, sheet by sheet.
type workbook struct {
	zip   *zip.Writer
	made  time.Time
	names []string

	columns []string // the letters of columns, as far as they were needed
}

const (
	spreadsheet = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	relations   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packages    = `http://schemas.openxmlformats.org/package/2006/`
	contentType = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
)

func (b *workbook) part(name string) (*bufio.Writer, error) {
	w, err := b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.made})
	if err != nil {
		return nil, err
	}
	out := bufio.NewWriterSize(w, 32<<10)
	_, err = out.WriteString(xml.Header)
	return out, err
}

// sheet writes a sheet with a head, which stays in sight, and further sheets where the rows are more than one takes.
func (b *workbook) sheet(name string, heads []string, rows func(row func(...string) error) error) error {
	var out *bufio.Writer
	n := 0
	end := func() error {
		out.WriteString("</sheetData></worksheet>")
		return out.Flush()
	}
	var line []byte
	write := func(style string, cells []string) error {
		n++
		line = append(strconv.AppendInt(append(line[:0], `<row r="`...), int64(n), 10), `">`...)
		for i, text := range cells {
			line = b.appendCell(line, i, n, style, text)
		}
		_, err := out.Write(append(line, "</row>"...))
		return err
	}
	begin := func() error {
		n = 0
		b.names = append(b.names, b.sheetName(name))
		var err error
		if out, err = b.part(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(b.names))); err != nil {
			return err
		}
		fmt.Fprintf(out, `<worksheet xmlns="%s"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`, spreadsheet)
		fmt.Fprintf(out, `<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="%d" width="26" style="2" customWidth="1"/></cols><sheetData>`, max(len(heads), 1))
		return write("1", heads)
	}
	if err := begin(); err != nil {
		return err
	}
	if err := rows(func(cells ...string) error {
		if n == sheetRows {
			if err := end(); err != nil {
				return err
			}
			if err := begin(); err != nil {
				return err
			}
		}
		return write("2", cells)
	}); err != nil {
		return err
	}
	return end()
}

// appendCell appends a cell as a text of its own. An empty one is left out.
func (b *workbook) appendCell(line []byte, column, row int, style, text string) []byte {
	if text == "" {
		return line
	}
	for column >= len(b.columns) {
		b.columns = append(b.columns, columnName(len(b.columns)))
	}
	line = append(append(line, `<c r="`...), b.columns[column]...)
	line = append(strconv.AppendInt(line, int64(row), 10), `" s="`...)
	line = append(append(line, style...), `" t="inlineStr"><is><t xml:space="preserve">`...)
	text = cellText(text)
	last := 0
	for i, r := range text {
		escape := ""
		switch r {
		case '<':
			escape = "&lt;"
		case '>':
			escape = "&gt;"
		case '&':
			escape = "&amp;"
		case '\uFFFE', '\uFFFF': // which are no characters of XML
			escape = "\uFFFD"
		default:
			continue
		}
		line = append(append(line, text[last:i]...), escape...)
		last = i + utf8.RuneLen(r)
	}
	return append(append(line, text[last:]...), "</t></is></c>"...)
}

// cellText returns a text as a cell can hold it: what cannot be seen is marked, a spreadsheet's own escapes are kept from being
// read as such, and what is too long ends with a note.
func cellText(text string) string {
	text = strings.ReplaceAll(visible(text), "_x", "_x005F_x") // ST_Xstring: _xHHHH_ stands for a character
	if len(text) <= cellUnits {
		return text
	}
	const more = " … (the value goes on in data.json)"
	units, cut := 0, 0
	for i, r := range text {
		if units += utf16.RuneLen(r); units <= cellUnits-len(more) {
			cut = i + utf8.RuneLen(r)
		}
	}
	if units > cellUnits {
		return text[:cut] + more
	}
	return text
}

// columnName returns the letters of a column, counted from 0.
func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// sheetName returns a name that a workbook takes and that no sheet has yet: at most 31 UTF-16 units without the signs of references.
func (b *workbook) sheetName(name string) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' || r > 0xFFFF {
			return ' '
		}
		return r
	}, visible(name)), "' ")
	if name == "" {
		name = "Records"
	}
	try := name
	for n := 2; ; n++ {
		end := ""
		if n > 2 {
			end = fmt.Sprintf(" (%d)", n-1)
		}
		letters := []rune(name)
		try = strings.TrimRight(string(letters[:min(len(letters), 31-len(end))]), "' ") + end
		taken := strings.EqualFold(try, "History") // which Excel keeps for itself
		for _, other := range b.names {
			taken = taken || strings.EqualFold(other, try)
		}
		if !taken {
			return try
		}
	}
}

// finish writes what binds the sheets together.
func (b *workbook) finish() error {
	var types, sheets, rels strings.Builder
	for i, name := range b.names {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, i+1, contentType)
		sheets.WriteString(`<sheet name="`)
		_ = xml.EscapeText(&sheets, []byte(name)) // a Builder takes everything
		fmt.Fprintf(&sheets, `" sheetId="%d" r:id="rId%d"/>`, i+1, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, relations, i+1)
	}
	fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, len(b.names)+1, relations)
	for _, part := range [][2]string{
		{"xl/workbook.xml", `<workbook xmlns="` + spreadsheet + `" xmlns:r="` + relations + `"><bookViews><workbookView/></bookViews><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packages + `relationships">` + rels.String() + `</Relationships>`},
		{"xl/styles.xml", workbookStyles},
		{"_rels/.rels", `<Relationships xmlns="` + packages + `relationships"><Relationship Id="rId1" Type="` + relations + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="` + packages + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + contentType + `sheet.main+xml"/>` +
			types.String() + `<Override PartName="/xl/styles.xml" ContentType="` + contentType + `styles+xml"/></Types>`},
	} {
		out, err := b.part(part[0])
		if err != nil {
			return err
		}
		if _, err := io.WriteString(out, part[1]); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return b.zip.Close()
}

// workbookStyles holds three forms of cells: plain, a head in bold, and a text (number format 49) that is wrapped.
const workbookStyles = `<styleSheet xmlns="` + spreadsheet + `"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>` +
	`<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/>` +
	`<xf numFmtId="49" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs></styleSheet>`
