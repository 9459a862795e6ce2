package tui

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
)

// estate is the screen of every system of the register: who answers for it, what the account may do there, and how the last check
// went.
type estate struct {
	ui      *ui
	systems []*connectors.System
	checked map[string]*checkedAt
	stream  *stream // nil: no check runs
	one     string  // the system that is looked at by itself; "": none is
	browser browser
}

// checkedAt is what the last check of a system found, and when.
type checkedAt struct {
	desk.Checked
	at time.Time
}

func newEstate(u *ui) *estate {
	return &estate{ui: u, systems: u.office.desk.Register().Systems, checked: map[string]*checkedAt{}, browser: browser{ui: u}}
}

func (e *estate) surrounds() {}

// lastChecksMsg brings when systems were checked last, and what was found.
type lastChecksMsg struct {
	checks map[string]desk.LastCheck
	err    error
}

func (e *estate) enter() tea.Cmd {
	o := e.ui.office
	return o.answer(e, func() tea.Msg {
		checks, err := o.desk.LastChecks(o.long)
		return lastChecksMsg{checks, err}
	})
}

func (e *estate) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case streamMsg:
		for _, event := range msg.events {
			if c, ok := event.(desk.Checked); ok {
				e.checked[c.System] = &checkedAt{c, e.ui.now()}
			}
		}
		e.browser.forget()
		if !msg.ended {
			return e.ui.office.next(msg.of)
		}
		e.stream = nil
	case lastChecksMsg:
		e.before(msg)
	case checkedMsg:
		e.took(msg)
	case tea.KeyMsg:
		if !e.browser.update(msg, len(e.systems)) && key.Matches(msg, e.ui.keyMap.back) {
			if e.stream != nil {
				e.stream.halt()
			}
			e.ui.then(leave)
		}
	}
	return nil
}

// before takes in the checks of before.
func (e *estate) before(msg lastChecksMsg) {
	if msg.err != nil {
		e.ui.fail("The last checks cannot be read", msg.err, nil)
		return
	}
	for id, c := range msg.checks {
		if e.checked[id] == nil {
			e.checked[id] = &checkedAt{desk.Checked{System: id, Mistakes: c.Mistakes}, c.Time}
		}
	}
	e.browser.forget()
}

// check looks at every system.
func (e *estate) check() tea.Cmd {
	if e.stream != nil || e.one != "" {
		return nil
	}
	clear(e.checked)
	e.browser.forget()
	var cmd tea.Cmd
	e.stream, cmd = e.ui.office.start(e, func(ctx context.Context) iter.Seq2[desk.Event, error] { return e.ui.office.desk.Check(ctx) })
	return cmd
}

// checkedMsg brings how the check of one system went.
type checkedMsg struct {
	checked desk.Checked
	err     error
}

// checkOne looks at the chosen system alone.
func (e *estate) checkOne() tea.Cmd {
	if e.stream != nil || e.one != "" {
		return nil
	}
	o, id := e.ui.office, e.systems[e.browser.scroll.cursor].ID
	e.one = id
	delete(e.checked, id)
	e.browser.forget()
	return o.answer(e, func() tea.Msg {
		c, err := o.desk.CheckSystem(o.long, id)
		return checkedMsg{c, err}
	})
}

// took takes in how the check of one system went.
func (e *estate) took(msg checkedMsg) {
	e.one = ""
	e.browser.forget()
	if msg.err != nil {
		e.ui.fail("The system was not checked", msg.err, nil)
		return
	}
	e.checked[msg.checked.System] = &checkedAt{msg.checked, e.ui.now()}
}

// hold asks why the chosen system is held.
func (e *estate) hold() tea.Cmd {
	s := e.systems[e.browser.scroll.cursor]
	return e.ui.askHold(s.Title, desk.NewHold{System: s.ID}, nil)
}

// status tells how the last check of a system went.
func (e *estate) status(s *connectors.System) (sign, words string, k ink) {
	st := e.ui.styles
	c := e.checked[s.ID]
	switch {
	case c == nil && (e.stream != nil || e.one == s.ID):
		return "►", "checking", st.accent
	case c == nil && s.Manual():
		return "□", "by hand", st.dim
	case c == nil:
		return "○", "never checked", st.dim
	case c.Mistakes > 0:
		return "×", plural(c.Mistakes, "mistake"), st.bad
	case len(c.Findings) > 0:
		return "▲", plural(len(c.Findings), "remark"), st.warn
	}
	return "●", "as registered", st.good
}

