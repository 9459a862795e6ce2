package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// help lists every key of a screen; it is made of the same bindings that the screen obeys.
type help struct {
	ui   *ui
	page page
}

func newHelp(u *ui, groups []keyGroup) *help {
	h := &help{ui: u}
	for _, g := range append(groups, u.keyMap.everywhere()) {
		if len(h.page.lines) > 0 {
			h.page.lines = append(h.page.lines, nil)
		}
		h.page.lines = append(h.page.lines, line{{u.styles.strong, g.title}})
		for _, b := range g.keys {
			h.page.lines = append(h.page.lines, line{{u.styles.accent, pad("  "+b.Help().Key, 16)}, {u.styles.plain, b.Help().Desc}})
		}
	}
	return h
}

// pad fills clean text up to that many cells.
func pad(text string, width int) string {
	for n := cells(text); n < width; n++ {
		text += " "
	}
	return text
}

func (h *help) title() string { return "Keys" }

func (h *help) update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	if !ok || h.page.update(h.ui.keyMap, k) {
		return nil
	}
	if key.Matches(k, h.ui.keyMap.back, h.ui.keyMap.help, h.ui.keyMap.quit, h.ui.keyMap.open) {
		h.ui.then(closeDialog)
	}
	return nil
}

func (h *help) draw(p *pen, width, height int) { drawPage(p, &h.page, width, height) }

func (h *help) keys() []keyGroup {
	k := h.ui.keyMap
	return []keyGroup{{"", []key.Binding{k.up, k.down, k.back}}}
}
