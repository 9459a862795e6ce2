package tui

import (
	"errors"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
	"dossier/request"
)

// pane is a part of the screen of a request that can have the focus.
type pane int

const (
	onSystems pane = iota
	onMatches
	onDetail // the record, or the system where the systems had the focus before
)

// work is the screen of one request: the systems, the matches, the record and the log.
type work struct {
	ui      *ui
	request request.Request
	focus   pane
	of      pane // what the detail is of: onSystems or onMatches

	systems *systems
	matches *matches
	record  *record
	system  page
	log     *journal

	read     bool      // what the last search found has come
	reading  bool      // it is being read, for the first time or again
	stale    bool      // something was decided since the reading began: it is read once more
	searched time.Time // when the last search ended; zero: never
	search   *search   // nil: none runs
	queue    queue
	beside   *desk.Match // the record that the next one is compared with; nil: none
	again    bool        // other matches are included than the last search followed
}

func newWork(u *ui, r request.Request) *work {
	w := &work{
		ui: u, request: r, focus: onMatches, of: onMatches, reading: true,
		systems: newSystems(u, r.Subject), matches: newMatches(u),
		record: &record{ui: u, request: r.ID, at: -1}, log: &journal{ui: u},
	}
	w.systems.omit = r.Scope.Omit
	return w
}

// queue holds decisions that are still to be recorded, in the order in which they were made. One is
// recorded at a time, so that the last one made is the one that stays.
type queue struct {
	todo    []decision
	running bool
}

type decision struct {
	refs     []connectors.Ref
	decision desk.Decision
	note     string
}

func (q *queue) busy() bool { return q.running || len(q.todo) > 0 }

func (w *work) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case findingMsg:
		return w.found(msg)
	case loggedMsg:
		w.log.before(msg)
	case eventsMsg:
		return w.events(msg)
	case decidedMsg:
		return w.decided(msg)
	case viewedMsg:
		w.record.noted(msg, w.match())
	case tea.KeyMsg:
		return w.key(msg)
	}
	return nil
}

// reread reads again what the last search found, with the decisions of now and what follows from them.
func (w *work) reread() tea.Cmd {
	w.stale = w.reading
	if w.reading {
		return nil
	}
	w.reading = true
	return w.ui.office.finding(w.request.ID)
}

// found takes in what the last search found.
func (w *work) found(msg findingMsg) tea.Cmd {
	w.reading = false
	switch {
	case msg.err != nil:
		w.ui.fail("What was found cannot be read", msg.err, func(*app) tea.Cmd { return w.reread() })
		return nil
	case w.stale:
		return w.reread()
	}
	w.read = true
	if w.search != nil || w.queue.busy() {
		return nil // it will be read again at the end of these
	}
	w.searched = msg.searched
	w.systems.restart()
	w.matches.show(msg.tree)
	for _, c := range msg.coverage {
		w.systems.cover(c)
	}
	return nil
}

// events takes in what a search told.
func (w *work) events(msg eventsMsg) tea.Cmd {
	if msg.search != w.search {
		return nil
	}
	for _, e := range msg.events {
		switch e := e.(type) {
		case desk.Started:
			w.systems.start(e)
		case desk.Progress:
			w.systems.progress(e)
		case desk.Match:
			w.matches.tree.add(&e)
		case desk.Coverage:
			w.systems.cover(e.Coverage)
			w.log.covered(e.Coverage)
		}
	}
	w.matches.follow()
	if !msg.ended {
		return w.ui.office.nextEvents(w.search)
	}
	return w.ended(msg.search.err)
}

// ended closes a search. What it stored is read again, so that the screen shows what will leave.
func (w *work) ended(err error) tea.Cmd {
	w.search.stop()
	w.search = nil
	delete(w.ui.active, w.request.ID)
	switch {
	case errors.Is(err, desk.ErrPartly), err == nil:
		ended := "Search ended: " + matchWords(w.matches.tree.tally.all)
		if n := w.systems.done(); n[locate.Failed]+n[locate.Partly] > 0 {
			ended += ", " + plural(n[locate.Failed]+n[locate.Partly], "system") + " not fully searched"
		}
		w.log.add(w.ui.styles.strong, ended)
		w.request.State = request.Searched
	case errors.Is(err, errStopped):
		w.log.add(w.ui.styles.warn, "Search stopped before its end")
	default:
		w.log.add(w.ui.styles.bad, "Search failed: "+err.Error())
		w.ui.fail("The search failed", err, func(*app) tea.Cmd { return w.startSearch() })
	}
	return tea.Batch(w.reread(), w.ui.office.requests())
}

func matchWords(n int) string {
	if n == 1 {
		return "1 match"
	}
	return count(n) + " matches"
}

// startSearch asks every system.
func (w *work) startSearch() tea.Cmd {
	w.search, w.again = w.ui.office.search(w.request.ID), false
	w.ui.active[w.request.ID] = true
	w.systems.restart()
	w.matches.moved = false
	w.matches.show(newTree(w.ui.office.desk.Register()))
	w.focus, w.of = onSystems, onMatches
	w.log.add(w.ui.styles.strong, "Search started: "+plural(len(w.systems.all), "system"))
	return tea.Batch(w.ui.office.runSearch(w.search), w.ui.office.nextEvents(w.search))
}

// match returns the match whose record the detail shows, nil where there is none.
func (w *work) match() *desk.Match {
	if n := w.matches.chosen(); n != nil && w.of == onMatches {
		return n.match
	}
	return nil
}

