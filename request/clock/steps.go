package clock

import (
	"fmt"
	"slices"
	"strings"
)

// start finds the day counted from, and reports whether the clock has started.
func (r Rule) start(a *Answer, f Facts) bool {
	type asked struct {
		what, did string
		Wait
	}
	var awaited []asked
	for _, w := range f.Evidence {
		awaited = append(awaited, asked{"The evidence of identity or authority", "arrived", w})
	}
	awaited = append(awaited, asked{"The fee", "was paid", f.Fee})
	slices.SortStableFunc(awaited, func(x, y asked) int { return int(x.Asked - y.Asked) })

	started, start, why := true, f.Received, "that day"
	for _, w := range awaited {
		month := start.AddMonths(1)
		switch {
		case w.Asked == 0:
		case w.Asked > month:
			a.step(StepStart, start, "%s was asked for on %s, after the month had run out on %s: the clock does not start again.", w.what, w.Asked.Long(), month.Long())
		case w.Arrived == 0:
			started = false
			a.step(StepStart, 0, "%s was asked for on %s and is awaited: the clock starts on the day it arrives.", w.what, w.Asked.Long())
		case w.Arrived > start:
			start = w.Arrived
			why = fmt.Sprintf("%s, when %s %s (asked for on %s)", start.Long(), strings.ToLower(w.what[:1])+w.what[1:], w.did, w.Asked.Long())
		}
	}
	if !started {
		a.State = NotStarted
		return false
	}
	a.Start = start
	a.step(StepStart, start, "The clock starts on %s.", why)
	return true
}

// month tells in words that one month from start ends on last.
func (r Rule) month(start, last Day) string {
	begin, source := "One month from", "Article 12A UK GDPR, as the ICO counts"
	if r.where == "" {
		begin, source = "The day it starts on does not count. One month from", "Article 12(3) GDPR; Regulation 1182/71, Article 3(1) and (2)(c)"
	}
	end := "the same date of the next month"
	if d := start.Time().Day(); d != last.Time().Day() {
		end = fmt.Sprintf("the last day of the next month, which has no %s", ordinal(d))
	}
	return fmt.Sprintf("%s %s ends on %s: %s (%s).", begin, start.Long(), end, last.Long(), source)
}

// ordinal writes a date that some month lacks: the 29th, 30th or 31st.
func ordinal(d int) string {
	if d == 31 {
		return "31st"
	}
	return fmt.Sprintf("%dth", d)
}

// pauses are the clarifications that were asked for, in order, and what the clock has made of them.
type pauses struct {
	awaited []Wait // not looked at yet
	stood   Day    // no day before this one can pause the clock: it had not started, or stood still already
	days    int    // that did not count so far
}

// without drops every pause: only an access request's clock stops.
func (p *pauses) without(a *Answer) {
	for _, w := range p.awaited {
		if w.Asked != 0 {
			a.step(StepPause, 0, "A clarification was asked for on %s: only the clock of an access request (Article 15) stops for that, so every day counts.", w.Asked.Long())
		}
	}
	p.awaited = nil
}

// during stops the clock for each clarification asked for up to the last day, and returns the last day
// that results.
func (p *pauses) during(a *Answer, last Day) Day {
	for len(p.awaited) > 0 && a.State == Running && p.awaited[0].Asked <= last {
		w := p.awaited[0]
		p.awaited = p.awaited[1:]
		from := max(w.Asked, p.stood)
		switch {
		case w.Asked == 0:
		case w.Arrived == 0:
			a.State, p.stood = Paused, from
			a.step(StepPause, 0, "A clarification was asked for on %s and is awaited: the clock stands still from %s until it arrives.", w.Asked.Long(), from.Long())
		case w.Arrived == w.Asked:
			a.step(StepPause, last, "A clarification was asked for and given on %s: an answer on the same day does not stop the clock.", w.Asked.Long())
		case w.Arrived <= from:
			a.step(StepPause, last, "A clarification was asked for on %s and arrived on %s: the clock had not started or stood still already, so nothing is added.", w.Asked.Long(), w.Arrived.Long())
		default:
			n := int(w.Arrived - from)
			p.days, p.stood, last = p.days+n, w.Arrived, last+Day(n)
			a.step(StepPause, last, "A clarification was asked for on %s and arrived on %s: from %s on the clock stood still for %s. The last day moves to %s.", w.Asked.Long(), w.Arrived.Long(), from.Long(), days(n), last.Long())
		}
	}
	return last
}

