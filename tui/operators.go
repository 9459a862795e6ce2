package tui

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// operators is the screen of those who work with the journal: their roles, and the keys by which they show who they are.
type operators struct {
	ui      *ui
	list    []desk.OperatorInfo // those who may work first
	set     bool                // this operator has set a passphrase
	read    bool
	browser browser
}

// operatorsMsg brings the operators, and whether this one has set a passphrase.
type operatorsMsg struct {
	operators []desk.OperatorInfo
	set       bool
	err       error
}

func newOperators(u *ui) *operators { return &operators{ui: u, browser: browser{ui: u}} }

func (p *operators) surrounds() {}

func (p *operators) enter() tea.Cmd {
	o := p.ui.office
	return o.answer(p, func() tea.Msg {
		all, err := o.desk.Operators(o.long)
		if err != nil {
			return operatorsMsg{err: err}
		}
		msg := operatorsMsg{}
		for _, one := range all {
			msg.operators = append(msg.operators, desk.About(one, all))
		}
		msg.set, msg.err = o.desk.HasPassphrase(o.long)
		return msg
	})
}

func (p *operators) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case operatorsMsg:
		if msg.err != nil {
			p.ui.fail("The operators cannot be read", msg.err, nil)
			return nil
		}
		p.read, p.set, p.list = true, msg.set, nil
		for _, ended := range []bool{false, true} {
			for _, o := range msg.operators {
				if !o.Ended.IsZero() == ended {
					p.list = append(p.list, o)
				}
			}
		}
		p.browser.scroll.fit(len(p.list))
		p.browser.forget()
	case tea.KeyMsg:
		if !p.browser.update(msg, len(p.list)) && key.Matches(msg, p.ui.keyMap.back) {
			p.ui.then(leave)
		}
	}
	return nil
}

// again reads the operators again.
func (p *operators) again(*app) tea.Cmd { return p.enter() }

// chosen returns the operator under the cursor, nil where there is none.
func (p *operators) chosen() *desk.OperatorInfo {
	if p.browser.scroll.cursor < len(p.list) {
		return &p.list[p.browser.scroll.cursor]
	}
	return nil
}

// roleMeans says what an operator may do in each role.
var roleMeans = []struct{ role, means string }{
	{"search", "record requests, search for people, look at what is found"},
	{"decide", "decide whose records are, hand packages over, plan, hold"},
	{"approve", "approve plans"},
	{"run", "carry plans out, finish tasks, destroy the keys of closed requests"},
	{"audit", "read the whole log, admit and remove operators"},
}

// roleFields asks for each role whether it is given.
func roleFields(has []desk.Role) []*field {
	var list []*field
	for _, r := range roleMeans {
		f := choiceField(r.role, "no", "yes")
		f.hint = capital(r.means)
		if slices.Contains(has, desk.Role(r.role)) {
			f.chosen = 1
		}
		list = append(list, f)
	}
	return list
}

// chosenRoles returns the roles that the answers to roleFields give.
func chosenRoles(answers []string) []string {
	roles := []string{}
	for i, r := range roleMeans {
		if answers[i] == "yes" {
			roles = append(roles, r.role)
		}
	}
	return roles
}

// askBegin makes the key of this operator. The first of a journal says in which roles.
func (p *operators) askBegin() tea.Cmd {
	o := p.ui.office
	var made desk.Initialised
	q := &asking{name: "Make the key of " + o.desk.Operator(), text: "The key shows who you are. It is kept in the keyring, or where there is none in a file that only you can read. An operator with the role audit admits you by its public half.",
		after: func(a *app) tea.Cmd {
			a.show(&said{p.ui, "The key of " + made.Name, madeWords(made), p.ui.styles.good})
			return p.enter()
		}}
	if p.read && len(p.list) == 0 {
		q.text = "You are the first operator of this journal. From then on only operators work with it, each in their roles, and show who they are with their key."
		q.fields = roleFields([]desk.Role{"search", "decide", "approve", "run", "audit"})
	} else {
		q.fields = []*field{choiceField("Make it", "no", "yes")}
	}
	q.do = func(ctx context.Context, answers []string) (err error) {
		var roles []string
		if len(answers) == len(roleMeans) {
			if roles = chosenRoles(answers); len(roles) == 0 {
				return errNoRole
			}
		} else if answers[0] != "yes" {
			return errors.New("choose yes, or go back (esc)")
		}
		made, err = o.desk.InitOperator(ctx, roles)
		return err
	}
	return p.ui.put(q)
}

