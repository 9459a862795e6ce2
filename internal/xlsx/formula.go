package xlsx

import (
	"bytes"
	"strconv"
	"strings"
)

// reference is one reference to cells in a formula.
type reference struct {
	from, to int    // where it stands, without the name of a sheet
	sheet    string // "": the sheet of the formula
	several  bool   // it goes through several sheets: First:Last!A1
	foreign  bool   // it is to another workbook
	first    corner
	last     corner // equal to first for a single cell
	area     bool   // it has two corners
}

// corner is one end of a reference. A whole column has row 0, a whole row column -1.
type corner struct {
	column, row        int // row from 1 on, column from 0 on
	fixedCol, fixedRow bool
}

// references calls do for every reference to cells in a formula (ECMA-376 part 1, 18.17.2). Names, structured references
// and texts are none.
func references(formula []byte, do func(reference)) {
	p := formulaParser{text: formula, do: do}
	for p.at < len(p.text) {
		p.step()
	}
}

type formulaParser struct {
	text []byte
	at   int
	do   func(reference)
}

func (p *formulaParser) step() {
	switch c := p.text[p.at]; {
	case c == '"':
		p.at = p.closing('"')
	case c == '\'':
		p.quotedSheet()
	case c == '[':
		p.otherBook()
	case c == '#':
		p.at++
		for p.at < len(p.text) && (nameByte(p.text[p.at]) || p.text[p.at] == '/' || p.text[p.at] == '!') {
			p.at++
		}
	case nameByte(c):
		p.word()
	default:
		p.at++
	}
}

// closing returns the place behind the quote that ends what starts at p.at; doubled quotes do not.
func (p *formulaParser) closing(quote byte) int {
	for i := p.at + 1; i < len(p.text); i++ {
		if p.text[i] != quote {
			continue
		}
		if i+1 < len(p.text) && p.text[i+1] == quote {
			i++
			continue
		}
		return i + 1
	}
	return len(p.text)
}

// quotedSheet reads 'A sheet'!A1, 'First:Last'!A1 or '[1]A sheet'!A1.
func (p *formulaParser) quotedSheet() {
	end := p.closing('\'')
	name := strings.ReplaceAll(strings.Trim(string(p.text[p.at:end]), "'"), "''", "'")
	p.at = end
	if p.at < len(p.text) && p.text[p.at] == '!' {
		p.at++
		p.qualified(name)
	}
}

// qualified reads what stands behind the name of a sheet.
func (p *formulaParser) qualified(sheet string) {
	r := reference{sheet: sheet, foreign: strings.Contains(sheet, "["), several: strings.Contains(sheet, ":")}
	if p.at < len(p.text) && nameByte(p.text[p.at]) {
		p.cells(p.run(), r)
	}
}

// otherBook reads [1]Sheet!A1 or [1]!Name.
func (p *formulaParser) otherBook() {
	end := bytes.IndexByte(p.text[p.at:], ']')
	if end < 0 {
		p.at = len(p.text)
		return
	}
	p.at += end + 1
	sheet := p.run()
	if p.at < len(p.text) && p.text[p.at] == ':' {
		p.at++
		p.run()
	}
	if p.at < len(p.text) && p.text[p.at] == '!' {
		p.at++
		p.qualified("[]" + string(sheet))
	}
}

// run reads the letters, digits and marks that belong together.
func (p *formulaParser) run() []byte {
	from := p.at
	for p.at < len(p.text) && nameByte(p.text[p.at]) {
		p.at++
	}
	return p.text[from:p.at]
}

func nameByte(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '.' || c == '$' || c == '\\' || c == '?' || c >= 0x80
}

func (p *formulaParser) word() {
	from := p.at
	word := p.run()
	if p.at == len(p.text) {
		p.cells(word, reference{})
		return
	}
	switch p.text[p.at] {
	case '!':
		p.at++
		p.qualified(string(word))
		return
	case '(':
		return // a function
	case '[':
		p.structured()
		return
	case ':': // First:Last!A1
		behind := p.at
		p.at++
		last := p.run()
		if len(last) > 0 && p.at < len(p.text) && p.text[p.at] == '!' {
			p.at++
			p.qualified(string(p.text[from:behind]) + ":" + string(last))
			return
		}
		p.at = behind
	}
	p.cells(word, reference{})
}

// structured skips Table[[#All],[Column]]; a quote escapes the mark behind it.
func (p *formulaParser) structured() {
	depth := 0
	for ; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '\'':
			p.at++
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				p.at++
				return
			}
		}
	}
}

