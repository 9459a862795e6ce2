package xlsx

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// cached returns the parts of a workbook in which everything repeats what row 3 holds.
func cached() map[string]string {
	parts := plainParts(`<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>` +
		`<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>10</v></c><c r="C2"><f t="shared" ref="C2:C5" si="0">B2*$B$1</f><v>0</v></c></row>` +
		`<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>777001</v></c><c r="C3"><f t="shared" si="0"/><v>0</v></c></row>` +
		`<row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4"><v>30</v></c><c r="C4"><f t="shared" si="0"/><v>0</v></c></row>` +
		`<row r="5"><c r="A5" t="s"><v>0</v></c><c r="B5"><v>40</v></c><c r="C5"><f t="shared" si="0"/><v>0</v></c>` +
		`<c r="D5" t="str"><f>INDEX(A:A,2+1)</f><v>Featherstonehaugh</v></c></row>`)
	parts["xl/sharedStrings.xml"] = `<sst ` + mainNS + `><si><t>Smith</t></si><si><r><t>Featherstone</t></r><r><t>haugh</t></r></si><si><t>Jones</t></si><si><t>Featherstonehaugh</t></si></sst>`
	const sheet = "xl/worksheets/sheet1.xml"
	parts[sheet] = strings.Replace(parts[sheet], "</worksheet>", `<autoFilter ref="A1:C5"><filterColumn colId="0"><filters><filter val="Featherstonehaugh"/></filters></filterColumn></autoFilter>`+
		`<headerFooter><oddHeader>List with Featherstonehaugh</oddHeader></headerFooter><drawing r:id="rId1" `+relNS+`/></worksheet>`, 1)
	parts["xl/worksheets/_rels/sheet1.xml.rels"] = relHead + `<Relationship Id="rId1" Type="` + relType + `drawing" Target="../drawings/drawing1.xml"/></Relationships>`
	parts["xl/drawings/drawing1.xml"] = `<xdr:wsDr xmlns:xdr="x" xmlns:a="a"><xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:row>3</xdr:row></xdr:from><xdr:to><xdr:col>5</xdr:col><xdr:row>9</xdr:row></xdr:to>` +
		`<xdr:sp textlink="Sheet1!$A$4"><a:t>Featherstonehaugh</a:t></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>`
	parts["xl/drawings/_rels/drawing1.xml.rels"] = relHead + `<Relationship Id="rId1" Type="` + relType + `chart" Target="/xl/charts/chart1.xml"/></Relationships>`
	parts["xl/charts/chart1.xml"] = `<c:chartSpace xmlns:c="c"><c:cat><c:strRef><c:f>Sheet1!$A$2:$A$5</c:f><c:strCache><c:ptCount val="4"/><c:pt idx="1"><c:v>Featherstonehaugh</c:v></c:pt></c:strCache></c:strRef></c:cat></c:chartSpace>`
	book := parts["xl/_rels/workbook.xml.rels"]
	for i, more := range [][2]string{{"pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"}, {"externalLink", "externalLinks/externalLink1.xml"}, {"calcChain", "calcChain.xml"}} {
		book = strings.Replace(book, "</Relationships>", `<Relationship Id="rId1`+string(rune('0'+i))+`" Type="`+relType+more[0]+`" Target="`+more[1]+`"/></Relationships>`, 1)
	}
	parts["xl/_rels/workbook.xml.rels"] = book
	parts["xl/pivotCache/pivotCacheDefinition1.xml"] = `<pivotCacheDefinition ` + mainNS + `><cacheSource type="worksheet"><worksheetSource ref="A1:C5" sheet="Sheet1"/></cacheSource>` +
		`<cacheFields><cacheField name="Name"><sharedItems count="3"><s v="Smith"/><s v="Featherstonehaugh"/><s v="Jones"/></sharedItems></cacheField>` +
		`<cacheField name="B"><sharedItems containsNumber="1" minValue="10" maxValue="777001"/></cacheField></cacheFields></pivotCacheDefinition>`
	parts["xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels"] = relHead + `<Relationship Id="rId1" Type="` + relType + `pivotCacheRecords" Target="pivotCacheRecords1.xml"/></Relationships>`
	parts["xl/pivotCache/pivotCacheRecords1.xml"] = `<pivotCacheRecords ` + mainNS + ` count="1"><r><x v="1"/><n v="777001"/></r></pivotCacheRecords>`
	parts["xl/externalLinks/externalLink1.xml"] = `<externalLink ` + mainNS + `><externalBook><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1" t="str"><v>Featherstonehaugh</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>`
	parts["xl/calcChain.xml"] = `<calcChain ` + mainNS + `><c r="C3" i="1"/></calcChain>`
	parts["docProps/thumbnail.jpeg"] = "a picture of Featherstonehaugh"
	parts["_rels/.rels"] = strings.Replace(parts["_rels/.rels"], "</Relationships>", `<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail" Target="docProps/thumbnail.jpeg"/></Relationships>`, 1)
	parts["[Content_Types].xml"] = strings.Replace(parts["[Content_Types].xml"], "</Types>", `<Override PartName="/xl/calcChain.xml" ContentType="x"/></Types>`, 1)
	return parts
}

