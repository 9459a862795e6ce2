package tui

import (
	"context"
	"errors"
	"iter"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
	"dossier/request"
)

// Releasing is what the screen of what leaves needs of the use cases.
type Releasing interface {
	// Release tells what would leave: desk.Leaving for each record, desk.HeldBack, desk.Suggested and desk.Unread, then
	// desk.ReleaseTotal. It writes nothing.
	Release(ctx context.Context, id string, scope desk.Scope) iter.Seq2[desk.Event, error]
	// ApproveRelease approves what Release told, by its digest.
	ApproveRelease(ctx context.Context, id, digest string) error
	// Redact takes a field, or a passage of it, out of what leaves.
	Redact(ctx context.Context, id string, n desk.NewRedaction) (desk.Withholding, error)
	// Exempt withholds records or a field from rights.
	Exempt(ctx context.Context, id string, n desk.NewExemption) (desk.Withholding, error)
	// TakeBack ends a redaction or an exemption by its number.
	TakeBack(ctx context.Context, id string, n int) error
}

// release is the screen of what leaves for a request: every record as it is handed over, what is withheld of it and why, and the names of
// others that stand in it. Only what was seen here, and approved, can be exported.
type release struct {
	ui      *ui
	request request.Request
	stream  *stream
	list    []desk.Event // Leaving, HeldBack, Suggested, Unread
	total   *desk.ReleaseTotal
	browser browser

	after  string // the ID of the record to go back to when it was read again; "": none
	onward bool   // go on to the next name that is neither redacted nor left
	why    string // the reason of the last redaction, which is offered for the next
	left   int    // how many of the names are to leave as they are
}

// openRelease shows what leaves for a request.
func (u *ui) openRelease(r request.Request) {
	u.visit(&release{ui: u, request: r, browser: browser{ui: u}})
}

// enter reads what would leave.
func (r *release) enter() tea.Cmd {
	if r.stream != nil {
		r.stream.halt()
	}
	if ref, ok := r.record(r.browser.scroll.cursor); ok && r.after == "" {
		r.after = ref.ID()
	}
	r.list, r.total, r.left = nil, nil, 0
	r.browser.forget()
	var cmd tea.Cmd
	r.stream, cmd = r.ui.office.start(r, func(ctx context.Context) iter.Seq2[desk.Event, error] {
		return r.ui.office.desk.Release(ctx, r.request.ID, "")
	})
	return cmd
}

// again reads it again.
func (r *release) again(*app) tea.Cmd { return r.enter() }

func (r *release) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case streamMsg:
		return r.take(msg)
	case tea.KeyMsg:
		if r.browser.update(msg, len(r.list)) {
			r.stay()
			return nil
		}
		if key.Matches(msg, r.ui.keyMap.back) {
			if r.stream != nil {
				r.stream.halt()
			}
			r.ui.then(leave)
		}
	}
	return nil
}

func (r *release) take(msg streamMsg) tea.Cmd {
	if msg.of != r.stream {
		return nil
	}
	for _, e := range msg.events {
		if total, ok := e.(desk.ReleaseTotal); ok {
			r.total = &total
			continue
		}
		r.list = append(r.list, e)
	}
	if !msg.ended {
		return r.ui.office.next(r.stream)
	}
	if err := r.stream.err; err != nil && !r.stream.halted.Load() {
		r.ui.fail("What leaves cannot be told", err, r.again)
	}
	r.stream = nil
	r.goBack()
	return nil
}

func (r *release) commands() []group {
	k := r.ui.keyMap
	list := []command{{k.suggestion, "Next name of somebody else that would leave", r.nextSuggestion}}
	if r.total != nil {
		list = append(list, command{k.approve, "Approve what leaves", r.approve})
	}
	if n, ok := r.chosen().(desk.Suggested); ok {
		list = append(list, command{k.redact, "Redact the name, and go to the next", func() tea.Cmd { return r.redactName(n) }},
			command{k.refuse, "Leave the name as it is, and go to the next", func() tea.Cmd { return r.leaveName(n) }})
	}
	if l, ok := r.chosen().(desk.Leaving); ok {
		list = append(list,
			command{k.redact, "Redact a field or a passage of the record", func() tea.Cmd {
				return r.ui.redact(redaction{request: r.request.ID, record: l.Record, fields: l.Fields.Names, after: func(string) step { return r.again }})
			}},
			command{k.withhold, "Withhold the record, its like, or a field", func() tea.Cmd { return r.ui.withhold(r.request.ID, l.Record, l.Label, l.Fields.Names, "", r.again) }})
	}
	if h, ok := r.chosen().(desk.HeldBack); ok && h.By > 0 {
		list = append(list, command{k.undecide, "Let it leave: take the withholding back", func() tea.Cmd { return r.takeBack(h.By) }})
	}
	list = append(list, command{k.reread, "Read again what leaves", r.enter},
		command{k.quit, "", func() tea.Cmd { return r.ui.step((*app).quit) }})
	return []group{{"What leaves", list}, {"Panes", told(k.next, k.left, k.right)}, k.moving()}
}

// chosen returns what the cursor is on, nil where there is nothing.
func (r *release) chosen() desk.Event {
	if r.browser.scroll.cursor < len(r.list) {
		return r.list[r.browser.scroll.cursor]
	}
	return nil
}

// approve asks for the request's id, and approves what was told.
func (r *release) approve() tea.Cmd {
	t := r.total
	text := plural(t.Records, "record") + " leave, as they are listed here."
	for _, care := range r.cares() {
		text += "\n! " + care
	}
	return r.ui.put(&asking{name: "Approve what leaves for " + r.request.ID, text: text, warn: len(r.cares()) > 0,
		fields: []*field{textField("Type "+r.request.ID, "", "It is approved in your name. Whatever changes afterwards has to be approved anew.").exactly(r.request.ID)},
		do: func(ctx context.Context, _ []string) error {
			return r.ui.office.desk.ApproveRelease(ctx, r.request.ID, t.Digest)
		}, after: r.again})
}

// cares are what should be known before it is approved.
func (r *release) cares() []string {
	var cares []string
	for _, c := range []struct {
		n    int
		noun string
		is   string
	}{
		{r.total.Suggestions - r.left, "name", "of others would leave: n goes to each"},
		{r.left, "name", "of others leave as they are, as you said"},
		{r.total.Unread, "content", "cannot be read by the program: look whether others' data is in it"},
		{r.total.Undecided, "match", "to decide: left out until somebody decides"},
	} {
		switch {
		case c.n > 0 && c.noun == "match":
			cares = append(cares, matchWords(c.n)+" "+c.is)
		case c.n > 0:
			cares = append(cares, plural(c.n, c.noun)+" "+c.is)
		}
	}
	return cares
}

func (r *release) takeBack(n int) tea.Cmd {
	return r.ui.put(&asking{name: "Let it leave", text: "What was withheld leaves again, once what leaves was approved anew.",
		do: func(ctx context.Context, _ []string) error {
			return r.ui.office.desk.TakeBack(ctx, r.request.ID, n)
		}, after: r.again})
}

// unapproved asks whether to look at what leaves, where it was exported before anybody had approved it.
func (u *ui) unapproved(r request.Request, err error) bool {
	if !errors.Is(err, desk.ErrWaiting) {
		return false
	}
	u.ask("Nobody has approved what leaves", "A package is written of what was seen and approved. Look at it now?", func(*app) tea.Cmd {
		u.openRelease(r)
		return nil
	})
	return true
}
