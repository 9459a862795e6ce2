package desk

import (
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// BenchmarkHandOver writes the package of a person with 100,000 records from the journal, as JSON and CSV, and tells how much memory is
// held at most: 128 MB is what it may be.
func BenchmarkHandOver(b *testing.B) {
	const records = 100_000
	d := newDesk(b, newFakes(), registerText)
	r, err := d.NewRequest(b.Context(), NewRequest{Kind: request.Access, Received: testTime.AddDate(0, 0, -3), Subject: zoe})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := d.Record(b.Context(), r.ID, request.Step{What: request.IdentityKnown, Details: request.Details{Note: "a colleague"}}); err != nil {
		b.Fatal(err)
	}
	f := journal.Finding{Searched: testTime, Matches: make([]locate.Match, records), Coverage: []locate.Coverage{{System: "qlms", State: locate.Searched, Started: testTime}}}
	names := []string{"id", "no", "first", "last", "born", "email", "notes", "a", "b", "c", "d", "e"}
	for i := range f.Matches {
		m := locate.Match{Certain: true, Followed: true, Time: testTime, Evidence: []locate.Evidence{{Identifier: "email", Field: "email", Agrees: true, Bits: 9}}}
		m.Record = connectors.Record{Ref: connectors.Ref{System: "qlms", Place: "main", Entity: "candidates", Key: []string{fmt.Sprint(i)}}, Fields: connectors.Fields{Names: names}}
		for j := range names {
			m.Record.Values = append(m.Record.Values, connectors.Text(fmt.Sprintf("value %d of %d, as it is held", j, i)))
		}
		f.Matches[i] = m
	}
	if err := d.journal.Update(b.Context(), func(tx *journal.Tx) error { return tx.SaveFinding(r.ID, f) }); err != nil {
		b.Fatal(err)
	}
	f = journal.Finding{}
	digest := ""
	for e, err := range d.Release(b.Context(), r.ID, "") {
		if err != nil {
			b.Fatal(err)
		}
		if total, ok := e.(ReleaseTotal); ok {
			digest = total.Digest
		}
	}
	if err := d.ApproveRelease(b.Context(), r.ID, digest); err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		var peak uint64
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				most <- peak
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapInuse+m.StackInuse)
			}
		}
	}()
	n := 0
	for b.Loop() {
		n++
		h := Handover{Path: filepath.Join(b.TempDir(), fmt.Sprint(n)), Packing: Packing{Formats: []string{"none"}}}
		for _, err := range d.HandOver(b.Context(), r.ID, h) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	close(done)
	b.ReportMetric(float64(<-most)/(1<<20), "MB-held")
}