func TestCachesForgetWhatWasRemoved(t *testing.T) {
	after, report := rewriteWorkbook(t, pack(t, cached()), Edit{Sheet: "Sheet1", Delete: []int{3}})
	parts := unzip(t, after)
	for name, text := range parts {
		if strings.Contains(text, "777001") || strings.Contains(text, "Featherstone") && !strings.Contains(text, "List with Featherstonehaugh") {
			t.Errorf("%s still holds what was removed:\n%s", name, text)
		}
	}
	if d := cmp.Diff([]string{"xl/worksheets/sheet1.xml: a text in it holds a removed value among other words"}, report.Remains); d != "" {
		t.Error(d)
	}
	for name, wants := range map[string][]string{
		"xl/worksheets/sheet1.xml":                {`<f>B2*$B$1</f>`, `<f>B3*$B$1</f>`, `<f>B4*$B$1</f>`, `<c r="D4"><f>INDEX(A:A,2+1)</f></c>`, `<autoFilter ref="A1:C4"/>`},
		"xl/sharedStrings.xml":                    {`<si><t>Smith</t></si><si><t/></si><si><t>Jones</t></si><si><t/></si>`},
		"xl/charts/chart1.xml":                    {`<c:strRef><c:f>Sheet1!$A$2:$A$4</c:f></c:strRef>`},
		"xl/drawings/drawing1.xml":                {`<xdr:row>2</xdr:row>`, `<xdr:row>8</xdr:row>`, `textlink="Sheet1!$A$3"`},
		"xl/pivotCache/pivotCacheDefinition1.xml": {`refreshOnLoad="1"`, `ref="A1:C4"`, `<s v="Smith"/><m/><s v="Jones"/>`},
		"xl/workbook.xml":                         {`fullCalcOnLoad="1"`},
	} {
		for _, want := range wants {
			if !strings.Contains(parts[name], want) {
				t.Errorf("%s lacks %s:\n%s", name, want, parts[name])
			}
		}
	}
	for _, gone := range []string{"xl/calcChain.xml", "docProps/thumbnail.jpeg"} {
		if _, there := parts[gone]; there || strings.Contains(parts["[Content_Types].xml"]+parts["xl/_rels/workbook.xml.rels"]+parts["_rels/.rels"], strings.TrimPrefix(gone, "xl/")) {
			t.Errorf("%s is still there", gone)
		}
	}
}

func TestASharedFormulaOutlivesItsFirstCell(t *testing.T) {
	after, report := rewriteWorkbook(t, pack(t, cached()), Edit{Sheet: "Sheet1", Blank: []int{2}})
	sheet := unzip(t, after)["xl/worksheets/sheet1.xml"]
	for _, want := range []string{`<row r="2"></row>`, `<f>B3*$B$1</f>`, `<f>B5*$B$1</f>`} {
		if !strings.Contains(sheet, want) {
			t.Errorf("%s is missing in %s", want, sheet)
		}
	}
	if len(report.Blanked) != 0 {
		t.Errorf("%+v", report)
	}
}

