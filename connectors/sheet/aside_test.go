package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// rawParts unpacks a workbook.
func rawParts(t testing.TB, book []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(b)
	}
	return parts
}

func rawPack(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// relate adds a relationship to a part's; one to a web address leads outside.
func relate(parts map[string]string, of, id, kind, target string) {
	at := strings.LastIndex(of, "/") + 1
	name := of[:at] + "_rels/" + of[at:] + ".rels"
	if parts[name] == "" {
		parts[name] = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`
	}
	mode := ""
	if strings.Contains(target, ":") {
		mode = ` TargetMode="External"`
	}
	parts[name] = strings.Replace(parts[name], "</Relationships>", `<Relationship Id="`+id+`" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/`+kind+`" Target="`+target+`"`+mode+`/></Relationships>`, 1)
}

const (
	firstSheet = "xl/worksheets/sheet1.xml"
	mainPart   = "xl/workbook.xml"
	drawingNS  = `xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"`
)

// behind puts elements behind the rows of the first sheet.
func behind(parts map[string]string, elements string) {
	parts[firstSheet] = strings.Replace(parts[firstSheet], "</worksheet>", elements+"</worksheet>", 1)
}

// TestWhatIsNoCellIsSearched hides Featherstone, whose e-mail address is f@example.org, wherever a workbook can hold a text.
func TestWhatIsNoCellIsSearched(t *testing.T) {
	jones := "a.xlsx, row 3: Name=Jones E-mail=j@example.org"
	there := " holds what was searched for and belongs to no record that was found"
	for _, c := range []struct {
		name   string
		change func(parts map[string]string)
		gap    string // of a search for Featherstone
		jones  string // what a search for Jones yields, "": his row as it is
	}{
		{"note on a row", func(p map[string]string) {
			relate(p, firstSheet, "c1", "comments", "../comments1.xml")
			p["xl/comments1.xml"] = `<comments ` + rawMain + `><authors><author>Ann Bell</author></authors><commentList><comment ref="B3" authorId="0"><text>` +
				`<r><t xml:space="preserve">see </t></r><r><rPr><b/></rPr><t>Feather</t></r><r><t>stone, Mr</t></r></text></comment></commentList></comments>`
		}, "a comment on row 3" + there, jones + " (comments)=see Featherstone, Mr; Ann Bell"},
		{"author of a note", func(p map[string]string) {
			relate(p, firstSheet, "c1", "comments", "/xl/notes.xml")
			p["xl/notes.xml"] = `<comments ` + rawMain + `><authors><author>x</author><author>Featherstone</author></authors><commentList><comment ref="A3" authorId="1"><text><t>rang</t></text></comment></commentList></comments>`
		}, "a comment on row 3" + there, jones + " (comments)=rang; Featherstone"},
		{"conversation", func(p map[string]string) {
			relate(p, firstSheet, "c1", "comments", "../comments1.xml")
			relate(p, firstSheet, "c2", "threadedComment", "../threadedComments/t.xml")
			relate(p, mainPart, "p1", "person", "persons/person.xml")
			p["xl/comments1.xml"] = `<comments ` + rawMain + `><authors><author>tc={1}</author></authors><commentList><comment ref="A3" authorId="0"><text><t>[Threaded comment] Ask Featherstone</t></text></comment></commentList></comments>`
			p["xl/threadedComments/t.xml"] = `<ThreadedComments><threadedComment ref="A3" personId="{p}" id="{1}"><text>Ask Featherstone</text></threadedComment><threadedComment ref="A3" personId="{p}" id="{2}" parentId="{1}"><text>Done</text></threadedComment></ThreadedComments>`
			p["xl/persons/person.xml"] = `<personList><person displayName="Ann Bell" id="{p}" userId="ann@example.org"/></personList>`
		}, "a comment on row 3" + there, jones + " (comments)=Ask Featherstone; Ann Bell; Done; Ann Bell"},
		{"note on the header", func(p map[string]string) {
			relate(p, firstSheet, "c1", "comments", "../comments1.xml")
			p["xl/comments1.xml"] = `<comments ` + rawMain + `><authors/><commentList><comment ref="B1" authorId="0"><text><t>from f@example.org</t></text></comment></commentList></comments>`
		}, "a comment on B1" + there, ""},
		{"note on an empty row", func(p map[string]string) {
			relate(p, firstSheet, "c1", "comments", "../comments1.xml")
			p["xl/comments1.xml"] = `<comments ` + rawMain + `><authors/><commentList><comment ref="C99" authorId="0"><text><t>Featherstone?</t></text></comment></commentList></comments>`
		}, "a comment on C99" + there, ""},
		{"target of a link", func(p map[string]string) {
			relate(p, firstSheet, "h1", "hyperlink", "mailto:f@example.org?subject=Hello%20there")
			behind(p, `<hyperlinks><hyperlink ref="B3" r:id="h1"/></hyperlinks>`)
		}, "a link on row 3" + there, jones + " (links)=f@example.org?subject=Hello there"},
		{"tooltip of a link", func(p map[string]string) {
			behind(p, `<hyperlinks><hyperlink ref="A3" location="Other!A1" tooltip="Mr Featherstone" display="Jones"/></hyperlinks>`)
		}, "a link on row 3" + there, jones + " (links)=Mr Featherstone"},
		{"link on an empty row", func(p map[string]string) {
			relate(p, firstSheet, "h1", "hyperlink", "https://example.org/people/Featherstone/")
			behind(p, `<hyperlinks><hyperlink ref="A50:B50" r:id="h1"/></hyperlinks>`)
		}, "a link on A50:B50" + there, ""},
		{"header of the pages", func(p map[string]string) {
			behind(p, `<headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;12Featherstone&amp;R&amp;P</oddHeader></headerFooter>`)
		}, "a header or footer" + there, ""},
		{"list of allowed values", func(p map[string]string) {
			behind(p, `<dataValidations count="1"><dataValidation type="list" sqref="C2:C9"><formula1>"Smith,Featherstone"</formula1></dataValidation></dataValidations>`)
		}, "a list of allowed values" + "…" + there, ""},
		{"prompt of a check", func(p map[string]string) {
			behind(p, `<dataValidations count="1"><dataValidation promptTitle="Ask" prompt="Ask Featherstone first" sqref="C2:C9"/></dataValidations>`)
		}, "a list of allowed values or its prompt" + there, ""},
		{"rule of colours", func(p map[string]string) {
			behind(p, `<conditionalFormatting sqref="A2:A9"><cfRule type="containsText" text="Featherstone" priority="1"><formula>1</formula></cfRule></conditionalFormatting>`)
		}, "a setting" + there, ""},
		{"filter", func(p map[string]string) {
			behind(p, `<autoFilter ref="A1:B3"><filterColumn colId="0"><filters><filter val="Featherstone"/></filters></filterColumn></autoFilter>`)
		}, "a filter" + there, ""},
		{"property of the document", func(p map[string]string) {
			p["docProps/core.xml"] = `<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:creator>Featherstone</dc:creator></cp:coreProperties>`
		}, "the document's properties" + there, ""},
		{"manager among the properties", func(p map[string]string) {
			p["docProps/app.xml"] = `<Properties><Manager>A. Featherstone</Manager></Properties>`
		}, "the document's properties" + there, ""},
		{"property of one's own", func(p map[string]string) {
			p["docProps/custom.xml"] = `<Properties xmlns:vt="v"><property name="Client"><vt:lpwstr>Featherstone</vt:lpwstr></property></Properties>`
		}, "the document's properties" + there, ""},
		{"text box", func(p map[string]string) {
			relate(p, firstSheet, "d1", "drawing", "../drawings/drawing1.xml")
			p["xl/drawings/drawing1.xml"] = `<xdr:wsDr ` + drawingNS + `><xdr:twoCellAnchor><xdr:sp><xdr:txBody><a:p><a:r><a:rPr><a:solidFill><a:srgbClr val="0"/></a:solidFill></a:rPr><a:t>Feather</a:t></a:r>` +
				`<a:r><a:rPr b="1"/><a:t>stone</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>`
		}, `a text box or another drawing of sheet "S"` + there, ""},
		{"words that stand for a picture", func(p map[string]string) {
			relate(p, firstSheet, "d1", "drawing", "../drawings/drawing1.xml")
			p["xl/drawings/drawing1.xml"] = `<xdr:wsDr ` + drawingNS + `><xdr:pic><xdr:cNvPr id="2" name="Picture 1" descr="Photo of Featherstone"/></xdr:pic></xdr:wsDr>`
		}, `a text box or another drawing of sheet "S"` + there, ""},
		{"text box of an older program", func(p map[string]string) {
			relate(p, firstSheet, "d1", "vmlDrawing", "../drawings/vmlDrawing1.vml")
			p["xl/drawings/vmlDrawing1.vml"] = `<xml xmlns:v="v"><v:shape><v:textbox><div><font color="#000">Feather</font><font>stone</font></div></v:textbox></v:shape></xml>`
		}, `a text box or another drawing of sheet "S"` + there, ""},
		{"cache of a chart", func(p map[string]string) {
			relate(p, firstSheet, "d1", "drawing", "../drawings/drawing1.xml")
			relate(p, "xl/drawings/drawing1.xml", "c1", "chart", "../charts/chart1.xml")
			p["xl/drawings/drawing1.xml"] = `<xdr:wsDr ` + drawingNS + `/>`
			p["xl/charts/chart1.xml"] = `<c:chartSpace xmlns:c="c"><c:strCache><c:pt idx="0"><c:v>Featherstone</c:v></c:pt></c:strCache></c:chartSpace>`
		}, `a chart of sheet "S"` + there, ""},
		{"cache of a pivot table", func(p map[string]string) {
			relate(p, mainPart, "p1", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml")
			p["xl/pivotCache/pivotCacheDefinition1.xml"] = `<pivotCacheDefinition ` + rawMain + `><cacheFields><cacheField name="Name"><sharedItems><s v="Featherstone"/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>`
		}, "the data that a pivot table keeps" + there, ""},
		{"records of a pivot table", func(p map[string]string) {
			p["xl/pivotCache/pivotCacheRecords1.xml"] = `<pivotCacheRecords ` + rawMain + `><r><x v="0"/><s v="f@example.org"/></r></pivotCacheRecords>`
		}, "the data that a pivot table keeps" + there, ""},
		{"defined name", func(p map[string]string) {
			p[mainPart] = strings.Replace(p[mainPart], "</workbook>", `<definedNames><definedName name="Boss">"Featherstone"</definedName></definedNames></workbook>`, 1)
		}, "the names of cells" + "…" + there, ""},
		{"what is kept of another workbook", func(p map[string]string) {
			p["xl/externalLinks/externalLink1.xml"] = `<externalLink ` + rawMain + `><externalBook><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1" t="str"><v>Featherstone</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>`
		}, "what is kept of another workbook" + there, ""},
		{"path of another workbook", func(p map[string]string) {
			p["xl/externalLinks/externalLink1.xml"] = `<externalLink ` + rawMain + `/>`
			relate(p, "xl/externalLinks/externalLink1.xml", "e1", "externalLinkPath", "file:///P:/Clients/Featherstone/list.xlsx")
		}, "a link to another file or page" + there, ""},
		{"data of a form", func(p map[string]string) {
			p["customXml/item1.xml"] = `<form><client>Featherstone</client></form>`
		}, "the part customxml/item1.xml" + there, ""},
		{"embedded document", func(p map[string]string) {
			p["xl/embeddings/Microsoft_Word_Document1.docx"] = "PK whatever"
		}, "it holds files of other kinds, which were not looked into: xl/embeddings/Microsoft_Word_Document1.docx", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			parts := rawParts(t, rawWorkbook("", false, rawSheet{name: "S", rows: rawRow(1, "Name", "E-mail") + rawRow(2, "Smith", "s@example.org") + rawRow(3, "Jones", "j@example.org")}))
			c.change(parts)
			save(t, filepath.Join(dir, "a.xlsx"), rawPack(t, parts))
			src := connect(t, dir, "files = [\"a.xlsx\"]\n[entity.s]\n[entity.s.fields]\nName = {}\n\"E-mail\" = {}")
			asked := connectors.Query{Entity: "s", Any: []connectors.Clause{{ask("E-mail", compare.Folded, "F@example.org")}, {ask("Name", compare.Contains, "featherstone")}}}
			find(t, src, asked).check(t, nil, []string{"a.xlsx / s: not searched: …" + c.gap})
			want, gaps := c.jones, []string(nil)
			if want == "" {
				want = jones
			}
			if strings.HasPrefix(c.name, "embedded") {
				gaps = []string{c.gap}
			}
			find(t, src, connectors.Query{Entity: "s", Any: equal("Name", "Jones")}).check(t, []string{want}, gaps)
		})
	}
}

// TestWorkbooksWithoutRowsAreSearched holds that a workbook of which no sheet has any rows, or one sheet of it, is looked into all the same.
func TestWorkbooksWithoutRowsAreSearched(t *testing.T) {
	rows := rawRow(1, "Name") + rawRow(2, "Jones")
	for name, sheets := range map[string][]rawSheet{"no rows at all": {{name: "S"}}, "another sheet has rows": {{name: "S"}, {name: "People", rows: rows}}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			parts := rawParts(t, rawWorkbook("", false, sheets...))
			relate(parts, firstSheet, "d1", "drawing", "../drawings/drawing1.xml")
			parts["xl/drawings/drawing1.xml"] = `<xdr:wsDr ` + drawingNS + `><a:p><a:r><a:t>Ask Featherstone</a:t></a:r></a:p></xdr:wsDr>`
			relate(parts, firstSheet, "c1", "comments", "../comments1.xml")
			parts["xl/comments1.xml"] = `<comments ` + rawMain + `><authors/><commentList><comment ref="B9" authorId="0"><text><t>Featherstone rang</t></text></comment></commentList></comments>`
			behind(parts, `<headerFooter><oddHeader>&amp;CFeatherstone</oddHeader></headerFooter>`)
			save(t, filepath.Join(dir, "a.xlsx"), rawPack(t, parts))
			src := connect(t, dir, "files = [\"a.xlsx\"]\n[entity.people]\n[entity.people.fields]\nName = {}")
			f := find(t, src, connectors.Query{Entity: "people", Any: equal("Name", "Featherstone")})
			f.check(t, nil, []string{`sheet "S", a header or footer holds`, `sheet "S", a comment on B9 holds`, `a text box or another drawing of sheet "S" holds`})
		})
	}
}

