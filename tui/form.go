package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
	"dossier/request"
)

// form records a request, with the fields of the organisation's own form for subject access requests.
type form struct {
	ui       *ui
	sections []section
	fields   []*field // of all sections, in order
	focus    int      // len(fields): the button
	scroll   scroll
	problem  string // what keeps the request from being recorded
	saving   bool
	received *field
	kind     *field
}

func newForm(u *ui) *form {
	f := &form{ui: u}
	f.received = dateField("Received on", "", "The day it arrived, such as 31/01/2026").on(u.now().Format("02/01/2006"))
	f.kind = choiceField("Kind of request", titles(request.Kinds)...)
	f.sections = f.all()
	for _, s := range f.sections {
		f.fields = append(f.fields, s.fields...)
	}
	f.focus = slices.IndexFunc(f.fields, func(x *field) bool { return x.kind != "" })
	return f
}

// addedFields returns a field for each identifier that the register adds to the built-in ones.
func addedFields(register *connectors.Register, known []*field) []*field {
	var added []*field
	for _, id := range register.Identifiers {
		isKnown := slices.ContainsFunc(known, func(f *field) bool { return f.kind == id.Name })
		if !isKnown && id.Name != "full_name" {
			added = append(added, textField(capital(id.Title), id.Name, several))
		}
	}
	return added
}

// capital writes a word with a capital letter.
func capital(word string) string {
	if word == "" {
		return ""
	}
	r := []rune(word)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// typing reports that letters are text here.
func (f *form) typing() bool { return true }

func (f *form) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case createdMsg:
		f.saving = false
		if msg.err != nil {
			f.ui.fail("The request was not recorded", msg.err, nil)
			return nil
		}
		f.ui.then(openRequest(msg.request))
		return f.ui.office.requests()
	case tea.KeyMsg:
		return f.key(msg)
	}
	return nil
}

func (f *form) key(msg tea.KeyMsg) tea.Cmd {
	k := f.ui.keyMap
	onButton := f.focus == len(f.fields)
	switch {
	case key.Matches(msg, k.save), onButton && key.Matches(msg, k.confirm):
		return f.save()
	case key.Matches(msg, k.back):
		f.leave()
	case key.Matches(msg, k.nextField):
		f.focus = min(f.focus+1, len(f.fields))
	case key.Matches(msg, k.previousField):
		f.focus = max(f.focus-1, 0)
	case !onButton:
		f.fields[f.focus].update(msg)
		f.problem = ""
	}
	return nil
}

// leave goes back to the list, after a question where something was typed.
func (f *form) leave() {
	typed := slices.ContainsFunc(f.fields, func(x *field) bool { return x != f.received && x.choices == nil && x.value() != "" })
	if !typed {
		f.ui.then(back)
		return
	}
	f.ui.ask("Leave without recording?", "What was typed into the form is lost.", back)
}

// back goes to the screen behind.
func back(a *app) tea.Cmd {
	if w, ok := a.top().(*work); ok && w.search == nil && !w.queue.busy() {
		delete(a.work, w.request.ID)
	}
	a.screens = a.screens[:len(a.screens)-1]
	return a.ui.office.requests()
}

func (f *form) save() tea.Cmd {
	if f.saving {
		return nil
	}
	n, err := f.request()
	if err != nil {
		f.problem = err.Error()
		return nil
	}
	f.saving, f.problem = true, ""
	return f.ui.office.create(n)
}

// request returns what the form says. Where it cannot, the field that is wrong gets the focus.
func (f *form) request() (desk.NewRequest, error) {
	for i, x := range f.fields {
		if err := x.check(); err != nil {
			f.focus = i
			return desk.NewRequest{}, fmt.Errorf("%s %w", x.label, err)
		}
	}
	n := desk.NewRequest{Kind: request.Kinds[f.kind.chosen]}
	received, err := parseDay(f.received.value())
	if err != nil || received.After(f.ui.now()) {
		f.focus = slices.Index(f.fields, f.received)
		return n, errors.New("received on: write the day it arrived, today at the latest")
	}
	n.Received = received
	for _, x := range f.fields {
		if x.take != nil && x.value() != "" && x.value() != notGiven {
			x.take(&n, x.answer())
		}
		if x.kind == "" {
			continue
		}
		for _, v := range x.values() {
			if x.isDate {
				d, _ := parseDay(v)
				v = d.Format("2006-01-02")
			}
			n.Subject.Identifiers = append(n.Subject.Identifiers, locate.Identifier{Kind: x.kind, Value: v})
		}
	}
	if len(n.Subject.Identifiers) == 0 {
		f.focus = slices.IndexFunc(f.fields, func(x *field) bool { return x.kind != "" })
		return n, errors.New("nobody can be searched for without a name, a number or an address: fill in at least one")
	}
	return n, nil
}

// asked returns the field that has the focus, nil where it is the button.
func (f *form) asked() *field {
	if f.focus < len(f.fields) {
		return f.fields[f.focus]
	}
	return nil
}

func (f *form) hints() []key.Binding {
	k := f.ui.keyMap
	return []key.Binding{k.nextField, k.previousField, k.save, k.back}
}

func (f *form) commands() []group {
	return []group{{"Form", told(append(f.hints(), f.ui.keyMap.confirm)...)}}
}
