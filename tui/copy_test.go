package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

func TestValuesAreCopiedWhereTheRegisterAllowsIt(t *testing.T) {
	f := sample(t)
	s := play(t, 120, 40, f, Options{})
	openSearched(s)
	s.press("y")
	s.sees("Nothing is copied", "[screen] copy = true")
	s.press("esc")
	var terminal strings.Builder
	copied := make(chan struct{})
	s.tm.Send(deliver(func(a *app) tea.Cmd {
		f.register.Screen.Copy, s.o.out = true, &terminal
		close(copied)
		return nil
	}))
	<-copied
	s.press("y", "right", "right", "enter")
	s.until("the form gone", func(frame string) bool { return !strings.Contains(frame, "Copy a value ━") })
	if got := terminal.String(); got != "\x1b]52;c;SmFuZQ==\a" {
		t.Errorf("the terminal got %q", got)
	}
	wantCalls(t, f.asked("Copied"), "Copied SAR-2026-0003 qlms/qlms-db/candidates/1017")
}

func TestWheelMoves(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	s.sees("► SAR-2026-0002")
	s.tm.Send(tea.MouseMsg{Button: tea.MouseButtonWheelDown})
	s.sees("► SAR-2026-0001")
	s.tm.Send(tea.MouseMsg{Button: tea.MouseButtonLeft})
	s.tm.Send(tea.MouseMsg{Button: tea.MouseButtonWheelUp})
	s.sees("► SAR-2026-0002")
}
