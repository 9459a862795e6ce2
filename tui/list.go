package tui

import (
	"fmt"
	"slices"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/request"
)

// list is the first screen: every request, with its person, its state and its clock, the most urgent first.
type list struct {
	ui     *ui
	first  string // the id of the request to open when the list has come; "" from then on
	all    []*overview
	shown  []*overview // those that fit the filter, in order
	order  order
	filter textinput.Model
	asking bool     // the filter is typed
	only   []string // not nil: these requests alone
	scroll scroll
	read   bool // the list has come
}

func newList(u *ui, first string) *list {
	return &list{ui: u, first: first, filter: textField("", "", "").input}
}

// typing reports whether letters are part of the filter.
func (l *list) typing() bool { return l.asking }

func (l *list) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case requestsMsg:
		l.take(msg)
	case tea.KeyMsg:
		l.key(msg)
	}
	return nil
}

func (l *list) take(msg requestsMsg) {
	if msg.err != nil {
		l.ui.fail("The requests cannot be read", msg.err, readList)
		return
	}
	l.all, l.read = msg.requests, true
	for _, v := range l.all {
		l.ui.known[v.ID] = v
	}
	l.show()
	if l.first == "" {
		return
	}
	i := slices.IndexFunc(l.shown, func(v *overview) bool { return v.ID == l.first })
	if i < 0 {
		l.ui.fail("No such request", fmt.Errorf("there is no request %s: choose one of the list, or record a new one", l.first), nil)
	} else {
		l.scroll.cursor = i
		l.ui.then(openRequest(l.shown[i].Request))
	}
	l.first = ""
}

// show chooses and sorts what is shown, leaving the cursor on its request.
func (l *list) show() {
	var at string
	if v := l.chosen(); v != nil {
		at = v.ID
	}
	l.shown = l.shown[:0]
	for _, v := range l.all {
		if v.fits(l.filter.Value(), l.ui.today()) && (l.only == nil || slices.Contains(l.only, v.ID)) {
			l.shown = append(l.shown, v)
		}
	}
	l.order.sort(l.shown, l.ui.today())
	if i := slices.IndexFunc(l.shown, func(v *overview) bool { return v.ID == at }); i >= 0 {
		l.scroll.cursor = i
	}
	l.scroll.fit(len(l.shown))
}

// readList reads the requests again.
func readList(a *app) tea.Cmd { return a.ui.office.requests() }

// chosen returns the request under the cursor, nil where there is none.
func (l *list) chosen() *overview {
	if l.scroll.cursor < len(l.shown) {
		return l.shown[l.scroll.cursor]
	}
	return nil
}

func (l *list) key(msg tea.KeyMsg) {
	k := l.ui.keyMap
	v := l.chosen()
	switch {
	case l.asking && key.Matches(msg, k.back):
		l.filter.Reset()
		l.asking = false
		l.show()
	case l.asking && key.Matches(msg, k.keepFilter):
		l.asking = false
	case l.asking && msg.Type != tea.KeyUp && msg.Type != tea.KeyDown:
		l.filter, _ = l.filter.Update(msg)
		l.show()
	case key.Matches(msg, k.back):
		l.filter.Reset()
		l.only = nil
		l.show()
	case v != nil && key.Matches(msg, k.right):
		l.ui.then(openRequest(v.Request))
	default:
		l.scroll.update(k, msg, len(l.shown))
	}
}

func (l *list) commands() []group {
	k := l.ui.keyMap
	var one []command
	if v := l.chosen(); v != nil {
		one = append(one, command{k.open, "Open the request", func() tea.Cmd { return l.ui.step(openRequest(v.Request)) }})
		if len(v.Others) > 0 {
			one = append(one, command{k.others, "", l.theirs})
		}
	}
	return []group{{"Requests", append(one, []command{
		{k.newRequest, "Record a new request", func() tea.Cmd { return l.ui.step(openForm) }},
		{k.filter, "Filter: by number, person, state, what is next", l.ask},
		{k.sort, "Sort by clock, number, person or state", l.turn},
		{k.reload, "", l.ui.office.requests},
		{k.quit, "", func() tea.Cmd { return l.ui.step((*app).quit) }},
	}...)}, k.moving()}
}

// ask lets the filter be typed.
func (l *list) ask() tea.Cmd {
	l.asking = true
	l.filter.Focus()
	return nil
}

// turn sorts the list in the next way.
func (l *list) turn() tea.Cmd {
	l.order = (l.order + 1) % orders
	l.show()
	return nil
}

// theirs shows the requests of the chosen one's person alone.
func (l *list) theirs() tea.Cmd {
	v := l.chosen()
	l.only = append([]string{v.ID}, v.Others...)
	l.filter.Reset()
	l.show()
	return nil
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
	if l.asking {
		return []key.Binding{k.keepFilter, k.back}
	}
	return []key.Binding{k.open, k.newRequest, k.filter, k.sort, k.mask, k.palette, k.quit}
}
