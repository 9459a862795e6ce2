package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// fact is one thing that is noted of an incident: as it stands in a form, and how it is taken from there.
type fact struct {
	label, hint string
	get         func(f *desk.IncidentFacts) string
	set         func(f *desk.IncidentFacts, answer string) error
}

// says is a fact that is free text.
func says(label, hint string, of func(f *desk.IncidentFacts) *string) fact {
	return fact{label, hint, func(f *desk.IncidentFacts) string { return *of(f) }, func(f *desk.IncidentFacts, a string) error { *of(f) = a; return nil }}
}

// at is a fact that is a time.
func at(label, hint string, of func(f *desk.IncidentFacts) *time.Time) fact {
	return fact{label, hint, func(f *desk.IncidentFacts) string { return writeMoment(*of(f)) }, func(f *desk.IncidentFacts, a string) (err error) {
		*of(f), err = parseMoment(a)
		return err
	}}
}

// about is a fact that is a number.
func about(label, hint string, of func(f *desk.IncidentFacts) *int) fact {
	return fact{label, hint, func(f *desk.IncidentFacts) string {
		if *of(f) == 0 {
			return ""
		}
		return strconv.Itoa(*of(f))
	}, func(f *desk.IncidentFacts, a string) (err error) {
		if *of(f), err = strconv.Atoi(strings.ReplaceAll(a, ",", "")); a == "" {
			err = nil
		}
		if err != nil {
			return errors.New("write a number, or nothing where it is not known yet")
		}
		return nil
	}}
}

func (n *incidents) facts() []fact {
	return []fact{
		at("Aware since", "When the organisation became aware of it, such as 21/11/2026 09:30: the 72 hours run from here", func(f *desk.IncidentFacts) *time.Time { return &f.Aware }),
		says("What happened", "In a few words: it is kept sealed", func(f *desk.IncidentFacts) *string { return &f.Facts }),
		says("When it happened", "As far as is known", func(f *desk.IncidentFacts) *string { return &f.Happened }),
		{"Systems", "By their names in the register; " + strings.ToLower(several[:1]) + several[1:], func(f *desk.IncidentFacts) string { return strings.Join(f.Systems, "; ") }, n.setSystems},
		about("People", "About how many it concerns; empty: not known yet", func(f *desk.IncidentFacts) *int { return &f.People }),
		about("Records", "About how many it concerns; empty: not known yet", func(f *desk.IncidentFacts) *int { return &f.Records }),
		says("Whose data", "The categories of people and of data, such as: members, names and addresses", func(f *desk.IncidentFacts) *string { return &f.Data }),
		says("Consequences", "Those that are likely for the people", func(f *desk.IncidentFacts) *string { return &f.Effects }),
		says("What was done", "And what is to be done", func(f *desk.IncidentFacts) *string { return &f.Remedy }),
	}
}

// setSystems takes systems by their ids or titles.
func (n *incidents) setSystems(f *desk.IncidentFacts, answer string) error {
	f.Systems = nil
	for name := range strings.SplitSeq(answer, ";") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		systems := n.ui.office.desk.Register().Systems
		i := -1
		for at, s := range systems {
			if strings.EqualFold(name, s.ID) || strings.EqualFold(name, s.Title) {
				i = at
			}
		}
		if i < 0 {
			return fmt.Errorf("the register has no system %q: 3 lists them", name)
		}
		if !slices.Contains(f.Systems, systems[i].ID) {
			f.Systems = append(f.Systems, systems[i].ID)
		}
	}
	return nil
}

// factFields returns a form's fields, each with what is known; and what takes the answers that are other ones.
func factFields(facts []fact, known *desk.IncidentFacts) (list []*field, take func(answers []string, into *desk.IncidentFacts) error) {
	before := make([]string, len(facts))
	for i, one := range facts {
		f := textField(one.label, "", one.hint).on(one.get(known))
		list, before[i] = append(list, f), f.value()
	}
	return list, func(answers []string, into *desk.IncidentFacts) error {
		for i, one := range facts {
			if answers[i] == before[i] {
				continue // what stands there was not written anew, line ends and all
			}
			if err := one.set(into, answers[i]); err != nil {
				return fmt.Errorf("%s: %w", one.label, err)
			}
		}
		return nil
	}
}

