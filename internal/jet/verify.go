package jet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
)

// Verify compares a database with its edited copy, row by row over every table, and fails unless exactly the planned
// changes were made: the erased rows are gone, the updated ones differ in no other column, and every other
// value is the same. It also fails unless the copy's indexes name each row once, and all that is not
// alive in it is zero.
func Verify(before, after string, o Options, done Changes) error {
	a, err := Open(before, o)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := Open(after, o)
	if err != nil {
		return err
	}
	defer b.Close()
	return verify(a, b, done)
}

// errDiffers is what Verify fails with, with the reason.
var errDiffers = errors.New("the copy is not what it should be")

func differs(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errDiffers}, args...)...)
}

func verify(a, b *DB, done Changes) error {
	if err := errors.Join(append(a.Damage(), b.Damage()...)...); err != nil {
		return err
	}
	if len(a.tables) != len(b.tables) {
		return differs("%d tables instead of %d", len(b.tables), len(a.tables))
	}
	for i, t := range a.tables {
		if b.tables[i].Name != t.Name || b.tables[i].page != t.page {
			return differs("table %s is not where it was", t.Name)
		}
		if err := sameRows(t, b.tables[i], done); err != nil {
			return err
		}
	}
	return b.checkRemnants()
}

// sameRows compares the rows of a table.
func sameRows(a, b *Table, done Changes) error {
	erased := make(map[RowID]bool)
	for _, id := range done.Erased[a.Name] {
		erased[id] = true
	}
	defA, err := a.definition()
	if err != nil {
		return err
	}
	defB, err := b.definition()
	if err != nil {
		return err
	}
	if len(defA.columns) != len(defB.columns) {
		return differs("table %s has other columns", a.Name)
	}
	next, stop := iter.Pull2(b.Rows())
	defer stop()
	var rows rowCount
	gone := 0
	for rowA, err := range a.Rows() {
		if err != nil {
			return err
		}
		if erased[rowA.ID] {
			gone++
			continue
		}
		rowB, err, ok := next()
		if err != nil {
			return err
		}
		if !ok || rowB.ID != rowA.ID {
			return differs("table %s: row %s is missing", a.Name, rowA.ID)
		}
		rows.add(rowB.ID)
		if err := sameValues(defA, rowA, rowB, done.Updated[a.Name][rowA.ID]); err != nil {
			return fmt.Errorf("table %s, row %s: %w", a.Name, rowA.ID, err)
		}
	}
	if row, err, ok := next(); err != nil {
		return err
	} else if ok {
		return differs("table %s: row %s was not there before", a.Name, row.ID)
	}
	if gone != len(erased) {
		return differs("table %s: %d of %d rows to be erased were there", a.Name, gone, len(erased))
	}
	if len(erased)+len(done.Updated[a.Name]) == 0 {
		return nil
	}
	return b.checkIndexes(&rows)
}

// sameValues compares two rows in every column but those that were updated.
func sameValues(def *definition, a, b *Row, updated []string) error {
	for i, v := range a.Values {
		name := def.columns[i].Name
		if slices.ContainsFunc(updated, func(u string) bool { return equalName(u, name) }) {
			continue
		}
		w := b.Values[i]
		same := v.Kind == w.Kind && bytes.Equal(v.Bytes, w.Bytes)
		var err error
		switch {
		case !same:
		case v.Kind == Stream:
			same, err = sameStreams(func() (io.Reader, error) { return a.Open(i) }, func() (io.Reader, error) { return b.Open(i) })
		case v.Kind == List:
			same, err = sameItems(a.Items(i), b.Items(i))
		}
		if err != nil {
			return err
		}
		if !same {
			return differs("column %s changed", name)
		}
	}
	return nil
}

func sameItems(a, b []Item) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		if a[i].ID != b[i].ID || a[i].Name != b[i].Name || a[i].Type != b[i].Type || a[i].URL != b[i].URL || a[i].Time != b[i].Time {
			return false, nil
		}
		if same, err := sameStreams(a[i].Open, b[i].Open); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func sameStreams(openA, openB func() (io.Reader, error)) (bool, error) {
	a, err := openA()
	if err != nil {
		return false, err
	}
	b, err := openB()
	if err != nil {
		return false, err
	}
	var bufA, bufB [4096]byte
	for {
		n, errA := io.ReadFull(a, bufA[:])
		m, errB := io.ReadFull(b, bufB[:])
		if !bytes.Equal(bufA[:n], bufB[:m]) {
			return false, nil
		}
		if endA, endB := ended(errA), ended(errB); endA || endB {
			return endA && endB, nil
		}
		if err := errors.Join(errA, errB); err != nil {
			return false, err
		}
	}
}

func ended(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF }

// rowCount counts the rows that were met, and knows them.
type rowCount struct {
	rows slotSet
	n    int
}

// add reports whether the row was not met before.
func (c *rowCount) add(id RowID) bool {
	if c.rows == nil {
		c.rows = make(slotSet)
	}
	if c.rows.has(id.Page, id.Slot) {
		return false
	}
	c.rows.add(id.pointer())
	c.n++
	return true
}

// checkIndexes fails unless every index of the table names each of its rows once, save those that leave NULLs out.
func (t *Table) checkIndexes(rows *rowCount) error {
	for _, tree := range t.def.trees {
		_, leaves, err := t.db.window().readIndex(tree.root)
		if err != nil {
			return damageAt(err, DamageError{Table: t.Name, Page: tree.root, Row: -1})
		}
		var named rowCount
		for _, p := range leaves {
			for i := range p.entries {
				id := p.row(i)
				if !rows.rows.has(id.Page, id.Slot) || !named.add(id) {
					return differs("table %s: an index names row %s, which is not there or named before", t.Name, id)
				}
			}
		}
		if named.n != rows.n && tree.flags&indexIgnoreNulls == 0 {
			return differs("table %s: an index names %d of %d rows", t.Name, named.n, rows.n)
		}
	}
	return nil
}

// checkRemnants fails unless all that is not alive in the file is zero.
func (db *DB) checkRemnants() error {
	c, err := db.takeCensus()
	if err != nil {
		return err
	}
	w := db.window()
	for n := uint32(1); n < db.pages; n++ {
		page, err := w.page(n, db.pages-1)
		if err != nil {
			return err
		}
		dead, slots, err := c.remnants(n, page)
		if err != nil {
			return err
		}
		if len(slots) > 0 {
			return differs("page %d holds a row that nothing points to", n)
		}
		for _, s := range dead {
			if !blank(page[s.from:s.to]) {
				return differs("page %d holds remnants of erased rows", n)
			}
		}
	}
	return nil
}
