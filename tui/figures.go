package tui

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
	"dossier/request"
	"dossier/request/clock"
)

// figures is the screen of what a board is told: numbers alone, and nobody's name.
type figures struct {
	ui     *ui
	year   int       // of receipt; 0: all, or the days between
	from   clock.Day // of receipt, where a period was asked for
	to     clock.Day
	data   *desk.Figures
	page   page
	width  int
	styles *styles
}

// figuresMsg brings the figures of a period.
type figuresMsg struct {
	from    clock.Day
	to      clock.Day
	figures desk.Figures
	err     error
}

func newFigures(u *ui) *figures { return &figures{ui: u, year: u.now().Year()} }

func (f *figures) surrounds() {}

func (f *figures) enter() tea.Cmd {
	o := f.ui.office
	from, to := f.days()
	return o.answer(f, func() tea.Msg {
		data, err := o.desk.Figures(o.long, from, to)
		return figuresMsg{from, to, data, err}
	})
}

// days returns the first and the last day of the period; none: all.
func (f *figures) days() (from, to clock.Day) {
	if f.year != 0 {
		return clock.On(f.year, 1, 1), clock.On(f.year, 12, 31)
	}
	return f.from, f.to
}

// period says of which days the figures are.
func (f *figures) period() string {
	on := func(d clock.Day) string { return d.Time().Format("2 Jan 2006") }
	switch {
	case f.year != 0:
		return "received in " + strconv.Itoa(f.year)
	case f.from != 0 && f.to != 0:
		return "received from " + on(f.from) + " to " + on(f.to)
	case f.from != 0:
		return "received since " + on(f.from)
	case f.to != 0:
		return "received until " + on(f.to)
	}
	return "all years"
}

// askPeriod asks of which days of receipt the figures are.
func (f *figures) askPeriod() tea.Cmd {
	return f.ui.put(&asking{name: "Figures of a period", fields: []*field{dateField("From", "", "The first day of receipt; empty: from the beginning"), dateField("To", "", "The last day of receipt; empty: until now")},
		take: func(answers []string) tea.Cmd {
			f.year, f.from, f.to = 0, dayOf(answers[0]), dayOf(answers[1])
			return f.enter()
		}})
}

// askFile asks where the figures are written.
func (f *figures) askFile() tea.Cmd {
	from, to := f.days()
	return f.ui.askFile("Write the figures", "Those "+f.period()+": numbers alone.", "figures.txt", "Its end says the form: .txt to read and print, .json",
		func(ctx context.Context, path string) error {
			return f.ui.office.desk.WriteFigures(ctx, from, to, path)
		})
}

func (f *figures) update(msg tea.Msg) tea.Cmd {
	k := f.ui.keyMap
	switch msg := msg.(type) {
	case figuresMsg:
		if msg.err != nil {
			f.ui.fail("The figures cannot be read", msg.err, nil)
		} else if from, to := f.days(); msg.from == from && msg.to == to {
			f.data, f.width = &msg.figures, 0
		}
	case tea.KeyMsg:
		switch {
		case key.Matches(msg, k.back):
			f.ui.then(leave)
		case key.Matches(msg, f.ui.house.earlier):
			return f.turn(-1)
		case key.Matches(msg, f.ui.house.later):
			return f.turn(1)
		default:
			f.page.update(k, msg)
		}
	}
	return nil
}

// turn goes to the year before or after; behind this one come all years together.
func (f *figures) turn(by int) tea.Cmd {
	now := f.ui.now().Year()
	f.from, f.to = 0, 0
	switch {
	case f.year == 0 && by < 0:
		f.year = now
	case f.year == 0:
		return nil
	case f.year == now && by > 0:
		f.year = 0
	default:
		f.year += by
	}
	return f.enter()
}

func (f *figures) draw(q *pen, width, height int) {
	s := f.ui.styles
	headline(q, width, func() {
		q.put(s.strong, "Figures")
		q.gap(2)
		q.put(s.plain, f.period())
	}, s.dim, "← → another year")
	q.part(width)
	q.put(s.accent, "━━ Requests ")
	q.rule(s.accent, true)
	q.end()
	if f.data != nil && (f.width != width || f.styles != s) {
		f.make(width)
	}
	row := indented(&f.page, height-2)
	for y := range height - 2 {
		q.newline()
		q.part(width)
		if f.data == nil && y == 1 {
			q.gap(2)
			q.put(s.plain, "Counting …")
		} else {
			row(q, y)
		}
		q.end()
	}
}

