package tui

import (
	"strings"
	"testing"

	"dossier/desk"
	"dossier/request"
)

func TestSystemsOf(t *testing.T) {
	register := newFakeDesk(t).register
	for text, want := range map[string]string{"": "", "qlms; LMS": "qlms lms", " Simply HR ;;hr": "hr", "qlms; nowhere": `names "nowhere"`} {
		ids, err := systemsOf(register, text)
		if got := strings.Join(ids, " "); err == nil && got != want || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

// A search is narrowed with its reason, the coverage says so, and nothing is exported before it was searched again.
func TestASearchIsNarrowed(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	openSearched(s)
	s.press("f", "narrow", "enter")
	s.sees("Narrow the search, or widen it")
	s.press("1/1/2020", "down", "down", "lms; nowhere", "down", "asked for the register alone", "enter")
	s.sees(`Leave out systems: names "nowhere", which the register does not have`)
	s.press("ctrl+u", "lms; Simply HR", "ctrl+s")
	s.sees("What is asked for was changed", "the next search leaves out 2 systems, only since 1 Jan 2020", "next: search again (s)")
	s.press("e")
	s.sees("other systems are to be left out than the last search left out")
	wantCalls(t, s.desk.asked("Narrow"), `Narrow SAR-2026-0003 2020-01-01  ["lms" "hr"] asked for the register alone`)
	s.press("esc", "f", "narrow", "enter")
	s.sees("lms; hr", "01/01/2020")
}

func TestANarrowedRequestSaysSoBeforeItIsSearched(t *testing.T) {
	f := sample(t)
	f.requests[0].Scope = request.Scope{Omit: []string{"lms"}, Reason: "asked for the rest"}
	s := play(t, 200, 50, f, Options{Request: "SAR-2026-0004"})
	s.sees("7 systems to be searched, 1 left out", "– LMS")
}

// The form takes in all that the organisation's own form, and the law, ask about.
func TestNewRequestForSomebodyElse(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	s.sees("SAR-2026-0001")
	s.press("n", "Jane")
	fill := func(label string, keys ...string) {
		t.Helper()
		for range 50 {
			if frame, _ := s.m.look(); strings.Contains(frame, "► "+label) {
				s.press(keys...)
				return
			}
			s.press("down")
		}
		t.Fatalf("there is no field %q", label)
	}
	fill("Leave out systems", "QLMS")
	fill("Why not everything", "not asked for")
	fill("Objects to marketing", "right")
	fill("Who asks", "Robert Kettle")
	fill("Authority", "right")
	fill("Controller", "Acme")
	fill("Instructed by", "Ann Lee")
	fill("By what right", "clause 4")
	fill("Instructed on", "1/11/2026", "ctrl+s")
	s.sees("SAR-2026-0005")
	got := s.desk.requests[0].Letter
	if !got.Marketing || got.OnBehalf == nil || *got.OnBehalf != (request.Agent{Name: "Robert Kettle", Authority: request.Authorities[0]}) ||
		got.Instruction == nil || got.Instruction.Person != "Ann Lee" || got.Instruction.Day == 0 || got.Scope.Omit[0] != "qlms" || got.Scope.Reason != "not asked for" {
		t.Errorf("%+v", got)
	}
}

// What the last search found that needs special care stands in the list, and is filtered by.
func TestTheListFlagsWhatNeedsCare(t *testing.T) {
	f := sample(t)
	f.requests[0].Flags = []request.Flag{request.Child, request.Vulnerable}
	f.special = map[string][]string{"SAR-2026-0004": {desk.CriminalOffence, desk.SpecialCategory}}
	f.held["SAR-2026-0004"], f.others["SAR-2026-0004"] = []string{"H-1"}, []string{"SAR-2026-0003"}
	s := play(t, 120, 40, f, Options{})
	s.sees("HCVOS+ ")
	s.press("/", "offences", "enter")
	s.sees("Requests · 1", "! held: H-1; child; vulnerable; data on criminal offences was found; special-category data was found")
}
