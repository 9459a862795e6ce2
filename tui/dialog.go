package tui

import (
	"bytes"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// drawDialog draws the dialog alone in the middle of the screen, so that nothing behind it distracts.
func (a *app) drawDialog() {
	p, s := &a.pen, a.ui.styles
	width, height := min(a.width-4, maxDialogWidth), min(a.height-3, maxDialogHeight)
	left, above := (a.width-width)/2, (a.height-1-height)/2
	var inner pen
	a.dialog.draw(&inner, width-4, height-3)
	rest := inner.b
	for y := range a.height - 1 {
		p.blank(left)
		switch row := y - above; {
		case row < 0 || row >= height:
			p.blank(width)
		case row == 0:
			p.border(s.accent, "┏━ ", a.dialog.title()+" ", "┓", width)
		case row == height-1:
			p.border(s.accent, "┗", "", "┛", width)
		default:
			p.part(2)
			p.put(s.accent, "┃")
			p.end()
			if row == 1 {
				p.blank(width - 4)
			} else {
				rest = p.paste(rest)
			}
			p.part(2)
			p.put(s.accent, " ┃")
			p.end()
		}
		p.blank(a.width - left - width)
		p.newline()
	}
}

// The largest dialog, its border included.
const (
	maxDialogWidth  = 96
	maxDialogHeight = 34
)

// border draws the upper or lower border of a dialog.
func (p *pen) border(k ink, from, title, to string, width int) {
	p.part(width - 1)
	p.put(k, from)
	p.put(k, title)
	p.rule(k, true)
	p.end()
	p.part(1)
	p.put(k, to)
	p.end()
}

// paste copies the first line of a frame that another pen drew and returns the others.
func (p *pen) paste(frame []byte) (rest []byte) {
	first, rest, _ := bytes.Cut(frame, []byte{'\n'})
	p.b = append(p.b, first...)
	return rest
}

// drawPage draws a page as the whole of a screen or dialog.
func drawPage(p *pen, g *page, width, height int) {
	g.height = height
	g.fit()
	for y := range height {
		p.part(width)
		g.row(p, y)
		p.end()
		if y < height-1 {
			p.newline()
		}
	}
}

// question asks whether to do something.
type question struct {
	ui   *ui
	name string
	text string
	yes  step
}

func newQuestion(u *ui, name, text string, yes step) *question { return &question{u, name, text, yes} }

func (q *question) title() string { return q.name }

func (q *question) update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	switch {
	case key.Matches(k, q.ui.keyMap.yes):
		q.ui.then(func(a *app) tea.Cmd { a.dialog = nil; return q.yes(a) })
	case key.Matches(k, q.ui.keyMap.no):
		q.ui.then(closeDialog)
	}
	return nil
}

func closeDialog(a *app) tea.Cmd { a.dialog = nil; return nil }

func (q *question) draw(p *pen, width, height int) {
	drawPage(p, &page{lines: paragraph(q.ui.styles.plain, q.text, width)}, width, height)
}

func (q *question) keys() []keyGroup {
	return []keyGroup{{"Answer", []key.Binding{q.ui.keyMap.yes, q.ui.keyMap.no}}}
}

// trouble tells what went wrong and what can be done.
type trouble struct {
	ui    *ui
	name  string
	err   error
	again step // nil: it cannot be tried again
}

// fail shows an error before the screen.
func (u *ui) fail(name string, err error, again step) {
	u.then(func(a *app) tea.Cmd {
		a.dialog = &trouble{u, name, err, again}
		return nil
	})
}

func (t *trouble) title() string { return t.name }

func (t *trouble) update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	switch {
	case key.Matches(k, t.ui.keyMap.back, t.ui.keyMap.open):
		t.ui.then(closeDialog)
	case t.again != nil && key.Matches(k, t.ui.keyMap.reload):
		t.ui.then(func(a *app) tea.Cmd { a.dialog = nil; return t.again(a) })
	}
	return nil
}

func (t *trouble) draw(p *pen, width, height int) {
	drawPage(p, &page{lines: paragraph(t.ui.styles.bad, t.err.Error(), width)}, width, height)
}

func (t *trouble) keys() []keyGroup {
	k := t.ui.keyMap
	keys := []key.Binding{k.back}
	if t.again != nil {
		again := key.NewBinding(key.WithHelp("r", "try again"))
		keys = append([]key.Binding{again}, keys...)
	}
	return []keyGroup{{"", keys}}
}

// paragraph wraps text into lines of one ink.
func paragraph(k ink, text string, width int) []line {
	var lines []line
	for _, l := range wrap(text, width) {
		lines = append(lines, line{{k, l}})
	}
	return lines
}
