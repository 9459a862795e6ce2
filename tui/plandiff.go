package tui

import (
	"context"
	"iter"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
	"dossier/request"
)

// keptDifferences is how many differences are shown; where plans differ in more, they have little in common.
const keptDifferences = 10_000

// planDiff is the screen of what differs from one plan to the next.
type planDiff struct {
	ui            *ui
	request       request.Request
	before, after string
	list          []desk.PlanDifference
	more          int // differences beyond keptDifferences
	stream        *stream
	failed        error
	browser       browser
}

func newPlanDiff(u *ui, r request.Request, before, after string) *planDiff {
	return &planDiff{ui: u, request: r, before: before, after: after, browser: browser{ui: u}}
}

func (d *planDiff) enter() tea.Cmd {
	if d.stream != nil || len(d.list) > 0 {
		return nil
	}
	var cmd tea.Cmd
	d.stream, cmd = d.ui.office.start(d, func(ctx context.Context) iter.Seq2[desk.Event, error] {
		return d.ui.office.desk.DiffPlans(ctx, d.before, d.after)
	})
	return cmd
}

func (d *planDiff) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case streamMsg:
		for _, e := range msg.events {
			if diff, ok := e.(desk.PlanDifference); !ok {
				continue
			} else if len(d.list) < keptDifferences {
				d.list = append(d.list, diff)
			} else {
				d.more++
			}
		}
		if !msg.ended {
			return d.ui.office.next(msg.of)
		}
		d.stream, d.failed = nil, msg.of.err
		if d.failed != nil {
			d.ui.fail("The plans cannot be compared", d.failed, nil)
		}
	case tea.KeyMsg:
		d.key(msg)
	}
	return nil
}

func (d *planDiff) key(msg tea.KeyMsg) {
	if d.browser.update(msg, len(d.list)) || !key.Matches(msg, d.ui.keyMap.back) {
		return
	}
	if d.stream != nil {
		d.stream.halt()
	}
	d.ui.then(leave)
}

func (d *planDiff) draw(q *pen, width, height int) {
	headline(q, width, func() {
		q.put(d.ui.styles.strong, d.before+" → "+d.after)
	}, d.ui.styles.plain, d.sum())
	d.browser.draw(q, width, height-1, browsed{title: "Differences", one: "Before and after", lines: len(d.list), row: d.row,
		of: func(i int) any { return i }, page: d.page, nothing: d.sum()})
}

func (d *planDiff) sum() string {
	switch {
	case d.stream != nil:
		return "comparing …"
	case len(d.list) == 0:
		return "both do the same"
	case d.more > 0:
		return plural(len(d.list)+d.more, "difference") + ", of which the first " + count(len(d.list)) + " are shown"
	}
	return plural(len(d.list), "difference")
}

func (d *planDiff) row(q *pen, i int) {
	s, diff := d.ui.styles, d.list[i]
	switch {
	case diff.Before == nil:
		q.put(s.good, "+ new     ")
		d.ui.planRow(q, diff.After)
	case diff.After == nil:
		q.put(s.bad, "- gone    ")
		d.ui.planRow(q, diff.Before)
	default:
		q.put(s.warn, "± other   ")
		d.ui.planRow(q, diff.After)
	}
}

// page makes the page of a difference: the line in both plans.
func (d *planDiff) page(i, width int) (lines []line) {
	s, diff := d.ui.styles, d.list[i]
	for _, side := range []struct {
		plan string
		line *desk.PlanLine
	}{{d.before, diff.Before}, {d.after, diff.After}} {
		lines = append(lines, line{{s.accent, "In " + side.plan}})
		if side.line == nil {
			lines = append(lines, line{{s.dim, "  not there"}}, nil)
			continue
		}
		lines = append(append(lines, d.ui.linePage(side.line, width)...), nil)
	}
	return lines
}

func (d *planDiff) hints() []key.Binding {
	k := d.ui.keyMap
	return []key.Binding{k.open, k.up, k.down, k.back}
}

func (d *planDiff) commands() []group {
	k := d.ui.keyMap
	return []group{{"Differences", told(k.open, k.next, k.back)}, k.moving()}
}
