package connectors

import "time"

// Screen says how the screen keeps what it shows from other eyes than its operator's.
type Screen struct {
	Lock  Duration `toml:"lock"`  // how long it may be left before it locks; 5 minutes when empty
	Copy  bool     `toml:"copy"`  // a value may be copied to the clipboard of the operator's computer
	Mouse bool     `toml:"mouse"` // the wheel of the mouse moves, a click chooses, two open; the terminal then marks no text with it
}

// The shortest and the longest time that the screen may be left.
const (
	minLock = 10 * time.Second
	maxLock = time.Hour
)

// settle checks the keys and fills in what is empty.
func (c *Screen) settle(s *Settings) error {
	switch d := c.Lock.Duration; {
	case d == 0:
		c.Lock.Duration = 5 * time.Minute
	case d < minLock || d > maxLock:
		return s.Problem("screen.lock", `write how long the screen may be left before it locks, from "10s" to "1h"`)
	}
	return nil
}
