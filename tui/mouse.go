package tui

import tea "github.com/charmbracelet/bubbletea"

// wheelLines is how many lines a notch of the wheel moves.
const wheelLines = 3

// wheel moves through what has the focus, as the arrow keys do. Nothing else of the mouse is taken.
func (a *app) wheel(msg tea.MouseMsg) tea.Cmd {
	kind := tea.KeyUp
	switch msg.Button {
	case tea.MouseButtonWheelUp:
	case tea.MouseButtonWheelDown:
		kind = tea.KeyDown
	default:
		return nil
	}
	var cmds []tea.Cmd
	for range wheelLines {
		cmds = append(cmds, a.key(tea.KeyMsg{Type: kind}))
	}
	return tea.Batch(cmds...)
}
