package tui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/request"
	"dossier/request/clock"
)

// Recording is what the screen needs of the use cases to note what happens to a request.
type Recording interface {
	// Record keeps what happened to a request and returns the request with it; the error says what is missing.
	Record(ctx context.Context, id string, s request.Step) (request.Request, error)
	// CloseRequest ends the work on a request.
	CloseRequest(ctx context.Context, id string) error
	// PurgeRequest destroys what is kept of the person of a closed request.
	PurgeRequest(ctx context.Context, id string) error
}

// asks is something that a step asks for, beside its day.
type asks struct {
	field func() *field
	put   func(s *request.Step, answer string)
}

// stepForm is a step that can be noted: how it is called and what it asks for.
type stepForm struct {
	what  request.What
	name  string
	text  string
	asks  []asks
	kinds []request.Kind // nil: of every request
}

func noteOf(label, hint string) asks {
	return asks{func() *field { return textField(label, "", hint).needed() }, func(s *request.Step, a string) { s.Note = a }}
}

func oneOf[T ~string](label string, choices []T, put func(s *request.Step, a T)) asks {
	return asks{func() *field { return choiceField(label, words(choices)...) }, func(s *request.Step, a string) { put(s, T(a)) }}
}

// seen asks for the kinds of evidence that were seen, two at most at once.
func seen() []asks {
	add := func(s *request.Step, a string) {
		if a != noEvidence {
			s.Evidence = append(s.Evidence, a)
		}
	}
	return []asks{oneOf("Evidence", request.Evidence, add), oneOf("and", append([]string{noEvidence}, request.Evidence...), add),
		{func() *field { return textField("Seen by", "", "Who saw it; copies are not kept").needed() }, func(s *request.Step, a string) { s.SeenBy = a }}}
}

const noEvidence = "nothing else"

func grounds(choices []string) asks {
	return oneOf("Ground", choices, func(s *request.Step, a string) { s.Ground = a })
}

// stepForms are the steps that can be noted, in the order in which they come.
var stepForms = []stepForm{
	{request.IdentityKnown, "Identity: the person is known to us", "", []asks{noteOf("How", "Such as: an employee, known to HR")}, nil},
	{request.IdentitySeen, "Identity: evidence was seen", "", seen(), nil},
	{request.IdentityAsked, "Identity: evidence was asked for", "Only where there is reasonable doubt. The clock starts when it arrives.", []asks{noteOf("What, and why", "Ask for no more than is needed")}, nil},
	{request.IdentityOverridden, "Identity: go on while it is in doubt", "No personal data should leave while identity is in doubt.", []asks{noteOf("Why", "")}, nil},
	{request.AuthorityAsked, "Authority: evidence was asked for", "", []asks{noteOf("What, and why", "")}, nil},
	{request.AuthoritySeen, "Authority: evidence was seen", "", seen(), nil},
	{request.ClarificationAsked, "Clarify: the person was asked what they mean", "The clock of an access request stands still until the answer.", []asks{noteOf("Question", "")}, nil},
	{request.Clarified, "Clarify: the person answered", "", []asks{noteOf("Answer", "")}, nil},
	{request.FeeAsked, "Fee: it was asked for", "", []asks{grounds(request.RefusalGrounds), noteOf("Amount and reasons", "")}, nil},
	{request.FeePaid, "Fee: it was paid", "", nil, nil},
	{request.Extended, "Extend the time: the person was told", "Two further months, where the notice with its reasons reached the person inside the first.", []asks{noteOf("Why", "The complexity of the request, or the number of the person's requests")}, nil},
	{request.Weighed, "Objection: it was weighed", "", []asks{grounds([]string{"upheld", "overridden"}), noteOf("How", "")}, []request.Kind{request.Object}},
	{request.Reviewed, "Automated decision: a person reviewed it", "", []asks{noteOf("Outcome", "")}, []request.Kind{request.ReviewAutomated}},
	{request.Disclosed, "Disclose: a third party was told", "", []asks{{func() *field { return textField("To whom", "", "With the authority").needed() }, func(s *request.Step, a string) { s.To = a }},
		noteOf("What was supplied", "")}, []request.Kind{request.DiscloseToOthers}},
	{request.Delivered, "Deliver: the package was handed over", "", []asks{oneOf("By", request.Ways, func(s *request.Step, a request.Way) { s.Way = a }),
		oneOf("Address checked", []string{"no", "yes"}, func(s *request.Step, a string) { s.Checked = a == "yes" }),
		{func() *field {
			return textField("Password went by", "", "Another way than the package: a call, a text message, a letter")
		}, func(s *request.Step, a string) { s.Channel = a }}}, nil},
	{request.Refused, "Refuse the request", "Only what is manifestly unfounded or excessive can be refused. The person is told why, and of the ICO and the courts, within a month.",
		[]asks{grounds(request.RefusalGrounds), noteOf("Reasons", "")}, nil},
	{request.Withdrawn, "Withdrawn: the person takes it back", "", []asks{{func() *field { return textField("In which words", "", "") }, func(s *request.Step, a string) { s.Note = a }}}, nil},
	{request.Completed, "Complete the request", "", []asks{noteOf("What came of it", ""),
		oneOf("Nothing had to be changed", []string{"no", "yes"}, func(s *request.Step, a string) { s.Nothing = a == "yes" })}, nil},
	{request.Complained, "Complaint: the person complained", "It is acknowledged within 30 days.", []asks{noteOf("About what", "")}, nil},
	{request.ComplaintAcknowledged, "Complaint: it was acknowledged", "", nil, nil},
	{request.ComplaintProgress, "Complaint: the person was told how far it is", "", []asks{noteOf("What they were told", "")}, nil},
	{request.ComplaintAnswered, "Complaint: it was answered", "", []asks{noteOf("Outcome", "")}, nil},
}

