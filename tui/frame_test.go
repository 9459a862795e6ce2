package tui

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"dossier/desk"
)

// loaded returns the program on a searched request with that many matches, in colours, in a window of 200 by 50.
func loaded(t testing.TB, matches int) *app {
	f := sample(t)
	o := newOffice(context.Background(), f)
	t.Cleanup(o.close)
	a := newApp(o, Options{Environ: []string{}, Output: io.Discard, Now: func() time.Time { return today }}.filled())
	a.profile = termenv.ANSI256
	a.ui.styles = newStyles(a.profile, true)
	a.Update(tea.WindowSizeMsg{Width: 200, Height: 50})
	a.Update(requestsMsg{requests: sampleOverviews(t)})
	a.Update(tea.KeyMsg{Type: tea.KeyDown})
	a.Update(tea.KeyMsg{Type: tea.KeyEnter})
	found := findingMsg{id: "SAR-2026-0003", searched: today, tree: million(t, matches)}
	found.coverage = sampleFinding().Coverage
	a.Update(found)
	w := a.work["SAR-2026-0003"]
	a.Update(viewedMsg{id: "SAR-2026-0003", record: w.match().Record.Ref.ID()})
	return a
}

// TestFrameAllocatesLittle holds what a frame may allocate, unchanged and drawn afresh.
func TestFrameAllocatesLittle(t *testing.T) {
	a := loaded(t, 20_000)
	a.View()
	if n := testing.AllocsPerRun(10, func() { a.View() }); n > 0 {
		t.Errorf("a frame that did not change allocates %v times", n)
	}
	if n := testing.AllocsPerRun(10, func() { a.fresh = false; a.View() }); n > 400 {
		t.Errorf("a frame drawn again allocates %v times", n)
	}
	down := tea.KeyMsg{Type: tea.KeyDown}
	if n := testing.AllocsPerRun(10, func() { a.Update(down); a.View() }); n > 2000 {
		t.Errorf("a key and its frame allocate %v times", n)
	}
}

func BenchmarkFrame(b *testing.B) {
	const matches = 1_000_000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	a := loaded(b, matches)
	runtime.GC()
	runtime.ReadMemStats(&after)
	perMillion := float64(after.HeapAlloc-before.HeapAlloc) / (1 << 20) / matches * 1e6
	b.Run("unchanged", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			a.View()
		}
	})
	b.Run("fresh", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			a.fresh = false
			a.View()
		}
		b.ReportMetric(perMillion, "MiB/million")
	})
	b.Run("key", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			a.Update(tea.KeyMsg{Type: tea.KeyDown})
			a.View()
		}
	})
	b.Run("bottom", func(b *testing.B) {
		keys := []tea.KeyMsg{{Type: tea.KeyEnd}, {Type: tea.KeyHome}}
		i := 0
		for b.Loop() {
			a.Update(keys[i%2])
			a.View()
			i++
		}
	})
	b.Run("batch", func(b *testing.B) {
		w := a.work["SAR-2026-0003"]
		w.search = a.ui.office.search(w.request.ID)
		match, n := sampleMatches()[4], 0
		for b.Loop() {
			msg := eventsMsg{search: w.search}
			for range 167 { // ten thousand a second, sixty frames a second
				m := match
				m.Record.Ref.Key = []string{fmt.Sprint("new", n)}
				msg.events = append(msg.events, desk.Event(m))
				n++
			}
			a.Update(msg)
			a.View()
		}
		w.search.stop()
		w.search = nil
	})
}
