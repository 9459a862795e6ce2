package tui

import (
	"context"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// batches is the screen of the batches: what is done for thousands of people at once, the newest first.
type batches struct {
	ui     *ui
	list   []desk.BatchStatus
	read   bool
	scroll scroll
}

func newBatches(u *ui) *batches { return &batches{ui: u} }

func (b *batches) surrounds() {}

func (b *batches) enter() tea.Cmd { return b.ui.office.batches(b) }

func (b *batches) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case batchesMsg:
		if msg.err != nil {
			b.ui.fail("The batches cannot be read", msg.err, func(*app) tea.Cmd { return b.enter() })
			return nil
		}
		b.read, b.list = true, msg.batches
		b.scroll.fit(len(b.list))
	case tea.KeyMsg:
		switch k := b.ui.keyMap; {
		case b.scroll.update(k, msg, len(b.list)):
		case key.Matches(msg, k.back):
			b.ui.then(leave)
		case key.Matches(msg, k.open, k.right) && b.chosen() != nil:
			b.ui.visit(newBatchPage(b.ui, b.chosen().ID))
		}
	}
	return nil
}

// chosen returns the batch under the cursor, nil where there is none.
func (b *batches) chosen() *desk.BatchStatus {
	if b.scroll.cursor < len(b.list) {
		return &b.list[b.scroll.cursor]
	}
	return nil
}

// askPurge has the id of the chosen batch typed, and destroys what is kept of its people.
func (b *batches) askPurge() tea.Cmd {
	if b.chosen() == nil {
		return nil
	}
	return b.ui.askPurge(b.chosen().ID, func(*app) tea.Cmd { return b.enter() })
}

// askPurge has the id of a batch typed, and destroys what is kept of its people.
func (u *ui) askPurge(id string, after step) tea.Cmd {
	return u.put(&asking{name: "Destroy what is kept of the people of " + id, warn: true,
		text: "The table of people, the plans and what the systems answered are destroyed for good; what was not carried out cannot be any more. The id, the date and the log stay. " +
			"It is refused while records are restricted for the batch, or a task is open.",
		fields: []*field{textField("Type "+id, "", "There is no way back").exactly(id)},
		do:     func(ctx context.Context, _ []string) error { return u.office.desk.PurgeBatch(ctx, id) }, after: after})
}

func (b *batches) draw(q *pen, width, height int) {
	s := b.ui.styles
	headline(q, width, func() {
		q.put(s.strong, "Batches")
		q.gap(2)
		q.put(s.dim, "for many people at once")
	}, s.dim, "nothing is written before a plan is approved")
	q.part(width)
	q.put(s.accent, "━━ Batches"+number(len(b.list))+" ")
	q.rule(s.accent, true)
	q.end()
	c := b.columns(width)
	q.newline()
	b.head(q, width, c)
	b.scroll.height = height - 3 - previewLines
	b.scroll.fit(len(b.list))
	for y := range b.scroll.height {
		q.newline()
		q.part(width)
		switch i := y + b.scroll.offset; {
		case i < len(b.list):
			b.row(q, i, c)
		case y == 1 && len(b.list) == 0:
			q.gap(3)
			q.put(s.plain, b.nothing())
		}
		q.end()
	}
	for _, l := range b.preview(width) {
		q.newline()
		q.part(width)
		q.line(l)
		q.end()
	}
}

func (b *batches) nothing() string {
	if !b.read {
		return "Reading the batches …"
	}
	return "No batches yet. Press n: a table of people, a rule of retention, or a client who has left."
}

// batchColumns are the widths of the list's columns; 0: it is left out, and the preview has it.
type batchColumns struct{ id, does, of, people, aside, tasks, state, next int }

func (b *batches) columns(width int) batchColumns {
	c := batchColumns{id: 17, does: 10, of: 17, people: 9, state: width - 3 - 53}
	if width >= 110 {
		c.aside, c.tasks, c.state, c.of = 10, 7, 16, 20
		c.next = width - 3 - c.id - c.does - c.of - c.people - c.aside - c.tasks - c.state
	}
	if c.next > 50 {
		more := min(24, c.next-50)
		c.of, c.next = c.of+more, c.next-more
	}
	return c
}

func (b *batches) head(q *pen, width int, c batchColumns) {
	s := b.ui.styles
	q.part(width)
	q.gap(3)
	q.cell(s.dim, "batch", c.id)
	q.cell(s.dim, "does", c.does)
	q.cell(s.dim, "for whom", c.of)
	q.cell(s.dim, "people", c.people)
	if c.next > 0 {
		q.cell(s.dim, "set aside", c.aside)
		q.cell(s.dim, "tasks", c.tasks)
	}
	q.cell(s.dim, "state", c.state)
	if c.next > 0 {
		q.put(s.dim, "next")
	}
	q.end()
}

func (b *batches) row(q *pen, i int, c batchColumns) {
	s, one := b.ui.styles, b.list[i]
	mark := "   "
	if i == b.scroll.cursor {
		mark = " ► "
		q.lit(q.left, &s.selected)
	}
	q.put(s.plain, mark)
	q.cell(s.strong, one.ID, c.id)
	q.cell(s.plain, batchDoes(one), c.does-1)
	q.gap(1)
	q.cell(s.plain, batchOf(one), c.of-1)
	q.gap(1)
	q.cell(s.plain, some(batchPeopleCount(one)), c.people)
	sign, words, k := b.ui.batchState(one)
	next, _ := b.ui.batchNext(one)
	if c.next > 0 {
		aside := one.People[desk.PersonAside]
		ink := s.plain
		if aside > 0 {
			ink = s.warn
		}
		q.cell(ink, some(aside), c.aside)
		q.cell(s.plain, some(one.Tasks), c.tasks)
	}
	q.cell(k, sign+" "+words, c.state)
	if c.next > 0 {
		q.put(s.plain, next)
	}
}

// some writes a number, "" for none.
func some(n int) string {
	if n == 0 {
		return ""
	}
	return count(n)
}

// preview tells of the chosen batch what its line has no room for.
func (b *batches) preview(width int) [previewLines]line {
	s := b.ui.styles
	var lines [previewLines]line
	lines[0] = line{{s.dim, strings.Repeat("─", width)}}
	one := b.chosen()
	if one == nil {
		return lines
	}
	lines[1] = line{{s.plain, " "}, {s.strong, one.ID}, {s.plain, "  " + capital(batchDoes(*one)) + ", " + batchOf(*one) + "; made " + day(one.Created.Local()) + " by " + one.Operator}}
	lines[2] = line{{s.plain, " " + tallyOfBatch(*one)}}
	if one.Reason != "" {
		lines[3] = line{{s.dim, " why: "}, {s.plain, one.Reason}}
	}
	if next, _ := b.ui.batchNext(*one); next != "" {
		lines[4] = line{{s.accent, " next: " + next}}
	}
	return lines
}

func (b *batches) hints() []key.Binding {
	k, a := b.ui.keyMap, b.ui.batch
	return []key.Binding{a.newBatch, k.open, a.reload, k.back}
}

func (b *batches) commands() []group {
	k, a := b.ui.keyMap, b.ui.batch
	return []group{
		{"Batches", append([]command{
			{a.newBatch, "New batch", b.ui.askBatch},
			{a.purge, "Destroy what is kept of the people of the batch", b.askPurge},
			{a.reload, "", b.enter},
		}, told(k.open, k.back)...)},
		k.moving(),
	}
}
