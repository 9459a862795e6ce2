package paper

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

const (
	measured  = 200 // rows that the widths of columns are taken from
	cellSpace = 2.5 // millimetres between columns
	narrow    = 7.5 // a column whose texts are wrapped is wider than this, by the size of its letters
)

// Table sets a table whose head is repeated on every page. It goes over the rows twice. Where the columns do not fit beside each
// other, as in large print, each row becomes a list of heads and values. A row is as long as the heads; an empty cell is a dash.
func (d *Doc) Table(heads []string, rows iter.Seq[[]string]) {
	widths, fits := d.columns(heads, rows)
	if !fits {
		d.rowsAsLists(heads, rows)
		return
	}
	d.room(4 * d.high(d.size))
	d.tableHead(heads, widths)
	for row := range rows {
		high := d.rowHigh(row, widths)
		if high <= textEnd-margin-3*d.high(d.size) && d.pdf.GetY()+high > textEnd {
			d.pdf.AddPage()
			d.tableHead(heads, widths)
		}
		d.rowOf(d.cells(row, widths, ""))
		d.rule(210)
	}
	d.gap(0.6)
}

func (d *Doc) tableHead(heads []string, widths []float64) {
	d.rowOf(d.cells(heads, widths, "B"))
	d.rule(60)
}

func (d *Doc) cells(texts []string, widths []float64, style string) []cell {
	var cells []cell
	x := margin
	for i, wide := range widths {
		text := "–"
		if i < len(texts) && texts[i] != "" {
			text = texts[i]
		}
		cells = append(cells, cell{x, wide - cellSpace, style, text})
		x += wide
	}
	return cells
}

func (d *Doc) rowHigh(row []string, widths []float64) float64 {
	most := 0
	d.font("", d.size)
	for _, c := range d.cells(row, widths, "") {
		most = max(most, len(d.wrap(d.plain(c.text), c.wide)))
	}
	return float64(most) * d.high(d.size)
}

// rule draws a thin line below a row, as dark as grey says.
func (d *Doc) rule(grey int) {
	d.pdf.SetDrawColor(grey, grey, grey)
	d.pdf.SetLineWidth(0.2)
	y := d.pdf.GetY() + 0.8
	d.pdf.Line(margin, y, margin+textWide, y)
	d.pdf.SetY(y + 0.8)
}

// columns shares the page out among the columns: each gets at least its longest word, and of what is left by what its texts want.
// It reports false where that is more than the page has, or would leave a column too narrow to be read.
func (d *Doc) columns(heads []string, rows iter.Seq[[]string]) ([]float64, bool) {
	least, want := make([]float64, len(heads)), make([]float64, len(heads))
	measure := func(texts []string, style string) {
		d.font(style, d.size)
		for i := range min(len(heads), len(texts)) {
			text := d.plain(texts[i])
			for _, line := range strings.Split(text, "\n") {
				want[i] = max(want[i], min(d.pdf.GetStringWidth(line), textWide))
			}
			for _, word := range strings.Fields(text) {
				least[i] = max(least[i], min(d.pdf.GetStringWidth(word), textWide/3))
			}
		}
	}
	measure(heads, "B")
	n := 0
	for row := range rows {
		measure(row, "")
		if n++; n == measured {
			break
		}
	}
	left := textWide
	order := make([]int, len(heads))
	for i := range heads {
		least[i] += cellSpace
		want[i] = max(want[i]+cellSpace, least[i])
		left -= least[i]
		order[i] = i
	}
	if left < 0 {
		return nil, false
	}
	// Columns that want little get it, before those that want more than there is.
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(want[a]-least[a], want[b]-least[b]) })
	for n, i := range order {
		more := min(want[i]-least[i], left/float64(len(order)-n))
		least[i] += more
		left -= more
		if least[i] < want[i] && least[i] < narrow*d.size*point {
			return nil, false
		}
	}
	return least, true
}

func (d *Doc) rowsAsLists(heads []string, rows iter.Seq[[]string]) {
	for row := range rows {
		var facts []Fact
		for i, head := range heads {
			if i < len(row) {
				facts = append(facts, Fact{head, row[i]})
			}
		}
		d.Facts(facts...)
		d.rule(210)
	}
	d.gap(0.6)
}
