package tui

import (
	"context"
	"fmt"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// askProve asks where the proof of the chosen entry is written.
func (l *logPage) askProve() tea.Cmd {
	e := l.entries.at(l.browser.scroll.cursor)
	if e == nil {
		return nil
	}
	var path string
	var proof desk.Proof
	number := strconv.FormatInt(e.Seq, 10)
	return l.ui.put(&asking{name: "Prove entry " + number, text: "Writes the entry with the hashes that lead from it to a signed checkpoint. Whoever has the log's key checks it with that alone, on any computer. It takes the place of no other file.",
		fields: []*field{textField("File", "", "").needed().on("entry-" + number + ".json")},
		do: func(ctx context.Context, answers []string) (err error) {
			if path, err = whole(answers[0]); err == nil {
				proof, err = l.ui.office.desk.WriteProof(ctx, e.Seq, path)
			}
			return err
		}, after: func(a *app) tea.Cmd {
			words := "● Proved: " + e.What + ", " + moment(proof.Entry.Time) + ", by " + proof.Entry.Operator + ", stands in the log as entry " + number + ".\nWritten: " + path
			if l.report != nil && l.report.Key != "" {
				words += "\nThe log's key, which goes another way than the proof:\n" + l.report.Key
			}
			a.show(&said{l.ui, "Entry " + number, words, l.ui.styles.good})
			return nil
		}})
}

// askOlder asks for a file with an older checkpoint, and compares the log with it.
func (l *logPage) askOlder() tea.Cmd {
	return l.ui.put(&asking{name: "Compare with an older checkpoint", text: "A copy of log.checkpoint that was kept where nobody who works with the journal can write tells a history that was written anew.",
		fields: []*field{textField("File", "", "Empty: with the journal's own alone").on(l.older)},
		take: func(answers []string) tea.Cmd {
			l.older = answers[0]
			return l.verify()
		}})
}

// ownKey is the hint of a log's key.
const ownKey = "Of another log; empty: of this one"

// askProof asks for the file of a proof, and tells what it proves.
func (u *ui) askProof() tea.Cmd {
	var e desk.Entry
	return u.put(&asking{name: "Check a proof of the log", fields: []*field{textField("File", "", "As it was written for an entry").needed(), textField("Log's key", "", ownKey)},
		do: func(ctx context.Context, answers []string) error {
			path, err := whole(answers[0])
			if err == nil {
				e, err = u.office.desk.CheckProof(ctx, path, answers[1])
			}
			return err
		}, after: func(a *app) tea.Cmd {
			about := ""
			for _, part := range []string{e.Request, e.System} {
				if part != "" {
					about += ", " + part
				}
			}
			a.show(&said{u, "A proof of the log", fmt.Sprintf("● It is proved that this stands in the log, as entry %d:\n%s%s, %s, by %s", e.Seq, e.What, about, moment(e.Time), e.Operator), u.styles.good})
			return nil
		}})
}
