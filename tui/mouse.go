package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// wheelLines is how many lines a notch of the wheel moves.
const wheelLines = 3

// doubleClick is how soon a second click on the same place opens what is there.
const doubleClick = 500 * time.Millisecond

// click is where and when a button was pressed.
type click struct {
	x, y int
	at   time.Time
}

// clickable is a screen whose rows and panes can be pointed at. click gives the pane at that place the focus and puts the cursor on its row; it
// reports whether there is one. It does nothing else: what changes anything is asked for by keys.
type clickable interface{ click(x, y, width int) bool }

// mouse takes the wheel and the left button: the wheel moves through what has the focus, as the arrow keys do, a click chooses, and a second one
// opens. Dialogs and the lock take no clicks.
func (a *app) mouse(msg tea.MouseMsg) tea.Cmd {
	if a.locked != nil {
		return nil
	}
	switch {
	case msg.Button == tea.MouseButtonWheelUp:
		return a.turned(tea.KeyUp)
	case msg.Button == tea.MouseButtonWheelDown:
		return a.turned(tea.KeyDown)
	case msg.Button == tea.MouseButtonLeft && msg.Action == tea.MouseActionPress && a.dialog == nil:
		return a.point(msg.X, msg.Y)
	}
	return nil
}

func (a *app) turned(kind tea.KeyType) tea.Cmd {
	var cmds []tea.Cmd
	for range wheelLines {
		cmds = append(cmds, a.key(tea.KeyMsg{Type: kind}))
	}
	return tea.Batch(cmds...)
}

func (a *app) point(x, y int) tea.Cmd {
	if a.unlockedFor() <= 0 {
		return a.lock()
	}
	last, now := a.clicked, a.ui.now()
	a.touched, a.clicked = now, click{x, y, now}
	s, ok := a.top().(clickable)
	if !ok || !s.click(x, y, a.width) {
		a.clicked = click{}
		return nil
	}
	if again := now.Sub(last.at); last.x == x && last.y == y && again >= 0 && again < doubleClick && !a.typing() {
		a.clicked = click{}
		return a.key(tea.KeyMsg{Type: tea.KeyEnter})
	}
	return nil
}

// at returns the line of a list that is drawn so many rows from its top, and whether there is one.
func (s *scroll) at(y, lines int) (line int, ok bool) {
	line = s.offset + y
	return line, y >= 0 && y < s.height && line < lines
}

// under returns the pane that is drawn at a column of the screen.
func under(columns []column, x int) (column, bool) {
	for _, c := range columns {
		if x < c.width {
			return c, x >= 0
		}
		x -= c.width + 1 // with the line between them
	}
	return column{}, false
}

// listTop and panesTop are how many lines stand above the rows of the list, and of a screen with panes.
const listTop, panesTop = 3, 4

func (l *list) click(_, y, _ int) bool {
	i, ok := l.scroll.at(y-listTop, len(l.shown))
	if ok {
		l.scroll.cursor = i
	}
	return ok
}

func (w *work) click(x, y, width int) bool {
	c, ok := under(w.layout(width), x)
	if !ok || y < panesTop-1 {
		return false
	}
	y -= panesTop
	switch c.pane {
	case onSystems:
		lines, _ := w.systems.lines(c.width)
		i, ok := w.systems.scroll.at(y, len(lines))
		w.turn(onSystems)
		if ok {
			w.systems.scroll.cursor = lines[i].system
		}
		return ok
	case onMatches:
		i, ok := w.matches.scroll.at(y, w.matches.tree.size())
		w.turn(onMatches)
		if ok {
			w.matches.scroll.cursor, w.matches.place, w.matches.moved = i, w.matches.tree.at(i), true
		}
		return ok
	}
	w.focus = onDetail
	return w.of == onMatches && w.match() != nil && w.record.click(y)
}

// click puts the cursor on the field that is drawn so many rows from the top of the pane.
func (r *record) click(y int) bool {
	for i, f := range r.fields {
		if line := r.page.offset + y; y >= 0 && y < r.page.height && f.first <= line && line < f.last {
			r.at = i
			return true
		}
	}
	return false
}

func (p *plan) click(x, y, width int) bool {
	c, ok := under(p.layout(width), x)
	if !ok || y < panesTop-1 {
		return false
	}
	y -= panesTop
	p.turn(c.pane)
	switch c.pane {
	case onSystems:
		i, ok := p.stages.scroll.at(y, len(p.stages.all))
		if ok {
			p.stages.scroll.cursor, p.detail.offset = i, 0
		}
		return ok
	case onMatches:
		i, ok := p.scroll.at(y, p.count())
		if ok {
			p.scroll.cursor = i
		}
		return ok
	}
	return false
}

// click puts the cursor of the list on the row at a place of the browser, whose title stands in line -1.
func (b *browser) click(x, y, width, lines int) bool {
	list := width
	switch {
	case width >= twoPanes:
		list = width * 52 / 100
	case b.onDetail:
		list = 0
	}
	if b.onDetail = x > list; b.onDetail || x == list {
		return false
	}
	i, ok := b.scroll.at(y, lines)
	if ok {
		b.scroll.cursor = i
	}
	return ok
}

func (r *release) click(x, y, width int) bool {
	if y < panesTop-2 {
		return false
	}
	r.stay()
	return r.browser.click(x, y-panesTop+1, width, len(r.list))
}
