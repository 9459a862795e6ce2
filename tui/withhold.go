package tui

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
)

// redaction is what is to be taken out of what leaves.
type redaction struct {
	request string
	record  connectors.Ref
	fields  []string // that can be chosen among, where the field is to be asked for
	field   string   // the one that is offered first, or that the passage stands in
	label   string   // the field as a person reads it
	passage string   // not "": chosen already, as it stands there
	why     string   // the reason that is offered
	after   func(why string) step
}

// redact asks which field of a record, or which passage of it, is taken out of what leaves, and why.
func (u *ui) redact(r redaction) tea.Cmd {
	const name, text = "Redact", "The person sees a mark in its place, and the reason. What leaves has to be approved anew."
	why := textField("Why", "", "The person is told it: such as, it is about somebody else").needed().on(r.why)
	where := choiceField("Also elsewhere", "yes", "no, only here")
	given := ""
	do := func(ctx context.Context, of, passage, why, elsewhere string) error {
		given = why
		_, err := u.office.desk.Redact(ctx, r.request, desk.NewRedaction{Record: r.record, Field: of, Passage: passage, Reason: why, Here: elsewhere != "yes"})
		return err
	}
	after := func(a *app) tea.Cmd { return r.after(given)(a) }
	if r.passage != "" {
		return u.put(&asking{name: name, text: "“" + u.value(r.passage) + "” in " + r.label + ". " + text, fields: []*field{why, where}, after: after,
			do: func(ctx context.Context, answers []string) error {
				return do(ctx, r.field, r.passage, answers[0], answers[1])
			}})
	}
	if len(r.fields) == 0 {
		return nil
	}
	of := choiceField("Field", r.fields...)
	of.chosen = max(0, slices.Index(r.fields, r.field))
	return u.put(&asking{name: name, text: text, after: after,
		fields: []*field{of, textField("Passage", "", "As it stands there; empty: the whole field"), why, where},
		do: func(ctx context.Context, answers []string) error {
			return do(ctx, answers[0], answers[1], answers[2], answers[3])
		}})
}

// withhold asks what is withheld from which rights, and why.
func (u *ui) withhold(id string, ref connectors.Ref, label string, fields []string, at string, after step) tea.Cmd {
	const whole = "all of it"
	of := choiceField("Field", append([]string{whole}, fields...)...)
	of.chosen = slices.Index(fields, at) + 1
	system := u.system(ref.System)
	reach := []string{"this record", "every record of " + label, "everything in " + system}
	return u.put(&asking{name: "Withhold", text: "It is exempt from what is asked for, by a reason in law. The person is told the reason. What leaves has to be approved anew.",
		fields: []*field{choiceField("What", reach...), of,
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
	return w.ui.redact(redaction{request: w.request.ID, record: m.Record.Ref, fields: m.Record.Names, field: w.fieldInFocus(),
		after: func(string) step { return w.withheld("Redacted in " + m.Label + " of " + m.SystemTitle) }})
}

// fieldInFocus returns the name of the field under the cursor of the record that has the focus, "" where none is.
func (w *work) fieldInFocus() string {
	if w.focus != onDetail {
		return ""
	}
	return w.record.field()
}

// withholdChosen withholds the chosen record, its like, or a field of it.
func (w *work) withholdChosen() tea.Cmd {
	m := w.match()
	if m == nil || !w.decidable() {
		return nil
	}
	return w.ui.withhold(w.request.ID, m.Record.Ref, m.Label, m.Record.Names, w.fieldInFocus(), w.withheld("Withheld of "+m.Label+" of "+m.SystemTitle))
}

// withheld notes on the screen that something was withheld.
func (w *work) withheld(what string) step {
	return func(*app) tea.Cmd {
		w.log.add(w.ui.styles.plain, what)
		return nil
	}
}
