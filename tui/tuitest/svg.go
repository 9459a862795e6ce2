package tuitest

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// The size of a cell in an SVG, in pixels, the margin around the screen, and the height of the bar above it.
const (
	cellWidth  = 8.4
	cellHeight = 17
	margin     = 14
	bar        = 32
)

// SVG draws what the screen shows as a window with that title: every text in the colours and weights it was written in, selectable, in
// cells of one width whatever the font. The same screen gives the same bytes.
func (s *Screen) SVG(title string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	width, height := float64(s.width())*cellWidth+2*margin, s.height()*cellHeight+bar+margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" font-family="monospace" font-size="14">`+"\n", width, height)
	b.WriteString("<title>" + escaped(title) + "</title>\n")
	fmt.Fprintf(&b, `<rect x="0.5" y="0.5" width="%.0f" height="%d" rx="9" fill="#%06x" stroke="#3b4048"/>`+"\n", width-1, height-1, darkGround)
	for i, fill := range []string{"#e06c75", "#e5c07b", "#98c379"} {
		fmt.Fprintf(&b, `<circle cx="%d" cy="16" r="5.5" fill="%s"/>`+"\n", margin+6+18*i, fill)
	}
	fmt.Fprintf(&b, `<text x="%.0f" y="20" text-anchor="middle" font-family="sans-serif" font-size="12" fill="#8b919c">%s</text>`+"\n", width/2, escaped(title))
	for y, row := range s.rows {
		drawRow(&b, bar+y*cellHeight, row)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// drawRow draws a line of the screen whose upper edge is at y.
func drawRow(b *strings.Builder, y int, row []cell) {
	runs := runsOf(row)
	for _, r := range runs {
		if _, ground := r.ink.colours(); ground != darkGround {
			fmt.Fprintf(b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="#%06x"/>`+"\n", margin+float64(r.x)*cellWidth, y, float64(r.cells)*cellWidth, cellHeight, ground)
		}
	}
	runs = words(runs)
	if len(runs) == 0 {
		return
	}
	fmt.Fprintf(b, `<text xml:space="preserve" y="%d">`, y+13)
	for _, r := range runs {
		text, _ := r.ink.colours()
		fmt.Fprintf(b, `<tspan x="%.1f" textLength="%.1f" fill="#%06x"`, margin+float64(r.x)*cellWidth, float64(r.cells)*cellWidth, text)
		if r.ink.bold {
			b.WriteString(` font-weight="bold"`)
		}
		if r.ink.italic {
			b.WriteString(` font-style="italic"`)
		}
		if r.ink.underline {
			b.WriteString(` text-decoration="underline"`)
		}
		b.WriteString(">" + escaped(r.text) + "</tspan>")
	}
	b.WriteString("</text>\n")
}

// run is a part of a line that is drawn in one way.
type run struct {
	x, cells int
	text     string
	wide     bool // its characters take two cells each
	ink      ink
}

// words takes runs apart where more than one space stands in them that nobody sees, so that nothing depends on what a viewer makes of
// spaces. One of them stays, for those who copy the text.
func words(runs []run) []run {
	var apart []run
	for _, r := range runs {
		if !r.ink.unseen() || r.wide {
			apart = append(apart, r)
			continue
		}
		for x, text := r.x, r.text; text != ""; {
			blank := len(text) - len(strings.TrimLeft(text, " "))
			x, text = x+blank, text[blank:]
			word, _, more := strings.Cut(text, "  ")
			if word == "" {
				break
			}
			n := ansi.StringWidth(word)
			x, text = x+n, text[len(word):]
			if more {
				word += " "
			}
			apart = append(apart, run{x - n, ansi.StringWidth(word), word, false, r.ink})
		}
	}
	if last := len(apart) - 1; last >= 0 && apart[last].ink.unseen() && strings.HasSuffix(apart[last].text, " ") {
		apart[last].text = strings.TrimSuffix(apart[last].text, " ")
		apart[last].cells--
	}
	return apart
}

// runsOf takes a line apart. Spaces on the terminal's own ground look alike in every ink, and go with what stands before them.
func runsOf(row []cell) []run {
	var runs []run
	for x, c := range row {
		if c.text == "" { // the right half of a wide character
			if len(runs) > 0 {
				runs[len(runs)-1].cells++
			}
			continue
		}
		wide := ansi.StringWidth(c.text) > 1
		if n := len(runs); n > 0 {
			last := &runs[n-1]
			blank := c.text == " " && c.ink.unseen() && last.ink.unseen()
			if !last.wide && !wide && (last.ink == c.ink || blank) {
				last.text += c.text
				last.cells++
				continue
			}
		}
		runs = append(runs, run{x, 1, c.text, wide, c.ink})
	}
	return runs
}

// unseen reports whether a space in the ink shows nothing.
func (k ink) unseen() bool {
	_, ground := k.colours()
	return ground == darkGround && !k.underline
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
