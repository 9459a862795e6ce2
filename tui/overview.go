package tui

import (
	"cmp"
	"slices"
	"strings"

	"dossier/desk"
	"dossier/request"
	"dossier/request/clock"
)

// overview is a request as the list shows it. It is made away from Update.
type overview struct {
	desk.Overview
	flags  []care // what needs care
	next   string // the next step; "" where there is none
	awaits string // who has to take it
}

// newOverview adds to what the desk tells of a request what the list says of it.
func newOverview(d desk.Overview) *overview {
	v := &overview{Overview: d}
	if next := d.Next(); next.Awaited != request.Nobody {
		v.next, v.awaits = next.Do, next.Awaited
	}
	for _, f := range d.Flags {
		v.flags = append(v.flags, care{strings.ToUpper(string(f)[:1]), string(f)})
	}
	for _, kind := range d.Special {
		v.flags = append(v.flags, cares[kind])
	}
	return v
}

// care is a reason for special care: a letter for the list, and its words.
type care struct{ mark, words string }

// cares are the flags of what a search found.
var cares = map[string]care{
	desk.SpecialCategory: {"S", "special-category data was found"},
	desk.CriminalOffence: {"O", "data on criminal offences was found"},
}

// asks writes what a request asks for.
func (v *overview) asks() string {
	words := v.Kind.Title()
	if n := len(v.Also); n > 0 {
		words += ", and " + count(n) + " more"
	}
	return words
}

// urgency says how little time is left, the least first.
type urgency int

const (
	late urgency = iota
	dueToday
	soon // within a week
	inTime
	paused // the clock stands still, or has not started
	timeless
	over
)

// urgency tells how urgent a request is, and how many days are left; negative: it is late by so many.
func (v *overview) urgency(today clock.Day) (urgency, int) {
	left := int(v.Clock.Due - today)
	switch {
	case v.State.Ended():
		return over, 0
	case v.Clock.State == clock.NotStarted || v.Clock.State == clock.Paused:
		return paused, v.Clock.Left
	case v.Unclear != nil || v.Clock.Due == 0:
		return timeless, 0
	case left < 0:
		return late, left
	case left == 0:
		return dueToday, 0
	case left <= 7:
		return soon, left
	}
	return inTime, left
}

// order is how the list is sorted.
type order int

const (
	byClock  order = iota // the most urgent first
	byNumber              // the newest first
	byPerson
	byState
	orders
)

func (o order) String() string {
	return [...]string{"by clock", "by number", "by person", "by state"}[o]
}

// sort orders requests.
func (o order) sort(all []*overview, today clock.Day) {
	slices.SortStableFunc(all, func(a, b *overview) int {
		newer := cmp.Compare(b.ID, a.ID)
		switch o {
		case byClock:
			x, _ := a.urgency(today)
			y, _ := b.urgency(today)
			return cmp.Or(cmp.Compare(x, y), cmp.Compare(a.Clock.Due, b.Clock.Due), newer)
		case byPerson:
			return cmp.Or(strings.Compare(strings.ToLower(person(a.Subject)), strings.ToLower(person(b.Subject))), newer)
		case byState:
			return cmp.Or(cmp.Compare(slices.Index(request.States, a.State), slices.Index(request.States, b.State)), newer)
		}
		return newer
	})
}

// fits reports whether a request has every word that was typed in its id, its person's identifiers, or what the list says of it.
func (v *overview) fits(typed string, today clock.Day) bool {
	if typed == "" {
		return true
	}
	said := []string{v.ID, v.asks(), string(v.State), v.next, v.awaits}
	for _, f := range v.flags {
		said = append(said, f.words)
	}
	for _, id := range v.Subject.Identifiers {
		said = append(said, id.Value)
	}
	if len(v.Holds) > 0 {
		said = append(said, "held")
	}
	if u, _ := v.urgency(today); u == late {
		said = append(said, "late overdue")
	}
	text := strings.ToLower(strings.Join(said, "\n"))
	for word := range strings.FieldsSeq(strings.ToLower(typed)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
