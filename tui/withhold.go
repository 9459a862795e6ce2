package tui

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
)

// redact asks which field of a record, or which passage of it, is taken out of what leaves, and why.
func (u *ui) redact(id string, ref connectors.Ref, fields []string, passage string, after step) tea.Cmd {
	if len(fields) == 0 {
		return nil
	}
	where := choiceField("Also elsewhere", "yes", "no, only here")
	return u.put(&asking{name: "Redact", text: "The person sees a mark in its place, and the reason. What leaves has to be approved anew.",
		fields: []*field{choiceField("Field", fields...), textField("Passage", "", "As it stands there; empty: the whole field").on(passage),
			textField("Why", "", "The person is told it: such as, it is about somebody else").needed(), where},
		do: func(ctx context.Context, answers []string) error {
			_, err := u.office.desk.Redact(ctx, id, desk.NewRedaction{Record: ref, Field: answers[0], Passage: answers[1], Reason: answers[2], Here: answers[3] != "yes"})
			return err
		}, after: after})
}

// withhold asks what is withheld from which rights, and why.
func (u *ui) withhold(id string, ref connectors.Ref, label string, fields []string, after step) tea.Cmd {
	const whole = "all of it"
	system := u.system(ref.System)
	reach := []string{"this record", "every record of " + label, "everything in " + system}
	return u.put(&asking{name: "Withhold", text: "It is exempt from what is asked for, by a reason in law. The person is told the reason. What leaves has to be approved anew.",
		fields: []*field{choiceField("What", reach...), choiceField("Field", append([]string{whole}, fields...)...),
			textField("From the rights", "", "Of "+strings.Join(connectors.Rights, ", ")+"; put ; between several").on(connectors.Rights[0]).needed(),
			textField("Why", "", "Such as: legal privilege; a reference given in confidence").needed()},
		do: func(ctx context.Context, answers []string) error {
			n := desk.NewExemption{Reason: answers[3]}
			for right := range strings.SplitSeq(answers[2], ";") {
				n.Rights = append(n.Rights, strings.TrimSpace(right))
			}
			if answers[1] != whole {
				n.Field = answers[1]
			}
			switch slices.Index(reach, answers[0]) {
			case 0:
				n.Record = &ref
			case 1:
				n.System, n.Entity = ref.System, ref.Entity
			default:
				n.System, n.Field = ref.System, ""
			}
			_, err := u.office.desk.Exempt(ctx, id, n)
			return err
		}, after: after})
}

// redactChosen redacts in the chosen record.
func (w *work) redactChosen() tea.Cmd {
	m := w.match()
	if m == nil || !w.decidable() {
		return nil
	}
	return w.ui.redact(w.request.ID, m.Record.Ref, m.Record.Names, "", w.withheld("Redacted in "+m.Label+" of "+m.SystemTitle))
}

// withholdChosen withholds the chosen record, its like, or a field of it.
func (w *work) withholdChosen() tea.Cmd {
	m := w.match()
	if m == nil || !w.decidable() {
		return nil
	}
	return w.ui.withhold(w.request.ID, m.Record.Ref, m.Label, m.Record.Names, w.withheld("Withheld of "+m.Label+" of "+m.SystemTitle))
}

// withheld notes on the screen that something was withheld.
func (w *work) withheld(what string) step {
	return func(*app) tea.Cmd {
		w.log.add(w.ui.styles.plain, what)
		return nil
	}
}
