package tui

import (
	"errors"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// Why a plan cannot be carried out yet.
var (
	errRunning     = errors.New("it is being carried out or verified: pause it first (p)")
	errUnapproved  = errors.New("it is not approved yet: approve it first (a)")
	errCarried     = errors.New("it was carried out already: verify it (v)")
	errUncarried   = errors.New("it was not carried out yet: approve it (a), then carry it out (x)")
	errUnsealed    = errors.New("it was not finished, or is not what was sealed: plan again")
	errFirstPlan   = errors.New("it is the first plan of the request: there is none before it to compare it with")
	errNothingRuns = errors.New("nothing runs that could be paused")
)

func (p *plan) key(msg tea.KeyMsg) tea.Cmd {
	k := p.ui.keyMap
	switch {
	case p.filter.asking:
		return p.filterKey(msg)
	case key.Matches(msg, k.back) && p.focus != onDetail && p.filtered():
		p.unfilter()
	case key.Matches(msg, k.back):
		p.leave()
	case key.Matches(msg, k.next, k.previous, k.right, k.left):
		p.turn(k.beside(p.focus, msg))
	case key.Matches(msg, k.open):
		p.turn(onDetail)
	case p.focus == onSystems:
		p.stages.scroll.update(k, msg, len(p.stages.all))
		p.detail.offset = 0
	case p.focus == onMatches:
		p.scroll.update(k, msg, p.count())
	default:
		p.detail.update(k, msg)
	}
	return nil
}

// turn gives a pane the focus, round about.
func (p *plan) turn(to pane) {
	p.focus = (to + onDetail + 1) % (onDetail + 1)
	if p.focus != onDetail {
		if p.of != p.focus {
			p.detail.offset = 0
		}
		p.of, p.shown = p.focus, shownLine{}
	}
}

// leave goes from the detail to its list, and from there to the screen behind.
func (p *plan) leave() {
	if p.focus == onDetail {
		p.turn(p.of)
		return
	}
	p.seen = false
	if !p.running() {
		delete(p.ui.acting, p.id)
	}
	p.ui.then(leave)
}

// ready returns why the plan cannot be approved or carried out now.
func (p *plan) ready() error {
	switch {
	case p.running():
		return errRunning
	case p.wrong != nil || p.status != nil && p.status.Digest == "":
		return errUnsealed
	case p.status != nil && p.status.State.Carried():
		return errCarried
	}
	return nil
}

func (p *plan) notYet(err error) tea.Cmd {
	p.ui.fail("Not now", err, nil)
	return nil
}

func (p *plan) askApprove() tea.Cmd {
	if err := p.ready(); err != nil || p.status == nil {
		return p.notYet(err)
	}
	return p.ui.confirm(&confirm{plan: p, verb: "Approve", do: func() tea.Cmd { return p.ui.office.approve(p, p.id) }})
}

func (p *plan) askApply() tea.Cmd {
	switch err := p.ready(); {
	case p.status == nil:
		return nil
	case err != nil:
		return p.notYet(err)
	case !p.status.Enough():
		return p.notYet(errUnapproved)
	case p.status.Waits:
		return p.notYet(errCanary)
	case p.typed:
		return p.startApply()
	}
	return p.ui.confirm(&confirm{plan: p, verb: "Carry out", do: p.startApply})
}

func (p *plan) askPause() tea.Cmd {
	if !p.running() {
		return p.notYet(errNothingRuns)
	}
	if p.doing != pausing {
		p.pause()
	}
	return nil
}

func (p *plan) askVerify() tea.Cmd {
	switch {
	case p.running():
		return p.notYet(errRunning)
	case p.status == nil:
		return nil
	case !p.status.Begun && !p.status.State.Carried():
		return p.notYet(errUncarried)
	}
	return p.startVerify()
}

func (p *plan) askDiff() tea.Cmd {
	if p.before == "" {
		return p.notYet(errFirstPlan)
	}
	p.ui.visit(newPlanDiff(p.ui, p.request, p.before, p.id))
	return nil
}

func (p *plan) askTasks() tea.Cmd { p.ui.visit(newTasks(p.ui, p.id)); return nil }

func (p *plan) hints() []key.Binding {
	k, a := p.ui.keyMap, p.ui.act
	switch {
	case p.filter.asking:
		return []key.Binding{k.keepFilter, k.back}
	case p.running():
		return []key.Binding{a.pause, k.next, k.open, k.back}
	case p.status == nil || p.wrong != nil:
		return []key.Binding{k.next, k.back}
	case p.status.State.Carried() && p.status.Action == desk.Erase:
		return []key.Binding{a.verify, a.certify, a.planTask, k.next, k.open, k.back}
	case p.status.State.Carried():
		return []key.Binding{a.verify, a.planTask, k.next, k.open, k.back}
	case p.status.Begun:
		return []key.Binding{a.goOn, k.next, k.open, k.back}
	case p.status.Enough() && !p.status.Waits:
		return []key.Binding{a.apply, k.next, k.open, k.back}
	}
	if p.status.Enough() {
		return []key.Binding{k.next, k.open, k.back}
	}
	return []key.Binding{a.approve, k.next, k.open, k.back}
}

func (p *plan) commands() []group {
	k, a := p.ui.keyMap, p.ui.act
	deeds := []command{
		{a.approve, "Approve the plan", p.askApprove},
		{a.apply, "Carry the plan out, or go on", p.askApply},
		{a.pause, "Pause between two changes", p.askPause},
		{a.verify, "Verify what it came to", p.askVerify},
		{a.diff, "Differences from the plan before", p.askDiff},
		{a.planTask, "Tasks of the plan", p.askTasks},
		{a.notices, "Draft the notices that the restriction of the plan ends", p.draftNotices},
		{a.certify, "Certificate of the erasure", p.askCertificate},
		{k.filter, "Show only the lines that have some words: a system, what is done, kept or changed, a key", p.askFilter},
		{a.reload, "Read again how far it is", p.enter},
	}
	return []group{
		{"The plan", deeds},
		{"Panes", told(k.next, k.previous, k.left, k.right, k.open)},
		k.moving(),
	}
}
