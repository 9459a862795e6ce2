package tui

import (
	"time"

	"dossier/request"
)

// due returns the day by which a request must be answered: the corresponding date of the next month, or
// that month's last day (Article 12(3) UK GDPR, as the ICO counts). A roll to the next working day, a
// pause or an extension makes it later, never earlier.
func due(r request.Request) (day time.Time, ok bool) {
	if r.Kind == request.DiscloseToOthers {
		return time.Time{}, false
	}
	y, m, d := r.Received.Date()
	last := time.Date(y, m+2, 0, 0, 0, 0, 0, time.UTC)
	return time.Date(y, m+1, min(d, last.Day()), 0, 0, 0, 0, time.UTC), true
}

// clock tells in words how much time is left, and how urgent it is.
func (u *ui) clock(r request.Request) (string, ink) {
	by, ok := due(r)
	if !ok {
		return "received " + day(r.Received), u.styles.plain
	}
	if r.State == request.Closed {
		return "closed", u.styles.dim
	}
	y, m, d := u.now().Date()
	left := int(by.Sub(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	switch {
	case left < 0:
		return "! " + plural(-left, "day") + " late, due " + day(by), u.styles.bad
	case left == 0:
		return "! due today", u.styles.bad
	case left <= 7:
		return "! " + plural(left, "day") + " left, due " + day(by), u.styles.warn
	}
	return plural(left, "day") + " left, due " + day(by), u.styles.plain
}
