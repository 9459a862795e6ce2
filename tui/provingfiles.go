package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/export"
)

// askPackage asks for the file of a package, and tells whether it is whole and as it was written.
func (u *ui) askPackage() tea.Cmd {
	phrase := textField("Passphrase", "", "Of a package that age has locked; else empty")
	phrase.hidden = true
	return u.put(&asking{name: "Check a package", fields: []*field{textField("File", "", "").needed(), textField("Log's key", "", ownKey), phrase},
		take: func(answers []string) tea.Cmd {
			return u.visitRunning("Check of a package", func(ctx context.Context, far func(string)) (outcome, error) {
				path, err := whole(answers[0])
				if err != nil {
					return outcome{}, err
				}
				far("checking every file of " + path + " …")
				r, err := u.office.desk.CheckPackage(ctx, path, answers[1], answers[2])
				if err != nil {
					return outcome{}, err
				}
				return packageOutcome(path, r), nil
			})
		}})
}

func packageOutcome(path string, r export.Report) outcome {
	out := outcome{"it is as it was written", len(r.Problems) == 0, []string{path, "the package of " + r.Manifest.Request.ID,
		plural(r.Files, "file") + " and " + plural(r.Records, "record") + " are as they were written"}}
	if r.Entries > 0 {
		out.lines = append(out.lines, count(r.Entries)+" entries of the action log stand in the log that was signed")
	}
	if !out.good {
		out.words = "it is not as it was written: do not hand it over, write it again"
	}
	for _, p := range r.Problems {
		out.lines = append(out.lines, "× "+p)
	}
	for _, n := range r.Notes {
		out.lines = append(out.lines, "· "+n)
	}
	return out
}

// askCertificateFile asks for the file of a certificate, and tells whether it was issued and is as it was.
func (u *ui) askCertificateFile() tea.Cmd {
	var c export.Certificate
	var note string
	return u.put(&asking{name: "Check a certificate", fields: []*field{textField("File", "", "The one that ends in .json").needed(), textField("Log's key", "", ownKey)},
		do: func(ctx context.Context, answers []string) error {
			path, err := whole(answers[0])
			if err == nil {
				c, note, err = u.office.desk.CheckCertificate(ctx, path, answers[1])
			}
			return err
		}, after: func(a *app) tea.Cmd {
			words := "● It was issued, and is as it was: the certificate of " + c.Plan + ", erasure " + c.Outcome + ", of " + day(c.Issued) + "."
			if note != "" {
				words += "\n" + note
			}
			a.show(&said{u, "A certificate", words, u.styles.good})
			return nil
		}})
}
