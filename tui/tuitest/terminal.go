// Package tuitest drives a full-screen program as a person does: it starts it on a pseudo-terminal, presses
// keys, and waits until the screen shows what is expected. Nothing in it waits for a time: each expectation
// is looked at again when the program has written a whole frame, until patience is at its end.
package tuitest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// patience is how long an expectation may take to come true. It is no measure of speed.
const patience = 2 * time.Minute

// Terminal is a program that runs on a pseudo-terminal.
type Terminal struct {
	t      testing.TB
	cmd    *exec.Cmd
	pty    *os.File
	screen *Screen
	ended  chan struct{} // closed when the program has ended and all it wrote was read
	esc    *string       // the screen when esc was pressed, nil where something was expected since
	at     string        // the line of a script that is being played

	mu     sync.Mutex
	output bytes.Buffer
}

// Start starts a program on a pseudo-terminal of that size. Of cmd it sets the three standard streams; a
// TERM is added to an environment that has none. The program is killed when the test ends.
func Start(t testing.TB, width, height int, cmd *exec.Cmd) *Terminal {
	t.Helper()
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, "TERM=xterm-256color")
	file, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)})
	if errors.Is(err, pty.ErrUnsupported) && os.Getenv("CI") != "true" {
		t.Skip("SKIPPED: this system has no pseudo-terminals, so the screen is not driven")
	}
	if err != nil {
		t.Fatalf("the program cannot be started on a pseudo-terminal: %v", err)
	}
	term := &Terminal{t: t, cmd: cmd, pty: file, screen: NewScreen(width, height), ended: make(chan struct{})}
	go term.read()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-term.ended
		_ = file.Close()
	})
	return term
}

// read takes what the program writes until it has ended.
func (m *Terminal) read() {
	defer close(m.ended)
	b := make([]byte, 32<<10)
	for {
		n, err := m.pty.Read(b)
		m.mu.Lock()
		m.output.Write(b[:n])
		m.mu.Unlock()
		_, _ = m.screen.Write(b[:n])
		if err != nil { // the end of a pseudo-terminal is an input/output error on Linux
			_ = m.cmd.Wait()
			return
		}
	}
}

// fail ends the test, saying where in a script it was.
func (m *Terminal) fail(format string, args ...any) {
	m.t.Helper()
	m.t.Fatal(m.at + fmt.Sprintf(format, args...))
}

// Screen returns the screen.
func (m *Terminal) Screen() *Screen { return m.screen }

// Output returns everything that the program wrote so far, codes included.
func (m *Terminal) Output() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.Clone(m.output.Bytes())
}

// Press presses keys by their names ("enter", "shift+tab", "ctrl+c", "f1", "a"). A key right behind esc would
// arrive as alt and that key, so between the two something must be expected.
func (m *Terminal) Press(keys ...string) {
	m.t.Helper()
	for _, k := range keys {
		code, ok := keyCode(k)
		if !ok {
			m.fail("no key is called %q", k)
		}
		m.send(code)
		if k == "esc" {
			text := m.screen.Text()
			m.esc = &text
		}
	}
}

// Type types text, letter by letter.
func (m *Terminal) Type(text string) {
	m.t.Helper()
	m.send(text)
}

func (m *Terminal) send(text string) {
	m.t.Helper()
	if m.esc != nil {
		m.fail("a key is pressed right behind esc: expect first what esc does")
	}
	if _, err := m.pty.WriteString(text); err != nil {
		m.fail("the program takes no keys any more: %v\n%s", err, m.screen.Text())
	}
}

// Resize changes the size of the terminal.
func (m *Terminal) Resize(width, height int) {
	m.t.Helper()
	m.screen.Resize(width, height)
	if err := pty.Setsize(m.pty, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)}); err != nil {
		m.fail("%v", err)
	}
}

// Expect waits until the screen shows every text, at the same moment.
func (m *Terminal) Expect(texts ...string) {
	m.t.Helper()
	m.Until(strings.Join(texts, " and "), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// ExpectGone waits until the screen does not show a text.
func (m *Terminal) ExpectGone(text string) {
	m.t.Helper()
	m.Until("anything but "+text, func(screen string) bool { return !strings.Contains(screen, text) })
}

// Until waits until the screen is as it should be.
func (m *Terminal) Until(what string, ok func(screen string) bool) {
	m.t.Helper()
	if m.esc != nil && ok(*m.esc) {
		m.fail("the screen showed %s before esc was pressed: expect what esc does", what)
	}
	m.esc = nil
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		text, whole, changed := m.screen.look()
		if whole && ok(text) {
			return
		}
		select {
		case <-changed:
		case <-m.ended:
			if text := m.screen.Text(); !ok(text) {
				m.fail("the program ended (%v) before its screen showed %s:\n%s", m.cmd.ProcessState, what, text)
			}
			return
		case <-deadline.C:
			m.fail("the screen never showed %s:\n%s", what, m.screen.Text())
		}
	}
}

// ExpectWhole waits until the frame is whole.
func (m *Terminal) ExpectWhole() {
	m.t.Helper()
	m.Until("a whole frame", func(string) bool { return m.screen.Torn() == "" })
}

// Kill kills the program and waits until it has ended.
func (m *Terminal) Kill() {
	m.t.Helper()
	if err := m.cmd.Process.Kill(); err != nil {
		m.fail("the program cannot be killed: %v", err)
	}
	m.Wait()
}

// Ended reports whether the program has ended.
func (m *Terminal) Ended() bool {
	select {
	case <-m.ended:
		return true
	default:
		return false
	}
}

// Wait waits until the program has ended and returns its exit code.
func (m *Terminal) Wait() int {
	m.t.Helper()
	select {
	case <-m.ended:
	case <-time.After(patience):
		m.fail("the program does not end:\n%s", m.screen.Text())
	}
	return m.cmd.ProcessState.ExitCode()
}
