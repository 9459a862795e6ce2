package tui

import (
	"errors"
	"fmt"
	"testing"

	"dossier/desk"
)

func TestEntryIsProved(t *testing.T) {
	f := houseSample(actSample(sample(t)))
	f.report.Key = "log+5f1d+AAAA"
	s := play(t, 120, 40, f, Options{})
	openHouse(s, "5", "plan approved")
	s.sees("● as it was written: 4 entries")
	s.press("down", "down", "p")
	s.sees("Prove entry 2")
	s.press("enter")
	s.sees("● Proved: system searched", "stands in the log as entry 2", "log+5f1d+AAAA")
	wantCalls(t, f.asked("WriteProof"), "WriteProof 2 entry-2.json")
	s.press("esc", "c")
	s.sees("Check a proof of the log")
	s.press("entry-2.json", "tab", "other+key", "enter")
	s.sees("as entry 2:", "SAR-2026-0003, qlms")
	wantCalls(t, f.asked("CheckProof"), "CheckProof entry-2.json other+key")
	s.press("esc")
	f.setFailure("CheckProof", errors.New("the proof is not of this log"))
	s.press("c", "entry-2.json", "ctrl+s")
	s.sees("the proof is not of this log")
}

func TestLogIsComparedWithAnOlderCheckpoint(t *testing.T) {
	f := houseSample(actSample(sample(t)))
	s := play(t, 120, 40, f, Options{})
	openHouse(s, "5", "● as it was written")
	s.press("o", "kept.checkpoint", "enter")
	s.sees("the older checkpoint stands in it")
	f.setFailure("VerifyLog", desk.ErrTampered)
	s.press("v")
	s.sees("× not verified: the log is not as it was written")
}

// A long log is read where it is looked at.
func TestLogIsReadInPages(t *testing.T) {
	f := houseSample(actSample(sample(t)))
	f.log = nil
	for n := range 3000 {
		f.log = append(f.log, desk.Entry{Seq: int64(n + 1), Time: today, Operator: "jcole", What: fmt.Sprint("entry ", n+1)})
	}
	s := play(t, 80, 24, f, Options{})
	openHouse(s, "5", "entry 3000")
	s.sees("Entries · 3,000")
	s.press("end")
	s.sees("►21/11/26 10:30:00 entry 1 ")
	asked := f.asked("LogBack")
	if len(asked) > 4 || asked[0] != `LogBack "" 0 0` || asked[len(asked)-1] != `LogBack "" 3000 2816` {
		t.Errorf("%q", asked)
	}
	s.press("/", "sar-2026-0003", "enter")
	s.sees("only SAR-2026-0003", "No entries.")
	s.press("esc")
	s.sees("everything", "entry 3000")
}

func TestFiguresOfAPeriod(t *testing.T) {
	f := houseSample(actSample(sample(t)))
	s := play(t, 120, 40, f, Options{})
	openHouse(s, "6", "received in 2026")
	s.press("f", "1/4/2026", "tab", "30/9/2026", "enter")
	s.sees("received from 1 Apr 2026 to 30 Sep 2026")
	s.press("w")
	s.sees("figures.txt")
	s.press("ctrl+s")
	s.sees("● Written:")
	wantCalls(t, f.asked("WriteFigures"), "WriteFigures 2026-04-01 2026-09-30 figures.txt")
	s.press("enter", "left")
	s.sees("received in 2026")
}
