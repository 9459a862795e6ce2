package tui

import (
	"slices"

	"dossier/desk"
)

// batchPeople are the people of a batch with what became of each in each system, and those of them that are shown.
type batchPeople struct {
	rows   []desk.BatchRow // a person's follow each other
	starts []int           // the first row of each person
	shown  []int           // of starts, those that are shown
	which  which
	undone int // people who are not done in some system
	sum    desk.BatchSummary
}

// which are the people that are shown.
type which int

const (
	everybody which = iota
	setAside
	notDone
)

func (w which) String() string { return [...]string{"everybody", "set aside", "not done"}[w] }

func (p *batchPeople) add(row desk.BatchRow) {
	if n := len(p.rows); n == 0 || p.rows[n-1].N != row.N {
		p.shown = append(p.shown, len(p.starts))
		p.starts = append(p.starts, n)
	}
	p.rows = append(p.rows, row)
}

// end counts, once all rows were added.
func (p *batchPeople) end(sum desk.BatchSummary) {
	p.sum = sum
	for i := range p.starts {
		if standing(p.person(i)) == notDone {
			p.undone++
		}
	}
}

// of returns the rows of a shown person.
func (p *batchPeople) of(i int) []desk.BatchRow { return p.person(p.shown[i]) }

func (p *batchPeople) person(n int) []desk.BatchRow {
	if n+1 < len(p.starts) {
		return p.rows[p.starts[n]:p.starts[n+1]]
	}
	return p.rows[p.starts[n]:]
}

// show chooses the people that are shown.
func (p *batchPeople) show(w which) {
	p.which, p.shown = w, p.shown[:0]
	for i := range p.starts {
		if w == everybody || w == standing(p.person(i)) {
			p.shown = append(p.shown, i)
		}
	}
}

// standing tells whether a person is set aside, or in some system not done although that was begun; else everybody.
func standing(rows []desk.BatchRow) which {
	switch {
	case rows[0].State == string(desk.PersonAside):
		return setAside
	case slices.ContainsFunc(rows, func(r desk.BatchRow) bool { return r.State == "not done" || r.State == "in part" }):
		return notDone
	}
	return everybody
}

// stateOfPerson tells what became of a person over all systems.
func (u *ui) stateOfPerson(rows []desk.BatchRow) (sign, words string, k ink) {
	s := u.styles
	if rows[0].System == "" {
		return u.rowState(rows[0].State)
	}
	count := map[string]int{}
	for _, r := range rows {
		count[r.State]++
	}
	switch {
	case count["not done"] > 0:
		return u.rowState("not done")
	case count["in part"] > 0 || count["planned"] > 0 && count["done"]+count["lifted"] > 0:
		return "▲", "in part", s.warn
	case count["planned"] > 0:
		return u.rowState("planned")
	case count["lifted"] > 0:
		return u.rowState("lifted")
	case count["done"] > 0:
		return u.rowState("done")
	case count["task"] > 0:
		return u.rowState("task")
	}
	return u.rowState("kept")
}

// rowState tells the state of a person in a system.
func (u *ui) rowState(state string) (sign, words string, k ink) {
	s := u.styles
	switch state {
	case "planned":
		return "○", state, s.plain
	case "done":
		return "●", state, s.good
	case "lifted":
		return "←", state, s.good
	case "in part":
		return "▲", state, s.warn
	case "not done":
		return "×", state, s.bad
	case "task":
		return "□", "by hand", s.warn
	case "kept":
		return "■", state, s.plain
	case string(desk.PersonAside):
		return "?", state, s.warn
	case string(desk.PersonAbsent):
		return "–", "no records", s.dim
	}
	return "–", state, s.plain
}

// rowStates are the states of people in systems, in the order in which they are told, with what each means.
var rowStates = []struct{ state, means string }{
	{"done", "everything that was planned is done"},
	{"in part", "some of what was planned is done"},
	{"not done", "records changed behind the plan, and were left: plan a batch of these people again"},
	{"lifted", "the restriction has ended"},
	{"planned", "planned, and not carried out yet"},
	{"task", "people do it"},
	{"kept", "everything is kept, or left as it is"},
}
