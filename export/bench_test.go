package export

import (
	"context"
	"fmt"
	"io"
	"testing"

	"dossier/connectors"
	"dossier/locate"
)

// BenchmarkWrite writes packages of many records, to be seen beside each other: memory must not grow with them.
func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := sample(b)
			names := []string{"CandidateID", "CandidateNo", "Forename", "Surname", "DOB", "Email", "Status", "Notes", "A", "B", "C", "D"}
			matches := make([]locate.Match, n)
			for i := range matches {
				f := connectors.Fields{Names: names}
				for j := range names {
					f.Values = append(f.Values, connectors.Text(fmt.Sprintf("value %d of %d", j, i)))
				}
				matches[i].Record = connectors.Record{Ref: connectors.Ref{System: "qlms", Place: "QLMS", Entity: "candidates", Key: []string{fmt.Sprint(i)}}, Fields: f}
			}
			p.Matches = Held(matches...)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Write(context.Background(), io.Discard, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
