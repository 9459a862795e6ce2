package tui

// labelWidth is the column of a form's labels, its margin included.
const labelWidth = 27

// draw draws the part of the form that holds the focus, and beneath it what to write there.
func (f *form) draw(p *pen, width, height int) {
	s := f.ui.styles
	p.part(width)
	p.put(s.accent, "━━ New request ")
	p.rule(s.accent, true)
	p.end()
	f.scroll.height = height - 3
	f.scroll.cursor = f.lineOf(f.focus)
	f.scroll.fit(f.lines())
	for y := range f.scroll.height {
		p.newline()
		p.part(width)
		f.line(p, f.scroll.offset+y)
		p.end()
	}
	p.newline()
	p.part(width)
	p.rule(s.dim, false)
	p.end()
	p.newline()
	p.part(width)
	p.gap(1)
	switch {
	case f.saving:
		p.put(s.plain, "recording …")
	case f.problem != "":
		p.put(s.bad, "! "+f.problem)
	case f.focus < len(f.fields):
		p.put(s.dim, f.fields[f.focus].hint)
	default:
		p.put(s.dim, "enter records the request")
	}
	p.end()
}

// lines returns how many lines the form has: a heading and a blank line a section, and the button.
func (f *form) lines() int { return f.lineOf(len(f.fields)) + 1 }

// lineOf returns the line of a field, or of the button.
func (f *form) lineOf(focus int) int {
	line := 0
	for _, sec := range f.sections {
		line++
		if focus < len(sec.fields) {
			return line + focus
		}
		focus -= len(sec.fields)
		line += len(sec.fields) + 1
	}
	return line
}

// line draws one line of the whole form.
func (f *form) line(p *pen, line int) {
	s := f.ui.styles
	at := 0
	for _, sec := range f.sections {
		if line == 0 {
			p.gap(1)
			p.put(s.strong, sec.title)
			return
		}
		if line--; line < len(sec.fields) {
			f.field(p, sec.fields[line], at+line == f.focus)
			return
		}
		at += len(sec.fields)
		if line -= len(sec.fields); line == 0 {
			return
		}
		line--
	}
	if line == 0 {
		mark := "   [ Record the request ]"
		k := s.plain
		if f.focus == len(f.fields) {
			mark, k = " ► [ Record the request ]", s.selected
		}
		p.put(k, mark)
	}
}

func (f *form) field(p *pen, x *field, focused bool) {
	s := f.ui.styles
	if focused {
		p.put(s.accent, " ► ")
		p.cell(s.strong, x.label, labelWidth-3)
	} else {
		p.gap(3)
		p.cell(s.dim, x.label, labelWidth-3)
	}
	width := min(60, p.left-1)
	p.within(width, func() { p.line(x.line(s, focused, width)) })
}
