package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/locate"
	"dossier/request"
)

// Narrowing is what the screen needs of the use cases to change what of the data a request asks for.
type Narrowing interface {
	// Narrow keeps what of the data a request asks for and returns the request with it; the error says what is wrong with it.
	Narrow(ctx context.Context, id string, s request.Scope) (request.Request, error)
}

// systemsOf reads the systems that a person names, by their ids or titles with semicolons between, as ids.
func systemsOf(register *connectors.Register, text string) (ids []string, err error) {
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		i := slices.IndexFunc(register.Systems, func(s *connectors.System) bool {
			return strings.EqualFold(s.ID, part) || strings.EqualFold(s.Title, part)
		})
		if i < 0 {
			return nil, fmt.Errorf("names %q, which the register does not have: write ids or titles of systems, as their screen lists them", part)
		}
		if id := register.Systems[i].ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// scopeFields are the fields that narrow a search, with what it is narrowed to by now.
func scopeFields(register *connectors.Register, now request.Scope) (from, to, omit, why *field) {
	from = dateField("From", "", "The first day that it is about; empty: all")
	to = dateField("To", "", "The last day that it is about; empty: all")
	omit = textField("Leave out systems", "", "Ids or titles, ; between several; empty: every system is searched").checked(func(text string) error {
		_, err := systemsOf(register, text)
		return err
	})
	why = textField("Why not everything", "", "The person is told it: they are owed all that a reasonable search finds")
	if now.From != 0 {
		from.on(now.From.Time().Format("02/01/2006"))
	}
	if now.To != 0 {
		to.on(now.To.Time().Format("02/01/2006"))
	}
	return from, to, omit.on(strings.Join(now.Omit, "; ")), why
}

// narrow asks what of the data the request asks for, and why, and has it kept as a step of the request.
func (w *work) narrow() tea.Cmd {
	if w.search != nil {
		w.ui.fail("Not yet", errNarrowing, nil)
		return nil
	}
	register, id := w.ui.office.desk.Register(), w.request.ID
	from, to, omit, why := scopeFields(register, w.request.Scope)
	why.label, why.hint = "Why", "The person is told it; needed too where everything is asked for again"
	return w.ui.put(&asking{name: "Narrow the search, or widen it", after: w.noted("What is asked for was changed"),
		text: "The person is owed all that a reasonable search finds: what is left out needs a reason, and stands in the answer. The days cut what is " +
			"handed over; the systems are left out by the next search.",
		fields: []*field{from, to, omit, why.needed()},
		do: func(ctx context.Context, answers []string) error {
			omitted, err := systemsOf(register, answers[2])
			if err != nil {
				return err
			}
			_, err = w.ui.office.desk.Narrow(ctx, id, request.Scope{From: dayOf(answers[0]), To: dayOf(answers[1]), Omit: omitted, Reason: answers[3]})
			return err
		}})
}

// outdated reports whether the last search left out other systems than those that are to be left out by now.
func (w *work) outdated() bool {
	if w.searched.IsZero() || w.search != nil {
		return false
	}
	return slices.ContainsFunc(w.systems.all, func(a *asked) bool {
		return a.coverage != nil && a.state() != locate.Excluded && (a.state() == locate.LeftOut) != slices.Contains(w.systems.omit, a.id)
	})
}

// spanOfDays tells of which days a request asks for data, "" where it asks for all.
func spanOfDays(s request.Scope) string {
	switch {
	case s.From != 0 && s.To != 0:
		return "of " + day(s.From.Time()) + " to " + day(s.To.Time())
	case s.From != 0:
		return "since " + day(s.From.Time())
	case s.To != 0:
		return "until " + day(s.To.Time())
	}
	return ""
}
