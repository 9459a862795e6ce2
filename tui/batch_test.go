package tui

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"
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

// Names of people are masked until they are asked for, and that is logged under the batch.
func TestBatchMasksItsPeople(t *testing.T) {
	s := play(t, 200, 50, batchSample(sample(t)), Options{})
	openBatch(s)
	s.press("f")
	s.sees("People · 3 · set aside", masked)
	s.lacks("IMI-004703")
	s.press("m")
	s.sees("IMI-004703")
	wantCalls(t, s.desk.asked("Unmasked"), "Unmasked "+erasing)
}

func TestBatchThatCannotBeRead(t *testing.T) {
	f := batchSample(sample(t))
	f.setFailure("BatchResult", errors.New("the key of the batch is gone"))
	f.setFailure("LookAtPeople", errors.New("the table of people cannot be opened"))
	s := play(t, 120, 40, f, Options{})
	openBatches(s)
	s.press("enter")
	s.sees("P2 the others")
	s.press("tab")
	s.sees("The people cannot be read: the key of the batch is gone")
	s.press("esc")
	s.sees("for many people at once")
	s.press("n", "enter")
	s.sees("File")
	s.press("gone.csv", "tab", "tab", "they left", "ctrl+s")
	s.sees("The table of people cannot be used")
	s.press("r")
	s.sees("gone.csv")
}

// Ten thousand people take no more to draw than those in sight.
func TestBatchFrameAllocatesLittle(t *testing.T) {
	f := batchSample(sample(t))
	f.rows = batchSampleRows(10_000)
	s := play(t, 200, 50, f, Options{})
	openBatches(s)
	s.press("enter")
	s.sees("People · 10,000")
	s.press("tab", "end")
	s.sees("row 10001")
	s.hold()
	a := s.m.app
	if n := testing.AllocsPerRun(10, func() { a.fresh = false; a.View() }); n > 1000 {
		t.Errorf("a frame drawn again allocates %v times", n)
	}
}

// TestEveryBatchKeyIsTold holds that each key of these screens stands in a help.
func TestEveryBatchKeyIsTold(t *testing.T) {
	s := play(t, 80, 24, batchSample(sample(t)), Options{})
	openBatch(s)
	s.hold()
	a := s.m.app
	var told []key.Binding
	for _, g := range slices.Concat(newBatches(a.ui).commands(), newPeopleTable(a.ui, batchAsk{}, desk.PeopleTable{}).commands(),
		newDryRun(a.ui, batchAsk{}).commands(), newBatchPage(a.ui, erasing).commands(), []group{a.around()}) {
		for _, c := range g.commands {
			told = append(told, c.key)
		}
	}
	m := reflect.ValueOf(*a.ui.batch)
	for i := range m.NumField() {
		help := m.Field(i).FieldByName("help")
		if !slices.ContainsFunc(told, func(b key.Binding) bool {
			return b.Help().Key == help.FieldByName("Key").String() && b.Help().Desc == help.FieldByName("Desc").String()
		}) {
			t.Errorf("the key %s is told nowhere", m.Type().Field(i).Name)
		}
	}
}

func TestPlainMakesABatch(t *testing.T) {
	f := batchSample(sample(t))
	f.dryRun <- desk.BatchPlanned{Batch: erasing}
	close(f.dryRun)
	said := speak(t, f, "", "batches", "new batch", "erase: people", "leavers.csv", "17(1)(a)", "left long ago", "set", "down 2", "space", "dry run", "write the", "", "enter", "quit")
	wantSaid(t, said, "Batches", "Do what", "File: ", "Why: ", "no identifier", "is not looked at", "43 planned", "File (now "+erasing+".xlsx): ", "Written")
	wantCalls(t, f.asked("PlanBatch"), `PlanBatch erase 17(1)(a) "left long ago" leavers.csv ["Notes"] false  map[]`)
}

