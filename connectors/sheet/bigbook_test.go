package sheet

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/klauspost/compress/flate"

	"dossier/internal/xlsx"
)

// bigColumns are the columns of a big book.
var bigColumns = []string{"Number", "Given", "Family", "Known as", "E-mail", "Phone", "Street", "Town", "County", "Country", "Born", "Joined", "Left",
	"Fee", "Paid", "Due", "Balance", "Hours", "Score", "Rate"}

// bigBook writes a workbook of so many people in 20 columns, with shared or with inline strings, and returns its path.
func bigBook(tb testing.TB, dir, name string, rows int, shared bool) string {
	tb.Helper()
	path := filepath.Join(dir, name)
	file, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	z := zip.NewWriter(file)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 5) })
	parts := rawParts(tb, rawWorkbook(`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>`, false, rawSheet{name: "S"}))
	relate(parts, mainPart, "r99", "sharedStrings", "sharedStrings.xml")
	for name, text := range parts {
		if name == firstSheet {
			continue
		}
		w, _ := z.Create(name)
		io.WriteString(w, text)
	}
	part, _ := z.Create(firstSheet)
	w := &bigWriter{Writer: bufio.NewWriterSize(part, 1<<20), shared: shared, index: map[string]int{}}
	fmt.Fprintf(w, `<worksheet %s><dimension ref="A1:T%d"/><sheetData><row r="1">`, rawMain, rows+1)
	for i, c := range bigColumns {
		w.text(i, 1, c)
	}
	w.WriteString("</row>")
	for row := 2; row <= rows+1; row++ {
		w.person(row)
	}
	w.WriteString("</sheetData></worksheet>")
	w.Flush()
	part, _ = z.Create("xl/sharedStrings.xml")
	w.Reset(part)
	fmt.Fprintf(w, "<sst %s>", rawMain)
	for _, s := range w.table {
		fmt.Fprintf(w, "<si><t>%s</t></si>", s)
	}
	w.WriteString("</sst>")
	w.Flush()
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

type bigWriter struct {
	*bufio.Writer
	shared bool
	table  []string
	index  map[string]int
}

func (w *bigWriter) text(column, row int, s string) {
	if !w.shared {
		fmt.Fprintf(w, `<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>`, xlsx.ColumnName(column), row, s)
		return
	}
	i, ok := w.index[s]
	if !ok {
		i = len(w.table)
		w.index[s] = i
		w.table = append(w.table, s)
	}
	fmt.Fprintf(w, `<c r="%s%d" t="s"><v>%d</v></c>`, xlsx.ColumnName(column), row, i)
}

func (w *bigWriter) person(row int) {
	fmt.Fprintf(w, `<row r="%d" spans="1:20">`, row)
	h := uint32(row) * 2654435761
	for c := range bigColumns {
		h = h*1664525 + 1013904223
		switch c {
		case 0:
			w.text(c, row, "M"+strconv.Itoa(100000+row))
		case 1, 2, 3:
			w.text(c, row, fmt.Sprintf("Name%d", h>>18))
		case 4:
			w.text(c, row, fmt.Sprintf("person%d@example.org", row))
		case 5:
			w.text(c, row, fmt.Sprintf("07700 %06d", row%1000000))
		case 6, 7, 8, 9:
			w.text(c, row, fmt.Sprintf("%d High Street &amp; Co", h>>22))
		case 10, 11, 12:
			fmt.Fprintf(w, `<c r="%s%d" s="1"><v>%d</v></c>`, xlsx.ColumnName(c), row, 20000+h>>17)
		default:
			fmt.Fprintf(w, `<c r="%s%d"><v>%d.%d</v></c>`, xlsx.ColumnName(c), row, h>>20, h>>28)
		}
	}
	w.WriteString("</row>")
}

// inflate inflates what a search of a big book reads, with klauspost/compress/flate alone: the floor of every search.
func inflate(tb testing.TB, path string) {
	tb.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	buf := make([]byte, 256<<10)
	for _, f := range z.File {
		if f.Name != firstSheet && f.Name != "xl/sharedStrings.xml" {
			continue
		}
		raw, err := f.OpenRaw()
		if err != nil {
			tb.Fatal(err)
		}
		in := flate.NewReader(bufio.NewReaderSize(raw, 64<<10))
		for {
			if _, err := in.Read(buf); err == io.EOF {
				break
			} else if err != nil {
				tb.Fatal(err)
			}
		}
	}
}