// figureColumn is a column of the table of requests.
type figureColumn struct {
	title  string
	narrow bool // it is shown in a narrow window too
	value  func(desk.Figure) int
}

var figureColumns = []figureColumn{
	{"received", true, func(f desk.Figure) int { return f.Received }},
	{"open", true, func(f desk.Figure) int { return f.Open }},
	{"overdue", true, func(f desk.Figure) int { return f.Overdue }},
	{"paused", false, func(f desk.Figure) int { return f.Paused }},
	{"ended", false, func(f desk.Figure) int { return f.Ended }},
	{"in time", true, func(f desk.Figure) int { return f.InTime }},
	{"late", true, func(f desk.Figure) int { return f.Late }},
	{"median", false, func(f desk.Figure) int { return f.Median }},
	{"9 in 10", false, func(f desk.Figure) int { return f.P90 }},
}

// make makes the page of the figures.
func (f *figures) make(width int) {
	f.width, f.styles = width, f.ui.styles
	s, d := f.ui.styles, f.data
	w := writer{ui: f.ui, width: width - 2}
	const column = 10
	columns := slices.Clone(figureColumns)
	if w.width < 28+len(columns)*column {
		columns = slices.DeleteFunc(columns, func(c figureColumn) bool { return !c.narrow })
	}
	label := min(44, w.width-len(columns)*column)
	head := line{{s.dim, pad("", label)}}
	for _, c := range columns {
		head = append(head, span{s.dim, flushRight(c.title, column)})
	}
	w.lines = append(w.lines, head)
	row := func(name string, of desk.Figure, k ink) {
		l := line{{k, fit(name, label)}}
		for _, c := range columns {
			n, ink := c.value(of), k
			if n > 0 && (c.title == "overdue" || c.title == "late") {
				ink = s.bad
			}
			l = append(l, span{ink, flushRight(count(n), column)})
		}
		w.lines = append(w.lines, l)
	}
	row("all", d.Total, s.strong)
	w.add()
	for _, k := range d.Kinds {
		row(request.Kind(k.Of).Title(), k, s.plain)
	}
	w.add()
	for _, m := range d.Months {
		row(m.Of, m, s.plain)
	}
	w.text("", "", 0, s.dim, "From receipt to the end it took "+plural(d.Total.Median, "day")+" at the median, and at most "+plural(d.Total.P90, "day")+" for nine in ten.")
	w.heading("How they ended")
	for _, outcome := range slices.Sorted(maps.Keys(d.Total.Outcomes)) {
		w.text("", outcome, 14, s.plain, count(d.Total.Outcomes[outcome]))
	}
	w.heading("Around the requests")
	say := func(label, text string, bad bool) {
		k := s.plain
		if bad {
			k, text = s.bad, "! "+text
		}
		w.text("", label, 14, k, text)
	}
	say("complaints", count(d.Complaint.Received)+", "+count(d.Complaint.Open)+" not answered", d.Complaint.Open > 0)
	say("incidents", count(d.Incidents.Recorded)+", "+count(d.Incidents.Open)+" open, "+count(d.Incidents.Told)+" told to the authority, "+count(d.Incidents.Late)+" of them late",
		d.Incidents.Late+d.Incidents.Overdue > 0)
	say("tasks", count(d.Tasks.Work)+" to do, "+count(d.Tasks.Overdue)+" of them late", d.Tasks.Overdue > 0)
	say("notices", count(d.Tasks.Unsent)+" to send, "+count(d.Tasks.Awaited)+" not acknowledged", false)
	say("holds", count(d.Holds)+" standing", false)
	f.page.lines = w.lines
}

// flushRight sets text at the right end of a column, cut where it is too long.
func flushRight(text string, width int) string {
	if cells(text) > width-1 {
		text = cut(text, width-1)
	}
	return pad("", width-cells(text)) + text
}

func (f *figures) hints() []key.Binding {
	k, h := f.ui.keyMap, f.ui.house
	return []key.Binding{h.earlier, h.later, k.back, h.period, h.write}
}

func (f *figures) commands() []group {
	k, h := f.ui.keyMap, f.ui.house
	return []group{{"Figures", append([]command{{h.period, "Figures of a period", f.askPeriod}, {h.write, "Write the figures to a file", f.askFile}, {f.ui.act.reload, "", f.enter}}, told(h.earlier, h.later, k.back)...)}, f.ui.keyMap.moving()}
}
