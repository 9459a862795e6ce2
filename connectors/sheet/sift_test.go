package sheet

import (
	"path/filepath"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// TestEveryWayToWriteATextIsFound holds that rows are passed over only where they cannot hold the text.
func TestEveryWayToWriteATextIsFound(t *testing.T) {
	inline := func(is string) string { return `<c r="A3" t="inlineStr"><is>` + is + `</is></c>` }
	for _, c := range []struct{ name, row string }{
		{"as it is", `<row r="3">` + inline(`<t>Smith</t>`) + `</row>`},
		{"by references", `<row r="3">` + inline(`<t>S&#109;i&#x74;h</t>`) + `</row>`},
		{"as character data", `<row r="3">` + inline(`<t>Sm<![CDATA[it]]>h</t>`) + `</row>`},
		{"with a comment in it", `<row r="3">` + inline(`<t>Sm<!-- </row> -->ith</t>`) + `</row>`},
		{"with an instruction in it", `<row r="3">` + inline(`<t>Sm<?x?>ith</t>`) + `</row>`},
		{"in runs", `<row r="3">` + inline(`<r><t>Sm</t></r><r><rPr><b/></rPr><t>ith</t></r>`) + `</row>`},
		{"in a text and a run", `<row r="3">` + inline(`<t>Sm</t><r><t>ith</t></r>`) + `</row>`},
		{"in lines", "<row r=\"3\">\n <c r=\"A3\" t=\"inlineStr\">\n<is>\n<r>\n<t>Sm</t>\n</r>\n<r><t>ith</t></r></is></c>\n</row>"},
		{"with escapes", `<row r="3">` + inline(`<t>Sm_x0069_th</t>`) + `</row>`},
		{"shared", `<row r="3"><c r="A3" t="s"><v>1</v></c></row>`},
		{"shared, with zeros in front", `<row r="3"><c r="A3" t="s"><v>01</v></c></row>`},
		{"shared, with white space", "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>\n1 </v></c></row>"},
		{"shared, twice in the table", `<row r="3"><c r="A3" t="s"><v>12</v></c></row>`},
		{"shared, in runs", `<row r="3"><c r="A3" t="s"><v>13</v></c></row>`},
		{"result of a formula", `<row r="3"><c r="A3" t="str"><f>B1</f><v>Smith</v></c></row>`},
		{"quoted otherwise", `<row r='3'><c r='A3' t='str'><v>Smith</v></c></row>`},
		{"without places", `<row><c t="str"><v>Smith</v></c></row>`},
		{"behind an empty row", `<row r="2"/><row r="3"><c r="A3" t="str"><v>Smith</v></c></row>`},
		{"with attributes in front", `<row spans="1:2" r="3"><c s="0" r="A3" t="str"><v>Smith</v></c></row>`},
		{"behind a path", `<row r="3"><c r="A3" t="str"><v>Smith</v></c><c r="B3" t="str"><v>a/row>/rx</v></c></row>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			parts := rawParts(t, rawWorkbook("", false, rawSheet{name: "S", rows: rawRow(1, "Name", "Town") + strings.ReplaceAll(c.row, `<c r="B3"`, `<c  r="B3"`) + rawRow(4, "Jones", "York")}))
			relate(parts, mainPart, "r9", "sharedStrings", "sharedStrings.xml")
			parts["xl/sharedStrings.xml"] = `<sst ` + rawMain + `><si><t>x</t></si><si><t>Smith</t></si>` + strings.Repeat(`<si><t>y</t></si>`, 10) + `<si><t>Smith</t></si><si><r><t>Sm</t></r><r><t>ith</t></r></si></sst>`
			save(t, filepath.Join(dir, "a.xlsx"), rawPack(t, parts))
			src := connect(t, dir, "files = [\"a.xlsx\"]\n[entity.s]\nheader = 1")
			f := find(t, src, connectors.Query{Entity: "s", Any: equal("Name", "Smith")})
			number := "3"
			if c.name == "without places" {
				number = "2"
			}
			if len(f.records) != 1 || !strings.HasPrefix(f.records[0], "a.xlsx, row "+number+": Name=Smith") || len(f.gaps) != 0 {
				t.Errorf("%q", f)
			}
		})
	}
}

// TestWhatRowsTellIsToldOfThoseThatArePassedOver holds that a search for one text has the gaps that any other search has.
func TestWhatRowsTellIsToldOfThoseThatArePassedOver(t *testing.T) {
	for _, c := range []struct{ name, row, gap string }{
		{"a formula without a result", `<row r="3"><c r="A3"><f>B1</f></c></row>`, "1 of its cells hold a formula"},
		{"a formula with an empty result", `<row r="3"><c r="A3"><f>B1</f><v></v></c></row>`, "1 of its cells hold a formula"},
		{"a shared formula without a result", `<row r="3"><c r="A3"><f t="shared" si="0"/></c></row>`, "1 of its cells hold a formula"},
		{"more cells than columns", rawRow(3, "Khan", "Hull", "more"), "1 of its rows have more cells"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			book := rawWorkbook("", false, rawSheet{name: "S", rows: rawRow(1, "Name", "Town") + rawRow(2, "Smith", "York") + c.row})
			save(t, filepath.Join(dir, "a.xlsx"), book)
			src := connect(t, dir, "files = [\"a.xlsx\"]\n[entity.s]\nheader = 1")
			find(t, src, connectors.Query{Entity: "s", Any: equal("Name", "Smith")}).check(t, []string{"a.xlsx, row 2: Name=Smith Town=York"}, []string{c.gap})
		})
	}
}

func TestNumbersThatReadAsTextsAreFound(t *testing.T) {
	styles := `<numFmts><numFmt numFmtId="164" formatCode="&quot;M&quot;0000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs>`
	for _, c := range []struct{ styles, cell, value string }{
		{styles, `<c r="A2" s="1"><v>55</v></c>`, "M0055"},
		{strings.Replace(styles, "&quot;M&quot;0000", "0", 1), `<c r="A2" s="2"><v>44270.212581018517</v></c>`, "2021-03-15T05:06:07"},
		{"", `<c r="A2"><v>1.5E3</v></c>`, "1500"},
		{"", `<c r="A2" t="b"><v>1</v></c>`, "true"},
		{"", `<c r="A2" t="d"><v>2021-03-15T05:06:07Z</v></c>`, "2021-03-15T05:06:07"},
		{"", `<c r="A2" t="e"><v>#N/A</v></c>`, "#N/A"},
		{"", `<c r="A2"><v>1 Smith</v></c>`, "1 Smith"}, // a text that says it is a number
	} {
		dir := t.TempDir()
		save(t, filepath.Join(dir, "a.xlsx"), rawWorkbook(c.styles, false, rawSheet{name: "S", rows: rawRow(1, "Number") + `<row r="2">` + c.cell + `</row>` + rawRow(3, "x")}))
		src := connect(t, dir, "files = [\"a.xlsx\"]\n[entity.s]\nheader = 1")
		for _, how := range []compare.How{compare.Equal, compare.Folded} {
			if f := find(t, src, connectors.Query{Entity: "s", Any: []connectors.Clause{{ask("Number", how, c.value)}}}); len(f.records) != 1 {
				t.Errorf("%s %s in %s: %q", how, c.value, c.cell, f)
			}
		}
	}
}
