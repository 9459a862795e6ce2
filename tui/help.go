package tui

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// help lists every key of a screen; it is made of the same bindings that the screen obeys.
type help struct {
	ui     *ui
	groups []group
}

func (h *help) title() string { return "Keys" }

func (h *help) update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	if ok && key.Matches(k, h.ui.keyMap.back, h.ui.keyMap.help, h.ui.keyMap.quit, h.ui.keyMap.open) {
		h.ui.then(closeDialog)
	}
	return nil
}

// lines lists the groups below each other, in two columns where they fit.
func (h *help) lines(width int) []line {
	const column = 44
	var lines []line
	for _, g := range h.groups {
		if !slices.ContainsFunc(g.commands, func(c command) bool { return c.key.Help().Key != "" }) {
			continue // they are in the palette alone
		}
		lines = append(lines, h.group(g)...)
	}
	if width < 2*column {
		return lines
	}
	half := (len(lines) + 1) / 2
	for half < len(lines) && len(lines[half-1]) > 0 {
		half++ // a group is not torn
	}
	for i, right := range lines[half:] {
		used := 0
		for _, s := range lines[i] {
			used += cells(s.text)
		}
		lines[i] = append(append(lines[i], span{h.ui.styles.plain, pad("", column-used)}), right...)
	}
	return lines[:half]
}

func (h *help) group(g group) []line {
	s := h.ui.styles
	lines := []line{{{s.strong, g.title}}}
	for _, c := range g.commands {
		if c.key.Help().Key == "" {
			continue
		}
		lines = append(lines, line{{s.accent, pad("  "+c.key.Help().Key, 14)}, {s.plain, c.key.Help().Desc}})
	}
	return append(lines, nil)
}

// pad fills clean text up to that many cells.
func pad(text string, width int) string {
	for n := cells(text); n < width; n++ {
		text += " "
	}
	return text
}

func (h *help) hints() []key.Binding {
	k := h.ui.keyMap
	return []key.Binding{k.up, k.down, k.back}
}
