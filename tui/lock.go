package tui

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
)

// lock stands before everything when the screen was left, until the operator's passphrase is typed. What runs goes on behind it.
type lock struct {
	ui      *ui
	input   textinput.Model
	known   bool // it is known whether a passphrase was set
	set     bool // one was
	busy    bool
	problem string
	leaving bool // leaving was asked for once, while a search runs
}

// The messages of the lock.
type (
	idleMsg       struct{} // it is time to look whether the screen was left
	passphraseMsg struct { // whether a passphrase was set
		set bool
		err error
	}
	unlockMsg struct{ err error } // whether it was the right one
)

func newLock(u *ui) *lock {
	l := &lock{ui: u, input: textField("", "", "").input}
	l.input.Focus()
	return l
}

// lock hides everything.
func (a *app) lock() tea.Cmd {
	if a.locked != nil {
		return nil
	}
	a.locked = newLock(a.ui)
	return a.ui.office.passphrase()
}

// idle is how long the screen may be left.
func (a *app) idle() time.Duration { return a.ui.office.desk.Register().Screen.Lock.Duration }

// deliver locks the screen where it was left for long enough, and looks again when it may be.
func (idleMsg) deliver(a *app) tea.Cmd {
	left := a.unlockedFor()
	if left <= 0 {
		return tea.Batch(a.lock(), a.ui.office.idle(min(a.idle(), lookForLeaving)))
	}
	return a.ui.office.idle(min(left, lookForLeaving))
}

// lookForLeaving is how often it is looked whether the screen was left: the timer of a computer that sleeps stands still, and the clock
// on the wall does not.
const lookForLeaving = 10 * time.Second

// unlockedFor returns how long the screen stays open without a key, by the clock on the wall; nothing or less: it was left.
func (a *app) unlockedFor() time.Duration {
	return a.idle() - a.ui.now().Round(0).Sub(a.touched.Round(0))
}

func (m passphraseMsg) deliver(a *app) tea.Cmd {
	if l := a.locked; l != nil {
		l.known, l.set = true, m.set
		if m.err != nil {
			l.problem = m.err.Error()
		}
	}
	return nil
}

func (m unlockMsg) deliver(a *app) tea.Cmd {
	l := a.locked
	switch {
	case l == nil:
	case m.err == nil:
		a.locked = nil
	case errors.Is(m.err, desk.ErrPassphrase):
		l.busy, l.problem = false, m.err.Error()
	default:
		l.busy, l.problem = false, "It cannot be compared: "+m.err.Error()
	}
	return nil
}

// key takes a key while the screen is locked.
func (l *lock) key(a *app, msg tea.KeyMsg) tea.Cmd {
	k := l.ui.keyMap
	switch {
	case key.Matches(msg, k.stop):
		if len(l.ui.active) > 0 && !l.leaving {
			l.leaving = true
			return nil
		}
		a.leaving = true
	case msg.Paste: // whoever is at the keyboard types
	case l.busy || !l.set:
	case key.Matches(msg, k.keep):
		text := l.input.Value()
		l.input.Reset()
		if text == "" {
			return nil
		}
		l.busy, l.problem = true, ""
		return l.ui.office.unlock(text)
	case key.Matches(msg, k.back):
		l.input.Reset()
	default:
		l.input, _ = l.input.Update(msg)
	}
	return nil
}

func (l *lock) title() string { return "Locked" }

func (l *lock) lines(width int) []line {
	s := l.ui.styles
	var lines []line
	switch {
	case !l.known:
		lines = []line{{{s.plain, "…"}}}
	case l.set:
		dots := strings.Repeat("•", min(utf8.RuneCountInString(l.input.Value()), max(0, width-14)))
		lines = []line{{{s.strong, "Passphrase  "}, {s.input, pad(dots, max(0, width-12))}}}
	default:
		lines = paragraph(s.plain, "No passphrase is set, so nothing opens it: leave with ctrl+c and start again. dossier operator passphrase sets one.", width)
	}
	lines = append(lines, nil)
	switch {
	case l.leaving:
		lines = append(lines, paragraph(s.warn, "A search runs: ctrl+c once more stops it and leaves.", width)...)
	case l.busy:
		lines = append(lines, line{{s.accent, "comparing …"}})
	case l.problem != "":
		lines = append(lines, paragraph(s.bad, "! "+l.problem, width)...)
	default:
		lines = append(lines, line{{s.dim, "What runs goes on."}})
	}
	return lines
}

func (l *lock) hints() []key.Binding {
	k := l.ui.keyMap
	if l.set {
		return []key.Binding{k.unlock, k.stop}
	}
	return []key.Binding{k.stop}
}

func (l *lock) update(tea.Msg) tea.Cmd { return nil }

// idle waits until it is time to look whether the screen was left.
func (o *office) idle(d time.Duration) tea.Cmd {
	return o.run(func() tea.Msg {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			return idleMsg{}
		case <-o.long.Done():
			return nil
		}
	})
}

// passphrase asks whether the operator has set one.
func (o *office) passphrase() tea.Cmd {
	return o.run(func() tea.Msg {
		set, err := o.desk.HasPassphrase(o.long)
		return passphraseMsg{set, err}
	})
}

func (o *office) unlock(text string) tea.Cmd {
	return o.run(func() tea.Msg { return unlockMsg{o.desk.Unlock(o.short, text)} })
}

// Sight is what the screen needs of the use cases to keep what it shows from other eyes.
type Sight interface {
	// HasPassphrase reports whether the operator has set a passphrase.
	HasPassphrase(ctx context.Context) (bool, error)
	// Unlock returns nil where the passphrase is the operator's; the error wraps desk.ErrPassphrase where it is not.
	Unlock(ctx context.Context, passphrase string) error
	// Unmasked records that values are about to be shown that were masked: of a request, or names in the list where the id is "".
	Unmasked(ctx context.Context, id string) error
	// Copied records that a value of a record is about to be copied to the clipboard.
	Copied(ctx context.Context, id string, ref connectors.Ref) error
}