func TestConversationsOfARemovedRowLeaveNobody(t *testing.T) {
	parts := cached()
	const rels = "xl/worksheets/_rels/sheet1.xml.rels"
	parts[rels] = strings.Replace(parts[rels], "</Relationships>", `<Relationship Id="rId7" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/t.xml"/></Relationships>`, 1)
	parts["xl/threadedComments/t.xml"] = `<ThreadedComments><threadedComment ref="A3" personId="{1}" id="{a}"><text>@Only Mentioned call her</text><mentions><mention mentionpersonId="{2}"/></mentions></threadedComment>` +
		`<threadedComment ref="A4" personId="{3}" id="{b}"><text>fine</text></threadedComment></ThreadedComments>`
	const book = "xl/_rels/workbook.xml.rels"
	parts[book] = strings.Replace(parts[book], "</Relationships>", `<Relationship Id="rId77" Type="http://schemas.microsoft.com/office/2017/10/relationships/person" Target="persons/person.xml"/></Relationships>`, 1)
	parts["xl/persons/person.xml"] = `<personList><person displayName="Wrote There" id="{1}" userId="wrote@example.org"/><person displayName="Only Mentioned" id="{2}" userId="m@example.org"/><person displayName="Still Here" id="{3}" userId="s@example.org"/></personList>`
	after, _ := rewriteWorkbook(t, pack(t, parts), Edit{Sheet: "Sheet1", Delete: []int{3}})
	mustNotHold(t, after, "Wrote There", "wrote@", "Mentioned", "m@example.org")
	w := open(t, after)
	comments, err := w.Comments(t.Context(), w.Sheets[0])
	if d := cmp.Diff([]Comment{{Row: 3, Author: "Still Here", Text: "fine"}}, comments); d != "" || err != nil {
		t.Error(d, err)
	}
}

// FuzzRewrite checks that no sheet makes the rewriting fail otherwise than by an error, and that what it writes can be read
// and holds the other rows as they were.
func FuzzRewrite(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="B2"><f>A1+A3</f><v>3</v></c></row><row r="3"><c><v>1</v></c></row>`, `<mergeCells><mergeCell ref="A1:B3"/></mergeCells>`)
	f.Add(`<row><c><f t="shared" si="0" ref="A1:A3">B1</f></c></row><row><c><f t="shared" si="0"/></c></row>`, `<conditionalFormatting sqref="A2:A3"><cfRule><formula>$A2=1</formula></cfRule></conditionalFormatting>`)
	f.Fuzz(func(t *testing.T, rows, behind string) {
		parts := plainParts(rows)
		const sheet = "xl/worksheets/sheet1.xml"
		parts[sheet] = strings.Replace(parts[sheet], "</worksheet>", behind+"</worksheet>", 1)
		if !wellFormed(parts[sheet]) {
			if w := open(t, pack(t, parts)); w != nil { // an error at most
				w.Rewrite(t.Context(), io.Discard, []Edit{{Sheet: "Sheet1", Delete: []int{2}}})
			}
			return
		}
		file := pack(t, parts)
		w := open(t, file)
		before, err := grid(w, w.Sheets[0])
		if err != nil {
			return
		}
		var out strings.Builder
		report, err := w.Rewrite(t.Context(), &out, []Edit{{Sheet: "Sheet1", Delete: []int{2}}})
		if err != nil {
			return
		}
		again := open(t, []byte(out.String()))
		after, err := grid(again, again.Sheets[0])
		if err != nil {
			t.Fatalf("%s\n%s\nwas written so that it cannot be read: %v", rows, behind, err)
		}
		if len(before) > 1 {
			if len(report.Blanked) > 0 {
				before[1] = nil
			} else {
				before = append(before[:1:1], before[2:]...)
			}
		}
		text := func(rows [][]string) string {
			var b strings.Builder
			for _, row := range rows {
				if joined := strings.TrimRight(strings.Join(row, "\x00"), "\x00"); joined != "" {
					b.WriteString(joined + "\n")
				}
			}
			return b.String()
		}
		if !strings.Contains(rows, "<f") && !strings.Contains(rows, ":f") && text(before) != text(after) {
			t.Fatalf("%s\n%q became %q", rows, before, after)
		}
	})
}