func (e *estate) draw(q *pen, width, height int) {
	s := e.ui.styles
	words := plural(len(e.systems), "system")
	k := s.plain
	wrong := 0
	for _, c := range e.checked {
		if c.Mistakes > 0 {
			wrong++
		}
	}
	switch {
	case e.stream != nil:
		words, k = bar(len(e.checked), len(e.systems), 16)+" "+count(len(e.checked))+" of "+words+" checked", s.accent
	case wrong > 0:
		words, k = words+", "+count(wrong)+" not as registered", s.bad
	}
	headline(q, width, func() {
		q.put(s.strong, "Systems")
		q.gap(2)
		q.put(k, words)
	}, s.dim, "c checks all")
	e.browser.draw(q, width, height-1, browsed{title: "Systems", one: "System", lines: len(e.systems), row: e.row, nothing: "The register names no systems.",
		of: func(i int) any { return e.systems[i].ID }, page: e.page})
}

func (e *estate) row(q *pen, i int) {
	st, s := e.ui.styles, e.systems[i]
	sign, words, k := e.status(s)
	q.put(k, sign)
	q.gap(1)
	q.cell(st.strong, s.Title, min(maxTitle, max(12, q.left/2)))
	q.gap(1)
	q.cell(k, words, 14)
	q.gap(1)
	q.put(st.dim, strings.Join(s.Owners, "; "))
}

func (e *estate) page(i, width int) []line {
	st, s := e.ui.styles, e.systems[i]
	w := writer{ui: e.ui, width: width}
	sign, words, k := e.status(s)
	w.add(span{st.strong, s.Title}, span{st.dim, "  " + s.Kind.Title})
	w.add(span{k, sign + " " + words})
	const column = 12
	say := func(label, text string) {
		if text != "" {
			w.text("", label, column, st.plain, text)
		}
	}
	if c := e.checked[s.ID]; c != nil {
		say("checked", c.at.Local().Format("2 Jan 2006 15:04"))
		for _, f := range c.Findings {
			sign, k := "▲", st.warn
			if f.Severity == connectors.Mistake {
				sign, k = "×", st.bad
			}
			where := strings.Join(slices.DeleteFunc([]string{f.Entity, f.Field}, func(s string) bool { return s == "" }), " / ")
			if where != "" {
				where += ": "
			}
			w.text(sign, "", 0, k, where+f.What)
		}
		if c.Mistakes > 0 && len(c.Findings) == 0 {
			w.text("", "", 0, st.dim, "Check it again (s) to read what they are.")
		}
	}
	w.heading("Who answers for it")
	say("owners", strings.Join(s.Owners, "; "))
	say("steward", s.Steward)
	say("producers", strings.Join(s.Producers, "; "))
	w.heading("The register")
	say("holds", s.Holds)
	say("purpose", s.Purpose)
	say("basis", string(s.Basis))
	say("retention", s.Retention)
	say("recipients", strings.Join(s.Recipients, "; "))
	say("source", s.Source)
	say("transfers", s.Transfers)
	say("automated", s.Automated)
	say("backups", s.Backups)
	if s.Last {
		say("order", "changed behind all others, since they are keyed from it")
	}
	say("task", s.Task)
	if c := e.checked[s.ID]; c != nil && len(c.Rights) > 0 {
		w.heading("What the account may do")
		for _, r := range c.Rights {
			w.text("", r.Entity, min(24, width*2/5), st.plain, r.May)
		}
	}
	if len(s.Entities) > 0 {
		w.heading("What of it is searched" + number(len(s.Entities)))
		for _, entity := range s.Entities {
			w.text("·", "", 0, st.plain, entity.Label+" ("+entity.Name+")")
		}
	}
	return w.lines
}

func (e *estate) hints() []key.Binding {
	k, a, h := e.ui.keyMap, e.ui.act, e.ui.house
	return []key.Binding{k.open, k.back, h.one, a.check, h.replay, a.hold, h.processing}
}

func (e *estate) commands() []group {
	k, a, h := e.ui.keyMap, e.ui.act, e.ui.house
	return []group{
		{"Systems", append([]command{
			{h.one, "Check the system against the register", e.checkOne},
			{a.check, "Check all systems against the register", e.check},
			{h.replay, "Replay: the system came back from a backup", e.askReplay},
			{a.hold, "Hold the system", e.hold},
			{h.suite, "Test the connector of the system on a scratch database", e.askSuite},
			{h.processing, "Write the record of processing activities to a file", e.askProcessing},
		}, told(k.open, k.back)...)},
		k.moving(),
	}
}
