package tui

import (
	"context"
	"errors"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

func TestAskingStaysUntilItIsDone(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	openSearched(s)
	var got []string
	failure := errors.New("the journal is full: free some space")
	tried, after := 0, make(chan struct{})
	s.tm.Send(deliver(func(a *app) tea.Cmd {
		return a.ui.put(&asking{name: "Extend the time", text: "Two further months.", fields: []*field{
			textField("Why", "", "the reasons, for the notice").needed(), dateField("Noticed on", "", "the day the notice reached the person"),
			textField("Type the id", "", "").exactly("SAR-2026-0003"), textField("Note", "", "").on("as agreed"),
		}, do: func(_ context.Context, answers []string) error {
			got = answers
			if tried++; tried == 1 {
				return failure
			}
			return nil
		}, after: func(*app) tea.Cmd { close(after); return nil }})
	}))
	s.sees("Two further months", "as agreed")
	s.press("ctrl+s")
	s.sees("! Why: is needed")
	s.press("complex", "down", "31.13.2026", "ctrl+s")
	s.sees("is no date")
	s.press("ctrl+u", "3/12/2026", "down", "SAR-2026-0004", "ctrl+s")
	s.sees("is not what must be typed")
	s.press("ctrl+u", "SAR-2026-0003", "enter", "enter")
	s.sees("! the journal is full")
	s.press("enter")
	<-after
	s.sees("Your membership")
	if want := "complex|2026-12-03|SAR-2026-0003|as agreed"; strings.Join(got, "|") != want {
		t.Errorf("answers %q", got)
	}
}

// deliver is a message that does something with the program.
type deliver func(a *app) tea.Cmd

func (d deliver) deliver(a *app) tea.Cmd { return d(a) }
