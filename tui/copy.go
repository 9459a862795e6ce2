package tui

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
)

// errCopyOff says why nothing is copied.
var errCopyOff = errors.New("the register does not allow values to be copied: [screen] copy = true there does, and each that is copied is logged")

// copyValue asks which field of the chosen record goes to the clipboard of the operator's computer, where the register allows it.
func (w *work) copyValue() tea.Cmd {
	m := w.match()
	switch {
	case m == nil || w.search != nil:
		return nil
	case !w.ui.office.desk.Register().Screen.Copy:
		w.ui.fail("Nothing is copied", errCopyOff, nil)
		return nil
	}
	id, of := w.request.ID, choiceField("Field", m.Record.Names...)
	of.chosen = max(0, slices.Index(m.Record.Names, w.fieldInFocus()))
	return w.ui.put(&asking{name: "Copy a value", text: "It goes to the clipboard, where other programs read it. That it is copied is logged.",
		fields: []*field{of},
		do: func(ctx context.Context, answers []string) error {
			v := m.Record.Get(answers[0])
			if v.IsNull() || v.IsStream() {
				return errors.New("there is no text in this field")
			}
			if err := w.ui.office.desk.Copied(ctx, id, m.Record.Ref); err != nil {
				return err
			}
			return clip(w.ui.office.out, v)
		}})
}

// clip puts a value into the terminal's clipboard (OSC 52 of xterm): its bytes are encoded, so that nothing of them steers the terminal.
func clip(terminal io.Writer, v connectors.Value) error {
	_, err := io.WriteString(terminal, "\x1b]52;c;"+base64.StdEncoding.EncodeToString([]byte(v.String()))+"\a")
	return err
}