// look asks to show the record of the chosen match where the layout has room for it.
func (w *work) look(width int) tea.Cmd {
	w.record.running = w.search != nil
	for _, c := range w.layout(width) {
		if c.pane == onDetail {
			return w.record.look(w.match())
		}
	}
	return w.record.look(nil)
}

// decidable reports whether there is a match to decide about, and says why not while a search runs.
func (w *work) decidable() bool {
	if w.matches.chosen() == nil || w.focus == onSystems {
		return false
	}
	if w.search != nil {
		w.ui.fail("Not yet", errUndecidable, nil)
		return false
	}
	return true
}

// decide puts a decision about the chosen match, and everything beneath it, into the queue.
func (w *work) decide(d desk.Decision, note string) tea.Cmd {
	if !w.decidable() {
		return nil
	}
	job := decision{decision: d, note: note}
	for _, i := range w.matches.tree.family(w.matches.place.node) {
		job.refs = append(job.refs, w.matches.tree.nodes[i].match.Record.Ref)
	}
	w.queue.todo = append(w.queue.todo, job)
	return w.nextDecision()
}

func (w *work) nextDecision() tea.Cmd {
	if w.queue.running || len(w.queue.todo) == 0 {
		return nil
	}
	job := w.queue.todo[0]
	w.queue.todo = w.queue.todo[1:]
	w.queue.running = true
	return w.ui.office.decide(w.request.ID, job)
}

// decided shows what was recorded of a decision.
func (w *work) decided(msg decidedMsg) tea.Cmd {
	w.queue.running = false
	before := w.matches.tree.tally.included
	for _, ref := range msg.refs {
		w.matches.tree.decide(ref, msg.decision)
	}
	w.again = w.again || w.matches.tree.tally.included != before
	if len(msg.refs) > 0 {
		w.log.decided(w.matches.tree, msg)
	}
	if msg.err != nil {
		w.queue.todo = nil
		w.ui.fail("The decision was not recorded", msg.err, nil)
	}
	if len(w.queue.todo) == 0 {
		return w.reread()
	}
	return w.nextDecision()
}

// toDecide goes to the next match that waits for a decision.
func (w *work) toDecide() {
	if next := w.matches.tree.nextWaiting(w.matches.place); next != none {
		w.matches.goTo(next)
		if w.focus != onDetail {
			w.focus = onMatches
		}
		w.of = onMatches
	}
}

// next tells what the request waits for, with the key that does it.
func (w *work) next() string {
	k, waiting, register := w.ui.keyMap, w.matches.tree.tally.waiting, w.request.Next()
	by := func(what string, b key.Binding) string { return "next: " + what + " (" + b.Help().Key + ")" }
	switch {
	case w.search != nil:
		return "searching (" + k.search.Help().Key + " stops)"
	case !w.read:
		return ""
	case register.Awaited == request.ThePerson:
		return register.Do + " (the person)"
	case w.searched.IsZero():
		return by("search", k.search)
	case w.outdated():
		return by("search again", k.search)
	case waiting > 0:
		return by("decide "+matchWords(waiting), k.decide)
	case w.matches.tree.tally.unfollowed > 0:
		return by("search again", k.search)
	case w.again:
		return by("search again", k.search) + ", " + k.export.Help().Desc + " (" + k.export.Help().Key + ")"
	case w.request.Owed() && w.request.Settled() != nil:
		return by("settle who the person is", k.happened)
	case w.request.Owed() && w.request.State == request.Exported:
		return by("hand the package over", k.happened)
	case w.request.Owed():
		return by("see what leaves", k.leaves) + ", " + k.export.Help().Desc + " (" + k.export.Help().Key + ")"
	case w.request.Over():
		return by(register.Do, k.happened)
	case len(desk.Choices(w.request)) > 0:
		return by(register.Do, w.ui.act.plans)
	}
	return "next: " + register.Do
}

// coverage tells in one line how far the systems were searched.
func (w *work) coverage() (words string, k ink) {
	n, s := w.systems.done(), w.ui.styles
	if w.searched.IsZero() && w.search == nil && len(n) == 1 && n[""] > 0 {
		return strings.Join(append([]string{plural(len(w.systems.all)-len(w.request.Scope.Omit), "system") + " to be searched"}, w.leftOut(len(w.request.Scope.Omit))...), ", "), s.dim
	}
	parts := []string{count(n[locate.Searched]) + " of " + plural(w.systems.asked(), "system") + " searched"}
	k = s.good
	for _, state := range []struct {
		of    locate.State
		words string
		ink   ink
	}{{locate.ByHand, "by hand", s.good}, {locate.Partly, "partly", s.warn}, {locate.Failed, "failed", s.bad}} {
		if n[state.of] > 0 {
			parts = append(parts, count(n[state.of])+" "+state.words)
			k = state.ink
		}
	}
	if out := w.leftOut(n[locate.LeftOut]); len(out) > 0 {
		parts, k = append(parts, out...), s.warn
	}
	if w.search != nil {
		k = s.accent
	}
	return strings.Join(parts, ", "), k
}

// leftOut tells that the search was narrowed: so many systems were left out, and only some days are asked for.
func (w *work) leftOut(systems int) (words []string) {
	switch omit := len(w.request.Scope.Omit); {
	case w.outdated() && omit != systems:
		words = append(words, "the next search leaves out "+plural(omit, "system"))
	case systems > 0:
		words = append(words, count(systems)+" left out")
	}
	if days := spanOfDays(w.request.Scope); days != "" {
		words = append(words, "only "+days)
	}
	return words
}
