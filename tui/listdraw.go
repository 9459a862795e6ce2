package tui

import (
	"strings"

	"dossier/request"
	"dossier/request/clock"
)

// previewLines is how many lines the chosen request has beneath the list, its rule included.
const previewLines = 5

func (l *list) draw(p *pen, width, height int) {
	s := l.ui.styles
	register := l.ui.office.desk.Register()
	p.part(width)
	p.gap(1)
	p.put(s.strong, register.Organisation.Name)
	p.right(s.dim, plural(len(register.Systems), "system")+" ", p.left)
	p.end()
	p.newline()
	l.title(p, width)
	p.newline()
	l.scroll.height = height - 3 - previewLines
	l.scroll.fit(len(l.shown))
	columns := l.columns(width)
	l.head(p, width, columns)
	for y := range l.scroll.height {
		p.newline()
		i := l.scroll.offset + y
		switch {
		case i < len(l.shown):
			l.row(p, i, width, columns)
		case y == 1 && !l.read:
			l.say(p, "Reading the requests …", width)
		case y == 1 && len(l.all) == 0:
			l.say(p, "No requests yet. Press n to record the first one.", width)
		case y == 1 && len(l.shown) == 0:
			l.say(p, "No request fits. esc shows all of them.", width)
		default:
			p.blank(width)
		}
	}
	for _, part := range l.preview(width) {
		p.newline()
		p.part(width)
		p.line(part)
		p.end()
	}
}

// title draws the line above the list: how many there are, and how they are chosen and sorted.
func (l *list) title(p *pen, width int) {
	s := l.ui.styles
	p.part(width)
	p.put(s.accent, "━━ Requests"+number(len(l.shown)))
	if n := l.late(); n > 0 {
		p.put(s.bad, " · !! "+count(n)+" late")
	}
	p.put(s.accent, " · "+l.order.String()+" ")
	if l.only != nil {
		p.put(s.warn, "· of one person ")
	}
	if l.asking || l.filter.Value() != "" {
		p.put(s.accent, "· / ")
		width := min(30, p.left-1)
		p.within(width, func() { p.line(typed(s, &l.filter, l.asking, width)) })
		p.gap(1)
	}
	p.rule(s.accent, true)
	p.end()
}

// late counts the requests that are overdue.
func (l *list) late() int {
	n := 0
	for _, v := range l.shown {
		if u, _ := v.urgency(l.ui.today()); u == late {
			n++
		}
	}
	return n
}

// number writes how many things a heading counts, "" for none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return " · " + count(n)
}

func (l *list) say(p *pen, text string, width int) {
	p.part(width)
	p.gap(3)
	p.put(l.ui.styles.plain, text)
	p.end()
}

// columns are the widths of the list's columns; 0: it is left out, and the preview has it.
type columns struct{ id, person, kind, state, marks, clock, next int }

func (l *list) columns(width int) columns {
	c := columns{id: 15, person: 17, state: 10, marks: 7, clock: 34}
	room := width - 3 - c.id - c.person - c.state - c.marks - c.clock
	if room < 0 {
		c.person += room // 12 at 80 columns
	}
	if room >= 30 {
		c.person, room = c.person+8, room-8
	}
	if room >= 24 {
		c.kind = min(room, 40)
		room -= c.kind
	}
	if room >= 24 {
		c.next = min(room, 50)
		c.person += min(20, room-c.next)
	}
	return c
}

func (l *list) head(p *pen, width int, c columns) {
	s := l.ui.styles
	p.part(width)
	p.gap(3)
	for _, column := range []struct {
		title string
		width int
	}{{"request", c.id}, {"person", c.person}, {"kind", c.kind}, {"state", c.state}, {"", c.marks}, {"clock", c.clock}, {"next", c.next}} {
		if column.width > 0 {
			p.cell(s.dim, column.title, column.width)
		}
	}
	p.end()
}

