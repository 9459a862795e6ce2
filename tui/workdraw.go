package tui

import (
	"fmt"
	"strings"
)

// column is a pane with its place on the screen.
type column struct {
	pane  pane
	width int
}

// From which width on there are two panes, and three.
const (
	twoPanes   = 96
	threePanes = 132
)

// layout shares the width among the panes that fit, with a line between them: all three, the list and
// its detail, or the one that has the focus.
func (w *work) layout(width int) []column {
	switch {
	case width >= threePanes:
		first := max(28, min(40, width/5))
		second := (width - first - 2) * 47 / 100
		return []column{{onSystems, first}, {onMatches, second}, {onDetail, width - first - second - 2}}
	case width >= twoPanes && w.focus == onSystems:
		first := width * 2 / 5
		return []column{{onSystems, first}, {onMatches, width - first - 1}}
	case width >= twoPanes:
		first := width * 48 / 100
		return []column{{w.of, first}, {onDetail, width - first - 1}}
	}
	return []column{{w.focus, width}}
}

// logLines returns how many lines the log has on a screen of that height.
func logLines(height int) int {
	switch {
	case height >= 44:
		return 8
	case height >= 30:
		return 5
	case height >= 22:
		return 2
	}
	return 0
}

func (w *work) draw(p *pen, width, height int) {
	w.header(p, width)
	columns := w.layout(width)
	log := logLines(height)
	if w.ui.plain {
		log = 0 // it is said as it grows
	}
	body := height - 4
	if log > 0 {
		body -= log + 1
	}
	rows := make([]func(*pen, int), len(columns))
	for i, c := range columns {
		rows[i] = w.pane(c, body)
	}
	w.titles(p, columns)
	for y := range body {
		p.newline()
		for i, c := range columns {
			if i > 0 {
				p.part(1)
				p.put(w.ui.styles.dim, "│")
				p.end()
			}
			p.part(c.width)
			rows[i](p, y)
			p.end()
		}
	}
	if log == 0 {
		return
	}
	p.newline()
	w.logRule(p, columns)
	for y := range log {
		p.newline()
		p.part(width)
		w.log.row(p, y, log)
		p.end()
	}
}

// header draws what is always in sight: the request and its clock, the coverage, and the next step.
func (w *work) header(p *pen, width int) {
	s := w.ui.styles
	words, urgent := w.ui.clock(w.request)
	w.headline(p, width, func() {
		p.put(s.strong, w.request.ID)
		p.gap(2)
		p.put(s.strong, w.ui.value(person(w.request.Subject)))
		p.gap(2)
		p.put(s.dim, w.request.Kind.Title())
	}, urgent, words)
	covered, k := w.coverage()
	how := w.progress()
	if cells(covered)+cells(how)+4 > width {
		how = ""
	}
	w.headline(p, width, func() { p.put(k, covered) }, s.dim, how)
	w.headline(p, width, func() { p.put(s.plain, w.tally()) }, s.accent, w.next())
}

// headline draws a line of the header, its right end first, since that must not be cut.
func (w *work) headline(p *pen, width int, left func(), k ink, right string) {
	p.part(width)
	p.gap(1)
	p.within(p.left-cells(right)-2, left)
	p.right(k, right, p.left-1)
	p.end()
	p.newline()
}

// progress draws how many systems have answered as a bar, while a search runs.
func (w *work) progress() string {
	if w.search == nil {
		if w.searched.IsZero() {
			return ""
		}
		return "searched " + w.searched.Local().Format("2 Jan 2006 15:04")
	}
	const length = 16
	done := len(w.systems.all) - w.systems.done()[""]
	full := length * done / max(1, len(w.systems.all))
	return strings.Repeat("■", full) + strings.Repeat("□", length-full)
}

// tally tells what was found and decided.
func (w *work) tally() string {
	t := w.matches.tree.tally
	switch {
	case w.search == nil && w.searched.IsZero():
		return "nothing searched yet"
	case t.all == 0:
		return "no matches"
	}
	words := fmt.Sprintf("%s: %s included", matchWords(t.all), count(t.included))
	if t.excluded > 0 {
		words += ", " + count(t.excluded) + " excluded"
	}
	if t.waiting > 0 {
		words += ", " + count(t.waiting) + " to decide"
	}
	return words
}

// titles draws the line above the panes; the one with the focus is drawn heavily.
func (w *work) titles(p *pen, columns []column) {
	s := w.ui.styles
	for i, c := range columns {
		if i > 0 {
			p.part(1)
			p.put(s.dim, "┬")
			p.end()
		}
		p.part(c.width)
		focused := c.pane == w.focus
		k := s.dim
		edge := "── "
		if focused {
			k, edge = s.accent, "━━ "
		}
		p.put(k, edge)
		p.put(k, w.title(c.pane)+" ")
		p.rule(k, focused)
		p.end()
	}
}

func (w *work) title(of pane) string {
	switch of {
	case onSystems:
		return "Systems" + number(len(w.systems.all))
	case onMatches:
		return "Matches" + number(w.matches.tree.tally.all)
	}
	name, g := "Record", &w.record.page
	if w.of == onSystems {
		name, g = "System", &w.system
	}
	if more := g.more(); more != "" {
		name += " · " + more
	}
	return name
}

func (w *work) logRule(p *pen, columns []column) {
	s := w.ui.styles
	for i, c := range columns {
		if i > 0 {
			p.part(1)
			p.put(s.dim, "┴")
			p.end()
		}
		p.part(c.width)
		if i == 0 {
			p.put(s.dim, "── Log ")
		}
		p.rule(s.dim, false)
		p.end()
	}
}

// pane prepares a pane and returns how its lines are drawn.
func (w *work) pane(c column, height int) func(p *pen, y int) {
	focused := c.pane == w.focus
	switch {
	case c.pane == onSystems:
		return w.systems.rows(c.width, height, focused, w.search != nil)
	case c.pane == onMatches && w.matches.tree.tally.all == 0:
		return w.say(w.nothing(), c.width)
	case c.pane == onMatches:
		return w.matches.rows(height, focused)
	case w.of == onSystems:
		if a := w.systems.chosen(); a != nil {
			w.system.lines = w.systems.page(a, w.search != nil, c.width-2)
		}
		return indented(&w.system, height)
	}
	m := w.match()
	if m == nil {
		return w.say("Choose a match to read its record.", c.width)
	}
	w.record.make(m, c.width-2)
	return w.record.rows(height, focused)
}

// indented draws a page behind a margin.
func indented(g *page, height int) func(p *pen, y int) {
	g.height = height
	g.fit()
	return func(p *pen, y int) {
		p.gap(1)
		g.row(p, y)
	}
}

// nothing tells why there are no matches.
func (w *work) nothing() string {
	switch n := w.systems.done(); {
	case !w.read:
		return "Reading what was found …"
	case w.search != nil:
		return "Nothing found yet."
	case w.searched.IsZero():
		return "Not searched yet. Press s to search " + plural(len(w.systems.all), "system") + "."
	case n[""]+n["failed"]+n["partly"] > 0:
		return "Nothing was found where it could be searched. See Systems for what could not."
	}
	return "Nothing was found in any system."
}

// say draws a sentence in a pane that has nothing else.
func (w *work) say(text string, width int) func(p *pen, y int) {
	lines := wrap(text, width-4)
	return func(p *pen, y int) {
		if y--; y >= 0 && y < len(lines) {
			p.gap(2)
			p.put(w.ui.styles.plain, lines[y])
		}
	}
}
