package tui

import (
	"errors"
	"testing"
)

func TestNewRequest(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	s.sees("SAR-2026-0001")
	s.press("n", "ctrl+s")
	s.sees("nobody can be searched for")
	s.press("Jane", "tab", "Featherstone", "tab", "tab", "31.13.1980", "ctrl+s")
	s.sees("Date of birth is no date")
	s.press("ctrl+u", "31.1.1980", "tab", "tab", "tab", "jane@example.org; j@example.com")
	s.press("up", "up", "up", "up", "up", "up", "up", "right", "right", "right") // to the title: Miss
	s.press("up", "ctrl+u", "22/11/2026", "ctrl+s")
	s.sees("today at the latest")
	s.press("ctrl+u", "20/11/2026", "up", "right", "right", "right", "right", "right", "up", "right")
	for range 16 {
		s.press("down")
	}
	s.sees("A child")
	s.press("right")
	for range 40 {
		s.press("down")
	}
	s.sees("► [ Record the request ]")
	s.press("enter")
	s.sees("SAR-2026-0005", "Jane Featherstone", "Not searched yet")
	wantCalls(t, s.desk.asked("NewRequest"), `NewRequest portability 2026-11-20 [{given_name Jane} {family_name Featherstone} {birth_date 1980-01-31}`+
		` {email jane@example.org} {email j@example.com}] ["erase"] Miss jane@example.org [child]`)
	s.press("esc")
	s.sees("Requests · 5")
}

func TestLeavingAFormAsks(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	s.sees("SAR-2026-0001")
	s.press("n", "esc")
	s.sees("Requests · 4")
	s.press("n", "q?m", "esc")
	s.sees("Leave without recording?")
	s.press("n")
	s.sees("First names             q?m")
	s.press("esc", "y")
	s.sees("Requests · 4")
}

func TestRequestThatCannotBeRecorded(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	s.desk.setFailure("NewRequest", errors.New("the journal cannot be written"))
	s.sees("SAR-2026-0001")
	s.press("n", "Jane", "ctrl+s")
	s.sees("The request was not recorded")
	s.press("esc")
	s.sees("First names             Jane")
}
