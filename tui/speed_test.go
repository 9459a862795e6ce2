package tui

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
	"dossier/tui/tuitest"
)

// BenchmarkKeyWhileSearching measures from a key to the frame that shows it, in the running program, while eight systems together tell ten
// thousand matches a second. The 99th percentile is to be 33 ms at most.
func BenchmarkKeyWhileSearching(b *testing.B) {
	f := sample(b)
	s := play(b, 200, 50, f, Options{})
	s.sees("SAR-2026-0004")
	s.press("down", "down", "enter")
	s.sees("Not searched yet")
	s.press("s")
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		match := sampleMatches()[4]
		for n := 0; ; {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			for range 100 {
				m := match
				m.Record.Ref.System = f.register.Systems[n%8].ID
				m.Record.Ref.Key = []string{fmt.Sprint(n)}
				select {
				case f.told <- desk.Event(m):
				case <-ctx.Done():
					return
				}
				n++
			}
		}
	}()
	s.sees("to decide")
	s.press("tab")
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		s.tm.Send(tea.KeyMsg{Type: tea.KeyDown})
		s.settle() // Update and View are through with the key
		took = append(took, time.Since(began))
	}
	stop()
	<-ended
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms/p99")
}

// BenchmarkFirstFrame measures from the start of the program on a terminal to its first frame, which is to be there within 100 ms. The
// program is the test's own, with a fake desk: what the journal takes is measured elsewhere.
func BenchmarkFirstFrame(b *testing.B) {
	for b.Loop() {
		term := tuitest.Start(b, 80, 24, self(b, "screen"))
		term.Expect("Requests")
		b.StopTimer()
		term.Press("q")
		term.Wait()
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/start")
}
