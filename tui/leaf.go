package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// leaf is a screen of text: what something came to, or how it was before.
type leaf struct {
	ui    *ui
	title string
	words string
	ink   ink
	write func(w *writer)
	page  page
	made  leafOf
}

// maskedLeaf is a leaf whose text is masked until it is asked for.
type maskedLeaf struct{ leaf }

func (l *maskedLeaf) listing() {}

func (l *maskedLeaf) hints() []key.Binding { return append(l.leaf.hints(), l.ui.keyMap.mask) }

// leafOf is what a leaf was made of: it is made again when one of these changes.
type leafOf struct {
	width            int
	masked, nameless bool
	styles           *styles
}

func (l *leaf) enter() tea.Cmd { return nil }

func (l *leaf) update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	switch {
	case !ok:
	case key.Matches(k, l.ui.keyMap.back, l.ui.keyMap.open):
		l.ui.then(leave)
	default:
		l.page.update(l.ui.keyMap, k)
	}
	return nil
}

func (l *leaf) draw(q *pen, width, height int) {
	if now := (leafOf{width, l.ui.masked, l.ui.nameless, l.ui.styles}); now != l.made {
		w := writer{ui: l.ui, width: min(width-2, 110)}
		l.write(&w)
		l.made, l.page.lines = now, w.lines
	}
	s := l.ui.styles
	l.page.height = height - 2
	headline(q, width, func() {
		q.put(s.strong, l.title)
		q.gap(2)
		q.put(l.ink, l.words)
	}, s.dim, l.page.more())
	q.part(width)
	q.rule(s.accent, true)
	q.end()
	row := indented(&l.page, height-2)
	for y := range height - 2 {
		q.newline()
		q.part(width)
		row(q, y)
		q.end()
	}
}

func (l *leaf) hints() []key.Binding {
	k := l.ui.keyMap
	return []key.Binding{k.back, k.up, k.down}
}

func (l *leaf) commands() []group {
	return []group{{l.title, told(l.ui.keyMap.back)}, l.ui.keyMap.moving()}
}
