package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// asking is a small form before a screen: it asks for what a deed needs, has it done, and stays with the reason where it was not.
type asking struct {
	ui     *ui
	name   string
	text   string // what it is about, and what comes of it
	warn   bool   // the text is a warning
	fields []*field
	// do does it, away from Update: with an answer for each field, a day as 2006-01-31, "" where nothing was given.
	do    func(ctx context.Context, answers []string) error
	after step // when it is done; nil: nothing
	// take is in the place of do where the screen itself takes the answers.
	take func(answers []string) tea.Cmd

	focus   int
	problem string
	busy    bool
	gone    bool // it was left while it was busy
}

// answeredMsg tells how a deed that was asked for went.
type answeredMsg struct {
	asking *asking
	err    error
}

// deliver takes the answer to what asked, be it seen or not.
func (m answeredMsg) deliver(*app) tea.Cmd { m.asking.done(m.err); return nil }

// put shows a small form.
func (u *ui) put(q *asking) tea.Cmd {
	q.ui = u
	return u.step(func(a *app) tea.Cmd { a.show(q); return nil })
}

// needed makes a field one that must be filled in.
func (f *field) needed() *field { f.must = true; return f }

// exactly makes a field one into which a text must be typed, letter by letter: that is how what cannot be undone is confirmed.
func (f *field) exactly(text string) *field { f.exact, f.must = text, true; return f }

// on puts a first value into a field.
func (f *field) on(value string) *field { f.input.SetValue(value); return f }

func (q *asking) title() string { return q.name }

func (q *asking) typing() bool { return !q.busy }

func (q *asking) update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	keys := q.ui.keyMap
	last := q.focus >= len(q.fields)-1
	switch {
	case key.Matches(k, keys.back):
		q.gone = q.busy
		q.ui.then(closeDialog)
	case q.busy:
	case key.Matches(k, keys.save), last && key.Matches(k, keys.keep):
		return q.submit()
	case key.Matches(k, keys.nextField):
		q.focus = min(q.focus+1, len(q.fields)-1)
	case key.Matches(k, keys.previousField):
		q.focus = max(q.focus-1, 0)
	case len(q.fields) > 0:
		q.fields[q.focus].update(k)
		q.problem = ""
	}
	return nil
}

// submit checks what was answered and has the deed done.
func (q *asking) submit() tea.Cmd {
	answers := make([]string, len(q.fields))
	for i, f := range q.fields {
		if err := f.check(); err != nil {
			q.focus, q.problem = i, fmt.Sprintf("%s: %v", f.label, err)
			return nil
		}
		answers[i] = f.answer()
	}
	if q.take != nil {
		q.ui.then(closeDialog)
		return q.take(answers)
	}
	q.busy, q.problem = true, ""
	return q.ui.office.run(func() tea.Msg { return answeredMsg{q, q.do(q.ui.office.short, answers)} })
}

func (q *asking) done(err error) {
	q.busy = false
	switch {
	case err != nil && q.gone:
		q.ui.fail(q.name, err, nil)
	case err != nil:
		q.problem = err.Error()
	default:
		if !q.gone {
			q.ui.then(closeDialog)
		}
		if q.after != nil {
			q.ui.then(q.after)
		}
	}
}

// asked returns the field that has the focus, nil where there is none.
func (q *asking) asked() *field {
	if q.busy || len(q.fields) == 0 {
		return nil
	}
	return q.fields[q.focus]
}

// focused returns the line that must stay in sight.
func (q *asking) focused() int { return len(q.before(maxDialogWidth-4)) + q.focus }

func (q *asking) before(width int) []line {
	if q.text == "" {
		return nil
	}
	k := q.ui.styles.plain
	if q.warn {
		k = q.ui.styles.warn
	}
	return append(paragraph(k, q.text, width), nil)
}

func (q *asking) lines(width int) []line {
	s := q.ui.styles
	lines := q.before(width)
	label := 0
	for _, f := range q.fields {
		label = max(label, min(cells(f.label), width/2))
	}
	for i, f := range q.fields {
		mark, k := "  ", s.dim
		if i == q.focus {
			mark, k = "► ", s.strong
		}
		l := line{{s.accent, mark}, {k, fit(f.label, label+2)}}
		lines = append(lines, append(l, f.line(s, i == q.focus && !q.busy, width-label-4)...))
	}
	lines = append(lines, nil)
	switch {
	case q.busy:
		lines = append(lines, line{{s.accent, "working …"}})
	case q.problem != "":
		lines = append(lines, paragraph(s.bad, "! "+q.problem, width)...)
	case len(q.fields) > 0:
		lines = append(lines, paragraph(s.dim, q.fields[q.focus].hint, width)...)
	}
	return lines
}

func (q *asking) hints() []key.Binding {
	k := q.ui.keyMap
	if q.busy {
		return []key.Binding{k.back}
	}
	switch {
	case q.focus < len(q.fields)-1:
		return []key.Binding{k.nextField, k.previousField, k.save, k.back}
	case q.focus > 0:
		return []key.Binding{k.keep, k.previousField, k.back}
	}
	return []key.Binding{k.keep, k.back}
}

// What a field may lack.
var (
	errNeeded = errors.New("is needed")
	errTyped  = errors.New("is not what must be typed: nothing was done")
)

// answer returns what a field says: a day as 2006-01-31.
func (f *field) answer() string {
	v := f.value()
	if d, err := parseDay(v); f.isDate && err == nil && !strings.Contains(v, ";") {
		return d.Format("2006-01-02")
	}
	return v
}
