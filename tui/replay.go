package tui

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
	"dossier/request"
)

// replay is the screen of a system that came back from a backup: how far it was read, which records answer to what plans have done
// before, and the plans to do it again.
type replay struct {
	ui      *ui
	system  *connectors.System
	new     desk.NewReplay
	begun   bool
	stream  *stream // nil: it does not run
	read    int64   // records
	found   int     // lines that were told
	lines   []desk.PlanLine
	cover   *locate.Coverage
	planned *desk.BatchPlanned
	against []desk.PlanProblem
	failed  error
	browser browser
}

// keptLines is how many lines of a replay are listed here; its plans have all of them.
const keptLines = 1000

// askReplay asks why the chosen system is read, and reads it.
func (e *estate) askReplay() tea.Cmd {
	s := e.systems[e.browser.scroll.cursor]
	if s.Manual() {
		e.ui.fail("Not here", errors.New("people work "+s.Title+": the program keeps no traces of what they did in it"), nil)
		return nil
	}
	return askReplay(e.ui, s, desk.NewReplay{}, func(n desk.NewReplay) {
		e.ui.visit(&replay{ui: e.ui, system: s, new: n, browser: browser{ui: e.ui}})
	})
}

func askReplay(u *ui, s *connectors.System, before desk.NewReplay, then func(desk.NewReplay)) tea.Cmd {
	return u.put(&asking{name: s.Title + " came back from a backup", text: "It is read from end to end. Keyed traces tell which of its records plans have erased, restricted or corrected before; " +
		"the same is planned again. Nothing is written: each plan is approved before it is carried out.",
		fields: []*field{
			textField("Why", "", "For the log, without personal data, such as: restored after a failed disk").needed().on(before.Reason),
			textField("Despite", "", "Only after a refusal: why it is planned all the same though the system could not be read whole, or far more would be changed than ever was").on(before.Despite),
		},
		take: func(answers []string) tea.Cmd {
			then(desk.NewReplay{System: s.ID, Reason: answers[0], Despite: answers[1]})
			return nil
		}})
}

// enter starts to read, when the screen is opened.
func (r *replay) enter() tea.Cmd {
	if r.begun {
		return nil
	}
	r.begun = true
	r.read, r.found, r.lines, r.cover, r.planned, r.against, r.failed = 0, 0, nil, nil, nil, nil, nil
	var cmd tea.Cmd
	n := r.new
	r.stream, cmd = r.ui.office.start(r, func(ctx context.Context) iter.Seq2[desk.Event, error] { return r.ui.office.desk.Replay(ctx, n) })
	return cmd
}

func (r *replay) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case streamMsg:
		return r.streamed(msg)
	case tea.KeyMsg:
		switch {
		case r.browser.update(msg, r.rows()) || !key.Matches(msg, r.ui.keyMap.back):
		case r.stream != nil:
			r.stream.halt()
		default:
			r.ui.then(leave)
		}
	}
	return nil
}

func (r *replay) streamed(msg streamMsg) tea.Cmd {
	if msg.of != r.stream {
		return nil
	}
	for _, e := range msg.events {
		switch e := e.(type) {
		case desk.Progress:
			r.read = e.Records
		case desk.Coverage:
			r.cover = &e.Coverage
		case desk.PlanLine:
			if r.found++; len(r.lines) < keptLines {
				r.lines = append(r.lines, e)
			}
		case desk.BatchPlanned:
			r.planned = &e
		case desk.PlanProblem:
			r.against = append(r.against, e)
		}
	}
	r.browser.forget()
	if !msg.ended {
		return r.ui.office.next(msg.of)
	}
	r.ended(msg.of)
	return nil
}

// ended tells how it ended.
func (r *replay) ended(s *stream) {
	r.stream = nil
	switch {
	case s.halted.Load():
		r.failed = errStopped
	case r.planned == nil:
		r.failed = s.err
	}
	if len(r.against) > 0 {
		r.ui.then(func(a *app) tea.Cmd {
			if a.top() == screen(r) {
				r.showReasons()
			}
			return nil
		})
	}
}

// showReasons shows what speaks against the replay.
func (r *replay) showReasons() tea.Cmd {
	if len(r.against) == 0 {
		r.ui.fail("Not now", errors.New("nothing speaks against it"), nil)
		return nil
	}
	r.ui.visit(newRefusal(r.ui, request.Request{ID: "Replay of " + r.system.Title}, r.against))
	return nil
}

// again reads the system again, with another reason where one is given.
func (r *replay) again() tea.Cmd {
	if r.stream != nil {
		return nil
	}
	return askReplay(r.ui, r.system, r.new, func(n desk.NewReplay) {
		r.new, r.begun = n, false
		r.ui.then(func(*app) tea.Cmd { return r.enter() })
	})
}

// plans are those that the replay has made.
func (r *replay) plans() []desk.Planned {
	if r.planned == nil {
		return nil
	}
	return r.planned.Plans
}

func (r *replay) rows() int { return len(r.plans()) + len(r.lines) }

// openPlan opens the plan under the cursor.
func (r *replay) openPlan() tea.Cmd {
	p := r.plans()[r.browser.scroll.cursor]
	r.ui.openPlan(request.Request{ID: r.planned.Batch}, p.Plan, "", &p)
	return nil
}

// onPlan reports whether the cursor is on a plan.
func (r *replay) onPlan() bool {
	return !r.browser.onDetail && r.browser.scroll.cursor < len(r.plans())
}