// askNew asks what is known of a new incident.
func (n *incidents) askNew() tea.Cmd {
	list, take := factFields(n.facts(), &desk.IncidentFacts{})
	list[0].on(writeMoment(n.ui.now()))
	var id string
	return n.ui.put(&asking{name: "New incident", text: "What is not known yet can be noted later. What stands here is kept sealed, since it may name people.", fields: list,
		do: func(ctx context.Context, answers []string) error {
			var f desk.IncidentFacts
			if err := take(answers, &f); err != nil {
				return err
			}
			i, err := n.ui.office.desk.NewIncident(ctx, f)
			id = i.ID
			return err
		}, after: n.noted(&id)})
}

// askChange asks what is known of the chosen incident by now.
func (n *incidents) askChange() tea.Cmd {
	return n.change("What is known by now", "", n.facts())
}

// askAuthority asks when the supervisory authority was told, or why it is not.
func (n *incidents) askAuthority() tea.Cmd {
	return n.change("The supervisory authority", "It is told within 72 hours, unless a risk to people is unlikely (Article 33). Write when it was told, or why it is not.", toldFacts(
		func(f *desk.IncidentFacts) *desk.Told { return &f.Authority }, true))
}

// askConcerned asks when the people concerned were told, or why they are not.
func (n *incidents) askConcerned() tea.Cmd {
	return n.change("The people concerned", "They are told without undue delay where the risk to them is high (Article 34). Write when they were told, or why they are not.", toldFacts(
		func(f *desk.IncidentFacts) *desk.Told { return &f.Concerned }, false))
}

func toldFacts(of func(f *desk.IncidentFacts) *desk.Told, late bool) []fact {
	facts := []fact{
		at("Told on", "Day and time, such as 21/11/2026 09:30", func(f *desk.IncidentFacts) *time.Time { return &of(f).On }),
		says("Reference", "Theirs, where they gave one", func(f *desk.IncidentFacts) *string { return &of(f).Reference }),
	}
	if late {
		facts = append(facts, says("Why so late", "Only where it was later than 72 hours", func(f *desk.IncidentFacts) *string { return &of(f).Late }))
	}
	return append(facts, says("Or why not", "Empty where they were told, or it is not decided yet", func(f *desk.IncidentFacts) *string { return &of(f).Not }))
}

// change asks for facts of the chosen incident. What is known of them is shown for it: where it was masked, that is noted first.
func (n *incidents) change(name, text string, facts []fact) tea.Cmd {
	i := n.open()
	if i == nil {
		return nil
	}
	ask := func() tea.Cmd {
		list, take := factFields(facts, &i.IncidentFacts)
		return n.ui.put(&asking{name: i.ID + ": " + name, text: text, fields: list,
			do: func(ctx context.Context, answers []string) error {
				_, err := n.ui.office.desk.ChangeIncident(ctx, i.ID, func(f *desk.IncidentFacts) error { return take(answers, f) })
				return err
			}, after: n.noted(&i.ID)})
	}
	if !n.ui.nameless {
		return ask()
	}
	o := n.ui.office
	return o.answer(then(func(msg tea.Msg) tea.Cmd {
		shown := msg.(unmaskedMsg)
		n.ui.step(func(a *app) tea.Cmd { return shown.deliver(a) })
		if shown.err != nil {
			return nil
		}
		return ask()
	}), func() tea.Msg { return unmaskedMsg{true, o.desk.Unmasked(o.short, "")} })
}

// The forms in which a time is read, in the time of this computer; the first is the one that is written.
var momentForms = []string{"02/01/2006 15:04", "2/1/2006 15:04", "2006-01-02 15:04", "2 Jan 2006 15:04", "2 January 2006 15:04"}

func writeMoment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(momentForms[0])
}

// parseMoment reads a day and a time as people in the United Kingdom write them, or in the form of ISO 8601; no text is no time.
func parseMoment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range momentForms {
		if t, err := time.ParseInLocation(form, text, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("write day and time, such as 21/11/2026 09:30")
}
