package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"dossier/connectors"
	"dossier/desk"
)

func (r *release) hints() []key.Binding {
	k := r.ui.keyMap
	hints := []key.Binding{k.open}
	if r.total != nil {
		hints = append(hints, k.approve)
		if r.total.Suggestions > r.left {
			hints = append(hints, k.suggestion)
		}
	}
	switch e := r.chosen().(type) {
	case desk.Leaving:
		hints = append(hints, k.redact, k.withhold)
	case desk.Suggested:
		hints = append(hints, k.redact, k.refuse)
	case desk.HeldBack:
		if e.By > 0 {
			hints = append(hints, k.undecide)
		}
	}
	return append(hints, k.back)
}

func (r *release) draw(q *pen, width, height int) {
	s := r.ui.styles
	words, urgent := r.ui.clock(r.request)
	headline(q, width, func() {
		q.put(s.strong, r.request.ID)
		q.gap(2)
		q.put(s.strong, "What leaves")
		q.gap(2)
		q.put(s.dim, r.request.Kind.Title())
	}, urgent, words)
	said, k := r.state()
	headline(q, width, func() { q.put(s.plain, r.counted()) }, k, said)
	r.browser.draw(q, width, height-2, browsed{title: "Leaves", one: "As it is handed over", lines: len(r.list), row: r.row,
		of: func(i int) any { return i }, page: r.page, nothing: r.nothing()})
}

// state tells whether what leaves is approved.
func (r *release) state() (string, ink) {
	s := r.ui.styles
	switch t := r.total; {
	case t == nil && r.stream == nil:
		return "", s.plain
	case t == nil:
		return "reading …", s.accent
	case t.Approved == nil:
		return "! not approved (" + r.ui.keyMap.approve.Help().Key + ")", s.warn
	case t.Changed:
		return "! changed since " + t.Approved.Operator + " approved it (" + r.ui.keyMap.approve.Help().Key + ")", s.bad
	default:
		return "● approved by " + t.Approved.Operator + " on " + day(t.Approved.Time.Local()), s.good
	}
}

func (r *release) counted() string {
	t := r.total
	if t == nil {
		return plural(len(r.list), "line") + " so far"
	}
	words := plural(t.Records, "record") + " leave, " + count(t.Withheld) + " withheld"
	if n := t.Suggestions - r.left; n > 0 {
		words += ", ! " + plural(n, "name") + " of others"
	}
	if r.left > 0 {
		words += ", " + plural(r.left, "name") + " left as they are"
	}
	if t.Unread > 0 {
		words += ", ? " + plural(t.Unread, "content") + " not read"
	}
	return words
}

func (r *release) nothing() string {
	if r.stream != nil {
		return "Reading what leaves …"
	}
	return "Nothing leaves."
}

// row draws one line: a sign for what it is, and the record.
func (r *release) row(q *pen, i int) {
	s := r.ui.styles
	switch e := r.list[i].(type) {
	case desk.Leaving:
		q.put(s.good, "● ")
		q.put(s.plain, e.Label)
		q.gap(1)
		q.put(s.dim, r.ui.value(strings.Join(e.Record.Key, ", ")))
		q.gap(2)
		q.put(s.dim, e.SystemTitle)
		if n := len(e.Withheld); n > 0 {
			q.gap(2)
			q.put(s.warn, count(n)+" withheld")
		}
	case desk.HeldBack:
		q.put(s.warn, "× ")
		q.put(s.plain, held(e))
		q.gap(2)
		q.put(s.dim, e.Reason)
	case desk.Suggested:
		if r.isLeft(e) {
			q.put(s.dim, "  · "+r.ui.value(e.Passage)+" in "+e.FieldLabel+": left as it is")
			return
		}
		q.put(s.bad, "  ! ")
		q.put(s.plain, r.ui.value(e.Passage))
		q.gap(1)
		q.put(s.dim, "in "+e.FieldLabel+": "+e.Why)
	case desk.Unread:
		q.put(s.warn, "  ? ")
		q.put(s.plain, e.Field)
		q.gap(2)
		q.put(s.dim, e.Why)
	}
}

// held names what is withheld.
func held(h desk.HeldBack) string {
	what := h.Label
	if h.FieldLabel != "" || h.Field != "" {
		name := h.FieldLabel
		if name == "" {
			name = h.Field
		}
		what = name + " of " + what
	}
	if h.Part {
		what = "part of " + what
	}
	return fmt.Sprintf("%s, %s (%s)", what, h.SystemTitle, plural(h.Records, "record"))
}

// page writes what is chosen in full.
func (r *release) page(i, width int) []line {
	s := r.ui.styles
	w := writer{ui: r.ui, width: max(24, width-1)}
	place := func(ref connectors.Ref) {
		w.text("", "", 0, s.dim, r.ui.system(ref.System)+" / "+ref.Place+" / "+ref.Entity)
	}
	switch e := r.list[i].(type) {
	case desk.Leaving:
		w.add(span{s.strong, e.Label}, span{s.dim, "  " + e.SystemTitle})
		place(e.Record)
		for _, h := range e.Withheld {
			w.text("×", "", 0, s.warn, held(h)+": "+h.Reason)
		}
		w.add()
		column := min(24, w.width*2/5)
		for n, name := range e.Fields.Names {
			label, said := r.field(e.Record, name)
			text, k := w.value(e.Fields.Values[n], said)
			w.text("", label, column, k, text)
		}
	case desk.HeldBack:
		w.add(span{s.strong, "Withheld"})
		w.text("", "", 0, s.plain, held(e))
		w.add()
		w.text("", "why", 12, s.plain, e.Reason)
		if e.By == 0 {
			w.text("", "by", 12, s.plain, "the register, or the law: nobody here can take it back")
		} else {
			w.text("", "by", 12, s.plain, fmt.Sprintf("decision %d of this request", e.By))
		}
	case desk.Suggested:
		w.add(span{s.strong, "Somebody else's name leaves"})
		place(e.Record)
		w.add()
		w.add(span{s.dim, e.FieldLabel})
		w.lines = append(w.lines, r.inContext(i, e, w.width)...)
		w.add()
		w.text("", "why", 8, s.plain, e.Why)
	case desk.Unread:
		w.add(span{s.strong, "A content that the program cannot read"})
		place(e.Record)
		w.add()
		w.text("", "field", 12, s.plain, e.Field)
		w.text("", "why", 12, s.plain, e.Why)
	}
	return w.lines
}

// field returns the label of a field of a record, and what the register says of it.
func (r *release) field(ref connectors.Ref, name string) (string, *connectors.Field) {
	if sys, ok := r.ui.office.desk.Register().System(ref.System); ok {
		if e, ok := sys.Entity(ref.Entity); ok {
			if said, ok := e.Field(name); ok {
				return e.LabelOf(name), said
			}
			return e.LabelOf(name), &connectors.Field{}
		}
	}
	return name, &connectors.Field{}
}
