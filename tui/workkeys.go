package tui

import (
	"errors"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// What the keys decide about a match.
const (
	included  = desk.Accepted
	excluded  = desk.Rejected
	elsewhose = desk.SomeoneElse
	mentions  = desk.Mentions
	undecided = desk.Undecided
)

// Why a package cannot be written yet.
var (
	errSearching   = errors.New("a search is running: wait for its end, or stop it and search again later, so that the package holds the whole answer")
	errNarrowing   = errors.New("a search is running: change what it is about when it has ended, or stop it")
	errOutdated    = errors.New("other systems are to be left out than the last search left out: press s to search again, so that the package holds the whole answer")
	errUndecidable = errors.New("a search is running: decide when it has ended, about all that was found")
	errUnfollowed  = errors.New("records were included since the last search: press s to search again, so that what they lead to is found too")
	errUnsearched  = errors.New("nothing was searched yet: press s to search, decide about what was found, then export")
)

func (w *work) key(msg tea.KeyMsg) tea.Cmd {
	k := w.ui.keyMap
	switch {
	case key.Matches(msg, k.back):
		w.leave()
	case key.Matches(msg, k.next, k.previous, k.right, k.left):
		w.turn(k.beside(w.focus, msg))
	default:
		return w.inPane(msg)
	}
	return nil
}

// inPane takes the keys that mean something in the pane that has the focus.
func (w *work) inPane(msg tea.KeyMsg) tea.Cmd {
	k := w.ui.keyMap
	switch w.focus {
	case onSystems:
		switch a := w.systems.chosen(); {
		case w.systems.scroll.update(k, msg, len(w.systems.all)):
		case a != nil && key.Matches(msg, k.details):
			w.of, w.focus = onSystems, onDetail
		case a != nil && key.Matches(msg, k.open):
			if w.matches.goToSystem(a.id) {
				w.turn(onMatches)
			} else {
				w.of, w.focus = onSystems, onDetail
			}
		}
	case onMatches:
		switch {
		case w.matches.key(msg):
		case key.Matches(msg, k.open) && w.matches.place.node == none:
			w.matches.fold()
		case key.Matches(msg, k.open, k.details):
			w.turn(onDetail)
		}
	case onDetail:
		switch m := w.match(); {
		case w.of == onSystems:
			w.system.update(k, msg)
		case m == nil, w.record.move(k, msg):
		case key.Matches(msg, k.open):
			return w.openField(m)
		}
	}
	return nil
}

// turn gives a pane the focus, round about.
func (w *work) turn(to pane) {
	w.focus = (to + onDetail + 1) % (onDetail + 1)
	if w.focus == onMatches {
		w.of = onMatches
	}
}

// leave goes from the detail to its list, and from there to the requests.
func (w *work) leave() {
	if w.focus == onDetail {
		w.focus = w.of
		return
	}
	w.ui.then(back)
}

func (w *work) searchOrStop() tea.Cmd {
	if w.search == nil {
		if !w.read {
			return nil
		}
		return w.startSearch()
	}
	running := w.search
	w.ui.ask("Stop the search?", "What was found so far is not the whole answer, and is not kept as one.",
		func(*app) tea.Cmd { running.halt(); return nil })
	return nil
}

func (w *work) export() {
	switch {
	case w.search != nil:
		w.ui.fail("Not yet", errSearching, nil)
	case w.searched.IsZero():
		w.ui.fail("Not yet", errUnsearched, nil)
	case w.outdated():
		w.ui.fail("Not yet", errOutdated, nil)
	case w.matches.tree.tally.unfollowed > 0:
		w.ui.fail("Not yet", errUnfollowed, nil)
	default:
		w.ui.then(func(a *app) tea.Cmd { a.show(newExporting(w)); return nil })
	}
}

func (w *work) hints() []key.Binding {
	k, answer := w.ui.keyMap, w.ui.keyMap.export
	if len(desk.Choices(w.request)) > 0 {
		answer = w.ui.act.plans
	}
	switch w.focus {
	case onSystems:
		return []key.Binding{k.search, k.open, k.details, k.next, answer, k.back}
	case onMatches:
		if w.matches.tree.tally.all == 0 {
			return []key.Binding{k.search, k.next, k.back}
		}
		return []key.Binding{k.include, k.exclude, k.decide, k.open, answer, k.fold, k.next, k.back}
	}
	if w.of == onMatches && w.record.field() != "" {
		return []key.Binding{k.passage, k.redact, k.withhold, k.include, k.exclude, k.next, k.back}
	}
	return []key.Binding{k.include, k.exclude, k.decide, k.next, answer, k.back}
}

func (w *work) commands() []group {
	k := w.ui.keyMap
	decide := func(d desk.Decision) func() tea.Cmd { return func() tea.Cmd { return w.decide(d, "") } }
	do := func(f func()) func() tea.Cmd { return func() tea.Cmd { f(); return nil } }
	return []group{
		{"The request", []command{
			{k.search, "Search every system, or stop", w.searchOrStop},
			{k.decide, "Next match to decide about", do(w.toDecide)},
			{k.leaves, "What leaves: look at it and approve it", do(func() { w.ui.openRelease(w.request) })},
			{k.export, "Export the package", do(w.export)},
			{k.happened, "Note what happened: identity, clarification, extension, delivery …", w.chooseStep},
			{w.ui.act.plans, "Plans: erase, correct, restrict, stop marketing, holds", do(func() { w.ui.openPlans(w.request) })},
			{k.quit, "", func() tea.Cmd { return w.ui.step((*app).quit) }},
		}},
		{"A match", append([]command{
			{k.include, "Include the record: it is the person's", decide(included)},
			{k.exclude, "Exclude the record: it is not", decide(excluded)},
			{k.elsewhose, "Exclude the record as someone else's, and say whose", w.askWhose},
			{k.mention, "Exclude the record: it is about another and only mentions the person", decide(mentions)},
			{k.undecide, "Take the decision back", decide(undecided)},
			{k.bulk, "Decide about all of the system that wait", w.bulk},
			{k.copy, "Copy a value to the clipboard", w.copyValue},
			{k.compare, "Compare two records side by side", w.compare},
			{k.redact, "Redact a field, or a passage in it", w.redactChosen},
			{k.withhold, "Withhold the record, its like, or a field", w.withholdChosen},
		}, told(k.fold, k.open, k.passage)...)},
		{"A system", told(k.open, k.details)},
		{"Panes", told(k.next, k.previous, k.left, k.right)},
		w.steps(),
		k.moving(),
	}
}

// beside returns the pane that a key goes to: round about to the next or the one before, or to the side as far as there is one.
func (k *keyMap) beside(focus pane, msg tea.KeyMsg) pane {
	switch {
	case key.Matches(msg, k.next):
		return focus + 1
	case key.Matches(msg, k.previous):
		return focus - 1
	case key.Matches(msg, k.right):
		return min(focus+1, onDetail)
	}
	return max(focus-1, onSystems)
}
