package tui

import (
	"fmt"
	"slices"
	"strings"

	"dossier/desk"
)

// stages is the pane of the systems of a plan: what it does in each, how far that is, and what it came to.
type stages struct {
	ui     *ui
	all    []*planSystem
	scroll scroll
}

// planSystem is one system of a plan.
type planSystem struct {
	id, title string
	last      bool
	backup    string
	does      map[string]int // what is done with how many records
	changes   int            // that the program makes
	made      int
	rate      float64 // changes a second
	left      float64 // seconds
	running   bool
	waiting   string              // why nothing happens just now: it is tried again, or its hours begin later
	ended     *desk.SystemApplied // how carrying it out ended, nil before
	troubles  []desk.Trouble
	searching bool
	verdict   *desk.Verdict
}

// keptTroubles is how many failed changes of a system are shown; the journal keeps all.
const keptTroubles = 200

func newStages(u *ui) *stages { return &stages{ui: u} }

func (s *stages) of(id, title string) *planSystem {
	if i := slices.IndexFunc(s.all, func(g *planSystem) bool { return g.id == id }); i >= 0 {
		return s.all[i]
	}
	if title == "" {
		title = s.ui.system(id)
	}
	g := &planSystem{id: id, title: title, does: map[string]int{}}
	s.all = append(s.all, g)
	return g
}

// planned takes in what a plan does.
func (s *stages) planned(sum desk.Planned) {
	for _, t := range sum.Systems {
		g := s.of(t.System, t.Title)
		g.last, g.backup = t.Last, t.Backup
		clear(g.does)
		changes := 0
		for does, n := range t.Does {
			g.does[string(does)] = n
			if writes(string(does)) {
				changes += n
			}
		}
		g.changes = max(g.changes, changes)
	}
}

// writes reports whether the program changes records that this is done with.
func writes(does string) bool { return does != "keep" && does != "leave" && does != "task" }

// begun takes in how far an earlier run went.
func (s *stages) begun(status desk.PlanStatus) {
	for id, changes := range status.Changes {
		g := s.of(id, "")
		if !g.running {
			g.changes, g.made = changes, status.Changed[id]
		}
	}
}

// verified takes in what the last verification found, where none was made on this screen.
func (s *stages) verified(verdicts []desk.Verdict) {
	for _, v := range verdicts {
		if g := s.of(v.System, v.Title); g.verdict == nil {
			g.verdict = &v
		}
	}
}

func (s *stages) restart() {
	for _, g := range s.all {
		g.ended, g.troubles, g.waiting, g.verdict, g.searching = nil, nil, "", nil, false
	}
}

func (s *stages) forgetVerdicts() {
	for _, g := range s.all {
		g.verdict, g.searching = nil, false
	}
}

func (s *stages) stopped() {
	for _, g := range s.all {
		g.running, g.searching, g.waiting = false, false, ""
	}
}

// event takes in what was told, and writes into the log what a person should read there.
func (s *stages) event(e desk.Event, log *journal) {
	st := s.ui.styles
	switch e := e.(type) {
	case desk.Begun:
		g := s.of(e.System, e.Title)
		g.running, g.changes, g.made = true, e.Changes, e.Made
		words := g.title + ": " + plural(e.Changes, "change")
		if e.Made > 0 {
			words += ", " + count(e.Made) + " of them made before"
		}
		log.add(st.plain, words)
	case desk.Changing:
		g := s.of(e.System, "")
		g.changes, g.made, g.rate, g.left, g.waiting = e.Changes, e.Made, e.Rate, e.Seconds, ""
	case desk.Retry:
		g := s.of(e.System, "")
		g.waiting = fmt.Sprintf("attempt %d follows: %s", e.Attempt+1, e.Why)
		log.add(st.warn, g.title+": "+e.Why+"; attempt "+count(e.Attempt+1)+" follows in "+seconds(e.After.Seconds()))
	case desk.Closed:
		g := s.of(e.System, "")
		g.waiting = "its hours begin at " + e.Until.Local().Format("2 Jan 15:04")
		log.add(st.warn, g.title+": "+g.waiting)
	case desk.Trouble:
		g := s.of(e.System, "")
		if len(g.troubles) < keptTroubles {
			g.troubles = append(g.troubles, e)
		}
		log.add(st.bad, g.title+": line "+count(e.Line)+" was not made: "+e.Why)
	case desk.Returned:
		log.add(st.plain, s.of(e.System, "").title+": "+e.Words())
	case desk.TaskMade:
		log.add(st.plain, "Task for "+orNobody(e.Steward)+": "+e.Title)
	case desk.SystemApplied:
		g := s.of(e.System, e.Title)
		g.running, g.ended, g.changes, g.made = false, &e, e.Changes, e.Made
		_, words, k := s.status(g, applying)
		log.add(k, g.title+": "+words)
	case desk.Started:
		s.of(e.System, e.Title).searching = true
	case desk.Verdict:
		g := s.of(e.System, e.Title)
		g.searching, g.verdict = false, &e
		_, words, k := s.status(g, verifying)
		log.add(k, g.title+": "+words)
	}
}

func orNobody(steward string) string {
	if steward == "" {
		return "its steward"
	}
	return steward
}

