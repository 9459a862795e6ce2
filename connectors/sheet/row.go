package sheet

import (
	"fmt"
	"slices"
	"strconv"

	"dossier/connectors"
	"dossier/internal/xlsx"
)

// row is a record that changes concern, as those so far leave it.
type row struct {
	table   int
	number  int      // 0: it is new
	key     []string // its name
	fields  connectors.Fields
	columns int         // how many of the fields are cells; the others hang on them
	extra   [2]string   // the names of those others: comments and links
	cells   []xlsx.Cell // as a workbook has them
	gone    bool
	changes []int                    // that were made to it
	written map[int]connectors.Value // its new cells, by column
}

// give gives cells of the row other values.
func (r *row) give(set map[int]connectors.Value) {
	if r.written == nil {
		r.written = map[int]connectors.Value{}
	}
	for column, v := range set {
		r.fields.Values[column], r.written[column] = v, v
	}
}

// nameOf returns a text that is equal for equal keys and for no others.
func nameOf(key []string) string { return connectors.Ref{Key: key}.ID() }

// isDigest reports whether a key is the name of a record by what it holds.
func isDigest(key []string) bool { return len(key) == 2 && len(key[0]) == 64 }

// keyAfter returns the key of a record after a change, nil where it has none, and whether it is another one.
func (t *target) keyAfter(c connectors.Change) (key []string, moves bool) {
	if len(t.key()) == 0 || len(c.Record.Key) > 0 && (isDigest(c.Record.Key) || len(c.Record.Key) != len(t.key())) {
		return nil, false
	}
	key = make([]string, len(t.key()))
	copy(key, c.Record.Key)
	for i, name := range t.key() {
		if c.After.Has(name) {
			key[i] = shown(c.After.Get(name))
		}
		if key[i] == "" {
			return nil, false
		}
	}
	return key, !slices.Equal(key, c.Record.Key)
}

// set returns the cells that have to be written to give a record its new fields. why tells what cannot be written.
func (r *row) set(after connectors.Fields) (cells map[int]connectors.Value, why string) {
	cells = map[int]connectors.Value{}
	for n, name := range after.Names {
		column := slices.Index(r.fields.Names, name)
		if column < 0 {
			return nil, fmt.Sprintf("there is no field %q", name)
		}
		v, why := cellValue(after.Values[n])
		if why != "" {
			return nil, fmt.Sprintf("the field %q %s", name, why)
		}
		switch {
		case sameCell(r.fields.Values[column], v):
		case column >= r.columns && !v.IsNull():
			return nil, fmt.Sprintf("the field %q can be emptied, and not be given another content", name)
		default:
			cells[column] = v.Clone()
		}
	}
	return cells, ""
}

// cellValue returns a value as a cell is given it: NULL or text that is not empty.
func cellValue(v connectors.Value) (connectors.Value, string) {
	switch {
	case v.IsStream():
		return v, "can be given text only, and a file was planned"
	case len(v.Items()) > 0:
		return connectors.Text(v.Items()[0]), "" // a number as it is shown
	case !v.IsText() || len(v.Bytes()) == 0:
		return connectors.Null, ""
	}
	return v, ""
}

// sameCell reports whether a cell has the value that it is to be given: as it is, or as one of the forms of its number.
func sameCell(has, given connectors.Value) bool {
	return has.Equal(given) || given.IsText() && slices.Contains(has.Items(), given.String())
}

// with returns the fields, those named with the values that other has of them.
func with(f connectors.Fields, names []string, other connectors.Fields) connectors.Fields {
	f = f.Clone()
	for i, name := range f.Names {
		if slices.Contains(names, name) {
			f.Values[i] = other.Get(name)
		}
	}
	return f
}

// settable says why cells of a row cannot be given other values, "" where they can.
func (e *editing) settable(r *row, set map[int]connectors.Value) string {
	book, ok := e.book.book.(*workbook)
	if !ok {
		return ""
	}
	for column, v := range set {
		if column >= r.columns {
			continue
		}
		name := r.fields.Names[column]
		for _, m := range book.merges[r.table] {
			if m.FirstRow <= r.number && r.number <= m.LastRow && m.FirstColumn <= column && column <= m.LastColumn {
				return fmt.Sprintf("the field %q is in cells that are merged over several rows, which share their value: divide them first", name)
			}
		}
		if c := r.cell(column); c != nil && c.Formula && !v.IsNull() {
			return fmt.Sprintf("the field %q is worked out by a formula: change what it is worked out from", name)
		}
		if _, why := book.store(r.cell(column), v); why != "" {
			return fmt.Sprintf("the field %q %s", name, why)
		}
	}
	return ""
}

// cell returns the cell of a column, nil where the workbook has none.
func (r *row) cell(column int) *xlsx.Cell {
	i := slices.IndexFunc(r.cells, func(c xlsx.Cell) bool { return c.Column == column })
	if i < 0 {
		return nil
	}
	return &r.cells[i]
}

// newRow returns a row of a table with these fields and no others.
func (e *editing) newRow(table int, t *target, after connectors.Fields) (*row, string) {
	head, err := e.book.header(e.ctx, table, t.entity)
	if err != nil {
		return nil, refusal(err)
	}
	if head.row == 0 {
		return nil, "the table has no header, so that it cannot be told what belongs into which column"
	}
	r := &row{table: table, columns: len(head.names), fields: connectors.Fields{Names: head.names, Values: make([]connectors.Value, len(head.names))}}
	set, why := r.set(after)
	if why == "" && len(set) == 0 {
		why = "a record without a value is none"
	}
	if why != "" {
		return nil, why
	}
	if book, ok := e.book.book.(*workbook); ok && t.last[table] != nil {
		r.cells = book.alike(t.last[table].cells)
	}
	r.give(set)
	return r, e.settable(r, set)
}

// digestKey returns a record's name in a place where so many records before it hold the same.
func digestKey(digest string, ordinal int) []string { return []string{digest, strconv.Itoa(ordinal)} }
