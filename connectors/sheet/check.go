package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/internal/csvfile"
	"dossier/internal/swapfile"
	"dossier/internal/xlsx"
)

// rewritable is a book of which a changed copy can be written.
type rewritable interface {
	book
	// rewrite writes a copy with the edits carried out.
	rewrite(ctx context.Context, out io.Writer, edits map[int]*tableEdit) (rewritten, error)
	// compare reads a copy: it returns an error unless just the edits are between it and the book.
	compare(ctx context.Context, copied book, edits map[int]*tableEdit, done rewritten) error
}

// rewritten is what came to light when a copy was written.
type rewritten struct {
	blanked map[int]map[int]string // by table and row: why a row was emptied that was to be taken out
	remains []string               // parts that may still hold removed values, each with the reason
}

// write writes the copy.
func (e *editing) write(swap *swapfile.Swap) error {
	if w, ok := e.book.book.(*workbook); ok {
		if err := w.divided(e.edits); err != nil {
			return err
		}
	}
	for table, edit := range e.edits {
		e.place(table, edit)
	}
	to, err := swap.Create()
	if err != nil {
		return err
	}
	e.done, err = e.book.book.(rewritable).rewrite(e.ctx, to, e.edits)
	if err := errors.Join(err, to.Close()); err != nil {
		if errors.Is(err, xlsx.ErrCannotRewrite) || errors.Is(err, csvfile.ErrEncoding) || errors.Is(err, csvfile.ErrUnreadable) {
			return swapfile.Refused(why(err))
		}
		return err
	}
	e.tell()
	return nil
}

// place gives the new rows of a table their numbers.
func (e *editing) place(table int, edit *tableEdit) {
	last := 0
	for _, t := range e.targets {
		if r := t.last[table]; r != nil {
			last = max(last, r.number)
		}
		if head, err := e.book.header(e.ctx, table, t.entity); err == nil && slices.Contains(t.tables, table) {
			last = max(last, head.row)
		}
	}
	for i, r := range edit.added {
		r.number = last + 1 + i
	}
}

// tell adds to the outcomes what came to light when the copy was written.
func (e *editing) tell() {
	for i, c := range e.changes {
		if e.outcomes[i].Result != connectors.Done || c.Op == connectors.Insert {
			continue
		}
		var notes []string
		if c.Op == connectors.Delete {
			for _, r := range e.targets[c.Record.Entity].rows[nameOf(c.Record.Key)] {
				if reason, ok := e.done.blanked[r.table][r.number]; ok {
					notes = append(notes, "the row was emptied and not taken out: "+reason)
				}
			}
		}
		if len(e.done.remains) > 0 {
			notes = append(notes, "what was removed may still stand elsewhere in the file: "+strings.Join(e.done.remains, "; "))
		}
		e.outcomes[i].Why = strings.Join(notes, "; ")
	}
}

// check reads the copy: it fails unless just what was planned differs from the file, and it is read as the file was.
func (e *editing) check(path string) error {
	var of *entity
	for _, t := range e.targets {
		of = t.entity // of a text file there is one only
	}
	copied, err := e.openFile(e.ctx, file{e.file.place, path}, of)
	if err != nil {
		return err
	}
	defer copied.Close()
	if err := e.book.book.(rewritable).compare(e.ctx, copied.book, e.edits, e.done); err != nil {
		return err
	}
	for _, t := range e.targets {
		if err := e.sameTables(copied, t); err != nil {
			return err
		}
		if err := e.rename(copied, t); err != nil {
			return err
		}
	}
	return nil
}

// sameTables compares which tables an entity takes, and how it reads them.
func (e *editing) sameTables(copied *handle, t *target) error {
	of := &finding{source: e.source, q: connectors.Query{Entity: t.name}, entity: t.entity}
	tables, err := of.tables(e.ctx, e.file, copied)
	if err != nil {
		return err
	}
	if !slices.Equal(tables, t.tables) {
		return errDiffers
	}
	for _, table := range tables {
		before, err := e.book.header(e.ctx, table, t.entity)
		if err != nil {
			return err
		}
		after, err := copied.header(e.ctx, table, t.entity)
		if err != nil {
			return err
		}
		row := before.row
		if edit := e.edits[table]; edit != nil {
			row = edit.moves(e.done.blanked[table])(row)
		}
		if after.row != row || after.record != before.record || !slices.Equal(after.names, before.names) {
			return errDiffers
		}
	}
	return nil
}

// rename compares the records that were written with what they should be, and names them as they are named from now on.
func (e *editing) rename(copied *handle, t *target) error {
	if !slices.ContainsFunc(t.tables, func(table int) bool {
		return e.edits[table] != nil && len(e.edits[table].changed)+len(e.edits[table].added) > 0
	}) {
		return nil
	}
	n := naming{key: t.key(), seen: map[digest]int{}}
	for _, at := range t.tables {
		expected := map[int]*row{}
		if edit := e.edits[at]; edit != nil {
			expected = edit.expected(e.done.blanked[at])
		}
		err := n.each(e.ctx, copied, at, t.entity, func(number int, key []string, fields connectors.Fields, _ *table) error {
			r := expected[number]
			if r == nil {
				return nil
			}
			delete(expected, number)
			for column, v := range r.written {
				if name := r.fields.Names[column]; !sameCell(fields.Get(name), v) {
					return swapfile.Refused(fmt.Sprintf("the field %q would not hold the new value as it is", name))
				}
			}
			for _, i := range r.changes {
				if e.changes[i].Record.Entity == t.name {
					e.outcomes[i].Record.Key = slices.Clone(key)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, r := range expected {
			if slices.ContainsFunc(r.fields.Values, func(v connectors.Value) bool { return !v.IsNull() }) {
				return swapfile.Refused("a record that was written is not found again")
			}
		}
	}
	return nil
}

// expected returns the rows that were written, by their numbers afterwards.
func (t *tableEdit) expected(blanked map[int]string) map[int]*row {
	moved, all := t.moves(blanked), map[int]*row{}
	for number, r := range t.changed {
		all[moved(number)] = r
	}
	for _, r := range t.added {
		all[moved(r.number)] = r
	}
	return all
}
