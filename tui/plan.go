package tui

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
	"dossier/request"
)

// plan is the screen of one plan: what it does in each system and how far that is, its lines, the line before and after, and what
// was told while it was carried out.
type plan struct {
	ui      *ui
	request request.Request
	id      string
	before  string // the plan of the request before this one; "" for none

	status  *desk.PlanStatus // nil until it was read
	sum     *desk.Planned    // nil until it was counted
	wrong   error            // why it could not be counted: it is not what was sealed
	lines   *planLines
	stages  *stages
	focus   pane // onSystems: the systems; onMatches: the lines; onDetail
	of      pane // what the detail is of
	filter  planFilter
	scroll  scroll
	detail  page
	shown   shownLine
	log     *journal
	seen    bool // it is on the screen
	ticking bool // it will look again whether somebody has approved

	doing  doing
	stream *stream // nil: nothing runs
	done   *desk.Applied
	told   error // how the last run ended; nil: well, or there was none
	typed  bool  // the id of the request was typed since the screen was opened: going on needs no more
}

// doing is what a plan is at.
type doing int

const (
	nothing doing = iota
	applying
	pausing
	verifying
)

// lookAgain is how often a plan that waits for somebody's approval is looked at.
const lookAgain = 2 * time.Second

// lookMsg asks to look again how far a plan is.
type lookMsg struct{}

// openPlan shows the screen of a plan, as it was left where it runs. sum is what it does in all, nil where that is not known.
func (u *ui) openPlan(r request.Request, id, before string, sum *desk.Planned) {
	p, ok := u.acting[id]
	if !ok {
		p = &plan{ui: u, request: r, id: id, before: before, lines: newPlanLines(id), stages: newStages(u), focus: onMatches, of: onMatches, log: &journal{ui: u}}
		u.acting[id] = p
	}
	if sum != nil {
		p.counted(planSumMsg{sum: *sum})
	}
	u.visit(p)
}

// enter reads how far the plan is, and what it does.
func (p *plan) enter() tea.Cmd {
	p.seen = true
	cmds := []tea.Cmd{p.ui.office.planStatus(p, p.id)}
	if p.sum == nil && p.wrong == nil {
		cmds = append(cmds, p.ui.office.planSum(p, p.id))
	}
	return tea.Batch(cmds...)
}

func (p *plan) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case planStatusMsg:
		return p.known(msg)
	case planSumMsg:
		p.counted(msg)
	case planFoundMsg:
		p.found(msg)
	case linesMsg:
		p.lines.take(msg)
		p.shown = shownLine{}
	case approvedMsg:
		return p.approved(msg)
	case streamMsg:
		return p.streamed(msg)
	case lookMsg:
		p.ticking = false
		if p.seen {
			return p.ui.office.planStatus(p, p.id)
		}
	case tea.KeyMsg:
		return p.key(msg)
	}
	return nil
}

// known takes in how far the plan is.
func (p *plan) known(msg planStatusMsg) tea.Cmd {
	if msg.err != nil {
		if p.seen {
			p.ui.fail("The plan cannot be read", msg.err, func(*app) tea.Cmd { return p.enter() })
		}
		return nil
	}
	was := p.status
	p.status, p.lines.total = &msg.status, msg.status.Lines
	if was != nil {
		p.approvedBy(was.By, msg.status.By)
	}
	p.stages.begun(msg.status)
	if !p.running() && p.told == nil && p.done == nil {
		p.stages.verified(msg.status.Verdicts)
	}
	if p.seen && p.awaited() && !p.ticking {
		p.ticking = true
		return p.ui.office.after(lookAgain, p, lookMsg{})
	}
	return nil
}

// approvedBy tells of approvals that came while the plan was on the screen.
func (p *plan) approvedBy(was, now []string) {
	for _, name := range now {
		if !slices.Contains(was, name) {
			p.log.add(p.ui.styles.good, "Approved by "+name)
		}
	}
}

// awaited reports whether the plan waits for somebody else's approval.
func (p *plan) awaited() bool {
	s := p.status
	return s != nil && s.Digest != "" && !s.State.Carried() && !s.Enough() && p.mine()
}

