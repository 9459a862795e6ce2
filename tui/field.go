package tui

import (
	"errors"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
)

// field is one line of a form: text, or one of several choices.
type field struct {
	label   string
	hint    string // what to write, shown while the field has the focus
	kind    string // the identifier that it gives; "" for none
	isDate  bool
	input   textinput.Model
	choices []string // not nil: one of these, nothing is typed
	chosen  int
}

func textField(label, kind, hint string) *field {
	in := textinput.New()
	in.Prompt = ""
	in.CharLimit = 4000
	return &field{label: label, kind: kind, hint: hint, input: in}
}

func dateField(label, kind, hint string) *field {
	f := textField(label, kind, hint)
	f.isDate = true
	return f
}

func choiceField(label string, choices ...string) *field {
	return &field{label: label, choices: choices, hint: "← and → choose"}
}

// value returns what was typed or chosen, without spaces around it.
func (f *field) value() string {
	if f.choices != nil {
		return f.choices[f.chosen]
	}
	return strings.TrimSpace(f.input.Value())
}

// values returns what was typed, apart at semicolons.
func (f *field) values() []string {
	var values []string
	for v := range strings.SplitSeq(f.value(), ";") {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
		}
	}
	return values
}

// check returns what is wrong with the field.
func (f *field) check() error {
	if !f.isDate {
		return nil
	}
	for _, v := range f.values() {
		if _, err := parseDay(v); err != nil {
			return err
		}
	}
	return nil
}

// update takes a key while the field has the focus.
func (f *field) update(msg tea.KeyMsg) {
	if f.choices == nil {
		f.input.Focus()
		f.input, _ = f.input.Update(msg)
		return
	}
	switch msg.String() {
	case "left":
		f.chosen = max(0, f.chosen-1)
	case "right", " ":
		f.chosen = min(len(f.choices)-1, f.chosen+1)
	}
}

// draw draws the field's content in the rest of the part.
func (f *field) draw(p *pen, s *styles, focused bool) {
	switch {
	case f.choices != nil && focused:
		p.put(s.accent, "‹ ")
		p.put(s.strong, f.value())
		p.put(s.accent, " ›")
	case f.choices != nil:
		p.put(s.plain, "  "+f.value())
	default:
		drawInput(p, s, &f.input, focused)
	}
}

// drawInput draws typed text in the rest of the part, scrolled so that the cursor is in it. It stands for
// textinput's own view, so that what was pasted goes through the pen like everything else.
func drawInput(p *pen, s *styles, in *textinput.Model, focused bool) {
	if !focused {
		p.put(s.plain, in.Value())
		return
	}
	runes := []rune(in.Value())
	before, at, after := visible(string(runes[:in.Position()])), " ", ""
	if in.Position() < len(runes) {
		at, after = visible(string(runes[in.Position()])), visible(string(runes[in.Position()+1:]))
	}
	room := p.left - cells(at) - 1
	for cells(before) > room {
		_, _, before = cluster(before)
	}
	p.put(s.input, before)
	if s.cursor == (ink{}) {
		p.put(s.plain, "│")
		p.put(s.plain, strings.TrimSpace(at))
	} else {
		p.put(s.cursor, at)
	}
	p.put(s.input, after)
	p.put(s.input, strings.Repeat(" ", max(0, p.left)))
}

// parseDay reads a date as people in the United Kingdom write it, or in the form of ISO 8601.
func parseDay(text string) (time.Time, error) {
	for _, form := range []string{"2/1/2006", "2006-01-02", "2.1.2006", "2-1-2006", "2 Jan 2006", "2 January 2006"} {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("is no date: write day, month and year, such as 31/01/1980")
}
