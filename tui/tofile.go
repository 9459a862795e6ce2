package tui

import (
	"context"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// askFile asks for a new file's name, has it written, and tells where it was.
func (u *ui) askFile(name, text, file, hint string, write func(ctx context.Context, path string) error) tea.Cmd {
	var path string
	return u.put(&asking{name: name, text: text + " It takes the place of no other file.", fields: []*field{textField("File", "", hint).needed().on(file)},
		do: func(ctx context.Context, answers []string) (err error) {
			if path, err = whole(answers[0]); err != nil {
				return err
			}
			return write(ctx, path)
		}, after: func(a *app) tea.Cmd {
			a.show(&said{u, name, "● Written: " + path, u.styles.good})
			return nil
		}})
}

// said tells that something was done.
type said struct {
	ui   *ui
	name string
	text string
	ink  ink
}

func (d *said) title() string { return d.name }

func (d *said) update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyMsg); ok && key.Matches(k, d.ui.keyMap.shut) {
		d.ui.then(closeDialog)
	}
	return nil
}

func (d *said) lines(width int) []line { return paragraph(d.ink, d.text, width) }

func (d *said) hints() []key.Binding { return []key.Binding{d.ui.keyMap.shut} }

// askProcessing asks where the record of processing activities is written.
func (e *estate) askProcessing() tea.Cmd {
	return e.ui.askFile("Record of processing activities", "What the register says of every system (Article 30), and what it does not say and should.", "processing.md",
		"Its end says the form: .md to read and print, .csv for a spreadsheet, .json", e.ui.office.desk.WriteProcessings)
}
