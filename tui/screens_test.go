package tui

import (
	"errors"
	"fmt"
	"testing"

	"dossier/desk"
)

// sample returns a desk with four requests, of which SAR-2026-0003 was searched.
func sample(t testing.TB) *fakeDesk {
	f := newFakeDesk(t)
	f.requests = sampleRequests()
	f.findings["SAR-2026-0003"] = sampleFinding()
	return f
}

// searchSample opens the newest request and searches until the systems have told some of the sample.
func searchSample(s *stage) {
	s.sees("SAR-2026-0004")
	s.press("down", "down", "enter")
	s.sees("Not searched yet")
	s.press("s")
	for _, c := range sampleCoverage()[:5] {
		s.tell(desk.Started{System: c.System, Title: c.Title, Time: today})
	}
	s.tell(desk.Progress{System: "lms", Records: 48_210})
	for _, m := range sampleMatches()[:5] {
		s.tell(m)
	}
	s.tell(sampleCoverage()[0], sampleCoverage()[2])
	s.sees("2 gaps")
	if s.m.app.width >= threePanes {
		s.sees("Evidence")
	}
}

// TestScreens holds every screen at the three sizes.
func TestScreens(t *testing.T) {
	for _, test := range []struct {
		name string
		play func(s *stage)
	}{
		{"list", func(s *stage) { s.sees("SAR-2026-0001") }},
		{"form", func(s *stage) {
			s.sees("SAR-2026-0001")
			s.press("n", "Jane", "tab", "Featherstone", "tab", "tab", "31/01/1980", "tab", "tab", "tab", "jane@example.org; j.f@example.com")
		}},
		{"not searched", func(s *stage) {
			s.sees("SAR-2026-0004")
			s.press("down", "down", "enter")
			s.sees("Not searched yet")
		}},
		{"searching", searchSample},
		{"matches", func(s *stage) {
			openSearched(s)
			s.press("space")
		}},
		{"record", func(s *stage) {
			openSearched(s)
			s.press("enter")
			s.sees("Candidate number")
		}},
		{"masked", func(s *stage) {
			openSearched(s)
			s.press("m", "enter")
			s.sees("Candidate number")
		}},
		{"pivot", func(s *stage) {
			openSearched(s)
			s.press("down", "down", "down", "enter")
			s.sees("told by")
		}},
		{"system", func(s *stage) {
			openSearched(s)
			s.press("left", "down", "down", "d")
			s.sees("centre_022")
		}},
		{"help", func(s *stage) {
			openSearched(s)
			s.press("?")
		}},
		{"palette", func(s *stage) {
			openSearched(s)
			s.press("ctrl+k", "de", "down")
		}},
		{"locked", func(s *stage) {
			s.desk.phrase = "violet tractor moon"
			openSearched(s)
			s.press("ctrl+l")
			s.sees("Passphrase")
			s.press("violet")
		}},
		{"release", openReleased},
		{"name of another", func(s *stage) {
			openReleased(s)
			s.press("n", "enter")
			s.sees("[Robert Kettle]")
		}},
		{"passage", func(s *stage) {
			openSearched(s)
			s.press("enter")
			s.sees("Candidate number")
			toField(s, "· Notes")
			s.press("enter")
			s.sees("[Rang]")
			s.press("down", "right", "right", "space", "right")
		}},
		{"narrow", func(s *stage) {
			openSearched(s)
			s.press("f", "narrow", "enter")
			s.sees("Narrow the search, or widen it")
		}},
		{"export", func(s *stage) {
			openSearched(s)
			s.press("e")
		}},
		{"exported", func(s *stage) {
			openSearched(s)
			s.press("e", "enter")
			s.sees("Verified")
		}},
		{"error", func(s *stage) {
			s.sees("SAR-2026-0001")
			s.desk.setFailure("Overviews", errors.New("the journal cannot be read: /var/lib/dossier/journal.db is held by another program. Close it, then try again"))
			s.press("r")
			s.sees("journal.db")
		}},
		{"stop", func(s *stage) {
			searchSample(s)
			s.press("s")
		}},
	} {
		for _, size := range []struct{ width, height int }{{80, 24}, {120, 40}, {200, 50}} {
			t.Run(fmt.Sprintf("%s/%dx%d", test.name, size.width, size.height), func(t *testing.T) {
				s := play(t, size.width, size.height, sample(t), Options{})
				test.play(s)
				s.golden(size.width, size.height)
			})
		}
	}
}

// openSearched opens the request that was searched, and waits until the record in sight is shown.
func openSearched(s *stage) {
	s.sees("SAR-2026-0003")
	s.press("down", "enter")
	s.sees("Your membership", "Record viewed")
	if s.m.app.width >= twoPanes {
		s.sees("Evidence")
	}
}
