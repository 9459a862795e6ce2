package tui

import (
	"strings"

	"dossier/desk"
)

// layout shares the width among the panes that fit.
func (b *batchPage) layout(width int) []column {
	switch {
	case width >= threePanes:
		first := max(44, min(60, width*3/10))
		second := (width - first - 2) / 2
		return []column{{onSystems, first}, {onMatches, second}, {onDetail, width - first - second - 2}}
	case width >= twoPanes:
		first := width * 52 / 100
		return []column{{b.of, first}, {onDetail, width - first - 1}}
	}
	return []column{{b.focus, width}}
}

func (b *batchPage) draw(q *pen, width, height int) {
	b.header(q, width)
	body := height - 4
	n := panes{styles: b.ui.styles, columns: b.layout(width), focus: b.focus}
	rows := make([]func(*pen, int), len(n.columns))
	for i, c := range n.columns {
		switch c.pane {
		case onSystems:
			rows[i] = b.itemRows(body)
		case onMatches:
			rows[i] = b.personRows(body)
		default:
			b.makeDetail(c.width - 2)
			rows[i] = indented(&b.detail, body)
		}
	}
	n.titles(q, b.title)
	n.rows(q, rows, body)
}

// header draws the batch, how far it is, the next step, and how many people it has.
func (b *batchPage) header(q *pen, width int) {
	s, st := b.ui.styles, b.status
	if st == nil {
		headline(q, width, func() { q.put(s.strong, b.id) }, s.dim, "")
		headline(q, width, func() { q.put(s.plain, "reading the batch …") }, s.dim, "")
		headline(q, width, func() {}, s.dim, "")
		return
	}
	about := capital(batchDoes(*st))
	if len(st.Plans) > 0 && st.Plans[0].Ground != "" && st.Action != "replay" {
		about += ", Article " + st.Plans[0].Ground
	}
	headline(q, width, func() {
		q.put(s.strong, b.id)
		q.gap(2)
		q.put(s.strong, batchOf(*st))
		q.gap(2)
		q.put(s.dim, about)
	}, s.dim, "made "+day(st.Created.Local())+" by "+st.Operator)
	sign, words, k := b.ui.batchState(*st)
	next, _ := b.ui.batchNext(*st)
	switch {
	case b.making != nil:
		next = "planning the lift … (esc stops)"
	case b.people != nil && b.people.undone > 0 && !b.open():
		next = "next: plan the " + count(b.people.undone) + " not done again (f shows them)"
	case next != "":
		next = "next: " + next
	case b.restricts() && sign != "←" && st.Told.IsZero():
		next = "before a lift: tell everybody, and note it (t)"
	}
	headline(q, width, func() {
		q.put(k, sign+" "+words)
		if b.restricts() && !st.Told.IsZero() {
			q.gap(2)
			q.put(s.dim, "told of the lift on "+day(st.Told))
		}
	}, s.accent, next)
	right := ""
	if b.people != nil && b.people.sum.Records > 0 {
		right = bar(b.people.sum.Done, b.people.sum.Records, 12) + " " + count(b.people.sum.Done) + " of " + plural(b.people.sum.Records, "record")
	}
	headline(q, width, func() { q.put(s.plain, tallyOfBatch(*st)) }, s.dim, right)
}

func (b *batchPage) title(of pane) string {
	switch of {
	case onSystems:
		if b.status == nil {
			return "Plans and systems"
		}
		return plural(len(b.status.Plans), "plan") + ", " + plural(len(b.items)-len(b.status.Plans), "system")
	case onMatches:
		if b.people == nil {
			return "People"
		}
		name := "People" + number(len(b.people.shown))
		if b.people.which != everybody {
			name += " · " + b.people.which.String()
		}
		return name
	}
	name := "Person"
	if i, ok := b.item(); ok && b.of == onSystems {
		name = "System"
		if i.plan >= 0 {
			name = "Plan"
		}
	}
	if more := b.detail.more(); more != "" {
		name += " · " + more
	}
	return name
}

// itemRows draws the plans and the systems in sight.
func (b *batchPage) itemRows(height int) func(q *pen, y int) {
	b.left.height = height
	b.left.fit(len(b.items))
	return func(q *pen, y int) {
		s := b.ui.styles
		i := y + b.left.offset
		if i >= len(b.items) {
			if y == 1 && len(b.items) == 0 && b.status != nil {
				q.gap(2)
				q.put(s.plain, b.noPlan())
			}
			return
		}
		mark := " "
		if i == b.left.cursor {
			mark = "►"
			if b.focus == onSystems {
				q.lit(q.left, &s.selected)
			}
		}
		q.put(s.accent, mark)
		item := b.items[i]
		if item.plan < 0 {
			sign, words, k := b.systemState(item.system)
			q.put(k, sign)
			q.gap(1)
			q.cell(s.plain, b.ui.system(item.system), min(maxTitle, max(10, q.left-cells(words)-1)))
			q.gap(1)
			q.put(k, words)
			return
		}
		p := b.status.Plans[item.plan]
		sign, words, k := b.ui.batchPlanState(p)
		q.put(k, sign)
		q.gap(1)
		q.cell(s.strong, planShort(p.ID)+" "+planRole(*b.status, item.plan), max(15, min(24, q.left-cells(words)-1)))
		q.gap(1)
		q.put(k, words)
	}
}

