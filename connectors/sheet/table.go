package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"

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
		l, err := in.next()
		if errors.Is(err, io.EOF) || err == nil && l.number > rows && len(head) > 0 {
			break
		}
		if err != nil {
			return header{}, err
		}
		head = append(head, l.clone())
	}
	found := findHeader(head, configured, names)
	h.headers[headerOf{i, e}] = found
	return found, nil
}

// table is one table that is being read.
type table struct {
	lines
	header
	all   []string // the header's names, and more for wider rows
	wider int      // rows that held more cells than the header has columns
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
	return &table{lines: in, header: head, all: head.names}, nil
}

// next returns the next record's row: every row but the header.
func (t *table) next() (*line, error) {
	for {
		l, err := t.lines.next()
		if err != nil || l.number != t.row || t.record {
			return l, err
		}
	}
}

// namesOf returns the names of the fields of a row: the header's, and more where the row is wider.
func (t *table) namesOf(l *line) []string {
	width := len(t.names)
	if len(l.values) <= width {
		return t.names
	}
	t.wider++
	if len(l.values) > len(t.all) {
		texts := make([]string, len(l.values))
		copy(texts, t.names)
		t.all = nameColumns(texts, nil)
		copy(t.all, t.names)
	}
	return t.all[:len(l.values):len(l.values)]
}

// columns describes the fields.
func (h header) columns() []connectors.Column {
	columns := make([]connectors.Column, len(h.names))
	for i, name := range h.names {
		columns[i] = connectors.Column{Name: name, Type: compare.Text, Native: "cell", Nullable: true, Search: compare.Hows}
	}
	return columns
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
