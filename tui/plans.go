package tui

import (
	"errors"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
	"dossier/request"
)

// plans is the screen of what is changed for one request: its plans, and the holds that stand against them.
type plans struct {
	ui      *ui
	request request.Request
	list    []desk.PlanInfo // the newest first
	holds   []desk.Hold     // that stand on the person of the request
	others  int             // holds that stand on systems
	read    bool
	scroll  scroll
	making  *stream // a plan is being made
	lines   int     // of it, so far
	against []desk.PlanProblem
	planned *desk.Planned
}

// plansMsg brings the plans of a request and the holds.
type plansMsg struct {
	plans []desk.PlanInfo
	holds []desk.Hold
	err   error
}

func newPlans(u *ui, r request.Request) *plans { return &plans{ui: u, request: r} }

// openPlans shows what is changed for a request.
func (u *ui) openPlans(r request.Request) { u.visit(newPlans(u, r)) }

func (p *plans) enter() tea.Cmd {
	o := p.ui.office
	return o.answer(p, func() tea.Msg {
		list, err := o.desk.Plans(o.long, p.request.ID)
		if err != nil {
			return plansMsg{err: err}
		}
		holds, err := o.desk.Holds(o.long)
		return plansMsg{list, holds, err}
	})
}

func (p *plans) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case plansMsg:
		p.take(msg)
	case streamMsg:
		return p.streamed(msg)
	case tea.KeyMsg:
		p.key(msg)
	}
	return nil
}

func (p *plans) take(msg plansMsg) {
	if msg.err != nil {
		p.ui.fail("The plans cannot be read", msg.err, func(*app) tea.Cmd { return p.enter() })
		return
	}
	p.read, p.list, p.holds, p.others = true, nil, nil, 0
	for i := len(msg.plans) - 1; i >= 0; i-- {
		p.list = append(p.list, msg.plans[i])
	}
	for _, h := range msg.holds {
		switch {
		case !h.Lifted.IsZero():
		case h.Request == p.request.ID:
			p.holds = append(p.holds, h)
		case h.System != "":
			p.others++
		}
	}
	p.scroll.fit(len(p.list))
}

func (p *plans) key(msg tea.KeyMsg) {
	k := p.ui.keyMap
	switch {
	case key.Matches(msg, k.back):
		if p.making != nil {
			p.making.halt()
			return
		}
		p.ui.then(leave)
	case p.scroll.update(k, msg, len(p.list)):
	case key.Matches(msg, k.open, k.right) && p.scroll.cursor < len(p.list):
		i := p.scroll.cursor
		p.ui.openPlan(p.request, p.list[i].ID, p.planBefore(i), nil)
	}
}

// planBefore returns the plan that was made before one of the list, "" for none.
func (p *plans) planBefore(i int) string {
	if i+1 < len(p.list) {
		return p.list[i+1].ID
	}
	return ""
}

// streamed takes in how far the plan is that is being made.
func (p *plans) streamed(msg streamMsg) tea.Cmd {
	for _, e := range msg.events {
		switch e := e.(type) {
		case desk.PlanLine:
			p.lines++
		case desk.PlanProblem:
			p.against = append(p.against, e)
		case desk.Planned:
			p.planned = &e
		}
	}
	if !msg.ended {
		return p.ui.office.next(msg.of)
	}
	p.making = nil
	p.ui.then(func(a *app) tea.Cmd {
		if a.top() == screen(p) && a.dialog == nil { // elsewhere by now: it stands in the list
			p.made(msg.of)
		}
		return nil
	})
	return p.enter()
}

// made shows the plan that was made, or why there is none.
func (p *plans) made(of *stream) {
	switch err := of.err; {
	case p.planned != nil:
		before := ""
		if len(p.list) > 0 {
			before = p.list[0].ID
		}
		p.ui.openPlan(p.request, p.planned.Plan, before, p.planned)
	case len(p.against) > 0:
		p.ui.visit(newRefusal(p.ui, p.request, p.against))
	case of.halted.Load():
	case err != nil:
		p.ui.fail("No plan was made", err, nil)
	}
}

// askHold asks why the person of the request is held.
func (p *plans) askHold() tea.Cmd {
	return p.ui.askHold("the person of "+p.request.ID, desk.NewHold{Request: p.request.ID}, func(*app) tea.Cmd { return p.enter() })
}

func (p *plans) hints() []key.Binding {
	a, k := p.ui.act, p.ui.keyMap
	if p.making != nil {
		return []key.Binding{k.back}
	}
	return []key.Binding{a.newPlan, k.open, a.hold, k.back}
}

