package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/act"
	"dossier/connectors"
	"dossier/desk"
	kept "dossier/internal/journal"
)

// openPlan opens the plan of the sample.
func openPlan(s *stage) {
	openSearched(s)
	s.press("p")
	s.sees("SAR-2026-0003/P1")
	s.press("enter")
	s.sees("9 lines: 3 deleted", "▒ anonymise", "Erase,")
}

// TestActScreens holds every screen that changes systems, or shows what stands around the requests, at the three sizes.
func TestActScreens(t *testing.T) {
	for _, test := range []struct {
		name string
		play func(s *stage)
	}{
		{"plans", func(s *stage) {
			openSearched(s)
			s.press("p")
			s.sees("SAR-2026-0003/P1", "1 system held")
		}},
		{"plan", openPlan},
		{"plan line", func(s *stage) {
			openPlan(s)
			s.press("down", "enter")
			s.sees("Before and after", "removed-7f2c@invalid")
		}},
		{"plan system", func(s *stage) {
			openPlan(s)
			s.press("left", "enter")
			s.sees("nightly, kept for 35 days")
		}},
		{"new plan", func(s *stage) {
			openSearched(s)
			s.press("p")
			s.sees("SAR-2026-0003/P1")
			s.press("n")
			s.sees("Despite 360 System")
		}},
		{"refused", func(s *stage) {
			s.desk.problems = []desk.PlanProblem{{Problem: act.Problem{Why: "the person is held (HOLD-2026-0003): a claim; lift the hold first"}},
				{Problem: act.Problem{System: "qlms", Entity: "candidates", Field: "Photo", Records: 1, Why: "the register does not say what becomes of it: map it, or say erase = \"delete\" of the entity"}}}
			openSearched(s)
			s.press("p", "n")
			s.sees("Despite 360 System")
			s.press("ctrl+s")
			s.sees("No plan was made", "lift the hold first")
		}},
		{"confirm", func(s *stage) {
			openPlan(s)
			s.press("a")
			s.sees("There is no undo")
		}},
		{"applying", applySample},
		{"applied", func(s *stage) {
			applySample(s)
			endSample(s)
			s.press("home", "down", "down")
		}},
		{"verified", func(s *stage) {
			applySample(s)
			endSample(s)
			s.press("v")
			s.sees("PSEUDONYMISED, 1 record")
			s.press("home", "down", "down", "enter")
		}},
		{"diff", func(s *stage) {
			diffSample(s.desk)
			openSearched(s)
			s.press("p")
			s.sees("SAR-2026-0003/P2")
			s.press("enter")
			s.sees("9 lines: 3 deleted")
			s.press("d")
			s.sees("Differences · 3")
		}},
		{"tasks", func(s *stage) {
			s.sees("SAR-2026-0001")
			s.press("2")
			s.sees("2 tasks to do")
			s.press("down")
		}},
		{"task", func(s *stage) {
			s.sees("SAR-2026-0001")
			s.press("2")
			s.sees("2 tasks to do")
			s.press("enter")
			s.sees("row 17")
		}},
		{"estate", func(s *stage) {
			s.sees("SAR-2026-0001")
			s.press("3")
			s.sees("2 mistakes")
			s.press("c")
			s.sees("1 mistake", "1 remark")
			s.press("enter")
			s.sees("What the account may do")
		}},
		{"figures", func(s *stage) {
			s.sees("SAR-2026-0001")
			s.press("6")
			s.sees("received in 2026", "How they ended")
		}},
		{"certificate", func(s *stage) {
			carriedOut(s.desk)
			openPlan(s)
			s.sees("next: the tasks for people (t)")
			s.press("c")
			s.sees("certificate-SAR-2026-0003-P1")
			s.press("enter")
			s.sees("● Issued: complete")
		}},
		{"holds", func(s *stage) {
			s.sees("SAR-2026-0001")
			s.press("4")
			s.sees("HOLD-2026-0001")
		}},
		{"log", func(s *stage) {
			s.sees("SAR-2026-0001")
			s.press("5")
			s.sees("as it was written", "plan approved")
		}},
	} {
		for _, size := range []struct{ width, height int }{{80, 24}, {120, 40}, {200, 50}} {
			t.Run(fmt.Sprintf("%s/%dx%d", test.name, size.width, size.height), func(t *testing.T) {
				s := play(t, size.width, size.height, actSample(sample(t)), Options{})
				test.play(s)
				s.golden(size.width, size.height)
			})
		}
	}
}

