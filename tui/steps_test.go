package tui

import (
	"testing"

	"dossier/request"
)

func TestWhatHappenedIsNoted(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{Request: "SAR-2026-0004"})
	s.sees("Not searched yet")
	s.press("f")
	s.sees("Identity: the person is known to us", "Close the request")
	s.lacks("Objection")
	s.press("ident seen", "enter")
	s.sees("Identity: evidence was seen ━", "Evidence")
	s.press("down", "right", "down", "right", "down", "Pat", "enter")
	s.sees("10:30:00  Identity: evidence was seen")
	s.press("f", "clar asked", "enter", "down", "which centre?", "enter")
	s.sees("wait for the clarification (the person)", "stands still")
	s.press("f", "clar answ", "enter", "ctrl+s")
	s.sees("! Answer: is needed")
	s.press("down", "all of them", "enter")
	s.sees("10:30:00  Clarify: the person answered", "23 days left")
	s.press("f", "comp req", "enter", "down", "done", "enter", "enter")
	s.sees("the package was not handed over")
	s.press("esc", "f", "close", "enter", "SAR-2026-0004", "enter")
	s.until("closed", func(string) bool { return len(s.desk.asked("CloseRequest")) > 0 })
	wantCalls(t, s.desk.asked("Record"),
		"Record SAR-2026-0004 identity seen 2026-11-21 photo driving licence, passport, Pat",
		"Record SAR-2026-0004 clarification asked for 2026-11-21 which centre?", "Record SAR-2026-0004 clarified 2026-11-21 all of them",
		"Record SAR-2026-0004 completed 2026-11-21 done")
}

func TestEveryStepCanBeNoted(t *testing.T) {
	for _, what := range []request.What{request.IdentityAsked, request.IdentitySeen, request.IdentityKnown, request.IdentityOverridden, request.AuthorityAsked,
		request.AuthoritySeen, request.FeeAsked, request.FeePaid, request.ClarificationAsked, request.Clarified, request.Extended, request.Refused,
		request.Withdrawn, request.Delivered, request.Weighed, request.Reviewed, request.Disclosed, request.Completed, request.Complained,
		request.ComplaintAcknowledged, request.ComplaintProgress, request.ComplaintAnswered} {
		found := false
		for _, f := range stepForms {
			found = found || f.what == what
		}
		if !found {
			t.Errorf("%s cannot be noted on the screen", what)
		}
	}
}
