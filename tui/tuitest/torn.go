package tuitest

import (
	"fmt"
	"strings"
)

// Lines that go down a screen: where they begin, what they may be on their way, and where they end.
const (
	begins = "┬┏┓"
	goesOn = "│┃┼├┤┝┥"
	ends   = "┴┗┛"
)

// Torn tells what is wrong with the frame that is shown, "" where it is whole: every line that divides it or frames a part of it goes
// down from its beginning to its end, or to the last row, which is the keys', without a gap, which a row that is too long or too short would tear, and the first and the last row
// hold something.
func (s *Screen) Torn() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, y := range []int{0, s.height() - 1} {
		if blankCells(s.rows[y]) {
			return fmt.Sprintf("row %d is empty", y+1)
		}
	}
	for x := range s.width() {
		within := false
		for y := range s.height() - 1 {
			switch c := s.rows[y][x].text; {
			case c == "" || c == " ":
				if within {
					return fmt.Sprintf("the line in column %d ends in row %d", x+1, y)
				}
			case strings.Contains(begins, c):
				within = true
			case strings.Contains(ends, c):
				if !within {
					return fmt.Sprintf("the line in column %d ends in row %d and never began", x+1, y+1)
				}
				within = false
			case within && !strings.Contains(goesOn, c):
				return fmt.Sprintf("the line in column %d is broken in row %d by %q", x+1, y+1, c)
			}
		}
	}
	return ""
}

func blankCells(row []cell) bool {
	for _, c := range row {
		if c.text != " " && c.text != "" {
			return false
		}
	}
	return true
}