// state says how far it is.
func (r *replay) state() (string, ink) {
	s := r.ui.styles
	records := func(n int) string { return plural(n, "record") }
	switch b := r.planned; {
	case r.stream != nil && r.cover == nil:
		return "► reading: " + records(int(r.read)) + " read", s.accent
	case r.stream != nil:
		return "► planning: " + records(int(r.read)) + " read, " + records(r.cover.Records) + " found, " + plural(r.found, "line") + " so far", s.accent
	case len(r.against) > 0:
		return "× refused, nothing is planned: " + plural(len(r.against), "reason") + " (d)", s.bad
	case errors.Is(r.failed, errStopped):
		return "▲ stopped: nothing is planned", s.warn
	case r.failed != nil:
		return "× " + r.failed.Error(), s.bad
	case b == nil:
		return "", s.dim
	case b.People == 0:
		return "● " + records(int(r.read)) + " read: none answers to what was done before", s.good
	default:
		words := count(int(r.read)) + " read, " + count(b.People) + " answer to a trace: " + count(b.Planned) + " planned, " + count(b.Nothing) + " unchanged"
		if b.Aside > 0 {
			return "▲ " + words + ", " + count(b.Aside) + " set aside", s.warn
		}
		return "● " + words, s.good
	}
}

// next tells what the replay waits for.
func (r *replay) next() string {
	switch b := r.planned; {
	case r.stream != nil:
		return "esc stops"
	case len(r.against) > 0 || r.failed != nil:
		return "next: read again (b)"
	case len(r.plans()) > 0:
		return "next: open the plan (enter), and approve it"
	case b != nil && b.Aside > 0:
		return "next: see who was set aside (7, " + b.Batch + ")"
	case b != nil:
		return "nothing is to be done"
	}
	return ""
}

func (r *replay) draw(q *pen, width, height int) {
	s := r.ui.styles
	batch := ""
	if r.planned != nil {
		batch = r.planned.Batch
	}
	headline(q, width, func() {
		q.put(s.strong, r.system.Title)
		q.gap(2)
		q.put(s.plain, "came back from a backup")
	}, s.dim, batch)
	state, k := r.state()
	headline(q, width, func() { q.put(k, state) }, s.dim, "")
	headline(q, width, func() { q.put(s.warn, r.gaps()) }, s.accent, r.next())
	nothing := ""
	if r.stream != nil {
		nothing = "Reading " + r.system.Title + " from end to end …"
	}
	r.browser.draw(q, width, height-3, browsed{title: "What answers to a trace", one: "Detail", lines: r.rows(), row: r.row, nothing: nothing,
		of: func(i int) any { return i }, page: r.page})
}

// gaps says what of the system could not be read.
func (r *replay) gaps() string {
	if r.cover == nil || len(r.cover.Gaps) == 0 {
		return ""
	}
	return "! not read whole: " + gapWords(r.cover.Gaps[0])
}

func (r *replay) row(q *pen, i int) {
	s := r.ui.styles
	if plans := r.plans(); i < len(plans) {
		p := plans[i]
		q.put(s.accent, "→ ")
		q.cell(s.strong, p.Plan, 20)
		q.put(s.plain, capital(actionWords(p.Action))+": "+plural(p.Changes, "change")+" of "+plural(p.Lines, "line"))
		return
	}
	l := &r.lines[i-len(r.plans())]
	sign, words, k := r.ui.doesWords(l)
	label, key := r.ui.lineName(l)
	q.put(k, sign)
	q.gap(1)
	q.cell(k, words, 14)
	q.put(s.plain, label)
	q.gap(1)
	q.put(s.dim, key)
}

func (r *replay) page(i, width int) []line {
	plans := r.plans()
	if i >= len(plans) {
		return r.ui.linePage(&r.lines[i-len(plans)], width)
	}
	p, s := plans[i], r.ui.styles
	w := writer{ui: r.ui, width: width}
	w.add(span{s.strong, p.Plan})
	words := capital(actionWords(p.Action))
	if p.Ground != "" {
		words += ", Article " + strings.ReplaceAll(p.Ground, ", ", " and ")
	}
	w.text("", "", 0, s.plain, words+". enter opens it: it is approved, carried out and verified like any plan.")
	for _, total := range p.Systems {
		w.heading(total.Title)
		for _, d := range doesOrder {
			for does, n := range total.Does {
				if string(does) == d.does && n > 0 {
					w.text("", count(n), 12, s.plain, d.words)
				}
			}
		}
	}
	if r.found > len(r.lines) {
		w.add()
		w.text("", "", 0, s.dim, "Only the first "+plural(keptLines, "line")+" are listed beside it: the plan has all "+count(r.found)+".")
	}
	return w.lines
}

func (r *replay) hints() []key.Binding {
	k, h := r.ui.keyMap, r.ui.house
	switch {
	case r.stream != nil:
		return []key.Binding{k.back}
	case r.onPlan():
		return []key.Binding{h.openPlan, k.next, k.back}
	case len(r.against) > 0:
		return []key.Binding{h.replay, r.ui.house.reasons, k.back}
	}
	return []key.Binding{k.open, h.replay, k.back}
}

func (r *replay) commands() []group {
	k, h := r.ui.keyMap, r.ui.house
	var deeds []command
	if r.onPlan() {
		deeds = append(deeds, command{h.openPlan, "", r.openPlan})
	}
	return []group{
		{"Replay", append(append(deeds, command{h.replay, "Read the system again", r.again}, command{h.reasons, "", r.showReasons}), told(k.next, k.open, k.back)...)},
		k.moving(),
	}
}
