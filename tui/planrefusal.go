package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
	"dossier/request"
)

// refusal is the screen of what speaks against a plan: every reason, and what to do about it.
type refusal struct {
	ui       *ui
	request  request.Request
	problems []desk.PlanProblem
	page     page
	width    int
	styles   *styles
}

func newRefusal(u *ui, r request.Request, problems []desk.PlanProblem) *refusal {
	return &refusal{ui: u, request: r, problems: problems}
}

func (r *refusal) enter() tea.Cmd { return nil }

func (r *refusal) update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	switch {
	case !ok:
	case key.Matches(k, r.ui.keyMap.back, r.ui.keyMap.open):
		r.ui.then(leave)
	default:
		r.page.update(r.ui.keyMap, k)
	}
	return nil
}

func (r *refusal) draw(q *pen, width, height int) {
	s := r.ui.styles
	words, urgent := r.ui.clock(r.request)
	headline(q, width, func() {
		q.put(s.strong, r.request.ID)
		q.gap(2)
		q.put(s.bad, "× No plan was made")
	}, urgent, words)
	q.part(width)
	q.put(s.accent, "━━ What speaks against it"+number(len(r.problems))+" ")
	if more := r.page.more(); more != "" {
		q.put(s.accent, "· "+more+" ")
	}
	q.rule(s.accent, true)
	q.end()
	if r.width != width || r.styles != s {
		r.make(width)
	}
	row := indented(&r.page, height-2)
	for y := range height - 2 {
		q.newline()
		q.part(width)
		row(q, y)
		q.end()
	}
}

func (r *refusal) make(width int) {
	r.width, r.styles = width, r.ui.styles
	w := writer{ui: r.ui, width: min(width-2, 110)}
	w.add()
	w.problems(r.problems)
	r.page.lines = w.lines
}

// problems adds what speaks against a plan: where, and why.
func (w *writer) problems(list []desk.PlanProblem) {
	for _, p := range list {
		where := ""
		if p.System != "" {
			where = w.ui.system(p.System)
		}
		for _, part := range []string{p.Place, p.Entity, p.Field} {
			if part != "" {
				where += " / " + part
			}
		}
		if p.Records > 1 {
			where += ", " + plural(p.Records, "record")
		}
		if where != "" {
			w.add(span{w.ui.styles.strong, visible(where)})
		}
		w.text("×", "", 0, w.ui.styles.plain, p.Why)
		w.add()
	}
}

func (r *refusal) hints() []key.Binding {
	k := r.ui.keyMap
	return []key.Binding{k.back, k.up, k.down, r.ui.act.holds}
}

func (r *refusal) commands() []group {
	k := r.ui.keyMap
	return []group{{"What speaks against the plan", told(k.back)}, k.moving()}
}
