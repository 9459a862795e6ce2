package sheet

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"

	"dossier/connectors"
	"dossier/internal/swapfile"
	"dossier/internal/xlsx"
)

// edits returns what becomes of the sheets.
func (w *workbook) edits(all map[int]*tableEdit) []xlsx.Edit {
	var edits []xlsx.Edit
	for _, table := range slices.Sorted(maps.Keys(all)) {
		t := all[table]
		edit := xlsx.Edit{Sheet: w.all[table].Name, Delete: slices.Sorted(maps.Keys(t.deleted))}
		for _, number := range slices.Sorted(maps.Keys(t.set)) {
			r := t.changed[number]
			for column, v := range t.set[number] {
				switch {
				case column < r.columns:
					edit.Set = append(edit.Set, w.cellEdit(r, number, column, v))
				case r.fields.Names[column] == r.extra[0]:
					edit.Uncomment = append(edit.Uncomment, number)
				default:
					edit.Unlink = append(edit.Unlink, number)
				}
			}
		}
		for _, r := range t.added {
			edit.Added = append(edit.Added, r.number)
			for column, v := range r.fields.Values {
				if !v.IsNull() {
					edit.Set = append(edit.Set, w.cellEdit(r, r.number, column, v))
				}
			}
		}
		edits = append(edits, edit)
	}
	return edits
}

func (w *workbook) cellEdit(r *row, number, column int, v connectors.Value) xlsx.CellEdit {
	c, _ := w.store(r.cell(column), v)
	c.Row, c.Column = number, column
	return c
}

func (w *workbook) rewrite(ctx context.Context, out io.Writer, all map[int]*tableEdit) (rewritten, error) {
	report, err := w.book.Rewrite(ctx, out, w.edits(all))
	if err != nil {
		return rewritten{}, err
	}
	done := rewritten{blanked: map[int]map[int]string{}, remains: report.Remains}
	for _, b := range report.Blanked {
		table := slices.IndexFunc(w.all, func(s xlsx.Sheet) bool { return s.Name == b.Sheet })
		if done.blanked[table] == nil {
			done.blanked[table] = map[int]string{}
		}
		done.blanked[table][b.Row] = b.Why
	}
	return done, nil
}

// divided refuses to delete a row whose merged cells give other rows their values.
func (w *workbook) divided(all map[int]*tableEdit) error {
	for table, t := range all {
		for _, m := range w.merges[table] {
			if !t.deleted[m.FirstRow] {
				continue
			}
			for row := m.FirstRow; row <= m.LastRow; row++ {
				if !t.deleted[row] {
					return swapfile.Refused("cells of a row that is to go are merged with those of rows below, which would lose their value: divide them first")
				}
			}
		}
	}
	return nil
}

// compare reads both workbooks cell by cell: just the changes may be between them, and formulas whose stored results held what was removed.
func (w *workbook) compare(ctx context.Context, copied book, all map[int]*tableEdit, done rewritten) error {
	other := copied.(*workbook)
	if !slices.Equal(w.tables(), other.tables()) {
		return errDiffers
	}
	for table := range w.all {
		if err := w.compareSheet(ctx, other, table, all[table], done.blanked[table]); err != nil {
			return err
		}
	}
	return nil
}

func (w *workbook) compareSheet(ctx context.Context, other *workbook, table int, edit *tableEdit, blanked map[int]string) error {
	before, err := w.book.Rows(ctx, w.all[table])
	if err != nil {
		return err
	}
	defer before.Close()
	after, err := other.book.Rows(ctx, other.all[table])
	if err != nil {
		return err
	}
	defer after.Close()
	if edit == nil {
		edit = &tableEdit{}
	}
	moved := edit.moves(blanked)
	sets := map[int][]xlsx.CellEdit{}
	for _, e := range w.edits(map[int]*tableEdit{table: edit}) {
		for _, c := range e.Set {
			sets[c.Row] = append(sets[c.Row], c)
		}
	}
	var cells [2][]content // of a row and of its copy
	for {
		row, err := before.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if edit.deleted[row.Number] {
			continue
		}
		want, err := contents(row, cells[0][:0])
		if err != nil {
			return err
		}
		if set := sets[row.Number]; set != nil {
			want = overlaid(want, set)
			delete(sets, row.Number)
		}
		if cells[1], err = sameRow(after, moved(row.Number), want, cells[1]); err != nil {
			return err
		}
		cells[0] = want
	}
	for _, number := range slices.Sorted(maps.Keys(sets)) {
		if _, err := sameRow(after, moved(number), overlaid(nil, sets[number]), nil); err != nil {
			return err
		}
	}
	_, err = sameRow(after, 0, nil, nil)
	return err
}

// moves returns a function that tells where a row is afterwards.
func (t *tableEdit) moves(blanked map[int]string) func(int) int {
	var gone []int
	for number := range t.deleted {
		if _, stays := blanked[number]; !stays {
			gone = append(gone, number)
		}
	}
	slices.Sort(gone)
	return func(number int) int {
		before, _ := slices.BinarySearch(gone, number)
		return number - before
	}
}

// content is what a cell holds.
type content struct {
	column, style int
	kind          xlsx.Kind
	formula       bool
	set           bool   // it was written: its style does not matter
	text          []byte // valid until the next row is read
}

// contents returns the cells of a row that hold anything, appended to all.
func contents(row *xlsx.Row, all []content) ([]content, error) {
	for i, c := range row.Cells {
		var text []byte
		if c.Kind != xlsx.Blank {
			var err error
			if text, err = row.Text(i); err != nil {
				return nil, err
			}
		}
		if len(text) > 0 || c.Formula {
			all = append(all, content{c.Column, c.Style, c.Kind, c.Formula, false, text})
		}
	}
	return all, nil
}

// overlaid returns the cells of a row once some were set.
func overlaid(cells []content, sets []xlsx.CellEdit) []content {
	for _, s := range sets {
		cells = slices.DeleteFunc(cells, func(c content) bool { return c.column == s.Column })
		if s.Kind != xlsx.Blank {
			cells = append(cells, content{column: s.Column, kind: s.Kind, text: []byte(s.Text), set: true})
		}
	}
	slices.SortFunc(cells, func(a, b content) int { return a.column - b.column })
	return cells
}

// sameRow compares the next row that holds anything with what it should be; nothing at all where no row should be left. It uses and returns buf.
func sameRow(in *xlsx.Rows, number int, want, buf []content) ([]content, error) {
	if number > 0 && len(want) == 0 {
		return buf, nil
	}
	for {
		row, err := in.Next()
		if err == io.EOF && number == 0 {
			return buf, nil
		}
		if err == io.EOF {
			return buf, errDiffers
		}
		if err != nil {
			return buf, err
		}
		if buf, err = contents(row, buf[:0]); err != nil {
			return buf, err
		}
		if len(buf) == 0 {
			continue
		}
		if row.Number != number || !slices.EqualFunc(want, buf, content.stays) {
			return buf, errDiffers
		}
		return buf, nil
	}
}

// stays reports whether a cell of the copy is what it should be. The stored result of a formula may have gone.
func (c content) stays(got content) bool {
	return c.column == got.column && c.formula == got.formula && (c.set || c.style == got.style) &&
		(c.kind == got.kind && bytes.Equal(c.text, got.text) || c.formula && len(got.text) == 0)
}
