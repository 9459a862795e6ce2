package xlsx

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPageMarksAreNoText(t *testing.T) {
	for text, want := range map[string]string{
		"&LJane Smith&CPage &P of &N&R&D": "Jane Smith\nPage  of \n",
		`&"Arial,Bold"&14Jane & Co`:       "Jane & Co",
		"&K01+000Jane&&Co":                "Jane&Co",
		"a &":                             "a &",
		`&"open`:                          "open",
	} {
		if got := pageMarks(text); got != strings.TrimSpace(want) {
			t.Errorf("%q: want %q, got %q", text, want, got)
		}
	}
}

// TestAsides holds which texts of a part are told, and as what.
func TestAsides(t *testing.T) {
	parts := cached()
	parts["docProps/app.xml"] = `<Properties><TitlesOfParts><vector><lpstr>Sheet1</lpstr></vector></TitlesOfParts><Company>Bell &amp; Co</Company><TotalTime>12</TotalTime></Properties>`
	parts["xl/vbaProject.bin"], parts["xl/media/image1.png"], parts["xl/embeddings/a.bin"], parts["xl/model/item.data"] = "x", "x", "x", "x"
	w := open(t, pack(t, parts))
	var got []string
	err := w.Asides(t.Context(), func(a Aside) error { got = append(got, a.String()+": "+a.Text); return nil })
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"the document's properties: Bell & Co",
		`a chart of sheet "Sheet1": Sheet1!$A$2:$A$5`,
		`a chart of sheet "Sheet1": Featherstonehaugh`,
		`a text box or another drawing of sheet "Sheet1": Featherstonehaugh`,
		"what is kept of another workbook: Featherstonehaugh",
		"the data that a pivot table keeps: Name", "the data that a pivot table keeps: Smith", "the data that a pivot table keeps: Featherstonehaugh",
		"the data that a pivot table keeps: Jones", "the data that a pivot table keeps: B", "the data that a pivot table keeps: 777001",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"xl/embeddings/a.bin", "xl/model/item.data"}, w.Unread()); d != "" {
		t.Error(d)
	}
	rows, err := w.Rows(t.Context(), w.Sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var around []string
	rows.Aside = func(a Aside) error { around = append(around, a.String()+": "+a.Text); return nil }
	for err == nil {
		_, err = rows.Next()
	}
	if d := cmp.Diff([]string{`a filter of sheet "Sheet1": Featherstonehaugh`, `a header or footer of sheet "Sheet1": List with Featherstonehaugh`}, around); d != "" {
		t.Error(d)
	}
}

// FuzzAsides checks that no part makes the gathering of its texts fail otherwise than by an error, and that none of them is empty.
func FuzzAsides(f *testing.F) {
	f.Add(`<xdr:wsDr><a:p><a:r><a:rPr><b/></a:rPr><a:t>Jane </a:t></a:r><a:r><a:t>Smith</a:t></a:r><a:br/></a:p></xdr:wsDr>`)
	f.Add(`<comments><authors><author>Ann</author></authors><commentList><comment ref="A1" authorId="0"><text><t>x</t></text></comment><comment ref="?" authorId="9"/></commentList></comments>`)
	f.Add(`<xml><v:textbox><div>a<br>b</div></v:textbox><x:Row>1</x:Row></xml>`)
	f.Add(`<a b="&#x0;"><![CDATA[x]]>`)
	f.Fuzz(func(t *testing.T, text string) {
		parts := plainParts(`<row r="1"><c r="A1"><v>1</v></c></row>`)
		parts["xl/drawings/drawing1.xml"], parts["xl/drawings/v.vml"], parts["xl/other.xml"], parts["xl/comments1.xml"] = text, text, text, text
		parts["xl/worksheets/_rels/sheet1.xml.rels"] = relHead + `<Relationship Id="rId1" Type="` + relType + `comments" Target="../comments1.xml"/></Relationships>`
		w := open(t, pack(t, parts))
		w.Asides(t.Context(), func(a Aside) error {
			if a.Text == "" || a.What == "" {
				t.Fatalf("%q tells %+v", text, a)
			}
			return nil
		})
		w.Comments(t.Context(), w.Sheets[0])
	})
}
