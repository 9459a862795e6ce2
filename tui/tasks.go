package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
	"dossier/request/clock"
)

// tasks is the screen of what people have to do where the program cannot, by the day it is due.
type tasks struct {
	ui      *ui
	plan    string // the plan whose tasks are shown; "": all
	all     []desk.Task
	list    []desk.Task // of all, those that are shown
	every   bool        // those that are done too
	read    bool
	browser browser
}

// tasksMsg brings tasks.
type tasksMsg struct {
	tasks []desk.Task
	err   error
}

func newTasks(u *ui, plan string) *tasks {
	return &tasks{ui: u, plan: plan, every: plan != "", browser: browser{ui: u}}
}

func (t *tasks) surrounds() {}

func (t *tasks) enter() tea.Cmd {
	o := t.ui.office
	return o.answer(t, func() tea.Msg {
		list, err := o.desk.Tasks(o.long, t.plan)
		return tasksMsg{list, err}
	})
}

func (t *tasks) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tasksMsg:
		if msg.err != nil {
			t.ui.fail("The tasks cannot be read", msg.err, func(*app) tea.Cmd { return t.enter() })
			return nil
		}
		t.read, t.all = true, msg.tasks
		t.sift()
	case tea.KeyMsg:
		if !t.browser.update(msg, len(t.list)) && key.Matches(msg, t.ui.keyMap.back) {
			t.ui.then(leave)
		}
	}
	return nil
}

// sift shows the tasks that are to be done, or all.
func (t *tasks) sift() {
	t.list = slices.Clone(t.all)
	if !t.every {
		t.list = slices.DeleteFunc(t.list, func(one desk.Task) bool { return !one.Done.IsZero() })
	}
	t.browser.scroll.fit(len(t.list))
	t.browser.forget()
}

func (t *tasks) showEvery() tea.Cmd {
	t.every = !t.every
	t.sift()
	return nil
}

// askDone asks what came of the chosen task.
func (t *tasks) askDone() tea.Cmd {
	if t.browser.scroll.cursor >= len(t.list) {
		return nil
	}
	one := t.list[t.browser.scroll.cursor]
	if !one.Done.IsZero() {
		t.ui.fail("Not now", fmt.Errorf("the task was noted as done on %s by %s already", day(one.Done), one.By), nil)
		return nil
	}
	return t.ui.put(&asking{name: "Done: " + one.ID, text: one.Title + ": " + one.What,
		fields: []*field{textField("What came of it", "", "Such as: shredded; or: nothing was found").needed()},
		do: func(ctx context.Context, answers []string) error {
			_, err := t.ui.office.desk.EndTask(ctx, one.ID, answers[0])
			return err
		}, after: func(*app) tea.Cmd { return t.enter() }})
}

// askSent asks on which day the chosen notice was sent.
func (t *tasks) askSent() tea.Cmd {
	if t.browser.scroll.cursor >= len(t.list) {
		return nil
	}
	one := t.list[t.browser.scroll.cursor]
	if one.Kind != "notice" {
		t.ui.fail("Not now", errNoNotice, nil)
		return nil
	}
	return t.ui.put(&asking{name: "Sent: " + one.ID, text: "To " + orNobody(one.Steward) + ". Once it is acknowledged, or nothing more is expected, note it as done (d).",
		fields: []*field{dateField("Sent on", "", "Today at the latest").needed().on(t.ui.now().Format("02/01/2006"))},
		do: func(ctx context.Context, answers []string) error {
			sent, err := time.Parse(time.DateOnly, answers[0])
			if err != nil {
				return err
			}
			_, err = t.ui.office.desk.SendNotice(ctx, one.ID, sent)
			return err
		}, after: func(*app) tea.Cmd { return t.enter() }})
}

var errNoNotice = errors.New("it is work to be done, and no notice: note it as done (d)")

// left returns how many days a task has; false where it is done, or no day is set.
func (t *tasks) left(one desk.Task) (days int, ok bool) {
	by, err := time.Parse(time.DateOnly, one.Due)
	if err != nil || !one.Done.IsZero() {
		return 0, false
	}
	return int(clock.DayOf(by) - clock.DayOf(t.ui.now())), true
}

