package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"

	"dossier/internal/xlsx"
)

// rawSheet is a sheet as its XML says it: what stands within sheetData, and behind it.
type rawSheet struct {
	name, rows, behind string
	hidden             bool
}

const rawHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const rawMain = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

// rawWorkbook returns a workbook of sheets with the styles' cellXfs and number formats, written part by part.
func rawWorkbook(styles string, date1904 bool, sheets ...rawSheet) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	part := func(name, text string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(rawHead + text))
		}
		if err != nil {
			panic(err)
		}
	}
	const rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`
	const rel = `<Relationship Id="r%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>`
	var list, targets strings.Builder
	types := `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>`
	for i, s := range sheets {
		state := ""
		if s.hidden {
			state = ` state="hidden"`
		}
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d"%s r:id="r%d"/>`, html.EscapeString(s.name), i+1, state, i+1)
		fmt.Fprintf(&targets, rel, i+1, "worksheet", fmt.Sprintf("worksheets/sheet%d.xml", i+1))
		types += fmt.Sprintf(`<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i+1)
		part(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), `<worksheet `+rawMain+`><sheetData>`+s.rows+`</sheetData>`+s.behind+`</worksheet>`)
	}
	properties := ""
	if date1904 {
		properties = `<workbookPr date1904="1"/>`
	}
	part("xl/workbook.xml", `<workbook `+rawMain+`>`+properties+`<sheets>`+list.String()+`</sheets></workbook>`)
	if styles != "" {
		fmt.Fprintf(&targets, rel, len(sheets)+1, "styles", "styles.xml")
		part("xl/styles.xml", `<styleSheet `+rawMain+`>`+styles+`</styleSheet>`)
	}
	part("xl/_rels/workbook.xml.rels", fmt.Sprintf(rels, targets.String()))
	part("_rels/.rels", fmt.Sprintf(rels, fmt.Sprintf(rel, 1, "officeDocument", "xl/workbook.xml")))
	part("[Content_Types].xml", types+`</Types>`)
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

var escapeLike = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// rawText writes a text as a workbook holds it.
func rawText(s string) string {
	s = escapeLike.ReplaceAllString(s, "_x005F$0")
	var b strings.Builder
	for _, r := range s {
		if r < ' ' && r != '\t' && r != '\n' {
			fmt.Fprintf(&b, "_x%04X_", r)
		} else {
			b.WriteString(html.EscapeString(string(r)))
		}
	}
	return b.String()
}

// rawRow writes a row of texts; "" is no cell at all.
func rawRow(number int, cells ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, number)
	for i, c := range cells {
		if c != "" {
			fmt.Fprintf(&b, `<c r="%s%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, xlsx.ColumnName(i), number, rawText(c))
		}
	}
	b.WriteString(`</row>`)
	return b.String()
}

func save(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// rawZip returns a ZIP archive with one part.
func rawZip(name string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if _, err := z.Create(name); err != nil {
		panic(err)
	}
	z.Close()
	return b.Bytes()
}
