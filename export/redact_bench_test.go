package export

import (
	"context"
	"fmt"
	"testing"

	"dossier/connectors"
)

// BenchmarkRedactions writes the package of a person with 100,000 records, with nothing redacted, and with 3 and 30 names that stand in
// none of the others: what a redaction costs is what it takes to look for it, seen beside the first.
func BenchmarkRedactions(b *testing.B) {
	for _, n := range []int{0, 3, 30} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := sampleOf(b)
			p.Matches = many(manyRecords)
			for i := range n {
				p.Redactions = append(p.Redactions, Redaction{N: i + 1, Field: "Notes", Text: fmt.Sprintf("%s %s", benchNames[i%6], benchNames[6+i/6]), Reason: "names somebody else",
					Record: connectors.Ref{System: "qlms", Place: "QLMS", Entity: "candidates", Key: []string{fmt.Sprint(i)}}})
			}
			var out counted
			for b.Loop() {
				out = 0
				if _, err := Write(context.Background(), &out, p); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(out))
		})
	}
}

var benchNames = []string{"Wilfred", "Håkon", "Jessica", "Kasimir", "Bo", "Zuzanna", "Pettigrew", "Żeleński-Brandt", "Skinner", "O'Keeffe", "Alderton"}
