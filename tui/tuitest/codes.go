package tuitest

import "github.com/charmbracelet/x/ansi"

// csi takes a control sequence: where the cursor goes, what is erased, which modes are set.
func (s *Screen) csi(cmd ansi.Cmd, params ansi.Params) {
	n := func(i, otherwise int) int {
		v, _, ok := params.Param(i, otherwise)
		if !ok {
			return otherwise
		}
		return v
	}
	by := max(1, n(0, 1))
	if cmd.Prefix() == '?' && (cmd.Final() == 'h' || cmd.Final() == 'l') {
		for i := range params {
			s.mode(n(i, 0), cmd.Final() == 'h')
		}
		return
	}
	if cmd.Prefix() != 0 || cmd.Intermediate() != 0 {
		s.odd("CSI %c %c", cmd.Prefix(), cmd.Final())
		return
	}
	switch cmd.Final() {
	case 'A':
		s.to(s.x, s.y-by)
	case 'B':
		s.to(s.x, s.y+by)
	case 'C':
		s.to(s.x+by, s.y)
	case 'D':
		s.to(s.x-by, s.y)
	case 'E':
		s.to(0, s.y+by)
	case 'F':
		s.to(0, s.y-by)
	case 'G':
		s.to(by-1, s.y)
	case 'd':
		s.to(s.x, by-1)
	case 'H', 'f':
		s.to(max(1, n(1, 1))-1, by-1)
	case 'J':
		s.eraseScreen(n(0, 0))
	case 'K':
		s.eraseLine(n(0, 0))
	case 'm':
		s.sgr(params)
	default:
		s.odd("CSI %c", cmd.Final())
	}
}

func (s *Screen) eraseScreen(how int) {
	from, to := 0, s.height()
	switch how {
	case 0:
		s.eraseLine(0)
		from = s.y + 1
	case 1:
		s.eraseLine(1)
		to = s.y
	}
	for y := from; y < to; y++ {
		s.rows[y] = blankRow(s.width())
	}
}

func (s *Screen) eraseLine(how int) {
	from, to := 0, s.width()
	switch how {
	case 0:
		from = s.x
	case 1:
		to = s.x + 1
	}
	copy(s.rows[s.y][from:to], blankRow(to-from))
}

// mode sets or resets a private mode of DEC or xterm.
func (s *Screen) mode(mode int, set bool) {
	switch mode {
	case 25:
		s.hidden = !set
	case 47, 1047, 1049:
		if set == s.alt {
			return
		}
		s.alt = set
		s.rows, s.other = s.other, s.rows
		if set {
			s.saved = [2]int{s.x, s.y}
			s.rows = blank(s.width(), s.height())
			s.to(0, 0)
		} else {
			s.to(s.saved[0], s.saved[1])
		}
	case 1, 7, 12, 1000, 1002, 1003, 1006, 1004, 2004, 2026: // keys, mouse, focus, paste: the keyboard's part
	default:
		s.odd("mode %d", mode)
	}
}
