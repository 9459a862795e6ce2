package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
)

// whose asks whom a record concerns that is not the subject's.
type whose struct {
	work  *work
	input textinput.Model
}

// askWhose asks whom the chosen record concerns, and decides so.
func (w *work) askWhose() tea.Cmd {
	if w.decidable() {
		q := &whose{work: w, input: textField("", "", "").input}
		q.input.Focus()
		w.ui.then(func(a *app) tea.Cmd { a.show(q); return nil })
	}
	return nil
}

func (q *whose) typing() bool { return true }

func (q *whose) title() string { return "Whose record is it?" }

func (q *whose) update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	switch keys := q.work.ui.keyMap; {
	case key.Matches(k, keys.back):
		q.work.ui.then(closeDialog)
	case key.Matches(k, keys.keep):
		if who := strings.TrimSpace(q.input.Value()); who != "" {
			q.work.ui.then(closeDialog)
			return q.work.decide(elsewhose, who)
		}
	default:
		q.input, _ = q.input.Update(msg)
	}
	return nil
}

func (q *whose) lines(width int) []line {
	s := q.work.ui.styles
	lines := []line{append(line{{s.strong, "Who  "}}, typed(s, &q.input, true, width-5)...), nil}
	return append(lines, paragraph(s.dim, "A name, or the id of that person's request. The record, and what is beneath it, is excluded, here and in later searches of this request.", width)...)
}

func (q *whose) hints() []key.Binding {
	k := q.work.ui.keyMap
	return []key.Binding{k.keep, k.back}
}