// applySample approves the plan of the sample, and carries it out until a system is away.
func applySample(s *stage) {
	s.desk.approve("SAR-2026-0003/P1", "jcole")
	s.desk.approve("SAR-2026-0003/P1", "Eve Marsh")
	openPlan(s)
	s.sees("next: carry out (x)")
	s.press("x")
	s.sees("There is no undo")
	s.press("SAR-2026-0003", "enter")
	for _, e := range []any{
		desk.Begun{System: "qlms", Title: "QLMS", Changes: 2}, desk.Begun{System: "lms", Title: "LMS", Changes: 2},
		desk.Changing{System: "qlms", Changes: 2, Made: 1, Rate: 0.4, Seconds: 2.5},
		desk.Retry{System: "lms", Place: "lms-db", Attempt: 1, After: 2e9, Why: "the database is locked"},
	} {
		s.desk.applying <- e
	}
	s.sees("attempt 2 follows", "1 of 5")
}

// endSample lets the plan of the sample come to an end: one system changed, one away, one held back.
func endSample(s *stage) {
	for _, e := range []any{
		desk.SystemApplied{System: "qlms", Title: "QLMS", Ended: act.Whole, Changes: 2, Made: 2, Seconds: 1.5},
		desk.Trouble{System: "lms", Line: 5, Record: ref("lms", "results", "77", "2"), Result: connectors.Denied, Why: "the database is locked"},
		desk.SystemApplied{System: "lms", Title: "LMS", Ended: act.Away, Changes: 2, Made: 1, Why: "the database is locked", Seconds: 61},
		desk.SystemApplied{System: "prodrive", Title: "ProDrive", Ended: act.HeldBack, Changes: 1, Why: "it is changed behind all others"},
		desk.Applied{Plan: "SAR-2026-0003/P1", Systems: 3, Whole: 1, Changes: 5, Made: 3},
		errors.New("not every system was changed: LMS, ProDrive"),
	} {
		s.desk.applying <- e
	}
	close(s.desk.applying)
	s.desk.verifying = []any{
		desk.Started{System: "qlms", Title: "QLMS"},
		desk.Verdict{System: "qlms", Title: "QLMS", Effect: act.Kept, Changed: 2, Findings: []act.Finding{{Effect: act.Kept, Why: "certification records (legal obligation)", Until: "2030-03-31"},
			{Effect: act.Recoverable, Where: "backups", Why: "nightly, kept for 35 days", Until: "2026-12-26", Despite: true}}},
		desk.Verdict{System: "lms", Title: "LMS", Effect: act.Pseudonymised, Changed: 1, Findings: []act.Finding{{Effect: act.Pseudonymised,
			Record: &connectors.Ref{System: "lms", Place: "lms-db", Entity: "results", Key: []string{"78", "2"}}, Why: "it is linked through Candidate"}}},
		desk.Verdict{System: "prodrive", Title: "ProDrive", Effect: act.Residual, Findings: []act.Finding{{Effect: act.Residual,
			Record: &connectors.Ref{System: "prodrive", Place: "prodrive-db", Entity: "contacts", Key: []string{"288"}}, Why: "the record is as it was"}}},
		errors.New("not everything is as the plan was to make it, or could be looked at: LMS, ProDrive"),
	}
	s.sees("next: go on (x)", "not every") // how the run ended
}