// mine reports whether this operator has approved.
func (p *plan) mine() bool { return slices.Contains(p.status.By, p.status.You) }

// counted takes in what the plan does.
func (p *plan) counted(msg planSumMsg) {
	if p.wrong = msg.err; msg.err != nil {
		p.log.add(p.ui.styles.bad, msg.err.Error())
		return
	}
	p.sum = &msg.sum
	p.lines.total = max(p.lines.total, msg.sum.Lines)
	p.stages.planned(msg.sum)
}

// look asks for the lines in sight.
func (p *plan) look(int) tea.Cmd {
	if p.filtered() {
		return nil
	}
	return p.lines.want(p.ui.office, p, p.scroll.offset, p.scroll.height)
}

// running reports whether systems are being changed or looked at.
func (p *plan) running() bool { return p.stream != nil }

// run starts to carry out, or to verify.
func (p *plan) run(what doing, use func(context.Context) iter.Seq2[desk.Event, error]) tea.Cmd {
	p.doing, p.told, p.done = what, nil, nil
	var cmd tea.Cmd
	p.stream, cmd = p.ui.office.start(p, use)
	p.focus, p.of = onSystems, onSystems
	return cmd
}

func (p *plan) startApply() tea.Cmd {
	p.typed = true
	p.log.add(p.ui.styles.strong, "Carrying out "+p.id)
	p.stages.restart()
	return p.run(applying, func(ctx context.Context) iter.Seq2[desk.Event, error] { return p.ui.office.desk.Apply(ctx, p.id) })
}

func (p *plan) startVerify() tea.Cmd {
	p.log.add(p.ui.styles.strong, "Verifying "+p.id)
	p.stages.forgetVerdicts()
	return p.run(verifying, func(ctx context.Context) iter.Seq2[desk.Event, error] { return p.ui.office.desk.Verify(ctx, p.id) })
}

// streamed takes in what was told while the plan runs.
func (p *plan) streamed(msg streamMsg) tea.Cmd {
	if msg.of != p.stream {
		return nil
	}
	for _, e := range msg.events {
		p.stages.event(e, p.log)
		if done, ok := e.(desk.Applied); ok {
			p.done = &done
		}
	}
	if !msg.ended {
		return p.ui.office.next(p.stream)
	}
	p.ended(p.stream)
	return p.ui.office.planStatus(p, p.id)
}

// ended tells how a run ended.
func (p *plan) ended(s *stream) {
	was, st := p.doing, p.ui.styles
	p.stream, p.doing, p.told = nil, nothing, s.err
	p.stages.stopped()
	switch {
	case s.halted.Load():
		p.told = errStopped
		p.log.add(st.warn, map[doing]string{verifying: "Verification stopped", pausing: "Paused between two changes: x goes on"}[was])
	case s.err == nil:
		p.log.add(st.good, map[doing]string{applying: "Carried out", verifying: "Verified"}[was])
	case errors.Is(s.err, desk.ErrWaiting) && p.done != nil && p.done.Tasks > 0:
		p.log.add(st.warn, "Carried out, but for "+plural(p.done.Tasks, "task")+" that people do (t)")
	case errors.Is(s.err, desk.ErrWaiting):
		p.log.add(st.warn, s.err.Error())
	default:
		p.log.add(st.bad, s.err.Error())
		if p.done == nil && was == applying && p.seen { // it did not begin, or broke off
			p.ui.fail("It was not carried out", s.err, nil)
		}
	}
}

// pause stops between two changes.
func (p *plan) pause() {
	if p.doing == applying {
		p.doing = pausing
		p.log.add(p.ui.styles.plain, "Pausing: what is being changed comes to its end")
	}
	p.stream.halt()
}

// chosen returns the line under the cursor, nil where it was not read yet.
func (p *plan) chosen() *desk.PlanLine { return p.line(p.scroll.cursor) }

// changing reports whether a plan is being carried out.
func (u *ui) changing() bool {
	for _, p := range u.acting {
		if p.doing == applying || p.doing == pausing {
			return true
		}
	}
	return false
}
