package tui

import (
	"iter"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"
)

// The smallest window that a screen is drawn in.
const (
	minWidth  = 60
	minHeight = 16
)

// screen is one full window of the program: the list of requests, a new request, one request.
type screen interface {
	// update takes a key or an answer of the desk. It never waits: what takes time is in the command.
	update(msg tea.Msg) tea.Cmd
	// draw draws exactly height lines of width cells.
	draw(p *pen, width, height int)
	// hints are the keys for the last line, the most wanted first.
	hints() []key.Binding
	// commands are what can be asked for on the screen, with their keys; those of every screen are added to them.
	commands() []group
}

// ui is what all screens share.
type ui struct {
	office   *office
	keyMap   *keyMap
	act      *actKeys
	house    *houseKeys
	batch    *batchKeys
	styles   *styles
	now      func() time.Time
	plain    bool                 // the screen is read out line by line
	masked   bool                 // values are not shown
	nameless bool                 // names are not shown in lists
	active   map[string]bool      // requests that are being searched for
	known    map[string]*overview // what the list says of each request
	acting   map[string]*plan     // the plans that are open, or run, by their ids
	left     map[string]bool      // names of others that leave as they are, by request and nameID
	steps    []step
}

// step is a way from one screen to another, taken when Update is through with the message.
type step func(*app) tea.Cmd

// then asks for a step.
func (u *ui) then(s step) { u.steps = append(u.steps, s) }

// step is then, as a command runs it.
func (u *ui) step(s step) tea.Cmd { u.then(s); return nil }

// app is the program: the screens behind each other, the dialog before them, and the frame last drawn.
type app struct {
	ui      *ui
	screens []screen // the last one is seen
	dialog  dialog   // nil: none
	page    page     // the dialog's text
	work    map[string]*work

	profile termenv.Profile
	dark    bool
	leaving bool // quit was asked for: it follows when what was decided is recorded

	clicked click // the last one

	locked  *lock     // nil: it is not
	touched time.Time // when a key was pressed last

	width, height int
	pen           pen
	frame         string
	fresh         bool // frame is up to date
}

func newApp(o *office, opts Options) *app {
	u := &ui{office: o, keyMap: newKeys(), act: newActKeys(), house: newHouseKeys(), batch: newBatchKeys(), acting: map[string]*plan{}, now: opts.Now, active: map[string]bool{}, known: map[string]*overview{}, nameless: true}
	a := &app{ui: u, work: map[string]*work{}, profile: opts.profile(), dark: opts.dark(), touched: u.now()}
	u.styles = newStyles(a.profile, a.dark)
	a.screens = []screen{newList(u, opts.Request)}
	if opts.locked {
		a.locked = newLock(u)
		a.locked.known, a.locked.set = true, true
	}
	return a
}

// Init reads the list of requests.
func (a *app) Init() tea.Cmd { return tea.Batch(a.ui.office.requests(), a.ui.office.idle(a.idle())) }

// Update takes a message to where it belongs.
func (a *app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	a.fresh = false
	var cmds []tea.Cmd
	for msg := range single(msg) {
		cmds = append(cmds, a.route(msg))
		for len(a.ui.steps) > 0 {
			steps := a.ui.steps
			a.ui.steps = nil
			for _, s := range steps {
				cmds = append(cmds, s(a))
			}
		}
	}
	if a.leaving && !a.saving() {
		return a, tea.Quit
	}
	cmds = append(cmds, a.look())
	return a, tea.Batch(cmds...)
}

// single takes apart keys that were pressed so fast that they came in one message. What was pasted stays
// whole.
func single(msg tea.Msg) iter.Seq[tea.Msg] {
	return func(yield func(tea.Msg) bool) {
		k, ok := msg.(tea.KeyMsg)
		if !ok || k.Type != tea.KeyRunes || k.Paste || len(k.Runes) < 2 {
			yield(msg)
			return
		}
		for i := range k.Runes {
			one := k
			one.Runes = k.Runes[i : i+1]
			if !yield(one) {
				return
			}
		}
	}
}

func (a *app) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.width, a.height = msg.Width, msg.Height
		return nil
	case tea.KeyMsg:
		return a.key(msg)
	case tea.MouseMsg:
		return a.mouse(msg)
	case requestsMsg:
		cmd := a.screens[0].update(msg)
		for _, w := range a.work {
			w.listed()
		}
		return cmd
	case createdMsg:
		return a.top().update(msg)
	case findingMsg:
		return a.toWork(msg.id, msg)
	case loggedMsg:
		return a.toWork(msg.id, msg)
	case eventsMsg:
		return a.toWork(msg.search.id, msg)
	case decidedMsg:
		return a.toWork(msg.id, msg)
	case viewedMsg:
		return a.toWork(msg.id, msg)
	case exportedMsg:
		if a.dialog != nil {
			return a.dialog.update(msg)
		}
	case delivered:
		return msg.deliver(a)
	}
	return nil
}

// delivered is a message that knows where it belongs.
type delivered interface{ deliver(a *app) tea.Cmd }

// toWork takes a message to a request, be it on the screen or not.
func (a *app) toWork(id string, msg tea.Msg) tea.Cmd {
	if w, ok := a.work[id]; ok {
		return w.update(msg)
	}
	return nil
}

