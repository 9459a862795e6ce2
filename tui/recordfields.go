package tui

import (
	"errors"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// Why no passage can be chosen in a field.
var (
	errMasked  = errors.New("values are masked: press m to show them, then choose the passage; or redact the whole field with r")
	errNoWords = errors.New("there is no text in the field in which a passage could be chosen: redact all of it with r")
)

// fieldLines are the lines of a record's page that one field takes: from first up to, and without, last.
type fieldLines struct {
	name        string
	first, last int
}

// move moves the cursor from field to field, through those that are taller than the pane line by line, and above the first field through
// the evidence; it reports whether the key was one of moving.
func (r *record) move(k *keyMap, msg tea.KeyMsg) bool {
	g := &r.page
	bottom := g.offset + g.height
	switch {
	case key.Matches(msg, k.down):
		next := r.at + 1
		switch {
		case r.at >= 0 && r.fields[r.at].last > bottom, next < len(r.fields) && r.at < 0 && r.fields[0].first >= bottom, next >= len(r.fields):
			g.offset++
		default:
			r.at = next
			if last := r.fields[next].last; last > bottom {
				g.offset = min(last-g.height, r.fields[next].first)
			}
		}
	case key.Matches(msg, k.up):
		switch {
		case r.at < 0, r.fields[r.at].first < g.offset:
			g.offset--
		case r.at == 0:
			r.at = -1
			g.offset--
		default:
			r.at--
			if f := r.fields[r.at]; f.first < g.offset {
				g.offset = max(f.first, f.last-g.height)
			}
		}
	case g.update(k, msg):
		r.into()
	default:
		return false
	}
	g.fit()
	return true
}

// into puts the cursor on the first field in sight, where it is out of sight and there is one.
func (r *record) into() {
	g := &r.page
	seen := func(f fieldLines) bool { return f.first >= g.offset && f.first < g.offset+g.height }
	if r.at >= 0 && seen(r.fields[r.at]) {
		return
	}
	r.at = -1
	for i, f := range r.fields {
		if seen(f) {
			r.at = i
			return
		}
	}
}

// field returns the name of the field under the cursor, "" where it is on none.
func (r *record) field() string {
	if r.at >= 0 && r.at < len(r.fields) {
		return r.fields[r.at].name
	}
	return ""
}

// rows draws the lines in sight, the field under the cursor marked where the pane has the focus.
func (r *record) rows(height int, focused bool) func(p *pen, y int) {
	g := &r.page
	row := indented(g, height)
	if !focused || r.field() == "" {
		return row
	}
	return func(p *pen, y int) {
		i := y + g.offset
		if i != r.fields[r.at].first || i >= len(g.lines) {
			row(p, y)
			return
		}
		s := r.ui.styles
		p.lit(p.left, &s.selected)
		p.put(s.accent, "►")
		p.line(g.lines[i])
	}
}

// openField lets a passage be chosen in the field under the cursor, to be redacted.
func (w *work) openField(m *desk.Match) tea.Cmd {
	name := w.record.field()
	if name == "" || !w.decidable() {
		return nil
	}
	if w.ui.plain { // there, it is typed
		return w.redactChosen()
	}
	v := m.Record.Get(name)
	var words string
	if !v.IsNull() && !v.IsStream() {
		words = v.String()
	}
	switch {
	case w.ui.masked:
		w.ui.fail("No passage can be chosen", errMasked, nil)
		return nil
	case w.record.seen != m.Record.Ref.ID():
		return nil // it is not shown yet
	case strings.TrimSpace(words) == "" || len(words) > maxText:
		w.ui.fail("No passage can be chosen", errNoWords, nil)
		return nil
	}
	in := writer{ui: w.ui}.of(m)
	label := in.fieldLabel(name)
	return w.ui.step(func(a *app) tea.Cmd {
		a.show(newPassage(w.ui, "Redact in "+label, words, func(chosen string) tea.Cmd {
			return w.ui.redact(redaction{request: w.request.ID, record: m.Record.Ref, field: name, label: label, passage: chosen,
				after: func(string) step { return w.withheld("Redacted in " + m.Label + " of " + m.SystemTitle) }})
		}))
		return nil
	})
}
