package tuitest

import (
	"fmt"
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"
)

// Screen is what a terminal shows: it understands the part of ECMA-48 and xterm's codes that full-screen
// programs use, and remembers what it did not understand. It may be used by several goroutines at once.
type Screen struct {
	mu      sync.Mutex
	parser  *ansi.Parser
	rows    [][]cell
	other   [][]cell // the screen that is not shown: the normal one, while the alternate one is
	ink     ink
	x, y    int
	wrap    bool // the last column was written: the next character starts a new line
	saved   [2]int
	alt     bool
	hidden  bool // the cursor
	unknown []string
	changed chan struct{}
}

// cell is one place of the screen: a character with its marks, and how it is drawn. The right half of a wide character is empty.
type cell struct {
	text string
	ink  ink
}

// NewScreen returns an empty screen of that size.
func NewScreen(width, height int) *Screen {
	s := &Screen{rows: blank(width, height), other: blank(width, height), changed: make(chan struct{})}
	s.parser = ansi.NewParser()
	s.parser.SetDataSize(1 << 16)
	s.parser.SetHandler(ansi.Handler{Print: s.print, Execute: s.execute, HandleCsi: s.csi, HandleEsc: s.esc,
		HandleOsc: func(cmd int, data []byte) { s.odd("OSC %q", data) },
		HandleDcs: func(cmd ansi.Cmd, _ ansi.Params, data []byte) { s.odd("DCS %c %q", cmd.Final(), data) },
		HandlePm:  func(data []byte) { s.odd("PM %q", data) },
		HandleApc: func(data []byte) { s.odd("APC %q", data) },
		HandleSos: func(data []byte) { s.odd("SOS %q", data) },
	})
	return s
}

func blank(width, height int) [][]cell {
	rows := make([][]cell, height)
	for y := range rows {
		rows[y] = blankRow(width)
	}
	return rows
}

func blankRow(width int) []cell {
	row := make([]cell, width)
	for x := range row {
		row[x].text = " "
	}
	return row
}

// Write takes what a program wrote to the terminal.
func (s *Screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range b {
		s.parser.Advance(c)
	}
	s.tell()
	return len(b), nil
}

func (s *Screen) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Resize changes the size, keeping the upper left part.
func (s *Screen) Resize(width, height int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rows := range []*[][]cell{&s.rows, &s.other} {
		next := blank(width, height)
		for y := range min(height, len(*rows)) {
			copy(next[y], (*rows)[y])
		}
		*rows = next
	}
	s.x, s.y = min(s.x, width-1), min(s.y, height-1)
	s.tell()
}

// Text returns the lines of the screen, without spaces at their ends.
func (s *Screen) Text() string {
	text, _, _ := s.look()
	return text
}

// look returns the text, whether it is a whole frame, and a channel that is closed when it has changed. A frame comes in pieces, and
// bubbletea leaves the cursor at the beginning of the last line when it is through with one.
func (s *Screen) look() (text string, whole bool, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, row := range s.rows {
		var line strings.Builder
		for _, c := range row {
			line.WriteString(c.text)
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
	return b.String(), !s.alt || s.x == 0 && s.y == s.height()-1, s.changed
}

// Alternate reports whether the alternate screen is shown.
func (s *Screen) Alternate() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.alt
}

// Unknown returns the codes that were not understood: a program that lets foreign text steer the terminal
// shows here.
func (s *Screen) Unknown() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.unknown...)
}

func (s *Screen) odd(format string, args ...any) {
	s.unknown = append(s.unknown, fmt.Sprintf(format, args...))
}

func (s *Screen) width() int  { return len(s.rows[0]) }
func (s *Screen) height() int { return len(s.rows) }

func (s *Screen) print(r rune) {
	width := ansi.StringWidth(string(r))
	if width == 0 {
		s.combine(r)
		return
	}
	width = min(width, s.width())
	if s.wrap || s.x+width > s.width() {
		s.x = 0
		s.down()
	}
	s.rows[s.y][s.x] = cell{string(r), s.ink}
	for i := 1; i < width; i++ {
		s.rows[s.y][s.x+i] = cell{"", s.ink}
	}
	s.wrap = s.x+width >= s.width()
	s.x = min(s.x+width, s.width()-1)
}

// combine adds a mark to the character before the cursor.
func (s *Screen) combine(r rune) {
	x := s.x
	if !s.wrap {
		x--
	}
	for x > 0 && s.rows[s.y][x].text == "" {
		x--
	}
	if x >= 0 {
		s.rows[s.y][x].text += string(r)
	}
}

func (s *Screen) execute(c byte) {
	switch c {
	case '\r':
		s.x, s.wrap = 0, false
	case '\n', '\v', '\f':
		s.down()
	case '\b':
		s.x, s.wrap = max(0, s.x-1), false
	case '\t':
		s.x = min(s.width()-1, (s.x/8+1)*8)
	case '\a', 0:
	default:
		s.odd("control %#x", c)
	}
}

// down moves the cursor a line down, scrolling at the last.
func (s *Screen) down() {
	s.wrap = false
	if s.y < s.height()-1 {
		s.y++
		return
	}
	s.rows = append(s.rows[1:], blankRow(s.width()))
}

func (s *Screen) esc(cmd ansi.Cmd) {
	switch cmd.Final() {
	case '7':
		s.saved = [2]int{s.x, s.y}
	case '8':
		s.to(s.saved[0], s.saved[1])
	case '=', '>', '\\':
	default:
		s.odd("ESC %c", cmd.Final())
	}
}

func (s *Screen) to(x, y int) {
	s.x, s.y, s.wrap = max(0, min(x, s.width()-1)), max(0, min(y, s.height()-1)), false
}