func TestAPartThatCannotBeReadIsAGapAndTheRowsAreSearched(t *testing.T) {
	for name, change := range map[string]func(map[string]string){
		"its comments were not searched": func(p map[string]string) {
			relate(p, firstSheet, "c1", "comments", "../comments1.xml")
			p["xl/comments1.xml"] = `<comments><commentList>`
		},
		"what stands outside its cells was not searched": func(p map[string]string) { p["docProps/core.xml"] = `<a><!DOCTYPE x>` },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			parts := rawParts(t, rawWorkbook("", false, rawSheet{name: "S", rows: rawRow(1, "Name") + rawRow(2, "Smith")}))
			change(parts)
			save(t, filepath.Join(dir, "a.xlsx"), rawPack(t, parts))
			src := connect(t, dir, "files = [\"a.xlsx\"]\n[entity.s]\nheader = 1")
			find(t, src, connectors.Query{Entity: "s", Any: equal("Name", "Smith")}).check(t, []string{"a.xlsx, row 2: Name=Smith"}, []string{name})
		})
	}
}

func TestCommentsAndLinksAreFieldsOfTheirRows(t *testing.T) {
	dir := t.TempDir()
	parts := rawParts(t, rawWorkbook("", false, rawSheet{name: "S", rows: rawRow(1, "Name", "(Links)") + rawRow(2, "Smith", "x") + rawRow(3, "s@example.org", "y")}))
	relate(parts, firstSheet, "c1", "comments", "../comments1.xml")
	parts["xl/comments1.xml"] = `<comments ` + rawMain + `><authors><author>Ann</author></authors><commentList><comment ref="B2" authorId="0"><text><t>Rang</t></text></comment></commentList></comments>`
	relate(parts, firstSheet, "h1", "hyperlink", "https://example.org/smith")
	relate(parts, firstSheet, "h2", "hyperlink", "mailto:S@example.org")
	behind(parts, `<hyperlinks><hyperlink ref="A2" r:id="h1" display="Smith"/><hyperlink ref="A3" r:id="h2" display="s@example.org"/></hyperlinks>`)
	save(t, filepath.Join(dir, "a.xlsx"), rawPack(t, parts))
	src := connect(t, dir, "files = [\"a.xlsx\"]\n[entity.s]\nheader = 1")
	row := "a.xlsx, row 2: Name=Smith (Links)=x (comments)=Rang; Ann (links) (2)=https://example.org/smith"
	find(t, src, connectors.Query{Entity: "s"}).check(t, []string{row, "a.xlsx, row 3: Name=s@example.org (Links)=y"}, nil)
	for field, value := range map[string]string{"(comments)": "ann", "(links) (2)": "HTTPS://example.org/smith"} {
		f := find(t, src, connectors.Query{Entity: "s", Any: []connectors.Clause{{ask(field, compare.Folded, value)}}})
		f.check(t, []string{row}, nil)
	}
	only := find(t, src, connectors.Query{Entity: "s", Fields: []string{"Name", "(comments)"}, Any: equal("Name", "Smith")})
	only.check(t, []string{"a.xlsx, row 2: Name=Smith (comments)=Rang; Ann"}, nil)
	catalog, err := src.Describe(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	shape, _ := catalog.Shape("s")
	if d := cmp.Diff([]string{"Name", "(Links)", "(comments)", "(links) (2)"}, shape.Names()); d != "" {
		t.Error(d)
	}
}

// TestLinksOfALargeSheet holds that links, which stand behind the rows, reach records that were read before them.
func TestLinksOfALargeSheet(t *testing.T) {
	var text strings.Builder
	text.WriteString(rawRow(1, "Name", "Note"))
	for i := 2; i <= 20_000; i++ {
		text.WriteString(rawRow(i, "Somebody", strings.Repeat("note ", 40)))
	}
	parts := rawParts(t, rawWorkbook("", false, rawSheet{name: "S", rows: text.String()}))
	relate(parts, firstSheet, "h1", "hyperlink", "https://example.org/Featherstone")
	behind(parts, `<hyperlinks><hyperlink ref="A15000" r:id="h1"/></hyperlinks>`)
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.xlsx"), rawPack(t, parts))
	src := connect(t, dir, "files = [\"a.xlsx\"]\n[entity.s]\nheader = 1")
	f := find(t, src, connectors.Query{Entity: "s", Any: []connectors.Clause{{ask("(links)", compare.Contains, "featherstone")}}})
	if len(f.records) != 1 || len(f.gaps) != 0 || !strings.HasPrefix(f.records[0], "a.xlsx, row 15000: ") {
		t.Errorf("%.300q", f)
	}
	find(t, src, connectors.Query{Entity: "s", Any: equal("Name", "Featherstone")}).check(t, nil, []string{"a link on row 15000 holds"})
}

func TestPhrasesWithinTexts(t *testing.T) {
	for _, c := range []struct {
		how   compare.How
		value string
		text  string
		want  bool
	}{
		{compare.Equal, "f@example.org", "write to <f@example.org>, please", true},
		{compare.Equal, "f@example.org", "mailto:f@example.org?subject=x", true},
		{compare.Equal, "f@example.org", "of@example.org", false},
		{compare.Folded, "van der Berg", "Dear Mrs Van der Berg,", true},
		{compare.Date, "1961-04-03", "born on 3 April 1961.", true},
		{compare.Date, "1961-04-03", "(03/04/1961)", true},
		{compare.Digits, "7700900495", "phone: +44 (0) 7700 900 495, evenings", true},
		{compare.Compact, "M000123", "no. M 000-123!", true},
		{compare.Compact, "M000123", "no. M 0001234", false},
		{compare.Prefix, "cath", "ask Catherine", true},
		{compare.Contains, "high street", "1 High Street, York", true},
	} {
		if got := within(compare.Compile(c.how, compare.Text, []string{c.value}), c.text); got != c.want {
			t.Errorf("%s %q in %q: %t", c.how, c.value, c.text, got)
		}
	}
}
