package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// actKeys are the keys of the screens that change systems, and of those that show what stands around the requests.
type actKeys struct {
	requests, tasks, estate, holds, log, figures key.Binding // everywhere

	plans, newPlan, hold, notice, reload                key.Binding
	approve, apply, goOn, pause, verify, diff, planTask key.Binding
	certify, notices, sent                              key.Binding
	finish, lift, check, filter, every                  key.Binding
	accept, cancel                                      key.Binding
}

func newActKeys() *actKeys {
	bind := func(help, what string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
	}
	return &actKeys{
		requests: bind("1", "requests", "1", "f1"),
		tasks:    bind("2", "tasks for people", "2", "f2"),
		estate:   bind("3", "systems", "3", "f3"),
		holds:    bind("4", "holds", "4", "f4"),
		log:      bind("5", "log", "5", "f5"),
		figures:  bind("6", "figures", "6", "f6"),

		plans:   bind("p", "plans", "p"),
		newPlan: bind("n", "new plan", "n"),
		hold:    bind("o", "hold", "o"),
		notice:  bind("t", "note that the person was told of the lift", "t"),
		reload:  bind("r", "read again", "r"),

		approve:  bind("a", "approve", "a"),
		apply:    bind("x", "carry out", "x"),
		goOn:     bind("x", "go on", "x"),
		pause:    bind("p", "pause", "p"),
		verify:   bind("v", "verify", "v"),
		diff:     bind("d", "differences from the plan before", "d"),
		planTask: bind("t", "its tasks", "t"),

		certify: bind("c", "certificate", "c"),
		notices: bind("w", "draft its notices", "w"),
		sent:    bind("w", "note the notice as sent", "w"),

		finish: bind("d", "note it as done", "d"),
		lift:   bind("x", "lift", "x"),
		check:  bind("c", "check all systems", "c"),
		filter: bind("/", "only one request", "/"),
		every:  bind("a", "all or only those to do", "a"),

		accept: bind("enter", "go on", "enter"),
		cancel: bind("esc", "cancel", "esc"),
	}
}

// around are the screens around the requests, from everywhere.
func (a *app) around() group {
	u, k := a.ui, a.ui.act
	to := func(s func() visited) func() tea.Cmd {
		return func() tea.Cmd { u.visit(s()); return nil }
	}
	return group{"Around the requests", []command{
		{k.requests, "Requests", func() tea.Cmd { a.screens = a.screens[:1]; return u.office.requests() }},
		{k.tasks, "Tasks for people", to(func() visited { return newTasks(u, "") })},
		{k.estate, "Systems", to(func() visited { return newEstate(u) })},
		{k.holds, "Holds", to(func() visited { return newHolds(u) })},
		{k.log, "Log", to(func() visited { return newLogPage(u) })},
		{k.figures, "Figures for the board", to(func() visited { return newFigures(u) })},
		{u.batch.batches, "Batches", to(func() visited { return newBatches(u) })},
		{u.house.incidents, "Incidents", to(func() visited { return newIncidents(u) })},
		{u.house.operators, "Operators", to(func() visited { return newOperators(u) })},
		{u.house.tools, "Tools: search without a request, proofs, matching", to(func() visited { return newTools(u) })},
	}}
}

// visited is a screen that reads what it shows whenever it comes into sight.
type visited interface {
	screen
	enter() tea.Cmd
}

// visit shows a screen.
func (u *ui) visit(s visited) {
	u.then(func(a *app) tea.Cmd {
		if _, around := s.(surrounding); around {
			if _, same := a.top().(surrounding); same { // from one to the next: back leads to where the first was called
				a.screens = a.screens[:len(a.screens)-1]
			}
		}
		a.screens = append(a.screens, s)
		return s.enter()
	})
}

// leave goes to the screen behind, which reads again what it shows.
func leave(a *app) tea.Cmd {
	a.screens = a.screens[:len(a.screens)-1]
	if v, ok := a.top().(visited); ok {
		return v.enter()
	}
	return a.ui.office.requests()
}

// surrounding is a screen of what stands around the requests.
type surrounding interface{ surrounds() }
