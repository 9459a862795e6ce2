// Package background decides whether the screen is drawn for a dark or a light terminal without asking
// the terminal.
//
// bubbletea v1 asks it in an init of its own: it writes escape codes to standard output and waits up to
// five seconds for an answer, in every command of every program that links it, even where nothing is
// drawn. It does not ask once lipgloss has been told, which the init of this package does. Go runs the
// inits of packages that do not depend on each other in the order of their import paths, and this
// one's begins with "dossier/", before "github.com/charmbracelet/bubbletea". A test of package tui
// holds it, on a pseudo-terminal.
//
// Asking later is no better: an answer that comes late is read as keys pressed.
package background

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
)

func init() { lipgloss.SetHasDarkBackground(true) }

// Dark reports whether the terminal's background is dark, as far as its environment ("NAME=value")
// tells: COLORFGBG, whose last number is the background's colour of the sixteen (rxvt, Konsole, iTerm2).
// It is true where nothing tells.
func Dark(environ []string) bool {
	for _, e := range environ {
		value, ok := strings.CutPrefix(e, "COLORFGBG=")
		if !ok {
			continue
		}
		colour, err := strconv.Atoi(value[strings.LastIndexByte(value, ';')+1:])
		if err != nil || colour < 0 || colour > 15 {
			continue
		}
		return colour < 7 || colour == 8
	}
	return true
}
