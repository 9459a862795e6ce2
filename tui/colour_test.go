package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"
)

// TestColours holds the codes of one screen on dark and light terminals with 16 colours, and that without
// the codes each is the same text: nothing is told by colour alone.
func TestColours(t *testing.T) {
	plain := ""
	for _, test := range []struct {
		name    string
		profile termenv.Profile
		dark    bool
	}{{"none", termenv.Ascii, true}, {"dark", termenv.ANSI, true}, {"light", termenv.ANSI, false}} {
		t.Run(test.name, func(t *testing.T) {
			frame := coloured(t, test.profile, test.dark)
			if test.name == "none" {
				plain = frame
			} else if ansi.Strip(frame) != plain {
				t.Error("without its codes the screen is not the one without colours")
			}
			for n, l := range strings.Split(frame, "\n") {
				if ansi.StringWidth(l) != 140 {
					t.Errorf("line %d has %d cells", n, ansi.StringWidth(l))
				}
			}
			golden.RequireEqualEscape(t, []byte(frame), true)
		})
	}
}

// coloured draws a searched request, one of whose systems failed, with its record in sight.
func coloured(t *testing.T, profile termenv.Profile, dark bool) string {
	o := newOffice(context.Background(), sample(t))
	t.Cleanup(o.close)
	a := newApp(o, Options{Environ: []string{}, Output: &strings.Builder{}, Now: func() time.Time { return today }}.filled())
	a.profile, a.dark = profile, !dark
	a.Update(tea.KeyMsg{Type: tea.KeyCtrlT}) // to the colours wanted
	a.Update(tea.WindowSizeMsg{Width: 140, Height: 24})
	a.Update(requestsMsg{requests: sampleOverviews(t)})
	for _, k := range []tea.KeyType{tea.KeyDown, tea.KeyEnter} {
		a.Update(tea.KeyMsg{Type: k})
	}
	tree := newTree(o.desk.Register())
	found := sampleFinding()
	for i := range found.Matches {
		tree.add(&found.Matches[i])
	}
	a.Update(findingMsg{id: "SAR-2026-0003", searched: today, tree: tree, coverage: found.Coverage})
	a.Update(viewedMsg{id: "SAR-2026-0003", record: found.Matches[0].Record.Ref.ID()})
	return a.View()
}

// TestStart holds what the environment says of colours.
func TestStart(t *testing.T) {
	for _, test := range []struct {
		environ []string
		dark    bool
	}{{nil, true}, {[]string{"COLORFGBG=0;15"}, false}} {
		t.Run(fmt.Sprint(test.environ), func(t *testing.T) {
			if got := (Options{Environ: test.environ}).dark(); got != test.dark {
				t.Errorf("dark: %v, want %v", got, test.dark)
			}
		})
	}
	if got := environ([]string{"A=1", "A=2"}).Getenv("A"); got != "2" {
		t.Errorf("the last A counts: got %q", got)
	}
}