// cells reads a reference whose first word was read.
func (p *formulaParser) cells(word []byte, r reference) {
	r.from, r.to = p.at-len(word), p.at
	first, ok := parseCorner(word)
	if !ok || p.at < len(p.text) && p.text[p.at] == '(' {
		return
	}
	r.first, r.last = first, first
	if p.at < len(p.text) && p.text[p.at] == ':' {
		behind := p.at
		p.at++
		last, ok := parseCorner(p.run())
		if ok && (p.at == len(p.text) || p.text[p.at] != '(') && (first.row == 0) == (last.row == 0) && (first.column < 0) == (last.column < 0) {
			r.last, r.to, r.area = last, p.at, true
		} else {
			p.at = behind + 1
			if first.row > 0 && first.column >= 0 {
				p.do(r)
			}
			p.at = behind + 1
			return
		}
	}
	if r.area || first.row > 0 && first.column >= 0 {
		p.do(r)
	}
}

// parseCorner reads $A$1, or $A or $1 alone.
func parseCorner(word []byte) (corner, bool) {
	c := corner{column: -1}
	i := 0
	dollar := func() bool {
		if i < len(word) && word[i] == '$' {
			i++
			return true
		}
		return false
	}
	c.fixedCol = dollar()
	from := i
	for i < len(word) && 'A' <= word[i]&^0x20 && word[i]&^0x20 <= 'Z' {
		i++
	}
	if i > from {
		n, ok := columnOf(word[from:i])
		if !ok || i-from > 3 {
			return c, false
		}
		c.column = n
		c.fixedRow = dollar()
	} else {
		c.fixedRow, c.fixedCol = c.fixedCol, false
	}
	if i < len(word) {
		n, ok := parseUint(word[i:])
		if !ok || n < 1 || n > maxRows || word[i] == '0' {
			return c, false
		}
		c.row = n
	} else if c.fixedRow || c.column < 0 {
		return c, false
	}
	return c, true
}

func (c corner) append(dst []byte) []byte {
	if c.column >= 0 {
		if c.fixedCol {
			dst = append(dst, '$')
		}
		dst = append(dst, ColumnName(c.column)...)
	}
	if c.row > 0 {
		if c.fixedRow {
			dst = append(dst, '$')
		}
		dst = strconv.AppendInt(dst, int64(c.row), 10)
	}
	return dst
}

func (r reference) append(dst []byte) []byte {
	dst = r.first.append(dst)
	if r.area {
		dst = r.last.append(append(dst, ':'))
	}
	return dst
}

// rows returns the rows that the reference covers; whole columns cover all.
func (r reference) rows() (first, last int) {
	if r.first.row == 0 {
		return 1, maxRows
	}
	return min(r.first.row, r.last.row), max(r.first.row, r.last.row)
}

// moved returns the reference as another cell has it that shares the formula: so many rows below and columns to the right.
// ok is false where it would leave the sheet.
func (r reference) moved(rows, columns int) (reference, bool) {
	ok := true
	for _, c := range []*corner{&r.first, &r.last} {
		if c.row > 0 && !c.fixedRow {
			c.row += rows
			ok = ok && c.row >= 1 && c.row <= maxRows
		}
		if c.column >= 0 && !c.fixedCol {
			c.column += columns
			ok = ok && c.column >= 0 && c.column < maxColumns
		}
	}
	return r, ok
}

// through returns the reference once rows were deleted; ok is false where nothing is left of it.
func (r reference) through(m *rowMap) (reference, bool) {
	if r.first.row == 0 {
		return r, true
	}
	first, last := r.rows()
	from, to, ok := m.span(first, last)
	if r.first.row > r.last.row {
		from, to = to, from
	}
	r.first.row, r.last.row = from, to
	return r, ok
}

// formulaChange says how a formula is to be rewritten.
type formulaChange struct {
	sheet         string // the one that it stands in
	rows, columns int    // how far the cell that it is for is from the one that it is written for
	maps          func(sheet string) *rowMap
}

// apply returns the formula rewritten. A reference of which nothing is left becomes #REF!.
func (c formulaChange) apply(formula []byte) []byte {
	var out []byte
	at := 0
	references(formula, func(r reference) {
		if r.foreign {
			return
		}
		moved, ok := r.moved(c.rows, c.columns)
		if ok && !r.several {
			sheet := r.sheet
			if sheet == "" {
				sheet = c.sheet
			}
			moved, ok = moved.through(c.maps(sheet))
		}
		out = append(out, formula[at:r.from]...)
		if ok {
			out = moved.append(out)
		} else {
			out = append(out, "#REF!"...)
		}
		at = r.to
	})
	return append(out, formula[at:]...)
}
