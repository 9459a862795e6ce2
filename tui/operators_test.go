package tui

import (
	"fmt"
	"strings"
	"testing"

	"dossier/desk"
)

func openOperators(s *stage) { openHouse(s, "9", "Eve Marsh") }

func TestOperatorsAreAdmittedAndRemoved(t *testing.T) {
	s := play(t, 120, 40, houseSample(sample(t)), Options{})
	openOperators(s)
	s.sees("2 working", "you are jcole", "that is you", "no passphrase is set")
	s.press("n")
	s.sees("Public key")
	s.press("Ada", "tab", "ed25519:AAAA", "tab", "right", "tab", "tab", "right", "ctrl+s")
	s.sees("━━ Operators")
	wantCalls(t, s.desk.asked("AddOperator"), "AddOperator Ada ed25519:AAAA [search approve]")
	s.press("down", "e")
	s.sees("The roles of Eve Marsh")
	s.press("left", "tab", "right", "ctrl+s")
	s.sees("━━ Operators")
	wantCalls(t, s.desk.asked("AddOperator"), "AddOperator Ada ed25519:AAAA [search approve]", "AddOperator Eve Marsh  [decide approve]")
	s.desk.setFailure("RemoveOperator", fmt.Errorf("%w: jcole has the role audit no more", desk.ErrRefused))
	s.press("x", "Eve", "enter")
	s.sees("is not what must be typed")
	s.press(" Marsh", "enter")
	s.sees("has the role audit no more")
	s.desk.setFailure("RemoveOperator", nil)
	s.press("enter")
	s.sees("1 working")
	s.press("end", "e")
	s.sees("admit them again by their key")
}

func TestPassphraseIsNeverShown(t *testing.T) {
	s := play(t, 120, 40, houseSample(sample(t)), Options{})
	openOperators(s)
	s.press("p", "seven plain words", "tab", "seven plain wards", "enter")
	s.sees("•••••••••••••••••", "the two are not the same")
	s.lacks("seven")
	s.press("ctrl+u", "seven plain words", "enter")
	s.sees("● It was set")
	s.press("enter")
	s.sees("your passphrase is set")
	s.press("p")
	s.sees("Until now")
	s.press("wrong", "tab", "other words", "tab", "other words", "enter")
	s.sees("the passphrase was not taken")
	if got := s.desk.asked("SetPassphrase"); len(got) != 2 || strings.Contains(strings.Join(got, ""), "words") {
		t.Errorf("%q", got)
	}
}

func TestFirstOperator(t *testing.T) {
	f := houseSample(sample(t))
	f.operators = nil
	s := play(t, 120, 40, f, Options{})
	openHouse(s, "9", "Nobody yet")
	s.press("i")
	s.sees("You are the first operator")
	s.press("tab", "tab", "left", "ctrl+s")
	s.sees("You are an operator: search, decide, run, audit")
	wantCalls(t, f.asked("InitOperator"), "InitOperator [search decide run audit]")
	s.press("enter")
	s.sees("1 working")
	s.press("i", "right", "enter")
	s.sees("ed25519:AQEB", "Send this to an operator with the role audit")
}

func TestPlainHidesThePassphrase(t *testing.T) {
	f := houseSample(sample(t))
	said := speak(t, f, "", "9", "set your passphrase", "seven plain words", "seven plain words", "enter", "esc", "quit")
	wantSaid(t, said, "New passphrase: ", "The same again: ", "It was set")
	if strings.Contains(said, "seven") {
		t.Errorf("the passphrase was said:\n%s", said)
	}
	if f.phrase != "seven plain words" {
		t.Errorf("%q was set", f.phrase)
	}
}