var errNoRole = errors.New("give at least one role")

// madeWords tells what came of making a key.
func madeWords(made desk.Initialised) string {
	words := "● It was made, and is kept at " + made.Kept + "."
	if made.Kept == "" {
		words = "● It was there already."
	}
	if made.Admitted {
		return words + "\nYou are an operator: " + roleWords(made.Roles) + "."
	}
	return words + "\nSend this to an operator with the role audit, who admits you by it:\n" + made.Key
}

func roleWords(roles []desk.Role) string { return strings.Join(words(roles), ", ") }

// askAdmit asks whom to admit, by which key, in which roles.
func (p *operators) askAdmit() tea.Cmd {
	return p.ui.put(&asking{name: "Admit an operator", text: "They make their key (i, or dossier operator init) and send you its public half. Compare its fingerprint with them by another way.",
		fields: append([]*field{textField("Name", "", "As they work: --operator, or their name on their computer").needed(), textField("Public key", "", "Like ed25519:…").needed()}, roleFields(nil)...),
		do: func(ctx context.Context, answers []string) error {
			return p.ui.office.desk.AddOperator(ctx, answers[0], answers[1], chosenRoles(answers[2:]))
		}, after: p.again})
}

// askRoles asks which roles the chosen operator has from now on.
func (p *operators) askRoles() tea.Cmd {
	one := p.chosen()
	if one == nil {
		return nil
	}
	if !one.Ended.IsZero() {
		p.ui.fail("Not now", errEnded, nil)
		return nil
	}
	return p.ui.put(&asking{name: "The roles of " + one.Name, text: "These and no others, from now on.", fields: roleFields(one.Roles),
		do: func(ctx context.Context, answers []string) error {
			return p.ui.office.desk.AddOperator(ctx, one.Name, "", chosenRoles(answers))
		}, after: p.again})
}

var errEnded = errors.New("they may do nothing any more: admit them again by their key (n)")

// askRemove has the name of the chosen operator typed, and ends what they may do.
func (p *operators) askRemove() tea.Cmd {
	one := p.chosen()
	if one == nil {
		return nil
	}
	if !one.Ended.IsZero() {
		p.ui.fail("Not now", errEnded, nil)
		return nil
	}
	return p.ui.put(&asking{name: "Remove " + one.Name, warn: true, text: "They may do nothing any more from now on, and what they have approved and was not carried out does not count. What they did stays in the log.",
		fields: []*field{textField("Type "+one.Name, "", "").exactly(one.Name)},
		do:     func(ctx context.Context, _ []string) error { return p.ui.office.desk.RemoveOperator(ctx, one.Name) }, after: p.again})
}

// askPassphrase asks for a new passphrase, twice, and for the one before where there is one. None is shown.
func (p *operators) askPassphrase() tea.Cmd {
	if !p.read {
		return nil
	}
	hidden := func(label, hint string) *field {
		f := textField(label, "", hint).needed()
		f.hidden = true
		return f
	}
	list := []*field{hidden("New passphrase", "Eight characters or more: several words are best"), hidden("The same again", "")}
	if p.set {
		list = append([]*field{hidden("Until now", "The passphrase that was set before")}, list...)
	}
	return p.ui.put(&asking{name: "Passphrase of " + p.ui.office.desk.Operator(), text: "It opens the screen when it has locked itself. It is no key of the journal.", fields: list,
		do: func(ctx context.Context, answers []string) error {
			n := len(answers)
			if answers[n-2] != answers[n-1] {
				return errors.New("the two are not the same: nothing was changed")
			}
			return p.ui.office.desk.SetPassphrase(ctx, strings.Join(answers[:n-2], ""), answers[n-1])
		}, after: func(a *app) tea.Cmd {
			a.show(&said{p.ui, "Passphrase", "● It was set. ctrl+l locks the screen now.", p.ui.styles.good})
			return p.enter()
		}})
}

