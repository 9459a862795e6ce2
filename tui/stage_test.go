package tui

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/charmbracelet/x/exp/teatest"
)

// patience is how long a test waits for something that must come; it is no measure of speed.
const patience = 2 * time.Minute

// stage is the program as it runs, with a fake desk behind it.
type stage struct {
	t    testing.TB
	desk *fakeDesk
	tm   *teatest.TestModel
	m    *watched
	o    *office
}

// watched is the program's model, with its last frame for the test to look at.
type watched struct {
	app *app

	mu      sync.Mutex
	frame   string
	changed chan struct{} // closed when the frame was drawn again
}

// syncMsg is answered when everything sent before it is done.
type syncMsg chan struct{}

// holdMsg stops the program until it is released.
type holdMsg struct{ held, release chan struct{} }

func (w *watched) Init() tea.Cmd { return w.app.Init() }

func (w *watched) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case syncMsg:
		close(msg)
		return w, nil
	case holdMsg:
		close(msg.held)
		<-msg.release
		return w, nil
	}
	_, cmd := w.app.Update(msg)
	w.mu.Lock()
	w.frame = w.app.View()
	close(w.changed)
	w.changed = make(chan struct{})
	w.mu.Unlock()
	return w, cmd
}

func (w *watched) View() string { return w.app.View() }

func (w *watched) look() (frame string, changed chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.frame, w.changed
}

// play starts the program in a window of that size.
func play(t testing.TB, width, height int, f *fakeDesk, opts Options) *stage {
	t.Helper()
	opts.Environ, opts.Output = []string{"TERM=dumb"}, &strings.Builder{}
	if opts.Now == nil {
		opts.Now = func() time.Time { return today }
	}
	o := newOffice(context.Background(), f)
	m := &watched{app: newApp(o, opts.filled()), changed: make(chan struct{})}
	s := &stage{t: t, desk: f, m: m, o: o, tm: teatest.NewTestModel(t, m, teatest.WithInitialTermSize(width, height))}
	t.Cleanup(func() {
		close(f.over)
		_ = s.tm.Quit()
		s.tm.WaitFinished(t, teatest.WithFinalTimeout(patience))
		o.close()
	})
	return s
}

var keyNames = map[string]tea.KeyType{"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
	"pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "ctrl+c": tea.KeyCtrlC, "ctrl+s": tea.KeyCtrlS, "ctrl+t": tea.KeyCtrlT, "space": tea.KeySpace,
	"ctrl+u": tea.KeyCtrlU, "ctrl+k": tea.KeyCtrlK, "ctrl+l": tea.KeyCtrlL, "ctrl+r": tea.KeyCtrlR}

// keyMsg is a key by its name.
func keyMsg(name string) tea.KeyMsg {
	msg := tea.KeyMsg{Type: keyNames[name]}
	if name == "space" {
		msg.Runes = []rune{' '}
	}
	return msg
}

// press sends keys by their names, or text letter by letter, and waits until they are done.
func (s *stage) press(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		if _, ok := keyNames[k]; ok {
			s.tm.Send(keyMsg(k))
			continue
		}
		for _, r := range k {
			s.tm.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
		}
	}
	s.settle()
}

// leave presses the key that ends the program, and waits until it has ended.
func (s *stage) leave(key rune) {
	s.t.Helper()
	s.tm.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{key}})
	s.tm.WaitFinished(s.t, teatest.WithFinalTimeout(patience))
}

// settle waits until everything sent so far is done; not for answers of the desk.
func (s *stage) settle() {
	s.t.Helper()
	done := make(syncMsg)
	s.tm.Send(done)
	select {
	case <-done:
	case <-time.After(patience):
		s.t.Fatal("the screen does not answer")
	}
}

// hold stops the program until the end of the test, so that the test may look into it.
func (s *stage) hold() {
	s.t.Helper()
	msg := holdMsg{make(chan struct{}), make(chan struct{})}
	s.t.Cleanup(func() { close(msg.release) })
	s.tm.Send(msg)
	select {
	case <-msg.held:
	case <-time.After(patience):
		s.t.Fatal("the screen does not answer")
	}
}

// tell lets the search tell events and errors, one after the other.
func (s *stage) tell(events ...any) {
	s.t.Helper()
	for _, e := range events {
		select {
		case s.desk.told <- e:
		case <-time.After(patience):
			s.t.Fatal("nobody searches")
		}
	}
}

// until waits until the frame is as it should be.
func (s *stage) until(what string, ok func(frame string) bool) {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		frame, changed := s.m.look()
		if ok(frame) {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			s.t.Fatalf("the screen never showed %s:\n%s", what, frame)
		}
	}
}

// sees waits until the frame shows every text.
func (s *stage) sees(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		s.until(text, func(frame string) bool { return strings.Contains(frame, text) })
	}
}

// lacks fails if the frame shows a text.
func (s *stage) lacks(text string) {
	s.t.Helper()
	if frame, _ := s.m.look(); strings.Contains(frame, text) {
		s.t.Errorf("the screen shows %q:\n%s", text, frame)
	}
}

// golden waits until the frame is the one kept for the test, or changes no more, and checks that it fills the window.
func (s *stage) golden(width, height int) {
	s.t.Helper()
	quiet := patience / 3
	kept, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(s.t.Name())+".golden"))
	if update := flag.Lookup("update"); err != nil || update.Value.String() == "true" {
		kept, quiet = nil, time.Second
	}
	frame, changed := s.m.look()
	for moving := true; moving && trimmed(frame) != string(kept); {
		select {
		case <-changed:
			frame, changed = s.m.look()
		case <-time.After(quiet):
			moving = false
		}
	}
	lines := strings.Split(frame, "\n")
	if len(lines) != height {
		s.t.Errorf("the frame has %d lines of %d", len(lines), height)
	}
	for i, line := range lines {
		if n := cells(line); n != width {
			s.t.Errorf("line %d has %d cells of %d: %q", i, n, width, line)
		}
	}
	golden.RequireEqual(s.t, []byte(trimmed(frame)))
}

// trimmed is a frame without the spaces at the ends of its lines.
func trimmed(frame string) string {
	lines := strings.Split(frame, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}
