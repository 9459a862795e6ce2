package tui

import (
	"strings"
	"time"

	"dossier/desk"
)

func (n *incidents) draw(q *pen, width, height int) {
	s := n.ui.styles
	open, late := 0, 0
	for _, i := range n.list {
		if i.State == "open" {
			open++
		}
		if i.Overdue {
			late++
		}
	}
	words, k := count(open)+" open", s.plain
	if late > 0 {
		words, k = words+", "+count(late)+" late", s.bad
	}
	right := "the authority is told within 72 hours"
	if i := n.chosen(); i != nil && n.next(i) != "" {
		right = "next: " + n.next(i)
	}
	headline(q, width, func() {
		q.put(s.strong, "Incidents")
		q.gap(2)
		q.put(k, words)
	}, s.accent, right)
	nothing := "No incidents. n records one: what happened, whom it concerns, what was done."
	if !n.read {
		nothing = "Reading the incidents …"
	}
	n.browser.draw(q, width, height-1, browsed{title: "Incidents", one: "Incident", lines: len(n.list), row: n.row, nothing: nothing,
		of: func(i int) any { return incidentPage{n.list[i].ID, n.list[i].Version, n.ui.nameless} }, page: n.page})
}

// incidentPage is what the page of an incident is made of.
type incidentPage struct {
	id       string
	version  int
	nameless bool
}

func (n *incidents) row(q *pen, i int) {
	s, one := n.ui.styles, &n.list[i]
	words, k := n.clock(one)
	q.cell(k, words, 20)
	q.gap(1)
	q.cell(s.strong, one.ID, 14)
	q.cell(s.dim, one.Aware.Local().Format("2 Jan 2006"), 13)
	q.put(s.plain, n.systems(one))
}

// systems names the systems that an incident is about.
func (n *incidents) systems(i *desk.Incident) string {
	titles := make([]string, len(i.Systems))
	for at, id := range i.Systems {
		titles[at] = n.ui.system(id)
	}
	return strings.Join(titles, ", ")
}

func (n *incidents) page(i, width int) []line {
	w := writer{ui: n.ui, width: width}
	one := &n.list[i]
	n.write(&w, one)
	if lacks := one.Lacks(); len(lacks) > 0 && one.State == "open" {
		w.heading("Before it can be closed")
		for _, l := range lacks {
			w.text("○", "", 0, n.ui.styles.warn, l.What)
		}
	}
	return w.lines
}

// write writes what is known of an incident.
func (n *incidents) write(w *writer, i *desk.Incident) {
	s, u := n.ui.styles, n.ui
	words, k := n.clock(i)
	w.add(span{s.strong, i.ID}, span{s.dim, "  version " + count(i.Version) + " of " + moment(i.Recorded) + ", by " + visible(i.Operator)})
	w.add(span{k, words})
	if i.State == "purged" {
		w.text("", "", 0, s.plain, "What was kept of it was destroyed. The log still tells what was done about it, and when.")
		w.text("", "aware since", 14, s.plain, moment(i.Aware))
		if !i.Authority.On.IsZero() {
			w.text("", "told on", 14, s.plain, moment(i.Authority.On))
		}
		return
	}
	const column = 14
	say := func(label, text string) {
		if text != "" {
			w.text("", label, column, s.plain, text)
		}
	}
	say("aware since", moment(i.Aware))
	say("tell it by", moment(i.Due))
	say("systems", n.systems(i))
	if i.People > 0 {
		say("people", "about "+count(i.People))
	}
	if i.Records > 0 {
		say("records", "about "+count(i.Records))
	}
	for _, part := range []struct{ title, text string }{{"When it happened", i.Happened}, {"What happened", i.Facts}, {"Whose data, and which", i.Data},
		{"Likely consequences", i.Effects}, {"What was done", i.Remedy}} {
		if part.text != "" {
			w.heading(part.title)
			w.text("", "", 0, s.plain, u.named(part.text))
		}
	}
	n.told(w, "The supervisory authority", i.Authority)
	n.told(w, "The people concerned", i.Concerned)
}

// told writes whether somebody was told, or why not.
func (n *incidents) told(w *writer, who string, t desk.Told) {
	const column = 14
	s := n.ui.styles
	w.heading(who)
	switch {
	case !t.On.IsZero():
		w.text("●", "told on", column, s.plain, moment(t.On))
	case t.Decided():
		w.text("–", "not told", column, s.plain, n.ui.named(t.Not))
	default:
		w.text("○", "", 0, s.warn, "to be decided")
	}
	if t.Reference != "" {
		w.text("", "reference", column, s.plain, t.Reference)
	}
	if t.Late != "" {
		w.text("", "why late", column, s.plain, n.ui.named(t.Late))
	}
}

// moment writes a time as a person reads it, in the time of this computer: 3 Dec 2026 09:30.
func moment(t time.Time) string { return t.Local().Format("2 Jan 2006 15:04") }
