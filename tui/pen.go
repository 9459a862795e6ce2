package tui

import "strings"

// pen draws a frame, line by line, each line in parts of a fixed width. What is put goes through
// visible, is measured in cells of the terminal, cut where the part is full, and filled up with spaces,
// so that every line of a frame has exactly the width of the screen.
type pen struct {
	b      []byte
	left   int    // cells left in the part
	over   *ink   // not nil: the whole part has this ink, whatever is put
	spaces string // to fill up with
}

// reset starts a new frame, keeping the memory of the last.
func (p *pen) reset() { p.b = p.b[:0] }

// part starts a part of that many cells.
func (p *pen) part(cells int) { p.left, p.over = max(0, cells), nil }

// lit starts a part that has one ink throughout.
func (p *pen) lit(cells int, k *ink) {
	p.part(cells)
	p.over = k
	p.b = append(p.b, k.on...)
}

// put draws text, cut with … where the part is full.
func (p *pen) put(k ink, text string) { p.putClean(k, visible(text)) }

func (p *pen) putClean(k ink, text string) {
	if p.left == 0 || text == "" {
		return
	}
	n := cells(text)
	if n > p.left {
		text, n = cut(text, p.left), p.left
	}
	if p.over == nil {
		p.b = append(p.b, k.on...)
	}
	p.b = append(p.b, text...)
	if p.over == nil {
		p.b = append(p.b, k.off...)
	}
	p.left -= n
}

// cell draws text in a column of that many cells, cut or filled up.
func (p *pen) cell(k ink, text string, width int) {
	width = min(width, p.left)
	rest := p.left - width
	p.left = width
	p.put(k, text)
	p.gap(p.left)
	p.left = rest
}

// right draws text at the right end of a column of that many cells.
func (p *pen) right(k ink, text string, width int) {
	text = visible(text)
	p.gap(max(0, min(width, p.left)-cells(text)))
	p.cell(k, text, min(width, cells(text)))
}

// gap draws spaces.
func (p *pen) gap(n int) {
	n = min(n, p.left)
	if n <= 0 {
		return
	}
	p.left -= n
	if len(p.spaces) < n {
		p.spaces = strings.Repeat(" ", n+64)
	}
	p.b = append(p.b, p.spaces[:n]...)
}

// end fills the part up.
func (p *pen) end() {
	p.gap(p.left)
	if p.over != nil {
		p.b = append(p.b, p.over.off...)
		p.over = nil
	}
}

// rule draws a horizontal line through the rest of the part.
func (p *pen) rule(k ink, heavy bool) {
	line := lightRule
	if heavy {
		line = heavyRule
	}
	for len(line) < p.left*len("─") {
		line += line
	}
	p.putClean(k, line[:p.left*len("─")])
}

var (
	lightRule = strings.Repeat("─", 256)
	heavyRule = strings.Repeat("━", 256)
)

// within lets draw have at most that many cells of the part, and all but the last.
func (p *pen) within(width int, draw func()) {
	rest := max(1, p.left-max(0, width))
	p.left = max(0, p.left-rest)
	draw()
	p.left += rest
}

// blank draws an empty part.
func (p *pen) blank(cells int) {
	p.part(cells)
	p.end()
}

// newline ends a line of the frame.
func (p *pen) newline() { p.b = append(p.b, '\n') }
