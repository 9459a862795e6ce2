package tui

import (
	"fmt"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/act"
	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
)

// openBatches opens the list of batches.
func openBatches(s *stage) {
	s.sees("SAR-2026-0001")
	s.press("7")
	s.sees(erasing, "approve P1, the canary")
}

// openBatch opens the batch that erases.
func openBatch(s *stage) {
	openBatches(s)
	s.press("enter")
	s.sees("43 planned", "P2 the others", "of 126 records")
}

// askTable answers what a new batch does, and opens its table of people.
func askTable(s *stage) {
	openBatches(s)
	s.press("n")
	s.sees("Do what")
	s.press("enter")
	s.sees("File")
	s.press("leavers.csv", "tab", "tab", "left long ago", "ctrl+s")
	s.sees("no identifier")
}

// runDry takes a new batch to its dry run, and has the systems tell some of it.
func runDry(s *stage) {
	askTable(s)
	s.press("down", "down", "space")
	s.sees("is not looked at")
	s.press("x")
	for _, id := range []string{"qlms", "lms", "360"} {
		sys, _ := s.desk.register.System(id)
		s.desk.dryRun <- desk.Started{System: id, Title: sys.Title}
	}
	s.desk.dryRun <- desk.Progress{System: "lms", Records: 48_210}
	s.desk.dryRun <- desk.Coverage{Coverage: locate.Coverage{System: "qlms", Title: "QLMS", State: locate.Searched, Records: 87, Seconds: 1.4}}
	s.desk.dryRun <- desk.Coverage{Coverage: locate.Coverage{System: "360", Title: "360 System", State: locate.Partly, Records: 4, Seconds: 2.2,
		Gaps: []connectors.Gap{{Place: "centre_022", Why: "it cannot be opened: access is denied"}}}}
	s.sees("87 found", "48,210 read", "partly, 4 found")
}

// refuseDry has the dry run refused.
func refuseDry(s *stage) {
	runDry(s)
	for _, p := range []act.Problem{{System: "360", Why: "it was not fully searched (centre_022: it cannot be opened: access is denied): search again, or say why the plan is made despite of it"},
		{System: "qlms", Entity: "candidates", Records: 610, Why: "the batch would change 610 of its 900 records, and may change 50 %: look whether the table of people is right, or raise share under [batch] in the register"}} {
		s.desk.dryRun <- desk.PlanProblem{Problem: p}
	}
	s.desk.dryRun <- fmt.Errorf("%w: 2 reasons", desk.ErrRefused)
	close(s.desk.dryRun)
	s.sees("What speaks against it", "may change", "next: change what was asked for (n)")
}

// TestBatchScreens holds every screen of the batches at the three sizes.
func TestBatchScreens(t *testing.T) {
	for _, test := range []struct {
		name string
		play func(s *stage)
	}{
		{"list", openBatches},
		{"new", func(s *stage) {
			openBatches(s)
			s.press("n")
			s.sees("Do what")
			s.press("enter")
			s.sees("Records in doubt")
		}},
		{"table", askTable},
		{"dry run", runDry},
		{"refused", refuseDry},
		{"batch", openBatch},
		{"person", func(s *stage) {
			openBatch(s)
			s.press("m", "f", "enter")
			s.sees("IMI-004703", "Known by")
		}},
		{"done", func(s *stage) {
			carriedOutBatch(s.desk)
			openBatches2(s)
			s.press("enter")
			s.sees("verified", "1 not done")
			s.press("down", "down", "down", "tab")
			s.press("shift+tab")
			s.press("enter")
			s.sees("41 people: everything")
		}},
		{"plan", func(s *stage) {
			openBatch(s)
			s.press("down", "enter")
			s.sees("132 lines: 66 anonymised", "next: approve (a)", "QLMS", "▒ anonymise")
		}},
		{"result", func(s *stage) {
			carriedOutBatch(s.desk)
			openBatches2(s)
			s.press("enter")
			s.sees("1 not done")
			s.press("w", "enter")
			s.sees("● Written")
		}},
	} {
		for _, size := range []struct{ width, height int }{{80, 24}, {120, 40}, {200, 50}} {
			t.Run(fmt.Sprintf("%s/%dx%d", test.name, size.width, size.height), func(t *testing.T) {
				s := play(t, size.width, size.height, batchSample(sample(t)), Options{})
				test.play(s)
				s.golden(size.width, size.height)
			})
		}
	}
}

// openBatches2 opens the list of batches that are done.
func openBatches2(s *stage) {
	s.sees("SAR-2026-0001")
	s.press("7")
	s.sees(erasing, "● verified")
}

func TestBatchIsMade(t *testing.T) {
	s := play(t, 120, 40, batchSample(sample(t)), Options{})
	askTable(s)
	s.press("x")
	s.sees("Not yet", `"Notes"`) // nothing is guessed
	s.press("esc", "space")
	s.sees("people are known by it")
	s.press("esc", "end", "space")
	s.sees("next: dry run (x)")
	s.press("x")
	s.desk.dryRun <- desk.Started{System: "qlms", Title: "QLMS"}
	s.sees("► QLMS")
	s.press("esc")
	s.sees("Stop the dry run?")
	s.press("n", "ctrl+c")
	s.sees("Quit and stop the search?")
	s.press("n")
	s.desk.dryRun <- desk.BatchPlanned{Batch: erasing, Action: desk.Erase, People: 48, Planned: 43, Aside: 3, Nothing: 2}
	s.desk.dryRun <- fmt.Errorf("%w: 3 of 48 people were set aside", desk.ErrWaiting)
	close(s.desk.dryRun)
	s.sees("next: approve P1, the canary", "P2 the others")
	s.press("esc")
	s.sees("for many people at once")
	wantCalls(t, s.desk.asked("PlanBatch"), `PlanBatch erase 17(1)(a) "left long ago" leavers.csv ["Notes"] false  map[]`)
}

