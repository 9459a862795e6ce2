package tui

import (
	"context"
	"errors"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

var errNoErasure = errors.New("a certificate is issued of an erasure that was carried out and verified: this plan is none yet")

// askCertificate asks for a file's name, and has the certificate of the erasure written there.
func (p *plan) askCertificate() tea.Cmd {
	if p.status == nil || p.running() || p.status.Action != desk.Erase || !p.status.State.Carried() {
		return p.notYet(errNoErasure)
	}
	var issued desk.Issued
	return p.ui.put(&asking{name: "Certificate of " + p.id, text: "It says per system what went, what stays and why, and what backups hold, with the log's proof: as JSON that can be checked, and as PDF for people. It takes the place of no other file.",
		fields: []*field{textField("File", "", "Its name ends in .json and in .pdf").needed().on("certificate-" + strings.ReplaceAll(p.id, "/", "-"))},
		do: func(ctx context.Context, answers []string) error {
			path, err := whole(answers[0])
			if err != nil {
				return err
			}
			issued, err = p.ui.office.desk.Certificate(ctx, p.id, path)
			return err
		}, after: func(a *app) tea.Cmd {
			p.log.add(p.ui.styles.good, "Certificate issued ("+issued.Outcome+"): "+issued.PDF+" and "+issued.JSON)
			a.show(&written{p.ui, issued})
			return nil
		}})
}

// written tells where a certificate was written.
type written struct {
	ui     *ui
	issued desk.Issued
}

func (w *written) title() string { return "Certificate of " + w.issued.Plan }

func (w *written) update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyMsg); ok && key.Matches(k, w.ui.keyMap.shut) {
		w.ui.then(closeDialog)
	}
	return nil
}

func (w *written) lines(width int) []line {
	s := w.ui.styles
	lines := []line{{{s.good, "● Issued: " + w.issued.Outcome}}, nil}
	for _, file := range []string{w.issued.PDF, w.issued.JSON} {
		lines = append(lines, paragraph(s.plain, file, width)...)
	}
	lines = append(lines, nil, line{{s.dim, "its sum, which the log holds"}})
	return append(lines, paragraph(s.dim, w.issued.SHA256, width)...)
}

func (w *written) hints() []key.Binding { return []key.Binding{w.ui.keyMap.shut} }

// draftNotices drafts the notices that the restriction of the plan ends.
func (p *plan) draftNotices() tea.Cmd {
	if p.status == nil || p.status.Action != desk.Restrict || !p.status.State.Carried() {
		return p.notYet(errNoRestriction)
	}
	return p.ui.office.answer(then(func(msg tea.Msg) tea.Cmd {
		if err, failed := msg.(error); failed {
			p.ui.fail("No notices were drafted", err, nil)
			return nil
		}
		p.log.add(p.ui.styles.plain, "Drafted: "+plural(msg.(int), "notice")+" that the restriction ends; they are tasks (t)")
		return nil
	}), func() tea.Msg {
		drafted, err := p.ui.office.desk.DraftNotices(p.ui.office.short, p.id, true)
		if err != nil {
			return err
		}
		return len(drafted)
	})
}

var errNoRestriction = errors.New("only of a restriction that was carried out is there somebody to tell that it ends")
