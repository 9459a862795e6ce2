package tui

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
)

// comparing is the screen of two records side by side, field by field. Both are noted as looked at before they are shown.
type comparing struct {
	ui      *ui
	request string
	pair    [2]*desk.Match
	noted   [2]bool
	page    page
}

// compare keeps the chosen record, and with the next one that is chosen shows both.
func (w *work) compare() tea.Cmd {
	m := w.match()
	switch {
	case m == nil || w.search != nil:
	case w.beside == nil || w.beside.Record.Ref.ID() == m.Record.Ref.ID():
		w.beside = m
		w.log.add(w.ui.styles.accent, "To compare: "+m.Label+" in "+m.SystemTitle+". Choose another record and press "+w.ui.keyMap.compare.Help().Key+" again")
	default:
		c := &comparing{ui: w.ui, request: w.request.ID, pair: [2]*desk.Match{w.beside, m}}
		w.beside = nil
		w.ui.visit(c)
	}
	return nil
}

// enter has both records noted as looked at.
func (c *comparing) enter() tea.Cmd {
	o := c.ui.office
	cmds := make([]tea.Cmd, len(c.pair))
	for i, m := range c.pair {
		cmds[i] = o.answer(c, func() tea.Msg { return comparedMsg{i, o.desk.Viewed(o.short, c.request, m.Record.Ref)} })
	}
	return tea.Batch(cmds...)
}

// comparedMsg tells whether one of the two was noted.
type comparedMsg struct {
	which int
	err   error
}

func (c *comparing) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case comparedMsg:
		if msg.err != nil {
			c.ui.fail("Not shown, since the log could not take it in", msg.err, nil)
			return nil
		}
		c.noted[msg.which] = true
	case tea.KeyMsg:
		if !c.page.update(c.ui.keyMap, msg) && key.Matches(msg, c.ui.keyMap.back) {
			c.ui.then(leave)
		}
	}
	return nil
}

func (c *comparing) commands() []group {
	return []group{c.ui.keyMap.moving(), {"Two records", told(c.ui.keyMap.back)}}
}

func (c *comparing) hints() []key.Binding {
	k := c.ui.keyMap
	return []key.Binding{k.up, k.down, k.back}
}

func (c *comparing) draw(p *pen, width, height int) {
	s := c.ui.styles
	p.part(width)
	p.put(s.accent, "━━ Two records ")
	p.rule(s.accent, true)
	p.end()
	c.page.lines = c.lines(width - 2)
	rows := indented(&c.page, height-1)
	for y := range height - 1 {
		p.newline()
		p.part(width)
		rows(p, y)
		p.end()
	}
}

// compared is a fact that one of the records holds, or both.
type compared struct {
	label string
	texts [2]string
	has   [2]bool
}

// lines writes the fields of both by their label or what they mean: those of both first, then those of one alone.
func (c *comparing) lines(width int) []line {
	s := c.ui.styles
	if !c.noted[0] || !c.noted[1] {
		return []line{{{s.plain, "…"}}}
	}
	label := min(24, width/4)
	column := (width - label - 3) / 2
	lines := []line{{{s.plain, pad("", label)}, {s.strong, fit(c.pair[0].Label+", "+c.pair[0].SystemTitle, column+3)}, {s.strong, c.pair[1].Label + ", " + c.pair[1].SystemTitle}}, nil}
	for _, f := range c.facts() {
		sign, k := "  ", s.plain
		switch {
		case !f.has[0] || !f.has[1]:
			k = s.dim
		case f.texts[0] == f.texts[1]:
			sign = "= "
		default:
			sign, k = "≠ ", s.bad
		}
		left, right := wrap(f.texts[0], column), wrap(f.texts[1], column)
		for i := range max(len(left), len(right), 1) {
			at := func(l []string) string {
				if i < len(l) {
					return l[i]
				}
				return ""
			}
			name, mark := f.label, sign
			if i > 0 {
				name, mark = "", "  "
			}
			lines = append(lines, line{{s.dim, fit(name, label)}, {s.accent, mark}, {k, pad(at(left), column+1)}, {k, at(right)}})
		}
	}
	return lines
}

func (c *comparing) facts() []*compared {
	var facts []*compared
	by := map[string]*compared{}
	for side, m := range c.pair {
		w := writer{ui: c.ui}
		w.system, _ = c.ui.office.desk.Register().System(m.Record.Ref.System)
		if w.system != nil {
			w.entity, _ = w.system.Entity(m.Record.Ref.Entity)
		}
		for i, name := range m.Record.Names {
			label, meaning, said := name, name, &connectors.Field{}
			if w.entity != nil {
				label = w.entity.LabelOf(name)
				if f, ok := w.entity.Field(name); ok {
					said = f
				}
			}
			if meaning = said.Is; meaning == "" {
				meaning = label
			}
			f := by[meaning]
			if f == nil || f.has[side] {
				f = &compared{label: label}
				by[meaning] = f
				facts = append(facts, f)
			}
			f.texts[side], _ = w.value(m.Record.Values[i], said)
			f.has[side] = true
		}
	}
	slices.SortStableFunc(facts, func(a, b *compared) int {
		alone := func(f *compared) int {
			if f.has[0] && f.has[1] {
				return 0
			}
			return 1
		}
		return alone(a) - alone(b)
	})
	return facts
}
