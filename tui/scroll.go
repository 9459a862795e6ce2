package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// scroll is the cursor of a list and the part of it that is seen.
type scroll struct {
	cursor int // the chosen line
	offset int // the first line that is seen
	height int // how many lines are seen
}

// update moves the cursor through a list of that many lines; it reports whether the key was one of moving.
func (s *scroll) update(keys *keyMap, msg tea.KeyMsg, lines int) bool {
	switch {
	case key.Matches(msg, keys.up):
		s.cursor--
	case key.Matches(msg, keys.down):
		s.cursor++
	case key.Matches(msg, keys.pageUp):
		s.cursor -= max(1, s.height-1)
	case key.Matches(msg, keys.pageDown):
		s.cursor += max(1, s.height-1)
	case key.Matches(msg, keys.top):
		s.cursor = 0
	case key.Matches(msg, keys.bottom):
		s.cursor = lines - 1
	default:
		return false
	}
	s.fit(lines)
	return true
}

// fit keeps the cursor within the list and in sight.
func (s *scroll) fit(lines int) {
	s.cursor = max(0, min(s.cursor, lines-1))
	if s.height == 0 { // nothing was drawn yet
		return
	}
	s.offset = max(0, min(s.offset, lines-s.height))
	s.offset = min(s.offset, s.cursor)
	s.offset = max(s.offset, s.cursor-s.height+1)
}

// page is a text that is taller than its pane: only the part in sight is drawn.
type page struct {
	lines  []line
	offset int
	height int
}

// line is one line of a page.
type line []span

// span is text of one ink.
type span struct {
	ink  ink
	text string
}

// update moves through the text; it reports whether the key was one of moving.
func (g *page) update(keys *keyMap, msg tea.KeyMsg) bool {
	s := scroll{cursor: g.offset, height: g.height}
	if key.Matches(msg, keys.bottom) {
		s.cursor = len(g.lines)
	} else if !s.update(keys, msg, len(g.lines)) {
		return false
	}
	g.offset = s.cursor
	g.fit()
	return true
}

// show scrolls so that a line is in sight.
func (g *page) show(y int) { g.offset = max(min(g.offset, y), y-g.height+1) }

func (g *page) fit() { g.offset = max(0, min(g.offset, len(g.lines)-g.height)) }

// row draws one line of what is in sight.
func (g *page) row(p *pen, y int) {
	if y += g.offset; y < len(g.lines) {
		p.line(g.lines[y])
	}
}

// line draws the spans of a line.
func (p *pen) line(l line) {
	for _, s := range l {
		p.put(s.ink, s.text)
	}
}

// more tells how much of the text is out of sight: "" where it is all seen.
func (g *page) more() string {
	if len(g.lines) <= g.height {
		return ""
	}
	return count(g.offset+min(g.height, len(g.lines)-g.offset)) + "/" + count(len(g.lines))
}
