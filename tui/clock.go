package tui

import (
	"strings"

	"dossier/request"
	"dossier/request/clock"
)

// timing is a clock as it is shown: as a bar, in words, and how urgent it is.
type timing struct {
	bar   string
	sign  string // "!" where it presses, "!!" where it is too late
	words string
	ink   ink
}

// barCells is the length of a clock's bar.
const barCells = 6

// timing tells how much time a request has left.
func (u *ui) timing(v *overview) timing {
	s, by := u.styles, ""
	if v.Clock.Due != 0 {
		by = ", due " + v.Clock.Due.Time().Format("2 Jan")
	}
	bar := u.bar(v)
	switch urgent, left := v.urgency(u.today()); urgent {
	case over:
		return timing{strings.Repeat(" ", barCells), "  ", string(v.State), s.dim}
	case late:
		return timing{bar, "!!", plural(-left, "day") + " late" + by, s.bad}
	case dueToday:
		return timing{bar, "! ", "due today", s.bad}
	case soon:
		return timing{bar, "! ", plural(left, "day") + " left" + by, s.warn}
	case paused:
		if v.Clock.State == clock.Paused {
			return timing{bar, "= ", "stands still, " + plural(left, "day") + " left after it", s.plain}
		}
		return timing{bar, "= ", "not started", s.plain}
	case timeless:
		if v.Unclear != nil {
			return timing{bar, "? ", "unclear: " + v.Unclear.Error(), s.warn}
		}
		return timing{bar, "  ", "received " + day(v.Received), s.plain}
	default:
		return timing{bar, "  ", plural(left, "day") + " left" + by, s.plain}
	}
}

// bar draws how much of the time of a request has passed.
func (u *ui) bar(v *overview) string {
	if v.Clock.Due == 0 {
		return strings.Repeat("·", barCells)
	}
	whole, passed := int(v.Clock.Due-v.Clock.Start), int(u.today()-v.Clock.Start)
	full := barCells
	if whole > 0 {
		full = max(0, min(barCells, (passed*barCells+whole/2)/whole))
	}
	return strings.Repeat("■", full) + strings.Repeat("□", barCells-full)
}

func (u *ui) today() clock.Day { return clock.DayOf(u.now()) }

// clock tells in words how much time a request has left, and how urgent it is; nothing until the list has come.
func (u *ui) clock(r request.Request) (string, ink) {
	v, ok := u.known[r.ID]
	if !ok {
		return "", u.styles.plain
	}
	t := u.timing(v)
	return strings.TrimSpace(strings.TrimSpace(t.sign) + " " + t.words), t.ink
}