// due says by when a task is to be done, and how urgent that is.
func (t *tasks) due(one desk.Task) (string, ink) {
	s := t.ui.styles
	left, ok := t.left(one)
	switch {
	case one.Done.IsZero() && !one.Sent.IsZero():
		return "► sent " + day(one.Sent), s.plain
	case !one.Done.IsZero():
		return "● done " + day(one.Done), s.dim
	case !ok:
		return "○ no date", s.plain
	case left < 0:
		return "! " + plural(-left, "day") + " late", s.bad
	case left == 0:
		return "! due today", s.bad
	case left <= 7:
		return "! " + plural(left, "day") + " left", s.warn
	}
	return "○ " + plural(left, "day") + " left", s.plain
}

func (t *tasks) draw(q *pen, width, height int) {
	s := t.ui.styles
	waiting, late := 0, 0
	for _, one := range t.all {
		if one.Done.IsZero() {
			waiting++
			if left, ok := t.left(one); ok && left <= 0 {
				late++
			}
		}
	}
	of := "every plan"
	if t.plan != "" {
		of = t.plan
	}
	words, k := plural(waiting, "task")+" to do", s.plain
	if late > 0 {
		words, k = words+", "+count(late)+" due or late", s.bad
	}
	shown := "a shows all"
	if t.every {
		shown = "a shows those to do"
	}
	headline(q, width, func() {
		q.put(s.strong, "Tasks for people")
		q.gap(2)
		q.put(s.dim, of)
		q.gap(2)
		q.put(k, words)
	}, s.dim, shown)
	nothing := "Nothing to do."
	if !t.read {
		nothing = "Reading the tasks …"
	}
	t.browser.draw(q, width, height-1, browsed{title: "Tasks", one: "Task", lines: len(t.list), row: t.row, nothing: nothing,
		of: func(i int) any { return t.list[i].ID }, page: t.page})
}

func (t *tasks) row(q *pen, i int) {
	s, one := t.ui.styles, t.list[i]
	words, k := t.due(one)
	q.cell(k, words, 16)
	q.gap(1)
	q.cell(s.dim, map[bool]string{true: "notice", false: "work"}[one.Kind == "notice"], 7)
	q.cell(s.strong, one.Title, min(24, max(10, q.left/3)))
	q.gap(1)
	q.cell(s.plain, orNobody(one.Steward), min(20, max(8, q.left/3)))
	q.gap(1)
	q.put(s.dim, one.ID)
}

func (t *tasks) page(i, width int) []line {
	s, one := t.ui.styles, t.list[i]
	w := writer{ui: t.ui, width: width}
	words, k := t.due(one)
	w.add(span{s.strong, one.Title}, span{s.dim, "  " + one.ID})
	w.add(span{k, words})
	const column = 10
	w.text("", "for", column, s.plain, orNobody(one.Steward))
	if one.Due != "" {
		w.text("", "by", column, s.plain, one.Due)
	}
	if one.Kind == "notice" {
		w.heading("Draft of the notice")
		w.text("", "", 0, s.plain, t.ui.value(one.What))
	} else {
		w.text("", "do", column, s.plain, t.ui.value(one.What))
	}
	if len(one.Records) > 0 {
		w.heading("Records" + number(len(one.Records)))
	}
	for _, r := range one.Records {
		key := strings.Join(r.Key, ", ")
		if r.At != "" {
			key = r.At
		}
		w.text("·", "", 0, s.plain, r.Place+" / "+r.Entity+" / "+t.ui.value(key))
		for n, name := range r.Write.Names {
			w.text("", "  write", column, s.plain, name+": "+t.ui.value(r.Write.Values[n].String()))
		}
	}
	if !one.Done.IsZero() {
		w.heading("Done")
		w.text("", "on", column, s.plain, day(one.Done)+", says "+one.By)
		w.text("", "outcome", column, s.plain, one.Outcome)
	}
	return w.lines
}

func (t *tasks) hints() []key.Binding {
	k, a := t.ui.keyMap, t.ui.act
	if i := t.browser.scroll.cursor; i < len(t.list) && t.list[i].Kind == "notice" {
		return []key.Binding{k.open, a.sent, a.finish, a.every, k.back}
	}
	return []key.Binding{k.open, a.finish, a.every, k.back}
}

func (t *tasks) commands() []group {
	k, a := t.ui.keyMap, t.ui.act
	return []group{
		{"Tasks", append([]command{
			{a.finish, "Note the task as done", t.askDone},
			{a.sent, "Note the notice as sent", t.askSent},
			{a.every, "", t.showEvery},
			{a.reload, "", t.enter},
		}, told(k.open, k.back)...)},
		k.moving(),
	}
}
