package tui

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
)

// groundWords says in words what a plan may rest on in the UK GDPR.
var groundWords = map[string]string{
	"17(1)(a)": "not needed any more", "17(1)(b)": "consent was withdrawn", "17(1)(c)": "the person objects", "17(1)(d)": "unlawfully processed",
	"17(1)(e)": "the law asks for it", "17(1)(f)": "an online service for a child",
	"18(1)(a)": "accuracy is contested", "18(1)(b)": "unlawful, erasure not wanted", "18(1)(c)": "needed for the person's claims", "18(1)(d)": "an objection is weighed",
	"21(2)": "objects to marketing", "7(3)": "consent was withdrawn",
}

// askPlan asks what is to be planned: the action, where the request may be answered by several, then what the action needs.
func (p *plans) askPlan() tea.Cmd {
	choices := desk.Choices(p.request)
	switch {
	case p.making != nil:
		p.ui.fail("Not now", errMaking, nil)
		return nil
	case len(choices) == 0:
		p.ui.fail("Nothing to plan", errors.New(p.nothing()), nil)
		return nil
	}
	return p.planning(func(cover []locate.Coverage) tea.Cmd {
		if len(choices) == 1 {
			return p.askDetails(choices[0], cover)
		}
		names := make([]string, len(choices))
		for i, c := range choices {
			names[i] = actionWords(c.Action)
		}
		return p.ui.put(&asking{name: "What is planned?", fields: []*field{choiceField("Plan to", names...)},
			take: func(answers []string) tea.Cmd { return p.askDetails(choices[slices.Index(names, answers[0])], cover) }})
	})
}

// planning reads what was not fully searched, and goes on with it.
func (p *plans) planning(next func([]locate.Coverage) tea.Cmd) tea.Cmd {
	o := p.ui.office
	return o.answer(then(func(msg tea.Msg) tea.Cmd {
		switch m := msg.(type) {
		case error:
			p.ui.fail("Nothing to plan", m, nil)
		case []locate.Coverage:
			return next(m)
		}
		return nil
	}), func() tea.Msg {
		f, err := o.desk.Finding(o.long, p.request.ID)
		if errors.Is(err, desk.ErrNotSearched) {
			return errUnplanned
		}
		if err != nil {
			return err
		}
		return f.Coverage
	})
}

var errUnplanned = errors.New("nothing was searched yet: go back, search (s), and decide about what was found; then plan")

// then is a receiver that goes on with the answer.
type then func(tea.Msg) tea.Cmd

func (t then) update(msg tea.Msg) tea.Cmd { return t(msg) }

// askDetails asks for what an action needs, and makes the plan.
func (p *plans) askDetails(c desk.Choice, cover []locate.Coverage) tea.Cmd {
	q := &asking{name: "Plan to " + actionWords(c.Action), text: planMeans(c.Action)}
	var take []func(answer string, n *desk.NewPlan)
	add := func(f *field, to func(string, *desk.NewPlan)) { q.fields, take = append(q.fields, f), append(take, to) }
	if len(c.Grounds) > 1 {
		words := make([]string, len(c.Grounds))
		for i, g := range c.Grounds {
			words[i] = g + " " + groundWords[g]
		}
		add(choiceField("Ground, Article", words...), func(a string, n *desk.NewPlan) { n.Ground, _, _ = strings.Cut(a, " ") })
	}
	if c.Action == desk.Rectify {
		facts, names := p.ui.facts()
		add(choiceField("What is wrong", names...), func(a string, n *desk.NewPlan) { n.Fact.Fact = facts[slices.Index(names, a)] })
		add(textField("Right value", "", "As it should stand in every system").needed(), func(a string, n *desk.NewPlan) { n.Fact.Value = a })
		add(textField("Wrong values", "", "Only these are put right; empty: whatever stands there. "+several), func(a string, n *desk.NewPlan) {
			for v := range strings.SplitSeq(a, ";") {
				if v = strings.TrimSpace(v); v != "" {
					n.Fact.Was = append(n.Fact.Was, v)
				}
			}
		})
	}
	if c.Action != desk.Lift {
		for _, cov := range cover {
			if cov.State == locate.Partly || cov.State == locate.Failed {
				add(textField("Despite "+cov.Title, "", "Not fully searched"+gapsHint(cov)+". Say why the plan is made all the same; empty: it is not made"),
					func(a string, n *desk.NewPlan) {
						if a != "" {
							n.Despite[cov.System] = a
						}
					})
			}
		}
	}
	ask := func(answers []string) tea.Cmd {
		n := desk.NewPlan{Action: c.Action, Despite: map[string]string{}}
		for i, a := range answers {
			take[i](a, &n)
		}
		return p.make(n)
	}
	if len(q.fields) == 0 {
		return ask(nil)
	}
	q.take = ask
	return p.ui.put(q)
}

func gapsHint(c locate.Coverage) string {
	if len(c.Gaps) == 0 {
		return ""
	}
	return " (" + gapWords(c.Gaps[0]) + ")"
}

// planMeans says what planning an action comes to.
func planMeans(a desk.Action) string {
	return map[desk.Action]string{
		desk.Erase:    "Every record that was found is planned by the rules of the register. Nothing is written: a plan is approved before it is carried out.",
		desk.Restrict: "Every record that was found is marked or moved away by the rules of the register. Nothing is written yet.",
		desk.Rectify:  "The right value goes to every system that holds the fact. Nothing is written yet.",
		desk.Object:   "The person is entered in the lists of those who are not written to. Nothing is written yet.",
	}[a]
}

// facts returns the facts that fields of the register hold, identifiers first, and their names.
func (u *ui) facts() (facts, names []string) {
	register := u.office.desk.Register()
	held := map[string]bool{}
	var categories []string
	for _, s := range register.Systems {
		for _, e := range s.Entities {
			for _, f := range e.Fields {
				if f.Category != "" && !held[f.Category] {
					categories = append(categories, f.Category)
				}
				held[f.Is], held[f.Category] = true, true
			}
		}
	}
	for _, strength := range []connectors.Strength{connectors.Weak, connectors.Shareable, connectors.Strong} {
		for _, id := range register.Identifiers {
			if held[id.Name] && id.Strength == strength {
				facts, names = append(facts, id.Name), append(names, id.Title)
			}
		}
	}
	slices.Sort(categories)
	for _, c := range categories {
		facts, names = append(facts, c), append(names, "category "+c)
	}
	return facts, names
}

// make makes a plan.
func (p *plans) make(n desk.NewPlan) tea.Cmd {
	p.lines, p.against, p.planned = 0, nil, nil
	var cmd tea.Cmd
	p.making, cmd = p.ui.office.start(p, func(ctx context.Context) iter.Seq2[desk.Event, error] {
		return p.ui.office.desk.Plan(ctx, p.request.ID, n)
	})
	return cmd
}

// askNotice asks for the day on which the person was told that the restriction will be lifted.
func (p *plans) askNotice() tea.Cmd {
	return p.ui.put(&asking{name: "The person was told", text: "Before a restriction is lifted the person is told of it (Article 18(3)). Write the day the notice was sent.",
		fields: []*field{dateField("Sent on", "", "Such as 31/01/2026; today at the latest").needed().on(p.ui.now().Format("02/01/2006"))},
		do: func(ctx context.Context, answers []string) error {
			sent, err := time.Parse(time.DateOnly, answers[0])
			if err != nil {
				return err
			}
			return p.ui.office.desk.Noticed(ctx, p.request.ID, desk.NoticeLift, sent)
		}})
}