func TestRefusedBatchIsAskedForAgain(t *testing.T) {
	s := play(t, 120, 40, batchSample(sample(t)), Options{})
	refuseDry(s)
	s.press("n")
	s.sees("Not every system could be searched", "leavers.csv", "left long ago")
	s.desk.dryRun = make(chan any, 8)
	s.press("tab", "tab", "tab", "tab", "the centre has closed", "ctrl+s")
	s.sees("no identifier")
	s.press("end", "space", "x")
	s.sees("searching for everybody")
	s.press("esc", "y")
	s.sees("stopped; no plan was made")
	if got := s.desk.asked("PlanBatch"); len(got) != 2 || got[1] != `PlanBatch erase 17(1)(a) "left long ago" leavers.csv ["Notes"] false  map[360:the centre has closed]` {
		t.Errorf("%q", got)
	}
}

func TestBatchOfAClient(t *testing.T) {
	f := batchSample(sample(t))
	f.register.Systems[2].Role = "processor"
	s := play(t, 120, 40, f, Options{})
	openBatches(s)
	s.press("n", "right", "right", "right", "right")
	s.sees("held for a client who has left")
	s.press("enter")
	s.sees("Acme Ltd")
	s.press("right")
	s.sees("Bolt & Sons")
	s.press("down", "down", "they left", "ctrl+s")
	s.desk.dryRun <- desk.Started{System: "360", Title: "360 System"}
	s.sees("client Bolt & Sons", "►► 360 System")
	wantCalls(t, s.desk.asked("PlanBatch"), `PlanBatch erase 17(1)(a) "they left" Bolt & Sons [] false  map[]`)
}

func TestCanaryGoesFirst(t *testing.T) {
	f := batchSample(sample(t))
	s := play(t, 120, 40, f, Options{})
	openBatch(s)
	s.press("down", "enter")
	s.sees("132 lines: 66 anonymised", "next: approve (a)")
	f.intent.Request = erasing
	s.press("a")
	s.sees("Type " + erasing)
	s.press("enter", "a")
	s.sees("Type " + erasing)
	s.press(erasing, "enter")
	s.sees("waits for " + erasing + "/P1, the canary")
	s.press("x")
	s.sees("it waits for the canary of the batch")
	s.press("esc", "esc")
	s.sees("approved, waits for P1")
	wantCalls(t, s.desk.asked("Approve"), "Approve "+erasing+"/P2")
	wantCalls(t, s.desk.asked("Apply"))
}

func TestRestrictionOfABatchIsLifted(t *testing.T) {
	f := batchSample(sample(t))
	f.lifting = []any{desk.PlanProblem{Problem: act.Problem{Why: "the people were not told yet that the restriction will be lifted"}}, fmt.Errorf("%w: 1 reason", desk.ErrRefused)}
	s := play(t, 120, 40, f, Options{})
	openBatch(s)
	s.press("x")
	s.sees("something to lift")
	s.press("esc", "esc")
	s.sees("for many people at once")
	s.press("down", "enter")
	s.sees("rule qlms.candidates", "2 tasks for people")
	s.press("x")
	s.sees("Of whom")
	s.press("1; two", "enter")
	s.sees(`"two" is no number`)
	s.press("r")
	s.sees("Of whom")
	s.press("1; 2", "enter")
	s.sees("What speaks against it", "were not told yet")
	s.press("esc", "t")
	s.sees("Everybody was told")
	s.press("enter")
	s.sees("2 tasks for people")
	f.lifting = []any{desk.BatchPlanned{Batch: restricting, Action: desk.Lift}}
	s.press("x", "enter")
	s.until("the lift", func(string) bool { return len(f.asked("LiftBatch")) == 2 })
	wantCalls(t, s.desk.asked("LiftBatch"), "LiftBatch "+restricting+" [1 2]", "LiftBatch "+restricting+" []")
	wantCalls(t, s.desk.asked("Noticed"), "Noticed "+restricting+" lift 2026-11-21")
}

func TestBatchIsPurgedOnlyByItsID(t *testing.T) {
	s := play(t, 120, 40, batchSample(sample(t)), Options{})
	openBatches(s)
	s.press("d")
	s.sees("Destroy what is kept of the people of " + erasing)
	s.press("enter")
	s.sees("is not what must be typed")
	s.tm.Send(tea.KeyMsg{Type: tea.KeyEsc})
	s.press("d", erasing, "enter")
	s.sees("– purged")
	wantCalls(t, s.desk.asked("PurgeBatch"), "PurgeBatch "+erasing)
	s.press("enter")
	s.sees("What was kept of its people was destroyed.")
}
