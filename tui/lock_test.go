package tui

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

func TestScreenLocksWhenItIsLeft(t *testing.T) {
	f := sample(t)
	f.phrase = "violet tractor moon"
	var now atomic.Pointer[time.Time]
	later := func(d time.Duration) { n := today.Add(d); now.Store(&n) }
	later(0)
	s := play(t, 80, 24, f, Options{Now: func() time.Time { return *now.Load() }})
	openSearched(s)
	later(4 * time.Minute)
	s.tm.Send(idleMsg{})
	s.settle()
	s.sees("Your registration")
	s.press("down")
	later(8 * time.Minute)
	s.tm.Send(idleMsg{})
	s.settle()
	s.sees("Your registration")
	later(9 * time.Minute)
	s.tm.Send(idleMsg{})
	s.sees("━ Locked", "Passphrase")
	for _, secret := range []string{"Your registration", "SAR-2026", "QLMS", "Żółć"} {
		s.lacks(secret)
	}
	s.press("x", "?", "m", "q") // nothing of it is a command
	s.lacks("x?mq")
	s.press("enter")
	s.sees("it is not the one that was set")
	s.press("esc", "violet tractor moon", "enter")
	s.sees("Your registration")
	wantCalls(t, f.asked("Unlock"), "Unlock", "Unlock")
	wantCalls(t, f.asked("Decide"))
}

func TestLockedFromTheStart(t *testing.T) {
	f := sample(t)
	f.phrase = "violet tractor moon"
	s := play(t, 80, 24, f, Options{Request: "SAR-2026-0003", locked: true})
	s.sees("Passphrase")
	f.setFailure("Unlock", errors.New("the journal cannot be written"))
	s.press("violet tractor moon", "enter")
	s.sees("It cannot be compared: the journal cannot be written")
	s.lacks("SAR-2026")
	f.setFailure("Unlock", nil)
	s.press("violet tractor moon", "enter")
	s.sees("Your membership")
}

func TestLockWithoutAPassphrase(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	searchSample(s)
	s.press("ctrl+l")
	s.sees("nothing opens it", "dossier operator passphrase")
	s.press("enter", "ctrl+c")
	s.sees("ctrl+c once more stops it")
	s.tm.Send(keyMsg("ctrl+c"))
	s.tm.WaitFinished(t)
}

func TestNamesAreMaskedInTheList(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	s.sees("SAR-2026-0003", masked)
	s.lacks("Featherstone")
	s.desk.setFailure("Unmasked", errors.New("the journal cannot be written"))
	s.press("m")
	s.sees("Not shown, since the log could not take it in")
	s.press("esc")
	s.lacks("Featherstone")
	s.desk.setFailure("Unmasked", nil)
	s.press("m")
	s.sees("Jane Featherstone")
	s.press("m")
	s.lacks("Featherstone")
	s.press("down", "enter", "m", "m")
	s.until("unmasking noted", func(string) bool { return len(s.desk.asked("Unmasked")) == 3 })
	wantCalls(t, s.desk.asked("Unmasked"), "Unmasked", "Unmasked", "Unmasked SAR-2026-0003")
}
