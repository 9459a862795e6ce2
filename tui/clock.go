package tui

import (
	"dossier/request"
	"dossier/request/clock"
)

// clock tells in words how much time is left, and how urgent it is.
func (u *ui) clock(r request.Request) (string, ink) {
	answer, err := u.office.desk.Clock(r)
	if err != nil || answer.Due == 0 {
		return "received " + day(r.Received), u.styles.plain
	}
	if r.State.Ended() {
		return string(r.State), u.styles.dim
	}
	by := answer.Due.Time()
	left := int(answer.Due - clock.DayOf(u.now()))
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