// What people and systems have written into a batch steers no terminal.
func TestHostileBatchesReachNoTerminal(t *testing.T) {
	f := batchSample(sample(t))
	b := &f.batches[0]
	b.From, b.Reason, b.Operator = hostile, hostile, hostile
	b.Plans[1].Operator, b.Plans[1].By, b.Plans[1].Void = hostile, []string{hostile}, []string{hostile}
	f.status[erasing+"/P2"] = &b.Plans[1]
	for i := range f.rows {
		r := &f.rows[i]
		r.At, r.Why, r.Identifiers = hostile, hostile, []locate.Identifier{{Kind: hostile, Value: hostile}}
	}
	f.table = desk.PeopleTable{People: 2, Columns: []desk.TableColumn{{Name: hostile}, {Name: "Surname", Is: "family_name"}}, Aside: []desk.TableRow{{At: hostile, Why: hostile}}}
	s := play(t, 200, 50, f, Options{})
	s.sees("SAR-2026-0001")
	s.press("7")
	s.sees(erasing)
	s.clean()
	s.press("enter")
	s.sees("of 126 records")
	s.press("m", "down")
	s.sees("void")
	s.clean()
	s.press("tab", "enter")
	s.sees("Known by")
	s.clean()
	s.press("esc", "esc")
	s.sees("for many people at once")
	s.press("n", "enter")
	s.sees("File")
	s.press("x.csv", "tab", "tab", "they left", "ctrl+s")
	s.sees("no identifier")
	s.clean()
	s.press("space", "x")
	f.dryRun <- desk.Coverage{Coverage: locate.Coverage{System: "qlms", Title: hostile, State: locate.Failed, Gaps: []connectors.Gap{{Place: hostile, Why: hostile}}}}
	f.dryRun <- desk.PlanProblem{Problem: act.Problem{System: hostile, Entity: hostile, Why: hostile}}
	f.dryRun <- fmt.Errorf("%w: %s", desk.ErrRefused, hostile)
	close(f.dryRun)
	s.sees("What speaks against it")
	s.clean()
}

// A system whose hours have not begun, and how fast the register lets one be changed, are told where a plan of a batch waits.
func TestHoursAndRateOfABatch(t *testing.T) {
	f := batchSample(sample(t))
	sys := f.register.Systems[0]
	sys.Rate = 5
	if err := sys.Hours.UnmarshalText([]byte("22:00-05:00 Europe/London")); err != nil {
		t.Fatal(err)
	}
	f.intent.Request = erasing
	f.approve(erasing+"/P1", "jcole")
	s := play(t, 120, 40, f, Options{})
	s.sees("SAR-2026-0001")
	s.press("7")
	s.sees(erasing)
	s.press("enter")
	s.sees("of 126 records")
	s.press("down", "down")
	s.sees("closed until", "21 Nov 22:00", "at most 5 records")
	s.press("up", "up", "enter")
	s.sees("next: carry out (x)")
	s.press("x")
	s.sees("There is no undo")
	s.press(erasing, "enter")
	f.applying <- desk.Begun{System: "qlms", Title: "QLMS", Changes: 20}
	f.applying <- desk.Closed{System: "qlms", Until: today.Add(11*time.Hour + 30*time.Minute)}
	s.sees("its hours begin at 21 Nov 22:00", "waiting, 0 of 20", "held to 5 records")
	s.press("p")
	s.sees("Paused between two changes")
}

func TestClicksInBatches(t *testing.T) {
	s := play(t, 200, 50, batchSample(sample(t)), Options{})
	openBatches(s)
	s.clickOn(restricting)
	s.sees("► " + restricting)
	s.press("up", "enter")
	s.sees("of 126 records")
	s.clickOn("P2 the others")
	s.sees("►○ P2 the others", "BATCH-2026-0002/P2")
	s.clickOn("row 5")
	s.sees("━━ People", "number 4 of the batch")
}
