package tui

import (
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
)

// systems is the pane of what was asked: each system with its live state, and why where it is not searched.
type systems struct {
	ui     *ui
	all    []*asked
	scroll scroll
	omit   []string // ids of those that the next search leaves out
}

// asked is one system of a request.
type asked struct {
	id       string
	title    string
	system   *connectors.System // nil where the register does not know it any more
	started  bool
	read     int64            // records looked at so far
	coverage *locate.Coverage // nil until the system is done
}

// newSystems returns the systems that are searched for a subject: the organisation's own, or those that
// hold data for the subject's controller.
func newSystems(u *ui, subject locate.Subject) *systems {
	s := &systems{ui: u}
	for _, sys := range u.office.desk.Register().Systems {
		named := sys.Controller != nil && sys.Controller.Name != "" && sys.Controller.Name != subject.Controller
		if sys.Processor() == (subject.Controller != "") && !named {
			s.all = append(s.all, &asked{id: sys.ID, title: sys.Title, system: sys})
		}
	}
	return s
}

// asked counts the systems that are asked: all but those that hold other controllers' data.
func (s *systems) asked() int { return len(s.all) - s.done()[locate.Excluded] }

// of returns the system of that id, added where it was not expected.
func (s *systems) of(id, title string) *asked {
	i := slices.IndexFunc(s.all, func(a *asked) bool { return a.id == id })
	if i >= 0 {
		return s.all[i]
	}
	a := &asked{id: id, title: title}
	a.system, _ = s.ui.office.desk.Register().System(id)
	s.all = append(s.all, a)
	return a
}

// restart forgets what the last search told.
func (s *systems) restart() {
	for _, a := range s.all {
		a.started, a.read, a.coverage = false, 0, nil
	}
}

// cover takes in how far a system was searched.
func (s *systems) cover(c locate.Coverage) { s.of(c.System, c.Title).coverage = &c }

func (s *systems) start(e desk.Started) { s.of(e.System, e.Title).started = true }

func (s *systems) progress(e desk.Progress) {
	a := s.of(e.System, e.System)
	a.started, a.read = true, max(a.read, e.Records)
}

func (s *systems) chosen() *asked {
	if s.scroll.cursor < len(s.all) {
		return s.all[s.scroll.cursor]
	}
	return nil
}

// done counts the systems in each state, those that are not done under "".
func (s *systems) done() map[locate.State]int {
	n := map[locate.State]int{}
	for _, a := range s.all {
		n[a.state()]++
	}
	return n
}

func (a *asked) state() locate.State {
	if a.coverage == nil {
		return ""
	}
	return a.coverage.State
}

// status tells a system's state as a sign, in words, and in an ink.
func (s *systems) status(a *asked, running bool) (sign, words string, k ink) {
	st := s.ui.styles
	switch a.state() {
	case locate.Searched:
		return "●", found(a.coverage.Records), st.good
	case locate.Partly:
		return "▲", "partly, " + found(a.coverage.Records), st.warn
	case locate.Failed:
		return "×", "failed", st.bad
	case locate.ByHand:
		return "□", "by hand", st.warn
	case locate.LeftOut:
		return "–", "left out", st.warn
	case locate.Excluded:
		return "–", "other controllers'", st.dim
	}
	switch {
	case slices.Contains(s.omit, a.id):
		return "–", "left out", st.warn
	case !running && a.system != nil && a.system.Manual():
		return "□", "by hand", st.dim
	case !running:
		return "○", "", st.dim
	case a.started && a.read > 0:
		return "►", count(int(a.read)) + " read", st.accent
	case a.started:
		return "►", "searching", st.accent
	}
	return "○", "waiting", st.dim
}

func found(records int) string {
	if records == 0 {
		return "none"
	}
	return count(records) + " found"
}

// why tells in a line what of a system was not searched, "" where everything was.
func (a *asked) why() string {
	c := a.coverage
	switch {
	case c == nil || c.State == locate.Searched || c.State == locate.Excluded:
		return ""
	case c.State == locate.ByHand:
		return c.Task
	case len(c.Gaps) == 0:
		return ""
	case len(c.Gaps) == 1:
		return gapWords(c.Gaps[0])
	}
	return plural(len(c.Gaps), "gap") + "; " + gapWords(c.Gaps[0])
}

// gapWords writes where something was not searched, and why.
func gapWords(g connectors.Gap) string {
	where := strings.Join(slices.DeleteFunc([]string{g.Place, g.Entity, g.Field}, func(s string) bool { return s == "" }), " / ")
	if where == "" {
		return g.Why
	}
	return where + ": " + g.Why
}

// lines returns the pane's lines: each system, and beneath it why where something was not searched.
func (s *systems) lines(width int) (lines []systemLine, cursor int) {
	for i, a := range s.all {
		if i == s.scroll.cursor {
			cursor = len(lines)
		}
		lines = append(lines, systemLine{i, ""})
		most := maxWhy
		if a.state() == locate.ByHand {
			most = 1
		}
		for n, why := range wrap(a.why(), width-5) {
			if n == most {
				break
			}
			lines = append(lines, systemLine{i, why})
		}
	}
	return lines, cursor
}

// maxTitle is the widest column of titles: further off, the eye would lose the line.
const maxTitle = 36

// maxWhy is how many lines a reason gets, and a task one; the system's page has all of it.
const maxWhy = 3

// systemLine is a system, or beneath it why it was not searched.
type systemLine struct {
	system int
	why    string
}

// rows draws the lines in sight, each into a part that was begun.
func (s *systems) rows(width, height int, focused, running bool) func(p *pen, y int) {
	lines, cursor := s.lines(width)
	view := scroll{cursor: cursor, offset: s.scroll.offset, height: height}
	view.fit(len(lines))
	s.scroll.offset, s.scroll.height = view.offset, height
	return func(p *pen, y int) {
		if y += view.offset; y >= len(lines) {
			return
		}
		l := lines[y]
		a, st := s.all[l.system], s.ui.styles
		chosen := l.system == s.scroll.cursor
		if l.why != "" {
			p.gap(4)
			p.put(st.dim, l.why)
			return
		}
		sign, words, k := s.status(a, running)
		mark := " "
		if chosen {
			mark = "►"
		}
		if chosen && focused {
			p.lit(p.left, &st.selected)
		}
		p.put(st.accent, mark)
		p.put(k, sign)
		p.gap(1)
		p.cell(st.plain, a.title, min(maxTitle, p.left-cells(words)-2))
		p.gap(1)
		p.put(k, words)
	}
}
