package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// browser is a list with the page of what is chosen in it: side by side where there is room.
type browser struct {
	ui       *ui
	scroll   scroll
	detail   page
	onDetail bool
	made     madeOf
}

// madeOf is what a page was made of: it is made again when one of these changes.
type madeOf struct {
	of     any
	width  int
	masked bool
	styles *styles
}

// forget has the page made again: what it shows has changed.
func (b *browser) forget() { b.made = madeOf{} }

// update takes the keys of moving; it reports whether it was one, or whether the screen has to look at it.
func (b *browser) update(msg tea.KeyMsg, lines int) bool {
	k := b.ui.keyMap
	switch {
	case key.Matches(msg, k.back) && b.onDetail:
		b.onDetail = false
	case key.Matches(msg, k.next, k.previous, k.open):
		b.onDetail = !b.onDetail && lines > 0
	case key.Matches(msg, k.right):
		b.onDetail = lines > 0
	case key.Matches(msg, k.left):
		b.onDetail = false
	case b.onDetail:
		return b.detail.update(k, msg)
	default:
		return b.scroll.update(k, msg, lines)
	}
	return true
}

// browsed is what a browser shows.
type browsed struct {
	title, one string                    // of the list, and of what is chosen
	lines      int                       // how many there are
	row        func(q *pen, i int)       // draws one
	of         func(i int) any           // what tells one from another
	page       func(i, width int) []line // the lines of its page
	nothing    string                    // what to say where there are none
}

// draw draws the list, and the page beside it or in its place.
func (b *browser) draw(q *pen, width, height int, of browsed) {
	columns := []column{{onMatches, width}}
	switch {
	case width >= twoPanes:
		first := width * 52 / 100
		columns = []column{{onMatches, first}, {onDetail, width - first - 1}}
	case b.onDetail:
		columns = []column{{onDetail, width}}
	}
	n := panes{styles: b.ui.styles, columns: columns, focus: onMatches}
	if b.onDetail {
		n.focus = onDetail
	}
	b.scroll.fit(of.lines)
	rows := make([]func(*pen, int), len(columns))
	for i, c := range columns {
		if c.pane == onMatches {
			rows[i] = b.rows(of, height-1)
			continue
		}
		b.make(of, c.width-2)
		rows[i] = indented(&b.detail, height-1)
	}
	n.titles(q, func(p pane) string {
		if p == onMatches {
			return of.title + number(of.lines)
		}
		if more := b.detail.more(); more != "" {
			return of.one + " · " + more
		}
		return of.one
	})
	n.rows(q, rows, height-1)
}

// make makes the page of what is chosen, where it is another one.
func (b *browser) make(of browsed, width int) {
	if b.scroll.cursor >= of.lines {
		b.detail.lines = nil
		return
	}
	now := madeOf{of.of(b.scroll.cursor), width, b.ui.masked, b.ui.styles}
	if now == b.made {
		return
	}
	if now.of != b.made.of {
		b.detail.offset = 0
	}
	b.made, b.detail.lines = now, of.page(b.scroll.cursor, width)
}

func (b *browser) rows(of browsed, height int) func(q *pen, y int) {
	b.scroll.height = height
	b.scroll.fit(of.lines)
	return func(q *pen, y int) {
		s := b.ui.styles
		i := y + b.scroll.offset
		if i >= of.lines {
			if y == 1 && of.lines == 0 {
				q.gap(2)
				q.put(s.plain, of.nothing)
			}
			return
		}
		mark := " "
		if i == b.scroll.cursor {
			mark = "►"
			if !b.onDetail {
				q.lit(q.left, &s.selected)
			}
		}
		q.put(s.accent, mark)
		of.row(q, i)
	}
}
