package tui

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// clickOn presses the left button on the first place where a text stands.
func (s *stage) clickOn(text string) {
	s.t.Helper()
	s.sees(text)
	frame, _ := s.m.look()
	for y, l := range strings.Split(frame, "\n") {
		if before, _, found := strings.Cut(l, text); found {
			s.tm.Send(tea.MouseMsg{X: cells(before), Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
			s.tm.Send(tea.MouseMsg{X: cells(before), Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionRelease})
			s.settle()
			return
		}
	}
}

// A click chooses a row and its pane, a second one opens it; dialogs and the lock take none.
func TestClicksChooseAndOpen(t *testing.T) {
	f := sample(t)
	f.phrase = "violet tractor moon"
	var now atomic.Int64
	s := play(t, 200, 50, f, Options{Now: func() time.Time { return today.Add(time.Duration(now.Load())) }})
	s.clickOn("SAR-2026-0003")
	s.sees("► SAR-2026-0003")
	now.Add(int64(time.Second))
	s.clickOn("SAR-2026-0003") // too late for a second one
	s.sees("Requests · 4")
	s.clickOn("SAR-2026-0003")
	s.sees("━━ Matches", "Record viewed")
	s.clickOn("Your membership 310")
	s.sees("►× possible")
	s.clickOn("ContactID")
	s.sees("━━ Record", "►· ContactID")
	s.clickOn("Websites")
	s.sees("━━ Systems", "►× Websites")
	s.press("e")
	s.clickOn("Large print")
	s.sees("► File")
	s.press("esc", "v")
	s.sees("━━ Leaves")
	s.press("esc", "ctrl+l")
	s.sees("Passphrase")
	s.clickOn("Passphrase")
	s.tm.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("violet tractor moon"), Paste: true})
	s.press("enter")
	s.sees("━ Locked")
	wantCalls(t, f.asked("Unlock"))
	wantCalls(t, f.asked("Decide"))
}

// Who comes back to a screen that was left, though its timer stood still with a computer that slept, types the passphrase first.
func TestAKeyAfterALongTimeLocks(t *testing.T) {
	f := sample(t)
	f.phrase = "violet tractor moon"
	var now atomic.Int64
	s := play(t, 80, 24, f, Options{Now: func() time.Time { return today.Add(time.Duration(now.Load())) }})
	openSearched(s)
	now.Store(int64(time.Hour))
	s.press("x")
	s.sees("━ Locked", "Passphrase")
	wantCalls(t, f.asked("Decide"))
	s.press("violet tractor moon", "enter")
	s.sees("Your registration")
	s.press("v", "m")
	s.sees("Leaves")
	s.press("m")
	s.until("the unmasking noted", func(string) bool { return len(f.asked("Unmasked")) == 1 })
	wantCalls(t, f.asked("Unmasked"), "Unmasked SAR-2026-0003")
}
