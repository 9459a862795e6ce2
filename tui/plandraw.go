package tui

import (
	"strings"

	"dossier/desk"
)

// layout shares the width among the panes that fit: all three, a list and its detail, or the one that has the focus.
func (p *plan) layout(width int) []column {
	switch {
	case width >= threePanes:
		first := max(36, min(48, width/4))
		second := (width - first - 2) / 2
		return []column{{onSystems, first}, {onMatches, second}, {onDetail, width - first - second - 2}}
	case width >= twoPanes && p.focus != onDetail && p.of == onSystems:
		first := width * 45 / 100
		return []column{{onSystems, first}, {onDetail, width - first - 1}}
	case width >= twoPanes:
		first := width * 48 / 100
		return []column{{p.of, first}, {onDetail, width - first - 1}}
	}
	return []column{{p.focus, width}}
}

func (p *plan) draw(q *pen, width, height int) {
	p.header(q, width)
	log := logLines(height)
	body := height - 4
	if log > 0 {
		body -= log + 1
	}
	panes := panes{styles: p.ui.styles, columns: p.layout(width), focus: p.focus}
	rows := make([]func(*pen, int), len(panes.columns))
	for i, c := range panes.columns {
		rows[i] = p.pane(c, body)
	}
	panes.titles(q, p.title)
	panes.rows(q, rows, body)
	if log > 0 {
		panes.log(q, width, p.log, log)
	}
}

// header draws the plan and its clock, how far it is, and the next step.
func (p *plan) header(q *pen, width int) {
	s := p.ui.styles
	words, urgent := p.ui.clock(p.request)
	headline(q, width, func() {
		q.put(s.strong, p.id)
		q.gap(2)
		if !p.ofBatch() {
			q.put(s.strong, p.ui.value(person(p.request.Subject)))
			q.gap(2)
		}
		q.put(s.dim, p.about())
	}, urgent, words)
	state, k := p.state()
	right := p.progress()
	headline(q, width, func() { q.put(k, state) }, s.accent, right)
	headline(q, width, func() { q.put(s.plain, p.tally()) }, s.accent, p.next())
}

// about says what the plan does, and by which article.
func (p *plan) about() string {
	if p.status == nil {
		return ""
	}
	words := capital(actionWords(p.status.Action))
	if p.status.Ground != "" {
		words += ", Article " + p.status.Ground
	}
	return words
}

// actionWords says what an action does.
func actionWords(a desk.Action) string {
	return map[desk.Action]string{desk.Erase: "erase", desk.Restrict: "restrict", desk.Lift: "lift the restriction", desk.Rectify: "correct",
		desk.Object: "stop marketing"}[a]
}

// state says how far the plan is, in words.
func (p *plan) state() (string, ink) {
	s, st := p.ui.styles, p.status
	switch {
	case p.wrong != nil:
		return "× not the plan that was sealed: plan again", s.bad
	case st == nil:
		return "reading the plan …", s.dim
	case p.doing == applying:
		return "► being carried out", s.accent
	case p.doing == pausing:
		return "▲ pausing", s.warn
	case p.doing == verifying:
		return "► being verified", s.accent
	case st.State.Carried() && p.failedVerify():
		return "▲ carried out and verified: something is left", s.warn
	case st.State == "verified":
		return "● carried out and verified", s.good
	case st.State == "applied":
		return "● carried out, not verified yet", s.good
	case st.Digest == "":
		return "× was not finished: plan again", s.bad
	case st.Begun:
		made, changes, _, _ := p.stages.made()
		return "▲ begun: " + count(made) + " of " + plural(changes, "change") + " made", s.warn
	case st.Enough():
		return "● approved by " + strings.Join(st.By, " and "), s.good
	case len(st.By) > 0:
		return "○ " + count(len(st.By)) + " of " + count(st.Needed) + " approvals, by " + strings.Join(st.By, ", "), s.warn
	case len(st.Void) > 0:
		return "○ approval does not count: " + st.Void[0], s.warn
	}
	return "○ not approved; nothing was written", s.plain
}

// failedVerify reports whether the last verification found something left.
func (p *plan) failedVerify() bool {
	for _, g := range p.stages.all {
		if g.verdict != nil && left(g.verdict) {
			return true
		}
	}
	return false
}

// left reports whether a verdict says that something of what was to change is left.
func left(v *desk.Verdict) bool {
	return v.Effect == "RESIDUAL" || v.Effect == "UNREACHABLE" || v.Effect == "PSEUDONYMISED"
}

// progress says how far changing or looking is, while it runs.
func (p *plan) progress() string {
	switch p.doing {
	case applying, pausing:
		made, changes, rate, left := p.stages.made()
		words := bar(made, changes, 16) + " " + count(made) + " of " + count(changes)
		if pace := paceWords(rate, left); pace != "" {
			words += ", " + pace
		}
		return words
	case verifying:
		done := 0
		for _, g := range p.stages.all {
			if g.verdict != nil {
				done++
			}
		}
		return bar(done, len(p.stages.all), 16) + " " + count(done) + " of " + plural(len(p.stages.all), "system")
	}
	return ""
}

