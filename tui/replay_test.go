package tui

import (
	"fmt"
	"testing"

	"dossier/act"
	"dossier/desk"
	kept "dossier/internal/journal"
	"dossier/locate"
)

const replayed = "BATCH-2026-0001"

// replaySample returns a desk where two records of QLMS answer to what was done before, and a third is set aside.
func replaySample(f *fakeDesk) *fakeDesk {
	actSample(f)
	lines := sampleLines()[:2]
	sum := desk.Planned{Plan: replayed + "/P1", Request: replayed, Action: desk.Erase, Ground: "17(1)(b)", State: "sealed", Digest: "77aa", Lines: 2, Changes: 2,
		Systems: []desk.PlanTotal{{System: "qlms", Title: "QLMS", Does: map[act.Does]int{act.Delete: 1, act.Anonymise: 1}}}}
	f.replaying = []any{desk.Started{System: "qlms", Title: "QLMS"}, desk.Progress{System: "qlms", Entity: "candidates", Records: 48_210},
		desk.Coverage{Coverage: locate.Coverage{System: "qlms", Title: "QLMS", State: locate.Searched, Records: 3}}, lines[0], lines[1],
		desk.BatchPlanned{Batch: replayed, Action: "replay", People: 3, Planned: 2, Aside: 1, Plans: []desk.Planned{sum}},
		fmt.Errorf("%w: 1 of 3 people were set aside", desk.ErrWaiting)}
	info := desk.PlanInfo{Plan: kept.Plan{ID: sum.Plan, Request: replayed, State: kept.PlanSealed, Made: today, Operator: "jcole", Digest: "77aa", Lines: 2}, Action: desk.Erase, Ground: "17(1)(b)"}
	f.status[sum.Plan] = &desk.PlanStatus{PlanInfo: info, Needed: 1, You: "jcole"}
	f.sums[sum.Plan] = sum
	f.intent.Plan, f.intent.Request = sum.Plan, replayed
	return f
}

// openReplay reads QLMS again.
func openReplay(s *stage) {
	openHouse(s, "3", "QLMS")
	s.press("b")
	s.sees("came back from a backup", "For the log, without personal data")
	s.press("restored after a failed disk", "ctrl+s")
	s.sees("3 answer to a trace: 2 planned, 0 unchanged, 1 set aside", replayed+"/P1")
}

func TestReplayLeadsToItsPlan(t *testing.T) {
	s := play(t, 120, 40, replaySample(sample(t)), Options{})
	openReplay(s)
	wantCalls(t, s.desk.asked("Replay"), "Replay qlms: restored after a failed disk; ")
	s.sees("next: open the plan (enter), and approve it", "× delete", "▒ anonymise")
	s.press("down")
	s.sees("What goes", "Brakes")
	s.press("m")
	s.sees(masked)
	s.lacks("Brakes")
	s.press("up", "enter")
	s.sees(replayed+"/P1", "next: approve (a)")
	s.press("a")
	s.sees("There is no undo")
	s.press(replayed, "enter")
	s.sees("approved by jcole", "next: carry out (x)")
	s.press("x")
	s.sees("There is no undo")
	s.press(replayed, "enter")
	s.sees("being carried out")
	s.desk.applying <- desk.Applied{Systems: 1, Whole: 1}
	close(s.desk.applying)
	s.sees("next: verify (v)")
	wantCalls(t, s.desk.asked("Approve"), "Approve "+replayed+"/P1")
	wantCalls(t, s.desk.asked("Apply"), "Apply "+replayed+"/P1")
	s.press("esc")
	s.sees("━━ What answers to a trace")
	wantCalls(t, s.desk.asked("Replay"), "Replay qlms: restored after a failed disk; ")
}

func TestReplayThatIsRefused(t *testing.T) {
	f := replaySample(sample(t))
	f.replaying = []any{desk.Progress{System: "qlms", Records: 12}, desk.PlanProblem{Problem: act.Problem{System: "qlms", Records: 900,
		Why: "the replay would change 900 records, and plans have changed only 3 in this system"}}, fmt.Errorf("%w: 1 reason", desk.ErrRefused)}
	s := play(t, 120, 40, f, Options{})
	openHouse(s, "3", "QLMS")
	s.press("b")
	s.sees("For the log")
	s.press("restored", "ctrl+s")
	s.sees("× No plan was made", "would change 900 records")
	s.press("esc")
	s.sees("× refused, nothing is planned: 1 reason (d)")
	s.press("d")
	s.sees("would change 900 records")
	s.press("esc", "b")
	s.sees("restored")
	s.press("tab", "they were looked at", "ctrl+s")
	s.sees("× No plan was made")
	wantCalls(t, s.desk.asked("Replay"), "Replay qlms: restored; ", "Replay qlms: restored; they were looked at")
	s.press("esc", "esc")
	s.sees("━━ Systems")
	s.press("end", "b")
	s.sees("people work Simply HR")
}

func TestReplayWithNothingToDo(t *testing.T) {
	f := replaySample(sample(t))
	f.replaying = []any{desk.Progress{System: "qlms", Records: 1200}, desk.BatchPlanned{Batch: replayed, Plans: []desk.Planned{}}}
	s := play(t, 80, 24, f, Options{})
	openHouse(s, "3", "QLMS")
	s.press("b")
	s.sees("For the log")
	s.press("restored", "ctrl+s")
	s.sees("● 1,200 records read: none answers to what was done before", "nothing is to be done")
}

func TestOneSystemIsChecked(t *testing.T) {
	s := play(t, 120, 40, actSample(sample(t)), Options{})
	openHouse(s, "3", "● as registered")
	s.press("s")
	s.sees("▲ 1 remark", "the register does not say what it", "never checked") // the others as they were
	wantCalls(t, s.desk.asked("CheckSystem"), "CheckSystem qlms")
	s.desk.setFailure("CheckSystem", fmt.Errorf("dana is no operator of this journal"))
	s.press("s")
	s.sees("The system was not checked", "no operator of this journal")
}

func TestConnectorIsTested(t *testing.T) {
	f := actSample(sample(t))
	f.testing = []any{desk.Tested{Case: "find/prefix", What: "a prefix finds what begins with it", Result: "passed"},
		desk.Tested{Case: "apply/drift", What: "a record that is another by now is refused", Result: "failed", Why: "it was written"},
		fmt.Errorf("QLMS: the connector failed 1 cases of the suite: do not use it on people's records")}
	s := play(t, 120, 40, f, Options{})
	openHouse(s, "3", "QLMS")
	s.press("t", "enter")
	s.sees("is not what must be typed")
	s.press("qlms", "enter")
	s.sees("find/prefix", "× QLMS: the connector failed 1 cases")
	s.press("down")
	s.sees("× failed", "it was written")
	wantCalls(t, s.desk.asked("TestConnector"), "TestConnector qlms")
	s.press("esc")
	s.sees("━━ Systems")
}

func TestRecordOfProcessingIsWritten(t *testing.T) {
	s := play(t, 120, 40, actSample(sample(t)), Options{})
	openHouse(s, "3", "QLMS")
	s.press("w", "ctrl+u", "ropa.csv", "enter")
	s.sees("● Written:")
	wantCalls(t, s.desk.asked("WriteProcessings"), "WriteProcessings ropa.csv")
}