func (a *app) key(msg tea.KeyMsg) tea.Cmd {
	k := a.ui.keyMap
	if a.locked == nil && !a.ui.plain && a.unlockedFor() <= 0 {
		return a.lock() // it was left: who comes back first types the passphrase
	}
	a.touched = a.ui.now()
	switch {
	case a.locked != nil:
		return a.locked.key(a, msg)
	case msg.Paste && !a.typing():
		return nil // text is no command
	case key.Matches(msg, k.stop):
		return a.quit()
	case key.Matches(msg, k.theme):
		return a.turnColours()
	case a.dialog != nil:
		if !a.typing() {
			a.page.update(k, msg)
		}
		return a.dialog.update(msg)
	case a.typing():
		return a.top().update(msg)
	}
	if cmd, ok := a.obey(msg); ok {
		return cmd
	}
	return a.top().update(msg)
}

// turnColours goes from dark to light colours and back.
func (a *app) turnColours() tea.Cmd {
	a.dark = !a.dark
	a.ui.styles = newStyles(a.profile, a.dark)
	return nil
}

// typist is a screen or dialog in which letters are text.
type typist interface{ typing() bool }

func (a *app) typing() bool {
	var seen any = a.top()
	switch {
	case a.locked != nil:
		return true
	case a.dialog != nil:
		seen = a.dialog
	}
	t, ok := seen.(typist)
	return ok && t.typing()
}

func (a *app) top() screen { return a.screens[len(a.screens)-1] }

// quit ends the program, after a question where a search would be broken off. Asked for again, it ends it.
func (a *app) quit() tea.Cmd {
	_, asked := a.dialog.(*question)
	if len(a.ui.active) > 0 && !asked {
		a.ui.ask("Quit and stop the search?", "What was found so far is not the whole answer, and is not kept as one.",
			func(a *app) tea.Cmd { a.leaving = true; return nil })
		return nil
	}
	if a.ui.changing() && !asked {
		a.ui.ask("Quit and pause?", "Systems are being changed. What is being changed comes to its end, and the plan can be gone on with later.",
			func(a *app) tea.Cmd { a.leaving = true; return nil })
		return nil
	}
	a.leaving = true
	return nil
}

// show puts a dialog before the screen; nil: takes it away.
func (a *app) show(d dialog) { a.dialog, a.page = d, page{} }

// saving reports whether a decision is still to be recorded.
func (a *app) saving() bool {
	for _, w := range a.work {
		if w.queue.busy() {
			return true
		}
	}
	return false
}

// look lets the screen ask for what its panes are at: the record, the lines of a plan.
func (a *app) look() tea.Cmd {
	if w, ok := a.top().(interface{ look(width int) tea.Cmd }); ok && a.dialog == nil && a.locked == nil && a.width > 0 {
		return w.look(a.width)
	}
	return nil
}

// View returns the frame, drawn again only after a message.
func (a *app) View() string {
	if !a.fresh {
		a.pen.reset()
		a.draw()
		a.frame = string(a.pen.b)
		a.fresh = true
	}
	return a.frame
}

func (a *app) draw() {
	p := &a.pen
	if a.width < minWidth || a.height < minHeight {
		for y := range a.height {
			p.part(a.width)
			if y == 0 {
				p.put(a.ui.styles.warn, "Make the window larger")
			} else if y == 1 {
				p.put(a.ui.styles.plain, "at least 60 by 16; 80 by 24 is better")
			}
			p.end()
			if y < a.height-1 {
				p.newline()
			}
		}
		return
	}
	switch {
	case a.locked != nil:
		a.drawDialog(a.locked, &page{})
	case a.dialog != nil:
		a.drawDialog(a.dialog, &a.page)
	default:
		a.top().draw(p, a.width, a.height-1)
		p.newline()
	}
	a.hints()
}

// hints draws the last line: the keys that do something now, as many as fit, and the way to all of them.
func (a *app) hints() {
	p, s := &a.pen, a.ui.styles
	wanted, always := a.top().hints(), []key.Binding{a.ui.keyMap.help}
	switch {
	case a.locked != nil:
		wanted = a.locked.hints()
	case a.dialog != nil:
		wanted = a.dialog.hints()
	}
	if a.dialog != nil || a.typing() {
		always = nil
	}
	p.part(a.width)
	p.gap(1)
	if a.leaving {
		p.put(s.warn, "saving what was decided …")
		p.end()
		return
	}
	room := a.width - 1
	for _, b := range always {
		room -= hintCells(b)
	}
	for _, b := range wanted {
		if n := hintCells(b); n <= room {
			room -= n
			a.hint(b)
		}
	}
	for _, b := range always {
		a.hint(b)
	}
	p.end()
}

func (a *app) hint(b key.Binding) {
	h := b.Help()
	a.pen.put(a.ui.styles.accent, h.Key)
	a.pen.gap(1)
	a.pen.put(a.ui.styles.dim, h.Desc)
	a.pen.gap(3)
}

func hintCells(b key.Binding) int { return cells(b.Help().Key) + 1 + cells(b.Help().Desc) + 3 }
