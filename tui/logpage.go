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
	entries  *logEntries
	older    string          // a file with an older checkpoint that the log was compared with; "": none
	report   *desk.LogReport // nil until it was verified
	tampered error           // why it could not be verified, or that it is not as it was written
	checking bool
	browser  browser
}

// logReportMsg brings what verifying the log found.
type logReportMsg struct {
	report desk.LogReport
	err    error
}

func newLogPage(u *ui) *logPage {
	return &logPage{ui: u, entries: newLogEntries(""), browser: browser{ui: u}}
}

func (l *logPage) surrounds() {}

func (l *logPage) enter() tea.Cmd { return tea.Batch(l.reload(), l.verify()) }

// reload reads the newest entries, and goes to the first of them.
func (l *logPage) reload() tea.Cmd { return l.show(l.entries.request) }

// show reads the entries of a request, or all.
func (l *logPage) show(request string) tea.Cmd {
	l.entries = newLogEntries(request)
	l.browser.scroll.cursor, l.browser.scroll.offset = 0, 0
	l.browser.forget()
	return l.entries.portion(l.ui.office, l, 0)
}

// look asks for the entries in sight.
func (l *logPage) look(int) tea.Cmd {
	return l.entries.want(l.ui.office, l, l.browser.scroll.offset, l.browser.scroll.height)
}

// verify compares the log with its tree and its checkpoints.
func (l *logPage) verify() tea.Cmd {
	if l.checking {
		return nil
	}
	o, older := l.ui.office, l.older
	l.checking = true
	return o.answer(l, func() tea.Msg {
		if older != "" {
			path, err := whole(older)
			if err != nil {
				return logReportMsg{err: err}
			}
			older = path
		}
		report, err := o.desk.VerifyLog(o.long, older)
		return logReportMsg{report, err}
	})
}

func (l *logPage) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case entriesMsg:
		if msg.of != l.entries {
			return nil
		}
		if l.entries.take(msg); msg.err != nil {
			l.ui.fail("The log cannot be read", msg.err, func(*app) tea.Cmd { return l.reload() })
		}
		l.browser.forget()
	case logReportMsg:
		l.checking, l.report, l.tampered = false, &msg.report, msg.err
	case tea.KeyMsg:
		if l.browser.update(msg, l.entries.total) || !key.Matches(msg, l.ui.keyMap.back) {
			return nil
		}
		if l.entries.request != "" {
			return l.show("")
		}
		l.ui.then(leave)
	}
	return nil
}

// askRequest asks of which request the entries are shown.
func (l *logPage) askRequest() tea.Cmd {
	return l.ui.put(&asking{name: "The log of one request", fields: []*field{textField("Request", "", "Its id, such as SAR-2026-0001; empty: all").on(l.entries.request)},
		take: func(answers []string) tea.Cmd { return l.show(strings.ToUpper(answers[0])) }})
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
		against := ""
		if l.older != "" {
			against = ", and the older checkpoint stands in it"
		}
		return "● as it was written: " + count(int(l.report.Entries)) + " entries" + against + ", root " + l.report.Root, s.good
	}
	return "", s.dim
}

func (l *logPage) draw(q *pen, width, height int) {
	s := l.ui.styles
	of := "everything"
	if l.entries.request != "" {
		of = "only " + l.entries.request
	}
	headline(q, width, func() {
		q.put(s.strong, "Log")
		q.gap(2)
		q.put(s.plain, of)
	}, s.dim, "/ shows one request")
	state, k := l.state()
	headline(q, width, func() { q.put(k, state) }, s.dim, "")
	nothing := "No entries."
	if !l.entries.read {
		nothing = "Reading the log …"
	}
	l.browser.draw(q, width, height-2, browsed{title: "Entries", one: "Entry", lines: l.entries.total, row: l.row, nothing: nothing,
		of: func(i int) any { return l.entries.at(i) }, page: l.page})
}

func (l *logPage) row(q *pen, i int) {
	s, e := l.ui.styles, l.entries.at(i)
	if e == nil {
		q.put(s.dim, "…")
		return
	}
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
	s, e := l.ui.styles, l.entries.at(i)
	if e == nil {
		return nil
	}
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
	k, a, h := l.ui.keyMap, l.ui.act, l.ui.house
	return []key.Binding{k.open, k.back, a.filter, a.verify, h.prove, h.proof}
}

func (l *logPage) commands() []group {
	k, a, h := l.ui.keyMap, l.ui.act, l.ui.house
	return []group{
		{"Log", append([]command{
			{a.filter, "The log of one request", l.askRequest},
			{a.verify, "Verify the log", l.verify},
			{h.older, "Verify the log against an older checkpoint", l.askOlder},
			{h.prove, "Prove the entry: write its proof to a file", l.askProve},
			{h.proof, "Check a proof of the log", func() tea.Cmd { return l.ui.askProof() }},
			{a.reload, "", l.reload},
		}, told(k.open, k.back)...)},
		k.moving(),
	}
}
