package tui

// panes draws columns side by side, with a line above that names them and a log below.
type panes struct {
	styles  *styles
	columns []column
	focus   pane
}

// titles draws the line above the columns; the one with the focus is drawn heavily.
func (n panes) titles(p *pen, title func(pane) string) {
	for i, c := range n.columns {
		n.divide(p, i, "┬")
		p.part(c.width)
		k, edge := n.styles.dim, "── "
		if c.pane == n.focus {
			k, edge = n.styles.accent, "━━ "
		}
		p.put(k, edge)
		p.put(k, title(c.pane)+" ")
		p.rule(k, c.pane == n.focus)
		p.end()
	}
}

// rows draws the columns line by line.
func (n panes) rows(p *pen, rows []func(*pen, int), height int) {
	for y := range height {
		p.newline()
		for i, c := range n.columns {
			n.divide(p, i, "│")
			p.part(c.width)
			rows[i](p, y)
			p.end()
		}
	}
}

// log draws the newest entries of a log below the columns.
func (n panes) log(p *pen, width int, log *journal, height int) {
	p.newline()
	for i, c := range n.columns {
		n.divide(p, i, "┴")
		p.part(c.width)
		if i == 0 {
			p.put(n.styles.dim, "── Log ")
		}
		p.rule(n.styles.dim, false)
		p.end()
	}
	for y := range height {
		p.newline()
		p.part(width)
		log.row(p, y, height)
		p.end()
	}
}

func (n panes) divide(p *pen, i int, sign string) {
	if i > 0 {
		p.part(1)
		p.put(n.styles.dim, sign)
		p.end()
	}
}

// headline draws a line of a header, its right end first, since that must not be cut.
func headline(p *pen, width int, left func(), k ink, right string) {
	p.part(width)
	p.gap(1)
	p.within(p.left-cells(visible(right))-2, left)
	p.right(k, right, p.left-1)
	p.end()
	p.newline()
}
