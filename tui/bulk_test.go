package tui

import "testing"

func TestDecideAboutASystemAtOnce(t *testing.T) {
	f := sample(t)
	found := f.findings["SAR-2026-0003"]
	found.Matches[2].Certain = false // a claim beneath the registration, folded
	s := play(t, 120, 40, f, Options{})
	openSearched(s)
	s.press("b")
	s.sees("Decide about 2 matches in QLMS")
	s.press("right", "enter")
	s.sees("7 included, 1 excluded")
	wantCalls(t, f.asked("Decide"), "Decide SAR-2026-0003 qlms/qlms-db/claims/5002 accepted", "Decide SAR-2026-0003 qlms/qlms-db/candidates/2040 accepted")
	s.press("b")
	s.lacks("Decide about")
}

func TestTwoRecordsSideBySide(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	openSearched(s)
	s.press("c")
	s.sees("To compare: Your registration in QLMS")
	s.press("down", "c")
	s.sees("Two records", "≠ 1017", "= Featherstone", "≠ Jane", "Janet")
	s.until("each noted when it came into sight, and both here", func(string) bool { return len(s.desk.asked("Viewed")) == 4 })
	s.press("esc")
	s.sees("Your membership")
}
