package tui

import (
	"bytes"
	"testing"

	"dossier/tui/tuitest"
)

// TestResizeWhileSearching changes the size of a real terminal while a search runs, on terminals of every kind of colours: each frame is
// whole, below the smallest size the screen says what it needs, and only the terminal's own sixteen colours are used, or none.
func TestResizeWhileSearching(t *testing.T) {
	for _, test := range []struct {
		name    string
		env     []string
		colours bool
	}{
		{"dark", nil, true},
		{"light", []string{"COLORFGBG=0;15", "COLORTERM=truecolor"}, true},
		{"none", []string{"NO_COLOR=1"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			term := tuitest.Start(t, 80, 24, self(t, "searching", test.env...))
			term.Run(`
				expect ► SAR-2026-0002
				press / 0 0 0 4
				expect ► SAR-2026-0004
				press enter
				expect enter open
				press enter
				expect next: search (s)
				press s
				expect searching (s stops)
				whole
				resize 200 50
				expect ── Log
				whole
				resize 60 20
				expect searching
				whole
				resize 40 10
				expect Make the window larger
				expect at least 60 by 16
				resize 80 24
				expect searching (s stops)
				whole
				press ctrl+c
				expect Quit and stop the search?
				press y
				exit 0
			`)
			out := term.Output()
			if got := bytes.Contains(out, []byte("\x1b[9")) || bytes.Contains(out, []byte("\x1b[3")); got != test.colours {
				t.Errorf("colours are used: %v, want %v", got, test.colours)
			}
			for _, code := range []string{"38;5;", "38;2;", "48;5;", "48;2;"} {
				if bytes.Contains(out, []byte(code)) {
					t.Errorf("a colour is used that a terminal of sixteen does not have: %s", code)
				}
			}
			if unknown := term.Screen().Unknown(); len(unknown) > 0 {
				t.Errorf("the terminal was sent codes that no screen needs: %q", unknown)
			}
		})
	}
}
