package tui

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"

	"dossier/act"
	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
)

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
	allTold(t, *a.ui.batch, told)
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
