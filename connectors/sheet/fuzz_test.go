package sheet

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// fuzzed checks that a file, whatever it holds, is described and searched without a fault, and that a search finds exactly
// those of all records that answer.
func fuzzed(t *testing.T, c connectors.Connector, path string, content []byte, value string) {
	save(t, path, content)
	ctx := context.Background()
	catalog, err := c.Describe(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, shape := range catalog.Shapes {
		all := collect(t, c, connectors.Query{Entity: shape.Entity})
		for _, column := range shape.Fields {
			if column.Name == "" {
				t.Fatal("a field has no name")
			}
			for _, how := range []compare.How{compare.Equal, compare.Contains} {
				q := connectors.Query{Entity: shape.Entity, Any: []connectors.Clause{{ask(column.Name, how, value)}}}
				filter, err := connectors.NewFilter(shape, q)
				if err != nil {
					t.Fatal(err)
				}
				want := 0
				for _, r := range all {
					if filter.Match(r) {
						want++
					}
				}
				if got := collect(t, c, q); len(got) != want {
					t.Fatalf("%q %s %q: %d records, want %d of %d", column.Name, how, value, len(got), want, len(all))
				}
			}
		}
	}
}

func collect(t *testing.T, c connectors.Connector, q connectors.Query) []connectors.Record {
	var all []connectors.Record
	seen := map[string]bool{}
	for r, err := range c.Find(context.Background(), q) {
		var gap *connectors.Gap
		if errors.As(err, &gap) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if seen[r.Ref.ID()] || len(r.Names) != len(r.Values) || r.At == "" {
			t.Fatalf("%+v", r)
		}
		seen[r.Ref.ID()] = true
		all = append(all, r.Clone())
	}
	return all
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"Name,Town\nSmith,York\nSmith,York\n", "a;b\n\"x;y\";\"\nSmith", "\xff\xfea\x00,\x00b\x00\n\x00c\x00", "\n\n,,\nName\nSmith\xe9,1,2,3\n", "sep=|\r\nNo|Name\r\n1|Smith"} {
		f.Add([]byte(s), "Smith")
	}
	dir := f.TempDir()
	c := connect(f, dir, "files = [\"a.csv\"]\n[entity.known.fields]\nName = {}")
	f.Fuzz(func(t *testing.T, content []byte, value string) {
		fuzzed(t, c, filepath.Join(dir, "a.csv"), content, value)
	})
}

func FuzzWorkbook(f *testing.F) {
	f.Add(rawRow(1, "Name", "Town")+rawRow(2, "Smith", "York")+rawRow(3, "Smith", "York"), "", "Smith")
	f.Add(rawRow(2, "A")+rawRow(4, "Smith")+rawRow(5, "", "x"), `<mergeCells><mergeCell ref="A4:A9"/></mergeCells>`, "Smith")
	f.Add(`<row r="1"><c r="C1" s="1"><v>44270.5</v></c><c t="b"><v>1</v></c><c><f>1</f></c></row>`, "", "2021")
	dir := f.TempDir()
	c := connect(f, dir, "files = [\"a.xlsx\"]\n[entity.known.fields]\nName = {}")
	styles := `<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>`
	f.Fuzz(func(t *testing.T, rows, behind, value string) {
		fuzzed(t, c, filepath.Join(dir, "a.xlsx"), rawWorkbook(styles, false, rawSheet{name: "S", rows: rows, behind: behind}), value)
	})
}
