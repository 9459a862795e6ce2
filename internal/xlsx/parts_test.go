package xlsx

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const (
	mainNS   = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	strictNS = `xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"`
	relNS    = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relHead  = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	relType  = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
)

// plainParts are the parts of a workbook with one sheet and shared strings.
func plainParts(rows string) map[string]string {
	return map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
			`<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
		"_rels/.rels":     relHead + `<Relationship Id="rId1" Type="` + relType + `officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook ` + mainNS + ` ` + relNS + `><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": relHead + `<Relationship Id="rId1" Type="` + relType + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + relType + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": `<worksheet ` + mainNS + `><sheetData>` + rows + `</sheetData></worksheet>`,
		"xl/sharedStrings.xml":     `<sst ` + mainNS + `><si><t>zero</t></si><si><r><t>o</t></r><r><t xml:space="preserve">ne </t></r><rPh sb="0" eb="1"><t>ichi</t></rPh></si><si/><si><t/></si></sst>`,
	}
}

func pack(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name) // with a data descriptor
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

func TestWaysToWriteASheet(t *testing.T) {
	for _, c := range []struct {
		name, rows string
		want       [][]string
	}{
		{"shared strings", `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v> 0 </v></c></row>`, [][]string{{"zero", "one ", "", "zero"}}},
		{"no references", `<row><c><v>1</v></c><c t="s"><v>0</v></c></row><row><c><v>2</v></c></row>`, [][]string{{"1", "zero"}, {"2"}}},
		{"some references", `<row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>`, [][]string{nil, {"", "1", "2"}, {"3"}}},
		{"empty tags", `<row r="1"/><row r="2"><c r="A2"/><c r="B2"><v/></c><c r="C2" t="inlineStr"><is/></c><c r="D2"><v>4</v></c></row>`, [][]string{nil, {"", "", "", "4"}}},
		{"single quotes and odd spaces", "<row  r='1' ><c\tr='A1'\n t = 'str' ><v >a'b\"c</v ></c ></row >", [][]string{{`a'b"c`}}},
		{"a bracket in an attribute", `<row r="1" x="a>b"><c r="A1" y='<'><v>1</v></c></row>`, nil},
		{"comments and instructions", `<!-- <row> --><row r="1"><?x <c>?><c r="A1"><!--1--><v>1<!-- 2 -->3</v></c></row>`, [][]string{{"13"}}},
		{"character data", `<row r="1"><c r="A1" t="inlineStr"><is><t>a<![CDATA[ <b> & ]]>c&amp;</t></is></c></row>`, [][]string{{"a <b> & c&"}}},
		{"references", `<row r="1"><c r="A1" t="str"><v>&lt;&gt;&quot;&apos;&#65;&#x1F600;</v></c></row>`, [][]string{{"<>\"'A😀"}}},
		{"line ends", "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a\r\nb\rc&#13;d</v></c></row>", [][]string{{"a\nb\nc\rd"}}},
		{"escapes", `<row r="1"><c r="A1" t="str"><v>_x0041__x005F_x0041__x004_ _xD83D__xDE00_</v></c></row>`, [][]string{{"A_x0041__x004_ 😀"}}},
		{"prefixes", `<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row>`, [][]string{{"a"}}},
		{"elements from elsewhere", `<row r="1"><c r="A1"><f>1+<b/></f><v>2</v><extLst><ext><v>9</v></ext></extLst></c><ext><c/></ext></row>`, [][]string{{"2"}}},
		{"last row and column", `<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := pack(t, plainParts(c.rows))
			w := open(t, file)
			got, err := grid(w, w.Sheets[0])
			if err != nil {
				if c.name == "a bracket in an attribute" {
					return // XML forbids "<" there: an error is as good
				}
				t.Fatal(err)
			}
			if c.want == nil {
				return
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWaysToWriteAPackage(t *testing.T) {
	want := [][]string{{"zero", "é1"}}
	rows := `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><v>é1</v></c></row>`
	encoded := func(e encoding.Encoding, declared string) func(map[string]string) {
		return func(p map[string]string) {
			for _, name := range []string{"xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"} {
				text, err := e.NewEncoder().String(`<?xml version="1.0" encoding="` + declared + `"?>` + p[name])
				if err != nil {
					t.Fatal(err)
				}
				p[name] = text
			}
		}
	}
	rename := func(p map[string]string, old, new string) { p[new] = p[old]; delete(p, old) }
	for name, change := range map[string]func(p map[string]string){
		"as usual":              func(map[string]string) {},
		"byte order mark":       func(p map[string]string) { p["xl/workbook.xml"] = "\ufeff" + p["xl/workbook.xml"] },
		"UTF-16LE":              encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "UTF-16"),
		"UTF-16BE":              encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "utf-16"),
		"UTF-16LE without mark": encoded(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "UTF-16"),
		"ISO 8859-1":            encoded(charmap.ISO8859_1, "ISO-8859-1"),
		"strict": func(p map[string]string) {
			for name := range p {
				p[name] = strings.NewReplacer(mainNS, strictNS, "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships").Replace(p[name])
			}
		},
		"absolute targets": func(p map[string]string) {
			p["xl/_rels/workbook.xml.rels"] = strings.NewReplacer(`"worksheets/`, `"/xl/worksheets/`, `"sharedStrings`, `"/xl/sharedStrings`).Replace(p["xl/_rels/workbook.xml.rels"])
		},
		"targets with dots": func(p map[string]string) {
			p["xl/_rels/workbook.xml.rels"] = strings.ReplaceAll(p["xl/_rels/workbook.xml.rels"], `"worksheets/`, `"./../xl/worksheets/`)
		},
		"another place for everything": func(p map[string]string) {
			rename(p, "xl/workbook.xml", "book/main.xml")
			rename(p, "xl/_rels/workbook.xml.rels", "book/_rels/main.xml.rels")
			rename(p, "xl/worksheets/sheet1.xml", "book/worksheets/sheet1.xml")
			rename(p, "xl/sharedStrings.xml", "book/sharedStrings.xml")
			p["_rels/.rels"] = strings.ReplaceAll(p["_rels/.rels"], "xl/workbook.xml", "/book/main.xml")
		},
		"names in another case":         func(p map[string]string) { rename(p, "xl/worksheets/sheet1.xml", "XL/Worksheets/Sheet1.xml") },
		"backslashes":                   func(p map[string]string) { rename(p, "xl/worksheets/sheet1.xml", `xl\worksheets\sheet1.xml`) },
		"no relationships of its own":   func(p map[string]string) { delete(p, "_rels/.rels") },
		"prefixes everywhere":           prefixed,
		"a part that nobody asked for":  func(p map[string]string) { p["xl/other.xml"] = "<not xml" },
		"number formats of other kinds": func(p map[string]string) {},
	} {
		t.Run(name, func(t *testing.T) {
			parts := plainParts(rows)
			change(parts)
			w := open(t, pack(t, parts))
			got, err := grid(w, w.Sheets[0])
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func prefixed(p map[string]string) {
	for _, name := range []string{"xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"} {
		p[name] = strings.NewReplacer("</", "</x:", "<", "<x:", `xmlns="`, `xmlns:x="`).Replace(p[name])
	}
}

func TestDamagedParts(t *testing.T) {
	row := `<row r="1"><c r="A1"><v>1</v></c></row>`
	const sheet = "xl/worksheets/sheet1.xml"
	for _, c := range []struct {
		name   string
		change func(p map[string]string)
		want   error
	}{
		{"sheet missing", func(p map[string]string) { delete(p, sheet) }, ErrDamaged},
		{"sheet empty", func(p map[string]string) { p[sheet] = "" }, ErrDamaged},
		{"sheet ends early", func(p map[string]string) { p[sheet] = p[sheet][:len(p[sheet])-15] }, ErrDamaged},
		{"sheet ends in a row", func(p map[string]string) { p[sheet] = p[sheet][:strings.Index(p[sheet], "</row>")] }, ErrDamaged},
		{"sheet ends in a tag", func(p map[string]string) { p[sheet] = p[sheet][:strings.Index(p[sheet], "</row>")+3] }, ErrDamaged},
		{"more behind the end", func(p map[string]string) { p[sheet] += p[sheet] }, ErrDamaged},
		{"document type", func(p map[string]string) { p[sheet] = `<!DOCTYPE a [<!ENTITY b "c">]>` + p[sheet] }, ErrDamaged},
		{"unknown reference", func(p map[string]string) { p[sheet] = strings.Replace(p[sheet], "<v>1", "<v>&b;", 1) }, ErrDamaged},
		{"not UTF-8", func(p map[string]string) { p[sheet] = strings.Replace(p[sheet], "<v>1", "<v>\xff", 1) }, ErrDamaged},
		{"unknown encoding", func(p map[string]string) { p[sheet] = `<?xml version="1.0" encoding="ebcdic"?>` + p[sheet] }, ErrDamaged},
		{"crossed tags", func(p map[string]string) { p[sheet] = strings.Replace(p[sheet], "</v></c>", "</c></v>", 1) }, ErrDamaged},
		{"unknown type", func(p map[string]string) { p[sheet] = strings.Replace(p[sheet], `r="A1"`, `r="A1" t="q"`, 1) }, ErrDamaged},
		{"beyond the last column", func(p map[string]string) { p[sheet] = strings.Replace(p[sheet], `"A1"`, `"XFE1"`, 1) }, ErrDamaged},
		{"beyond the last row", func(p map[string]string) { p[sheet] = strings.Replace(p[sheet], `<row r="1"`, `<row r="1048577"`, 1) }, ErrDamaged},
		{"two cells in one place", func(p map[string]string) { p[sheet] = strings.Replace(p[sheet], "</c>", `</c><c r="A1"/>`, 1) }, ErrDamaged},
		{"no such shared string", func(p map[string]string) {
			p[sheet] = strings.Replace(p[sheet], `r="A1"`, `r="A1" t="s"`, 1)
			p["xl/sharedStrings.xml"] = `<sst ` + mainNS + `/>`
		}, ErrDamaged},
		{"shared strings missing", func(p map[string]string) {
			p[sheet] = strings.Replace(p[sheet], `r="A1"`, `r="A1" t="s"`, 1)
			delete(p, "xl/sharedStrings.xml")
		}, ErrDamaged},
		{"shared strings end early", func(p map[string]string) {
			p[sheet] = strings.Replace(p[sheet], `r="A1"`, `r="A1" t="s"`, 1)
			p["xl/sharedStrings.xml"] = strings.TrimSuffix(p["xl/sharedStrings.xml"], "</sst>")
		}, ErrDamaged},
		{"no workbook", func(p map[string]string) { delete(p, "xl/workbook.xml") }, ErrDamaged},
		{"workbook of something else", func(p map[string]string) { p["xl/workbook.xml"] = "<html/>" }, ErrDamaged},
		{"sheet without a part", func(p map[string]string) { p["xl/_rels/workbook.xml.rels"] = relHead + `</Relationships>` }, ErrDamaged},
		{"another document", func(p map[string]string) {
			p["_rels/.rels"] = strings.ReplaceAll(p["_rels/.rels"], "xl/workbook.xml", "word/document.xml")
		}, ErrNotWorkbook},
		{"binary workbook", func(p map[string]string) { p["_rels/.rels"] = strings.ReplaceAll(p["_rels/.rels"], ".xml", ".bin") }, ErrNotWorkbook},
		{"another archive", func(p map[string]string) { clear(p); p["readme.txt"] = "hello" }, ErrNotWorkbook},
	} {
		t.Run(c.name, func(t *testing.T) {
			parts := plainParts(row)
			c.change(parts)
			file := pack(t, parts)
			w, err := Open(context.Background(), bytes.NewReader(file), int64(len(file)), Options{})
			if err == nil {
				_, err = grid(w, w.Sheets[0])
			}
			if !errors.Is(err, c.want) {
				t.Errorf("want %v, got %v", c.want, err)
			}
		})
	}
}

func TestFlippedBitsFailTheChecksum(t *testing.T) {
	file := pack(t, plainParts(strings.Repeat(`<row><c t="str"><v>somebody</v></c></row>`, 500)))
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return strings.HasSuffix(f.Name, "sheet1.xml") })
	offset, err := z.File[i].DataOffset()
	if err != nil {
		t.Fatal(err)
	}
	whole := open(t, file)
	want, err := grid(whole, whole.Sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	for n := range int64(z.File[i].CompressedSize64) {
		broken := bytes.Clone(file)
		broken[offset+n] ^= 1 << (n % 8)
		w := open(t, broken)
		got, err := grid(w, w.Sheets[0])
		if err == nil && cmp.Equal(want, got) {
			continue // a bit that nothing depends on
		}
		if !errors.Is(err, ErrDamaged) {
			t.Fatalf("byte %d: %v", n, err)
		}
	}
}

func TestBombIsRefused(t *testing.T) {
	defer func(size int64) { bombSize = size }(bombSize)
	bombSize = 8 << 20
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range plainParts("") {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "sheet1.xml") {
			io.WriteString(w, text)
			continue
		}
		io.WriteString(w, `<worksheet `+mainNS+`><sheetData><row r="1"><c r="A1" t="str"><v>`)
		spaces := strings.Repeat(" ", 1<<20)
		io.WriteString(w, "</v></c></row>")
		for range 10 {
			io.WriteString(w, spaces)
		}
		io.WriteString(w, `</sheetData></worksheet>`)
	}
	z.Close()
	w := open(t, b.Bytes())
	_, err := w.Behind(context.Background(), w.Sheets[0])
	if !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func TestCancelledReading(t *testing.T) {
	w := open(t, pack(t, plainParts(strings.Repeat(`<row><c><v>1</v></c></row>`, 100_000))))
	ctx, cancel := context.WithCancel(context.Background())
	rows, err := w.Rows(ctx, w.Sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	cancel()
	for err == nil {
		_, err = rows.Next()
	}
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestMerges(t *testing.T) {
	parts := plainParts(`<row r="1"><c r="A1" t="str"><v>mergeCells>sheetData></v></c></row>`)
	const sheet = "xl/worksheets/sheet1.xml"
	parts[sheet] = strings.Replace(parts[sheet], "</worksheet>", `<autoFilter ref="A1:B2"/><mergeCells count="2"> <mergeCell ref="B2:C3"/><mergeCell ref="D4"></mergeCell></mergeCells></worksheet>`, 1)
	w := open(t, pack(t, parts))
	got, err := w.Behind(context.Background(), w.Sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]Merge{{2, 3, 1, 2}, {4, 4, 3, 3}}, got.Merges); d != "" {
		t.Error(d)
	}
}

// FuzzSheet checks that no sheet's XML makes the reader fail otherwise than by an error, and that what it reads of
// well-formed XML is what excelize reads.
func FuzzSheet(f *testing.F) {
	for _, rows := range []string{
		`<row r="1"><c r="A1" t="s"><v>0</v></c><c t="inlineStr"><is><r><t>a</t></r><t>b</t></is></c></row>`,
		`<row><c t="str"><f>A1</f><v>_x0041_&amp;&#xe9;</v></c><c t="b"><v>1</v></c></row><row r="9"/>`,
		"<row r='3' hidden='1'><c r='C3' s='2'><v>1.5E3</v></c></row><!-- x --><row><c t='e'><v>#N/A</v></c></row>",
		`<x:row><x:c><x:v><![CDATA[ <b> ]]></x:v></x:c></x:row>`,
	} {
		f.Add(rows)
	}
	f.Fuzz(func(t *testing.T, rows string) {
		parts := plainParts(rows)
		file := pack(t, parts)
		w := open(t, file)
		got, err := grid(w, w.Sheets[0])
		if !strings.Contains(rows, "<!") { // with comments, no cell is read by fastCell
			parts := plainParts(strings.ReplaceAll(rows, "</c>", "<!----></c>"))
			w := open(t, pack(t, parts))
			slow, slowErr := grid(w, w.Sheets[0])
			if (err == nil) != (slowErr == nil) || err == nil && !cmp.Equal(got, slow) {
				t.Fatalf("%s\nis read as %q, %v\nwith comments as %q, %v", rows, got, err, slow, slowErr)
			}
		}
		if _, merr := w.Behind(context.Background(), w.Sheets[0]); err != nil || merr != nil {
			return
		}
		if !wellFormed(parts["xl/worksheets/sheet1.xml"]) || strings.Contains(rows, "sheetData") || strings.Contains(rows, "row") && strings.Count(rows, "<row") != strings.Count(rows, "row r=") {
			return
		}
		theirs, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{RawCellValue: true})
		if err != nil {
			return
		}
		defer theirs.Close()
		want, err := theirs.GetRows("Sheet1")
		if err != nil {
			return
		}
		text := func(rows [][]string) string {
			var all []string
			for _, r := range rows {
				all = append(all, strings.Join(r, ""))
			}
			return strings.Join(all, "")
		}
		if len(text(want)) > len(text(got)) {
			t.Errorf("%s\nexcelize reads %q\nthis reads %q", rows, want, got)
		}
	})
}

func wellFormed(text string) bool {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return true
		}
		if err != nil {
			return false
		}
	}
}

// FuzzOpen checks that no file makes the reader fail otherwise than by an error.
func FuzzOpen(f *testing.F) {
	f.Add(pack(f, plainParts(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`)))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Fuzz(func(t *testing.T, file []byte) {
		w, err := Open(context.Background(), bytes.NewReader(file), int64(len(file)), Options{})
		if err != nil {
			return
		}
		for _, s := range w.Sheets {
			grid(w, s)
			w.Behind(context.Background(), s)
			w.Extent(context.Background(), s)
		}
	})
}
