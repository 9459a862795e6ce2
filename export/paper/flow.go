package paper

import (
	"strings"
	"unicode"
)

// cell is a text in a column of its own.
type cell struct {
	x, wide float64
	style   string // "" or "B"
	text    string
}

func (d *Doc) font(style string, size float64) { d.pdf.SetFont(family, style, size) }

// high returns the height of a line of letters of a size, in millimetres.
func (d *Doc) high(size float64) float64 { return size * point * lineSpace }

// gap leaves a part of a line free.
func (d *Doc) gap(lines float64) { d.pdf.SetY(min(d.pdf.GetY()+lines*d.high(d.size), textEnd)) }

// room begins a new page where less than high is left of this one, and reports whether it did.
func (d *Doc) room(high float64) bool {
	if d.pdf.GetY()+high <= textEnd || d.pdf.GetY() <= margin {
		return false
	}
	d.pdf.AddPage()
	return true
}

// line sets one line in the font of the moment.
func (d *Doc) line(x float64, text string, high float64) {
	size, _ := d.pdf.GetFontSize()
	y := d.pdf.GetY()
	if text != "" {
		d.pdf.Text(x, y+(high+size*point*0.72)/2, text)
	}
	d.pdf.SetY(y + high)
}

// block sets a text in one column.
func (d *Doc) block(x, wide float64, style, text string) {
	d.rowOf([]cell{{x, wide, style, text}})
}

// rowOf sets texts beside each other, over as many pages as they need.
func (d *Doc) rowOf(cells []cell) {
	high := d.high(d.size)
	lines := make([][]string, len(cells))
	most := 0
	for i, c := range cells {
		d.font(c.style, d.size)
		lines[i] = d.wrap(d.plain(c.text), c.wide)
		most = max(most, len(lines[i]))
	}
	for n := range most {
		d.room(high)
		y := d.pdf.GetY()
		for i, c := range cells {
			if n < len(lines[i]) {
				d.font(c.style, d.size)
				d.pdf.SetY(y)
				d.line(c.x, lines[i][n], high)
			}
		}
		d.pdf.SetY(y + high)
	}
}

// wrap breaks a text into lines that are no wider than wide in the font of the moment: at spaces, and within a word only
// where the word alone is wider.
func (d *Doc) wrap(text string, wide float64) []string {
	var lines []string
	for _, part := range strings.Split(text, "\n") {
		part = strings.TrimRightFunc(part, unicode.IsSpace)
		line, used := "", 0.0
		space := d.pdf.GetStringWidth(" ")
		for i, word := range strings.Split(part, " ") {
			w := d.pdf.GetStringWidth(word)
			switch {
			case i == 0:
				line, used = word, w
			case used+space+w <= wide:
				line, used = line+" "+word, used+space+w
			default:
				lines, line, used = append(lines, line), word, w
			}
			for used > wide {
				n := d.fits(line, wide)
				lines, line = append(lines, line[:n]), line[n:]
				used = d.pdf.GetStringWidth(line)
			}
		}
		lines = append(lines, line)
	}
	if len(lines) == 1 && lines[0] == "" {
		return nil
	}
	return lines
}

// fits returns how many bytes of a text fit, at least its first character.
func (d *Doc) fits(text string, wide float64) int {
	used := 0.0
	for i, r := range text {
		used += d.pdf.GetStringWidth(string(r))
		if used > wide && i > 0 {
			return i
		}
	}
	return len(text)
}
