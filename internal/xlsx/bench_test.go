package xlsx

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
)

// benchRows is the size of the workbooks of the benchmarks; DOSSIER_BENCH_ROWS sets another.
func benchRows() int {
	if n, err := strconv.Atoi(os.Getenv("DOSSIER_BENCH_ROWS")); err == nil {
		return n
	}
	return 50_000
}

// people writes a workbook of so many people with 20 columns, with shared or with inline strings.
func people(tb testing.TB, rows int, shared bool) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "people.xlsx")
	file, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	z := zip.NewWriter(file)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 5) })
	var table []string
	index := map[string]int{}
	parts := plainParts("")
	for _, name := range []string{"_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} {
		w, _ := z.Create(name)
		io.WriteString(w, parts[name])
	}
	part, _ := z.Create("xl/worksheets/sheet1.xml")
	w := bufio.NewWriterSize(part, 1<<20)
	fmt.Fprintf(w, `<worksheet %s><dimension ref="A1:T%d"/><sheetData>`, mainNS, rows)
	text := func(column, row int, s string) {
		if !shared {
			fmt.Fprintf(w, `<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>`, ColumnName(column), row, s)
			return
		}
		i, ok := index[s]
		if !ok {
			i = len(table)
			index[s] = i
			table = append(table, s)
		}
		fmt.Fprintf(w, `<c r="%s%d" t="s"><v>%d</v></c>`, ColumnName(column), row, i)
	}
	for i := 1; i <= rows; i++ {
		fmt.Fprintf(w, `<row r="%d" spans="1:20">`, i)
		h := uint32(i) * 2654435761
		for c := range 20 {
			h = h*1664525 + 1013904223
			switch c {
			case 0:
				text(c, i, "M"+strconv.Itoa(100000+i))
			case 1, 2, 3:
				text(c, i, fmt.Sprintf("Name%d", h>>18))
			case 4:
				text(c, i, fmt.Sprintf("person%d@example.org", i))
			case 5:
				text(c, i, fmt.Sprintf("07700 %06d", i%1000000))
			case 6, 7, 8, 9:
				text(c, i, fmt.Sprintf("%d High Street &amp; Co", h>>22))
			case 10, 11, 12:
				fmt.Fprintf(w, `<c r="%s%d" s="1"><v>%d</v></c>`, ColumnName(c), i, 20000+h>>17)
			default:
				fmt.Fprintf(w, `<c r="%s%d"><v>%d.%d</v></c>`, ColumnName(c), i, h>>20, h>>28)
			}
		}
		w.WriteString("</row>")
	}
	w.WriteString("</sheetData></worksheet>")
	w.Flush()
	strings, _ := z.Create("xl/sharedStrings.xml")
	w.Reset(strings)
	fmt.Fprintf(w, "<sst %s>", mainNS)
	for _, s := range table {
		fmt.Fprintf(w, "<si><t>%s</t></si>", s)
	}
	w.WriteString("</sst>")
	w.Flush()
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

// inflate returns the processor time that klauspost/compress/flate alone takes for the parts that a search reads.
func inflate(tb testing.TB, path string) time.Duration {
	tb.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	start := clock()
	buf := make([]byte, 256<<10)
	for _, name := range []string{"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"} {
		for _, f := range z.File {
			if f.Name != name {
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
	return clock() - start
}

// BenchmarkRows looks at the text of every cell, and prints how many times the processor time of inflating alone that takes.
func BenchmarkRows(b *testing.B) {
	for name, shared := range map[string]bool{"shared": true, "inline": false} {
		b.Run(name, func(b *testing.B) {
			path := people(b, benchRows(), shared)
			file, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			defer file.Close()
			info, _ := file.Stat()
			floor, best := time.Hour, time.Hour
			for b.Loop() {
				floor = min(floor, inflate(b, path))
				start := clock()
				w, err := Open(context.Background(), file, info.Size(), Options{})
				if err != nil {
					b.Fatal(err)
				}
				rows, err := w.Rows(context.Background(), w.Sheets[0])
				if err != nil {
					b.Fatal(err)
				}
				cells, found := 0, 0
				for {
					row, err := rows.Next()
					if err == io.EOF {
						break
					}
					if err != nil {
						b.Fatal(err)
					}
					for i := range row.Cells {
						text, err := row.Text(i)
						if err != nil {
							b.Fatal(err)
						}
						cells++
						if string(text) == "person777@example.org" {
							found++
						}
					}
				}
				rows.Close()
				if cells != 20*benchRows() || found != 1 {
					b.Fatal(cells, found)
				}
				best = min(best, clock()-start)
			}
			b.ReportMetric(float64(best)/float64(floor), "×inflate")
			b.ReportMetric(best.Seconds()*1e9/float64(20*benchRows()), "ns/cell")
		})
	}
}
