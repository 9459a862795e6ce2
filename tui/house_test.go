package tui

import (
	"fmt"
	"slices"
	"testing"

	"github.com/charmbracelet/bubbles/key"

	"dossier/connectors"
	"dossier/desk"
)

// TestHouseScreens holds every screen that keeps the house at the three sizes.
func TestHouseScreens(t *testing.T) {
	for _, test := range []struct {
		name string
		play func(s *stage)
	}{
		{"incidents", func(s *stage) {
			openIncidents(s)
			if s.m.app.width >= twoPanes {
				s.sees("Before it can be closed")
			}
		}},
		{"incident", func(s *stage) {
			openIncidents(s)
			s.press("m")
			s.until("what was asked for", func(string) bool { return len(s.desk.asked("Unmasked")) > 0 })
			s.press("enter")
			s.sees("Theresa Müller's car")
		}},
		{"new incident", func(s *stage) {
			openIncidents(s)
			s.press("n")
			s.sees("Aware since")
			s.press("tab", "A letter went to the wrong address", "tab")
		}},
		{"operators", openOperators},
		{"admit", func(s *stage) {
			openOperators(s)
			s.press("n")
			s.sees("Public key")
			s.press("Ada", "tab", "tab", "right")
		}},
		{"passphrase", func(s *stage) {
			openOperators(s)
			s.sees("no passphrase is set")
			s.press("p")
			s.sees("New passphrase")
			s.press("seven plain words", "tab", "seven")
		}},
		{"replay", openReplay},
		{"tools", openTools},
		{"subject", func(s *stage) {
			openSubject(s)
			if s.m.app.width >= twoPanes {
				s.sees("Evidence")
			}
		}},
		{"subject record", func(s *stage) {
			openSubject(s)
			s.press("down", "enter")
			s.sees("Evidence")
		}},
		{"taught", func(s *stage) {
			openTools(s)
			s.press("end", "up", "enter")
			s.sees("Teach matching from the records?")
			s.press("y")
			s.sees("● learnt from 48,210 records")
		}},
		{"suite", func(s *stage) {
			s.desk.testing = []any{desk.Tested{Case: "find/prefix", What: "a prefix finds what begins with it", Result: "passed"},
				desk.Tested{Case: "apply/move", What: "a record that is moved is found where it went", Result: "left out", Why: "the system moves no records"},
				desk.Passed{System: "qlms"}}
			openHouse(s, "3", "QLMS")
			s.press("t", "qlms", "enter")
			s.sees("● passed", "apply/move")
		}},
	} {
		for _, size := range []struct{ width, height int }{{80, 24}, {120, 40}, {200, 50}} {
			t.Run(fmt.Sprintf("%s/%dx%d", test.name, size.width, size.height), func(t *testing.T) {
				s := play(t, size.width, size.height, houseSample(subjectSample(replaySample(sample(t)))), Options{})
				test.play(s)
				s.golden(size.width, size.height)
			})
		}
	}
}

// TestEveryHouseKeyIsTold holds that each key of these screens stands in a help.
func TestEveryHouseKeyIsTold(t *testing.T) {
	s := play(t, 80, 24, houseSample(replaySample(sample(t))), Options{})
	openReplay(s)
	a := s.m.app
	r := a.top().(*replay)
	groups := slices.Concat(r.commands(), newIncidents(a.ui).commands(), newEstate(a.ui).commands(), newOperators(a.ui).commands(), newLogPage(a.ui).commands(),
		newFigures(a.ui).commands(), newTools(a.ui).commands(), []group{a.around()})
	var told []key.Binding
	for _, g := range groups {
		for _, c := range g.commands {
			told = append(told, c.key)
		}
	}
	allTold(t, *a.ui.house, told)
}

// TestHostileHouseReachesNoTerminal holds that nothing of what these screens show steers the terminal.
func TestHostileHouseReachesNoTerminal(t *testing.T) {
	f := houseSample(subjectSample(replaySample(sample(t))))
	for i := range f.incidents {
		n := &f.incidents[i]
		n.ID, n.Operator, n.Happened, n.Facts, n.Data, n.Effects, n.Systems = hostile, hostile, hostile, hostile, hostile, hostile, []string{hostile}
		n.Authority.Reference, n.Authority.Late, n.Concerned.Not = hostile, hostile, hostile
	}
	for i := range f.operators {
		f.operators[i].Name = hostile
	}
	line := f.line(1)
	line.Label, line.SystemTitle, line.Record, line.Why = hostile, hostile, connectors.Ref{System: hostile, Place: hostile, Entity: hostile, Key: []string{hostile}}, hostile
	f.replaying = append([]any{line}, f.replaying...)
	f.testing = []any{desk.Tested{Case: hostile, What: hostile, Result: hostile, Why: hostile}, fmt.Errorf("%s", hostile)}
	s := play(t, 200, 50, f, Options{})
	s.sees("SAR-2026-0004")
	s.press("8")
	s.sees("22 h left")
	s.press("m")
	s.sees("␛]52", "‹U+202E›")
	s.clean()
	s.press("a")
	s.sees("Told on")
	s.clean()
	s.press("esc", "d")
	s.sees("version by version")
	s.clean()
	s.press("esc", "9")
	s.sees("2 working")
	s.clean()
	s.press("x")
	s.sees("They may do nothing any more")
	s.clean()
	s.press("esc", "3")
	s.sees("QLMS")
	s.press("b", "restored", "ctrl+s")
	s.sees("next: open the plan")
	s.press("end")
	s.clean()
	s.press("esc")
	s.sees("━━ Systems")
	s.press("t", "qlms", "enter")
	s.sees("Cases · 1")
	s.clean()
}
