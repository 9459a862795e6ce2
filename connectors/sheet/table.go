package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// header finds the header of a table as the entity says; a nil entity says nothing.
func (h *handle) header(ctx context.Context, i int, e *entity) (header, error) {
	if found, ok := h.headers[headerOf{i, e}]; ok {
		return found, nil
	}
	in, err := h.lines(ctx, i, false)
	if err != nil {
		return header{}, err
	}
	defer in.close()
	rows, configured, names := headRows, (*int64)(nil), (*known)(nil)
	if e != nil {
		configured, names = e.Header, e.names
	}
	if configured != nil {
		rows = max(rows, int(*configured))
	}
	var head []line
	for len(head) < rows {
		n, err := in.next()
		if errors.Is(err, io.EOF) || err == nil && n > rows && len(head) > 0 {
			break
		}
		if err != nil {
			return header{}, err
		}
		head = append(head, copyLine(n, in))
	}
	found := findHeader(head, configured, names)
	h.headers[headerOf{i, e}] = found
	return found, nil
}

// table is one table that is being read.
type table struct {
	lines
	header
	all     []string  // the header's names, and more for wider rows
	extra   [2]string // the names of the fields for comments and links
	hanging hanging   // nil: nothing hangs on cells
	wider   int       // rows that held more cells than the header has columns
}

// open starts reading a table as the entity says.
func (h *handle) open(ctx context.Context, i int, e *entity) (*table, error) {
	head, err := h.header(ctx, i, e)
	if err != nil {
		return nil, err
	}
	in, err := h.lines(ctx, i, true)
	if err != nil {
		return nil, err
	}
	t := &table{lines: in, header: head, all: head.names, extra: extraNames(head.names)}
	t.hanging, _ = in.(hanging)
	return t, nil
}

// next moves to the next record's row: every row but the header.
func (t *table) next() (int, error) {
	for {
		n, err := t.lines.next()
		if err != nil || n != t.row || t.record {
			if err == nil && t.reaches(len(t.names)+1) {
				t.wider++
			}
			return n, err
		}
	}
}

// fields returns the current row's fields: the header's, and more where the row is wider. They are appended to values.
func (t *table) fields(values []connectors.Value) connectors.Fields {
	width := max(len(t.names), t.width())
	if width > len(t.all) {
		texts := make([]string, width)
		copy(texts, t.names)
		t.all = nameColumns(texts, nil)
		copy(t.all, t.names)
	}
	for i := range width {
		values = append(values, t.value(i))
	}
	return t.withAttached(connectors.Fields{Names: t.all[:width:width], Values: values})
}

// extraNames returns the names of the fields for comments and links in a table with these columns.
func extraNames(columns []string) (extra [2]string) {
	names := nameColumns(append(slices.Clone(columns), commentsField, linksField), nil)
	copy(extra[:], names[len(columns):])
	return extra
}

// withAttached adds the current row's comments and links, where it has any.
func (t *table) withAttached(f connectors.Fields) connectors.Fields {
	if t.hanging == nil {
		return f
	}
	comments, links := t.hanging.attached()
	for i, v := range []connectors.Value{comments, links} {
		if !v.IsNull() {
			f.Names = append(f.Names, t.extra[i])
			f.Values = append(f.Values, v)
		}
	}
	return f
}

// asks returns a function that tells whether a field of the row that is current then answers to a matcher, nil where
// there is no such field. Unless numbers is true, no number answers.
func (t *table) asks(field string, m *compare.Matcher, numbers bool) func() bool {
	if i := slices.Index(t.names, field); i >= 0 {
		return t.answers(i, m, numbers)
	}
	if !slices.Contains(t.extra[:], field) {
		return nil
	}
	return func() bool { return answers(m, t.withAttached(connectors.Fields{}).Get(field)) }
}

// has reports whether records of the table may have a field.
func (t *table) has(field string) bool {
	return slices.Contains(t.names, field) || slices.Contains(t.extra[:], field)
}

// gaps returns what the table could not tell, once it was read.
func (t *table) gaps() []string {
	all := t.lines.gaps()
	if t.wider > 0 {
		all = append(all, fmt.Sprintf("%s rows have more cells than the header has columns: those cells are part of the records, but no field of the register names them", count(t.wider)))
	}
	if t.empty {
		all = append(all, "the row that the register calls its header is empty: its columns go by their letters")
	}
	return all
}
