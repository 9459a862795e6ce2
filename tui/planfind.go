package tui

import (
	"context"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// maxFound is how many lines of a plan that fit a filter are kept: more are told of, and a longer filter finds them.
const maxFound = 5000

// planFilter shows only some of a plan's lines. The lines are looked through away from Update, portion by portion.
type planFilter struct {
	input  textinput.Model
	asking bool // it is typed
	words  string
	found  []desk.PlanLine
	more   bool // more fit than are kept
	err    error
	cancel context.CancelFunc // not nil: the lines are being looked through
}

// planFoundMsg brings the lines that fit.
type planFoundMsg struct {
	words string
	found []desk.PlanLine
	more  bool
	err   error
}

// filtered reports whether only some lines are shown.
func (p *plan) filtered() bool { return p.filter.words != "" }

// typing reports whether letters are part of the filter.
func (p *plan) typing() bool { return p.filter.asking }

// count returns how many lines are shown.
func (p *plan) count() int {
	if p.filtered() {
		return len(p.filter.found)
	}
	return p.lines.total
}

// line returns a line that is shown, from 0; nil where it was not read yet.
func (p *plan) line(i int) *desk.PlanLine {
	switch {
	case !p.filtered():
		return p.lines.at(i)
	case i < len(p.filter.found):
		return &p.filter.found[i]
	}
	return nil
}

// askFilter lets the filter be typed.
func (p *plan) askFilter() tea.Cmd {
	p.focus, p.of = onMatches, onMatches
	if p.filter.input.Prompt == "" && p.filter.input.CharLimit == 0 {
		p.filter.input = textField("", "", "").input
	}
	p.filter.asking = true
	p.filter.input.Focus()
	return nil
}

// filterKey takes a key while the filter is typed.
func (p *plan) filterKey(msg tea.KeyMsg) tea.Cmd {
	k := p.ui.keyMap
	switch {
	case key.Matches(msg, k.back):
		p.unfilter()
	case key.Matches(msg, k.keepFilter):
		return p.find(strings.TrimSpace(p.filter.input.Value()))
	default:
		p.filter.input, _ = p.filter.input.Update(msg)
	}
	return nil
}

// unfilter shows every line again.
func (p *plan) unfilter() {
	if p.filter.cancel != nil {
		p.filter.cancel()
	}
	p.filter = planFilter{}
	p.scroll.cursor, p.shown = 0, shownLine{}
}

// find looks for the lines that have every word.
func (p *plan) find(words string) tea.Cmd {
	typed := p.filter.input
	p.unfilter()
	if words == "" {
		return nil
	}
	ctx, cancel := context.WithCancel(p.ui.office.long)
	p.filter = planFilter{input: typed, words: words, cancel: cancel}
	o, plan, masked := p.ui.office, p.id, p.ui.masked
	return o.answer(p, func() tea.Msg {
		defer cancel()
		msg := planFoundMsg{words: words}
		look := strings.Fields(strings.ToLower(words))
		for first := 1; !msg.more; first += planPage {
			lines, err := o.desk.PlanLines(ctx, plan, first, first+planPage-1)
			if err != nil || len(lines) == 0 {
				msg.err = err
				break
			}
			for i := range lines {
				switch {
				case !fitsLine(&lines[i], look, masked):
				case len(msg.found) == maxFound:
					msg.more = true
				default:
					msg.found = append(msg.found, lines[i])
				}
			}
		}
		return msg
	})
}

// found takes in the lines that fit, unless others are looked for by now.
func (p *plan) found(msg planFoundMsg) {
	if msg.words != p.filter.words || p.filter.cancel == nil {
		return
	}
	p.filter.cancel = nil
	p.filter.found, p.filter.more, p.filter.err = msg.found, msg.more, msg.err
	p.shown = shownLine{}
}

// fitsLine reports whether a line has every word: in its system, what is done, whether it is kept or changed, why, and the key of its record,
// which is not looked at while values are masked.
func fitsLine(l *desk.PlanLine, words []string, masked bool) bool {
	_, does, _ := (&ui{styles: &styles{}}).doesWords(l)
	said := []string{l.SystemTitle, l.Record.System, l.Record.Place, l.Record.Entity, l.Label, string(l.Does), does, "kept", reason(l)}
	if l.Writes() {
		said[7] = "changed"
	}
	if !masked {
		said = append(append(said, l.At), l.Record.Key...)
	}
	text := strings.ToLower(strings.Join(said, "\n"))
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// linesTitle names the pane of the lines: how many there are, and what they are chosen by.
func (p *plan) linesTitle() string {
	f := &p.filter
	switch {
	case f.asking:
		return "Lines · / " + f.input.Value() + "│"
	case !p.filtered():
		return "Lines" + number(p.lines.total)
	case f.cancel != nil:
		return "Lines · / " + f.words + " · looking …"
	case f.more:
		return "Lines · the first " + count(len(f.found)) + " · / " + f.words
	}
	return "Lines · " + count(len(f.found)) + " of " + count(p.lines.total) + " · / " + f.words
}

// noLines says why no line is shown.
func (p *plan) noLines() string {
	switch {
	case p.filter.err != nil:
		return "The lines cannot be read: " + p.filter.err.Error()
	case p.filter.cancel != nil:
		return "Looking through the lines …"
	case p.filtered():
		return "No line fits. esc shows all of them."
	case p.status != nil:
		return "The plan has no lines: nothing was found."
	}
	return ""
}

// lineRows draws the lines of the plan in sight.
func (p *plan) lineRows(height int, focused bool) func(q *pen, y int) {
	p.scroll.height = height
	lines := p.count()
	p.scroll.fit(lines)
	return func(q *pen, y int) {
		i := y + p.scroll.offset
		s := p.ui.styles
		if i >= lines {
			if y == 1 && lines == 0 {
				q.gap(2)
				q.put(s.plain, p.noLines())
			}
			return
		}
		mark := " "
		if i == p.scroll.cursor {
			mark = "►"
			if focused {
				q.lit(q.left, &s.selected)
			}
		}
		q.put(s.accent, mark)
		l := p.line(i)
		if l == nil {
			q.put(s.dim, "…")
			return
		}
		p.ui.planRow(q, l)
	}
}