func (l *list) row(p *pen, i, width int, c columns) {
	v, s := l.shown[i], l.ui.styles
	mark := "   "
	p.part(width)
	if i == l.scroll.cursor {
		mark = " ► "
		p.lit(width, &s.selected)
	}
	p.put(s.plain, mark)
	p.cell(s.strong, v.ID, c.id)
	p.cell(s.plain, l.ui.named(person(v.Subject)), c.person-1)
	p.gap(1)
	if c.kind > 0 {
		p.cell(s.plain, v.asks(), c.kind-1)
		p.gap(1)
	}
	if l.ui.active[v.ID] {
		p.cell(s.accent, "searching", c.state)
	} else {
		p.cell(s.plain, string(v.State), c.state)
	}
	p.cell(s.warn, v.marks(), c.marks)
	t := l.ui.timing(v)
	p.put(t.ink, t.bar)
	p.gap(1)
	p.put(t.ink, t.sign)
	p.gap(1)
	p.cell(t.ink, t.words, c.clock-barCells-4)
	if c.next > 0 {
		p.cell(s.plain, v.nextWords(), c.next)
	}
	p.end()
}

// marks are what needs care, a letter each: H held, C child, V vulnerable, S special category, O criminal offences, + other requests of
// the person.
func (v *overview) marks() string {
	var b strings.Builder
	if len(v.Holds) > 0 {
		b.WriteByte('H')
	}
	for _, f := range v.flags {
		b.WriteString(f.mark)
	}
	if len(v.Others) > 0 {
		b.WriteByte('+')
	}
	return b.String()
}

// nextWords tells the next step and who has to take it.
func (v *overview) nextWords() string {
	if v.awaits != request.ThePerson {
		return v.next
	}
	return v.next + " (" + v.awaits + ")"
}

// preview tells of the chosen request what its line has no room for.
func (l *list) preview(width int) [previewLines]line {
	s := l.ui.styles
	var lines [previewLines]line
	lines[0] = line{{s.dim, strings.Repeat("─", width)}}
	v := l.chosen()
	if v == nil {
		return lines
	}
	lines[1] = line{{s.plain, " "}, {s.strong, v.ID}, {s.plain, "  " + v.asks() + ", received " + day(v.Received)}}
	if v.next != "" {
		lines[1] = append(lines[1], span{s.accent, "  next: " + v.nextWords()})
	}
	lines[2] = line{{s.plain, " " + v.deadlines(l.ui.today())}}
	var care []string
	if len(v.Holds) > 0 {
		care = append(care, "held: "+strings.Join(v.Holds, ", "))
	}
	for _, f := range v.flags {
		care = append(care, f.words)
	}
	if len(care) > 0 {
		lines[3] = line{{s.warn, " ! " + strings.Join(care, "; ")}}
	}
	if len(v.Others) > 0 {
		lines[4] = line{{s.plain, " the same person's: " + strings.Join(v.Others, ", ") + " (" + l.ui.keyMap.others.Help().Key + ")"}}
	}
	return lines
}

// deadlines tells the days that count for a request.
func (v *overview) deadlines(today clock.Day) string {
	switch {
	case v.Unclear != nil:
		return "The days cannot be counted: " + v.Unclear.Error()
	case v.State.Ended():
		return "It is " + string(v.State) + "."
	case v.Clock.State == clock.Running && v.Clock.Due != 0:
		words := "to be answered by " + v.Clock.Due.Long()
		switch {
		case v.Clock.Extended:
			words += ", extended"
		case v.Clock.NoticeBy != 0 && v.Clock.NoticeBy < today:
			words += "; a notice of extension would come too late since " + v.Clock.NoticeBy.Long()
		case v.Clock.NoticeBy != 0:
			words += "; a notice of extension must arrive by " + v.Clock.NoticeBy.Long()
		}
		return words
	case len(v.Clock.Steps) > 0:
		return v.Clock.Steps[len(v.Clock.Steps)-1].Text
	}
	return "the law sets no time"
}
