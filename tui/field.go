package tui

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// field is one line of a form: text, or one of several choices.
type field struct {
	label   string
	hint    string // what to write, shown while the field has the focus
	kind    string // the identifier that it gives; "" for none
	isDate  bool
	hidden  bool                                    // what is typed is not shown
	must    bool                                    // it cannot be left empty
	exact   string                                  // not "": what must be typed
	valid   func(text string) error                 // not nil: what is wrong with what was typed, where something was
	take    func(n *desk.NewRequest, answer string) // of a new request: where the answer goes; nil: it is an identifier alone
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
	switch {
	case f.exact != "" && f.value() != f.exact:
		return errTyped
	case f.must && f.value() == "":
		return errNeeded
	case f.valid != nil && f.value() != "":
		return f.valid(f.value())
	case !f.isDate:
		return nil
	}
	for _, v := range f.values() {
		if _, err := parseDay(v); err != nil {
			return err
		}
	}
	return nil
}

// checked has what is typed into a field looked at before it is taken.
func (f *field) checked(valid func(text string) error) *field { f.valid = valid; return f }

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

// choose takes the choice that begins with a text; it reports whether there is one.
func (f *field) choose(text string) bool {
	for i, c := range f.choices {
		if strings.HasPrefix(strings.ToLower(c), strings.ToLower(text)) {
			f.chosen = i
			return true
		}
	}
	return false
}

// line returns the field's content in that many cells.
func (f *field) line(s *styles, focused bool, width int) line {
	switch {
	case f.choices != nil && focused:
		return line{{s.strong, f.value()}, {s.accent, "  ◄ ►"}}
	case f.choices != nil:
		return line{{s.plain, f.value()}}
	case f.hidden:
		return line{{s.input, pad(strings.Repeat("•", min(utf8.RuneCountInString(f.input.Value()), max(0, width-1))), max(0, width-1))}}
	}
	return typed(s, &f.input, focused, width)
}

// typed returns typed text in that many cells, scrolled so that the cursor is among them. It stands for
// textinput's own view, so that what was pasted goes through the pen like everything else.
func typed(s *styles, in *textinput.Model, focused bool, width int) line {
	if !focused {
		return line{{s.plain, in.Value()}}
	}
	runes := []rune(in.Value())
	before, at, after := visible(string(runes[:in.Position()])), " ", ""
	if in.Position() < len(runes) {
		at, after = visible(string(runes[in.Position()])), visible(string(runes[in.Position()+1:]))
	}
	for before != "" && cells(before)+cells(at) >= width {
		_, _, before = cluster(before)
	}
	cursor := at
	if s.cursor == (ink{}) {
		cursor = "│" + strings.TrimSpace(at)
	}
	rest := max(0, width-cells(before)-cells(cursor))
	if cells(after) > rest {
		after = cut(after, rest)
	}
	return line{{s.input, before}, {s.cursor, cursor}, {s.input, pad(after, rest)}}
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
