package xlsx

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
)

// sheetWriter writes one sheet with its edits.
type sheetWriter struct {
	*rewriting
	*sheetReader
	edit    *sheetEdit
	out     *bufio.Writer
	prefix  string                // of the names of elements
	masters map[string]sharedText // the shared formulas
	todo    []int                 // rows with cells to be set that did not come yet
}

// sharedText is the formula of a group of cells.
type sharedText struct {
	row, column int
	text        []byte
	expand      bool // each cell gets its own
}

// writeSheet writes a sheet's part. During the analysis it only notes what stands around the rows refers to.
func (r *rewriting) writeSheet(s *sheetEdit, to io.Writer) error {
	text, err := r.book.parts.open(r.ctx, s.part)
	if err != nil {
		return err
	}
	defer text.Close()
	w := &sheetWriter{rewriting: r, edit: s, sheetReader: &sheetReader{scanner: newStrictScanner(text, s.part, 128<<10)},
		out: bufio.NewWriterSize(to, 128<<10), masters: map[string]sharedText{}, todo: slices.Sorted(maps.Keys(s.set))}
	w.out.WriteString(xmlHead)
	for {
		kind, _, err := w.token()
		if err != nil {
			return err
		}
		if kind == startTag {
			break
		}
		if kind != textToken {
			return damaged(s.part, "has no root")
		}
	}
	w.prefix = string(w.full[:len(w.full)-len(w.name)])
	root := string(w.full)
	w.out.Write(w.buf[w.start:w.pos])
	if err := w.around("sheetData"); err != nil {
		return err
	}
	if err := w.around(""); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "</%s>", root)
	return w.out.Flush()
}

// around writes what stands before the rows and then the rows, or what stands behind them.
func (w *sheetWriter) around(stop string) error {
	w.release()
	tree, kind, err := w.readTree(stop)
	if err != nil {
		return err
	}
	v := &visitor{rewriting: w.rewriting, part: w.part, job: job{"worksheet", w.edit}}
	v.visit(tree)
	w.out.Write(tree.appendChildren(nil))
	switch {
	case stop == "" && kind != endTag, stop != "" && kind == endOfPart:
		return damaged(w.part, "ends early")
	case kind != startTag && kind != emptyTag:
		return nil
	}
	w.out.Write(appendTag(nil, string(w.full), parseAttrs(w.attrs)))
	w.out.WriteByte('>')
	name := string(w.full)
	if kind == startTag {
		err = w.rows()
	}
	if err == nil {
		err = w.addRows(maxRows + 1)
	}
	fmt.Fprintf(w.out, "</%s>", name)
	return err
}

// rows writes the rows until the end of the data.
func (w *sheetWriter) rows() error {
	for {
		kind, raw, err := w.token()
		if err != nil {
			return err
		}
		switch {
		case kind == endOfPart:
			return damaged(w.part, "ends early")
		case kind == endTag:
			return nil
		case kind != startTag && kind != emptyTag:
			w.out.Write(raw)
		case string(w.name) != "row":
			if kind == startTag {
				err = w.skip()
			}
		default:
			err = w.writeRow(kind)
		}
		if err != nil {
			return err
		}
	}
}

func (w *sheetWriter) writeRow(kind tokenKind) error {
	if err := w.startRow(); err != nil {
		return err
	}
	if err := w.addRows(w.sheetReader.row); err != nil {
		return err
	}
	row := w.sheetReader.row
	if w.edit.deleted[row] {
		return w.noteMasters(kind)
	}
	name, attrs := string(w.full), parseAttrs(w.attrs)
	tag := node{attrs: attrs}
	moved, _ := w.edit.rows.row(row)
	tag.put("r", strconv.Itoa(moved))
	w.out.Write(appendTag(nil, name, tag.attrs))
	w.out.WriteByte('>')
	left := slices.Sorted(maps.Keys(w.edit.set[row]))
	if n := len(w.todo); n > 0 && w.todo[0] == row {
		w.todo = w.todo[1:]
	}
	if kind == startTag {
		var err error
		if left, err = w.writeCells(left); err != nil {
			return err
		}
	}
	for _, column := range left {
		w.setCell(row, column, nil)
	}
	fmt.Fprintf(w.out, "</%s>", name)
	return nil
}

// writeCells writes the cells of a row, and returns the columns that are to be set and had none.
func (w *sheetWriter) writeCells(set []int) ([]int, error) {
	for {
		kind, raw, err := w.token()
		if err != nil {
			return nil, err
		}
		switch {
		case kind == endOfPart:
			return nil, damaged(w.part, "ends early")
		case kind == endTag:
			return set, nil
		case kind != startTag && kind != emptyTag:
			w.out.Write(raw)
			continue
		case string(w.name) != "c":
			if kind == startTag {
				if err := w.skip(); err != nil {
					return nil, err
				}
			}
			w.out.Write(w.buf[w.keep:w.pos])
			continue
		}
		c, err := w.cell(kind)
		if err != nil {
			return nil, err
		}
		for len(set) > 0 && set[0] < c.column {
			w.setCell(c.row, set[0], nil)
			set = set[1:]
		}
		w.noteMaster(c)
		switch {
		case len(set) > 0 && set[0] == c.column:
			w.setCell(c.row, c.column, c)
			set = set[1:]
		case w.edit.blanked[c.row]:
			w.blankCell(c)
		default:
			w.writeCell(c)
		}
	}
}

