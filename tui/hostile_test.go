package tui

import (
	"errors"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
)

func TestHostileRecordsReachNoTerminal(t *testing.T) {
	f := sample(t)
	m := desk.Match{Label: hostile, SystemTitle: hostile, Match: locate.Match{Score: 0.5, Parent: &connectors.Ref{Entity: hostile, Key: []string{hostile}},
		Evidence: []locate.Evidence{{Identifier: hostile, Field: hostile, Words: hostile}},
		Path:     []locate.Step{{Identifier: locate.Identifier{Kind: hostile, Value: hostile}, From: ref(hostile, hostile, hostile)}},
		Record:   connectors.Record{Ref: connectors.Ref{System: hostile, Place: hostile, Entity: hostile, Key: []string{hostile}}, At: hostile, Fields: fields(hostile, hostile)}}}
	list := connectors.List(hostile, hostile)
	m.Record.Values = append(m.Record.Values, list)
	m.Record.Names = append(m.Record.Names, "list")
	c := covered(hostile, hostile, locate.Failed, 0, connectors.Gap{Place: hostile, Entity: hostile, Field: hostile, Why: hostile})
	f.findings["SAR-2026-0003"] = desk.Finding{Searched: today, Matches: []desk.Match{m}, Coverage: []locate.Coverage{c.Coverage}}
	f.requests[1].Subject = locate.Subject{Identifiers: []locate.Identifier{{Kind: "full_name", Value: hostile}}}
	f.setFailure("Decide", errors.New(hostile))
	s := play(t, 200, 50, f, Options{})
	s.sees("SAR-2026-0003")
	s.press("m")
	s.sees("␛]52")
	s.clean()
	s.press("down", "enter")
	s.sees("Evidence", "‹U+202E›")
	s.clean()
	s.press("tab", "end")
	s.sees("Fields")
	s.clean()
	s.press("esc", "i")
	s.sees("The decision was not recorded")
	s.clean()
	s.press("esc", "left")
	for range 12 {
		s.press("down")
	}
	s.press("d")
	s.sees("not searched")
	s.clean()
	f.mu.Lock()
	f.leaving = []desk.Event{desk.Leaving{Record: m.Record.Ref, Label: hostile, SystemTitle: hostile, Fields: m.Record.Fields, Withheld: []desk.HeldBack{{Label: hostile, Reason: hostile}}},
		desk.Suggested{Record: m.Record.Ref, Field: hostile, FieldLabel: hostile, Passage: hostile, Why: hostile}, desk.Unread{Field: hostile, Why: hostile},
		desk.HeldBack{By: 1, Label: hostile, SystemTitle: hostile, Field: hostile, Reason: hostile}}
	f.mu.Unlock()
	s.press("v")
	s.sees("1 record leave", "not approved")
	for range 4 {
		s.clean()
		s.press("r")
		s.clean()
		s.press("esc", "down")
	}
	s.press("esc", "f")
	s.clean()
	s.press("esc", "ctrl+k")
	s.clean()
	s.press("esc", "tab", "c", "b", "ctrl+l")
	s.sees("Locked")
	s.clean()
	s.tm.Send(deliver(func(a *app) tea.Cmd { a.locked = nil; return nil }))
	s.press("esc", "esc", "esc")
	s.tm.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.press("n")
	s.tm.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(hostile), Paste: true})
	s.settle()
	s.clean()
}