func (p *plans) commands() []group {
	a, k := p.ui.act, p.ui.keyMap
	return []group{
		{"Plans", append([]command{
			{a.newPlan, "New plan", p.askPlan},
			{a.hold, "Hold the person of the request", p.askHold},
			{a.notice, "Note that the person was told that the restriction will be lifted", p.askNotice},
			{a.reload, "", p.enter},
		}, told(k.open)...)},
		k.moving(),
	}
}

var errMaking = errors.New("a plan is being made: wait for its end, or stop it (esc)")

func (p *plans) draw(q *pen, width, height int) {
	s := p.ui.styles
	words, urgent := p.ui.clock(p.request)
	headline(q, width, func() {
		q.put(s.strong, p.request.ID)
		q.gap(2)
		q.put(s.strong, p.ui.value(person(p.request.Subject)))
		q.gap(2)
		q.put(s.dim, p.request.Kind.Title())
	}, urgent, words)
	held, k := p.held()
	headline(q, width, func() { q.put(k, held) }, s.accent, p.next())
	q.part(width)
	q.put(s.accent, "━━ Plans"+number(len(p.list))+" ")
	q.rule(s.accent, true)
	q.end()
	body := height - 3
	p.scroll.height = body - 1
	p.scroll.fit(len(p.list))
	q.newline()
	p.head(q, width)
	for y := range body - 1 {
		q.newline()
		q.part(width)
		switch i := y + p.scroll.offset; {
		case i < len(p.list):
			p.row(q, i)
		case y == 1 && len(p.list) == 0:
			q.gap(3)
			q.put(s.plain, p.nothing())
		}
		q.end()
	}
}

// held tells what stands against erasing or correcting.
func (p *plans) held() (string, ink) {
	s := p.ui.styles
	switch {
	case !p.read:
		return "", s.dim
	case len(p.holds) > 0:
		return "! held (" + p.holds[0].ID + "): " + p.holds[0].Reason, s.bad
	case p.others > 0:
		return plural(p.others, "system") + " held; no hold on the person by this request", s.warn
	}
	return "no hold by this request", s.plain
}

func (p *plans) next() string {
	switch {
	case p.making != nil:
		return "planning, " + plural(p.lines, "line") + " so far (esc stops)"
	case !p.read:
		return ""
	case len(desk.Choices(p.request)) == 0:
		return "this kind of request changes no records"
	case len(p.list) == 0:
		return "next: plan (n)"
	}
	return "next: open the plan (enter)"
}

func (p *plans) nothing() string {
	switch {
	case !p.read:
		return "Reading the plans …"
	case len(desk.Choices(p.request)) == 0:
		return "A request of this kind changes no records. Record one that asks for it."
	}
	return "No plan yet. Press n to plan what becomes of every record; nothing is written by that."
}

func (p *plans) head(q *pen, width int) {
	s := p.ui.styles
	q.part(width)
	q.gap(3)
	q.cell(s.dim, "plan", 20)
	q.cell(s.dim, "does", 22)
	q.cell(s.dim, "state", 12)
	q.cell(s.dim, "lines", 10)
	q.put(s.dim, "made")
	q.end()
}

func (p *plans) row(q *pen, i int) {
	s, one := p.ui.styles, p.list[i]
	mark := "   "
	if i == p.scroll.cursor {
		mark = " ► "
		q.lit(q.left, &s.selected)
	}
	q.put(s.plain, mark)
	q.cell(s.strong, one.ID, 20)
	does := actionWords(one.Action)
	if one.Ground != "" && one.Action != desk.Lift {
		does += " " + one.Ground
	}
	q.cell(s.plain, does, 21)
	q.gap(1)
	state, k := p.stateOf(one)
	q.cell(k, state, 12)
	q.cell(s.plain, count(one.Lines), 10)
	q.put(s.dim, one.Made.Local().Format("2 Jan 2006 15:04")+" "+one.Operator)
}

func (p *plans) stateOf(one desk.PlanInfo) (string, ink) {
	s := p.ui.styles
	if running, ok := p.ui.acting[one.ID]; ok && running.running() {
		return "► running", s.accent
	}
	switch one.State {
	case "draft":
		return "not finished", s.dim
	case "sealed":
		return "○ planned", s.warn
	case "applied":
		return "● done", s.good
	case "verified":
		return "● verified", s.good
	}
	return string(one.State), s.plain
}