func (b *batchPage) noPlan() string {
	switch {
	case b.status.Purged:
		return "What was kept of its people was destroyed."
	case b.people == nil:
		return "Reading …"
	}
	return "No plan was made; see the people for why."
}

// systemState says in how many states people are in a system.
func (b *batchPage) systemState(id string) (sign, words string, k ink) {
	s, results := b.ui.styles, b.people.sum.Results[id]
	var parts []string
	for _, r := range rowStates {
		if n := results[r.state]; n > 0 {
			_, name, _ := b.ui.rowState(r.state)
			parts = append(parts, count(n)+" "+name)
		}
	}
	words = strings.Join(parts, ", ")
	switch {
	case results["not done"] > 0:
		return "×", words, s.bad
	case results["in part"] > 0:
		return "▲", words, s.warn
	case results["planned"] > 0:
		return "○", words, s.plain
	case results["lifted"] > 0:
		return "←", words, s.good
	case results["done"] > 0:
		return "●", words, s.good
	case results["task"] > 0:
		return "□", words, s.warn
	}
	return "■", words, s.dim
}

// personRows draws the people in sight.
func (b *batchPage) personRows(height int) func(q *pen, y int) {
	b.scroll.height = height
	n := 0
	if b.people != nil {
		n = len(b.people.shown)
	}
	b.scroll.fit(n)
	return func(q *pen, y int) {
		s := b.ui.styles
		i := y + b.scroll.offset
		if i >= n {
			if y == 1 && n == 0 {
				q.gap(2)
				q.put(s.plain, b.nobody())
			}
			return
		}
		mark := " "
		if i == b.scroll.cursor {
			mark = "►"
			if b.focus == onMatches {
				q.lit(q.left, &s.selected)
			}
		}
		q.put(s.accent, mark)
		b.personRow(q, b.people.of(i))
	}
}

func (b *batchPage) nobody() string {
	switch {
	case b.failed != nil:
		return "The people cannot be read: " + b.failed.Error()
	case b.people == nil && b.status != nil && b.status.Purged:
		return "What was kept of them was destroyed."
	case b.people == nil:
		return "Reading what became of each …"
	case b.people.which != everybody:
		return "Nobody. f shows the others."
	}
	return "The batch has no people: it was refused before they were kept."
}

func (b *batchPage) personRow(q *pen, rows []desk.BatchRow) {
	s := b.ui.styles
	sign, words, k := b.ui.stateOfPerson(rows)
	q.put(k, sign)
	q.gap(1)
	q.cell(k, words, 11)
	q.cell(s.plain, rows[0].At, min(16, q.left/3))
	q.gap(1)
	known := ""
	if len(rows[0].Identifiers) > 0 {
		known = rows[0].Identifiers[0].Value
	}
	q.cell(s.strong, b.ui.named(known), min(16, q.left))
	q.gap(1)
	q.put(s.dim, whyOf(rows))
}

// whyOf returns why a person is set aside, or not done.
func whyOf(rows []desk.BatchRow) string {
	for _, r := range rows {
		if r.Why != "" && (r.System == "" || r.State == "not done" || r.State == "in part") {
			return r.Why
		}
	}
	return rows[0].Why
}

// makeDetail makes the page of what is chosen, where it is another one.
func (b *batchPage) makeDetail(width int) {
	now := madeOf{width: width, masked: b.ui.nameless, styles: b.ui.styles}
	if b.of == onSystems {
		now.of = b.left.cursor
	} else {
		now.of = -1 - b.scroll.cursor
	}
	if now == b.made {
		return
	}
	if now.of != b.made.of {
		b.detail.offset = 0
	}
	b.made = now
	w := writer{ui: b.ui, width: max(24, width)}
	item, ok := b.item()
	switch {
	case b.of == onMatches:
		if rows := b.person(); rows != nil {
			b.personPage(&w, rows)
		}
	case b.status == nil:
	case ok && item.plan >= 0:
		b.planPage(&w, item.plan)
	case ok:
		b.systemPage(&w, item.system)
	default:
		b.limits(&w)
	}
	b.detail.lines = w.lines
}
