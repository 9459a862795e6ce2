package clock

import (
	"fmt"
	"time"
)

// Day is one day of the calendar, wherever the clocks stand: the number of days since the last day of the
// year 0, so that 1 January of the year 1 is Day 1. Days are compared and counted like numbers: b-a is how
// many days after a the day b is, a+1 is the day after a. The zero Day means that there is none. In text
// and in JSON a Day is written 2026-03-02, and no day as the empty string.
type Day int

// unixEpoch is 1 January 1970.
const unixEpoch Day = 719163

const secondsADay = 24 * 60 * 60

// On returns the day of that date. A date beyond its month's end counts on, as time.Date does.
func On(year int, month time.Month, day int) Day {
	return unixEpoch + Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/secondsADay)
}

// DayOf returns the day that t falls on in its own location, and no day for the zero time.
func DayOf(t time.Time) Day {
	if t.IsZero() {
		return 0
	}
	return On(t.Date())
}

// ParseDay reads a day written 2026-03-02.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return 0, fmt.Errorf("%q is no day: write it like 2026-03-02", s)
	}
	return On(t.Date()), nil
}

// Time returns midnight UTC of the day, and the zero time for no day.
func (d Day) Time() time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Unix(int64(d-unixEpoch)*secondsADay, 0).UTC()
}

// Year returns the day's year.
func (d Day) Year() int { return d.Time().Year() }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.Time().Weekday() }

// AddMonths returns the same date n months later, or the last day of that month where it has no such date.
// Go's AddDate would run over into the month after.
func (d Day) AddMonths(n int) Day {
	year, month, day := d.Time().Date()
	return min(On(year, month+time.Month(n), day), On(year, month+time.Month(n)+1, 0))
}

// String returns the day as 2026-03-02, and nothing for no day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// Long returns the day as a person writes it: Monday 2 March 2026.
func (d Day) Long() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format("Monday 2 January 2006")
}

// MarshalText writes the day as String does.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d = 0
	if len(text) > 0 {
		*d, err = ParseDay(string(text))
	}
	return err
}
