package sheet

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// A large table of text, which is searched on several cores and past rows that cannot answer, gives what reading every row gives.
func TestLargeTablesOfText(t *testing.T) {
	dir := t.TempDir()
	bigTable(t, filepath.Join(dir, "a.csv"), 12_000)
	c := bigSourceOf(t, dir, "*.csv")
	every := records(t, c, "s")
	if len(every) != 12_000 {
		t.Fatalf("%d records", len(every))
	}
	many := []string{"person777@example.org", "person11999@example.org"}
	for i := range 100 {
		many = append(many, fmt.Sprint("nobody", i))
	}
	shape := connectors.Shape{Entity: "s", Fields: columns(bigColumns)}
	for name, any := range map[string][]connectors.Clause{
		"one value":     {{ask("E-mail", compare.Equal, "person777@example.org")}},
		"many values":   {{ask("E-mail", compare.Equal, many...)}},
		"quoted":        {{ask("Street", compare.Equal, every[8].Get("Street").String())}},
		"folded":        {{ask("E-mail", compare.Folded, "PERSON777@example.org", "person12000@example.org")}},
		"several terms": {{ask("Town", compare.Contains, "77 High"), ask("Number", compare.Prefix, "M1000")}, {ask("Given", compare.Folded, "name 5")}},
	} {
		t.Run(name, func(t *testing.T) {
			q := connectors.Query{Entity: "s", Any: any}
			filter, err := connectors.NewFilter(shape, q)
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for _, r := range every {
				if filter.Match(r) {
					want = append(want, r.At+" "+r.Digest())
				}
			}
			for r, err := range c.Find(t.Context(), q) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, r.At+" "+r.Digest())
			}
			if d := cmp.Diff(want, got); d != "" || len(want) == 0 {
				t.Errorf("%d records: %s", len(want), d)
			}
		})
	}
	// A search that is left early leaves nothing running.
	for range c.Find(t.Context(), connectors.Query{Entity: "s", Any: []connectors.Clause{{ask("E-mail", compare.Contains, "person")}}}) {
		break
	}
}