// late tells of the clarifications that came too late to stop the clock, or while it stood still.
func (p *pauses) late(a *Answer, last Day) {
	for _, w := range p.awaited {
		if a.State == Paused {
			a.step(StepPause, 0, "Another clarification was asked for on %s, while the clock stood still.", w.Asked.Long())
		} else {
			a.step(StepPause, last, "A clarification was asked for on %s, after the last day, %s: the clock does not stop.", w.Asked.Long(), last.Long())
		}
	}
}

// extend returns the last day after the extension, which is last itself where there is none or its notice
// was late. The days that pauses took from the first month are added again.
func (r Rule) extend(a *Answer, f Facts, last Day, paused int) Day {
	switch {
	case f.Extended == 0 && a.State == Paused:
		a.step(StepExtension, 0, "Not extended. The time for the notice of an extension stands still as well.")
	case f.Extended == 0:
		a.step(StepExtension, last, "Not extended. Two further months, for complexity or the number of requests, need a notice with its reasons that reaches the person by %s%s.", last.Long(), r.before(last))
	case a.State == Running && f.Extended > last:
		a.step(StepExtension, last, "The notice of extension reached the person on %s, after the last day for it, %s: it extends nothing.", f.Extended.Long(), last.Long())
	default:
		last = a.Start.AddMonths(3) + Day(paused)
		a.Extended = true
		again := ""
		if paused > 0 {
			again = fmt.Sprintf(" and the %s that did not count", days(paused))
		}
		a.step(StepExtension, last, "The notice of extension reached the person on %s, in time: two further months, three from %s%s, end on %s.", f.Extended.Long(), a.Start.Long(), again, last.Long())
	}
	return last
}

// before names the last working day before d, where d is no working day.
func (r Rule) before(d Day) string {
	if r.Working(d) {
		return ""
	}
	for !r.Working(d) {
		d--
	}
	return fmt.Sprintf(" (not a working day: the last one before it is %s)", d.Long())
}

// end rolls the last day to a working day and makes it the due date.
func (r Rule) end(a *Answer, last Day) {
	a.Due = r.roll(last)
	if a.Due == last {
		a.step(StepRoll, last, "%s is a working day: due on it.", last.Long())
	} else {
		var off []string
		for d := last; d < a.Due; d++ {
			name := r.holiday(d)
			if name != "" {
				name = " (" + name + ")"
			}
			off = append(off, d.Long()+name)
		}
		are := "is not a working day"
		if n := len(off); n > 1 {
			are = "are not working days"
			off = []string{strings.Join(off[:n-1], ", ") + " and " + off[n-1]}
		}
		a.step(StepRoll, a.Due, "%s %s: due on the next one, %s.", off[0], are, a.Due.Long())
	}
	r.calendar(a, last)
}

// calendar tells where the public holidays around the due date are not sure.
func (r Rule) calendar(a *Answer, last Day) {
	for year := last.Year(); year <= a.Due.Year(); year++ {
		switch {
		case r.where != "" && !isPublished(year):
			a.Computed = true
			a.step(StepCalendar, 0, "The list of published bank holidays in this program goes from %d to %d. Those of %d are computed by the Banking and Financial Dealings Act 1971 and the customs of its proclamations: compare them with www.gov.uk/bank-holidays.", published().first, published().last, year)
		case r.where == "" && !r.lists(year):
			a.step(StepCalendar, 0, "The organisation lists no public holidays for %d: only Saturdays and Sundays were taken as not working days.", year)
		}
	}
}

// lists reports whether the organisation lists a public holiday of that year.
func (r Rule) lists(year int) bool {
	for day := range r.own {
		if day.Year() == year {
			return true
		}
	}
	return false
}

// days writes a number of days.
func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}