// diffSample adds a second plan that differs from the first.
func diffSample(f *fakeDesk) {
	second := f.plans["SAR-2026-0003"][0]
	second.ID = "SAR-2026-0003/P2"
	f.plans["SAR-2026-0003"] = append(f.plans["SAR-2026-0003"], second)
	status := *f.status["SAR-2026-0003/P1"]
	status.ID = second.ID
	f.status[second.ID] = &status
	f.sums[second.ID] = f.sums["SAR-2026-0003/P1"]
	lines := sampleLines()
	other := lines[0]
	other.Does, other.Why, other.Change = act.Keep, "certification records", connectors.Change{}
	f.diffs = []desk.PlanDifference{{After: &lines[4]}, {Before: &lines[0], After: &other}, {Before: &lines[6]}}
}

func TestEnterAloneApprovesNothing(t *testing.T) {
	s := play(t, 120, 40, actSample(sample(t)), Options{})
	openPlan(s)
	s.press("a")
	s.sees("► [ Cancel ]")
	s.press("enter")
	s.sees("next: approve (a)")
	s.press("a", "tab", "enter")
	s.sees("that is not SAR-2026-0003: nothing was done")
	s.tm.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("SAR-2026-0003"), Paste: true})
	s.press("enter")
	s.sees("that is not SAR-2026-0003: nothing was done")
	s.press("SAR-2026-0004", "enter")
	s.sees("that is not SAR-2026-0003: nothing was done")
	wantCalls(t, s.desk.asked("Approve"))
	s.press("esc", "x")
	s.sees("approve it first (a)")
	s.press("esc", "a")
	s.sees("There is no undo")
	s.press("SAR-2026-0003", "enter")
	s.sees("Approved by you: 1 of 2 approvals", "awaited: approval by Eve Marsh")
	wantCalls(t, s.desk.asked("Approve"), "Approve SAR-2026-0003/P1")
	s.desk.approve("SAR-2026-0003/P1", "Eve Marsh") // in another run of the program
	s.sees("Approved by Eve Marsh", "next: carry out (x)")
}

func TestPauseAndGoOn(t *testing.T) {
	s := play(t, 120, 40, actSample(sample(t)), Options{})
	applySample(s)
	s.press("esc") // behind the screen it goes on
	s.sees("► running")
	s.press("enter", "p")
	s.sees("Paused between two changes", "next: go on (x)")
	s.press("x") // the id was typed before
	s.desk.applying <- desk.Begun{System: "lms", Title: "LMS", Changes: 2, Made: 1}
	s.sees("being carried out", "1 of them made before")
	s.press("ctrl+c")
	s.sees("Quit and pause?")
	s.leave('y')
	wantCalls(t, s.desk.asked("Apply"), "Apply SAR-2026-0003/P1", "Apply SAR-2026-0003/P1")
}

// A plan of a million lines is read where it is looked at.
func TestMillionLines(t *testing.T) {
	f := actSample(sample(t))
	const lines = 1_000_000
	f.status["SAR-2026-0003/P1"].Lines = lines
	sum := f.sums["SAR-2026-0003/P1"]
	sum.Lines = lines
	f.sums["SAR-2026-0003/P1"] = sum
	s := play(t, 120, 40, f, Options{})
	openSearched(s)
	s.press("p")
	s.sees("SAR-2026-0003/P1")
	s.press("enter")
	s.sees("Lines · 1,000,000", "▒ anonymise")
	s.press("end")
	s.sees("►× delete")
	s.press("home", "pgdown", "pgdown", "pgdown")
	s.sees("▒ anonymise")
	calls := s.desk.asked("PlanLines")
	if len(calls) > 5 {
		t.Errorf("%d portions were read: %s", len(calls), strings.Join(calls, "; "))
	}
	s.hold()
	p := s.m.app.ui.acting["SAR-2026-0003/P1"]
	if len(p.lines.pages) > keptPages {
		t.Errorf("%d portions are kept", len(p.lines.pages))
	}
}

