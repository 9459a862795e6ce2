package tui

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// logPage is the screen of the whole log, with whether it is as it was written.
type logPage struct {
	ui       *ui
	request  string // only its entries; "": all
	entries  []desk.Entry
	read     bool
	report   *desk.LogReport // nil until it was verified
	tampered error           // why it could not be verified, or that it is not as it was written
	checking bool
	browser  browser
}

// entriesMsg brings the log.
type entriesMsg struct {
	request string
	entries []desk.Entry
	err     error
}

// logReportMsg brings what verifying the log found.
type logReportMsg struct {
	report desk.LogReport
	err    error
}

func newLogPage(u *ui) *logPage { return &logPage{ui: u, browser: browser{ui: u}} }

func (l *logPage) surrounds() {}

func (l *logPage) enter() tea.Cmd { return tea.Batch(l.reload(), l.verify()) }

// reload reads the entries, and goes to the newest.
func (l *logPage) reload() tea.Cmd {
	o, id := l.ui.office, l.request
	return o.answer(l, func() tea.Msg {
		list, err := o.desk.Log(o.long, id)
		return entriesMsg{id, list, err}
	})
}

// verify compares the log with its tree and its checkpoints.
func (l *logPage) verify() tea.Cmd {
	if l.checking {
		return nil
	}
	o := l.ui.office
	l.checking = true
	return o.answer(l, func() tea.Msg {
		report, err := o.desk.VerifyLog(o.long, "")
		return logReportMsg{report, err}
	})
}

func (l *logPage) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case entriesMsg:
		l.take(msg)
	case logReportMsg:
		l.checking, l.report, l.tampered = false, &msg.report, msg.err
	case tea.KeyMsg:
		if l.browser.update(msg, len(l.entries)) || !key.Matches(msg, l.ui.keyMap.back) {
			return nil
		}
		if l.request != "" {
			l.request = ""
			return l.reload()
		}
		l.ui.then(leave)
	}
	return nil
}

func (l *logPage) take(msg entriesMsg) {
	if msg.request != l.request {
		return
	}
	if msg.err != nil {
		l.ui.fail("The log cannot be read", msg.err, nil)
		return
	}
	l.read, l.entries = true, msg.entries
	slices.Reverse(l.entries) // the newest first
	l.browser.scroll.cursor, l.browser.scroll.offset = 0, 0
	l.browser.forget()
}

// askRequest asks of which request the entries are shown.
func (l *logPage) askRequest() tea.Cmd {
	return l.ui.put(&asking{name: "The log of one request", fields: []*field{textField("Request", "", "Its id, such as SAR-2026-0001; empty: all").on(l.request)},
		take: func(answers []string) tea.Cmd {
			l.request = strings.ToUpper(answers[0])
			return l.reload()
		}})
}

// state tells whether the log is as it was written.
func (l *logPage) state() (string, ink) {
	s := l.ui.styles
	switch {
	case l.checking:
		return "► comparing every entry with its tree …", s.accent
	case l.tampered != nil && l.report != nil && len(l.report.Problems) > 0:
		return "× not as it was written: " + plural(len(l.report.Problems), "problem") + ", the first: " + l.report.Problems[0].What, s.bad
	case l.tampered != nil:
		return "× not verified: " + l.tampered.Error(), s.bad
	case l.report != nil:
		return "● as it was written: " + count(int(l.report.Entries)) + " entries" + ", root " + l.report.Root, s.good
	}
	return "", s.dim
}

func (l *logPage) draw(q *pen, width, height int) {
	s := l.ui.styles
	of := "everything"
	if l.request != "" {
		of = "only " + l.request
	}
	headline(q, width, func() {
		q.put(s.strong, "Log")
		q.gap(2)
		q.put(s.plain, of)
	}, s.dim, "/ shows one request")
	state, k := l.state()
	headline(q, width, func() { q.put(k, state) }, s.dim, "")
	nothing := "No entries."
	if !l.read {
		nothing = "Reading the log …"
	}
	l.browser.draw(q, width, height-2, browsed{title: "Entries", one: "Entry", lines: len(l.entries), row: l.row, nothing: nothing,
		of: func(i int) any { return l.entries[i].Seq }, page: l.page})
}

func (l *logPage) row(q *pen, i int) {
	s, e := l.ui.styles, l.entries[i]
	q.cell(s.dim, e.Time.Local().Format("02/01/06 15:04:05"), 18)
	q.cell(s.plain, e.What, 20)
	q.gap(1)
	q.cell(s.strong, e.Request, 14)
	q.gap(1)
	system := ""
	if e.System != "" {
		system = l.ui.system(e.System)
	}
	q.cell(s.plain, system, min(18, q.left/2))
	q.gap(1)
	q.put(s.dim, e.Operator)
}

func (l *logPage) page(i, width int) []line {
	s, e := l.ui.styles, l.entries[i]
	w := writer{ui: l.ui, width: width}
	w.add(span{s.strong, capital(e.What)})
	const column = 10
	w.text("", "number", column, s.plain, count(int(e.Seq)))
	w.text("", "time", column, s.plain, e.Time.Local().Format("2 Jan 2006 15:04:05"))
	w.text("", "operator", column, s.plain, e.Operator)
	if e.Request != "" {
		w.text("", "request", column, s.plain, e.Request)
	}
	if e.System != "" {
		w.text("", "system", column, s.plain, l.ui.system(e.System))
	}
	if len(e.Details) == 0 {
		return w.lines
	}
	w.heading("Details")
	var details map[string]any
	if json.Unmarshal(e.Details, &details) != nil {
		w.text("", "", 0, s.plain, string(e.Details))
		return w.lines
	}
	for _, name := range slices.Sorted(maps.Keys(details)) {
		text, ok := details[name].(string)
		if !ok {
			b, _ := json.Marshal(details[name])
			text = string(b)
		}
		w.text("", name, min(20, width*2/5), s.plain, text)
	}
	return w.lines
}

func (l *logPage) hints() []key.Binding {
	k, a := l.ui.keyMap, l.ui.act
	return []key.Binding{k.open, a.filter, a.verify, k.back}
}

func (l *logPage) commands() []group {
	k, a := l.ui.keyMap, l.ui.act
	return []group{
		{"Log", append([]command{
			{a.filter, "The log of one request", l.askRequest},
			{a.verify, "Verify the log", l.verify},
			{a.reload, "", l.reload},
		}, told(k.open, k.back)...)},
		k.moving(),
	}
}
