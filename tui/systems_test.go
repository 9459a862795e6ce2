package tui

import (
	"context"
	"testing"

	"github.com/muesli/termenv"

	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
)

func TestSystemsTellHowFarTheyAre(t *testing.T) {
	o := newOffice(context.Background(), newFakeDesk(t))
	t.Cleanup(o.close)
	u := &ui{office: o, styles: newStyles(termenv.Ascii, true)}
	gap := connectors.Gap{Place: "centre_1", Why: "no answer"}
	for _, test := range []struct {
		name    string
		told    func(s *systems)
		running bool
		want    string // sign and words
		why     string
	}{
		{"before the first search", func(*systems) {}, false, "○ ", ""},
		{"waiting", func(*systems) {}, true, "○ waiting", ""},
		{"opened", func(s *systems) { s.start(desk.Started{System: "qlms"}) }, true, "► searching", ""},
		{"reading", func(s *systems) { s.progress(desk.Progress{System: "qlms", Records: 12_345}) }, true, "► 12,345 read", ""},
		{"searched", func(s *systems) { s.cover(covered("qlms", "QLMS", locate.Searched, 0).Coverage) }, true, "● none", ""},
		{"partly", func(s *systems) { s.cover(covered("qlms", "QLMS", locate.Partly, 2, gap).Coverage) }, true, "▲ partly, 2 found", "centre_1: no answer"},
		{"failed", func(s *systems) { s.cover(covered("qlms", "QLMS", locate.Failed, 0, gap, gap).Coverage) }, false, "× failed", "2 gaps; centre_1: no answer"},
		{"other controllers'", func(s *systems) { s.cover(covered("qlms", "QLMS", locate.Excluded, 0, gap).Coverage) }, false, "– other controllers'", ""},
		{"searched again", func(s *systems) {
			s.cover(covered("qlms", "QLMS", locate.Failed, 0, gap).Coverage)
			s.restart()
		}, true, "○ waiting", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSystems(u, jane)
			test.told(s)
			a := s.of("qlms", "QLMS")
			sign, words, _ := s.status(a, test.running)
			if got := sign + " " + words; got != test.want || a.why() != test.why {
				t.Errorf("tells %q because %q, want %q because %q", got, a.why(), test.want, test.why)
			}
		})
	}
	s := newSystems(u, jane)
	s.cover(covered("client", "A client's system", locate.Excluded, 0).Coverage)
	if len(s.all) != 9 || s.asked() != 8 {
		t.Errorf("%d systems, %d asked: want 9 and 8", len(s.all), s.asked())
	}
}
