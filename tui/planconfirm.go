package tui

import (
	"errors"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// confirm says what a plan is about to do, and has the request's id typed before it is approved or carried out. Cancel has the
// focus, so that enter alone changes nothing; what is pasted is not typed.
type confirm struct {
	plan    *plan
	verb    string // "Approve", "Carry out"
	do      func() tea.Cmd
	intent  *desk.Intent // nil until it was read
	problem error        // why it could not be read
	input   textinput.Model
	onField bool // the field has the focus, and not Cancel
	wrong   bool // what was typed is not the id
}

// confirm asks for the id of the request.
func (u *ui) confirm(c *confirm) tea.Cmd {
	c.input = textField("", "", "").input
	c.input.Focus()
	u.then(func(a *app) tea.Cmd { a.show(c); return nil })
	return u.office.intend(u.office.long, c, c.plan.id)
}

// typing reports that letters are text here.
func (c *confirm) typing() bool { return true }

func (c *confirm) title() string { return c.verb + " " + c.plan.id }

func (c *confirm) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case intentMsg:
		if c.problem = msg.err; msg.err == nil {
			c.intent = &msg.intent
		}
	case tea.KeyMsg:
		return c.key(msg)
	}
	return nil
}

func (c *confirm) key(msg tea.KeyMsg) tea.Cmd {
	u, k := c.plan.ui, c.plan.ui.act
	switch {
	case key.Matches(msg, k.cancel), key.Matches(msg, k.accept) && !c.onField:
		u.then(closeDialog)
	case key.Matches(msg, k.accept):
		if c.intent == nil || strings.TrimSpace(c.input.Value()) != c.intent.Request {
			c.wrong = true
			return nil
		}
		u.then(closeDialog)
		return c.do()
	case msg.Type == tea.KeyTab, msg.Type == tea.KeyShiftTab, msg.Type == tea.KeyUp, msg.Type == tea.KeyDown:
		c.onField = !c.onField
	case msg.Paste:
	default:
		c.onField, c.wrong = true, false
		c.input, _ = c.input.Update(msg)
	}
	return nil
}

func (c *confirm) lines(width int) []line {
	s := c.plan.ui.styles
	switch {
	case c.problem != nil:
		return append(paragraph(s.bad, c.problem.Error(), width), nil, c.cancelLine())
	case c.intent == nil:
		return []line{{{s.plain, "Reading the whole plan …"}}, nil, c.cancelLine()}
	}
	i := c.intent
	lines := paragraph(s.strong, capital(actionWords(i.Action))+": "+plural(i.Changes, "change")+" in "+plural(len(i.Systems), "system")+"; "+i.Approvals+".", width)
	if i.NoUndo {
		lines = append(lines, paragraph(s.bad, "! There is no undo: what is erased cannot be brought back by this program.", width)...)
	}
	lines = append(lines, nil)
	for _, g := range i.Systems {
		lines = append(lines, line{{s.plain, "  " + g.Title}, {s.dim, "  " + plural(g.Changes, "change")}})
		for _, part := range wrap(backupOf(g), width-4) {
			lines = append(lines, line{{s.dim, "    " + part}})
		}
	}
	lines = append(lines, nil)
	label := "Type " + i.Request + "  "
	mark, cancel := "  ", "► "
	if c.onField {
		mark, cancel = "► ", "  "
	}
	field := append(line{{s.accent, mark}, {s.strong, label}}, typed(s, &c.input, c.onField, min(24, width-cells(label)-2))...)
	lines = append(lines, field)
	if c.wrong {
		lines = append(lines, line{{s.bad, "  ! that is not " + i.Request + ": nothing was done"}})
	}
	k := s.plain
	if !c.onField {
		k = s.selected
	}
	return append(lines, line{{s.accent, cancel}, {k, "[ Cancel ]"}})
}

// backupOf says when a system was backed up last and how that is known, and how long backups are kept.
func backupOf(g desk.IntendedStage) string {
	last := "not known"
	if !g.LastBackup.IsZero() {
		last = g.LastBackup.Local().Format("2 Jan 2006 15:04")
	}
	words := "last backup: " + last
	if g.BackupHow != "" {
		words += " (" + g.BackupHow + ")"
	}
	if g.Backup != "" {
		words += "; backups: " + g.Backup
	}
	return words
}

func (c *confirm) cancelLine() line {
	s := c.plan.ui.styles
	return line{{s.accent, "► "}, {s.selected, "[ Cancel ]"}}
}

// focused returns the line that must stay in sight: the last ones.
func (c *confirm) focused() int { return 1 << 20 }

func (c *confirm) hints() []key.Binding {
	k := c.plan.ui.act
	if c.onField {
		return []key.Binding{key.NewBinding(key.WithHelp("enter", strings.ToLower(c.verb))), k.cancel}
	}
	return []key.Binding{key.NewBinding(key.WithHelp("enter", "cancel")), key.NewBinding(key.WithHelp("tab", "type the id")), k.cancel}
}

// approved takes in that the plan was approved.
func (p *plan) approved(msg approvedMsg) tea.Cmd {
	st := p.ui.styles
	switch a := msg.approved; {
	case a.Plan != "":
		p.log.add(st.good, "Approved by you: "+count(a.Given)+" of "+plural(a.Needed, "approval")+", until "+a.Expires.Local().Format("2 Jan 2006 15:04"))
	case msg.err != nil && !errors.Is(msg.err, desk.ErrWaiting):
		p.log.add(st.bad, msg.err.Error())
		p.ui.fail("It was not approved", msg.err, nil)
	}
	return p.ui.office.planStatus(p, p.id)
}