func TestPlansAreMade(t *testing.T) {
	f := actSample(sample(t))
	f.requests[1].Kind = "rectify"
	s := play(t, 120, 40, f, Options{})
	openSearched(s)
	s.press("p", "n")
	s.sees("What is planned?")
	s.press("enter")
	s.sees("Right value")
	s.press("down", "Zoë", "down", "Zoe; Zo", "down", "the centre closed", "ctrl+s")
	s.sees("9 lines: 3 deleted")
	wantCalls(t, s.desk.asked("Plan S"), "Plan SAR-2026-0003 rectify  {given_name Zoë [Zoe Zo]} map[360:the centre closed]")
}

// carriedOut has the plan of the sample carried out and verified in an earlier run of the program.
func carriedOut(f *fakeDesk) {
	s := f.status["SAR-2026-0003/P1"]
	s.State, s.By, s.Begun, s.Verified = kept.PlanVerified, []string{"jcole", "Eve Marsh"}, true, today
	s.Changes, s.Changed = map[string]int{"qlms": 2, "lms": 2, "prodrive": 1}, map[string]int{"qlms": 2, "lms": 2, "prodrive": 1}
	s.Verdicts = []desk.Verdict{{System: "qlms", Title: "QLMS", Effect: act.Kept, Changed: 2}, {System: "lms", Title: "LMS", Effect: act.Erased, Changed: 2}}
}

func TestVerdictsOfAnEarlierRun(t *testing.T) {
	f := actSample(sample(t))
	carriedOut(f)
	s := play(t, 120, 40, f, Options{})
	openPlan(s)
	s.sees("carried out and verified")
	s.press("left")
	s.sees("KEPT, 2 records", "ERASED, 2 records")
	s.press("a")
	s.sees("it was carried out already")
	f.status["SAR-2026-0003/P1"].Verdicts[0].Effect = act.Residual
	s.press("esc", "r")
	s.press("esc", "enter")
	s.sees("something is left")
}

func TestNotices(t *testing.T) {
	f := actSample(sample(t))
	f.tasks = append(f.tasks, desk.Task{ID: "SAR-2026-0003/P1/N1", Plan: "SAR-2026-0003/P1", Kind: "notice", System: "qlms", Title: "QLMS", Steward: "IMI approved centres",
		What: "Dear colleagues,\nplease erase …", Due: "2026-11-30", Made: today})
	s := play(t, 120, 40, f, Options{})
	s.sees("SAR-2026-0001")
	s.press("2")
	s.sees("3 tasks to do")
	s.press("w")
	s.sees("it is work to be done")
	s.press("esc", "end")
	s.sees("Draft of the notice", "please erase")
	s.press("w", "enter")
	s.sees("► sent 21 Nov 2026")
	wantCalls(t, s.desk.asked("SendNotice"), "SendNotice SAR-2026-0003/P1/N1 2026-11-21")
}

func TestHoldsAndTasks(t *testing.T) {
	s := play(t, 120, 40, actSample(sample(t)), Options{})
	openSearched(s)
	s.press("p", "o")
	s.sees("Hold the person of SAR-2026-0003")
	s.press("a claim", "enter")
	s.sees("! held (HOLD-2026-0003): a claim")
	s.press("4")
	s.sees("the person of SAR-2026-0003")
	s.press("x")
	s.sees("Lift HOLD-2026-0003")
	s.press("settled", "enter")
	s.sees("1 standing")
	s.press("2")
	s.sees("2 tasks to do")
	s.press("d", "deleted by hand", "enter")
	s.sees("1 task to do")
	wantCalls(t, s.desk.asked("AddHold"), "AddHold SAR-2026-0003: a claim")
	wantCalls(t, s.desk.asked("LiftHold"), "LiftHold HOLD-2026-0003: settled")
	wantCalls(t, s.desk.asked("EndTask"), "EndTask SAR-2026-0002/P1/T1: deleted by hand")
}
