package tui

import (
	"errors"
	"testing"

	"dossier/desk"
)

// openHouse goes from the list of requests to a screen of the house.
func openHouse(s *stage, key, sees string) {
	s.sees("SAR-2026-0004")
	s.press(key)
	s.sees(sees)
}

func openIncidents(s *stage) { openHouse(s, "8", "INC-2026-0001") }

func TestIncidentIsRecorded(t *testing.T) {
	s := play(t, 120, 40, houseSample(sample(t)), Options{})
	openIncidents(s)
	s.press("n")
	s.sees("Aware since", "21/11/2026 10:30")
	s.press("tab", "A cabinet stood open", "tab", "tab", "paper; QLMS", "ctrl+s")
	s.sees("the register has no system \"paper\"")
	s.press("ctrl+u", "hr; QLMS", "tab", "about forty", "ctrl+s")
	s.sees("People: write a number")
	s.press("ctrl+u", "40", "ctrl+s")
	s.sees("►72 h left", "INC-2026-0005", "24 Nov 2026 10:30")
	wantCalls(t, s.desk.asked("NewIncident"), "NewIncident 2026-11-21 10:30:00 A cabinet stood open [hr qlms] 40 ")
}

func TestIncidentGoesItsWay(t *testing.T) {
	s := play(t, 120, 40, houseSample(sample(t)), Options{})
	openIncidents(s)
	s.sees("INC-2026-0004", "22 h left", "next: tell the authority")
	s.lacks("Theresa")
	s.press("x")
	s.sees("Not yet", "its likely consequences", "what was done about it")
	s.press("esc", "e")
	s.sees("Theresa Müller's car. It held") // what is written in is shown, which is noted
	wantCalls(t, s.desk.asked("Unmasked"), "Unmasked")
	s.press("up", "down", "tab", "tab", "tab", "tab", "tab", "tab", "tab", "tab", "Keys revoked", "ctrl+s")
	s.sees("Keys revoked", "next: tell the authority")
	s.press("a", "yesterday", "ctrl+s")
	s.sees("Told on: write day and time")
	s.press("ctrl+u", "20/11/2026 16:00", "tab", "IC-9", "ctrl+s")
	s.sees("● told in time", "IC-9")
	s.press("p", "tab", "tab", "no high risk", "ctrl+s")
	s.sees("no high risk", "note its likely consequences")
	wantCalls(t, s.desk.asked("ChangeIncident"),
		"ChangeIncident INC-2026-0004: A laptop was stolen from Theresa Müller's car./It held the list of candidates.; Keys revoked; told  ; people not: ",
		"ChangeIncident INC-2026-0004: A laptop was stolen from Theresa Müller's car./It held the list of candidates.; Keys revoked; told 20/11/2026 16:00 IC-9; people not: ",
		"ChangeIncident INC-2026-0004: A laptop was stolen from Theresa Müller's car./It held the list of candidates.; Keys revoked; told 20/11/2026 16:00 IC-9; people not: no high risk")
}

func TestIncidentIsClosed(t *testing.T) {
	s := play(t, 120, 40, houseSample(sample(t)), Options{})
	openIncidents(s)
	s.press("down", "down")
	s.sees("next: close it (x)", "▲ told, 8 h late")
	s.press("x", "enter")
	s.sees("is not what must be typed: nothing was done")
	s.press("INC-2026-0002", "enter")
	s.sees("– closed 21 Nov 2026")
	s.press("e")
	s.sees("INC-2026-0002 is closed: record a new incident that names it")
	s.press("esc", "d")
	s.sees("version by version", "version 5", "version 1")
	s.lacks("everybody in copy")
	s.press("m")
	s.sees("everybody in copy")
	s.press("esc")
	s.sees("━━ Incidents")
	s.press("ctrl+k", "destroy incident", "enter")
	s.sees("is destroyed for good")
	s.press("INC-2026-0002", "enter")
	s.sees("– destroyed", "What was kept of it was destroyed")
}

func TestIncidentsThatCannotBeRead(t *testing.T) {
	f := houseSample(sample(t))
	f.setFailure("Incidents", errors.New("dana may not do this: it needs the role search"))
	s := play(t, 80, 24, f, Options{})
	openHouse(s, "8", "it needs the role search")
	f.setFailure("Incidents", nil)
	s.press("r")
	s.sees("INC-2026-0004")
	f.incidents = []desk.Incident{}
	s.press("r")
	s.sees("No incidents. n records one")
}
