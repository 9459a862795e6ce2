package tui

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// ink is how text is drawn: the terminal's codes before and after it, both empty where the terminal has
// no colours or the user wants none.
type ink struct{ on, off string }

// styles are the inks of the screen. Colours are of the terminal's own sixteen, so that they fit its theme; nothing is told by
// colour alone.
type styles struct {
	plain    ink // text
	strong   ink // what the eye should find first
	dim      ink // what may be overlooked
	accent   ink // titles of what has the focus, keys
	good     ink // searched, included, agrees
	warn     ink // to be decided, partly
	bad      ink // failed, excluded, differs
	selected ink // the line under the cursor, where the pane has the focus
	input    ink // where text is typed
	cursor   ink // the cursor in it
}

// newStyles returns the styles for a terminal with that many colours and that background.
func newStyles(profile termenv.Profile, dark bool) *styles {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(profile)
	r.SetHasDarkBackground(dark)
	colour := func(onDark, onLight string) lipgloss.Style {
		return r.NewStyle().Foreground(lipgloss.AdaptiveColor{Dark: onDark, Light: onLight})
	}
	return &styles{
		strong:   newInk(r.NewStyle().Bold(true)),
		dim:      newInk(r.NewStyle().Faint(true)),
		accent:   newInk(colour("14", "4").Bold(true)),
		good:     newInk(colour("10", "2")),
		warn:     newInk(colour("11", "5")),
		bad:      newInk(colour("9", "1")),
		selected: newInk(r.NewStyle().Reverse(true)),
		input:    newInk(r.NewStyle().Underline(true)),
		cursor:   newInk(r.NewStyle().Reverse(true)),
	}
}

// newInk takes the codes out of a style by drawing one letter with it.
func newInk(s lipgloss.Style) ink {
	on, off, _ := strings.Cut(s.Render("x"), "x")
	return ink{on, off}
}
