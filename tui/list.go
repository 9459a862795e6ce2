package tui

import (
	"fmt"
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/request"
)

// list is the first screen: every request, with its person, its state and its clock.
type list struct {
	ui       *ui
	first    string // the id of the request to open when the list has come; "" from then on
	requests []request.Request
	scroll   scroll
	read     bool // the list has come
}

func newList(u *ui, first string) *list {
	return &list{ui: u, first: first}
}

func (l *list) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case requestsMsg:
		l.take(msg)
	case tea.KeyMsg:
		return l.key(msg)
	}
	return nil
}

func (l *list) take(msg requestsMsg) {
	if msg.err != nil {
		l.ui.fail("The requests cannot be read", msg.err, readList)
		return
	}
	var chosen string
	if r, ok := l.chosen(); ok {
		chosen = r.ID
	}
	l.requests, l.read = msg.requests, true
	if i := slices.IndexFunc(l.requests, func(r request.Request) bool { return r.ID == chosen }); i >= 0 {
		l.scroll.cursor = i
	}
	l.scroll.fit(len(l.requests))
	if l.first == "" {
		return
	}
	i := slices.IndexFunc(l.requests, func(r request.Request) bool { return r.ID == l.first })
	if i < 0 {
		l.ui.fail("No such request", fmt.Errorf("there is no request %s: choose one of the list, or record a new one", l.first), nil)
	} else {
		l.scroll.cursor = i
		l.ui.then(openRequest(l.requests[i]))
	}
	l.first = ""
}

// readList reads the requests again.
func readList(a *app) tea.Cmd { return a.ui.office.requests() }

func (l *list) chosen() (request.Request, bool) {
	if l.scroll.cursor >= len(l.requests) {
		return request.Request{}, false
	}
	return l.requests[l.scroll.cursor], true
}

func (l *list) key(msg tea.KeyMsg) tea.Cmd {
	k := l.ui.keyMap
	if r, some := l.chosen(); some && key.Matches(msg, k.right) {
		l.ui.then(openRequest(r))
		return nil
	}
	l.scroll.update(k, msg, len(l.requests))
	return nil
}

func (l *list) commands() []group {
	k := l.ui.keyMap
	list := []command{
		{k.newRequest, "Record a new request", func() tea.Cmd { return l.ui.step(openForm) }},
		{k.reload, "", l.ui.office.requests},
		{k.quit, "", func() tea.Cmd { return l.ui.step((*app).quit) }},
	}
	if r, some := l.chosen(); some {
		list = append([]command{{k.open, "Open the request", func() tea.Cmd { return l.ui.step(openRequest(r)) }}}, list...)
	}
	return []group{{"Requests", list}, k.moving()}
}

// openForm shows the form of a new request.
func openForm(a *app) tea.Cmd { a.screens = append(a.screens, newForm(a.ui)); return nil }

// openRequest shows the screen of a request, as it was left where it was open before.
func openRequest(r request.Request) step {
	return func(a *app) tea.Cmd {
		w, ok := a.work[r.ID]
		if !ok {
			w = newWork(a.ui, r)
			a.work[r.ID] = w
		}
		a.screens = append(a.screens[:1], w)
		if ok {
			return nil
		}
		return tea.Batch(a.ui.office.finding(r.ID), a.ui.office.logged(r.ID))
	}
}

// listing says that names are masked here until they are asked for.
func (l *list) listing() {}

func (l *list) hints() []key.Binding {
	k := l.ui.keyMap
	return []key.Binding{k.open, k.newRequest, k.reload, k.quit}
}

func (l *list) draw(p *pen, width, height int) {
	s := l.ui.styles
	register := l.ui.office.desk.Register()
	p.part(width)
	p.gap(1)
	p.put(s.strong, register.Organisation.Name)
	systems := plural(len(register.Systems), "system") + " "
	p.right(s.dim, systems, p.left)
	p.end()
	p.newline()
	p.part(width)
	p.put(s.accent, "━━ Requests"+number(len(l.requests))+" ")
	p.rule(s.accent, true)
	p.end()
	p.newline()
	l.scroll.height = height - 3
	l.scroll.fit(len(l.requests))
	l.head(p, width)
	for y := range l.scroll.height {
		p.newline()
		i := l.scroll.offset + y
		switch {
		case i < len(l.requests):
			l.row(p, i, width)
		case y == 1 && !l.read:
			l.say(p, "Reading the requests …", width)
		case y == 1 && l.read && len(l.requests) == 0:
			l.say(p, "No requests yet. Press n to record the first one.", width)
		default:
			p.blank(width)
		}
	}
}

// number writes how many things a heading counts, "" for none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return " · " + count(n)
}

func (l *list) say(p *pen, text string, width int) {
	p.part(width)
	p.gap(3)
	p.put(l.ui.styles.plain, text)
	p.end()
}

// columns are the widths of the list's columns; the person has what is left.
func (l *list) columns(width int) (id, person, kind, state int) {
	id, kind, state = 15, 0, 10
	if width >= 100 {
		kind = 32
	}
	return id, max(12, min(40, width-3-id-kind-state-31)), kind, state
}

func (l *list) head(p *pen, width int) {
	id, name, kind, state := l.columns(width)
	s := l.ui.styles
	p.part(width)
	p.gap(3)
	p.cell(s.dim, "id", id)
	p.cell(s.dim, "person", name)
	if kind > 0 {
		p.cell(s.dim, "kind", kind)
	}
	p.cell(s.dim, "state", state)
	p.put(s.dim, "clock")
	p.end()
}

func (l *list) row(p *pen, i, width int) {
	r, s := l.requests[i], l.ui.styles
	id, name, kind, state := l.columns(width)
	mark := "   "
	p.part(width)
	if i == l.scroll.cursor {
		mark = " ► "
		p.lit(width, &s.selected)
	}
	p.put(s.plain, mark)
	p.cell(s.strong, r.ID, id)
	p.cell(s.plain, l.ui.named(person(r.Subject)), name-1)
	p.gap(1)
	if kind > 0 {
		p.cell(s.plain, r.Kind.Title(), kind-1)
		p.gap(1)
	}
	if l.ui.active[r.ID] {
		p.cell(s.accent, "searching", state)
	} else {
		p.cell(s.plain, string(r.State), state)
	}
	words, urgent := l.ui.clock(r)
	p.put(urgent, words)
	p.end()
}
