package tui

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
	"dossier/request"
)

// batchPage is the screen of a batch: its plans, what it comes to in each system, and its people with what became of each.
type batchPage struct {
	ui     *ui
	id     string
	status *desk.BatchStatus // nil until it was read
	people *batchPeople      // nil until they were read
	failed error             // why the people cannot be read

	items  []batchItem
	left   scroll
	scroll scroll // of the people
	focus  pane
	of     pane // what the detail is of: onSystems or onMatches
	detail page
	made   madeOf

	making   *stream // a lift is being planned
	problems []desk.PlanProblem
	planned  *desk.BatchPlanned
}

// batchItem is a plan of the batch, or a system.
type batchItem struct {
	plan   int // its place among the plans; -1: it is a system
	system string
}

func newBatchPage(u *ui, id string) *batchPage {
	return &batchPage{ui: u, id: id, focus: onSystems, of: onSystems}
}

// listing says that people are masked here until they are asked for.
func (b *batchPage) listing() {}

// enter reads how far the batch is, and what became of its people.
func (b *batchPage) enter() tea.Cmd {
	return tea.Batch(b.ui.office.batch(b, b.id), b.ui.office.batchRows(b, b.id))
}

func (b *batchPage) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case batchMsg:
		if msg.err != nil {
			b.ui.fail("The batch cannot be read", msg.err, func(*app) tea.Cmd { return b.enter() })
			return nil
		}
		first := b.status == nil || b.planned != nil
		b.status, b.planned = &msg.status, nil
		b.arrange()
		if _, plan := b.ui.batchNext(*b.status); first && plan >= 0 {
			b.left.cursor = plan
		}
	case batchRowsMsg:
		if b.failed = msg.err; msg.err == nil {
			if b.people != nil {
				msg.people.show(b.people.which)
			}
			b.people = msg.people
			b.scroll.fit(len(b.people.shown))
		}
		b.arrange()
	case streamMsg:
		return b.streamed(msg)
	case tea.KeyMsg:
		b.key(msg)
	}
	return nil
}

// arrange lists the plans and the systems that the batch reaches, in the register's order.
func (b *batchPage) arrange() {
	b.made, b.items = madeOf{}, nil
	if b.status != nil {
		for i := range b.status.Plans {
			b.items = append(b.items, batchItem{i, ""})
		}
	}
	if b.people != nil {
		for _, s := range b.ui.office.desk.Register().Systems {
			if b.people.sum.Results[s.ID] != nil {
				b.items = append(b.items, batchItem{-1, s.ID})
			}
		}
	}
	b.left.fit(len(b.items))
}

func (b *batchPage) key(msg tea.KeyMsg) {
	k := b.ui.keyMap
	switch {
	case key.Matches(msg, k.back) && b.focus == onDetail:
		b.turn(b.of)
	case key.Matches(msg, k.back) && b.making != nil:
		b.making.halt()
	case key.Matches(msg, k.back):
		b.ui.then(leave)
	case key.Matches(msg, k.open) && b.focus == onSystems && b.plan() != nil:
		b.openPlan()
	case key.Matches(msg, k.next, k.previous, k.right, k.left):
		b.turn(k.beside(b.focus, msg))
	case key.Matches(msg, k.open):
		b.turn(onDetail)
	case b.focus == onSystems:
		b.left.update(k, msg, len(b.items))
	case b.focus == onMatches && b.people != nil:
		b.scroll.update(k, msg, len(b.people.shown))
	default:
		b.detail.update(k, msg)
	}
}

// turn gives a pane the focus, round about.
func (b *batchPage) turn(to pane) {
	b.focus = (to + onDetail + 1) % (onDetail + 1)
	if b.focus != onDetail {
		b.of = b.focus
	}
}

// item returns what the cursor on the left is on.
func (b *batchPage) item() (batchItem, bool) {
	if b.left.cursor < len(b.items) {
		return b.items[b.left.cursor], true
	}
	return batchItem{}, false
}

// plan returns the chosen plan, nil where none is.
func (b *batchPage) plan() *desk.PlanStatus {
	if i, ok := b.item(); ok && i.plan >= 0 {
		return &b.status.Plans[i.plan]
	}
	return nil
}

// openPlan shows the chosen plan, where it is approved, carried out and verified like any other.
func (b *batchPage) openPlan() {
	b.ui.openPlan(request.Request{ID: b.id}, b.plan().ID, "", nil)
}

// person returns the rows of the chosen person, nil where there is none.
func (b *batchPage) person() []desk.BatchRow {
	if b.people == nil || b.scroll.cursor >= len(b.people.shown) {
		return nil
	}
	return b.people.of(b.scroll.cursor)
}

// turnWhich shows everybody, those who are set aside, or those who are not done.
func (b *batchPage) turnWhich() tea.Cmd {
	if b.people == nil {
		return nil
	}
	b.people.show((b.people.which + 1) % (notDone + 1))
	b.scroll.cursor, b.made = 0, madeOf{}
	b.scroll.fit(len(b.people.shown))
	b.turn(onMatches)
	return nil
}

// system returns a system of the register.
func (b *batchPage) system(id string) *connectors.System {
	s, _ := b.ui.office.desk.Register().System(id)
	return s
}

func (b *batchPage) hints() []key.Binding {
	k, a := b.ui.keyMap, b.ui.batch
	switch {
	case b.making != nil:
		return []key.Binding{k.back}
	case b.status == nil || b.status.Purged:
		return []key.Binding{a.reload, k.back}
	case b.restricts() && b.status.Told.IsZero():
		return []key.Binding{k.open, a.told, a.which, a.result, k.next, k.back}
	case b.restricts():
		return []key.Binding{k.open, a.lift, a.which, a.result, k.next, k.back}
	}
	return []key.Binding{k.open, a.which, a.result, k.mask, k.next, k.back}
}

// open reports whether a plan is still to be carried out or verified.
func (b *batchPage) open() bool {
	return slices.ContainsFunc(b.status.Plans, func(p desk.PlanStatus) bool { return p.State != "verified" })
}

// restricts reports whether the batch has made a restriction that can be lifted.
func (b *batchPage) restricts() bool {
	if b.status == nil {
		return false
	}
	for _, p := range b.status.Plans {
		if p.Action == desk.Restrict && p.State.Carried() {
			return true
		}
	}
	return false
}

func (b *batchPage) commands() []group {
	k, a := b.ui.keyMap, b.ui.batch
	deeds := []command{
		{a.which, "Only those set aside, only those not done, or everybody", b.turnWhich},
		{a.result, "Write the result into a workbook", b.askResult},
		{a.told, "Note that everybody was told that the restriction will be lifted", b.askTold},
		{a.lift, "Lift the restriction", b.askLift},
		{a.purge, "Destroy what is kept of its people", b.askPurge},
		{a.reload, "", b.enter},
	}
	return []group{
		{"The batch", append(deeds, told(k.open, k.back)...)},
		{"Panes", told(k.next, k.previous, k.left, k.right)},
		k.moving(),
	}
}