func (p *operators) draw(q *pen, width, height int) {
	s := p.ui.styles
	working := 0
	for _, o := range p.list {
		if o.Ended.IsZero() {
			working++
		}
	}
	phrase, k := "no passphrase is set: p sets one", s.warn
	if p.set {
		phrase, k = "your passphrase is set", s.dim
	}
	if !p.read {
		phrase = ""
	}
	headline(q, width, func() {
		q.put(s.strong, "Operators")
		q.gap(2)
		q.put(s.plain, count(working)+" working")
		q.gap(2)
		q.put(s.dim, "you are "+p.ui.office.desk.Operator())
	}, k, phrase)
	nothing := "Nobody yet: whoever may open the journal may do everything but what needs a signature. i begins."
	if !p.read {
		nothing = "Reading the operators …"
	}
	p.browser.draw(q, width, height-1, browsed{title: "Operators", one: "Operator", lines: len(p.list), row: p.row, nothing: nothing,
		of: func(i int) any { return i }, page: p.page})
}

func (p *operators) row(q *pen, i int) {
	s, one := p.ui.styles, p.list[i]
	sign, k := "●", s.good
	if !one.Ended.IsZero() {
		sign, k = "–", s.dim
	}
	q.put(k, sign)
	q.gap(1)
	q.cell(s.strong, one.Name, min(22, max(10, q.left/3)))
	q.gap(1)
	q.cell(s.dim, one.Fingerprint(), 20)
	q.put(s.plain, roleWords(one.Roles))
}

func (p *operators) page(i, width int) []line {
	s, one := p.ui.styles, p.list[i]
	w := writer{ui: p.ui, width: width}
	you := ""
	if one.Name == p.ui.office.desk.Operator() && one.Ended.IsZero() {
		you = "  that is you"
	}
	w.add(span{s.strong, visible(one.Name)}, span{s.dim, you})
	const column = 13
	w.text("", "admitted", column, s.plain, moment(one.Added)+", by "+one.By)
	if !one.Ended.IsZero() {
		w.text("–", "ended", column, s.warn, moment(one.Ended))
	}
	w.text("", "fingerprint", column, s.plain, one.Fingerprint())
	w.text("", "public key", column, s.plain, one.Key)
	w.heading("May")
	for _, r := range roleMeans {
		if slices.Contains(one.Roles, desk.Role(r.role)) {
			w.text("●", r.role, column, s.plain, r.means)
		} else {
			w.text("○", r.role, column, s.dim, r.means)
		}
	}
	return w.lines
}

func (p *operators) hints() []key.Binding {
	k, h := p.ui.keyMap, p.ui.house
	if p.read && len(p.list) == 0 {
		return []key.Binding{h.begin, h.passphrase, k.back}
	}
	return []key.Binding{h.admit, h.roles, h.remove, h.passphrase, k.open, k.back, h.begin}
}

func (p *operators) commands() []group {
	k, h := p.ui.keyMap, p.ui.house
	return []group{
		{"Operators", append([]command{
			{h.begin, "Make your key; the first to do so is admitted", p.askBegin},
			{h.admit, "Admit an operator", p.askAdmit},
			{h.roles, "Give the operator other roles", p.askRoles},
			{h.remove, "Remove the operator", p.askRemove},
			{h.passphrase, "Set your passphrase", p.askPassphrase},
			{p.ui.act.reload, "", p.enter},
		}, told(k.open, k.back)...)},
		k.moving(),
	}
}
