package clock

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// division is a part of the United Kingdom with bank holidays of its own, as GOV.UK names it.
type division string

const (
	englandAndWales division = "england-and-wales"
	scotland        division = "scotland"
	northernIreland division = "northern-ireland"
)

var divisions = []division{englandAndWales, scotland, northernIreland}

//go:embed bankholidays.txt
var bankHolidays string

// list is what was published: the names of the bank holidays, and the years that are complete.
type list struct {
	first, last int
	days        map[division]map[Day]string
}

// published returns the bank holidays that GOV.UK has published. It panics where the built-in list is
// malformed, which a test rules out.
var published = sync.OnceValue(func() list {
	l := list{days: map[division]map[Day]string{}}
	for _, where := range divisions {
		l.days[where] = map[Day]string{}
	}
	for line := range strings.Lines(bankHolidays) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(f) != 3 {
			panic(fmt.Sprintf("bankholidays.txt: %q is no day, division and name", line))
		}
		day, err := ParseDay(f[0])
		if err != nil {
			panic("bankholidays.txt: " + err.Error())
		}
		where := divisions
		if f[1] != "all" {
			where = nil
			for name := range strings.SplitSeq(f[1], ",") {
				where = append(where, division(name))
			}
		}
		for _, w := range where {
			if !slices.Contains(divisions, w) {
				panic(fmt.Sprintf("bankholidays.txt: %q is no division", w))
			}
			l.days[w][day] = f[2]
		}
		if l.first == 0 {
			l.first = day.Year()
		}
		l.last = max(l.last, day.Year())
	}
	return l
})

// isPublished reports whether the bank holidays of a year are known rather than computed.
func isPublished(year int) bool { return published().first <= year && year <= published().last }

// bankHoliday returns the name of the bank holiday that d is in a division, or nothing.
func bankHoliday(where division, d Day) string {
	if isPublished(d.Year()) {
		return published().days[where][d]
	}
	return computed(where, d.Year())[d]
}

type holiday struct {
	day  Day
	name string
}

// computed returns the bank holidays of a division in a year by the rules of the Banking and Financial
// Dealings Act 1971, Schedule 1, of the St Andrew's Day Bank Holiday (Scotland) Act 2007, and of the
// proclamations made each year under section 1 of the 1971 Act: New Year's Day, the first Monday in May,
// Boxing Day and the last Monday in May in Scotland, 12 July in Northern Ireland, and a weekday in place of
// each holiday at a weekend. Good Friday and Christmas Day are holidays by common law where the Act does not
// name them. No rule foretells a holiday that is proclaimed once (a jubilee) or moved.
func computed(where division, year int) map[Day]string {
	easter := easterSunday(year)
	days := map[Day]string{
		easter - 2:                         "Good Friday",
		mondayFrom(On(year, time.May, 1)):  "Early May bank holiday",
		mondayFrom(On(year, time.May, 25)): "Spring bank holiday",
	}
	fixed := []holiday{{On(year, time.January, 1), "New Year's Day"}}
	switch where {
	case scotland:
		fixed = append(fixed, holiday{On(year, time.January, 2), "2nd January"},
			holiday{On(year, time.November, 30), "St Andrew's Day"})
		days[mondayFrom(On(year, time.August, 1))] = "Summer bank holiday"
	case northernIreland:
		fixed = append(fixed, holiday{On(year, time.March, 17), "St Patrick's Day"},
			holiday{On(year, time.July, 12), "Battle of the Boyne"})
		fallthrough
	default:
		days[easter+1] = "Easter Monday"
		days[mondayFrom(On(year, time.August, 25))] = "Summer bank holiday"
	}
	fixed = append(fixed, holiday{On(year, time.December, 25), "Christmas Day"},
		holiday{On(year, time.December, 26), "Boxing Day"})

	var moved []holiday
	for _, h := range fixed {
		if isWeekend(h.day) {
			moved = append(moved, h)
		} else {
			days[h.day] = h.name
		}
	}
	for _, h := range moved {
		for isWeekend(h.day) || days[h.day] != "" {
			h.day++
		}
		days[h.day] = h.name + ", substitute day"
	}
	return days
}

func isWeekend(d Day) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}

// mondayFrom returns the first Monday that is not before d.
func mondayFrom(d Day) Day {
	return d + Day((time.Monday-d.Weekday()+7)%7)
}

// easterSunday returns the Sunday after the first full moon on or after 21 March, by the reckoning of the
// Gregorian church calendar (Calendar (New Style) Act 1750): the golden number and the century's
// corrections give the moon's age, and that the paschal full moon.
func easterSunday(year int) Day {
	golden, century := year%19, year/100
	lunar := century/4 + (century-(century-17)/25)/3 // leap days left out, and the moon's drift against the sun
	epact := (19*golden + century - lunar + 15) % 30 // full moons after 21 March, in days
	if epact == 29 || epact == 28 && golden > 10 {
		epact-- // no lunar month ends twice on one date in a cycle of 19 years
	}
	moon := On(year, time.March, 21) + Day(epact)
	return moon + Day(7-moon.Weekday())
}
