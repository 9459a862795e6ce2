package tui

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
	"dossier/locate"
)

// subject is the screen of a person who is searched for without a request: the systems, what was found, and one record of it. Nothing is
// kept. Values are masked until they are asked for.
type subject struct {
	ui      *ui
	view    *ui // what the panes are drawn by: its values are masked where the names of lists are
	who     locate.Subject
	reason  string
	begun   bool
	stream  *stream // nil: it does not run
	done    *desk.Done
	failed  error
	focus   pane
	of      pane // what the detail is of
	systems *systems
	matches *matches
	detail  page
	made    made
}

// askSubject asks for the identifiers of a person and why they are searched for, and searches.
func (u *ui) askSubject() tea.Cmd {
	register := u.office.desk.Register()
	var kinds []string
	list := []*field{textField("Why", "", "For the log, without personal data").needed()}
	for _, id := range register.Identifiers {
		f := textField(capital(id.Title), id.Name, several)
		if id.Name == "birth_date" {
			f = dateField(capital(id.Title), id.Name, "Such as 31/01/1980")
		}
		kinds, list = append(kinds, id.Name), append(list, f)
	}
	processor := false
	for _, s := range register.Systems {
		processor = processor || s.Processor()
	}
	if processor {
		list = append(list, textField("Held for", "", "The controller whose data is searched; empty: the organisation's own"))
	}
	return u.put(&asking{name: "Search for a person without a request", text: "Every search for a person is processing of its own: it needs a reason, which the log keeps with your name. What is found is kept nowhere.", fields: list,
		take: func(answers []string) tea.Cmd {
			s := locate.Subject{}
			for i, kind := range kinds {
				f := list[i+1]
				for _, v := range f.values() {
					if f.isDate {
						d, _ := parseDay(v) // it was checked
						v = d.Format(time.DateOnly)
					}
					s.Identifiers = append(s.Identifiers, locate.Identifier{Kind: kind, Value: v})
				}
			}
			if processor {
				s.Controller = answers[len(answers)-1]
			}
			if len(s.Identifiers) == 0 {
				u.fail("Nobody to search for", errors.New("fill in at least one identifier"), func(*app) tea.Cmd { return u.askSubject() })
				return nil
			}
			u.visit(newSubject(u, s, answers[0]))
			return nil
		}})
}

func newSubject(u *ui, who locate.Subject, reason string) *subject {
	view := *u
	s := &subject{ui: u, view: &view, who: who, reason: reason, focus: onMatches, of: onMatches}
	s.systems, s.matches = newSystems(&view, who), newMatches(&view)
	return s
}

// listing says that values are masked here until they are asked for.
func (s *subject) listing() {}

func (s *subject) enter() tea.Cmd {
	if s.begun {
		return nil
	}
	s.begun = true
	var cmd tea.Cmd
	s.stream, cmd = s.ui.office.start(s, func(ctx context.Context) iter.Seq2[desk.Event, error] {
		return s.ui.office.desk.LocateSubject(ctx, s.who, s.reason)
	})
	return cmd
}

func (s *subject) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case streamMsg:
		return s.streamed(msg)
	case tea.KeyMsg:
		s.key(msg)
	}
	return nil
}

func (s *subject) streamed(msg streamMsg) tea.Cmd {
	for _, e := range msg.events {
		switch e := e.(type) {
		case desk.Started:
			s.systems.start(e)
		case desk.Progress:
			s.systems.progress(e)
		case desk.Match:
			s.matches.tree.add(&e)
		case desk.Coverage:
			s.systems.cover(e.Coverage)
		case desk.Done:
			s.done = &e
		}
	}
	s.matches.follow()
	if !msg.ended {
		return s.ui.office.next(msg.of)
	}
	s.stream, s.failed = nil, msg.of.err
	if !s.matches.moved { // to the first of what was found, whatever came first
		s.matches.place = nowhere
		s.matches.follow()
	}
	if msg.of.halted.Load() {
		s.failed = errStopped
	}
	return nil
}

func (s *subject) key(msg tea.KeyMsg) {
	k := s.ui.keyMap
	switch {
	case key.Matches(msg, k.back) && s.focus == onDetail:
		s.turn(s.of)
	case key.Matches(msg, k.back) && s.stream != nil:
		s.stream.halt()
	case key.Matches(msg, k.back):
		s.ui.then(leave)
	case key.Matches(msg, k.next, k.previous, k.right, k.left):
		s.turn(k.beside(s.focus, msg))
	case key.Matches(msg, k.open):
		s.turn(onDetail)
	case s.focus == onSystems:
		s.systems.scroll.update(k, msg, len(s.systems.all))
		s.detail.offset = 0
	case s.focus == onMatches:
		s.matches.key(msg)
	default:
		s.detail.update(k, msg)
	}
}

// turn gives a pane the focus, round about.
func (s *subject) turn(to pane) {
	s.focus = (to + onDetail + 1) % (onDetail + 1)
	if s.focus != onDetail {
		if s.of != s.focus {
			s.detail.offset = 0
		}
		s.of = s.focus
	}
}

// state tells how far the search is.
func (s *subject) state() (string, ink) {
	st, n := s.ui.styles, s.matches.tree.tally.all
	switch {
	case s.stream != nil:
		return "► searching: " + matchWords(n) + " so far (esc stops)", st.accent
	case errors.Is(s.failed, errStopped):
		return "▲ stopped before its end: " + matchWords(n) + " is not the whole answer", st.warn
	case s.done == nil && s.failed != nil:
		return "× " + s.failed.Error(), st.bad
	}
	words, k := s.coverage()
	return words + ": " + matchWords(n), k
}

// coverage tells how far the systems were searched.
func (s *subject) coverage() (words string, k ink) {
	st, n := s.ui.styles, s.systems.done()
	words, k = count(n[locate.Searched])+" of "+plural(s.systems.asked(), "system")+" searched", st.good
	for _, state := range []struct {
		of    locate.State
		words string
		ink   ink
	}{{locate.ByHand, "by hand, by their stewards", st.plain}, {locate.Partly, "partly", st.warn}, {locate.Failed, "failed", st.bad}} {
		if n[state.of] > 0 {
			words, k = words+", "+count(n[state.of])+" "+state.words, state.ink
		}
	}
	if n[locate.Partly]+n[locate.Failed] > 0 {
		return "▲ " + words, k
	}
	return "● " + words, k
}

func (s *subject) hints() []key.Binding {
	k := s.ui.keyMap
	return []key.Binding{k.open, k.next, k.fold, k.mask, k.back}
}

func (s *subject) commands() []group {
	k := s.ui.keyMap
	return []group{{"Search without a request", told(k.open, k.next, k.previous, k.left, k.right, k.fold, k.back)}, k.moving()}
}
