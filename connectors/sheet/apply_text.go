package sheet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"dossier/internal/csvfile"
	"dossier/internal/swapfile"
)

var errDiffers = swapfile.Refused("the file would be read otherwise after the change: give its entity \"header\", \"delimiter\" and \"encoding\" in the register, and plan the change again")

func (t *text) edits(all map[int]*tableEdit) csvfile.Edits {
	e := csvfile.Edits{Set: map[int]map[int]string{}}
	edit := all[0]
	if edit == nil {
		return e
	}
	e.Delete = edit.deleted
	for number, cells := range edit.set {
		e.Set[number] = map[int]string{}
		for column, v := range cells {
			e.Set[number][column] = v.String()
		}
	}
	for _, r := range edit.added {
		cells := make([]string, r.columns)
		for i := range cells {
			cells[i] = r.fields.Values[i].String()
		}
		e.Append = append(e.Append, cells)
	}
	return e
}

func (t *text) rewrite(ctx context.Context, out io.Writer, all map[int]*tableEdit) (rewritten, error) {
	err := csvfile.Rewrite(&cancellable{ctx, io.NewSectionReader(t.file, 0, t.size)}, out, t.o, t.edits(all))
	return rewritten{}, err
}

// compare reads both files row by row: just the changes may be between them.
func (t *text) compare(ctx context.Context, copied book, all map[int]*tableEdit, _ rewritten) error {
	other := copied.(*text)
	e := t.edits(all)
	gone := 0
	before := csvfile.NewReader(&cancellable{ctx, io.NewSectionReader(t.file, 0, t.size)}, t.o)
	after := csvfile.NewReader(&cancellable{ctx, io.NewSectionReader(other.file, 0, other.size)}, other.o)
	for {
		row, err := before.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if e.Delete[row.Number] {
			gone++
			continue
		}
		want := row.Cells()
		for column, text := range e.Set[row.Number] {
			for len(want) <= column {
				want = append(want, nil)
			}
			want[column] = []byte(text)
		}
		if _, err := same(after, want); err != nil {
			return err
		}
	}
	for i, texts := range e.Append {
		want := make([][]byte, len(texts))
		for j, text := range texts {
			want[j] = []byte(text)
		}
		number, err := same(after, want)
		if err != nil {
			return err
		}
		all[0].added[i].number = number + gone // as if no row had gone, as the others are counted
	}
	if _, err := after.Next(); err != io.EOF {
		return errors.Join(errDiffers, err)
	}
	if len(before.Delimiter()) > 0 && before.Delimiter() != after.Delimiter() {
		return errDiffers
	}
	return nil
}

// same compares the next row with what it should be, and returns its number.
func same(in *csvfile.Reader, want [][]byte) (int, error) {
	row, err := in.Next()
	switch {
	case err == io.EOF && (len(want) == 0 || len(want) == 1 && len(want[0]) == 0):
		return 0, nil // an emptied row without a line end
	case err == io.EOF:
		return 0, errDiffers
	case err != nil:
		return 0, err
	case !slices.EqualFunc(row.Cells(), want, bytes.Equal):
		return 0, errDiffers
	}
	return row.Number, nil
}
