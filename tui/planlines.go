package tui

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// planPage is how many lines of a plan are read at once, and keptPages how many portions stay in memory: a plan of a million lines
// is read where it is looked at.
const (
	planPage  = 256
	keptPages = 8
)

// planLines are the lines of a plan, as far as they were looked at.
type planLines struct {
	plan   string
	total  int
	pages  map[int][]desk.PlanLine // by number, from 0
	recent []int                   // the pages, the one looked at last behind
	asked  map[int]bool
	failed error // why the last portion could not be read
}

// linesMsg brings a portion of a plan.
type linesMsg struct {
	page  int
	lines []desk.PlanLine
	err   error
}

func newPlanLines(plan string) *planLines {
	return &planLines{plan: plan, pages: map[int][]desk.PlanLine{}, asked: map[int]bool{}}
}

// at returns a line, from 0; nil where it was not read yet.
func (p *planLines) at(i int) *desk.PlanLine {
	page, ok := p.pages[i/planPage]
	if !ok || i%planPage >= len(page) {
		return nil
	}
	return &page[i%planPage]
}

// want asks for the portions that the lines in sight are in.
func (p *planLines) want(o *office, to receiver, first, height int) tea.Cmd {
	if p.failed != nil || p.total == 0 {
		return nil
	}
	var cmds []tea.Cmd
	last := min(p.total-1, first+max(height, planPage/2))
	for n := max(0, first) / planPage; n <= last/planPage; n++ {
		if i := slices.Index(p.recent, n); i >= 0 {
			p.recent = append(slices.Delete(p.recent, i, i+1), n)
			continue
		}
		if p.asked[n] {
			continue
		}
		p.asked[n] = true
		cmds = append(cmds, o.answer(to, func() tea.Msg {
			lines, err := o.desk.PlanLines(o.long, p.plan, n*planPage+1, (n+1)*planPage)
			return linesMsg{n, lines, err}
		}))
	}
	return tea.Batch(cmds...)
}

// take keeps a portion, and forgets the one that was not looked at for longest.
func (p *planLines) take(msg linesMsg) {
	delete(p.asked, msg.page)
	if p.failed = msg.err; msg.err != nil {
		return
	}
	p.pages[msg.page] = msg.lines
	p.recent = append(p.recent, msg.page)
	if len(p.recent) > keptPages {
		delete(p.pages, p.recent[0])
		p.recent = p.recent[1:]
	}
}

// planStatusMsg brings how far a plan is.
type planStatusMsg struct {
	status desk.PlanStatus
	err    error
}

// planSumMsg brings what a plan does in all.
type planSumMsg struct {
	sum desk.Planned
	err error
}

func (o *office) planStatus(to receiver, plan string) tea.Cmd {
	return o.answer(to, func() tea.Msg {
		s, err := o.desk.PlanStatus(o.long, plan)
		return planStatusMsg{s, err}
	})
}

func (o *office) planSum(to receiver, plan string) tea.Cmd {
	return o.answer(to, func() tea.Msg {
		s, err := o.desk.SumPlan(o.long, plan)
		return planSumMsg{s, err}
	})
}

// approve signs a plan.
func (o *office) approve(to receiver, plan string) tea.Cmd {
	return o.answer(to, func() tea.Msg {
		msg := approvedMsg{}
		for e, err := range o.desk.Approve(o.short, plan, "") {
			if err != nil {
				msg.err = err
				continue
			}
			msg.approved, _ = e.(desk.Approved)
		}
		return msg
	})
}

// approvedMsg tells that a plan was approved, or why not.
type approvedMsg struct {
	approved desk.Approved
	err      error
}

// intend reads what a plan is about to do.
func (o *office) intend(ctx context.Context, to receiver, plan string) tea.Cmd {
	return o.answer(to, func() tea.Msg {
		i, err := o.desk.Intent(ctx, plan)
		return intentMsg{i, err}
	})
}

// intentMsg brings what a plan is about to do.
type intentMsg struct {
	intent desk.Intent
	err    error
}