func (s *stages) chosen() *planSystem {
	if s.scroll.cursor < len(s.all) {
		return s.all[s.scroll.cursor]
	}
	return nil
}

// made returns how many changes of all were made, how many there are, how many are made a second and how long the slowest takes.
func (s *stages) made() (made, changes int, rate, left float64) {
	for _, g := range s.all {
		made, changes = made+g.made, changes+g.changes
		if g.running {
			rate, left = rate+g.rate, max(left, g.left)
		}
	}
	return made, changes, rate, left
}

// status tells how far a system is, as a sign, in words and in an ink.
func (s *stages) status(g *planSystem, doing doing) (sign, words string, k ink) {
	st := s.ui.styles
	switch {
	case g.verdict != nil:
		return s.effect(g.verdict)
	case g.searching:
		return "►", "looking", st.accent
	case g.running && g.waiting != "":
		return "▲", "waiting, " + count(g.made) + " of " + count(g.changes), st.warn
	case g.running:
		return "►", count(g.made) + " of " + count(g.changes), st.accent
	case g.ended != nil:
		return s.outcome(g.ended)
	case g.changes > 0 && g.made == g.changes:
		return "●", count(g.made) + " changed", st.good
	case g.made > 0:
		return "▲", count(g.made) + " of " + count(g.changes) + " changed", st.warn
	case doing == applying && g.changes > 0:
		return "○", "waiting", st.dim
	case g.changes > 0:
		return "○", plural(g.changes, "change"), st.plain
	case g.does["task"] > 0:
		return "□", "by hand", st.warn
	case g.does["keep"] > 0:
		return "–", count(g.does["keep"]) + " kept", st.dim
	case g.does["leave"] > 0:
		return "–", "left as it is", st.dim
	}
	return "–", "nothing", st.dim
}

// outcome tells how carrying out ended in a system.
func (s *stages) outcome(e *desk.SystemApplied) (sign, words string, k ink) {
	st := s.ui.styles
	of := ", " + count(e.Made) + " of " + count(e.Changes)
	switch e.Ended {
	case "applied":
		return "●", count(e.Made) + " changed", st.good
	case "stale":
		return "▲", "changed since" + of, st.bad
	case "refused":
		return "×", "not allowed" + of, st.bad
	case "away":
		return "×", "no answer" + of, st.bad
	case "unknown":
		return "?", "in doubt" + of, st.bad
	case "stopped":
		return "▲", "paused" + of, st.warn
	case "held back":
		return "○", "held back", st.warn
	}
	return "?", string(e.Ended), st.bad
}

// advice tells what to do where carrying out did not come to its end.
var advice = map[string]string{
	"stale":     "A record is not any more what the plan saw. Search again, plan again, and look at the differences between the two plans (d).",
	"refused":   "The system does not allow the change. Have its steward give the account what the register says, then go on with x: nothing is made twice.",
	"away":      "It could not be reached, or was busy for too long. Go on with x when it is back: nothing is made twice.",
	"unknown":   "An answer was lost. Go on with x: it is looked up first what became of the change.",
	"stopped":   "Paused between two changes. Go on with x.",
	"held back": "It is changed behind all others, since they are keyed from it. It follows once they are done: go on with x.",
}

// effect tells what a plan came to in a system.
func (s *stages) effect(v *desk.Verdict) (sign, words string, k ink) {
	st := s.ui.styles
	words = string(v.Effect)
	if v.Changed > 0 {
		words += ", " + plural(v.Changed, "record")
	}
	switch v.Effect {
	case "RESIDUAL", "UNREACHABLE":
		return "×", words, st.bad
	case "PSEUDONYMISED", "RECOVERABLE":
		return "▲", words, st.warn
	case "KEPT":
		return "■", words, st.plain
	case "NOTHING HELD":
		return "–", words, st.dim
	}
	return "●", words, st.good
}

// rows draws the systems in sight, each into a part that was begun.
func (s *stages) rows(height int, focused bool, doing doing) func(p *pen, y int) {
	s.scroll.height = height
	s.scroll.fit(len(s.all))
	return func(p *pen, y int) {
		i := y + s.scroll.offset
		if i >= len(s.all) {
			return
		}
		g, st := s.all[i], s.ui.styles
		sign, words, k := s.status(g, doing)
		mark := " "
		if i == s.scroll.cursor {
			mark = "►"
			if focused {
				p.lit(p.left, &st.selected)
			}
		}
		if bar := barWords(g); bar != "" && p.left > 34+cells(words) {
			words = bar + " " + words
		}
		p.put(st.accent, mark)
		p.put(k, sign)
		p.gap(1)
		p.cell(st.plain, g.title, min(maxTitle, p.left-cells(words)-2))
		p.gap(1)
		p.put(k, words)
	}
}

// barWords draws how far a system is, "" where it is not being changed.
func barWords(g *planSystem) string {
	if !g.running || g.changes == 0 {
		return ""
	}
	return bar(g.made, g.changes, 8)
}

// bar draws a part of a whole.
func bar(part, whole, length int) string {
	full := max(0, min(length, length*part/max(1, whole)))
	return strings.Repeat("■", full) + strings.Repeat("□", length-full)
}
