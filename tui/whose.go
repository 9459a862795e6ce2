package tui

import tea "github.com/charmbracelet/bubbletea"

// askWhose asks whom the chosen record concerns that is not the subject's, and decides so.
func (w *work) askWhose() tea.Cmd {
	if !w.decidable() {
		return nil
	}
	return w.ui.put(&asking{name: "Whose record is it?",
		text:   "A name, or the id of that person's request. The record, and what is beneath it, is excluded, here and in later searches of this request.",
		fields: []*field{textField("Who", "", "").needed()},
		take:   func(answers []string) tea.Cmd { return w.decide(elsewhose, answers[0]) }})
}