// steps are the commands that note what happened to the request: those that make sense as it stands.
func (w *work) steps() group {
	g := group{title: "What happened"}
	for _, f := range stepForms {
		if f.kinds == nil || w.request.Wants(f.kinds...) {
			g.commands = append(g.commands, command{name: f.name, run: func() tea.Cmd { return w.note(f) }})
		}
	}
	id := w.request.ID
	return group{g.title, append(g.commands,
		command{name: "Narrow the search: days, systems left out; or widen it", run: w.narrow},
		command{name: "Close the request", run: func() tea.Cmd {
			return w.ui.put(&asking{name: "Close " + id, text: "It is not searched, planned or exported any more.", fields: []*field{textField("Type "+id, "", "").exactly(id)},
				do: func(ctx context.Context, _ []string) error { return w.ui.office.desk.CloseRequest(ctx, id) }, after: w.noted("Request closed")})
		}},
		command{name: "Destroy what is kept of the person", run: func() tea.Cmd {
			return w.ui.put(&asking{name: "Destroy what is kept of " + id, text: "What the journal holds of the person of a closed request is destroyed for good. Its dates and the log stay.", warn: true,
				fields: []*field{textField("Type "+id, "", "").exactly(id)},
				do:     func(ctx context.Context, _ []string) error { return w.ui.office.desk.PurgeRequest(ctx, id) }, after: w.noted("What was kept of the person was destroyed")})
		}})}
}

// noted tells what was noted, and reads the list, with what is known of the request by now.
func (w *work) noted(what string) step {
	return func(a *app) tea.Cmd {
		w.log.add(w.ui.styles.strong, what)
		return a.ui.office.requests()
	}
}

// chooseStep shows the steps that can be noted.
func (w *work) chooseStep() tea.Cmd {
	return w.ui.step(func(a *app) tea.Cmd { a.show(newPalette(a, []group{w.steps()})); return nil })
}

// note asks for what a step needs, and has it recorded.
func (w *work) note(f stepForm) tea.Cmd {
	fields := []*field{dateField("On", "", "The day it happened").on(w.ui.now().Format("02/01/2006")).needed()}
	for _, a := range f.asks {
		fields = append(fields, a.field())
	}
	id := w.request.ID
	return w.ui.put(&asking{name: f.name, text: f.text, fields: fields, after: w.noted(f.name),
		do: func(ctx context.Context, answers []string) error {
			on, err := time.Parse(time.DateOnly, answers[0])
			if err != nil {
				return err
			}
			s := request.Step{What: f.what, Day: clock.DayOf(on)}
			for i, a := range f.asks {
				a.put(&s, answers[i+1])
			}
			_, err = w.ui.office.desk.Record(ctx, id, s)
			return err
		}})
}

// listed takes in what the list says of the request by now.
func (w *work) listed() {
	if v, ok := w.ui.known[w.request.ID]; ok {
		w.request, w.systems.omit = v.Request, v.Scope.Omit
	}
}
