package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// dialog stands before a screen until it is answered.
type dialog interface {
	title() string
	update(msg tea.Msg) tea.Cmd
	// lines returns what it says, in lines of that many cells.
	lines(width int) []line
	hints() []key.Binding
}

// The largest dialog, its border included.
const (
	maxDialogWidth  = 92
	maxDialogHeight = 40
)

// drawDialog draws the dialog alone in the middle of the screen, so that nothing behind it distracts.
func (a *app) drawDialog(d dialog, g *page) {
	p, k := &a.pen, a.ui.styles.accent
	width := min(a.width-4, maxDialogWidth)
	g.lines = d.lines(width - 4)
	g.height = min(len(g.lines), a.height-6, maxDialogHeight)
	if f, ok := d.(interface{ focused() int }); ok {
		g.show(f.focused())
	}
	g.fit()
	height := g.height + 4
	left, above := (a.width-width)/2, (a.height-1-height)/3
	title := d.title() + " "
	if more := g.more(); more != "" {
		title += "· " + more + " "
	}
	for y := range a.height - 1 {
		p.blank(left)
		switch row := y - above; {
		case row < 0 || row >= height:
			p.blank(width)
		case row == 0:
			p.border(k, "┏━ ", title, "┓", width)
		case row == height-1:
			p.border(k, "┗", "", "┛", width)
		default:
			p.side(k, "┃ ")
			p.part(width - 4)
			if row > 1 && row < height-2 {
				g.row(p, row-2)
			}
			p.end()
			p.side(k, " ┃")
		}
		p.blank(a.width - left - width)
		p.newline()
	}
}

// border draws the upper or lower border of a dialog.
func (p *pen) border(k ink, from, title, to string, width int) {
	p.part(width - 1)
	p.put(k, from)
	p.put(k, title)
	p.rule(k, true)
	p.end()
	p.side(k, to)
}

// side draws the border at the side of a dialog's line.
func (p *pen) side(k ink, text string) {
	p.part(cells(text))
	p.put(k, text)
	p.end()
}

func closeDialog(a *app) tea.Cmd { a.show(nil); return nil }

// question asks whether to do something.
type question struct {
	ui   *ui
	name string
	text string
	yes  step
}

// ask shows a question before the screen.
func (u *ui) ask(name, text string, yes step) {
	u.then(func(a *app) tea.Cmd { a.show(&question{u, name, text, yes}); return nil })
}

func (q *question) title() string { return q.name }

func (q *question) update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	switch {
	case key.Matches(k, q.ui.keyMap.yes):
		q.ui.then(func(a *app) tea.Cmd { a.show(nil); return q.yes(a) })
	case key.Matches(k, q.ui.keyMap.no):
		q.ui.then(closeDialog)
	}
	return nil
}

func (q *question) lines(width int) []line { return paragraph(q.ui.styles.plain, q.text, width) }

func (q *question) hints() []key.Binding { return []key.Binding{q.ui.keyMap.yes, q.ui.keyMap.no} }

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
		a.leaving = false // the user must know
		a.show(&trouble{u, name, err, again})
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
	case t.again != nil && key.Matches(k, t.ui.keyMap.again):
		t.ui.then(func(a *app) tea.Cmd { a.show(nil); return t.again(a) })
	}
	return nil
}

func (t *trouble) lines(width int) []line { return paragraph(t.ui.styles.bad, t.err.Error(), width) }

func (t *trouble) hints() []key.Binding {
	k := t.ui.keyMap
	if t.again != nil {
		return []key.Binding{k.again, k.back}
	}
	return []key.Binding{k.back}
}

// paragraph wraps text into lines of one ink.
func paragraph(k ink, text string, width int) []line {
	var lines []line
	for _, l := range wrap(text, width) {
		lines = append(lines, line{{k, l}})
	}
	return lines
}
