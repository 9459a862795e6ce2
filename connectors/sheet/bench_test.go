package sheet

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// BenchmarkFind searches 50,000 rows of ten columns for one person.
func BenchmarkFind(b *testing.B) {
	const rows = 50_000
	dir := b.TempDir()
	var sheet, text strings.Builder
	cells := []string{"Number", "Given", "Family", "E-mail", "Phone", "Street", "Town", "Postcode", "Status", "Note"}
	for i := range rows {
		sheet.WriteString(rawRow(i+1, cells...))
		text.WriteString(strings.Join(cells, ",") + "\n")
		cells = []string{fmt.Sprint("M", i), "Jane", fmt.Sprint("Smith", i), fmt.Sprintf("p%d@example.org", i), fmt.Sprintf("07700 %06d", i),
			"1 High Street", "York", "YO1 7HH", "active", "paid by card"}
	}
	save(b, filepath.Join(dir, "a.xlsx"), rawWorkbook("", false, rawSheet{name: "S", rows: sheet.String()}))
	save(b, filepath.Join(dir, "a.csv"), []byte(text.String()))
	for _, file := range []string{"a.xlsx", "a.csv"} {
		c := connect(b, dir, "files = [\""+file+"\"]\n[entity.s.fields]\n\"E-mail\" = {}")
		for _, how := range []compare.How{compare.Equal, compare.Folded} {
			b.Run(file+"/"+how.String(), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f := find(b, c, connectors.Query{Entity: "s", Any: []connectors.Clause{{ask("E-mail", how, "p777@example.org")}}})
					if len(f.records) != 1 || len(f.gaps) != 0 {
						b.Fatal(f)
					}
				}
				b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}
