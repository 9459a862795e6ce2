package tui

import (
	"context"
	"errors"
	"iter"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
)

// suite is the screen of a connector that is tested: each case of the conformance suite, and how it went.
type suite struct {
	ui      *ui
	system  *connectors.System
	stream  *stream // nil: it does not run
	begun   bool
	cases   []desk.Tested
	passed  *desk.Passed
	failed  error
	browser browser
}

// askSuite has the id of the chosen system typed, and tests its connector.
func (e *estate) askSuite() tea.Cmd {
	s := e.systems[e.browser.scroll.cursor]
	if s.Manual() {
		e.ui.fail("Not here", errors.New(s.Title+" is worked by people: there is no connector to test"), nil)
		return nil
	}
	return e.ui.put(&asking{name: "Test the connector of " + s.Title, warn: true,
		text:   "The suite makes, changes and drops tables of its own: only on scratch databases that hold nothing else. Where the system holds any other table it is refused.",
		fields: []*field{textField("Type "+s.ID, "", "Its id in the register").exactly(s.ID)},
		take: func([]string) tea.Cmd {
			e.ui.visit(&suite{ui: e.ui, system: s, browser: browser{ui: e.ui}})
			return nil
		}})
}

func (s *suite) enter() tea.Cmd {
	if s.begun {
		return nil
	}
	s.begun = true
	var cmd tea.Cmd
	s.stream, cmd = s.ui.office.start(s, func(ctx context.Context) iter.Seq2[desk.Event, error] {
		return s.ui.office.desk.TestConnector(ctx, s.system.ID)
	})
	return cmd
}

func (s *suite) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case streamMsg:
		for _, e := range msg.events {
			switch e := e.(type) {
			case desk.Tested:
				s.cases = append(s.cases, e)
			case desk.Passed:
				s.passed = &e
			}
		}
		if !msg.ended {
			return s.ui.office.next(msg.of)
		}
		if s.stream, s.failed = nil, msg.of.err; msg.of.halted.Load() {
			s.failed = errStopped
		}
	case tea.KeyMsg:
		switch {
		case s.browser.update(msg, len(s.cases)) || !key.Matches(msg, s.ui.keyMap.back):
		case s.stream != nil:
			s.stream.halt()
		default:
			s.ui.then(leave)
		}
	}
	return nil
}

// state says how far the test is.
func (s *suite) state() (string, ink) {
	st := s.ui.styles
	switch {
	case s.stream != nil:
		return "► " + plural(len(s.cases), "case") + " so far (esc stops)", st.accent
	case s.passed != nil && s.passed.Tested != "":
		return "● passed; write into the register: tested = \"" + s.passed.Tested + "\"", st.good
	case s.passed != nil:
		return "● passed", st.good
	case s.failed != nil:
		return "× " + s.failed.Error(), st.bad
	}
	return "", st.dim
}

func (s *suite) draw(q *pen, width, height int) {
	st := s.ui.styles
	headline(q, width, func() {
		q.put(st.strong, s.system.Title)
		q.gap(2)
		q.put(st.plain, "conformance suite")
	}, st.dim, s.system.Kind.Title)
	words, k := s.state()
	headline(q, width, func() { q.put(k, words) }, st.dim, "")
	s.browser.draw(q, width, height-2, browsed{title: "Cases", one: "Case", lines: len(s.cases), row: s.row, nothing: "No case yet.",
		of: func(i int) any { return i }, page: s.page})
}

// result says how a case went.
func (s *suite) result(t desk.Tested) (sign string, k ink) {
	st := s.ui.styles
	switch t.Result {
	case "passed":
		return "●", st.good
	case "failed":
		return "×", st.bad
	}
	return "–", st.dim
}

func (s *suite) row(q *pen, i int) {
	t := s.cases[i]
	sign, k := s.result(t)
	q.put(k, sign)
	q.gap(1)
	q.cell(k, t.Result, 9)
	q.gap(1)
	q.put(s.ui.styles.plain, t.Case)
}

func (s *suite) page(i, width int) []line {
	t, st := s.cases[i], s.ui.styles
	w := writer{ui: s.ui, width: width}
	sign, k := s.result(t)
	w.add(span{st.strong, visible(t.Case)})
	w.add(span{k, sign + " " + t.Result})
	w.text("", "", 0, st.plain, t.What)
	if t.Why != "" {
		w.heading("Why")
		w.text("", "", 0, k, t.Why)
	}
	return w.lines
}

func (s *suite) hints() []key.Binding {
	k := s.ui.keyMap
	return []key.Binding{k.open, k.back}
}

func (s *suite) commands() []group {
	k := s.ui.keyMap
	return []group{{"Conformance suite", told(k.open, k.back)}, k.moving()}
}