// tally says what the plan does in all.
func (p *plan) tally() string {
	if p.sum == nil {
		if p.status == nil {
			return ""
		}
		return plural(p.status.Lines, "line") + ", being counted …"
	}
	all := map[string]int{}
	for _, t := range p.sum.Systems {
		for does, n := range t.Does {
			all[string(does)] += n
		}
	}
	parts := []string{plural(p.sum.Lines, "line")}
	for _, d := range doesOrder {
		if n := all[d.does]; n > 0 {
			parts = append(parts, count(n)+" "+d.words)
		}
	}
	return parts[0] + ": " + strings.Join(parts[1:], ", ")
}

// next says what the plan waits for, with the key that does it.
func (p *plan) next() string {
	k, st := p.ui.act, p.status
	switch {
	case st == nil || p.wrong != nil || p.sum == nil:
		return ""
	case p.doing == applying:
		return k.pause.Help().Key + " pauses"
	case p.doing == verifying:
		return k.pause.Help().Key + " stops"
	case p.doing == pausing || st.Digest == "":
		return ""
	case st.State == "verified" || st.State == "applied" && p.failedVerify():
		return p.nextAfter()
	case st.State == "applied":
		return "next: verify (v)"
	case st.Begun:
		return "next: go on (x)"
	case st.Enough() && st.Waits:
		return p.waits()
	case st.Enough():
		return "next: carry out (x)"
	case p.mine():
		return "awaited: " + p.others()
	}
	return "next: approve (a)"
}

// nextAfter says what follows once the plan was verified.
func (p *plan) nextAfter() string {
	if p.ofBatch() && !p.failedVerify() {
		return "next: back to the batch (esc)"
	}
	for _, g := range p.stages.all {
		if g.does["task"] > 0 {
			return "next: the tasks for people (t)"
		}
	}
	switch {
	case p.failedVerify():
		return "next: read what is left"
	case p.status.Action == desk.Erase:
		return "next: the certificate (c)"
	}
	return ""
}

// others names who else may approve.
func (p *plan) others() string {
	if len(p.status.Others) == 0 {
		return "nobody else may approve: have an operator admitted"
	}
	return "approval by " + strings.Join(p.status.Others, " or ")
}

func (p *plan) title(of pane) string {
	switch of {
	case onSystems:
		return "Systems" + number(len(p.stages.all))
	case onMatches:
		return p.linesTitle()
	}
	name := "Line"
	if p.of == onSystems {
		name = "System"
	}
	if more := p.detail.more(); more != "" {
		name += " · " + more
	}
	return name
}

// pane prepares a pane and returns how its lines are drawn.
func (p *plan) pane(c column, height int) func(q *pen, y int) {
	focused := c.pane == p.focus
	switch {
	case c.pane == onSystems:
		return p.stages.rows(height, focused, p.doing)
	case c.pane == onMatches:
		return p.lineRows(height, focused)
	}
	p.makeDetail(c.width - 2)
	return indented(&p.detail, height)
}

// makeDetail makes the page of what is chosen, a line's only where it is another one.
func (p *plan) makeDetail(width int) {
	if p.of == onSystems {
		p.shown = shownLine{}
		if g := p.stages.chosen(); g != nil {
			p.detail.lines = p.stagePage(g, width)
		}
		return
	}
	l := p.chosen()
	now := shownLine{l, width, p.ui.masked, p.ui.styles}
	if now == p.shown {
		return
	}
	if p.shown.line != l {
		p.detail.offset = 0
	}
	p.shown = now
	switch {
	case l != nil:
		p.detail.lines = p.ui.linePage(l, width)
	case p.lines.failed != nil:
		p.detail.lines = paragraph(p.ui.styles.bad, "The lines cannot be read: "+p.lines.failed.Error(), width)
	default:
		p.detail.lines = nil
	}
}

// planRow draws a line of a plan: what is done, with which record, and why where there is room.
func (u *ui) planRow(q *pen, l *desk.PlanLine) {
	s := u.styles
	sign, words, k := u.doesWords(l)
	q.put(k, sign)
	q.gap(1)
	q.cell(k, words, 11)
	title := visible(l.SystemTitle)
	q.cell(s.plain, title, min(14, q.left/3))
	q.gap(1)
	label, key := u.lineName(l)
	label, key = visible(label), visible(key)
	keyWidth := min(cells(key), max(6, q.left/3))
	q.cell(s.plain, label, min(cells(label), max(0, q.left-keyWidth-1)))
	q.gap(1)
	q.cell(s.dim, key, keyWidth)
	if q.left > minEvidence {
		q.gap(2)
		q.put(s.dim, reason(l))
	}
}