// noteMasters goes through a deleted row: other cells may share its formulas.
func (w *sheetWriter) noteMasters(kind tokenKind) error {
	for kind != emptyTag {
		inner, _, err := w.token()
		switch {
		case err != nil:
			return err
		case inner == endOfPart:
			return damaged(w.part, "ends early")
		case inner == endTag:
			return nil
		case inner != startTag && inner != emptyTag:
		case string(w.name) != "c":
			if inner == startTag {
				if err := w.skip(); err != nil {
					return err
				}
			}
		default:
			c, err := w.cell(inner)
			if err != nil {
				return err
			}
			w.noteMaster(c)
		}
	}
	return nil
}

// noteMaster keeps a formula that other cells share. They get formulas of their own where rows move, or its cell goes.
func (w *sheetWriter) noteMaster(c *cellXML) {
	f := c.formula
	if f == nil || f.kind != "shared" || len(f.text) == 0 {
		return
	}
	expand := w.edit.rows.moves() || w.edit.removes(c.row, c.column)
	references(f.text, func(r reference) { expand = expand || w.maps(r.sheet).moves() })
	w.masters[f.index] = sharedText{c.row, c.column, f.text, expand}
}

// addRows writes the rows below a number that have cells to be set and are not in the file.
func (w *sheetWriter) addRows(below int) error {
	for len(w.todo) > 0 && w.todo[0] < below {
		row := w.todo[0]
		w.todo = w.todo[1:]
		moved, _ := w.edit.rows.row(row)
		fmt.Fprintf(w.out, `<%srow r="%d">`, w.prefix, moved)
		for _, column := range slices.Sorted(maps.Keys(w.edit.set[row])) {
			w.setCell(row, column, nil)
		}
		fmt.Fprintf(w.out, "</%srow>", w.prefix)
	}
	return nil
}

// place returns where a cell is afterwards.
func (w *sheetWriter) place(row, column int) string {
	moved, _ := w.edit.rows.row(row)
	return ColumnName(column) + strconv.Itoa(moved)
}

// emptyCell returns a node for a cell with its format and without a content.
func (w *sheetWriter) emptyCell(row, column int, c *cellXML) *node {
	n := &node{name: w.prefix + "c"}
	n.put("r", w.place(row, column))
	if c != nil && c.style != 0 {
		n.put("s", strconv.Itoa(c.style))
	}
	return n
}

func (w *sheetWriter) blankCell(c *cellXML) {
	if c.style != 0 {
		w.out.Write(w.emptyCell(c.row, c.column, c).append(nil))
	}
}

// setCell writes a cell with its new content. c is the cell that was there, nil for none.
func (w *sheetWriter) setCell(row, column int, c *cellXML) {
	edit := w.edit.set[row][column]
	n := w.emptyCell(row, column, c)
	value := &node{name: w.prefix + "v"}
	value.setContent(edit.Text)
	switch edit.Kind {
	case Blank:
	case String:
		n.put("t", "inlineStr")
		text := &node{name: w.prefix + "t"}
		text.put("xml:space", "preserve")
		text.setContent(escapeXString(edit.Text))
		n.children = []*node{{name: w.prefix + "is", children: []*node{text}}}
	default:
		if t := map[Kind]string{Boolean: "b", Error: "e", Date: "d"}[edit.Kind]; t != "" {
			n.put("t", t)
		}
		n.children = []*node{value}
	}
	w.out.Write(n.append(nil))
}

// writeCell writes a cell that keeps its content.
func (w *sheetWriter) writeCell(c *cellXML) {
	moved, _ := w.edit.rows.row(c.row)
	if c.formula == nil {
		if moved == c.row {
			w.out.Write(c.raw)
			return
		}
		tag := node{attrs: c.attrs}
		tag.put("r", w.place(c.row, c.column))
		w.out.Write(appendTag(nil, c.tag, tag.attrs))
		w.out.Write(c.raw[c.tagEnd:])
		return
	}
	f := w.formulaOf(c)
	stale := w.removed[string(c.text)] && w.final
	if moved == c.row && !stale && f == nil {
		w.out.Write(c.raw)
		return
	}
	n := &node{name: c.tag, attrs: c.attrs}
	n.put("r", w.place(c.row, c.column))
	if f == nil {
		f = &node{name: w.prefix + "f", attrs: c.formula.attrs}
		if len(c.formula.text) > 0 {
			f.setContent(string(c.formula.text))
		}
	}
	n.children = append(n.children, f)
	switch {
	case stale:
		n.drop("t")
	case c.hasValue:
		text := string(c.text)
		if c.kind == String {
			text = escapeXString(text)
		}
		value := &node{name: w.prefix + "v"}
		value.setContent(text)
		n.children = append(n.children, value)
	}
	w.out.Write(n.append(nil))
}

// formulaOf returns the formula of a cell where it is another one than before, nil where it is not.
func (w *sheetWriter) formulaOf(c *cellXML) *node {
	f := c.formula
	change := formulaChange{sheet: w.edit.Name, maps: w.maps}
	text := f.text
	n := &node{name: w.prefix + "f"}
	if shared, ok := w.masters[f.index]; ok && f.kind == "shared" && shared.expand {
		if len(text) == 0 {
			text = shared.text
			change.rows, change.columns = c.row-shared.row, c.column-shared.column
		}
		n.setContent(string(change.apply(text)))
		return n
	}
	n.attrs = slices.Clone(f.attrs)
	changed := false
	if m, ok := parseRange(f.ref); ok && w.edit.rows.moves() {
		if first, last, left := w.edit.rows.span(m.FirstRow, m.LastRow); left {
			m.FirstRow, m.LastRow = first, last
			n.put("ref", m.String())
			changed = true
		}
	}
	mapped := change.apply(text)
	if len(mapped) > 0 {
		n.setContent(string(mapped))
	}
	if changed || !bytes.Equal(mapped, text) {
		return n
	}
	return nil
}
