package tui

import (
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
)

// The names of others that leave are gone through one by one: each is redacted, or left as it is, and the next is in sight.

// nameID tells one suggested name from another.
func nameID(n desk.Suggested) string {
	return strings.Join([]string{n.Record.ID(), n.Field, strconv.Itoa(n.From), n.Passage}, "\x00")
}

// isLeft reports whether somebody at this screen has said that a name is left as it is.
func (r *release) isLeft(n desk.Suggested) bool { return r.ui.left[r.request.ID+nameID(n)] }

// record returns the record that a line is about.
func (r *release) record(i int) (connectors.Ref, bool) {
	if i >= len(r.list) {
		return connectors.Ref{}, false
	}
	switch e := r.list[i].(type) {
	case desk.Leaving:
		return e.Record, true
	case desk.Suggested:
		return e.Record, true
	case desk.Unread:
		return e.Record, true
	}
	return connectors.Ref{}, false
}

// toSuggestion goes to the next name that waits, from a line on, from the start again at the end; it stays where none is.
func (r *release) toSuggestion(from int) {
	for i := range r.list {
		at := (from + i) % len(r.list)
		if n, ok := r.list[at].(desk.Suggested); ok && !r.isLeft(n) {
			r.browser.scroll.cursor = at
			return
		}
	}
}

// goBack goes to where the user was before it was read again, or on to the next name.
func (r *release) goBack() {
	r.left = 0
	for _, e := range r.list {
		if n, ok := e.(desk.Suggested); ok && r.isLeft(n) {
			r.left++
		}
	}
	if r.after == "" {
		return
	}
	i := slices.IndexFunc(r.list, func(e desk.Event) bool {
		l, ok := e.(desk.Leaving)
		return ok && l.Record.ID() == r.after
	})
	if i >= 0 {
		r.browser.scroll.cursor = i
	}
	if r.onward {
		r.toSuggestion(max(0, i))
	}
	r.after, r.onward = "", false
}

// redactName takes a name out of what leaves, and goes on to the next.
func (r *release) redactName(n desk.Suggested) tea.Cmd {
	return r.ui.redact(redaction{request: r.request.ID, record: n.Record, field: n.Field, label: n.FieldLabel, passage: n.Passage, why: r.why,
		after: func(why string) step {
			return func(a *app) tea.Cmd {
				r.why, r.onward = why, true
				return r.enter()
			}
		}})
}

// leaveName leaves a name as it is, and goes on to the next.
func (r *release) leaveName(n desk.Suggested) tea.Cmd {
	if r.ui.left == nil {
		r.ui.left = map[string]bool{}
	}
	if !r.isLeft(n) {
		r.ui.left[r.request.ID+nameID(n)] = true
		r.left++
	}
	return r.nextSuggestion()
}

// nextSuggestion goes to the next name that waits.
func (r *release) nextSuggestion() tea.Cmd {
	r.stay()
	r.toSuggestion(r.browser.scroll.cursor + 1)
	return nil
}

// stay leaves the cursor where the user has moved it, though what leaves is still being read.
func (r *release) stay() { r.after, r.onward = "", false }

// around is how many lines of a text are shown before and behind a name.
const around = 5

// inContext writes a name with the text around it, as it leaves.
func (r *release) inContext(i int, n desk.Suggested, width int) []line {
	text := ""
	for ; i >= 0; i-- {
		if l, ok := r.list[i].(desk.Leaving); ok && l.Record.ID() == n.Record.ID() {
			text = l.Fields.Get(n.Field).String()
			break
		}
	}
	from := strings.Index(text, n.Passage)
	if from < 0 || r.ui.masked || len(text) > maxText {
		return []line{{{r.ui.styles.bad, "! " + r.ui.value(n.Passage)}}}
	}
	p := newPassage(r.ui, "", text, nil)
	p.arrange(width)
	first := slices.IndexFunc(p.words, func(w word) bool { return w.to > from })
	last := first
	for last < len(p.words) && p.words[last].from < from+len(n.Passage) {
		last++
	}
	p.at = first
	y := p.row()
	var lines []line
	for at := max(0, y-around); at < min(len(p.rows), y+around+1); at++ {
		lines = append(lines, p.draw(p.rows[at], first, last))
	}
	if y > around {
		lines = append([]line{{{r.ui.styles.dim, "…"}}}, lines...)
	}
	if y+around+1 < len(p.rows) {
		lines = append(lines, line{{r.ui.styles.dim, "…"}})
	}
	return lines
}
