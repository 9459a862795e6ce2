package tui

import (
	"context"
	"fmt"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// holds is the screen of the reasons that keep persons' and systems' records from being erased or corrected.
type holds struct {
	ui      *ui
	list    []desk.Hold // those that stand first, the newest first
	read    bool
	browser browser
}

// holdsMsg brings every hold.
type holdsMsg struct {
	holds []desk.Hold
	err   error
}

func newHolds(u *ui) *holds { return &holds{ui: u, browser: browser{ui: u}} }

func (h *holds) surrounds() {}

func (h *holds) enter() tea.Cmd {
	o := h.ui.office
	return o.answer(h, func() tea.Msg {
		list, err := o.desk.Holds(o.long)
		return holdsMsg{list, err}
	})
}

func (h *holds) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case holdsMsg:
		if msg.err != nil {
			h.ui.fail("The holds cannot be read", msg.err, func(*app) tea.Cmd { return h.enter() })
			return nil
		}
		h.read, h.list = true, nil
		for _, lifted := range []bool{false, true} {
			for i := len(msg.holds) - 1; i >= 0; i-- {
				if !msg.holds[i].Lifted.IsZero() == lifted {
					h.list = append(h.list, msg.holds[i])
				}
			}
		}
		h.browser.forget()
	case tea.KeyMsg:
		if !h.browser.update(msg, len(h.list)) && key.Matches(msg, h.ui.keyMap.back) {
			h.ui.then(leave)
		}
	}
	return nil
}

// askHold asks why something is held, and holds it.
func (u *ui) askHold(what string, n desk.NewHold, after step) tea.Cmd {
	return u.put(&asking{name: "Hold " + what, text: "Until the hold is lifted, nothing that erases or corrects is planned, approved or carried out there. The reason is kept for good: write it without personal data.",
		fields: []*field{textField("Why", "", "Such as: a claim, reference 2026/17").needed()},
		do: func(ctx context.Context, answers []string) error {
			n.Reason = answers[0]
			_, err := u.office.desk.AddHold(ctx, n)
			return err
		}, after: after})
}

// again reads the holds again.
func (h *holds) again(*app) tea.Cmd { return h.enter() }

// askSystem asks which system is held, and why.
func (h *holds) askSystem() tea.Cmd {
	var ids, titles []string
	for _, s := range h.ui.office.desk.Register().Systems {
		ids, titles = append(ids, s.ID), append(titles, s.Title)
	}
	return h.ui.put(&asking{name: "Hold a system", text: "A person is held from the plans of their request (p, then o).",
		fields: []*field{choiceField("System", titles...)},
		take: func(answers []string) tea.Cmd {
			for i, title := range titles {
				if title == answers[0] {
					return h.ui.askHold(title, desk.NewHold{System: ids[i]}, h.again)
				}
			}
			return nil
		}})
}

// askLift asks why the chosen hold is lifted.
func (h *holds) askLift() tea.Cmd {
	if h.browser.scroll.cursor >= len(h.list) {
		return nil
	}
	one := h.list[h.browser.scroll.cursor]
	if !one.Lifted.IsZero() {
		h.ui.fail("Not now", fmt.Errorf("%s was lifted already, by %s", one.ID, one.LiftedBy), nil)
		return nil
	}
	return h.ui.put(&asking{name: "Lift " + one.ID, text: "From then on " + h.on(one) + " can be erased and corrected again. The reason is kept for good: write it without personal data.",
		fields: []*field{textField("Why", "", "Such as: the claim is settled").needed()},
		do: func(ctx context.Context, answers []string) error {
			return h.ui.office.desk.LiftHold(ctx, one.ID, answers[0])
		},
		after: h.again})
}

// on says what is held.
func (h *holds) on(one desk.Hold) string {
	switch {
	case one.System != "":
		return h.ui.system(one.System)
	case one.Request != "":
		return "the person of " + one.Request
	}
	return "a person"
}

func (h *holds) draw(q *pen, width, height int) {
	standing := 0
	for _, one := range h.list {
		if one.Lifted.IsZero() {
			standing++
		}
	}
	s := h.ui.styles
	headline(q, width, func() {
		q.put(s.strong, "Holds")
		q.gap(2)
		q.put(s.plain, count(standing)+" standing")
	}, s.dim, "what is held is not erased and not corrected")
	nothing := "No holds."
	if !h.read {
		nothing = "Reading the holds …"
	}
	h.browser.draw(q, width, height-1, browsed{title: "Holds", one: "Hold", lines: len(h.list), row: h.row, nothing: nothing,
		of: func(i int) any { return h.list[i].ID }, page: h.page})
}

func (h *holds) row(q *pen, i int) {
	s, one := h.ui.styles, h.list[i]
	sign, words, k := "■", "stands", s.warn
	if !one.Lifted.IsZero() {
		sign, words, k = "–", "lifted", s.dim
	}
	q.put(k, sign)
	q.gap(1)
	q.cell(s.strong, one.ID, 16)
	q.cell(k, words, 8)
	q.cell(s.plain, h.on(one), 30)
	q.gap(1)
	q.put(s.dim, one.Reason)
}

func (h *holds) page(i, width int) []line {
	s, one := h.ui.styles, h.list[i]
	w := writer{ui: h.ui, width: width}
	w.add(span{s.strong, one.ID})
	w.text("", "on", 10, s.plain, h.on(one))
	w.text("", "why", 10, s.plain, one.Reason)
	w.text("", "since", 10, s.plain, day(one.Added)+", by "+one.Operator)
	if !one.Lifted.IsZero() {
		w.heading("Lifted")
		w.text("", "on", 10, s.plain, day(one.Lifted)+", by "+one.LiftedBy)
		w.text("", "why", 10, s.plain, one.LiftedWhy)
	}
	return w.lines
}

func (h *holds) hints() []key.Binding {
	k, a := h.ui.keyMap, h.ui.act
	return []key.Binding{a.hold, a.lift, k.open, k.back}
}

func (h *holds) commands() []group {
	k, a := h.ui.keyMap, h.ui.act
	return []group{
		{"Holds", append([]command{
			{a.hold, "Hold a system", h.askSystem},
			{a.lift, "Lift the hold", h.askLift},
			{a.reload, "", h.enter},
		}, told(k.open, k.back)...)},
		k.moving(),
	}
}
