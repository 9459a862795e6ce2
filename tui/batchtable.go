package tui

import (
	"errors"
	"path/filepath"
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// peopleTable is the screen of a table of people before anybody of it is searched for: what its columns hold, and which rows say nobody.
type peopleTable struct {
	ui      *ui
	ask     batchAsk
	table   desk.PeopleTable
	browser browser
}

func newPeopleTable(u *ui, a batchAsk, t desk.PeopleTable) *peopleTable {
	return &peopleTable{ui: u, ask: a, table: t, browser: browser{ui: u}}
}

func (t *peopleTable) enter() tea.Cmd { return nil }

func (t *peopleTable) update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyMsg); ok && !t.browser.update(k, len(t.table.Columns)) && key.Matches(k, t.ui.keyMap.back) {
		t.ui.then(leave)
	}
	return nil
}

// turn leaves the chosen column out, or takes it in again. One that names an identifier is always looked at.
func (t *peopleTable) turn() tea.Cmd {
	i := t.browser.scroll.cursor
	if i >= len(t.table.Columns) {
		return nil
	}
	c := &t.table.Columns[i]
	if c.Is != "" {
		t.ui.fail("Not now", errNamed, nil)
		return nil
	}
	c.Ignored = !c.Ignored
	t.ask.new.Ignore = nil
	for _, c := range t.table.Columns {
		if c.Ignored {
			t.ask.new.Ignore = append(t.ask.new.Ignore, c.Name)
		}
	}
	t.browser.forget()
	return nil
}

var errNamed = errors.New("the column names an identifier, and people are known by it: take it out of the file where it should not count")

// run starts the dry run, where the table can be used.
func (t *peopleTable) run() tea.Cmd {
	if err := t.table.Usable(); err != nil {
		t.ui.fail("Not yet", err, nil)
		return nil
	}
	t.ui.visit(newDryRun(t.ui, t.ask))
	return nil
}

// change asks again, with what was answered.
func (t *peopleTable) change() tea.Cmd { return t.ui.again(t.ask) }

// again leaves what was made of a new batch, and asks for it again with what was answered.
func (u *ui) again(a batchAsk) tea.Cmd {
	u.then(func(p *app) tea.Cmd {
		p.forgetNew()
		if v, ok := p.top().(visited); ok {
			return v.enter()
		}
		return nil
	})
	return u.askDetails(a)
}

// forgetNew takes away the screens of a new batch.
func (a *app) forgetNew() {
	for {
		switch a.top().(type) {
		case *peopleTable, *dryRun:
			a.screens = a.screens[:len(a.screens)-1]
			continue
		}
		return
	}
}

// unknown counts the columns of which nobody has said yet what they are.
func (t *peopleTable) unknown() int {
	n := 0
	for _, c := range t.table.Columns {
		if c.Unknown() {
			n++
		}
	}
	return n
}

func (t *peopleTable) draw(q *pen, width, height int) {
	s := t.ui.styles
	headline(q, width, func() {
		q.put(s.strong, "New batch")
		q.gap(2)
		q.put(s.plain, capital(actionWords(t.ask.new.Action))+", "+filepath.Base(t.ask.new.File))
		q.gap(2)
		q.put(s.dim, plural(t.table.People, "row"))
	}, s.accent, t.next())
	words, k := "every row names somebody", s.good
	if n := len(t.table.Aside); n > 0 {
		words, k = plural(n, "row")+" to be set aside as they stand; the others are searched for", s.warn
	}
	headline(q, width, func() { q.put(k, words) }, s.dim, "nobody was searched for yet")
	t.browser.draw(q, width, height-2, browsed{title: "Columns", one: "Rows set aside" + number(len(t.table.Aside)), lines: len(t.table.Columns), row: t.row,
		of: func(int) any { return t.table.People }, page: t.rows, nothing: "The table has no columns."})
}

func (t *peopleTable) next() string {
	if n := t.unknown(); n > 0 {
		return "next: say of " + plural(n, "column") + " what it is"
	}
	return "next: dry run (x)"
}

func (t *peopleTable) row(q *pen, i int) {
	s, c := t.ui.styles, t.table.Columns[i]
	sign, words, k := "●", t.holds(c), s.good
	switch {
	case c.Ignored:
		sign, words, k = "–", "is not looked at", s.dim
	case c.Unknown():
		sign, words, k = "?", "no identifier (space: leave it out)", s.bad
	}
	q.put(k, sign)
	q.gap(1)
	q.cell(s.strong, c.Name, min(24, max(12, q.left/3)))
	q.gap(1)
	q.put(k, words)
}

// holds says what a column holds.
func (t *peopleTable) holds(c desk.TableColumn) string {
	switch c.Is {
	case "right":
		return "the right value"
	case "wrong":
		return "the wrong value"
	}
	return t.ui.identifier(c.Is)
}

// rows lists the rows that would be set aside, by their lines in the table.
func (t *peopleTable) rows(_, width int) []line {
	w := writer{ui: t.ui, width: width}
	if len(t.table.Aside) == 0 {
		w.text("", "", 0, t.ui.styles.plain, "None. Whoever needs a decision is set aside by the dry run.")
	}
	column := 8
	for _, r := range t.table.Aside {
		column = max(column, min(cells(visible(r.At))+2, width/3))
	}
	for _, r := range t.table.Aside[:min(len(t.table.Aside), keptTroubles)] {
		w.text("?", r.At, column, t.ui.styles.plain, r.Why)
	}
	if more := len(t.table.Aside) - keptTroubles; more > 0 {
		w.text("", "", 0, t.ui.styles.dim, "and "+plural(more, "more row"))
	}
	return w.lines
}

func (t *peopleTable) hints() []key.Binding {
	k, b := t.ui.keyMap, t.ui.batch
	if slices.ContainsFunc(t.table.Columns, desk.TableColumn.Unknown) {
		return []key.Binding{b.ignore, b.again, k.next, k.back}
	}
	return []key.Binding{b.dryRun, b.again, k.next, k.back}
}

func (t *peopleTable) commands() []group {
	k, b := t.ui.keyMap, t.ui.batch
	return []group{
		{"The table of people", append([]command{
			{b.dryRun, "Dry run: search for everybody, and plan", t.run},
			{b.ignore, "Leave the column out, or take it in", t.turn},
			{b.again, "Change what was asked for", t.change},
		}, told(k.next, k.back)...)},
		k.moving(),
	}
}
